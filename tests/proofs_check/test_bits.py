"""Bits of Theorem 1: counts by hand, and what the row refuses."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from construction.network.rcnn import RCNN
from proofs_check.theorem1 import precision
from proofs_check.theorem1.bits import Hidden, Needs, needed_bits, power_of_2, significant_bits
from proofs_check.theorem1.precision import float_layers, to_bfloat16, to_float16, to_float32
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import unit_tables
from tests.proofs_check.test_tables import (
    FIRST,
    LAST,
    SECOND,
    SMALL,
    C,
    layer,
    network,
    reading,
    shows,
)
from tests.proofs_check.test_toy import subject as toy


@pytest.mark.parametrize(
    ("numbers", "bits"),
    [([0], 1), ([1], 1), ([2, 4], 1), ([3], 2), ([-12], 2), ([5, 64], 3), ([0, 255], 8), ([], 1)],
)
def test_trailing_zeros_are_not_significant(numbers: list[int], bits: int) -> None:
    assert significant_bits(np.array(numbers, dtype=np.int64)) == bits


def needs(whole: RCNN) -> tuple[int, int, int, int]:
    found = needed_bits(whole, unit_tables(whole))
    return found.stored, found.sums, found.low, found.high


def test_the_bits_of_a_small_network() -> None:
    """Hinges of at most 2 * 3 + 3; units of at most 2 * 9 + 2 = 20; outputs of at most 3 * 20 + 19 + 7 = 86.

    The first layer is over 2, the second over 4, the last over 8: 1/8 is the least bias, and 3 the largest code.
    """
    assert needs(SMALL) == (4, 7, -3, 3)
    wide = network(FIRST, SECOND, layer([[127, 1]], [0], 8))
    # 127 * 4 / 8 is a weight of less than 2^6; 1 * 4 / 8 is one of 2^-1; the least are units, over 4.
    assert needs(wide) == (7, (127 * 20 + 19).bit_length(), -2, 6)
    odd = network(layer(FIRST.weights, [1, 3, 5], 3), SECOND, LAST)
    with pytest.raises(RefutedError, match="a hidden layer's scale is no power of 2"):
        needed_bits(odd, unit_tables(odd))
    last = network(FIRST, SECOND, layer([[3, -1]], [7], 24))
    assert needs(last) == needs(SMALL)


def test_the_bits_of_a_network_of_whole_numbers() -> None:
    """Hinges of 1 to 5, a unit of at most 7, and a head that is 0."""
    first = layer([[0, 0, 0, 0, 1, 0, 0, 0, 0]], [2])
    nothing = layer([[1]], [1]), layer([[0]], [0])
    whole = network(first, layer([[1]], [2]), layer([[1]], [0]), head=nothing)
    assert needs(whole) == (3, 3, 0, 3)


def test_codes_are_stored() -> None:
    """1025, where the only unit and the head are off."""
    off = layer([[0, 0, 0, 0, -1, 0, 0, 0, 0]], [2])
    head = layer([[-1]], [1]), layer([[0]], [0])
    whole = network(off, layer([[1]], [2]), layer([[1]], [0]), head=head)
    assert needs(whole)[::3] == (3, 3)
    assert needs(replace(whole, codes={**whole.codes, 1025: "far"}))[::3] == (11, 11)


def test_powers_of_2() -> None:
    assert [power_of_2(number) for number in (1, 2, 3, 4, 24, 48)] == [1, 2, 1, 4, 8, 16]


def test_what_is_in_range() -> None:
    found = Needs(4, 7, -3, 3)
    assert [found.in_range(low, 9) for low in (-4, -3, -2)] == [True, True, False]
    assert [found.in_range(-9, high) for high in (4, 3, 2)] == [True, True, False]


def test_hidden_bits() -> None:
    """Hinges 3, 7, 1 and 5, 3, 1; units 6 to 10 and up to 5; without common divisors."""
    assert needs(SMALL)[0] == 4
    even = network(
        layer(FIRST.weights * 4, [4, 12, 20], 2), layer([[4, 4, 0]], [8], 4), layer([[1]], [0])
    )
    # Units are multiples of 8, of at most 4 (28 + 20) + 8 = 200, over 4.
    assert needs(even)[::3] == (5, 6)


@pytest.mark.parametrize(
    ("weight", "bias", "scale", "stored", "high"),
    [
        (1, 1, 4, 4, 3),  # the first unit, 6 to 14, and 1: as before
        (1, 1000, 4, 10, 8),  # up to 1014 over 4
        (1, 1010, 8, 11, 8),  # up to 1024
        (2, 1000, 8, 10, 8),  # up to 1028 in steps of 2, over 8
        (3, 1, 4, 6, 4),  # up to 43
        (3, 21, 4, 6, 4),  # up to 63 in steps of 3, of which some take as many bits as 63
        (6, 42, 4, 6, 5),  # up to 126 in steps of 6
    ],
)
def test_hidden_values_of_a_middle_layer_are_counted(
    weight: int, bias: int, scale: int, stored: int, high: int
) -> None:
    middle = layer([[weight, 0], [0, 1]], [bias, 1], scale)
    found = needs(network(FIRST, SECOND, middle, LAST))
    assert (found[0], found[3]) == (stored, high)


@pytest.mark.parametrize("position", range(9))
def test_hidden_values_count_whatever_position_they_read(position: int) -> None:
    """A second layer's unit is a thousand times a code, up to 3000, which is 375 times 8; 1000 is 125 times 8."""
    first = layer(reading((position, 1)), [0])
    found = needs(network(first, layer([[1000]], [0]), layer([[1]], [0])))
    assert (found[0], found[3]) == (9, 12)


