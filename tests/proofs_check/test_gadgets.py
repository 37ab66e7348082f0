"""Gadgets and the representation theorem: what their checks refuse."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp

from proofs_check.verdict import RefutedError
from proofs_check.weights import gadgets, representation
from proofs_check.weights.representation import most_units, represent, stated_set


def test_what_is_expected_of_a_gadget() -> None:
    x, y = sp.Symbol("x", nonnegative=True), sp.Symbol("y", real=True)
    assert gadgets.relu(x + 1) == x + 1
    assert gadgets.relu(-x) == 0
    with pytest.raises(RefutedError, match="the sign of y is not known"):
        gadgets.relu(y)
    gadgets._expect("it", (x + 1) ** 2, x**2 + 2 * x + 1)
    with pytest.raises(RefutedError, match="it is 1; it should be 0"):
        gadgets._expect("it", sp.Integer(1), sp.Integer(0))
    values = [gadgets.step(sp.Rational(number, 8), sp.Integer(2)) for number in (8, 10, 14, 15, 24)]
    assert values == [0, 0, 1, 1, 1]
    assert gadgets.hinge(sp.Rational(5, 4), sp.Integer(3)) == 2


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("step", lambda v, k: (gadgets.hinge(v, 4 * k - 3) - gadgets.hinge(v, 4 * k - 1)) / 4),
        ("step", lambda v, k: sp.Integer(0)),
        ("step", lambda v, k: sp.Integer(1)),
        ("relu", lambda x: x),
        ("relu", lambda x: sp.Integer(0)),
        ("hinge", lambda v, j: gadgets.relu(4 * v - j) * 2),
    ],
)
def test_other_gadgets_are_refuted(name: str, broken: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gadgets, name, broken)
    with pytest.raises(RefutedError):
        gadgets.check_step()


def test_a_step_that_begins_within_a_code_before_its_own_is_refuted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At code k - 1 the sign of what it says is not known; at k - 2 it is 0, and from k on 1."""

    def early(v: sp.Expr, k: sp.Expr) -> sp.Expr:
        return sp.Integer(1) if (v - k).is_nonnegative else gadgets.relu(v - k + 2)

    monkeypatch.setattr(gadgets, "step", early)
    with pytest.raises(RefutedError, match=r"the sign of .* is not known"):
        gadgets.check_telescoping()


def test_other_gates_are_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    for broken in (lambda x: x, lambda x: sp.Integer(0), lambda x: sp.Integer(1)):
        monkeypatch.setattr(gadgets, "relu", broken)
        with pytest.raises(RefutedError, match=r"a gate|an amount"):
            gadgets.check_gates()


def test_amounts_that_could_be_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """With more than one condition missed, or with the largest amount."""
    assert gadgets.missed_amount(sp.Integer(3), sp.Integer(5), sp.Integer(2)) == 3 - 6 * 2
    for broken in (
        lambda amount, largest, missed: amount - (1 + largest) / missed,
        lambda amount, largest, missed: amount - largest * missed,
        lambda amount, largest, missed: largest - (1 + amount) * missed,
    ):
        monkeypatch.setattr(gadgets, "missed_amount", broken)
        with pytest.raises(RefutedError, match="an amount with a condition missed could be on"):
            gadgets.check_gates()


def rows(*entries: tuple[Any, ...]) -> list[tuple[Fraction, ...]]:
    return [tuple(map(Fraction, row)) for row in entries]


#: Points, values and Jacobians.
PROBLEMS: list[Any] = [
    (rows((0,)), [Fraction(3)], rows((2,))),
    (rows((0,), (1,), (5,)), [Fraction(-7, 2), Fraction(0), Fraction(1)], rows((-9,), (0,), (4,))),
    (
        rows((0, 1), (0, 2), (3, "1/2"), (-4, 2)),
        [Fraction(5), Fraction(-5), Fraction(1, 3), Fraction(0)],
        rows((1, -1), ("7/2", 0), (-3, -8), (0, 0)),
    ),
    # So steep that no penalty makes up for it where a ramp does not end.
    (rows((0,), (4,)), [Fraction(0)] * 2, rows((100,), (-100,))),
]


