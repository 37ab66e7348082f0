from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from construction.compiling.gadgets import HINGE_WEIGHT, hinges
from construction.rules.tables import Table
from construction.strategies import code_tables


def rationals(largest: int = 8) -> SearchStrategy[Fraction]:
    """Small exact numbers."""
    return st.fractions(-largest, largest, max_denominator=largest)


NEARLY_A_QUARTER = Fraction(1, 4) - Fraction(1, 1000)
CODES = st.sets(st.integers(-8, 24), min_size=1, max_size=10).map(
    lambda codes: tuple(sorted(codes))
)


def at(point: Fraction, coefficients: dict[int, Fraction], base: Fraction) -> Fraction:
    """The sum of hinges, as it is defined."""
    return base + sum(
        (c * max(Fraction(0), HINGE_WEIGHT * point - kink) for kink, c in coefficients.items()),
        Fraction(0),
    )


def slope_at(point: Fraction, coefficients: dict[int, Fraction]) -> Fraction:
    return sum(
        (HINGE_WEIGHT * c for kink, c in coefficients.items() if HINGE_WEIGHT * point > kink),
        Fraction(0),
    )


@given(st.data())
def test_a_table_has_its_values_and_slopes_around_every_code(data: st.DataObject) -> None:
    codes = data.draw(CODES)
    table = data.draw(code_tables(codes))
    coefficients, base = hinges(table, codes)
    assert all(kink % 2 for kink in coefficients)  # never on a code
    assert all(coefficients.values())
    for code in codes:
        for noise in (Fraction(0), NEARLY_A_QUARTER, -NEARLY_A_QUARTER):
            value = at(code + noise, coefficients, base)
            assert value == table.value(code) + table.slope(code) * noise
            assert slope_at(code + noise, coefficients) == table.slope(code)


@given(st.data())
def test_beyond_its_codes_a_table_is_constant_and_between_two_it_is_monotonous(
    data: st.DataObject,
) -> None:
    codes = data.draw(CODES)
    table = data.draw(code_tables(codes))
    coefficients, base = hinges(table, codes)
    quarter = Fraction(1, 4)
    for end, way in ((codes[0], -1), (codes[-1], 1)):
        edge = at(end + way * quarter, coefficients, base)
        assert at(end + 5 * way + Fraction(1, 3), coefficients, base) == edge
        assert slope_at(Fraction(end + 5 * way), coefficients) == 0
    for low, high in pairwise(codes):
        ends = at(low + quarter, coefficients, base), at(high - quarter, coefficients, base)
        for part in (Fraction(1, 5), Fraction(1, 2), Fraction(6, 7)):
            point = low + quarter + part * (high - low - Fraction(1, 2))
            assert min(ends) <= at(point, coefficients, base) <= max(ends)


@given(st.data())
def test_values_and_slopes_may_be_any_rationals(data: st.DataObject) -> None:
    """The head's table has thirds for slopes."""
    codes = data.draw(CODES)
    number = rationals()
    values = {code: data.draw(number) for code in codes}
    slopes = {code: data.draw(number) for code in codes}
    coefficients, base = hinges(Table(values, slopes), codes)
    for code in codes:
        assert at(Fraction(code), coefficients, base) == values[code]
        assert slope_at(Fraction(code), coefficients) == slopes[code]


HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("table", "codes", "coefficients", "base"),
    [
        (Table({1: 5, 2: 5}), range(5), {1: 5 * HALF, 3: -5 * HALF, 9: -5 * HALF, 11: 5 * HALF}, 0),
        (Table({}), range(5), {}, 0),
        (Table.constant_on(range(5), 7), range(5), {}, 7),
        # Codes that cannot occur need no hinge of their own: one rise, right below code 9.
        (Table({9: 1}), (0, 9), {33: HALF, 35: -HALF}, 0),
        # Slope 1 at code 0: from -1/4 to 1/4, and back to 0 before code 1.
        (
            Table({}, {0: 1}),
            (-1, 0, 1),
            {-3: -HALF / 4, -1: 3 * HALF / 4, 1: -3 * HALF / 4, 3: HALF / 4},
            0,
        ),
        # One straight line through three codes, gaps and all.
        (
            Table({-2: -2, 2: 2}, {-2: 1, 0: 1, 2: 1}),
            (-2, 0, 2),
            {-9: HALF / 2, 9: -HALF / 2},
            Fraction(-9, 4),
        ),
    ],
)
def test_tables_by_hand(
    table: Table, codes: Sequence[int], coefficients: dict[int, Fraction], base: int | Fraction
) -> None:
    assert hinges(table, codes) == (coefficients, Fraction(base))
