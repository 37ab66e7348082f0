"""Losses and optimisers: the checker's rules are PyTorch's, and a wrong claim is refuted."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log
from typing import Any

import pytest
import sympy as sp

from proofs_check.questions import optimisers
from proofs_check.questions.optimisers import (
    ALPHA,
    DECAY,
    ETA,
    LOSSES,
    MU,
    OPTIMISERS,
    F,
    G,
    P,
    Y,
    adam_after_two_steps,
    check_loss,
    check_optimiser,
)
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.extras import optional
from tests.proofs_check.subjects import bundled, changed, refuted

NAME, ROW = "one-literal", "Rows off by less"
NUMBERS = {ETA: 0.25, MU: 0.125, DECAY: 0.5, ALPHA: 0.75, G: 2.0}


def pytorchs(name: str, torch: Any, weight: Any) -> Any:
    rate, momentum = NUMBERS[ETA], NUMBERS[MU]
    sgd = torch.optim.SGD
    return {
        "momentum": lambda: sgd([weight], lr=rate, momentum=momentum),
        "Nesterov's momentum": lambda: sgd([weight], lr=rate, momentum=momentum, nesterov=True),
        "weight decay": lambda: sgd([weight], lr=rate, weight_decay=NUMBERS[DECAY]),
        "AdaGrad": lambda: torch.optim.Adagrad([weight], lr=rate, eps=1e-12),
        "RMSProp": lambda: torch.optim.RMSprop(
            [weight], lr=rate * (1 - NUMBERS[ALPHA]) ** 0.5, alpha=NUMBERS[ALPHA], eps=1e-12
        ),
    }[name]()


@pytest.mark.parametrize("name", OPTIMISERS)
def test_what_is_left_is_what_pytorch_leaves(name: str) -> None:
    torch = optional("torch")
    weight = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimiser = pytorchs(name, torch, weight)
    rule = OPTIMISERS[name]
    for step in range(6):
        weight.grad = torch.full_like(weight, NUMBERS[G] if step == 2 else 0.0)
        optimiser.step()
        power = rule.base ** max(0, step - 2)
        wanted = float(rule.left(power)[-1].subs(NUMBERS)) if step >= 2 else 0.0
        assert weight.item() == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("squared", [0.5, 2, 8]),
        ("absolute", [1, 2, 4]),
        ("hinge", [0, 2, 4]),
        ("exponential", [exp(-2), exp(1), exp(3)]),
        ("logistic", [log(1 + exp(-2)), log(1 + exp(1)), log(1 + exp(3))]),
        ("perceptron", [0, 1, 3]),
    ],
)
def test_the_losses_are_those_of_these_names(name: str, values: list[float]) -> None:
    loss, _ = LOSSES[name]
    places = [(1, 2), (1, -1), (-1, 3)]  # labels and outputs
    assert [float(loss.subs({Y: y, F: f})) for y, f in places] == pytest.approx(values)


def test_adam_is_pytorchs() -> None:
    torch = optional("torch")
    weight = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.Adam([weight], lr=1.0, eps=1e-12)
    for gradient in (1.0, 0.0):
        weight.grad = torch.full_like(weight, gradient)
        optimiser.step()
    adam = adam_after_two_steps(*optimisers.ADAM)
    assert -weight.item() == pytest.approx(float(adam))


@pytest.mark.parametrize("name", OPTIMISERS)
def test_another_rule_is_refuted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = OPTIMISERS[name]

    def other(of: optimisers.Numbers, gradient: sp.Expr) -> optimisers.Numbers:
        *state, weight = rule.step(of, gradient)
        return *state, weight * (1 - ETA)

    monkeypatch.setattr(optimisers, "OPTIMISERS", {name: replace(rule, step=other)})
    with pytest.raises(RefutedError, match=f"{name}: a step from"):
        check_optimiser(name)


@pytest.mark.parametrize("name", ["AdaGrad", "RMSProp", "weight decay"])
def test_a_rule_that_leaves_another_size_is_refuted(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule of twice the step, with a closed form to match."""
    rule = OPTIMISERS[name]

    def twice(of: optimisers.Numbers, gradient: sp.Expr) -> optimisers.Numbers:
        *state, weight = rule.step((*of[:-1], of[-1] / 2), gradient)
        return *state, 2 * weight

    def left(p: sp.Expr) -> optimisers.Numbers:
        *state, weight = rule.left(p)
        return *state, 2 * weight

    changed = {**OPTIMISERS, name: replace(rule, step=twice, left=left)}
    monkeypatch.setattr(optimisers, "OPTIMISERS", changed)
    with pytest.raises(RefutedError, match=f"{name} leaves .*; it should be"):
        optimisers.check_optimisers()


@pytest.mark.parametrize("value", [sp.Rational(5, 4), sp.Integer(1)])
def test_adam_that_is_off_by_less_is_refuted(
    value: sp.Rational, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optimisers, "adam_after_two_steps", lambda *_: value)
    with pytest.raises(RefutedError, match="no more than 1/4"):
        optimisers.check_optimisers()


