"""The tabulated executor: every pixel of every layer, through a table of the network's patches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import ClassVar, Final, NoReturn

import numba
import numpy as np
import numpy.typing as npt

from construction.executors.backpropagation import forward_backward_by_history
from construction.executors.executor import Codes, Executor, ForwardBackward, Run
from construction.executors.lookup import STRETCH, lookup_arguments, next_words, scratch_space
from construction.executors.patch_table import FAILURE, MOST_COMBINATIONS, Words, patch_table
from construction.executors.reference import next_grids
from construction.executors.threads import cores, worker_threads
from construction.network.rcnn import RCNN

#: Layers that a part of a grid is computed for before the parts meet.
LAYERS_TOGETHER: Final = 24
#: Pixel updates after which whole grids meet, so that an interrupt is noticed.
UPDATES_TOGETHER: Final = 2**27
#: A grid with fewer pixels is not worth dividing among threads.
PIXELS_WORTH_A_THREAD: Final = 2**13


_FAILURE = np.uint32(FAILURE)


@dataclass(eq=False)
class _Part:
    """Some rows of one grid, computed by one thread at a time.

    ``copies`` is the rows twice, with a halo of rows on either side: the grid's flat words from
    ``start`` on. Those from ``first`` to ``stop - 1`` are the part's own. ``halo`` says on which of the
    two sides there is one.
    """

    grid: int
    start: int
    first: int
    stop: int
    halo: tuple[int, int]
    copies: Words


class TabulatedExecutor(Executor):
    """Looks every pixel up. The table is made once, when the executor is made."""

    name: ClassVar[str] = "tabulated"
    bytes_per_pixel: ClassVar[int] = 24

    def __init__(self, network: RCNN, *, most_combinations: int = MOST_COMBINATIONS) -> None:
        super().__init__(network)
        self.patches = patch_table(network, most_combinations=most_combinations)
        self._lookup = lookup_arguments(self.patches)

    def run(self, grids: npt.ArrayLike, layers: int, *, record: bool = False) -> Run:
        start = self.check_input(grids, layers, record=record)
        shape = start.shape[1:]
        now = np.stack([self.patches.encode(grid) for grid in start])
        then = now.copy()
        parts, together = self._parts(*start.shape, record=record)
        history = [start]
        computed = layer = 0
        with worker_threads(len(parts)) as run_all:
            while layer < layers:
                count = min(together, layers - layer)
                work = partial(self._advance, now, then, count, shape[1] + 1)
                results = run_all(work, parts)
                failed = min((at for _, at in results if at), default=0)
                if failed:
                    self._fail(self._decode(now, shape), layer, failed)
                changed = max(at for at, _ in results)
                if changed:
                    computed = layer + changed
                layer += count
                now, then = then, now
                if changed < count:
                    break
                if record:
                    history.append(self._decode(now, shape))
        last = self._decode(now, shape)
        return Run(last, layers, computed, self.name, np.stack(history) if record else None)

    def forward_backward(self, grid: npt.ArrayLike, layers: int) -> ForwardBackward:
        return forward_backward_by_history(self, grid, layers)

    def _decode(self, words: Words, shape: tuple[int, int]) -> Codes:
        return np.stack([self.patches.decode(each, shape) for each in words])

    def _parts(
        self, batch: int, rows: int, columns: int, *, record: bool
    ) -> tuple[list[_Part], int]:
        """The parts of the batch, and how many layers each is computed for before they meet."""
        pieces = 1
        if batch < cores():
            pieces = max(1, min(cores(), rows * columns // PIXELS_WORTH_A_THREAD, rows))
        together = LAYERS_TOGETHER if pieces > 1 else max(1, UPDATES_TOGETHER // (rows * columns))
        if record:
            together = 1
        stride = columns + 1
        bounds = np.linspace(1, rows + 1, pieces + 1).astype(int)
        parts = []
        for first, stop in pairwise(bounds):
            top = max(0, int(first) - together) if pieces > 1 else 0
            bottom = min(rows + 2, int(stop) + together) if pieces > 1 else rows + 2
            for grid in range(batch):
                parts.append(
                    _Part(
                        grid=grid,
                        start=top * stride,
                        first=(int(first) - top) * stride + 1,
                        stop=(int(stop) - top) * stride + 1,
                        halo=(int(top > 0), int(bottom < rows + 2)),
                        copies=np.empty((2, (bottom - top) * stride + 2), dtype=np.uint32),
                    )
                )
        return parts, together

    def _advance(
        self, now: Words, then: Words, layers: int, stride: int, part: _Part
    ) -> tuple[int, int]:
        part.copies[:] = now[part.grid, part.start : part.start + part.copies.shape[1]]
        scratch = scratch_space(self.patches)
        changed, failed = advance(
            part.copies, layers, stride, part.first, part.stop, part.halo, self._lookup, scratch
        )
        own = part.copies[layers % 2, part.first : part.stop]
        then[part.grid, part.start + part.first : part.start + part.stop] = own
        return int(changed), int(failed)

    def _fail(self, grids: Codes, layer: int, layers: int) -> NoReturn:
        """Raise what the reference raises within the next ``layers`` layers."""
        for later in range(layer + 1, layer + layers + 1):
            grids = next_grids(self, grids, later)
        raise AssertionError(f"layer {layer + layers} is no failure in the reference executor")


@numba.njit(nogil=True, cache=True)
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
        for start in range(low, first, STRETCH):
            end = min(first, start + STRETCH)
            around |= next_words(before, after, start, end, stride, lookup, scratch)
        for start in range(first, stop, STRETCH):
            end = min(stop, start + STRETCH)
            own |= next_words(before, after, start, end, stride, lookup, scratch)
        for start in range(stop, high, STRETCH):
            end = min(high, start + STRETCH)
            around |= next_words(before, after, start, end, stride, lookup, scratch)
        if own & _FAILURE:
            return changed, layer
        if own:
            changed = layer
        elif not around:
            break
    return changed, 0
