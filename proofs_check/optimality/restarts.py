"""Corollary 2: the numbers of restarts and of validation examples that a search takes, are they enough?

The formulas under test, with the argument, are :mod:`construction.search.restarts`, which shares nothing
with the compiler. Also Hoeffding's inequality and Observation 1.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import count
from math import comb, log
from typing import Any, Final

import sympy as sp

from construction.search.restarts import restarts, validation_examples
from proofs_check.statement import Found, about_the_construction
from proofs_check.verdict import RefutedError

SUMMED: Final = 800  #: examples up to which probabilities are summed
BELOW_E: Final = Fraction(2718281828, 10**9)
ABOVE_E: Final = Fraction(2718281829, 10**9)


def deviation(examples: int, error: Fraction, distance: Fraction) -> Fraction:
    """The exact probability that a measured error is off by ``distance`` or more (binomial)."""
    ways = sum(
        comb(examples, wrong)
        * error.numerator**wrong
        * (error.denominator - error.numerator) ** (examples - wrong)
        for wrong in range(examples + 1)
        if abs(wrong - error * examples) >= distance * examples
    )
    return Fraction(ways, error.denominator**examples)


def is_below_exp(number: Fraction, exponent: Fraction) -> bool:
    """Is ``number`` at most ``exp(exponent)``? In fractions, with e rounded against it: what is True is so."""
    e = ABOVE_E if exponent < 0 else BELOW_E
    return number**exponent.denominator <= e**exponent.numerator


@about_the_construction(
    "Corollary 2, functions",
    "restarts and validation_examples are enough",
    "finite, exact",
)
def check_restarts() -> Found:
    """Both numbers do what they are for, on a grid of parameters."""
    cases = 0
    for p in (Fraction(1, 2), Fraction(1, 10), Fraction(3, 1000)):
        for delta in (Fraction(1, 2), Fraction(1, 10), Fraction(1, 100)):
            count = restarts(log(p), float(delta))
            if (1 - p) ** count > delta / 2:
                raise RefutedError(f"{count} restarts fail too often for p = {p}, delta = {delta}")
            cases += 1
            for epsilon in (Fraction(1, 2), Fraction(1, 5)):
                examples = validation_examples(log(count), float(epsilon), float(delta))
                enough = is_below_exp(4 * count / delta, examples * epsilon**2 / 2)
                for error in (Fraction(0), Fraction(1, 10), Fraction(1, 2)):
                    few = min(examples, SUMMED)
                    off = deviation(few, error, epsilon / 2)
                    if not enough or not is_below_exp(off / 2, -few * epsilon**2 / 2):
                        raise RefutedError(f"{examples} validation examples are too few")
                    cases += 1
    return Found(f"{cases} cases; failure probabilities of up to {SUMMED} examples summed exactly")


def validation_bound(log_p: sp.Expr, epsilon: sp.Expr, delta: sp.Expr) -> sp.Expr:
    """Validation examples that are enough for a program that is drawn with probability ``p``; ``log_p = -ln p``."""
    return 2 / epsilon**2 * (log_p + 2 * sp.log(2 / delta) + sp.log(2))


@about_the_construction(
    "Corollary 2, numbers",
    "restarts s^(c1 s) log(1/delta), examples O(s log s log(1/delta) / eps^2)",
    "symbolic",
)
def check_corollary2() -> Found:
    """With ``p = s^(-c s)``: restarts ``s^(c s) ln(2/delta)``, examples ``O(s log s log(1/delta) / eps^2)``."""
    s, c, epsilon, delta = sp.symbols("s c epsilon delta", positive=True)
    log_r = c * s * sp.log(s) + sp.log(sp.log(2 / delta))
    examples = 2 / epsilon**2 * (log_r + sp.log(4 / delta))
    # ln ln(2/delta) <= ln(2/delta), so all but the first term is at most 2 ln(2/delta) + ln 2.
    bound = validation_bound(c * s * sp.log(s), epsilon, delta)
    gap = sp.expand_log(sp.simplify(bound - examples))
    x = sp.Symbol("x", positive=True)  # x = ln(2/delta): the gap is 2 (x - ln x) / eps^2 > 0
    expected = 2 / epsilon**2 * (x - sp.log(x))
    rest = sp.simplify(gap - expected.subs(x, sp.log(2) - sp.log(delta)))
    if sp.simplify(sp.expand_log(rest)) != 0:
        raise RefutedError(f"the gap is {gap}")
    if sp.solve(sp.diff(x - sp.log(x), x), x) != [1]:
        raise RefutedError("x - ln x is not least at 1")
    return Found(
        "every s, c, epsilon, delta",
        {"validation examples": "at most 2 (c s ln s + 2 ln(2/delta) + ln 2) / eps^2"},
    )


def restart_exponent(m_validation: int, k: int) -> int:
    """``e`` of Observation 1's ``r = 2^(-e)``: the least integer at least ``log2(M) / (3 k)``."""
    return next(e for e in count() if 2 ** (3 * k * e) >= m_validation)


def least_parameter(big: Any, k: Any) -> Any:
    """What Observation 1's ``r`` is at least, for ``M`` examples: rounded down to a power of 2 it is no smaller."""
    return big ** (-1 / (3 * k)) / 2


def enough_examples(size: Any, k: Any) -> Any:
    """The polynomial of Observation 1, ``size`` being ``d m / (eps delta)``."""
    return (4 * size) ** (3 * k)


@about_the_construction(
    "Observation 1",
    "eps = delta = r makes a PAO learner without parameters",
    "symbolic",
)
def check_observation1() -> Found:
    """``r <= min(eps, delta)`` and ``M >= (d m / r^2)^k`` whenever ``M >= (4 d m / (eps delta))^(3 k)``."""
    big, k = sp.symbols("M k", positive=True)
    d, m = sp.symbols("d m", positive=True)
    # r = 2^floor(-log2(M)/(3k)) lies between M^(-1/(3k))/2 and M^(-1/(3k)).
    least = least_parameter(big, k)
    needed = sp.powsimp(sp.expand_power_base((d * m / least**2) ** k))
    expected = sp.powsimp(sp.expand_power_base((4 * d * m) ** k) * big ** sp.Rational(2, 3))
    if sp.simplify(sp.expand_log(sp.log(needed / expected))) != 0:
        raise RefutedError(f"(d m / r^2)^k can reach {needed}")
    # (4 d m)^k M^(2/3) <= M when M >= (4 d m)^(3k).
    least = enough_examples(d * m, k)
    at = sp.expand_log(sp.log(expected.subs(big, least)))
    if sp.simplify(at - sp.expand_log(sp.log(least))) != 0:
        raise RefutedError("the bound is not attained")
    cases = 0
    for degree in (1, 2):
        for size in (1, 2, 6):
            for halvings in (0, 1, 3):
                enough = enough_examples(size * 4**halvings, degree)  # eps = delta = 2^-halvings
                for examples in (enough, enough + 1, 3 * enough):
                    e = restart_exponent(examples, degree)
                    if e < halvings or examples < (size * 4**e) ** degree:
                        raise RefutedError(f"it fails for d m = {size}, k = {degree}")
                    cases += 1
    return Found(
        f"every M, d, m, k; and {cases} cases in integers",
        {"polynomial": "(4 d m / (eps delta))^(3 k)"},
    )