@pytest.mark.parametrize("noise", [sp.Rational(1, 5), sp.Rational(1, 3)])
def test_another_bound_of_the_momentum_is_refuted(
    noise: sp.Rational, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A momentum of 1/5 is off by just 1/4."""
    monkeypatch.setattr(optimisers, "NOISE", noise)
    with pytest.raises(RefutedError, match="with a momentum below 1/5 sizes are off"):
        optimisers.check_optimisers()


def test_a_rule_that_grows_without_end_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Momentum whose closed form claims to go beyond ``1/(1 - mu)``, with a rule to match."""
    rule = OPTIMISERS["momentum"]
    twice = replace(
        rule,
        step=lambda of, gradient: (
            MU * of[0] + gradient,
            of[1] - 2 * ETA * (MU * of[0] + gradient),
        ),
        left=lambda p: (G * p, -2 * ETA * G * (1 - MU * p) / (1 - MU)),
    )
    monkeypatch.setattr(optimisers, "OPTIMISERS", {**OPTIMISERS, "momentum": twice})
    assert sp.cancel(check_optimiser("momentum").subs(P, 1)) == 2
    with pytest.raises(RefutedError, match="momentum: sizes reach"):
        optimisers.check_optimisers()


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("logistic", sp.Rational(1, 3)),
        ("perceptron", sp.Rational(1, 3)),
        ("squared", sp.Rational(2, 3)),
        ("hinge", -sp.Rational(1, 3)),
        ("squared", None),
    ],
)
def test_another_claim_about_a_loss_is_refuted(
    name: str, claim: sp.Expr | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    loss, _ = LOSSES[name]
    monkeypatch.setattr(optimisers, "LOSSES", {name: (loss, claim)})
    with pytest.raises(RefutedError, match=f"the {name} loss has the slopes"):
        check_loss(name)


def test_another_slope_of_the_head_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a rate that is not the loss's own a step stores another number, unless the head makes up for it."""
    right = optimisers.heads_slope
    monkeypatch.setattr(optimisers, "heads_slope", lambda c, eta: right(c, eta) * c)
    check_loss("squared")
    with pytest.raises(RefutedError, match=r"logistic .* stores .*1/6"):
        check_loss("logistic")


def test_a_loss_that_takes_the_labels_in_different_sizes_is_refuted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loss = (2 * Y + 1 - F) ** 2 / 6  # at 0 the slope is -1 for y = 1, and 1/3 for y = -1
    monkeypatch.setattr(optimisers, "LOSSES", {"uneven": (loss, sp.Rational(1, 3))})
    with pytest.raises(RefutedError, match="for y = -1"):
        check_loss("uneven")


def test_a_loss_with_a_kink_at_zero_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimisers, "LOSSES", {"kink": (sp.Abs(F) - Y * F, sp.Integer(1))})
    with pytest.raises(RefutedError, match="the kink loss"):
        check_loss("kink")


def with_first_layer(**changes: Any) -> Subject:
    """The network with another first layer; that its layers store is known of the old one."""
    whole = bundled(NAME)
    first, *others = whole.network.convolution
    network = replace(whole.network, convolution=(replace(first, **changes), *others))
    subject = Subject(network, whole.data)
    subject._outcomes["memorising"] = whole.outcome("memorising")
    return subject


def test_the_row_is_about_programs_that_store() -> None:
    for subject in (changed(NAME, "scenes/memorising"), bundled("online-conjunction")):
        assert ROW not in [each.id for each in of_network(subject)]


def test_rows_off_by_less_are_exact_ones() -> None:
    assert refuted(bundled(NAME), ROW) == {}


@pytest.mark.parametrize(
    ("code", "wrong"), [(1, True), (-1, True), (0, False), (2, False), (-5, False)]
)
def test_only_the_slope_at_a_stored_sign_matters(
    code: int, wrong: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optimisers, "live_codes", lambda tables: [(4, 0), (3, code)])
    assert (ROW in refuted(bundled(NAME), ROW)) == wrong


@pytest.mark.parametrize("least", [sp.Rational(1, 4), sp.Rational(1, 5)])
def test_a_margin_of_a_quarter_is_enough(
    least: sp.Rational, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optimisers, "margin", lambda *_: least)
    assert (ROW in refuted(bundled(NAME), ROW)) == (least != optimisers.NOISE)


def test_a_kink_next_to_a_code_is_refuted() -> None:
    """All hinges twice as steep, the kinks moved by an eighth: no value at a code changes for the worse."""
    first = bundled(NAME).network.convolution[0]
    near = with_first_layer(weights=first.weights * 2, biases=first.biases * 2 - 1)
    assert "nearer than 1/4" in refuted(near, ROW)[ROW]


def test_a_unit_with_a_slope_at_a_stored_sign_is_refuted() -> None:
    """One hinge is lost, so a step between two codes never ends."""
    first = bundled(NAME).network.convolution[0]
    for hinge in range(first.width):
        weights = first.weights.copy()
        weights[hinge] = 0
        found = refuted(with_first_layer(weights=weights), ROW).get(ROW, "")
        if "pass on what they are off by" in found:
            return
    raise AssertionError("no lost hinge leaves a slope at a stored sign")
