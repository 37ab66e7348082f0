"""Corollary 2 and Observation 1: numbers of restarts and of examples, refuted by one wrong part."""

from __future__ import annotations

from fractions import Fraction
from itertools import count as count_from
from itertools import product
from math import exp, log
from typing import Any

import pytest
import sympy as sp

from construction.search import restarts as formulas
from proofs_check.optimality import restarts
from proofs_check.verdict import RefutedError

HALF, QUARTER = Fraction(1, 2), Fraction(1, 4)


@pytest.mark.parametrize("examples", [1, 2, 3, 5, 10])
@pytest.mark.parametrize("error", [Fraction(0), Fraction(1, 10), QUARTER, HALF])
@pytest.mark.parametrize("distance", [Fraction(1, 10), QUARTER, HALF])
def test_a_deviation_is_the_sum_over_all_outcomes(
    examples: int, error: Fraction, distance: Fraction
) -> None:
    """In fractions: 6/10 is off 1/2 by 1/10, which floats do not say."""
    total = Fraction(0)
    for wrong in product((0, 1), repeat=examples):
        if abs(Fraction(sum(wrong), examples) - error) >= distance:
            total += error ** sum(wrong) * (1 - error) ** (examples - sum(wrong))
    assert restarts.deviation(examples, error, distance) == total


@pytest.mark.parametrize("exponent", [Fraction(-33, 7), Fraction(-1), Fraction(1, 2), Fraction(9)])
def test_what_is_below_a_power_of_e_is_so(exponent: Fraction) -> None:
    power = Fraction(exp(exponent))
    assert restarts.is_below_exp(power * (1 - Fraction(1, 10**7)), exponent)
    assert not restarts.is_below_exp(power * (1 + Fraction(1, 10**7)), exponent)


