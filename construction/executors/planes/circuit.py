"""A network's table as a boolean circuit, which takes the bits of the codes of a patch to those of the next code.

The named codes are numbered, the padding 0, and a number has a bit in each of some **planes**. The circuit
first finds, from the bits of each pixel of the patch, its class at its position (:mod:`construction.executors.table`), and
from the bits of the classes those of the next code.

Of all the patches that named codes could make, a run meets few. The circuit is right on the patches that small
runs of the network meet, and on others as it happens. One more output, the **doubt**, is 1 on all
patches that it is not right on: those pixels have to be looked up. So which patches small runs meet decides
how much is looked up, and never what comes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from construction.executors.planes.diagrams import FREE, Diagram, diagram
from construction.executors.planes.sample import met_patches
from construction.executors.table.patch_table import CENTRE, FAILED, PatchTable

#: Larger tables, more patches that are met, and circuits with more gates are left to other executors.
LARGEST_TABLE: Final = 2**16
MOST_MET: Final = 2**10
MOST_GATES: Final = 2000

FALSE, TRUE = 0, 1  #: the first two values of a circuit


class Gate(NamedTuple):
    """A value: ``one`` where ``by`` is 1, and ``zero`` where it is 0; all three are earlier values."""

    by: int
    one: int
    zero: int


@dataclass(frozen=True)
class Circuit:
    """Values: first FALSE and TRUE, then ``inputs``, a position and a plane each, then ``gates``.

    ``outputs`` are the values that are the planes of the next code, and then the doubt.
    """

    planes: int
    inputs: tuple[tuple[int, int], ...]
    gates: tuple[Gate, ...]
    outputs: tuple[int, ...]


def numbered_codes(patches: PatchTable) -> npt.NDArray[np.int64]:
    """The codes that have a number, by number: those with a name, the padding first."""
    return np.array(sorted(patches.network.codes), dtype=np.int64)


def circuit(patches: PatchTable) -> Circuit | None:
    """The circuit of a network that has a table; None if it would be large."""
    if not patches.tabulated or patches.table.size > LARGEST_TABLE:
        return None
    met = met_patches(patches) & named_patches(patches)
    return None if met.sum() > MOST_MET else circuit_for(patches, met)


def named_patches(patches: PatchTable) -> npt.NDArray[np.bool_]:
    """For each entry of the table: can numbered codes make this patch, and has the next code a number?"""
    fields = patches.words[numbered_codes(patches) - patches.network.lowest]
    return _possible(patches, fields) & (_next_numbers(patches) >= 0)


def circuit_for(patches: PatchTable, met: npt.NDArray[np.bool_]) -> Circuit | None:
    """The circuit that is right on these entries of a table, of those that :func:`named_patches` has; None if it would be large."""
    codes = numbered_codes(patches)
    planes = max(1, int(len(codes) - 1).bit_length())
    fields = patches.words[codes - patches.network.lowest]
    after = _next_numbers(patches)
    possible = _possible(patches, fields)
    # With the centre's class asked for last, diagrams were the smallest.
    met, after, possible = (_centre_last(patches, each) for each in (met, after, possible))
    bits = np.arange(planes)[:, None]
    following = diagram(np.where(met, (after >> bits) & 1, FREE).astype(np.int8))
    found = (following.table().astype(np.int64) << bits).sum(axis=0)
    wrong = (found != after) & possible
    doubt = diagram(np.where(met, 0, np.where(wrong, 1, FREE)).astype(np.int8)[None])
    building = _Building()
    variables = _classes(building, patches, fields, planes)
    outputs = [*building.add(following, variables), *building.add(doubt, variables)]
    if len(building.gates) > MOST_GATES:
        return None
    return building.finished(planes, outputs)


def numbers_of_codes(patches: PatchTable) -> npt.NDArray[np.int64]:
    """The number of each code from the lowest on; -1 if it has none."""
    codes, lowest = numbered_codes(patches), patches.network.lowest
    numbers = np.full(patches.network.highest - lowest + 1, -1, dtype=np.int64)
    numbers[codes - lowest] = np.arange(len(codes))
    return numbers


def _next_numbers(patches: PatchTable) -> npt.NDArray[np.int64]:
    """For each entry of the table the number of the next code; -1 if it has none."""
    failed = patches.table == FAILED
    place = np.where(failed, 0, patches.table >> np.uint32(patches.code_shift))
    return np.where(failed, -1, numbers_of_codes(patches)[place])


def _possible(patches: PatchTable, words: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Which patches numbered codes can make, with these words, around a pixel of the grid."""
    index = np.arange(patches.table.size, dtype=np.uint32)
    possible = np.ones(index.size, dtype=bool)
    for position, mask in enumerate(patches.masks):
        own = words[1:] if position == CENTRE else words
        possible &= np.isin(index & mask, own & mask)
    return possible


