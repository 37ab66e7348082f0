"""One grid on its way through the layers, as the event executor computes them."""

from __future__ import annotations

from typing import Final

import numpy as np

from construction.executors.event.kernel import (
    GAP,
    LEFT_CODES,
    LOG_FULL,
    TILE,
    WORDS_OF_A_RUN,
    Log,
    advance,
    advance_by_sums,
    mark,
    no_work,
)
from construction.executors.executor import Codes, check_memory
from construction.executors.flat import flat_size
from construction.executors.table.lookup import lookup_arguments, scratch_space, write_words
from construction.executors.table.patch_table import PatchTable, Words
from construction.network.layers import Integers

FIRST_LOG_LAYERS: Final = 2**10  #: layers that a log has room for at first
#: A grid so many times as wide as it is high is flat by rows; all others are by columns.
WIDE: Final = 8
NO_LIMIT: Final = 2**62


class EventGrid:
    """One grid on its way through the layers, and room for others of its shape after it.

    ``layer`` is the number of layers computed so far, ``fixed`` says that the last of them changed
    nothing, so that none will, ``failed`` that the next one leaves the network's codes. With
    ``keep_log``, ``log`` holds every change (see the kernel).

    The programs' waves go from column to column, so the changes of a layer stand in columns: there the
    grid is flat by columns, that is, ``turned`` is its transposed.
    """

    def __init__(
        self, patches: PatchTable, shape: tuple[int, int], *, keep_log: bool = False
    ) -> None:
        rows, columns = shape
        self.turned = columns < WIDE * rows
        self.patches = patches.transposed() if self.turned else patches
        self.lines = (columns, rows) if self.turned else (rows, columns)
        self.stride = self.lines[1] + 1
        self.layer = 0
        self.fixed = self.failed = False
        size = flat_size(self.lines)
        outside = patches.words[patches.network.padding - patches.network.lowest]
        self._grids = np.full((2, size), outside, dtype=np.uint32)
        self._work = no_work(size)
        # Only the kernel for networks without a table takes the sums.
        self._kernel = advance if patches.tabulated else advance_by_sums
        self._lookup = lookup_arguments(self.patches)
        self._limits = self._lookup[-1]
        if patches.tabulated:
            self._lookup = self._lookup[:2]
        self._scratch = scratch_space(patches)
        self.log = Log(
            starts=np.zeros((FIRST_LOG_LAYERS if keep_log else 1, 2), dtype=np.int64),
            stretches=np.empty((size >> 2 if keep_log else 0, 2), dtype=np.int64),
            codes=np.empty(2 * size if keep_log else 0, dtype=np.uint16),
            code_shift=patches.code_shift,
        )

    def start(self, grid: Codes, signs: Integers | None = None) -> bool:
        """Begin with the first rows of this grid, ``(rows, columns)``, times the signs of its columns.

        Returns False if some of that is no cell's code; then there is no grid to go on with.
        """
        self.layer = 0
        self.fixed = self.failed = False
        lines = np.ascontiguousarray(grid.T if self.turned else grid)
        if signs is None:
            signs = np.ones(grid.shape[1], dtype=np.int64)
        words, flat = self.patches.words, self._grids[0]
        if not write_words(lines, self.lines, signs, self.turned, words, self._limits, flat):
            return False
        # Before the first layer everything is new; so it writes all of the other copy.
        work = self._work
        work.active[:] = 0
        work.evaluated[:] = 0
        work.counts[:] = 0, work.active.shape[1], -1
        first, last = self.stride + 1, self._grids.shape[1] - 2 - self.stride
        mark(work.active[0], work.spans[0], work.counts[0], first, last)
        return True

    def advance(self, layers: int, most: int = NO_LIMIT) -> None:
        """Compute up to ``layers`` more layers, and none after as much work as ``most`` words are."""
        stop = self.layer + layers
        self._work.evaluated[1] = self.worked + most
        reason = LOG_FULL
        while reason == LOG_FULL:
            layer, reason = self._kernel(
                self._grids,
                self.layer,
                stop,
                self.stride,
                self._lookup,
                self._scratch,
                self._work,
                self.log,
            )
            self.layer = int(layer)
            if reason == LOG_FULL:
                self._grow_log()
        self.fixed = bool(self._work.counts[self.layer % 2, 0] == 0)
        self.failed = bool(reason == LEFT_CODES)

    @property
    def changed(self) -> int:
        """The last layer that changed something, as far as is known."""
        return self.layer - int(self.fixed)

    @property
    def evaluated(self) -> int:
        """How many words were evaluated so far."""
        return int(self._work.evaluated[0])

    @property
    def stretches(self) -> int:
        """In how many stretches that follow each other these words stood."""
        return int(self._work.evaluated[2])

    @property
    def worked(self) -> int:
        """What was done so far, as so many words that are evaluated."""
        return self.evaluated + WORDS_OF_A_RUN * self.stretches

    def blocks(self, lines: int, pixels: int) -> int:
        """In how many blocks of so many lines and pixels of a line that of some tile with work in the next layer begins.

        A tile's work may go on into a block beside that; it is not looked at there.
        """
        now = self.layer % 2
        tiles = np.flatnonzero(self._work.active[now])
        line, place = np.divmod(tiles * TILE + self._work.spans[now, tiles, 0], self.stride)
        blocks = np.zeros((self.lines[0] // lines + 2, self.stride // pixels + 1), dtype=bool)
        blocks[(line - 1) // lines, np.maximum(place - 1, 0) // pixels] = True
        return int(np.count_nonzero(blocks))

    @property
    def words(self) -> Words:
        """The words after :attr:`layer` layers, flat."""
        words: Words = self._grids[self.layer % 2]
        return words

    def codes(self) -> Codes:
        """The grid after :attr:`layer` layers."""
        codes = self.patches.decode(self.words, self.lines)
        return codes.T if self.turned else codes

    def places(self, flat: Integers) -> tuple[Integers, Integers]:
        """Rows and columns of words."""
        line, place = np.divmod(flat, self.stride)
        return (place - 1, line - 1) if self.turned else (line - 1, place - 1)

    def _grow_log(self) -> None:
        """Make what has run out of room twice as large; all of it must have room for a layer."""
        tiles = self._work.counts[self.layer % 2, 0]
        starts, stretches, codes, code_shift = self.log
        check_memory(
            2 * (starts.nbytes + stretches.nbytes + codes.nbytes), "the log of all changes"
        )
        if self.layer + 1 >= len(starts):
            starts = np.concatenate([starts, np.zeros_like(starts)])
        if starts[self.layer, 0] + 2 * tiles + 2 > len(stretches):
            more = np.empty((len(stretches) + 2 * tiles + 2, 2), dtype=np.int64)
            stretches = np.concatenate([stretches, more])
        if starts[self.layer, 1] + tiles * (TILE + GAP) > len(codes):
            more = np.empty(len(codes) + tiles * (TILE + GAP), dtype=np.uint16)
            codes = np.concatenate([codes, more])
        self.log = Log(starts, stretches, codes, code_shift)
