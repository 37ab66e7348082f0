"""The dense executor: every neuron of every pixel of every layer, compiled, on all cores.

The units run over a stretch of neighbouring pixels together. Where the weights allow it, in 16-bit
integers: a sum may wrap around on the way, and is right again in the end, for the bounds of what
every unit sums up to fit.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from construction.executors.executor import Codes
from construction.executors.flat import flat_grid, flatten, inside
from construction.executors.sweep.dense_kernel import advance
from construction.executors.sweep.executor import DENSE_TOGETHER, Part, SweepExecutor
from construction.executors.table.patch_table import first_layers
from construction.network.bounds import integer_type
from construction.network.rcnn import RCNN

#: Bytes for the hidden values of the pixels that go through the units together; they stay in the cache.
HIDDEN_BYTES = 2**19


class DenseExecutor(SweepExecutor):
    """Evaluates every unit on every patch; zero weights are left out of the sums."""

    name: ClassVar[str] = "dense"
    bytes_per_pixel: ClassVar[int] = 16
    layers_together: ClassVar[int] = DENSE_TOGETHER
    updates_together: ClassVar[int] = 2**23

    def __init__(self, network: RCNN) -> None:
        super().__init__(network)
        self._kind = np.dtype(sum_type(network))
        self._units = flatten(network.convolution, self._kind)
        self._width = max(layer.width for layer in network.convolution)
        scale = network.convolution[-1].scale
        shift = scale.bit_length() - 1 if scale & (scale - 1) == 0 else -1
        limits = [scale, network.padding, network.highest, shift]
        self._limits = np.array(limits, dtype=self._kind)

    def encode(self, grid: Codes) -> Codes:
        return flat_grid(grid, self.network.padding)

    def decode(self, flat: Codes, shape: tuple[int, int]) -> Codes:
        return inside(flat, shape).copy()

    def advance(self, part: Part, layers: int, stride: int) -> tuple[int, int]:
        size = max(1, HIDDEN_BYTES // (self._width * self._kind.itemsize))
        tile = np.empty((2, self._width, min(size, part.copies.shape[1])), dtype=self._kind)
        with np.errstate(over="ignore"):  # for plain Python; compiled code wraps silently
            changed, failed = advance(
                part.copies,
                layers,
                stride,
                part.first,
                part.stop,
                part.halo,
                self._units,
                tile,
                self._limits,
            )
        return int(changed), int(failed)


def sum_type(network: RCNN) -> npt.DTypeLike:
    """The smallest integer type that holds what every unit sums up to, on any patch of codes.

    Sums modulo a power of 2 are the same in any order, so only the last value has to fit. Raises
    :class:`~construction.errors.NetworkError` when 64-bit integers do not suffice.
    """
    exact: npt.DTypeLike = integer_type(network)
    # The bounds below are not larger than those that fit in it.
    first, *_ = network.convolution
    sums, rest = first_layers(network)
    codes = np.array([network.lowest, network.highest])
    ends = codes[:, None, None] * first.weights
    bound = max(-network.lowest, network.highest, network.convolution[-1].scale)
    for low, high in (
        (
            first.biases + ends.min(axis=0).sum(axis=1),
            first.biases + ends.max(axis=0).sum(axis=1),
        ),
        (
            sums.base + sums.contributions.min(axis=1).sum(axis=0),
            sums.base + sums.contributions.max(axis=1).sum(axis=0),
        ),
    ):
        bound = max(bound, _largest(low, high))
    for layer in rest:
        most = np.maximum(high, 0)
        high = layer.biases + np.maximum(layer.weights, 0) @ most
        low = layer.biases + np.minimum(layer.weights, 0) @ most
        bound = max(bound, _largest(low, high))
    return next(
        (kind for kind in (np.int16, np.int32) if bound <= np.iinfo(kind).max),
        exact,
    )


def _largest(low: npt.NDArray[Any], high: npt.NDArray[Any]) -> int:
    return int(max(np.abs(low).max(initial=0), np.abs(high).max(initial=0)))
