"""Theorem 1's probability: how likely a uniform draw of the weights gives this network.

Each weight is drawn from ``U_s`` independently and uniformly; a draw succeeds at least when every weight
*that matters* has its value. Four ways to say what is drawn, and what has to match:

* ``square, every weight``: Definition 5 as printed, hidden layers of width ``100 s`` that are fully
  connected, and every single weight prescribed. There are about ``30,000 s^2`` of them.
* ``square, weights that matter``: the same draw. A hidden unit that nothing reads may be anything. Only
  the used units' weights have to match, and in the layers after the first only a constant number of
  units is used, each of which reads ``100 s`` inputs: ``O(s)`` weights.
* ``bottleneck``: the layers after the first have a constant width, so there are ``O(s)`` weights in all.
* ``transitions``: the gadgets are fixed, and only the machine's table is drawn: for each pair of state
  and symbol a symbol to write, a move, and two states.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, log10

import sympy as sp

from construction.network.definition5 import HEAD_WIDTH, WEIGHT_LAYERS, WIDTH_PER_STATE
from proofs_check.lemma1.memorisation import memorisation
from proofs_check.lemma1.prediction import depth
from proofs_check.statement import NOT_CLAIMED, Applies, Found, about_networks
from proofs_check.subject import Subject
from proofs_check.theorem1.weight_set import (
    SYMBOLS,
    UNITS,
    definition5_form,
    most_hinges,
    weight_set,
    weights_in,
)
from proofs_check.verdict import RefutedError

LEAST_STATES = 2  #: at ``s = 1`` the bound ``s^(-c2 s)`` is 1
MOVES_AND_HALTS = 5 + 3
BOTTLENECK = UNITS
MATTER = "square, weights that matter"


def weights_to_match(s: int, used_first: int, used_later: int) -> Mapping[str, int]:
    """How many drawn weights and biases have to match, by model of sampling.

    ``used_first`` and ``used_later`` are the hidden units in use in the first and in each later layer.
    """
    width = WIDTH_PER_STATE * s
    later = WEIGHT_LAYERS - 2
    first = 10 * used_first
    head = 3 * HEAD_WIDTH + 1
    every = 10 * width + later * (width + 1) * width + width + 1 + head
    matter = first + (used_later * (width + 1)) * later + width + 1 + head
    narrow = (
        first
        + BOTTLENECK * (used_first + 1)
        + (later - 1) * BOTTLENECK * (BOTTLENECK + 1)
        + BOTTLENECK
        + 1
        + head
    )
    return {
        "square, every weight": every,
        MATTER: matter,
        "bottleneck": narrow,
    }


@dataclass(frozen=True)
class Drawn:
    """What a draw has to give: units that are used in the first and at most in a later hidden layer, for ``s`` states."""

    s: int
    used_first: int
    used_later: int


def can_be_drawn(subject: Subject) -> Drawn:
    """The network is its machine's, fits Definition 5, and has weights of ``U_s``, no more than have to match.

    Raises :class:`~proofs_check.verdict.RefutedError` otherwise: then no draw is this network, and no setting, or it is
    not the program's.
    """
    memorisation(subject)
    depth(subject)
    five, s = definition5_form(subject)
    count = weights_in(five, weight_set(s))
    first, *later = five.hidden_widths
    drawn = Drawn(s, first, max(later))
    matter = weights_to_match(s, first, drawn.used_later)[MATTER]
    if count > matter:
        raise RefutedError(f"{count} weights are not 0; in a draw at most {matter} are")
    return drawn


def of_machines(subject: Subject) -> Applies:
    """Whether a row is about how a machine's network is drawn: claimed if scenes say that it is the machine's."""
    scenes = subject.has_scene("memorising") and bool(subject.of_predictions)
    return subject.has_machine and (scenes or NOT_CLAIMED)


def log10_probabilities(s: int, g: int, used_first: int, used_later: int) -> dict[str, float]:
    """log10 of the probability of a draw that succeeds for sure, by model of sampling."""
    each = log10(len(weight_set(s)))
    result = {
        model: -count * each for model, count in weights_to_match(s, used_first, used_later).items()
    }
    choices = g * MOVES_AND_HALTS * s * s
    result["transitions"] = -s * g * log10(choices)
    return result


def exponents(s: int, g: int = SYMBOLS) -> dict[str, float]:
    """``c2`` such that the probability is ``s^(-c2 s)``, for the largest network with ``s`` states."""
    found = log10_probabilities(s, g, most_hinges(s, g), UNITS)
    return {model: -value / (s * log10(s)) for model, value in found.items()}


def constant(model: str) -> int:
    """A ``c2`` for all ``s >= 2``: the exponent is largest at ``s = 2``, rounded up.

    It is ``(A + B / s) log(C s + D) / log s`` with ``A, B, D >= 0`` and ``C >= 1``; for the transitions
    ``g log(C s^2) / log s``. Both factors of the first, and the second, decrease for ``s > 1``: of
    ``log(C s + D) / log s`` the derivative has the sign of ``C s log s - (C s + D) log(C s + D) < 0``. At ``s = 1``
    the bound would say that the probability is 1.

    Raises :class:`~proofs_check.verdict.RefutedError` when the numbers are not of this form.
    """
    s = sp.Symbol("s")
    size = sp.Poly(weight_set(s).size, s).all_coeffs()
    forms = [size]
    if model != "transitions":
        count = weights_to_match(s, most_hinges(s, SYMBOLS), UNITS)[model]
        forms.append(sp.Poly(sp.expand(count), s).all_coeffs())
    if any(len(form) != 2 or min(form) < 0 for form in forms) or size[0] < 1:
        raise RefutedError(f"{model}: a count is not linear in s with coefficients of 0 or more")
    return ceil(exponents(LEAST_STATES)[model])


def degree(model: str) -> int:
    """The degree in ``s`` of the number of weights that have to match, for the largest network.

    ``log |U_s|`` is ``O(log s)``, so the probability is ``s^(-O(s))`` if and only if the degree is 1. A
    machine's table consists of ``s g`` entries with a polynomial number of choices each.
    """
    s = sp.Symbol("s")
    if model == "transitions":
        return int(sp.degree(s * SYMBOLS, s))
    count = weights_to_match(s, most_hinges(s, SYMBOLS), UNITS)[model]
    return int(sp.degree(sp.expand(count), s))


@about_networks(
    "Theorem 1, probability",
    "a uniform draw from U_s succeeds with probability at least s^(-c2 s)",
    "symbolic",
    of_machines,
)
def check_probability(subject: Subject) -> Found:
    """The log-probabilities of one network's weights, and which models support ``s^(-c2 s)``.

    Raises :class:`~proofs_check.verdict.RefutedError` when no draw is the network, the growth of a count is not
    what is said of it, or the network's probability is below the bound.
    """
    drawn, g = can_be_drawn(subject), len(subject.machine.symbols)
    s = drawn.s
    found = log10_probabilities(s, g, drawn.used_first, drawn.used_later)
    expected = {
        "square, every weight": False,
        MATTER: True,
        "bottleneck": True,
        "transitions": True,
    }
    if {model: degree(model) == 1 for model in found} != expected:
        raise RefutedError("the growth of the counts is not what the documentation says")
    if drawn.used_later > BOTTLENECK:
        del found["bottleneck"]  # no draw is so wide
    constants = {
        f"log10 P, {model}": f"{value:.0f}" + ("" if expected[model] else " (no s^(-c2 s))")
        for model, value in found.items()
    }
    for model in (each for each in found if expected[each]):
        c2 = constant(model)
        if s >= LEAST_STATES and found[model] < -c2 * s * log10(s):
            raise RefutedError(f"{model}: the probability is less than {s}^(-{c2} {s})")
        constants[f"c2, {model}"] = f"{c2} for all s >= {LEAST_STATES}"
    constants["s = 1"] = "1^(-c2) = 1, and no draw is certain: there the bound does not hold"
    covered = f"{len(found)} models of sampling, s = {s}, g = {g}{subject.lost_runs}"
    return Found(covered, constants)
