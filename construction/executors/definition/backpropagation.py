"""Backpropagation through all layers of the network, exactly.

Nothing is assumed about the network: the derivative at every pixel comes from its units. Where the
gradient is 0 the derivative is not needed, and where a layer changed nothing the layers after it
have the same derivative; both are used, and both are exact.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from construction.errors import NetworkError
from construction.executors.definition.patches import jacobian
from construction.executors.executor import Codes, Executor, ForwardBackward
from construction.executors.head import head_gradient
from construction.network.bounds import largest_slope
from construction.network.layers import Integers
from construction.network.rcnn import RCNN
from construction.rules.patch import OFFSETS, POSITIONS


def forward_backward_by_history(
    executor: Executor, grid: npt.ArrayLike, layers: int
) -> ForwardBackward:
    """Both passes, from the grids of all layers. The definition of backpropagation here."""
    network = executor.network
    start = np.asarray(grid)[None]
    # Once without a record: a record takes memory for every layer that it is asked for.
    computed = executor.run(start, layers).computed
    run = executor.run(start, computed, record=True)
    assert run.history is not None
    gradient = head_gradient(network, run.grids[0])
    # The last grid is the input of every layer that was not computed.
    for _ in range(layers - computed):
        before = layer_gradient(network, run.grids[0], gradient)
        if np.array_equal(before, gradient):
            break
        gradient = before
    for layer in reversed(range(computed)):
        gradient = layer_gradient(network, run.history[layer, 0], gradient)
    return ForwardBackward.of_dense(network.output(run.grids)[0], gradient)


def layer_gradient(network: RCNN, grid: Codes, gradient: Integers) -> Integers:
    """The gradient by one layer's input pixels, from the gradient by its output pixels.

    Raises :class:`~construction.errors.NetworkError` when it could leave 64-bit integers.
    """
    rows, columns = grid.shape
    framed = np.zeros((rows + 2, columns + 2), dtype=np.int64)
    places = np.argwhere(gradient)
    if len(places):
        if np.abs(gradient).max() > largest_gradient(network):
            raise gradient_too_large(network)
        padded = np.pad(grid, 1, constant_values=network.padding)
        windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
        patches = windows[places[:, 0], places[:, 1]].reshape(-1, len(POSITIONS))
        shares = jacobian(network, patches) * gradient[places[:, 0], places[:, 1], None]
        for index, position in enumerate(POSITIONS):
            down, right = OFFSETS[position]
            at = (places[:, 0] + 1 + down, places[:, 1] + 1 + right)
            np.add.at(framed, at, shares[:, index])
    return framed[1:-1, 1:-1]


def largest_gradient(network: RCNN) -> int:
    """How large the gradient may be before a layer, lest it leaves 64-bit integers behind it.

    Nine patches share a pixel; half of 64 bits leaves room for the bound's rounding.
    """
    return int(2**62 / (len(POSITIONS) * max(1.0, largest_slope(network.convolution))))


def gradient_too_large(network: RCNN) -> NetworkError:
    """The error to raise when it is."""
    return NetworkError(
        f"network {network.name!r}: the gradient can exceed what 64-bit integers hold; use fewer "
        f"layers"
    )
