"""The event executor: only pixels whose patch changed in the layer before are evaluated.

The weights recur over depth, so a pixel whose patch did not change in the layer before does not
change in this one, whatever the network is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from time import perf_counter
from typing import ClassVar, Final

import numpy as np
import numpy.typing as npt

from construction.executors.event_kernel import (
    EDGE,
    LEFT_CODES,
    TILE_BITS,
    advance,
    enlist,
)
from construction.executors.executor import Codes, Executor, Run
from construction.executors.lookup import lookup_arguments, scratch_space
from construction.executors.patch_table import MOST_COMBINATIONS, PatchTable, patch_table
from construction.executors.reference import next_grids
from construction.executors.threads import worker_threads
from construction.network.rcnn import RCNN

NOWHERE: Final = (-1, 2**62)  #: edges that no change reaches


class EventGrid:
    """One grid on its way through the layers.

    ``layer`` is the number of layers computed so far, ``fixed`` says that the last of them changed
    nothing, so that none will, ``failed`` that the next one leaves the network's codes.
    """

    def __init__(self, patches: PatchTable, grid: Codes) -> None:
        rows, columns = grid.shape
        self.patches = patches
        self.shape = (rows, columns)
        self.layer = 0
        self.fixed = self.failed = False
        words = patches.encode(grid)
        self._grids = np.stack([words, words])
        self._work = np.full((2, 4, (words.size >> TILE_BITS) + 1), -1, dtype=np.int64)
        self._counts = np.zeros(2, dtype=np.int64)
        # Before the first layer everything is new.
        first, last = columns + 2, (rows + 1) * (columns + 1)
        self._counts[0] = enlist(self._work[0], first, last, -2, 0)
        self._lookup = lookup_arguments(patches)
        self._scratch = scratch_space(patches)
        self._no_log = np.empty((2, 0), dtype=np.uint32), np.zeros(1, dtype=np.int64)

    def advance(self, layers: int, *, watch_sides: bool = False) -> bool:
        """Compute up to ``layers`` more layers.

        ``watch_sides``: stop after a layer that changed the first or the last pixel, and return True.
        """
        first, last = self.shape[1] + 2, (self.shape[0] + 1) * (self.shape[1] + 1)
        layer, reason = advance(
            self._grids,
            self.layer,
            self.layer + layers,
            self.shape[1] + 1,
            self._lookup,
            self._scratch,
            self._work,
            self._counts,
            (first, last) if watch_sides else NOWHERE,
            *self._no_log,
        )
        self.layer = int(layer)
        self.fixed = bool(self._counts[self.layer % 2] == 0)
        self.failed = bool(reason == LEFT_CODES)
        return bool(reason == EDGE)

    @property
    def changed(self) -> int:
        """The last layer that changed something, as far as is known."""
        return self.layer - int(self.fixed)

    def codes(self) -> Codes:
        """The grid after :attr:`layer` layers."""
        return self.patches.decode(self._grids[self.layer % 2], self.shape)


class EventExecutor(Executor):
    """Evaluates a pixel when its patch has changed. The table is made with the executor."""

    name: ClassVar[str] = "event"
    bytes_per_pixel: ClassVar[int] = 16

    def __init__(self, network: RCNN, *, most_combinations: int = MOST_COMBINATIONS) -> None:
        super().__init__(network)
        self.patches = patch_table(network, most_combinations=most_combinations)

    def run(self, grids: npt.ArrayLike, layers: int, *, record: bool = False) -> Run:
        start = self.check_input(grids, layers, record=record)
        states = [EventGrid(self.patches, grid) for grid in start]
        history = [start]
        layer = 0
        with worker_threads(len(states)) as run_all:
            for count in slices(layers, shortest=record):
                run_all(partial(EventGrid.advance, layers=count), states)
                self._check(states)
                layer += count
                if all(state.fixed for state in states):
                    break
                if record:
                    history.append(np.stack([state.codes() for state in states]))
        computed = max(state.changed for state in states)
        last = np.stack([state.codes() for state in states])
        return Run(last, layers, computed, self.name, np.stack(history) if record else None)

    def _check(self, states: list[EventGrid]) -> None:
        failed = [number for number, state in enumerate(states) if state.failed]
        if failed:
            number = min(failed, key=lambda n: (states[n].layer, n))
            state = states[number]
            next_grids(self, state.codes()[None], state.layer + 1, first=number)
            raise AssertionError(f"layer {state.layer + 1} is no failure in the reference executor")


def slices(layers: int, *, shortest: bool = False) -> Iterator[int]:
    """Numbers of layers that add up to ``layers``, each of which takes a fraction of a second.

    Between them the interpreter has its turn, so that an interrupt is noticed.
    """
    count = 1 if shortest else 256
    while layers > 0:
        begun = perf_counter()
        yield min(count, layers)
        layers -= count
        if not shortest:
            elapsed = perf_counter() - begun
            count = 4 * count if elapsed < 0.05 else max(1, count // 2) if elapsed > 0.5 else count
