"""The event executor: only pixels whose patch changed in the layer before are evaluated.

The weights recur over depth, so a pixel whose patch did not change in the layer before does not
change in this one, whatever the network is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

import numpy as np
import numpy.typing as npt

from construction.executors.definition.reference import next_grids
from construction.executors.event.grid import WIDE, EventGrid
from construction.executors.event.passes import EventPass
from construction.executors.event.repeated import KEPT_ROWS, ROWS_TOGETHER, first_repeated
from construction.executors.event.shared import SharedGrid
from construction.executors.executor import (
    MOST_TOGETHER,
    Codes,
    Executor,
    ForwardBackward,
    Run,
    check_memory,
)
from construction.executors.side_by_side import run_side_by_side
from construction.executors.table.patch_table import MOST_COMBINATIONS, patch_table
from construction.executors.threads import cores, slices
from construction.network.layers import Integers
from construction.network.rcnn import RCNN

#: Told how many pixels were evaluated, in how many stretches and how many layers, and where that led: should it go on so?
Suits = Callable[[int, int, int, EventGrid], bool]

#: Batches with fewer pixel updates, pixels times layers, are run grid by grid: to share has its
#: price, and needs compiled code of its own.
WORTH_SHARING: Final = 2**30
#: Mixtures for each pixel at the start that are too many for a batch to be run as one.
MOST_DIFFERENT: Final = 0.25
#: Layers that are computed before the interpreter has its turn, however little happens in them.
LAYERS_AT_ONCE: Final = 2**20
#: Layers in which nothing is asked.
FIRST_LAYERS: Final = 4
#: What is done before it is asked how much changes, at least, in a network with a table: as so many pixels that are evaluated.
BETWEEN_QUESTIONS: Final = 2**18
#: Passes of whole grids after one of which too few rows were run.
WHOLE_AT_LEAST: Final = 64


class EventExecutor(Executor):
    """Evaluates a pixel when its patch has changed. The table is made with the executor."""

    name: ClassVar[str] = "event"
    bytes_per_pixel: ClassVar[int] = 16

    def __init__(self, network: RCNN, *, most_combinations: int = MOST_COMBINATIONS) -> None:
        super().__init__(network)
        self.patches = patch_table(network, most_combinations=most_combinations)
        self._passes: list[EventPass] = []
        self._whole = 0  # passes of whole grids before it is tried again with fewer rows

    def run(self, grids: npt.ArrayLike, layers: int, *, record: bool = False) -> Run:
        start = self.check_input(grids, layers, record=record)
        if self._worth_sharing(len(start), start[0].size, layers):
            run = self._run_shared(start, layers, record=record)
            if run is not None:
                return run
        rows, columns = start.shape[1:]
        states = [EventGrid(self.patches, (rows, columns)) for _ in start]
        for state, grid in zip(states, start, strict=True):
            state.start(grid)
        return run_side_by_side(self, states, start, layers, self._check, record=record)

    def run_while(self, grid: Codes, layers: int, suits: Suits, *, record: bool) -> Run:
        """The layers of one grid, ``(1, rows, columns)``, that has been checked, while ``suits`` says so.

        After the first layers it is asked whenever as much was done as to evaluate all pixels, or :data:`BETWEEN_QUESTIONS`, what that
        was, and in how many layers: so what is done in vain stays within that, and a layer. If that
        ends it, the run's ``layers`` are those that were computed.
        """
        state = EventGrid(self.patches, grid.shape[1:])
        state.start(grid[0])
        history = [grid]
        piece = max(grid.size, BETWEEN_QUESTIONS if self.patches.tabulated else 0)
        # The first layer evaluates everything, and in many programs everything changes in it.
        begun, counted, stretches, worked = FIRST_LAYERS if self.patches.tabulated else 1, 0, 0, 0
        while state.layer < layers and not state.fixed:
            first = state.layer < begun
            left = worked + piece - state.worked
            count = 1 if first or record else min(LAYERS_AT_ONCE, layers - state.layer)
            state.advance(count, max(1, left))
            self._check([state])
            self.tell(state.layer, layers)
            if record and not state.fixed:
                history.append(state.codes()[None])
            enough = state.worked - worked >= piece
            if not first and enough:
                evaluated, own = state.evaluated - counted, state.stretches - stretches
                if not suits(evaluated, own, state.layer - begun, state):
                    break
                begun = state.layer
            if first or enough:
                counted, stretches, worked = state.evaluated, state.stretches, state.worked
        done = layers if state.fixed else state.layer
        kept = np.stack(history) if record else None
        last = state.codes()[None]
        return Run(last, done, state.changed, self.name, kept, state.evaluated)

    def shares(self, grids: npt.NDArray[np.integer], layers: int) -> bool:
        """Would a batch be run as one, if its grids have enough in common?"""
        return self._worth_sharing(len(grids), grids[:1].size, layers)

    def totals(
        self,
        grid: npt.NDArray[np.integer],
        signs: npt.NDArray[np.integer],
        layers: int,
        tables: Sequence[Integers],
    ) -> list[Integers]:
        negated = signs < 0
        # What would be refused is refused by the run of each grid.
        if self._worth_sharing(len(signs), grid.size, layers) and self._in_range(grid, negated):
            self.check_input(grid[None], layers, record=False)
            state = SharedGrid(self.patches, (len(grid), grid.shape[1]), len(signs))
            state.start_signs(grid.astype(np.int16), negated)
            if self._advance(state, layers):
                return [state.totals(table) for table in tables]
        return self.totals_of_few(grid, signs, layers, tables)

    def together(self, pixels: int) -> int:
        return MOST_TOGETHER if self.patches.tabulated else super().together(pixels)

    def _worth_sharing(self, batch: int, pixels: int, layers: int) -> bool:
        """Is there a table, is it more grids than there are cores, and enough to do?"""
        enough = batch * pixels * layers >= WORTH_SHARING
        return self.patches.tabulated and batch > max(2, cores()) and enough

    def _in_range(self, grid: npt.NDArray[np.integer], negated: npt.NDArray[np.bool_]) -> bool:
        """Are the codes of the columns that are ``negated`` in some grid still those of cells?"""
        codes = -grid[:, negated.any(axis=0)]
        low, high = codes.min(initial=self.network.highest), codes.max(initial=0)
        return bool(low > self.network.padding and high <= self.network.highest)

    def _run_shared(self, start: Codes, layers: int, *, record: bool) -> Run | None:
        """The run of a batch as one; None if its grids have little in common, or one is refused."""
        rows, columns = start.shape[1:]
        state = SharedGrid(self.patches, (rows, columns), len(start))
        state.start_all(start)
        if state.mixtures.counts[0] > MOST_DIFFERENT * rows * columns:
            return None
        history = [start] if record else None
        if not self._advance(state, layers, history):
            return None
        last, computed = state.all_codes(), state.changed
        return Run(last, layers, computed, self.name, np.stack(history) if history else None)

    def _advance(self, state: SharedGrid, layers: int, history: list[Codes] | None = None) -> bool:
        """Compute the layers of a batch, and write its history; False if one of its grids is refused."""
        for count in slices(layers, shortest=history is not None):
            state.advance(count)
            if state.failed:
                return False
            self.tell(state.layer, layers)
            if state.fixed:
                break
            if history is not None:
                history.append(state.all_codes())
        return True

    def forward_backward(self, grid: npt.ArrayLike, layers: int) -> ForwardBackward:
        start = self.check_input(np.asarray(grid)[None], layers, record=False)[0]
        return self.forward_backward_signs(start, np.ones(start.shape[1], dtype=np.int64), layers)

    def forward_backward_signs(
        self, grid: npt.NDArray[np.integer], signs: npt.NDArray[np.integer], layers: int
    ) -> ForwardBackward:
        result = None
        if grid.dtype == np.int16 and grid.size and layers >= 0:
            check_memory(grid.size * self.bytes_per_pixel, "the grids")
            codes = np.asarray(grid, dtype=np.int16)
            own = np.ascontiguousarray(signs, dtype=np.int64)
            rows = self._rows_to_run(codes)
            if rows < len(grid):
                result = self._passes_of(codes, own, layers, rows)
                # Trying in vain takes as long as a step; so that is rare.
                self._whole = 0 if result is not None else WHOLE_AT_LEAST
            if result is None:
                result = self._passes_of(codes, own, layers, len(grid))
        if result is None:
            # It is refused there, or is of another type.
            return super().forward_backward_signs(grid, signs, layers)
        return result

    def _rows_to_run(self, grid: Codes) -> int:
        """How many rows of a grid with equal rows at its end have to be run."""
        if self._whole:
            self._whole -= 1
            return len(grid)
        if len(grid) < 2 * ROWS_TOGETHER:
            return len(grid)
        needed = int(first_repeated(np.ascontiguousarray(grid.T))) + KEPT_ROWS
        # A grid by columns, in which a row's neighbours stand side by side.
        needed = max(needed, int(grid.shape[1]) // WIDE + 1)
        return min(len(grid), -(-needed // ROWS_TOGETHER) * ROWS_TOGETHER)

    def _passes_of(
        self, grid: Codes, signs: Integers, layers: int, rows: int
    ) -> ForwardBackward | None:
        """Both passes of a grid, of which so many rows are run; None if that does not tell about all of it."""
        # What a pass needs room for is kept for the next one; another thread makes its own.
        one = self._passes.pop() if self._passes else None
        if one is None or one.shape != (rows, grid.shape[1]):
            one = None  # before there is room for another
            one = EventPass(self.patches, (rows, grid.shape[1]))
        state = one.state
        if not state.start(grid, signs):
            return None
        for count in slices(layers):
            state.advance(count)
            if state.failed and rows < len(grid):
                return None
            self._check([state])
            if state.fixed:
                break
        result = one.backward(layers, len(grid))
        # A pass that stopped in the middle still has parts of a gradient.
        if result is not None:
            self._passes.append(one)
        return result

    def _check(self, states: Sequence[EventGrid]) -> None:
        """Raise what the reference says of the first grid that failed."""
        failed = [number for number, state in enumerate(states) if state.failed]
        if failed:
            number = min(failed, key=lambda n: (states[n].layer, n))
            state = states[number]
            next_grids(self, state.codes()[None], state.layer + 1, first=number)
            raise AssertionError(f"layer {state.layer + 1} is no failure in the reference executor")
