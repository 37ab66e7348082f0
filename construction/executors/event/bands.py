"""One grid on its way through the layers by several threads, each of which computes a band of it.

A band is some lines. In ``k`` layers nothing travels farther than ``k`` lines, so a thread that begins with as
many lines more on either side needs nothing from the others. Then the threads meet: each gets what it needs next
from those that have computed it, and the bands are cut anew, so that all have the same amount of work.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from construction.executors.event.grid import EventGrid
from construction.executors.event.kernel import TILE, Work, mark, no_work
from construction.executors.executor import Codes
from construction.executors.table.patch_table import PatchTable
from construction.executors.threads import Map
from construction.kernels import kernel
from construction.network.layers import Integers

#: Layers that are computed before the threads meet; a band has at least so many lines.
TOGETHER: Final = 32
#: Tiles with work in a layer that are worth a thread.
TILES_WORTH_A_THREAD: Final = 128
#: Bands at most, for each has room for all of the grid.
MOST_BANDS: Final = 4

Band = tuple[int, int]  #: the first and the last line, the grid's first being 1


class BandedGrid:
    """One grid by so many threads at most; otherwise like :class:`~construction.executors.event.grid.EventGrid`.

    While there is little to do there is one band, and no other thread.
    """

    def __init__(
        self, patches: PatchTable, shape: tuple[int, int], threads: int, run_all: Map
    ) -> None:
        self._run_all = run_all
        self._new = partial(EventGrid, patches, shape)
        # Each has room for all of the grid, and is right on its band.
        self._states = [self._new()]
        self._lines = self._states[0].lines[0]
        self._most = max(1, min(threads, MOST_BANDS, self._lines // (2 * TOGETHER)))
        self._bands = 1
        self._todo = no_work(self._states[0].words.size)

    def start(self, grid: Codes) -> None:
        """Begin with this grid, ``(rows, columns)``."""
        self._begun = grid
        self._set_bands([(1, self._lines)])
        self._states[0].start(grid)

    def advance(self, layers: int) -> None:
        """Compute up to ``layers`` more layers."""
        stop = self.layer + layers
        while self.layer < stop and not (self.fixed or self.failed):
            if self._bands == 1:
                self._states[0].advance(stop - self.layer)
            if self.layer < stop and not (self.fixed or self.failed):
                self._cut()
            if self._bands > 1:
                self._advance_bands(min(TOGETHER, stop - self.layer))

    @property
    def layer(self) -> int:
        """The number of layers computed so far."""
        return self._states[0].layer

    @property
    def fixed(self) -> bool:
        """Did the last layer change nothing?"""
        return all(state.fixed for state in self._states[: self._bands])

    @property
    def failed(self) -> bool:
        """Does the next layer leave the network's codes?"""
        return self._states[0].failed

    @property
    def changed(self) -> int:
        """The last layer that changed something, as far as is known."""
        return self.layer - int(self.fixed)

    @property
    def evaluated(self) -> int:
        """How many words were evaluated so far, by all threads."""
        return sum(state.evaluated for state in self._states)

    def codes(self) -> Codes:
        """The grid after :attr:`layer` layers."""
        first, *others = self._states[: self._bands]
        for other in others:
            _copy(other, other.band, first)
        return first.codes()

    def _advance_bands(self, layers: int) -> None:
        """Compute some layers of every band."""
        states = self._states[: self._bands]
        stop = self.layer + layers
        self._run_all(partial(EventGrid.advance, layers=layers), states)
        if any(state.failed for state in states):
            # Alone it stops where the first of them did.
            self._most = 1
            self.start(self._begun)
            self.advance(stop)
            return
        if self.fixed:
            stop = max(state.layer for state in states)
        for state in states:
            # One that has stopped holds the same words in both copies.
            state.layer = stop

    def _cut(self) -> None:
        """Cut the bands by what there is to do, and give each what it needs for the next layers."""
        now = self.layer % 2
        todo = work_of(self._todo, 0)
        clear(*todo)
        owners = [(state, state.band) for state in self._states[: self._bands]]
        for state, _ in owners:
            add_work(*work_of(state.work, now), *todo, 0, state.words.size)
        layer = self.layer
        self._set_bands(self._equal_bands(todo[0]))
        for state in self._states[: self._bands]:
            state.layer, state.fixed = layer, False
            needed = self._around(state.band, TOGETHER)
            for owner, own in owners:
                if owner is not state:
                    _copy(owner, (max(needed[0], own[0]), min(needed[1], own[1])), state)
            computed = self._around(state.band, TOGETHER - 1)
            first, last = computed[0] * state.stride, (computed[1] + 1) * state.stride - 1
            own_work = work_of(state.work, now)
            clear(*own_work)
            add_work(*todo, *own_work, first, last)

    def _set_bands(self, bands: list[Band]) -> None:
        self._bands = len(bands)
        while len(self._states) < self._bands:
            self._states.append(self._new())
        for state, band in zip(self._states, bands, strict=False):
            state.band = band
            # One alone stops where two are worth it by far.
            alone = self._most > 1 and self._bands == 1
            state.most_tiles = 3 * TILES_WORTH_A_THREAD if alone else state.work.active.shape[1]

    def _equal_bands(self, active: npt.NDArray[np.uint8]) -> list[Band]:
        """Bands with about as many of the tiles that have work each."""
        work = np.cumsum(active)
        count = max(1, min(self._most, int(work[-1]) // TILES_WORTH_A_THREAD))
        shares = work[-1] * np.arange(1, count) / count
        lines = np.searchsorted(work, shares) * TILE // self._states[0].stride
        least = np.arange(1, count) * TOGETHER
        inner = np.clip(lines, least, self._lines - least[::-1]).tolist()
        return [(first + 1, last) for first, last in pairwise([0, *inner, self._lines])]

    def _around(self, band: Band, lines: int) -> Band:
        return max(1, band[0] - lines), min(self._lines, band[1] + lines)


def _copy(source: EventGrid, band: Band, target: EventGrid) -> None:
    """Copy the lines of a band from one grid to another."""
    words = slice(band[0] * source.stride, (band[1] + 1) * source.stride)
    target.grids[:, words] = source.grids[:, words]


def work_of(work: Work, now: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], Integers]:
    """What is to be evaluated in the layer after one with this remainder modulo 2."""
    return work.active[now], work.spans[now], work.counts[now]


@kernel
def clear(active, spans, counts):  # type: ignore[no-untyped-def]
    """Nothing to do."""
    active[:] = 0
    counts[0], counts[1], counts[2] = 0, active.size, -1


@kernel
def add_work(active, spans, counts, to_active, to_spans, to_counts, first, last):  # type: ignore[no-untyped-def]
    """Add what of some work is within the words ``first..last`` to another one."""
    for tile in range(counts[1], counts[2] + 1):
        if active[tile]:
            place = tile * TILE
            begin = max(first, place + np.int64(spans[tile, 0]))
            end = min(last, place + np.int64(spans[tile, 1]))
            mark(to_active, to_spans, to_counts, begin, end)