def test_hidden_values_of_the_first_layer_are_counted() -> None:
    """16, 17 and 19; nothing reads them, and 16 is one bit."""
    first = layer(reading((C, 1)), [16])
    found = needs(network(first, layer([[0]], [1]), layer([[1]], [0])))
    assert (found[0], found[3]) == (5, 5)


def test_what_is_off_is_stored_as_nothing() -> None:
    """Multiples of 2 up to 6; nothing; multiples of 3, an odd number. Then 2 * them + 4, and 5 alone."""
    terms = np.array([[2, 8, 3], [4, 8, 0]])
    found = Hidden.of(terms, np.array([6, 0, 3]))
    assert (found.twos.tolist(), found.most.tolist()) == ([2, 0, 1], [6, 0, 3])
    after = found.after(layer([[2, 0, 0], [0, 3, 0], [-1, 0, 1], [-1, 1, 0]], [4, 5, 0, -2]))
    assert (after.twos.tolist(), after.most.tolist()) == ([4, 1, 1, 0], [16, 5, 3, 0])


@pytest.mark.parametrize(
    ("weight", "bias", "scale", "stored", "low", "high"),
    [
        (1, 1, 1, 4, -3, 3),
        (5, 2, 1, 5, -3, 5),  # 2, 7, 17
        (-5, 16, 1, 4, -3, 5),  # 16, 11, 1: not the padding's 21
        (683, 0, 1, 12, -3, 12),  # 683, 2049
        (683, 0, 64, 12, -6, 6),
        (-1, 1, 16, 4, -4, 2),
        (-1, -8, 16, 4, -4, 2),  # never on; the weight is 1/16
    ],
)
def test_hidden_values_of_the_head_are_counted(
    weight: int, bias: int, scale: int, stored: int, low: int, high: int
) -> None:
    head = layer([[weight]], [bias], scale), layer([[0]], [0])
    assert needs(replace(SMALL, head=head))[::2] == (stored, low)
    assert needs(replace(SMALL, head=head))[3] == high


def test_rounding() -> None:
    numbers = np.array([1 + 2**-9, 2**24 + 1, 257.0, 2049.0])
    assert to_float32(numbers).tolist() == [1 + 2**-9, 2**24, 257, 2049]
    assert to_float16(np.array([2049.0, 2051.0])).tolist() == [2048, 2052]
    assert to_bfloat16(np.array([257.0, 258.0, 259.0, 1 + 2**-9])).tolist() == [256, 258, 260, 1]
    assert to_bfloat16(np.array([-257.0, 0.0])).tolist() == [-256, 0]


