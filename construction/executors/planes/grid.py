"""One grid in planes, on its way through the layers."""

from __future__ import annotations

from typing import Final

import numpy as np

from construction.executors.event.grid import NO_LIMIT
from construction.executors.executor import Codes
from construction.executors.planes.circuit import numbered_codes, numbers_of_codes
from construction.executors.planes.compiled import Evaluation, step
from construction.executors.planes.kernel import LEFT_CODES, Lookup, Work, advance
from construction.executors.planes.sizes import LINES, LOOKED_UP, MARGIN, WORD
from construction.executors.planes.words import read_planes, who_saw, write_planes
from construction.executors.table.patch_table import PatchTable

_ALL: Final = 2**64 - 1


def planes_shape(shape: tuple[int, int], planes: int, *, turned: bool) -> tuple[int, int, int, int]:
    """The shape of both copies of so many planes, with margins, for a grid ``(rows, columns)``."""
    lines, pixels = shape[::-1] if turned else shape
    wide = MARGIN + -(-lines // LINES) * LINES + MARGIN
    return 2, planes, -(-pixels // WORD) + 2, wide


class PlanesGrid:
    """One grid of codes ``(rows, columns)`` that all have numbers.

    ``layer``, ``fixed`` and ``failed`` are as for the event executor's grid. ``turned``: its lines are columns.
    """

    def __init__(
        self, patches: PatchTable, shape: tuple[int, int], evaluation: Evaluation, *, turned: bool
    ) -> None:
        planes = evaluation.planes
        self._evaluation = evaluation
        self._desk = evaluation.desk()
        self.patches = patches
        self.turned = turned
        self.lines, self.pixels = shape[::-1] if turned else shape
        self.layer = 0
        self.fixed = self.failed = False
        codes = numbered_codes(patches)
        self._codes = codes.astype(np.int16)
        tiles = -(-self.lines // LINES)
        self._grids = np.zeros(planes_shape(shape, planes, turned=turned), dtype=np.uint64)
        parts, wide = self._grids.shape[2] - 2, self._grids.shape[3]
        self._row_masks = np.zeros(parts + 2, dtype=np.uint64)
        self._row_masks[1:-1] = _ALL
        if self.pixels % WORD:
            self._row_masks[-2] = 2 ** (self.pixels % WORD) - 1
        self._line_masks = np.zeros(wide, dtype=np.uint64)
        self._line_masks[MARGIN : MARGIN + self.lines] = _ALL
        # One beside them at either end, and the number that is the row's.
        active = np.zeros((2, parts + 2, -(-(tiles + 3) // 8) * 8), dtype=np.uint8)
        self._work = Work(active, active.view(np.uint64), np.zeros(5, dtype=np.int64))
        self._lookup = Lookup(
            table=np.require(patches.table, requirements=["C", "W"]),
            masks=np.require(patches.masks, requirements=["C", "W"]),
            words=patches.words[codes - patches.network.lowest],
            numbers=numbers_of_codes(patches),
            code_shift=np.uint32(patches.code_shift),
            steps=np.array([step(position, turned=turned) for position in range(9)]),
        )

    def start(self, grid: Codes) -> bool:
        """Begin with this grid; False if it has a code without a number."""
        self.layer = 0
        self.fixed = self.failed = False
        network = self.patches.network
        numbers, planes = self._lookup.numbers, self._grids[0]
        codes = np.ascontiguousarray(grid)
        room = np.empty(self.lines, dtype=np.uint64)
        if not write_planes(codes, self.turned, network.lowest, numbers, planes, room):
            return False
        # Before the first layer everything is new; so it writes all of the other copy.
        tiles = -(-self.lines // LINES)
        self._work.active[:] = 0
        self._work.active[0, 1:-1, 1 : tiles + 1] = self._work.active[0, 1:-1, -1] = 1
        self._work.counts[:] = 1, 0, 0, 0, 0
        return True

    def advance(self, layers: int, most: int = NO_LIMIT) -> None:
        """Compute up to ``layers`` more layers, and none after so many more pixels are evaluated."""
        self._work.counts[4] = self.evaluated + most
        layer, reason = advance()(
            self._evaluation.circuit,
            self._evaluation.gates,
            self._grids,
            self.layer,
            self.layer + layers,
            *self._work,
            self._row_masks,
            self._line_masks,
            self._desk,
            *self._lookup,
        )
        self.layer = int(layer)
        self.fixed = bool(self._work.counts[self.layer % 2] == 0)
        self.failed = bool(reason == LEFT_CODES)

    @property
    def changed(self) -> int:
        """The last layer that changed something, as far as is known."""
        return self.layer - int(self.fixed)

    @property
    def evaluated(self) -> int:
        """How many pixels were evaluated so far; one that was looked up as well counts :data:`LOOKED_UP` times more."""
        return int(self.in_tiles + LOOKED_UP * self._work.counts[3])

    @property
    def in_tiles(self) -> int:
        """The same without those that were looked up."""
        return int(self._work.counts[2] * LINES * WORD)

    def codes(self) -> Codes:
        """The grid after :attr:`layer` layers."""
        shape = (self.pixels, self.lines) if self.turned else (self.lines, self.pixels)
        grid = np.empty(shape, dtype=np.int16)
        room = np.empty(self.lines, dtype=np.uint64)
        read_planes(self._grids[self.layer % 2], self.turned, self._codes, grid, room)
        return grid

    def seers(self) -> tuple[int, int, int]:
        """About how many pixels the event executor would evaluate next, in how many stretches they stand, and how many are evaluated here; not before the first layer.

        The last of these is without those that are looked up.
        """
        counts = np.zeros(3, dtype=np.int64)
        shape = self._grids.shape[2], MARGIN + self.lines + 1
        who_saw(
            self._grids,
            self._work.active[self.layer % 2],
            np.zeros(shape, dtype=np.uint64),
            np.zeros(shape[1], dtype=np.int64),
            counts,
        )
        pixels, stretches, tiles = counts.tolist()
        return pixels, stretches, tiles * LINES * WORD
