"""Lemma 1 with other losses, learning rates and optimisers.

While memory is written the output is 0, and its gradient is 1 on one row that was never touched before (row
*memorisation*). So each weight sees one gradient that is not 0, once: the loss's slope at 0, times the example. What is
left depends on two things: that slope, and what the optimiser makes of the gradients ``0, ..., 0, g, 0, ..., 0``.

Optimisers are the update rules of PyTorch, without the ``eps`` that keeps them from dividing by 0. What a weight is ``k``
steps after its gradient is a closed form; it is checked by induction over ``k``, so for any number of steps. Sizes are in
codes: 1 is what Lemma 1 says.

Where they are not 1 but off by less than 1/4, the first layer erases the difference, in training as in predictions: no unit
of the first layer has a kink between a stored sign and what is off by less, and none that reads a stored sign has a slope
there. All other pixels of layer 0 are exact: 0 in rows that were not touched, 1 in work columns, and the padding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import sympy as sp

from construction.network.layers import PIXEL_UNIT
from proofs_check.lemma1.memorisation import check_gradient
from proofs_check.statement import Found, about_networks, about_the_construction
from proofs_check.subject import Subject
from proofs_check.theorem1.precision import live_codes, margin
from proofs_check.verdict import RefutedError

Y, F, H = sp.Symbol("y"), sp.Symbol("f", real=True), sp.Symbol("h", positive=True)
THIRD: Final = sp.Rational(1, 3)
#: Losses of the output ``f`` and the label ``y``, and the rate with which a step should store the example; None
#: where the loss has no slope at ``f = 0`` on one side.
LOSSES: Final[Mapping[str, tuple[sp.Expr, sp.Expr | None]]] = {
    "squared": ((Y - F) ** 2 / 2, THIRD),
    "absolute": (sp.Abs(Y - F), THIRD),
    "hinge": (sp.Max(0, 1 - Y * F), THIRD),
    "exponential": (sp.exp(-Y * F), THIRD),
    "logistic": (sp.log(1 + sp.exp(-Y * F)), 2 * THIRD),
    "perceptron": (sp.Max(0, -Y * F), None),
}
ETA, MU, DECAY, ALPHA, G = sp.symbols("eta mu lambda alpha g", positive=True)
P: Final = sp.Symbol("p", positive=True)  #: a rule's base to the power k
Numbers = tuple[sp.Expr, ...]
NOISE: Final = sp.Rational(1, 4)  #: of a code
#: Adam's two means keep these parts of what they were.
ADAM: Final = (sp.Rational(9, 10), sp.Rational(999, 1000))


@dataclass(frozen=True)
class Optimiser:
    """An update rule, and what it should leave ``k`` steps after a gradient ``g``: the state, then the weight.

    ``step`` takes what was left and a gradient. ``left`` takes ``base ** k``. ``target`` is what the weight should be.
    """

    step: Callable[[Numbers, sp.Expr], Numbers]
    base: sp.Expr
    left: Callable[[sp.Expr], Numbers]
    target: sp.Expr


def _momentum(of: Numbers, gradient: sp.Expr) -> Numbers:
    before, weight = of
    velocity = MU * before + gradient
    return velocity, weight - ETA * velocity


def _nesterov(of: Numbers, gradient: sp.Expr) -> Numbers:
    before, weight = of
    velocity = MU * before + gradient
    return velocity, weight - ETA * (gradient + MU * velocity)


def _decay(of: Numbers, gradient: sp.Expr) -> Numbers:
    (weight,) = of
    return (weight - ETA * (gradient + DECAY * weight),)


def _adagrad(of: Numbers, gradient: sp.Expr) -> Numbers:
    before, weight = of
    total = before + gradient**2
    return total, weight - _divided(ETA * gradient, total)


def _rmsprop(of: Numbers, gradient: sp.Expr) -> Numbers:
    before, weight = of
    mean = ALPHA * before + (1 - ALPHA) * gradient**2
    return mean, weight - _divided(ETA * sp.sqrt(1 - ALPHA) * gradient, mean)


def _divided(step: sp.Expr, square: sp.Expr) -> sp.Expr:
    return step / sp.sqrt(square) if step != 0 else sp.Integer(0)


def _grown(power: sp.Expr) -> sp.Expr:
    """``1 + mu + ... + mu^k``, if the power is that of ``k``."""
    return (1 - MU * power) / (1 - MU)


OPTIMISERS: Final[Mapping[str, Optimiser]] = {
    "momentum": Optimiser(_momentum, MU, lambda p: (G * p, -ETA * G * _grown(p)), -ETA * G),
    "Nesterov's momentum": Optimiser(
        _nesterov, MU, lambda p: (G * p, -ETA * G * _grown(MU * p)), -ETA * G
    ),
    "weight decay": Optimiser(_decay, 1 - ETA * DECAY, lambda p: (-ETA * G * p,), -ETA * G),
    "AdaGrad": Optimiser(_adagrad, sp.Integer(1), lambda _: (G**2, -ETA), -ETA),
    "RMSProp": Optimiser(_rmsprop, ALPHA, lambda p: ((1 - ALPHA) * G**2 * p, -ETA), -ETA),
}


def slopes_at_zero(loss: sp.Expr, label: int) -> tuple[sp.Expr, sp.Expr]:
    """The slopes of a loss at ``f = 0``, to the left and to the right: limits of its derivative."""
    slope = sp.diff(loss.subs(Y, label), F)
    # h is positive, so what depends on its sign alone is decided before it goes to 0.
    left, right = (slope.subs(F, near).subs(H, 0) for near in (-H, H))
    return left, right


def heads_slope(c: sp.Expr, eta: sp.Expr) -> sp.Expr:
    """The slope that the head should have in the row that is written, for a slope ``-c y`` of the loss."""
    return 1 / (PIXEL_UNIT * c * eta)


def check_loss(name: str) -> None:
    """What a step on the loss stores: a third of the label, for the rate and a head of slope 1, and for any rate.

    A pixel sees the gradient ``loss'(0) * head's slope * z``. Raises :class:`~proofs_check.verdict.RefutedError` when
    another number is stored, or when a loss that has no rate has a slope at 0 on both sides.
    """
    loss, rate = LOSSES[name]
    found = {label: slopes_at_zero(loss, label) for label in (1, -1)}
    if rate is None:
        if any(0 not in slopes or len(set(slopes)) == 1 for slopes in found.values()):
            raise RefutedError(f"the {name} loss has the slopes {found} at 0, which should differ")
        return
    c = abs(found[1][0])
    for eta, head in ((rate, sp.Integer(1)), (ETA, heads_slope(c, ETA))):
        for label, slopes in found.items():
            stored = {sp.cancel(-eta * slope * head) for slope in slopes}
            if stored != {sp.Rational(label, PIXEL_UNIT)}:
                raise RefutedError(
                    f"the {name} loss has the slopes {slopes} at 0 for y = {label}; with eta = {eta} and a head of "
                    f"slope {head} a step stores {sorted(stored, key=str)}"
                )


@about_the_construction(
    "Other losses",
    "a slope of -c y at f = 0 and eta = 1/(3 c) store the example; for other eta the head's slope is 1/(3 c eta)",
    "symbolic",
)
def check_losses() -> Found:
    """The slopes, and what one step stores: ``-eta`` times the head's slope times the loss's, of the example."""
    rates = {}
    for name, (_, rate) in LOSSES.items():
        check_loss(name)
        rates[f"eta, {name}"] = "none: no slope at 0 on one side" if rate is None else str(rate)
    return Found(f"{len(LOSSES)} losses, both labels, every eta", rates)


def check_optimiser(name: str) -> sp.Expr:
    """What is left ``k`` steps after the gradient, in codes, with :data:`P` for a power, for all ``k``.

    Raises :class:`~proofs_check.verdict.RefutedError` when the rule leaves something else.
    """
    rule = OPTIMISERS[name]
    nothing = (sp.Integer(0),) * len(rule.left(P))
    for before, gradient, after in (
        (nothing, sp.Integer(0), nothing),
        (nothing, G, rule.left(sp.Integer(1))),
        (rule.left(P), sp.Integer(0), rule.left(rule.base * P)),
    ):
        found = rule.step(before, gradient)
        if any(sp.cancel(a - b) != 0 for a, b in zip(found, after, strict=True)):
            raise RefutedError(f"{name}: a step from {before} leaves {found}; it should be {after}")
    return sp.cancel(rule.left(P)[-1] / rule.target)


def adam_after_two_steps(first: sp.Rational, second: sp.Rational) -> sp.Expr:
    """What Adam leaves of a gradient of 1 in its first step, one step later, in codes."""
    mean, square, size = 1 - first, 1 - second, sp.Integer(0)
    for step in (1, 2):
        size += mean / (1 - first**step) / sp.sqrt(square / (1 - second**step))
        mean, square = first * mean, second * square
    return size


@about_the_construction(
    "Other optimisers",
    "what an optimiser leaves of a gradient that a weight sees once, after any number of steps",
    "symbolic",
)
def check_optimisers() -> Found:
    """The closed forms, and the bounds within which they are off by less than 1/4 of a code."""
    sizes = {name: check_optimiser(name) for name in OPTIMISERS}
    below = sp.Symbol("e", positive=True)
    # mu = 1/5 - e: the limit of the geometric sum is off by less than 1/4, and by just that at e = 0.
    most = sp.cancel((1 / (1 - MU) - 1 - NOISE).subs(MU, sp.Rational(1, 5) - below))
    if most.subs(below, 0) != 0 or not most.is_negative:
        raise RefutedError(f"with a momentum below 1/5 sizes are off by 1/4 + {most}")
    for name in ("momentum", "Nesterov's momentum"):
        if not sp.cancel(1 - (1 - MU) * sizes[name]).is_positive:
            raise RefutedError(f"{name}: sizes reach {sizes[name]}, which is 1/(1 - mu) or more")
    for name, wanted in (
        ("AdaGrad", sp.Integer(1)),
        ("RMSProp", sp.Integer(1)),
        ("weight decay", P),
    ):
        if sizes[name] != wanted:
            raise RefutedError(f"{name} leaves {sizes[name]}; it should be {wanted}")
    adam = adam_after_two_steps(*ADAM)
    if not adam > 1 + NOISE:
        raise RefutedError(f"Adam leaves {adam}, which is off by no more than 1/4")
    return Found(
        f"{len(OPTIMISERS)} optimisers, every k",
        {
            "momentum below 1/5": "off by less than 1/4 of a code",
            "weight decay": "(1 - eta lambda)^k of a code",
            "AdaGrad, RMSProp": "1, as in Lemma 1",
            "Adam, first row after two steps": f"{float(adam):.2f} of a code",
        },
    )


@about_networks(
    "Rows off by less",
    "rows that are off by less than 1/4 of a code are stored, kept and read as exact ones",
    "all sizes, exact",
    lambda subject: not subject.online and subject.has_scene("memorising"),
)
def check_rows_off_by_less(subject: Subject) -> Found:
    """No first-layer unit tells a stored sign from one that is off by less, wherever it stands in a patch.

    Between the two there is no kink, so what a unit gets is straight there; and it has no slope at the sign.
    """
    check_gradient(subject, subject.outcome("memorising"))
    tables = subject.tables
    if margin(subject.network, tables) < NOISE:
        raise RefutedError("a kink of the first layer is nearer than 1/4 to a code")
    live = [(position, code) for position, code in live_codes(tables) if abs(code) == 1]
    if live:
        raise RefutedError(f"stored signs pass on what they are off by at (position, code) {live}")
    return Found(
        f"2 stored signs at {len(tables.positions)} positions; steps, gradients and predictions are as of exact rows"
    )
