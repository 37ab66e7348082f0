from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError
from construction.network.bounds import check_float, integer_type, largest_integer
from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN
from construction.strategies import local_rules


def extremes(layers: tuple[WeightLayer, ...], inputs: list[int]) -> int:
    """The largest integer met in a run, in the worst order of summation, in Python's integers."""
    largest = max(map(abs, inputs))
    for layer in layers:
        outputs = []
        for row, bias in zip(layer.weights.tolist(), layer.biases.tolist(), strict=True):
            terms = [bias, *(weight * value for weight, value in zip(row, inputs, strict=True))]
            ascending = sum(term for term in terms if term > 0)
            descending = -sum(term for term in terms if term < 0)
            largest = max(largest, ascending, descending, *map(abs, terms), *map(abs, row))
            outputs.append(max(sum(terms), 0) if layer is not layers[-1] else sum(terms))
        inputs = outputs
    return largest


@given(st.data())
def test_no_partial_sum_exceeds_the_bound(data: st.DataObject) -> None:
    network = compile_rule(data.draw(local_rules()))
    bound = largest_integer(network)
    numbers = st.integers(network.lowest, network.highest)  # codes, and what lies between them
    for _ in range(3):
        patch = data.draw(st.lists(numbers, min_size=9, max_size=9))
        assert extremes(network.convolution, patch) <= bound
        assert extremes(network.head, patch[:1]) <= bound


def network_with(weight: int) -> RCNN:
    """Sums reach ``2 * weight + 1`` in the first layer, and no more in the others."""
    first = WeightLayer(np.array([[weight, *[0] * 8]]), np.array([1]), 1, ("unit",))
    other = WeightLayer(np.array([[0]]), np.array([0]), 1, ("unit",))
    codes = {-2: "padding", 1: "one"}
    return RCNN("n", (first, other, other), (other, other), -2, codes)


@pytest.mark.parametrize(
    ("weight", "kind"),
    [(2**30 - 1, np.int32), (2**30, np.int64), (2**62 - 1, np.int64)],
)
def test_the_smallest_integer_type_that_suffices(weight: int, kind: Any) -> None:
    network = network_with(weight)
    assert largest_integer(network) == 2 * weight + 1
    assert integer_type(network) is kind


def test_a_network_that_leaves_64_bits_is_refused() -> None:
    with pytest.raises(
        NetworkError,
        match=f"network 'n': sums can reach {2**63 + 1}, more than the {2**63 - 1} that",
    ):
        integer_type(network_with(2**62))
    assert largest_integer(network_with(-(2**62))) == 2**63 + 1


def test_the_bound_refuses_floats_that_are_too_short() -> None:
    network = network_with(2**20)
    bound = largest_integer(network)
    check_float(network, bound.bit_length(), "just enough")
    with pytest.raises(
        NetworkError, match=f"sums can reach {bound}, more than the {2**20} up to which too short"
    ):
        check_float(network, 20, "too short")
