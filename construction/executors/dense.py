"""The dense executor: every neuron of every pixel of every layer, compiled, on all cores."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import numba
import numpy as np
import numpy.typing as npt

from construction.executors.backpropagation import forward_backward_by_history
from construction.executors.executor import Codes, Executor, ForwardBackward, Run
from construction.executors.reference import next_grids
from construction.executors.units import flatten
from construction.network.bounds import integer_type
from construction.network.rcnn import RCNN

#: Pixels of a row that go through the units together; their hidden values stay in the cache.
TILE = 128
#: A grid with fewer pixels is not worth the cost of meeting at every layer.
PIXELS_WORTH_A_THREAD = 4096


class DenseExecutor(Executor):
    """Evaluates every unit on every patch; zero weights are left out of the sums."""

    name: ClassVar[str] = "dense"
    bytes_per_pixel: ClassVar[int] = 8

    def __init__(self, network: RCNN) -> None:
        super().__init__(network)
        kind = integer_type(network)
        self._units = flatten(network.convolution, kind)
        self._widths = max(layer.width for layer in network.convolution)
        self._scale = network.convolution[-1].scale
        self._kind = np.dtype(kind)

    def run(self, grids: npt.ArrayLike, layers: int, *, record: bool = False) -> Run:
        start = self.check_input(grids, layers, record=record)
        batch, rows, columns = start.shape
        framed = np.full((2, batch, rows + 2, columns + 2), self.network.padding, dtype=np.int16)
        inner = framed[:, :, 1:-1, 1:-1]
        inner[0] = start
        history = [start]
        computed = 0
        workers = min(os.cpu_count() or 1, max(1, start.size // PIXELS_WORTH_A_THREAD))
        bounds = np.linspace(0, batch * rows, workers + 1).astype(int)
        with ThreadPoolExecutor(workers) as pool:
            for layer in range(1, layers + 1):
                before, after = framed[(layer - 1) % 2], framed[layer % 2]
                states = pool.map(
                    lambda low, high, a=before, b=after: self._rows(a, b, low, high),
                    bounds[:-1],
                    bounds[1:],
                )
                state = max(states)
                if state == FAILED:
                    next_grids(self, inner[(layer - 1) % 2], layer)
                if state == SAME:
                    break
                computed = layer
                if record:
                    history.append(inner[layer % 2].copy())
        last = inner[computed % 2].copy()
        return Run(last, layers, computed, self.name, np.stack(history) if record else None)

    def forward_backward(self, grid: npt.ArrayLike, layers: int) -> ForwardBackward:
        return forward_backward_by_history(self, grid, layers)

    def _rows(self, before: Codes, after: Codes, low: int, high: int) -> int:
        tile = np.empty((2, self._widths, TILE), dtype=self._kind)
        limits = (self.network.padding, self.network.highest)
        state = _run_rows(before, after, low, high, *self._units, tile, self._scale, *limits)
        return int(state)


SAME, CHANGED, FAILED = 0, 1, 2


@numba.njit(nogil=True, cache=True)
def _run_rows(  # type: ignore[no-untyped-def]
    before, after, low, high, widths, starts, sources, weights, biases, tile, scale, floor, ceiling
):
    """One layer on rows ``low..high`` of the batch (all its rows counted through)."""
    rows = before.shape[1] - 2
    columns = before.shape[2] - 2
    state = 0
    for number in range(low, high):
        grid = before[number // rows]
        row = number % rows
        for first in range(0, columns, tile.shape[2]):
            size = min(tile.shape[2], columns - first)
            buffer = 0
            unit = 0
            for depth in range(widths.size):
                for own in range(widths[depth]):
                    out = tile[buffer, own, :size]
                    out[:] = biases[unit]
                    for entry in range(starts[unit], starts[unit + 1]):
                        source = sources[entry]
                        weight = weights[entry]
                        if depth == 0:
                            left = first + source % 3
                            codes = grid[row + source // 3, left : left + size]
                            for i in range(size):
                                out[i] += weight * codes[i]
                        else:
                            inputs = tile[1 - buffer, source, :size]
                            for i in range(size):
                                out[i] += weight * inputs[i]
                    if depth < widths.size - 1:
                        for i in range(size):
                            out[i] = max(out[i], 0)
                    unit += 1
                buffer = 1 - buffer
            total = tile[1 - buffer, 0, :size]
            target = after[number // rows, row + 1, 1 + first : 1 + first + size]
            centre = grid[row + 1, 1 + first : 1 + first + size]
            for i in range(size):
                code = total[i] // scale
                if code * scale != total[i] or code <= floor or code > ceiling:
                    return 2
                target[i] = code
                if code != centre[i] and state == 0:
                    state = 1
    return state
