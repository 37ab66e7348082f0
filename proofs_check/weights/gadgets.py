"""The gadgets, symbolically: value and slope on every range, for symbolic thresholds and tables.

A hinge is ``h_j(v) = relu(4 v - j)`` for odd ``j``. Each range is entered as the gadget's start plus a
non-negative symbol, so that sympy can decide the sign of every ReLU's input; what is left is a
formula without ReLU, valid on the whole range.
"""

from __future__ import annotations

import sympy as sp

from proofs_check.statement import Found, about_the_construction
from proofs_check.verdict import RefutedError

K = sp.Symbol("k")  #: a threshold: any code
T = sp.Symbol("t", nonnegative=True)  #: how far into the range
QUARTER = sp.Rational(1, 4)


def relu(x: sp.Expr) -> sp.Expr:
    """ReLU of an expression whose sign is known."""
    x = sp.expand(x)
    if x.is_nonnegative:
        return x
    if x.is_nonpositive:
        return sp.Integer(0)
    raise RefutedError(f"the sign of {x} is not known")


def hinge(v: sp.Expr, j: sp.Expr) -> sp.Expr:
    """``relu(4 v - j)``."""
    return relu(4 * v - j)


def step(v: sp.Expr, k: sp.Expr) -> sp.Expr:
    """``step_k(v) = (h_{4k-3}(v) - h_{4k-1}(v)) / 2``."""
    return (hinge(v, 4 * k - 3) - hinge(v, 4 * k - 1)) / 2


def _expect(what: str, got: sp.Expr, expected: sp.Expr) -> None:
    if sp.simplify(got - expected) != 0:
        raise RefutedError(f"{what} is {sp.simplify(got)}; it should be {expected}")


@about_the_construction(
    "Gadget: step",
    "0 before its threshold, 1 after it, flat near every code",
    "symbolic",
)
def check_step() -> Found:
    """0 up to ``k - 3/4``, slope 2 up to ``k - 1/4``, then 1; flat within 1/4 of every integer."""
    inside = sp.Symbol("u", nonnegative=True)
    rest = sp.Symbol("r", nonnegative=True)
    _expect("a step before its range", step(K - 3 * QUARTER - T, K), sp.Integer(0))
    _expect("a step after its range", step(K - QUARTER + T, K), sp.Integer(1))
    # Inside, v = k - 3/4 + u with u + r = 1/2: the second hinge's input is -4 r.
    first = hinge(K - 3 * QUARTER + inside, 4 * K - 3)
    second = relu(-4 * rest)
    _expect("a step inside its range", (first - second) / 2, 2 * inside)
    return Found("3 ranges for every threshold k", {"slope inside": "2", "flat within": "1/4"})


@about_the_construction(
    "Gadget: table",
    "differences times steps add up to the table",
    "symbolic",
)
def check_telescoping() -> Found:
    """The sum of ``(t(k) - t(k-1)) step_k`` is the table ``t``, by induction over the code."""
    t = sp.Function("t")
    low, n = sp.symbols("low n")
    total = sp.Function("S")
    # At code n exactly the steps up to n are 1, so S(n) - S(n-1) is the one new term.
    new_term = (t(n) - t(n - 1)) * step(n, n)
    induction = total(n - 1) + new_term - t(n) + t(low)
    _expect("S(n) given S(n-1)", induction.subs(total(n - 1), t(n - 1) - t(low)), sp.Integer(0))
    ahead = sp.Symbol("e", nonnegative=True)
    _expect("a step not yet reached", step(n, n + 1 + ahead), sp.Integer(0))
    _expect("a step passed before", step(n, n - ahead), sp.Integer(1))
    return Found("every table t and code n")


@about_the_construction(
    "Gadget: slope",
    "near a code with a slope the table is affine with that slope",
    "symbolic",
)
def check_live() -> Found:
    """Near a code with slope ``a``, a table is ``t(k) + a (v - k)`` for ``|v - k| <= 1/4``."""
    a, value, before = sp.symbols("a value before")
    # The piece that enters the range with the slope a at k - 1/4, and leaves it at k + 1/4.
    x = sp.Symbol("x")
    rise = a / 4
    piece = before + (value - rise - before) * 2 * QUARTER / (2 * QUARTER)
    _expect("the value at k - 1/4", piece, value - rise)
    inside = piece + a * (x - (K - QUARTER))
    _expect("the value at k", inside.subs(x, K), value)
    _expect("the slope at k", sp.diff(inside, x), a)
    _expect("the value at k + 1/4", inside.subs(x, K + QUARTER), value + rise)
    return Found("every slope a, value and threshold", {"slope holds within": "1/4"})


def missed_amount(amount: sp.Expr, largest: sp.Expr, missed: sp.Expr) -> sp.Expr:
    """The input of a gate's unit with an amount of at most ``largest``, where so many conditions do not hold."""
    return amount - (1 + largest) * missed


@about_the_construction(
    "Gadget: gate",
    "1 when all conditions hold, else 0; at distance 1 from the kink",
    "symbolic",
)
def check_gates() -> Found:
    """A conjunction of memberships is 1 or 0, with distance 1 from the kink; an amount likewise."""
    missed = sp.Symbol("n", positive=True, integer=True)  # conditions that do not hold
    _expect("a gate whose conditions hold", relu(sp.Integer(1)), sp.Integer(1))
    _expect("a gate with conditions missed", relu(1 - 2 * missed), sp.Integer(0))
    amount = sp.Symbol("a", positive=True)
    largest = amount + sp.Symbol("more", nonnegative=True)
    _expect("an amount", relu(amount), amount)
    # a - (1 + a + more) n <= -1 for n >= 1.
    some = 1 + sp.Symbol("j", nonnegative=True)
    if not sp.expand(missed_amount(amount, largest, some) + 1).is_nonpositive:
        raise RefutedError("an amount with a condition missed could be on")
    _expect("no amount", relu(sp.Integer(-1)), sp.Integer(0))
    return Found("any number of conditions, any amount", {"distance from the kink": "at least 1"})
