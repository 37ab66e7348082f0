"""A circuit as machine code, kept with that of the other kernels.

The source is a straight line of gates within loops over the tiles of a chunk and the words of a tile. It is written to a file, whose name has a
digest of the network's table: so the next process needs neither the circuit nor the compiler.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from construction.executors.planes.circuit import FALSE, TRUE, Circuit, Gate
from construction.executors.planes.kernel import Planes, no_circuit, regions
from construction.executors.planes.sizes import LINES, REGION
from construction.executors.table.patch_table import PatchTable
from construction.kernels import as_argument, folder

Places = Callable[[int, int], int]

HEAD: Final = '''"""Generated: a circuit."""

from construction.executors.planes.kernel import circuit_kernel

PLANES = {planes}
GATES = {gates}


@circuit_kernel
def circuit(desk, tiles):
    for tile in range(tiles):
        for line in range({lines}):
            i = {lines} * tile + line
'''


def place_of(turned: bool) -> Places:
    """Where on the desk a position of the patch, by number, has a plane; ``turned``: lines are columns."""

    def place(position: int, plane: int) -> int:
        line, pixel = step(position, turned=turned)
        return (3 * plane + 1 + pixel) * REGION + 1 + line

    return place


def step(position: int, *, turned: bool) -> tuple[int, int]:
    """Lines and pixels from the centre to a position of the patch."""
    row, column = position // 3 - 1, position % 3 - 1
    return (column, row) if turned else (row, column)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How the kernel evaluates a circuit of ``count`` gates: by its machine code, or by ``gates`` if there are some."""

    planes: int
    count: int
    circuit: Any
    gates: npt.NDArray[np.int64]

    def desk(self) -> Planes:
        """A desk for it, with the constants on it."""
        own = self.gates[:, 3].max(initial=0) // REGION + 1
        desk = np.zeros(max(regions(self.planes), own) * REGION, dtype=np.uint64)
        true = (3 * self.planes + TRUE) * REGION
        desk[true : true + REGION] = 2**64 - 1
        return desk


def interpreted(circuit: Circuit, *, turned: bool) -> Evaluation:
    """The evaluation of a circuit gate by gate, which takes several times as long, but no compiling."""
    planes, place = circuit.planes, place_of(turned)
    places = [(3 * planes + value) * REGION for value in (FALSE, TRUE)]
    places += [place(position, plane) for position, plane in circuit.inputs]
    rows = []
    for number, gate in enumerate(circuit.gates):
        places.append((regions(planes) + number) * REGION)
        rows.append([*(places[value] for value in gate), places[-1]])
    for number, value in enumerate(circuit.outputs):
        output = (3 * planes + 2 + number) * REGION
        rows.append([places[TRUE], places[value], places[FALSE], output])
    gates = np.array(rows, dtype=np.int64)
    return Evaluation(planes, len(circuit.gates), as_argument(no_circuit), gates)


def compiled(path: Path, text: str | None = None) -> Evaluation:
    """The evaluation by the circuit in a file, after writing ``text`` to it if that is given."""
    if text is not None:
        _write(path, text)
    module = loaded(path)
    if module is not None:
        return _evaluation(module)
    spec = spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = module_from_spec(spec)
    sys.modules[path.stem] = module  # machine code that is loaded asks for its module by name
    try:
        spec.loader.exec_module(module)
    except BaseException:
        # An interrupt, for it compiles, which takes seconds.
        sys.modules.pop(path.stem, None)
        raise
    return _evaluation(module)


def loaded(path: Path) -> ModuleType | None:
    """The module of the circuit in a file, if this process has loaded it."""
    module = sys.modules.get(path.stem)
    # Another thread may be in the middle of loading it: the circuit comes last.
    done = module is not None and module.__file__ == str(path) and hasattr(module, "circuit")
    return module if done else None


def _evaluation(module: ModuleType) -> Evaluation:
    circuit = as_argument(module.circuit)
    return Evaluation(module.PLANES, module.GATES, circuit, np.zeros((0, 4), dtype=np.int64))


def source(circuit: Circuit, *, turned: bool) -> str:
    """The circuit in Python."""
    return (
        HEAD.format(planes=circuit.planes, gates=len(circuit.gates), lines=LINES)
        + "\n".join(_lines(circuit, place_of(turned)))
        + "\n"
    )


def _lines(circuit: Circuit, place: Places) -> Iterator[str]:
    for number, (position, plane) in enumerate(circuit.inputs, start=2):
        yield f"            v{number} = desk[{place(position, plane)} + i]"
    for number, gate in enumerate(circuit.gates, start=2 + len(circuit.inputs)):
        yield f"            v{number} = {_expression(gate)}"
    for number, value in enumerate(circuit.outputs):
        shown = {FALSE: "0", TRUE: str(2**64 - 1)}.get(value, f"v{value}")
        yield f"            desk[{(3 * circuit.planes + 2 + number) * REGION} + i] = {shown}"


def _expression(gate: Gate) -> str:
    by, one, zero = (f"v{value}" for value in gate)
    if gate.one == TRUE:
        return f"{by} | {zero}"
    if gate.one == FALSE:
        return f"~{by}" if gate.zero == TRUE else f"~{by} & {zero}"
    if gate.zero == TRUE:
        return f"~{by} | {one}"
    if gate.zero == FALSE:
        return f"{by} & {one}"
    return f"{zero} ^ ({by} & ({one} ^ {zero}))"


def file_of(patches: PatchTable, *, turned: bool) -> Path:
    """Where the circuit of a network is kept."""
    digest = sha256(repr(turned).encode())
    network = patches.network
    codes = [*network.codes, network.work_columns, network.line, patches.code_shift]
    for part in (patches.table, patches.words, patches.masks, np.array(codes)):
        digest.update(part.tobytes())
    return folder() / f"planes_{digest.hexdigest()[:16]}.py"


def _write(path: Path, text: str) -> None:
    """Write a file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
