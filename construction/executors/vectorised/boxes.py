"""Some grids on their way through the layers together, in plain NumPy.

A layer is computed in a box of rows and columns that holds every pixel whose patch changed, in any of the
grids, in the layer before. All others stay what they are, whatever the network.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from construction.errors import NetworkError
from construction.executors.definition.patches import evaluate
from construction.executors.executor import Codes
from construction.executors.table.patch_table import FAILED, TRANSPOSED, PatchTable, Words

Box = tuple[slice, slice]  #: of columns and rows in framed grids
INSIDE: Final = (slice(1, -1), slice(1, -1))


class Change(NamedTuple):
    """The words of a box before a layer that changed some of them, ``(columns, rows, grids)``."""

    box: Box
    words: Words


class BoxGrids:
    """Grids of one shape, ``(batch, rows, columns)`` codes at first.

    ``layer`` is the number of layers computed so far. ``fixed`` says that the last of them changed
    nothing, and ``failed`` that the next one leaves the network's codes in one of the grids.

    The words are ``framed``, ``(columns + 2, rows + 2, batch)``, with padding around them. The grids come
    last, for the box may be narrow: the waves of the programs stand in columns.
    """

    def __init__(self, patches: PatchTable, grids: Codes) -> None:
        network = patches.network
        self.patches = patches
        self.layer = 0
        self.fixed = self.failed = False
        self.evaluated = 0
        batch, rows, columns = grids.shape
        outside = patches.words[network.padding - network.lowest]
        self.framed: Words = np.full((columns + 2, rows + 2, batch), outside, dtype=np.uint32)
        self.framed[INSIDE] = patches.words[grids.transpose(2, 1, 0) - np.int16(network.lowest)]
        self._box: Box = (slice(1, columns + 1), slice(1, rows + 1))
        masks = patches.masks[TRANSPOSED]
        self._reads = [(p // 3 - 1, p % 3 - 1, masks[p]) for p in np.flatnonzero(masks).tolist()]

    @property
    def changed(self) -> int:
        """The last layer that changed something, as far as is known."""
        return self.layer - int(self.fixed)

    def codes(self) -> Codes:
        """The grids after :attr:`layer` layers, ``(batch, rows, columns)``."""
        words = self.framed[INSIDE].transpose(2, 1, 0) >> np.uint32(self.patches.code_shift)
        return words.astype(np.int16) + np.int16(self.patches.network.lowest)

    def step(self) -> Change | None:
        """Compute a layer; None if it changed nothing or failed."""
        before = self.framed[self._box]
        after = self._next_words() if self.patches.tabulated else self._next_by_units()
        self.evaluated += after.size
        if after.size and after.max() == FAILED:
            self.failed = True
            return None
        self.layer += 1
        places = (after != before).any(axis=2)
        columns, rows = (np.flatnonzero(places.any(axis=axis)) for axis in (1, 0))
        if not columns.size:
            self.fixed = True
            return None
        inner = (slice(columns[0], columns[-1] + 1), slice(rows[0], rows[-1] + 1))
        first_column, first_row = self._box[0].start, self._box[1].start
        box = (
            slice(first_column + int(columns[0]), first_column + int(columns[-1]) + 1),
            slice(first_row + int(rows[0]), first_row + int(rows[-1]) + 1),
        )
        change = Change(box, self.framed[box].copy())
        self.framed[box] = after[inner]
        width, height, _ = self.framed.shape
        self._box = (
            slice(max(1, box[0].start - 1), min(width - 1, box[0].stop + 1)),
            slice(max(1, box[1].start - 1), min(height - 1, box[1].stop + 1)),
        )
        return change

    def _moved(self, right: int, down: int) -> Words:
        """The words that stand so far from those of the box."""
        columns, rows = self._box
        return self.framed[
            columns.start + right : columns.stop + right, rows.start + down : rows.stop + down
        ]

    def _next_words(self) -> Words:
        """The next words of the box, from the table."""
        index = np.zeros(self.framed[self._box].shape, dtype=np.uint32)
        field = np.empty_like(index)
        for right, down, mask in self._reads:
            np.bitwise_and(self._moved(right, down), mask, out=field)
            np.bitwise_or(index, field, out=index)
        return self.patches.table.take(index)

    def _next_by_units(self) -> Words:
        """The same for a network without a table; its words are codes, from the lowest."""
        network = self.patches.network
        positions = [self._moved(right, down) for down in (-1, 0, 1) for right in (-1, 0, 1)]
        patches = np.stack(positions, axis=-1).reshape(-1, 9).astype(np.int64) + network.lowest
        try:
            codes = evaluate(network, patches)
        except NetworkError:
            codes = np.full(len(patches), network.padding, dtype=np.int16)
        outside = (codes <= network.padding) | (codes > network.highest)
        words = np.where(outside, FAILED, codes.astype(np.int64) - network.lowest)
        return words.astype(np.uint32).reshape(self.framed[self._box].shape)
