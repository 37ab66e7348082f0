"""The list in place of restarts: what is not in it, is longer, or is chosen from by too few examples is refuted."""

from __future__ import annotations

from fractions import Fraction
from math import e, factorial, log

import pytest

from construction.network.definition5 import five_layer_form
from construction.search.restarts import log_restarts
from proofs_check.circuits import settings
from proofs_check.optimality.restarts import ABOVE_E, BELOW_E
from proofs_check.theorem1 import sampling
from proofs_check.theorem1.sampling import log10_probabilities
from proofs_check.verdict import RefutedError
from tests.proofs_check.subjects import bundled, refuted

NAME, ROW = "row-reduction-machine", "Corollary 2, no restarts"
HALF = Fraction(1, 2)


def test_it_holds() -> None:
    assert refuted(bundled(NAME), ROW) == {}
    shown = settings.check_settings(bundled(NAME)).constants
    assert list(shown)[1:] == ["validation examples, eps = 1/2, delta = 1/2"]


def test_bounds_of_e() -> None:
    assert BELOW_E < e < ABOVE_E
    assert Fraction(1, 10**9) == ABOVE_E - BELOW_E
    assert log(2) + 1e-7 > settings.ABOVE_LN_2
    terms = (settings.ABOVE_LN_2**k / factorial(k) for k in range(16))
    assert sum(terms) > 2  # so that its exponential is


@pytest.mark.parametrize("states", [1, 2, 5])
def test_there_are_as_many_settings_as_draws_per_success(states: int) -> None:
    count = settings.settings(states, 90, 30)
    known = log10_probabilities(states, 12, 90, 30)[sampling.MATTER]
    assert log(count, 10) == pytest.approx(-known)
    # No more than the restarts of Corollary 2, for delta up to 2/e.
    assert log(count) <= log_restarts(known * log(10), 0.7)
    assert log(count) > log_restarts(known * log(10), 0.75)


# With the last, ln 2 times the number of bits is just below a whole number.
@pytest.mark.parametrize("count", [1, 7, 10**40, 2**14108])
@pytest.mark.parametrize("accuracy", settings.ACCURACIES)
def test_the_number_of_examples_is_hoeffdings(
    count: int, accuracy: tuple[Fraction, Fraction]
) -> None:
    epsilon, delta = map(float, accuracy)
    enough = settings.check_numbers(count, *accuracy)
    least = 2 / epsilon**2 * (log(2 * count) - log(delta))
    assert least <= enough < least + 2 * 2 / epsilon**2


def test_which_accuracies_are_tried() -> None:
    assert {epsilon for epsilon, _ in settings.ACCURACIES} == {
        HALF,
        Fraction(1, 8),
        Fraction(1, 128),
    }
    assert {delta for _, delta in settings.ACCURACIES} == {HALF, Fraction(1, 32), HALF**20}
    assert len(settings.ACCURACIES) == 9


def test_fewer_examples_are_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    right = settings.examples
    monkeypatch.setattr(settings, "examples", lambda *given: right(*given) * 9 // 10)
    for delta in (HALF, HALF**20):
        with pytest.raises(RefutedError, match="too few for 10"):
            settings.check_numbers(10**9, HALF, delta)


@pytest.mark.parametrize(("delta", "more"), [(Fraction(73, 100), False), (Fraction(74, 100), True)])
def test_with_a_large_delta_restarts_are_fewer(delta: Fraction, more: bool) -> None:
    if not more:
        settings.check_numbers(5, HALF, delta)
        return
    with pytest.raises(RefutedError, match="fewer restarts than settings"):
        settings.check_numbers(5, HALF, delta)


def test_more_weights_than_a_setting_has_are_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    count = len(list(five_layer_form(bundled(NAME).network).real_weights()))
    matter = {sampling.MATTER: count}
    monkeypatch.setattr(sampling, "weights_to_match", lambda *_: matter)
    assert refuted(bundled(NAME), ROW) == {}
    matter[sampling.MATTER] -= 1
    assert f"{count} weights are not 0; in a draw at" in refuted(bundled(NAME), ROW)[ROW]
