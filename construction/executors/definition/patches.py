"""What the network's units make of patches, and its Jacobian there, in plain NumPy: the definition."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from construction.errors import NetworkError
from construction.executors.executor import Codes
from construction.network.layers import Integers, WeightLayer
from construction.network.rcnn import RCNN


def patches_of(grids: Codes, padding: int) -> Codes:
    """Every pixel's patch, ``(batch * rows * columns, 9)``, positions in row-major order."""
    framed = np.pad(grids, ((0, 0), (1, 1), (1, 1)), constant_values=padding)
    windows = np.lib.stride_tricks.sliding_window_view(framed, (3, 3), axis=(1, 2))
    return windows.reshape(-1, 9)


def evaluate(network: RCNN, patches: npt.NDArray[np.integer]) -> Codes:
    """The next code for each patch ``(n, 9)``, through every unit of the convolution.

    Raises :class:`~construction.errors.NetworkError` when an output is not a whole code.
    """
    *hidden, last = network.convolution
    values: Integers = patches.astype(np.int64)
    for layer in hidden:
        values = np.maximum(_affine(layer, values), 0)
    total = _affine(last, values)[:, 0]
    codes, remainder = np.divmod(total, last.scale)
    if remainder.any():
        bad = patches[np.flatnonzero(remainder)[0]].tolist()
        raise NetworkError(
            f"network {network.name!r}: on the patch {bad} the output is not a whole code"
        )
    if codes.size and (codes.min() < -(2**15) or codes.max() >= 2**15):
        raise NetworkError(f"network {network.name!r}: an output is beyond all codes")
    return codes.astype(np.int16)


def jacobian(network: RCNN, patches: npt.NDArray[np.integer]) -> Integers:
    """The derivative of the next code by the nine codes of each patch, ``(n, 9)``.

    Backpropagation through every unit. Raises :class:`~construction.errors.NetworkError` when a unit
    stands at its kink, where ReLU has no derivative, or when a derivative is not an integer.
    """
    *hidden, last = network.convolution
    values: Integers = patches.astype(np.int64)
    active = []
    for layer in hidden:
        inputs = _affine(layer, values)
        if not inputs.all():
            row, unit = np.argwhere(inputs == 0)[0]
            raise NetworkError(
                f"network {network.name!r}: unit {layer.names[unit]!r} stands at its kink on the "
                f"patch {patches[row].tolist()}"
            )
        active.append(inputs > 0)
        values = np.maximum(inputs, 0)
    slopes = np.broadcast_to(last.weights, (len(patches), last.inputs))
    for layer, on in zip(reversed(hidden), reversed(active), strict=True):
        slopes = (slopes * on) @ layer.weights
    result, remainder = np.divmod(slopes, last.scale)
    if remainder.any():
        bad = patches[np.argwhere(remainder)[0][0]].tolist()
        raise NetworkError(
            f"network {network.name!r}: on the patch {bad} a slope is not an integer"
        )
    return result


def _affine(layer: WeightLayer, values: Integers) -> Integers:
    return values @ layer.weights.T + layer.biases
