"""The continuous flow ``x' = F(x) - x`` of one of our networks, ``F`` being one layer on real pixels.

It has the same fixed points as the layers, but comes to others: the computation needs its waves to
meet in the right layer, and a flow has no layers. With steps of 1 Euler's method is the network
itself, which is how the two are compared.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from construction.network.rcnn import RCNN

Floats = npt.NDArray[np.float64]


def layer_on_reals(network: RCNN, grid: Floats) -> Floats:
    """One layer on a grid ``(rows, columns)`` of real numbers, in codes (pixels times 3)."""
    framed = np.pad(grid, 1, constant_values=network.padding)
    windows = np.lib.stride_tricks.sliding_window_view(framed, (3, 3))
    values = windows.reshape(-1, 9)
    for layer in network.convolution[:-1]:
        values = np.maximum(values @ layer.weights.T + layer.biases, 0)
    last = network.convolution[-1]
    return np.asarray((values @ last.weights.T + last.biases) / last.scale).reshape(grid.shape)


def flow(network: RCNN, grid: npt.ArrayLike, time: float, step: float) -> Floats:
    """Euler's method on ``x' = F(x) - x`` from a grid of codes ``(rows, columns)``, for a time in layers."""
    state = np.asarray(grid, dtype=float)
    for _ in range(round(time / step)):
        state = state + step * (layer_on_reals(network, state) - state)
    return state


def output_on_reals(network: RCNN, grid: Floats) -> float:
    """The head and the sum on a grid of real numbers."""
    hidden, last = network.head
    values = np.maximum(grid.reshape(-1, 1) @ hidden.weights.T + hidden.biases, 0)
    return float((values @ last.weights.T + last.biases).sum() / last.scale)
