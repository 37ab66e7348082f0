"""Sums that wrap around in 64 bits, and networks without units: what a row says of them has to be true all the same."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from construction.network.rcnn import RCNN
from proofs_check.certificate import read_certificate
from proofs_check.theorem1.bits import needed_bits
from proofs_check.verdict import RefutedError
from proofs_check.weights.equality import compare
from proofs_check.weights.head import head_table
from proofs_check.weights.tables import LARGEST, unit_tables
from tests.proofs_check.test_tables import FIRST, LAST, SECOND, layer, network
from tests.proofs_check.test_toy import subject as toy


def scaled(whole: RCNN, factor: int) -> RCNN:
    """The same network, whose last layer counts in smaller parts."""
    *before, last = whole.convolution
    more = replace(
        last, weights=last.weights * factor, biases=last.biases * factor, scale=last.scale * factor
    )
    return replace(whole, convolution=(*before, more))


@pytest.mark.parametrize("kind", ["gate", "table of a gate", "table"])
def test_a_rule_that_differs_by_a_power_of_two(kind: str) -> None:
    """A gate adds 2^31 more than the network does; over a scale of 2^33 and more nothing of that is left in 64 bits."""
    whole = toy()
    fine = scaled(whole.network, 2**31)
    factor = 2**64 // fine.convolution[-1].scale
    assert factor * fine.convolution[-1].scale == 2**64
    assert factor < 2**31
    tables = unit_tables(fine)
    compare(tables, whole.certificate)
    data: Any = deepcopy(whole.data)
    rule = data["rule"]
    gate = next(each for each in rule["gates"] if type(each["amount"]) is int)
    if kind == "gate":
        gate["amount"] += factor
    elif kind == "table":
        rule["tables"]["N"] = {"values": [[next(iter(fine.codes)), factor]], "slopes": []}
    else:
        amounts = [[code, gate["amount"] + factor] for code in fine.codes]
        gate["amount"] = {"values": amounts, "slopes": []}
        gate["position"] = "N"
    with pytest.raises(RefutedError, match="64-bit"):
        compare(tables, read_certificate(data))


def test_bits_of_sums_that_are_hidden() -> None:
    """What is left of sums of 2^23 at one code is taken 2^41 times: of 2^64 nothing is left in 64 bits."""
    large = 2**22 - 5
    first = layer(FIRST.weights, [large, 3, 5], 2)
    second = layer([[1, 0, 0], [0, 1, 1]], [-large - 4, 1], 4)
    whole = network(first, second, layer([[2**41, 1]], [0], 8))
    tables = unit_tables(whole)
    assert tables.outputs(tables.inputs(np.array([[0, 0, 0, 0, 3, 0, 0, 0, 0]]))) > 2**41
    assert needed_bits(whole, tables).sums > 41


def test_a_head_that_wraps_around() -> None:
    """On a code 2 the head is 2^64 times that: 0 in 64 bits."""
    head = layer([[2**32]], [1]), layer([[2**32]], [-(2**32)])
    whole = network(FIRST, SECOND, LAST, head=head)
    with pytest.raises(RefutedError, match=f"neither should exceed {LARGEST}"):
        head_table(whole)


def test_a_network_that_is_0_over_a_large_scale() -> None:
    """4 times 2^62 is 0 in 64 bits: such a network was said to have the next code 4, in every cell of every layer."""
    silent = layer([[0, 0]], [0], 2**62)
    whole = replace(network(FIRST, SECOND, silent), codes={-1: "-1", 0: "0", 4: "4"})
    assert not (np.array([4]) * silent.scale).any()
    with pytest.raises(RefutedError, match=f"a code of 4 over a scale of {2**62} is more"):
        unit_tables(whole)
    head = layer([[1]], [1]), layer([[0]], [0], 2**47)
    with pytest.raises(RefutedError, match=f"a code of 3 over a scale of {2**47} is more"):
        head_table(network(FIRST, SECOND, LAST, head=head))
    unit_tables(network(FIRST, SECOND, layer([[0, 0]], [0], 2**46)))


def test_a_second_layer_without_units() -> None:
    """The first may have none: a rule that is 0 everywhere reads nothing."""
    none = layer(np.zeros((0, 9), dtype=int), [])
    constant = layer(np.zeros((1, 0), dtype=int), [1], 4)
    assert unit_tables(network(none, constant, layer([[1]], [0]))).positions == ()
    empty = layer(np.zeros((0, 3), dtype=int), [])
    with pytest.raises(RefutedError, match="the second layer has no unit"):
        unit_tables(network(FIRST, empty, layer(np.zeros((1, 0), dtype=int), [0])))