def test_a_layer_in_floats() -> None:
    patches = np.array([shows(1, 1), shows(0, 0), shows(3, 3), shows(1, -1)])
    for half in (False, True):
        got = float_layers(SMALL.convolution, patches, to_float32, half_sums=half)
        assert got.tolist() == [22 / 8, 24 / 8, 30 / 8, 37 / 8]
    big = network(FIRST, SECOND, layer([[4096, -1]], [0], 1))
    exact = [4096 * 6 - 3, 4096 * 9 - 4]
    some = patches[[0, 2]]
    assert float_layers(big.convolution, some, to_float32).tolist() == exact
    assert float_layers(big.convolution, some, to_float32, half_sums=True).tolist() != exact


def test_the_row_about_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = toy()
    found = precision.check_bits(whole)
    assert found.covered.endswith(
        "bit-identical in float32; float16, sums in float32; bfloat16, sums in float32"
    )
    needs = needed_bits(whole.network, whole.tables)
    assert found.constants["bits of stored numbers"] == str(needs.stored)
    assert found.constants["bits of sums"] == str(needs.sums)
    for needs, runs in (
        (Needs(11, 24, -24, 16), "float32; float16, sums in float32"),
        (Needs(11, 24, -25, 16), "float32"),
        (Needs(11, 24, -24, 17), "float32"),
        (Needs(12, 24), "float32"),
        (Needs(9, 24), "float32; float16, sums in float32"),
        (Needs(8, 24), "float32; float16, sums in float32; bfloat16, sums in float32"),
        (Needs(24, 24), "float32"),
        (Needs(8, 25), "float64"),
        (Needs(25, 24), "float64"),
        (Needs(53, 53), "float64"),
    ):
        monkeypatch.setattr(precision, "needed_bits", lambda *_, needs=needs: needs)
        assert precision.check_bits(whole).covered.endswith(f"bit-identical in {runs}")
    right, sums_are_rounded = precision.float_layers, []

    def note(*given: Any, half_sums: bool = False) -> Any:
        sums_are_rounded.append(half_sums)
        return right(*given, half_sums=half_sums)

    with monkeypatch.context() as noting:
        noting.setattr(precision, "float_layers", note)
        precision.check_bits(whole)
    assert sums_are_rounded == [False] * 2 + [True]
    count = len(whole.sample())
    for most, few in ((count, count), (count - 1, -(-count // 2)), (10**6, count)):
        monkeypatch.setattr(precision, "HALF_SUMS", most)
        sums = precision.check_bits(whole).constants["sums in float16"]
        assert sums.endswith(f"of {few} patches")
    monkeypatch.setattr(precision, "needed_bits", lambda *_: Needs(8, 54))
    with pytest.raises(RefutedError, match="sums take 54 bits; float64 has 53"):
        precision.check_bits(whole)
    monkeypatch.setattr(precision, "needed_bits", lambda *_: Needs(54, 24))
    with pytest.raises(RefutedError, match="stored numbers take 54 bits; float64 has 53"):
        precision.check_bits(whole)
    monkeypatch.setattr(precision, "needed_bits", lambda *_: Needs(8, 24))
    monkeypatch.setattr(precision, "to_bfloat16", lambda numbers: to_float32(numbers) * 2)
    with pytest.raises(
        RefutedError, match=r"bfloat16, sums in float32: on the patch .* it should be"
    ):
        precision.check_bits(whole)


def test_the_one_patch_on_which_floats_differ_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, right = toy(), precision.float_layers

    def wrong(layers: Any, inputs: Any, stored: Any, **more: Any) -> Any:
        found = right(layers, inputs, stored, **more)
        found[2] += layers == whole.network.convolution
        return found

    monkeypatch.setattr(precision, "float_layers", wrong)
    patch = whole.sample()[2].tolist()
    with pytest.raises(RefutedError, match=rf"float32: on the patch {re.escape(str(patch))} the"):
        precision.check_bits(whole)
