from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs_check.weights import representation
from proofs_check.weights.representation import most_units, represent, stated_set

RATIONALS = st.fractions(min_value=-5, max_value=5, max_denominator=6)


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[list[Fraction]], list[Fraction], list[list[Fraction]]]:
    dimensions = draw(st.integers(1, 4))
    row = st.lists(RATIONALS, min_size=dimensions, max_size=dimensions)
    points = draw(st.lists(row, min_size=1, max_size=5, unique_by=tuple))
    count = len(points)
    values = draw(st.lists(RATIONALS, min_size=count, max_size=count))
    jacobians = draw(st.lists(row, min_size=count, max_size=count))
    return points, values, jacobians


@given(problems())
def test_values_and_jacobians_are_exact(
    problem: tuple[list[list[Fraction]], list[Fraction], list[list[Fraction]]],
) -> None:
    points, values, jacobians = problem
    network = represent(points, values, jacobians)
    for point, value, jacobian in zip(points, values, jacobians, strict=True):
        assert network.value_and_jacobian(point) == (value, tuple(jacobian))
    assert all(weight in stated_set(points, values, jacobians) for weight in network.weights())
    most = most_units(len(points), len(points[0]))
    assert all(width <= bound for width, bound in zip(network.widths, most, strict=True))


def test_which_problems_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all sizes that the row speaks of, and no other; its words say the largest."""
    sizes: list[tuple[int, int]] = []
    entries: set[Fraction] = set()
    right = representation.represent

    def note(points: Any, values: Any, jacobians: Any) -> Any:
        sizes.append((len(points[0]), len(points)))
        entries.update(each for row in (*points, values, *jacobians) for each in row)
        return right(points, values, jacobians)

    monkeypatch.setattr(representation, "represent", note)
    check: Any = representation.check_representation
    found = check(cases=20)
    assert {n for n, _ in sizes} == {1, 2, 3, 4}
    assert {count for _, count in sizes} == {1, 2, 3, 4, 5, 6}
    assert entries <= {Fraction(a, b) for a in range(-9, 10) for b in range(1, 5)}
    assert {Fraction(-9), Fraction(9)} <= entries
    assert {each.denominator for each in entries} == {1, 2, 3, 4}
    assert found.covered.startswith("20 random cases with up to 6 points in up to 4 dimensions")


def test_two_equal_points_are_refused() -> None:
    zero = [Fraction(0)]
    with pytest.raises(ValueError, match="two points are equal"):
        represent([zero, zero], [Fraction(0), Fraction(1)], [zero, zero])
