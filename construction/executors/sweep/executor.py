"""What the executors have in common that compute every pixel of every layer, on all cores.

A grid is divided into parts of some rows, one for each thread. A part is computed for several layers
before the parts meet: it begins with a halo of as many rows on either side, which shrinks by a row
in each layer, so its own rows are right at the end.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, ClassVar, Final, NoReturn

import numpy as np
import numpy.typing as npt

from construction.executors.definition.backpropagation import forward_backward_by_history
from construction.executors.definition.reference import next_grids
from construction.executors.executor import Codes, Executor, ForwardBackward, Run
from construction.executors.threads import cores, worker_threads

#: A grid with fewer pixels is not worth dividing among threads.
PIXELS_WORTH_A_THREAD: Final = 2**13
#: Layers that a part of a grid is computed for before the parts meet, with a table and without.
TABULATED_TOGETHER: Final = 24
DENSE_TOGETHER: Final = 8

Flat = npt.NDArray[Any]


@dataclass(eq=False)
class Part:
    """Some rows of one grid, computed by one thread at a time.

    ``copies`` is the rows twice, with their halos: the flat grid from ``start`` on. Those from
    ``first`` to ``stop - 1`` are the part's own. ``halo`` says on which of the two sides there is one.
    """

    grid: int
    start: int
    first: int
    stop: int
    halo: tuple[int, int]
    copies: Flat


class SweepExecutor(Executor):
    """Computes every pixel of every layer; how is left to the subclass."""

    #: Layers that a part of a grid is computed for before the parts meet.
    layers_together: ClassVar[int]
    #: Pixel updates after which whole grids meet, so that an interrupt is noticed.
    updates_together: ClassVar[int]

    @abstractmethod
    def encode(self, grid: Codes) -> Flat:
        """A flat grid (:mod:`construction.executors.flat`) in the form that is computed."""

    @abstractmethod
    def decode(self, flat: Flat, shape: tuple[int, int]) -> Codes:
        """The codes of such a grid."""

    @abstractmethod
    def advance(self, part: Part, layers: int, stride: int) -> tuple[int, int]:
        """Compute layers of a part, in turns from one of its copies to the other.

        Returns the last layer that changed one of the part's own rows, and the first in which one
        of them left the network's codes, or 0 for each.
        """

    def run(self, grids: npt.ArrayLike, layers: int, *, record: bool = False) -> Run:
        start = self.check_input(grids, layers, record=record)
        shape = start.shape[1:]
        now = np.stack([self.encode(grid) for grid in start])
        then = now.copy()
        parts, together = self._parts(now, start.shape, record=record)
        history = [start]
        computed = layer = 0
        with worker_threads(len(parts)) as run_all:
            while layer < layers:
                count = min(together, layers - layer)
                results = run_all(partial(self._advance, now, then, count, shape[1] + 1), parts)
                failed = min((at for _, at in results if at), default=0)
                if failed:
                    self._fail(self._decode(now, shape), layer, failed)
                changed = max(at for at, _ in results)
                if changed:
                    computed = layer + changed
                layer += count
                self.tell(layer, layers)
                now, then = then, now
                if changed < count:
                    break
                if record:
                    history.append(self._decode(now, shape))
        last = self._decode(now, shape)
        return Run(last, layers, computed, self.name, np.stack(history) if record else None)

    def forward_backward(self, grid: npt.ArrayLike, layers: int) -> ForwardBackward:
        return forward_backward_by_history(self, grid, layers)

    def _decode(self, flat: Flat, shape: tuple[int, int]) -> Codes:
        return np.stack([self.decode(each, shape) for each in flat])

    def _parts(self, flat: Flat, shape: tuple[int, ...], *, record: bool) -> tuple[list[Part], int]:
        """The parts of the batch, and how many layers each is computed for before they meet."""
        batch, rows, columns = shape
        pieces = pieces_of(shape, 1 if record else self.layers_together)
        together = max(1, self.updates_together // (rows * columns))
        if pieces > 1:
            together = min(together, self.layers_together)
        if record:
            together = 1
        stride = columns + 1
        parts = []
        for first, stop in pairwise(int(row) for row in np.linspace(1, rows + 1, pieces + 1)):
            top = max(0, first - together) if pieces > 1 else 0
            bottom = min(rows + 2, stop + together) if pieces > 1 else rows + 2
            for grid in range(batch):
                part = Part(
                    grid=grid,
                    start=top * stride,
                    first=(first - top) * stride + 1,
                    stop=(stop - top) * stride + 1,
                    halo=(int(top > 0), int(bottom < rows + 2)),
                    copies=np.empty((2, (bottom - top) * stride + 2), dtype=flat.dtype),
                )
                parts.append(part)
        return parts, together

    def _advance(
        self, now: Flat, then: Flat, layers: int, stride: int, part: Part
    ) -> tuple[int, int]:
        part.copies[:] = now[part.grid, part.start : part.start + part.copies.shape[1]]
        changed, failed = self.advance(part, layers, stride)
        own = part.copies[layers % 2, part.first : part.stop]
        then[part.grid, part.start + part.first : part.start + part.stop] = own
        return changed, failed

    def _fail(self, grids: Codes, layer: int, layers: int) -> NoReturn:
        """Raise what the reference raises within the next ``layers`` layers."""
        for later in range(layer + 1, layer + layers + 1):
            grids = next_grids(self, grids, later)
        raise AssertionError(f"layer {layer + layers} is no failure in the reference executor")


def pieces_of(shape: tuple[int, ...], together: int) -> int:
    """Into how many parts each grid of a batch ``(batch, rows, columns)`` is divided, computed for so many layers before they meet.

    Those of fewer rows would be halo for the most part, which is computed twice.
    """
    batch, rows, columns = shape
    if batch >= cores():
        return 1
    return max(1, min(cores(), rows * columns // PIXELS_WORTH_A_THREAD, rows // together))
