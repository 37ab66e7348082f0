"""A difference between two networks is found, wherever it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from construction.compiling.compiler import compile_rule
from construction.network.comparison import difference
from construction.network.definition5 import five_layer_form
from construction.network.rcnn import RCNN
from construction.programs.catalogue import load_program


@pytest.fixture(scope="module")
def network() -> RCNN:
    return compile_rule(load_program("systolic-row-reduction").rule)


def test_every_weight_and_bias_is_compared(network: RCNN) -> None:
    first, second, third = network.convolution
    for row, column in np.argwhere(second.weights):
        weights = second.weights.copy()
        weights[row, column] += 1
        other = replace(network, convolution=(first, replace(second, weights=weights), third))
        found = difference(other, network)
        assert found == (
            f"convolution, layer 2, unit {second.names[row]!r}, weights, input {column + 1}: "
            f"{weights[row, column]}; it should be {second.weights[row, column]}"
        )
    for row in range(first.width):
        biases = first.biases.copy()
        biases[row] += 1
        other = replace(network, convolution=(replace(first, biases=biases), second, third))
        found = difference(other, network)
        assert found is not None
        assert f"unit {first.names[row]!r}, biases: " in found


def test_everything_else_is_compared(network: RCNN) -> None:
    hidden, last = network.head
    names = ("another", *hidden.names[1:])
    for other, place in (
        (replace(network, name="x"), "name: x"),
        (replace(network, work_columns=2), "work_columns: 2"),
        (replace(network, codes={**network.codes, 300: "new"}), "codes: "),
        (replace(network, head=(replace(hidden, names=names), last)), "named 'another'"),
        (replace(network, head=(hidden, replace(last, scale=7))), "head, layer 2: scale 7"),
        (five_layer_form(network), "convolution: 5 weight layers"),
    ):
        found = difference(other, network)
        assert found is not None
        assert found.startswith(place) or place in found
    assert difference(network, network) is None
