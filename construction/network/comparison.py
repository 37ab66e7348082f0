"""Whether two networks are the same, and where they differ."""

from __future__ import annotations

import hashlib
import json

import numpy as np

from construction.arguments import checked
from construction.network.rcnn import RCNN


def digest(network: RCNN) -> str:
    """A hash of what the network computes with: weights, biases, scales, codes, work columns, line.

    Networks that differ in one of them have other digests; names do not matter.
    """
    parts: list[object] = [network.padding, network.work_columns, sorted(network.codes)]
    if network.line:
        parts.append("line")
    for layer in (*network.convolution, *network.head):
        parts += [layer.weights.tolist(), layer.biases.tolist(), layer.scale]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@checked
def difference(network: RCNN, expected: RCNN) -> str | None:
    """The first place where ``network`` is not ``expected``, or None when they are the same.

    Compares every weight, bias, scale and name, the codes, the padding, the work columns and the line.

    >>> from construction import compile_rule, five_layer_form, load_program
    >>> network = compile_rule(load_program("majority").rule)
    >>> difference(five_layer_form(network), network)
    'convolution: 5 weight layers; it should be 3'
    """
    for what in ("name", "padding", "work_columns", "line", "codes"):
        found, right = getattr(network, what), getattr(expected, what)
        if found != right:
            return f"{what}: {found!s}; it should be {right!s}"
    for part in ("convolution", "head"):
        layers, right_layers = getattr(network, part), getattr(expected, part)
        if len(layers) != len(right_layers):
            return f"{part}: {len(layers)} weight layers; it should be {len(right_layers)}"
        for number, (layer, right_layer) in enumerate(zip(layers, right_layers, strict=True), 1):
            where = f"{part}, layer {number}"
            if layer.weights.shape != right_layer.weights.shape:
                return (
                    f"{where}: weights of shape {layer.weights.shape}; it should be "
                    f"{right_layer.weights.shape}"
                )
            if layer.scale != right_layer.scale:
                return f"{where}: scale {layer.scale}; it should be {right_layer.scale}"
            for unit, (found, right) in enumerate(
                zip(layer.names, right_layer.names, strict=True), 1
            ):
                if found != right:
                    return f"{where}, unit {unit}: named {found!r}; it should be {right!r}"
            for kind in ("weights", "biases"):
                values, right_values = getattr(layer, kind), getattr(right_layer, kind)
                wrong = np.argwhere(values != right_values)
                if len(wrong):
                    place = tuple(wrong[0])
                    inputs = f", input {place[1] + 1}" if kind == "weights" else ""
                    return (
                        f"{where}, unit {layer.names[place[0]]!r}, {kind}{inputs}: "
                        f"{values[place]}; it should be {right_values[place]}"
                    )
    return None
