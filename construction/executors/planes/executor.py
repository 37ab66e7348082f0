"""The executor of bits in planes: 64 pixels a word, through a circuit, where something changed."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from construction.executors.event.executor import LAYERS_AT_ONCE, EventExecutor
from construction.executors.event.grid import WIDE
from construction.executors.executor import MEMORY_LIMIT, Codes, Executor, ForwardBackward, Run
from construction.executors.planes.circuit import Circuit, circuit, numbered_codes
from construction.executors.planes.compiled import (
    Evaluation,
    compiled,
    file_of,
    interpreted,
    loaded,
    source,
)
from construction.executors.planes.grid import PlanesGrid, planes_shape
from construction.executors.planes.kernel import advance
from construction.executors.planes.sizes import LINES, WORD
from construction.executors.side_by_side import run_side_by_side
from construction.executors.table.patch_table import MOST_COMBINATIONS, patch_table
from construction.kernels import is_compiled
from construction.network.layers import Integers
from construction.network.rcnn import RCNN

#: Told how many pixels were evaluated, with and without look-ups, in how many layers, and where that led: should it go on so?
Suits = Callable[[int, int, int, PlanesGrid], bool]

#: Pixels that are evaluated between such questions, at first, and at most: each time there are four times as many.
BETWEEN_QUESTIONS: Final = (2**18, 2**22)
#: Pixel updates of a run, pixels times layers, that are worth compiling the circuit for.
WORTH_COMPILING: Final = 2**31


@lru_cache(maxsize=32)
def _circuit(network: RCNN) -> Circuit | None:
    """The circuit of a network; executors of one network share it."""
    return circuit(patch_table(network))


class _NoNameError(Exception):
    """Some grid came to a code without a name."""


def _check_names(states: Sequence[PlanesGrid]) -> None:
    if any(state.failed for state in states):
        raise _NoNameError


def _turned(shape: tuple[int, int]) -> bool:
    """Are the lines of a grid its columns?"""
    rows, columns = shape
    return columns < WIDE * rows


def _fit(shape: tuple[int, ...], planes: int) -> bool:
    """Is there room for the planes of a batch ``(batch, rows, columns)``?"""
    batch, rows, columns = shape
    own = planes_shape((rows, columns), planes, turned=_turned((rows, columns)))
    return batch * math.prod(own) * np.dtype(np.uint64).itemsize <= MEMORY_LIMIT


class PlanesExecutor(Executor):
    """Runs forward in planes; what that does not suit is the event executor's.

    That is: backward passes; networks without a table or with a large circuit; grids with codes that have no
    name, at first or later; and batches that the event executor would run as one.
    """

    name: ClassVar[str] = "planes"
    #: Of a grid of many lines. One of few takes more, and is the event executor's where that is too much.
    bytes_per_pixel: ClassVar[int] = 16

    def __init__(self, network: RCNN, *, most_combinations: int = MOST_COMBINATIONS) -> None:
        super().__init__(network)
        self._events = EventExecutor(network, most_combinations=most_combinations)
        self.patches = self._events.patches
        self._evaluations: dict[bool, Evaluation] = {}
        self._files: dict[bool, Path] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Also without machine code, and where this machine keeps it, which are found again."""
        return super().__getstate__() | {"_evaluations": {}, "_files": {}}

    @cached_property
    def circuit(self) -> Circuit | None:
        """The network's circuit; None if it would be large, or there is no table."""
        return _circuit(self.network) if self.patches.tabulated else None

    @property
    def _event(self) -> EventExecutor:
        self._events.progress = self.progress
        return self._events

    def run(self, grids: npt.ArrayLike, layers: int, *, record: bool = False) -> Run:
        start = self.check_input(grids, layers, record=record)
        found = None
        if not self._event.shares(start, layers):
            found = self._run(start, layers, record=record)
        return self._event.run(start, layers, record=record) if found is None else found

    def _run(self, start: Codes, layers: int, *, record: bool) -> Run | None:
        """The run in planes; None if a code has no name."""
        states = self._states(start, layers)
        if states is None:
            return None
        try:
            return run_side_by_side(self, states, start, layers, _check_names, record=record)
        except _NoNameError:
            return None

    def _states(self, start: Codes, layers: int) -> list[PlanesGrid] | None:
        """The grids of a batch in planes; None if there is no circuit, no room, or a code without a name."""
        _, rows, columns = start.shape
        turned = _turned((rows, columns))
        evaluation = self._evaluation(start.size * layers, turned=turned)
        if evaluation is None or not _fit(start.shape, evaluation.planes):
            return None
        states = [
            PlanesGrid(self.patches, (rows, columns), evaluation, turned=turned) for _ in start
        ]
        started = all(state.start(grid) for state, grid in zip(states, start, strict=True))
        return states if started else None

    def run_while(self, grid: Codes, layers: int, suits: Suits) -> Run:
        """The layers of one grid, ``(1, rows, columns)``, that has been checked, while ``suits`` says so.

        It is asked after one layer, and then whenever as much was done as :data:`BETWEEN_QUESTIONS` says. If that ends the run, or a code has no name, or the next layer leaves the network's codes, the
        run's ``layers`` are those that were computed.
        """
        states = self._states(grid, layers)
        if states is None:
            return Run(grid, 0, 0, self.name)
        (state,) = states
        # The first layer evaluates everything.
        begun, counted, in_tiles, most, count = 0, 0, 0, 1, 1
        following, most_between = BETWEEN_QUESTIONS
        while state.layer < layers:
            state.advance(min(count, layers - state.layer), counted + most - state.evaluated)
            self.tell(state.layer, layers)
            if state.fixed or state.failed:
                break
            if state.evaluated - counted < most:
                continue
            evaluated, done = state.evaluated - counted, state.layer - begun
            if not suits(evaluated, state.in_tiles - in_tiles, done, state):
                break
            begun, counted, in_tiles = state.layer, state.evaluated, state.in_tiles
            most, following = following, min(4 * following, most_between)
            count = LAYERS_AT_ONCE
        done = layers if state.fixed else state.layer
        return Run(state.codes()[None], done, state.changed, self.name, evaluated=state.evaluated)

    def is_loaded(self, shape: tuple[int, int]) -> bool:
        """Has this process loaded machine code for grids ``(rows, columns)``?"""
        return self.patches.tabulated and loaded(self._file(_turned(shape))) is not None

    def is_kept(self, shape: tuple[int, int]) -> bool:
        """Is the machine code for grids ``(rows, columns)`` on disk?"""
        path = self._file(_turned(shape))
        own = ("words.write_planes", "words.read_planes", "words.who_saw")
        needed = (f"{path.stem}.circuit", "kernel._advance", *own)
        return path.is_file() and all(is_compiled(each) for each in needed)

    def compile(self, shape: tuple[int, int]) -> bool:
        """Have the machine code for grids of this shape; False if there is no circuit, or no place to keep it."""
        found = self._evaluation(WORTH_COMPILING, turned=_turned(shape))
        if found is None or found.gates.size:
            return False
        advance()
        # What else it takes is compiled as it is first called.
        state = PlanesGrid(self.patches, (1, 1), found, turned=_turned(shape))
        state.start(np.full((1, 1), numbered_codes(self.patches)[-1], dtype=np.int16))
        state.codes()
        state.seers()
        return True

    def gates(self, shape: tuple[int, int]) -> int:
        """How many gates the circuit for grids of this shape has; 0 if there is none."""
        found = self._evaluation(0, turned=_turned(shape))
        return 0 if found is None else found.count

    def evaluated(self, shape: tuple[int, int]) -> int:
        """How many pixels are evaluated in a layer of a grid ``(rows, columns)`` all of which changes: those of whole tiles."""
        lines, pixels = shape[::-1] if _turned(shape) else shape
        return -(-lines // LINES) * LINES * (-(-pixels // WORD) * WORD)

    def _file(self, turned: bool) -> Path:
        """Where the circuit is kept."""
        if turned not in self._files:
            self._files[turned] = file_of(self.patches, turned=turned)
        return self._files[turned]

    def _evaluation(self, updates: int, *, turned: bool) -> Evaluation | None:
        """How the circuit is evaluated in a run of so many pixel updates; None if there is no circuit."""
        known = self._evaluations.get(turned)
        if known is not None and (not known.gates.size or updates < WORTH_COMPILING):
            return known
        if not self.patches.tabulated:
            return None
        path = self._file(turned)
        if path.is_file():
            evaluation = compiled(path)
        elif self.circuit is None:
            return None
        else:
            evaluation = interpreted(self.circuit, turned=turned)
            # Where nothing can be written, it stays with that.
            with suppress(OSError):
                if updates >= WORTH_COMPILING:
                    text = source(self.circuit, turned=turned)
                    evaluation = compiled(path, text)
        self._evaluations[turned] = evaluation
        return evaluation

    def forward_backward(self, grid: npt.ArrayLike, layers: int) -> ForwardBackward:
        return self._event.forward_backward(grid, layers)

    def forward_backward_signs(
        self, grid: npt.NDArray[np.integer], signs: npt.NDArray[np.integer], layers: int
    ) -> ForwardBackward:
        return self._event.forward_backward_signs(grid, signs, layers)

    def totals(
        self,
        grid: npt.NDArray[np.integer],
        signs: npt.NDArray[np.integer],
        layers: int,
        tables: Sequence[Integers],
    ) -> list[Integers]:
        if self._event.shares(np.broadcast_to(grid, (len(signs), *grid.shape)), layers):
            return self._event.totals(grid, signs, layers, tables)
        # Each grid has a desk of its own, with a place for every gate.
        return self.totals_of_few(grid, signs, layers, tables)

    def together(self, pixels: int) -> int:
        return self._event.together(pixels)
