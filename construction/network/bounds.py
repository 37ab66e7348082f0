"""The largest integer that a network can meet, computed from its weights."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from construction.errors import NetworkError
from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN


def largest_integer(network: RCNN) -> int:
    """A bound on every weight, input, hidden value and partial sum, on any patch of codes.

    Interval arithmetic in Python's unbounded integers: whatever the order of summation, no partial
    sum of a unit exceeds ``|bias| + sum of |weight| * largest |input|``.
    """
    largest_code = max(abs(network.lowest), abs(network.highest))
    return max(
        _largest(layers, [largest_code] * layers[0].inputs)
        for layers in (network.convolution, network.head)
    )


def integer_type(network: RCNN) -> npt.DTypeLike:
    """The smallest of int32 and int64 in which nothing overflows.

    Raises :class:`~construction.errors.NetworkError` when int64 does not suffice.
    """
    bound = largest_integer(network)
    for kind in (np.int32, np.int64):
        if bound <= np.iinfo(kind).max:
            return kind
    raise NetworkError(
        f"network {network.name!r}: sums can reach {bound}, more than the {np.iinfo(np.int64).max} "
        f"that 64-bit integers hold"
    )


def _largest(layers: tuple[WeightLayer, ...], inputs: list[int]) -> int:
    bound = max(inputs)
    for layer in layers:
        sums = [
            abs(int(bias)) + sum(abs(int(row[i])) * inputs[i] for i in np.flatnonzero(row))
            for row, bias in zip(layer.weights, layer.biases, strict=True)
        ]
        bound = max(bound, *sums, int(np.abs(layer.weights).max(initial=0)))
        inputs = sums
    return bound
