"""The bound on integers holds for every partial sum, and decides which arithmetic is exact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError
from construction.network.bounds import check_float, integer_type, largest_integer
from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN
from construction.programs.catalogue import load_program
from construction.rules.rule import LocalRule
from tests.strategies import local_rules, patches


def partial_sums(layers: tuple[WeightLayer, ...], values: np.ndarray) -> int:
    """The largest sum of absolute values, weight, bias or input, on any of ``values``."""
    largest = int(np.abs(values).max())
    for layer in layers:
        sums = np.abs(values) @ np.abs(layer.weights).T + np.abs(layer.biases)
        largest = max(largest, int(sums.max(initial=0)), int(np.abs(layer.weights).max(initial=0)))
        values = np.maximum(values @ layer.weights.T + layer.biases, 0)
    return largest


@settings(max_examples=50)
@given(rule=local_rules(), data=st.data())
def test_no_partial_sum_exceeds_the_bound(rule: LocalRule, data: st.DataObject) -> None:
    network = compile_rule(rule)
    seen = data.draw(patches(rule.codes))
    bound = largest_integer(network)
    assert partial_sums(network.convolution, seen) <= bound
    assert partial_sums(network.head, np.array(rule.codes.seen)[:, None]) <= bound


def scaled(factor: int) -> RCNN:
    network = compile_rule(load_program("systolic-row-reduction").rule)
    first, second, third = network.convolution
    weights = second.weights * factor
    return replace(network, convolution=(first, replace(second, weights=weights), third))


def test_the_bound_picks_the_type() -> None:
    assert integer_type(scaled(1)) == np.int32
    assert integer_type(scaled(2**20)) == np.int64
    with pytest.raises(NetworkError, match="that 64-bit integers hold"):
        integer_type(scaled(2**55))


def test_the_bound_refuses_floats_that_are_too_short() -> None:
    network = scaled(1)
    bound = largest_integer(network)
    check_float(network, bound.bit_length(), "just enough")
    with pytest.raises(NetworkError, match="up to which too short holds every integer"):
        check_float(network, bound.bit_length() - 1, "too short")
