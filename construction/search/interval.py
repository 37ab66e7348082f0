"""Confidence intervals for a probability, from the exact binomial distribution; bounds as they are printed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache
from math import exp, fsum, log, log1p
from typing import Final

HALVINGS: Final = 100
NEGLIGIBLE: Final = 1e-18


def clopper_pearson(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """The interval of Clopper and Pearson: it holds the probability in at least so many cases.

    At its ends so many successes, or more (at the lower end) or fewer (at the upper one), have probability
    ``(1 - confidence) / 2``.
    """
    tail = (1 - confidence) / 2
    low, high = 0.0, 1.0
    if successes > 0:
        low = _bisect(lambda p: at_least(successes, trials, p) < tail)
    if successes < trials:
        high = _bisect(lambda p: at_least(successes + 1, trials, p) < 1 - tail)
    return low, high


def bound(value: Fraction, rounding: str) -> str:
    """The value in four digits, rounded as :mod:`decimal` says: a lower bound down, an upper one up."""
    rounded = Context(4, rounding).divide(Decimal(value.numerator), Decimal(value.denominator))
    return f"{float(rounded):.4g}"  # the float has these four digits


def at_least(successes: int, trials: int, p: float) -> float:
    """The probability of so many successes or more: the sum of the binomial terms that are not negligible."""
    if successes <= 0:
        return 1.0
    if not 0 < p < 1 or successes > trials:
        return float(p >= 1 and successes <= trials)
    term = exp(
        _log_choose(trials, successes) + successes * log(p) + (trials - successes) * log1p(-p)
    )
    odds = p / (1 - p)
    terms: list[float] = []
    if successes > trials * p:
        at = successes
        while term > NEGLIGIBLE * terms[0] if terms else term > 0:
            terms.append(term)
            term *= (trials - at) / (at + 1) * odds
            at += 1
        return fsum(terms)
    at = successes
    while at > 0 and term > 0:
        term *= at / (trials - at + 1) / odds
        at -= 1
        if terms and term < NEGLIGIBLE * max(terms[0], term):
            break
        terms.append(term)
    return 1 - fsum(terms)


@cache
def _log_choose(trials: int, successes: int) -> float:
    few = min(successes, trials - successes)
    return fsum(log(trials - i) - log(i + 1) for i in range(few))


def _bisect(below: Callable[[float], bool]) -> float:
    """The number in [0, 1] up to which ``below`` holds."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if below(middle):
            low = middle
        else:
            high = middle
        if high - low <= 1e-13 * high:
            break
    return high
