"""Where backpropagation begins: the slopes of the head."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from construction.errors import NetworkError
from construction.network.layers import PIXEL_UNIT, Integers
from construction.network.rcnn import RCNN


def head_gradient(network: RCNN, grid: npt.NDArray[np.int16]) -> Integers:
    """The derivative of the output by each pixel of the last grid."""
    hidden, last = network.head
    inputs = grid.reshape(-1, 1).astype(np.int64) @ hidden.weights.T + hidden.biases
    if not inputs.all():
        raise NetworkError(f"network {network.name!r}: a unit of the head stands at its kink")
    slopes = (PIXEL_UNIT * last.weights * (inputs > 0)) @ hidden.weights
    result, remainder = np.divmod(slopes[:, 0], last.scale)
    if remainder.any():
        raise NetworkError(f"network {network.name!r}: a slope of the head is not an integer")
    return result.reshape(grid.shape)


def head_slopes(network: RCNN) -> tuple[Integers, npt.NDArray[np.bool_]]:
    """The head's slope at each code from the lowest on, and whether it has one there.

    The padding, which no pixel of a grid holds, gets 0.
    """
    codes = np.arange(network.lowest, network.highest + 1, dtype=np.int16)
    slopes, known = np.zeros(len(codes), dtype=np.int64), np.ones(len(codes), dtype=bool)
    for number, code in enumerate(codes):
        if code == network.padding:
            continue
        try:
            slopes[number] = head_gradient(network, np.array([[code]]))[0, 0]
        except NetworkError:
            known[number] = False
    return slopes, known
