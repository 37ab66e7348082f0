from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError
from construction.network.comparison import difference
from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN
from construction.rules.rule import LocalRule
from construction.strategies import local_rules


def layer(weights: list[list[int]], biases: list[int], scale: int = 1) -> WeightLayer:
    names = tuple(f"unit {i}" for i in range(len(weights)))
    return WeightLayer(np.array(weights), np.array(biases), scale, names)


SMALL = RCNN(
    name="small",
    convolution=(
        layer([[0, 4, 0, 0, 0, 0, 0, 0, 0], [4, 0, 0, 0, 0, 0, 0, 0, 0]], [-1, 0]),
        layer([[2, 0]], [8], 8),
        layer([[1]], [-8], 8),
    ),
    head=(layer([[4]], [-3]), layer([[6]], [0], 12)),
    padding=-2,
    codes={1: "one", -2: "padding", 0: "zero"},
)


def test_weights_on_real_pixels() -> None:
    """A pixel is a third of a code: three times the weight in front, a third of it behind."""
    assert list(SMALL.real_weights()) == [
        ("convolution 1, unit 0", 12),
        ("convolution 1, unit 1", 12),
        ("convolution 1, bias of unit 0", -1),
        ("convolution 2, unit 0", Fraction(1, 4)),
        ("convolution 2, bias of unit 0", 1),
        ("convolution 3, unit 0", Fraction(1, 3)),
        ("convolution 3, bias of unit 0", Fraction(-1, 3)),
        ("head 1, unit 0", 12),
        ("head 1, bias of unit 0", -3),
        ("head 2, unit 0", Fraction(1, 2)),
    ]


def test_counts_by_hand() -> None:
    # Distinct: 12, -1, 1/4, 1, 1/3, -1/3, -3, 1/2.
    assert SMALL.weight_counts() == {"nonzero": 10, "distinct": 8, "dense": 20 + 3 + 2 + 2 + 2}
    assert SMALL.hidden_widths == (2, 1)
    assert SMALL.hidden_units == 3
    assert SMALL.nodes(pixels=10, layers=7) == 10 * 7 * 4
    assert SMALL.grid_shape(6, 4) == (6, 6)
    assert replace(SMALL, work_columns=3).grid_shape(6, 4) == (6, 8)
    assert (SMALL.lowest, SMALL.highest) == (-2, 1)
    assert list(SMALL.codes) == [-2, 0, 1]


@given(local_rules())
def test_counts(rule: LocalRule) -> None:
    network = compile_rule(rule)
    counts = network.weight_counts()
    layers = (*network.convolution, *network.head)
    arrays = [array for each in layers for array in (each.weights, each.biases)]
    assert counts["nonzero"] == sum(int(np.count_nonzero(array)) for array in arrays)
    assert counts["dense"] == sum(array.size for array in arrays)
    assert min(counts["nonzero"], 1) <= counts["distinct"] <= counts["nonzero"]


def test_the_head_and_the_sum() -> None:
    # relu(4 - 3) * 6 / 12 at code 1, nothing at code 0.
    grids = np.array([[[1, 0, 1]], [[0, 0, 0]], [[1, 1, 1]]], dtype=np.int16)
    assert SMALL.output(grids) == [1, 0, Fraction(3, 2)]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"convolution": (SMALL.convolution[0], SMALL.convolution[2])},
            "network 'small', convolution: a layer takes 1 inputs, but the layer before it gives 2",
        ),
        ({"convolution": SMALL.convolution[:1]}, "the convolution should end in one number"),
        ({"head": ()}, "network 'small': the head should end in one number"),
        (
            {"head": SMALL.convolution},
            "head: a layer takes 9 inputs, but the layer before it gives 1",
        ),
        ({"padding": -3}, "network 'small': the padding -3 is no code"),
    ],
)
def test_layers_that_do_not_fit_together(changes: dict[str, object], message: str) -> None:
    with pytest.raises(NetworkError, match=re.escape(message)):
        replace(SMALL, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("weights", "biases", "scale", "names", "message"),
    [
        ([[1, 2]], [1, 2], 1, ("a",), "weights have shape (1, 2) and its biases (2,); they should"),
        ([1, 2], [1, 2], 1, ("a",), "weights have shape (2,) and its biases (2,); they should be"),
        ([[1, 2]], [1], 1, ("a", "b"), "a layer has 1 outputs but 2 names"),
        (
            [[1, 0.5]],
            [1],
            2,
            ("a",),
            "a layer's weights and biases should be integers, over its sc",
        ),
        (
            [[1, 2]],
            [0.5],
            2,
            ("a",),
            "a layer's weights and biases should be integers, over its sc",
        ),
        ([[1, 2]], [1], 0, ("a",), "a layer's scale is 0; it should be at least 1"),
    ],
)
def test_what_is_no_layer(
    weights: object, biases: object, scale: int, names: tuple[str, ...], message: str
) -> None:
    with pytest.raises(NetworkError, match=re.escape(message)):
        WeightLayer(np.array(weights), np.array(biases), scale, names)


@pytest.mark.parametrize("again", [deepcopy, lambda network: pickle.loads(pickle.dumps(network))])
def test_a_network_is_copied_and_sent_to_other_processes(again: Callable[[RCNN], RCNN]) -> None:
    assert difference(again(SMALL), SMALL) is None


def test_weights_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        SMALL.convolution[0].weights[0, 0] = 1
