"""The five-layer form of Definition 5.

The compiler writes three weight layers. Hidden values are non-negative, so a layer that hands its
inputs on changes nothing under ReLU: two such identity layers make the five. The first adds 1 to
every value and the last layer takes it away again, so that no unit stands at its kink.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from construction.arguments import checked
from construction.errors import NetworkError
from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN

WEIGHT_LAYERS = 5  #: of the convolution, in Definition 5
WIDTH_PER_STATE = 100  #: the hidden width is at most this many times ``s``
HEAD_WIDTH = 100  #: hidden units of the head, at most


@checked
def five_layer_form(network: RCNN) -> RCNN:
    """The same network with five weight layers: identity layers before the last.

    Raises :class:`~construction.errors.NetworkError` when it has more than five already, or no hidden
    layer: its inputs may be negative, and ReLU would change them.
    """
    *hidden, last = network.convolution
    if not hidden:
        raise NetworkError(
            f"network {network.name!r} has 1 weight layer and so no hidden layer; it should have "
            f"from 2 to {WEIGHT_LAYERS} weight layers"
        )
    if len(hidden) + 1 > WEIGHT_LAYERS:
        raise NetworkError(
            f"network {network.name!r} has {len(hidden) + 1} weight layers; Definition 5 has "
            f"{WEIGHT_LAYERS}"
        )
    before = hidden[-1]
    identity = np.eye(before.width, dtype=np.int64)
    lift = np.full(before.width, before.scale)
    while len(hidden) + 1 < WEIGHT_LAYERS:
        hidden.append(WeightLayer(identity, lift, before.scale, before.names))
        last = replace(last, biases=last.biases - last.weights @ lift)
        lift = np.zeros_like(lift)
    return replace(network, convolution=(*hidden, last))


def smallest_s(network: RCNN) -> int:
    """The smallest ``s`` for which Definition 5 contains the network: width at most ``100 s``."""
    return -(-max(network.hidden_widths) // WIDTH_PER_STATE)