def _centre_last(patches: PatchTable, entries: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The entries by an index that ends in the bits of the centre."""
    shape = [2 ** int(mask).bit_count() for mask in patches.masks]
    return np.moveaxis(entries.reshape(shape), CENTRE, -1).reshape(-1)


def _classes(
    building: _Building, patches: PatchTable, words: npt.NDArray[np.uint32], planes: int
) -> list[int]:
    """The values that are the bits of a patch's index, the highest first and the centre's last."""
    values = []
    for position in (*(each for each in range(9) if each != CENTRE), CENTRE):
        bits = [bit for bit in reversed(range(32)) if int(patches.masks[position]) >> bit & 1]
        if not bits:
            continue
        table = np.full((len(bits), 2**planes), FREE, dtype=np.int8)
        table[:, : len(words)] = words >> np.array(bits, dtype=np.uint32)[:, None] & 1
        inputs = [building.input(position, plane) for plane in reversed(range(planes))]
        values += building.add(diagram(table), inputs)
    return values


class _Building:
    """A circuit that is being built; equal gates are one."""

    def __init__(self) -> None:
        self._inputs: dict[tuple[int, int], int] = {}
        self._numbers: dict[Gate, int] = {}
        self.gates: list[Gate] = []

    # Inputs and gates are numbered apart, until all are known: gates by -1, -2, ...
    def input(self, position: int, plane: int) -> int:
        return self._inputs.setdefault((position, plane), 2 + len(self._inputs))

    def gate(self, gate: Gate) -> int:
        if gate.by in (FALSE, TRUE):
            return gate.one if gate.by == TRUE else gate.zero
        if gate.one == gate.zero:
            return gate.one
        if (gate.one, gate.zero) == (TRUE, FALSE):
            return gate.by
        if gate not in self._numbers:
            self.gates.append(gate)
            self._numbers[gate] = -len(self.gates)
        return self._numbers[gate]

    def add(self, functions: Diagram, variables: list[int]) -> list[int]:
        """The values that these functions of these values are."""
        below = [int(leaf) for leaf in functions.leaves]
        for level, variable in zip(reversed(functions.levels), reversed(variables), strict=True):
            below = [
                self.gate(Gate(variable, below[one], below[zero]))
                for zero, one in zip(level.zero, level.one, strict=True)
            ]
        return [below[root] for root in functions.roots]

    def finished(self, planes: int, outputs: list[int]) -> Circuit:
        """The circuit of what the outputs need, each gate soon after those that it needs."""
        order: dict[int, None] = {}
        for output in outputs:
            waiting = [output]
            while waiting:
                value = waiting[-1]
                missing = (
                    [each for each in self.gates[-value - 1] if each not in order]
                    if value < 0
                    else []
                )
                if missing:
                    waiting += missing
                else:
                    order[waiting.pop()] = None
        inputs = {key: value for key, value in self._inputs.items() if value in order}
        number = {FALSE: FALSE, TRUE: TRUE}
        number |= {value: 2 + place for place, value in enumerate(inputs.values())}
        gates: list[Gate] = []
        for value in order:
            if value < 0:
                number[value] = 2 + len(inputs) + len(gates)
                gates.append(Gate(*(number[each] for each in self.gates[-value - 1])))
        return Circuit(planes, tuple(inputs), tuple(gates), tuple(number[each] for each in outputs))
