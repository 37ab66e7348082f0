"""What a trained memory of a network may hold."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from construction.errors import NetworkError
from construction.network.layers import Integers
from construction.network.rcnn import RCNN


def checked_memory(network: RCNN, memory: npt.ArrayLike) -> Integers:
    """The matrix ``3 W``, ``(rows, d + 1)``, as an array.

    Raises :class:`~construction.errors.NetworkError` when it is none that the network could hold.
    """
    try:
        array = np.asarray(memory)
    except ValueError:
        raise NetworkError("a memory whose rows have different lengths") from None
    if array.ndim != 2 or 0 in array.shape:
        raise NetworkError(
            f"a memory of shape {array.shape}; it should be (examples + 1, features + 1)"
        )
    if not np.issubdtype(array.dtype, np.integer):
        raise NetworkError(
            f"a memory of type {array.dtype}; it should be integers, the weights W times 3"
        )
    # The memory layer multiplies by signs, so a weight and its negative must both be codes.
    bound = min(-(network.padding + 1), network.highest)
    outside = np.argwhere((array < -bound) | (array > bound))
    if len(outside):
        row, column = (int(i) for i in outside[0])
        raise NetworkError(
            f"the memory's row {row + 1}, column {column + 1} is {array[row, column]} thirds; "
            f"it should lie between {-bound} and {bound}"
        )
    return array.astype(np.int64)
