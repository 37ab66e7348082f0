"""Gates add, multiply and cut off as whole numbers do, and are counted; what is constant needs none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.circuits.gates import Circuit, Number, constant, width

numbers = st.lists(st.integers(-40, 40), min_size=1, max_size=9)


def wires(circuit: Circuit, values: list[int]) -> Number:
    return circuit.wires(np.array(values), min(values), max(values))


@settings(max_examples=60, deadline=None)
@given(numbers, numbers, st.integers(-9, 9), st.sampled_from([1, 2, 3, 8, 12]))
def test_arithmetic(first: list[int], second: list[int], factor: int, divisor: int) -> None:
    count = min(len(first), len(second))
    first, second = first[:count], second[:count]
    circuit = Circuit(count)
    a, b = wires(circuit, first), wires(circuit, second)
    x, y = np.array(first), np.array(second)
    for found, wanted in (
        (a, x),
        (circuit.add(a, b), x + y),
        (circuit.add(a, b, minus=True), x - y),
        (circuit.times(a, factor), x * factor),
        (circuit.rectified(a), np.maximum(x, 0)),
        (circuit.weighted([a, b], [factor, -3], 5), factor * x - 3 * y + 5),
        (circuit.divided(circuit.times(a, divisor), divisor), x),
    ):
        assert circuit.values(found).tolist() == wanted.tolist()
        assert found.low <= min(wanted)
        assert max(wanted) <= found.high


def test_what_is_rectified_is_not_negative() -> None:
    circuit = Circuit(2)
    found = circuit.rectified(wires(circuit, [-5, 3]))
    assert (found.low, found.high) == (0, 3)


@pytest.mark.parametrize(
    ("low", "high", "bits"),
    [(0, 0, 1), (0, 1, 2), (-1, 0, 1), (-1, 1, 2), (-2, 1, 2), (-3, 0, 3), (0, 7, 4), (-8, 8, 5)],
)
def test_how_many_bits_a_number_has(low: int, high: int, bits: int) -> None:
    assert width(low, high) == bits
    for value in (low, high):
        assert Circuit(1).values(constant(value)).tolist() == [value]


def test_a_quotient_takes_the_gates_of_its_own_bits() -> None:
    circuit = Circuit(3)
    given = wires(circuit, [0, 45, -45])
    assert circuit.values(circuit.divided(given, 9)).tolist() == [0, 5, -5]
    assert circuit.gates == 32
    # Twos are wires left out: as many gates as for the number without them.
    for twos in (2, 4, 8):
        more, same = Circuit(3), Circuit(3)
        found = more.divided(wires(more, [0, 45 * twos, -45 * twos]), 9 * twos)
        assert more.values(found).tolist() == [0, 5, -5]
        same.divided(wires(same, [0, 45, -45]), 9)
        assert more.gates == same.gates


def test_zero_is_a_multiple_of_what_has_more_bits() -> None:
    circuit = Circuit(2)
    for divisor in (8, 24):
        assert circuit.values(circuit.divided(wires(circuit, [0, 0]), divisor)).tolist() == [0, 0]


def test_a_quotient_of_what_is_no_multiple_is_no_quotient() -> None:
    """Then it is something else than the number, whose divisor times it is not the number."""
    circuit = Circuit(3)
    found = circuit.values(circuit.divided(wires(circuit, [6, 7, 9]), 3))
    assert found.tolist()[::2] == [2, 3]
    assert found[1] * 3 != 7


@pytest.mark.parametrize("divisor", [2, 3, 8, 12])
def test_the_bounds_of_a_number_are_as_tight_as_they_can_be(divisor: int) -> None:
    """Each more would be another wire, so another gate."""
    circuit = Circuit(2)
    a, b = wires(circuit, [-3, 5]), wires(circuit, [-7, 2])
    for found, bounds in (
        (circuit.add(a, b), (-10, 7)),
        (circuit.add(a, b, minus=True), (-5, 12)),
        (circuit.times(a, divisor), (-3 * divisor, 5 * divisor)),
        (circuit.times(a, -divisor), (-5 * divisor, 3 * divisor)),
        (circuit.weighted([a, b], [divisor, -1], 4), (2 - 3 * divisor, 11 + 5 * divisor)),
        (circuit.divided(circuit.times(a, divisor), divisor), (-3, 5)),
        (circuit.divided(Number(a.wires, -divisor - 1, divisor - 1), divisor), (-1, 0)),
        (circuit.rectified(b), (0, 2)),
        (circuit.rectified(constant(-2)), (0, 0)),
        (constant(divisor), (divisor, divisor)),
    ):
        assert (found.low, found.high) == bounds


def test_gates_are_counted() -> None:
    circuit = Circuit(2)
    a, b = 0b01, 0b11
    assert [circuit.both(a, b), circuit.either(a, b), circuit.differ(a, b)] == [0b01, 0b11, 0b10]
    assert circuit.negation(a) == 0b10
    assert circuit.gates == 4
    # A full adder has five gates; that of the lowest bits is a half one of two.
    circuit.add(Number((a, b), -2, 1), Number((a, b), -2, 1))
    assert circuit.gates == 4 + 2 + 2 * 5


def test_constants_need_no_gates() -> None:
    circuit = Circuit(2)
    a = 0b01
    assert [circuit.both(a, False), circuit.both(True, a), circuit.both(a, True)] == [False, a, a]
    assert [circuit.either(a, True), circuit.either(False, a), circuit.either(a, False)] == [
        1,
        a,
        a,
    ]
    assert [circuit.differ(a, False), circuit.differ(False, a)] == [a, a]
    assert [circuit.differ(True, True), circuit.negation(False)] == [False, True]
    assert circuit.gates == 0
    assert [circuit.differ(a, True), circuit.differ(True, a)] == [0b10, 0b10]
    assert circuit.gates == 2
    sums = circuit.add(constant(5), constant(-7)), circuit.times(constant(-3), 4)
    assert [circuit.values(each).tolist() for each in sums] == [[-2, -2], [-12, -12]]
    assert circuit.rectified(constant(3)) == constant(3)
    assert circuit.gates == 2