@pytest.mark.parametrize("problem", PROBLEMS)
def test_values_and_jacobians_are_represented(problem: Any) -> None:
    points, values, jacobians = problem
    found = represent(*problem)
    for point, value, jacobian in zip(points, values, jacobians, strict=True):
        assert found.value_and_jacobian(point) == (value, jacobian)
        # It is affine around the point, in a box of half-width h.
        h = representation._constants(*problem)[0]
        beside = tuple(x + h * Fraction(3, 4) * (-1) ** k for k, x in enumerate(point))
        more = sum((y - x) * g for x, y, g in zip(point, beside, jacobian, strict=True))
        assert found.value_and_jacobian(beside) == (value + more, jacobian)
    allowed = stated_set(*problem)
    assert all(weight in allowed for weight in found.weights())
    assert not all(
        weight in replace(allowed, largest=allowed.largest / 8) for weight in found.weights()
    )
    assert found.widths == (len(found.layers[0][1]), len(points))
    different = sum(len({point[j] for point in points}) for j in range(len(points[0])))
    assert found.widths[0] == 3 * different <= most_units(len(points), len(points[0]))[0]
    assert most_units(4, 3) == (36, 4)


def test_the_constants_of_a_representation() -> None:
    points, values, jacobians = PROBLEMS[1]
    # Half a quarter of the least gap, 1; the largest |v| + h |g| is 7/2 + 9/4.
    assert representation._constants(points, values, jacobians) == (
        Fraction(1, 4),
        Fraction(7),
        Fraction(28),
    )
    assert representation._constants(*PROBLEMS[0])[0] == Fraction(1, 4)
    # Far apart, the base and the largest value count most: 60 + 1 + 60.
    far = (rows((0,), (40,)), [Fraction(60), Fraction(0)], rows((0,), (0,)))
    assert representation._constants(*far) == (Fraction(10), Fraction(61), Fraction(7))
    assert stated_set(*far).largest == 121
    bound = stated_set(points, values, jacobians)
    assert (bound.denominator, bound.largest) == (16, Fraction(37))
    for weight, inside in ((37, True), (-37, True), (38, False), (-38, False)):
        assert (Fraction(weight) in bound) is inside
    assert Fraction(1, 16) in bound
    assert Fraction(1, 32) not in bound
    assert Fraction(1, 3) not in bound


def test_what_cannot_be_represented() -> None:
    zero, one = rows((0,), (1,))
    with pytest.raises(ValueError, match="two points are equal"):
        represent([zero, zero], [Fraction(0)] * 2, [one, one])
    for points, jacobians in (([], []), ([zero], rows((0, 0))), (rows((0,), (0, 1)), [zero] * 2)):
        with pytest.raises(ValueError, match="at least one point, and all rows of the same length"):
            represent(points, [Fraction(0)] * len(points), jacobians)
    network_ = represent([zero], [Fraction(1)], [one])
    with pytest.raises(ValueError, match="stands at its kink"):
        network_.value_and_jacobian([-representation._constants([zero], [Fraction(1)], [one])[0]])


def test_a_wrong_representation_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    check: Any = representation.check_representation
    found = check(25)
    assert found.covered.startswith("25 random cases with up to ")
    whole = represent

    def wrong(*problem: Any) -> Any:
        network_ = whole(*problem)
        *hidden, (weights, (bias,)) = network_.layers
        return replace(network_, layers=(*hidden, (weights, (bias + 1,))))

    monkeypatch.setattr(representation, "represent", wrong)
    with pytest.raises(RefutedError, match="wrong at the point"):
        check(1)
    monkeypatch.setattr(representation, "represent", whole)
    # As many units as points in the first layer are too few, and in the second one less.
    for least in ((0, 99), (99, -1)):
        monkeypatch.setattr(
            representation,
            "most_units",
            lambda n, d, least=least: (n + least[0], n + least[1]),
        )
        with pytest.raises(RefutedError, match="too large for the points"):
            check(1)
    monkeypatch.setattr(representation, "most_units", lambda n, d: (99, n))
    bound = representation.WeightBound(1, Fraction(1, 100))
    monkeypatch.setattr(representation, "stated_set", lambda *_: bound)
    with pytest.raises(RefutedError, match="too large for the points"):
        check(1)