@pytest.mark.parametrize(
    ("fewer", "share"),
    [("restarts", Fraction(49, 50)), ("validation_examples", Fraction(4, 5))],
)
def test_too_small_numbers_are_refuted(
    fewer: str, share: Fraction, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = getattr(restarts, fewer)
    monkeypatch.setattr(restarts, fewer, lambda *given: int(right(*given) * share))
    with pytest.raises(RefutedError, match=f"{'restarts' if fewer == 'restarts' else 'examples'} "):
        restarts.check_restarts()


def test_which_deviations_are_summed(monkeypatch: pytest.MonkeyPatch) -> None:
    """One may be as large as Hoeffding's bound, and not larger."""
    asked = set()

    def bound(examples: int, error: Fraction, distance: Fraction) -> Fraction:
        asked.add((examples, error, 2 * distance))
        return share * 2 * Fraction(exp(-examples * (2 * distance) ** 2 / 2))

    share = 1 - Fraction(1, 10**6)
    monkeypatch.setattr(restarts, "deviation", bound)
    restarts.check_restarts()
    assert asked == {
        (min(800, formulas.validation_examples(log(count), float(eps), delta)), error, eps)
        for p, delta in product((0.5, 0.1, 0.003), (0.5, 0.1, 0.01))
        for count in [formulas.restarts(log(p), delta)]
        for eps, error in product((HALF, Fraction(1, 5)), (0, Fraction(1, 10), HALF))
    }
    share = 1 + Fraction(1, 10**6)
    with pytest.raises(RefutedError, match="validation examples are too few"):
        restarts.check_restarts()


@pytest.mark.parametrize("case", [*product((0.5, 0.1, 0.003), (0.5, 0.1, 0.01))], ids=str)
def test_the_least_numbers_that_do_hold_and_one_less_does_not(
    case: tuple[float, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One restart less, or one validation example less for either epsilon, is refuted."""
    less: dict[Any, int] = {}

    def enough(p: float, delta: float) -> int:
        return next(count for count in count_from(1) if (1 - p) ** count <= delta / 2)

    def fewest(log_p: float, delta: float) -> int:
        p = min((0.5, 0.1, 0.003), key=lambda each: abs(log(each) - log_p))
        return enough(p, delta) - less.get((p, delta), 0)

    def examples(log_count: float, epsilon: float, delta: float) -> int:
        count = round(exp(log_count))
        least = 2 / epsilon**2 * log(4 * count / delta)
        case = epsilon, count, delta
        return next(
            n
            for n in count_from(int(least) - 2)
            if count * 2 * exp(-n * epsilon**2 / 2) <= delta / 2
        ) - less.get(case, 0)

    monkeypatch.setattr(restarts, "deviation", lambda *_: Fraction(0))
    monkeypatch.setattr(restarts, "restarts", fewest)
    monkeypatch.setattr(restarts, "validation_examples", examples)
    restarts.check_restarts()
    less[case] = 1
    with pytest.raises(RefutedError, match="restarts fail too often"):
        restarts.check_restarts()
    for epsilon in (0.5, 0.2):
        less.clear()
        less[epsilon, enough(*case), case[1]] = 1
        with pytest.raises(RefutedError, match="validation examples are too few"):
            restarts.check_restarts()


def test_which_numbers_observation_1_is_tried_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exponent may be just so large that its polynomial does, and just so small that it is eps."""
    polynomial = restarts.enough_examples
    asked, bases = set(), set()

    def note(size: Any, k: Any) -> Any:
        bases.add((size, k))
        return polynomial(size, k)

    def exponent(m: int, k: int) -> int:
        asked.add((m, k))
        return next(e for e in count_from(0) if 2 ** (3 * k * e) >= m)

    monkeypatch.setattr(restarts, "enough_examples", note)
    monkeypatch.setattr(restarts, "restart_exponent", exponent)
    restarts.check_observation1()
    cases = set(product((1, 2, 6), (0, 1, 3), (1, 2)))
    assert {each for each in bases if isinstance(each[0], int)} == {
        (size * 4**halvings, k) for size, halvings, k in cases
    }
    assert asked == {
        (many, k)
        for size, halvings, k in cases
        for least in [(4 * size * 4**halvings) ** (3 * k)]
        for many in (least, least + 1, 3 * least)
    }


@pytest.mark.parametrize(
    ("exponent", "good"),
    [
        # By the examples, the least exponent that is at least the halvings, and the largest that does.
        (lambda size, halvings, k, many: halvings, True),
        (lambda size, halvings, k, many: halvings - (halvings == 3), False),
        (lambda size, halvings, k, many: halvings - (halvings == 0), False),
        (lambda size, halvings, k, many: largest(size, k, many), True),
        (lambda size, halvings, k, many: largest(size, k, many) + (size == 6), False),
        (lambda size, halvings, k, many: largest(size, k, many) + (k == 1), False),
    ],
)
def test_how_large_the_exponent_may_be(
    exponent: Any, good: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = iter([(s, h, k) for k, s, h in product((1, 2), (1, 2, 6), (0, 1, 3)) for _ in range(3)])
    monkeypatch.setattr(restarts, "restart_exponent", lambda many, _: exponent(*next(cases), many))
    if good:
        restarts.check_observation1()
    else:
        with pytest.raises(RefutedError, match="it fails for d m = "):
            restarts.check_observation1()


def largest(size: int, k: int, many: int) -> int:
    """The largest ``e`` such that as many examples are ``(d m / r^2)^k`` or more, for ``r = 2^-e``."""
    return next(e for e in count_from(0) if many < (size * 4 ** (e + 1)) ** k)


def test_a_deviation_above_hoeffdings_bound_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restarts, "deviation", lambda *_: Fraction(1))
    with pytest.raises(RefutedError, match="too few"):
        restarts.check_restarts()


def test_another_bound_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    right = restarts.validation_bound
    monkeypatch.setattr(restarts, "validation_bound", lambda *given: right(*given) / 2)
    with pytest.raises(RefutedError, match="the gap is"):
        restarts.check_corollary2()


@pytest.mark.parametrize("exponent", [2, 4])
def test_another_polynomial_is_refuted(exponent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restarts, "enough_examples", lambda size, k: (4 * size) ** (exponent * k))
    with pytest.raises(RefutedError, match="is not attained"):
        restarts.check_observation1()


def test_another_parameter_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    right = restarts.least_parameter
    monkeypatch.setattr(restarts, "least_parameter", lambda big, k: right(big, k) / 2)
    with pytest.raises(RefutedError, match="can reach"):
        restarts.check_observation1()


def test_an_exponent_that_is_too_large_for_one_degree_is_refuted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = restarts.restart_exponent
    monkeypatch.setattr(restarts, "restart_exponent", lambda m, k: right(m, k) + (k == 2))
    with pytest.raises(RefutedError, match=r"it fails for d m = .*, k = 2"):
        restarts.check_observation1()


@pytest.mark.parametrize("off", [-3, 1])
def test_another_exponent_is_refuted(off: int, monkeypatch: pytest.MonkeyPatch) -> None:
    right = restarts.restart_exponent
    monkeypatch.setattr(restarts, "restart_exponent", lambda m, k: right(m, k) + off)
    with pytest.raises(RefutedError, match="it fails for"):
        restarts.check_observation1()


@pytest.mark.parametrize("places", [[], [2], [1, 2]])
def test_another_place_where_the_gap_is_least_is_refuted(
    places: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sp, "solve", lambda *_: places)
    monkeypatch.setattr(sp, "simplify", lambda _: sp.Integer(0))  # before it
    with pytest.raises(RefutedError, match="is not least at 1"):
        restarts.check_corollary2()
