"""The tabulated executor: every pixel of every layer, through a table of the network's patches."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from construction.executors.executor import Codes
from construction.executors.sweep.executor import TABULATED_TOGETHER, Part, SweepExecutor
from construction.executors.table.lookup import STRETCH, lookup_arguments, next_words, scratch_space
from construction.executors.table.patch_table import FAILURE, MOST_COMBINATIONS, Words, patch_table
from construction.kernels import kernel
from construction.network.rcnn import RCNN

_FAILURE = np.uint32(FAILURE)


class TabulatedExecutor(SweepExecutor):
    """Looks every pixel up. The table is made once, when the executor is made."""

    name: ClassVar[str] = "tabulated"
    bytes_per_pixel: ClassVar[int] = 24
    layers_together: ClassVar[int] = TABULATED_TOGETHER
    updates_together: ClassVar[int] = 2**27

    def __init__(self, network: RCNN, *, most_combinations: int = MOST_COMBINATIONS) -> None:
        super().__init__(network)
        self.patches = patch_table(network, most_combinations=most_combinations)
        self._lookup = lookup_arguments(self.patches)

    def encode(self, grid: Codes) -> Words:
        return self.patches.encode(grid)

    def decode(self, flat: Words, shape: tuple[int, int]) -> Codes:
        return self.patches.decode(flat, shape)

    def advance(self, part: Part, layers: int, stride: int) -> tuple[int, int]:
        scratch = scratch_space(self.patches)
        changed, failed = advance(
            part.copies, layers, stride, part.first, part.stop, part.halo, self._lookup, scratch
        )
        return int(changed), int(failed)


@kernel
def advance(grids, layers, stride, first, stop, halo, lookup, scratch):  # type: ignore[no-untyped-def]
    """Compute ``layers`` layers of a part of a grid, in turns from one of its two copies to the other.

    In every layer the outermost row is lost on a side with a ``halo``. Returns the last layer that
    changed one of the words ``first..stop - 1``, and the first in which one of them left the codes,
    or 0 for each.
    """
    changed = 0
    for layer in range(1, layers + 1):
        before, after = grids[(layer + 1) % 2], grids[layer % 2]
        low = stride * (1 + halo[0] * (layer - 1)) + 1
        high = grids.shape[1] - 1 - stride * (1 + halo[1] * (layer - 1))
        around, own = np.uint32(0), np.uint32(0)
        # One loop over all three parts: the compiler copies what is called into it.
        start = low
        while start < high:
            end = first if start < first else stop if start < stop else high
            end = min(end, start + STRETCH)
            seen = next_words(before, after, start, end, stride, lookup, scratch)
            if first <= start < stop:
                own |= seen
            else:
                around |= seen
            start = end
        if own & _FAILURE:
            return changed, layer
        if own:
            changed = layer
        elif not around:
            break
    return changed, 0
