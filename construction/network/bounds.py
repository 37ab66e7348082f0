"""The largest integer that a network can meet, computed from its weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from construction.errors import NetworkError
from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN


def largest_integer(network: RCNN) -> int:
    """A bound on every weight, input, hidden value and partial sum, on any patch of codes.

    Interval arithmetic in Python's unbounded integers: whatever the order of summation, no partial
    sum of a unit exceeds ``|bias| + sum of |weight| * largest |input|``, and after ReLU a value lies
    between 0 and the largest sum.
    """
    codes = _Interval(network.lowest, network.highest)
    return max(
        _largest(layers, [codes] * layers[0].inputs)
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


def check_float(network: RCNN, significand: int, name: str) -> None:
    """Check that floating point runs the network exactly, in any order of summation.

    ``significand`` is the number of bits of the format's significand, 24 for float32. Raises
    :class:`~construction.errors.NetworkError` when sums can leave the integers that it holds.
    """
    bound = largest_integer(network)
    if bound > 2**significand:
        raise NetworkError(
            f"network {network.name!r}: sums can reach {bound}, more than the {2**significand} up "
            f"to which {name} holds every integer"
        )


def largest_slope(layers: Sequence[WeightLayer]) -> float:
    """A bound on every partial sum of these layers' backpropagation, over no scale.

    The sum of ``|weights|`` along all paths, in floating point: right to well within a factor of 2.
    """
    *hidden, last = layers
    paths = np.abs(last.weights).astype(np.float64)
    bound = paths.max(initial=0)
    for layer in reversed(hidden):
        paths = paths @ np.abs(layer.weights)
        bound = max(bound, paths.max(initial=0))
    return float(bound)


@dataclass(frozen=True)
class _Interval:
    low: int
    high: int

    @property
    def largest(self) -> int:
        return max(abs(self.low), abs(self.high))


def _largest(layers: tuple[WeightLayer, ...], inputs: list[_Interval]) -> int:
    bound = max(each.largest for each in inputs)
    for layer in layers:
        outputs = []
        for row, own_bias in zip(layer.weights, layer.biases, strict=True):
            bias = int(own_bias)
            partial, high = abs(bias), bias
            for i in np.flatnonzero(row):
                weight = int(row[i])
                partial += abs(weight) * inputs[i].largest
                high += max(weight * inputs[i].low, weight * inputs[i].high)
                bound = max(bound, abs(weight))
            outputs.append(_Interval(0, max(0, high)))
            bound = max(bound, partial)
        inputs = outputs
    return bound
