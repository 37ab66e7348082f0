"""Two layers: the formulas are the package's own, and wrong ones are refuted."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from construction.dynamics.two_layer import parity
from proofs_check.dynamics import trained, two_layers
from proofs_check.dynamics.two_layers import (
    check_fewest,
    check_parity,
    check_read_off,
    units,
    value,
)
from proofs_check.statement import OF_THE_CONSTRUCTION
from proofs_check.statements import of_network
from proofs_check.verdict import RefutedError
from tests.proofs_check.subjects import bundled

NAMES = ("one-literal", "conjunction", "majority")


@pytest.mark.parametrize("k", range(8))
def test_the_formula_is_the_packages(k: int) -> None:
    network = parity(k, range(k))
    assert network.hidden.width == len(units(k)[1])
    inputs = np.array(list(product((1, -1), repeat=k)), dtype=np.int64).reshape(2**k, k)
    ones = (inputs == -1).sum(axis=1)
    assert network(inputs).tolist() == [value(k, int(s)) for s in ones]


@pytest.mark.parametrize("damage", ["slope", "kink", "constant", "one unit more"])
def test_another_formula_is_refuted(damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def other(k: int) -> tuple[int, list[two_layers.Unit]]:
        constant, own = units(k)
        if k < 5:
            return constant, own
        out, turn, kink = own[-1]
        return {
            "slope": (constant, [*own[:-1], (out // 2, turn, kink)]),
            "kink": (constant, [*own[:-1], (out, turn, kink + Fraction(1, 9))]),
            "constant": (constant + 2, own),
            "one unit more": (constant, [*own, (0, 1, kink)]),
        }[damage]

    monkeypatch.setattr(two_layers, "units", other)
    with pytest.raises(RefutedError):
        check_parity()


def test_a_size_that_does_is_no_size_that_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_layers, "TOO_FEW", ((2, 2),))
    with pytest.raises(RefutedError, match="2 hidden units"):
        check_fewest()


@pytest.mark.parametrize("name", NAMES)
def test_predictions_are_read_off(name: str) -> None:
    assert "172 memories" in check_read_off(bundled(name)).covered


@pytest.mark.parametrize(
    ("name", "wrong"), [("conjunction", "majority"), ("one-literal", "row reduction")]
)
def test_other_hypotheses_are_refuted(
    name: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = bundled(name)
    both = {str(subject.computes): two_layers.READ_OFF[wrong]}
    monkeypatch.setattr(two_layers, "READ_OFF", both)
    with pytest.raises(RefutedError, match="the network is not a"):
        check_read_off(subject)


@pytest.mark.parametrize("name", ["Two layers, training", "Two layers, learner"])
def test_a_training_says_how_it_is_repeated(name: str) -> None:
    text = OF_THE_CONSTRUCTION[name].text
    for part in ("hidden ReLU units", "squared error", "Adam", "rate 0.0", "steps", "seed 0"):
        assert part in text
    assert "proofs_check/dynamics/trained.py" in text


def test_the_row_of_two_layers_says_which_network_and_how_many_units() -> None:
    texts = {
        name: next(each.text for each in of_network(bundled(name)) if each.id == "Two layers")
        for name in NAMES
    }
    for text in texts.values():
        assert "Lemma 1's training" in text
    assert "two layers of no unit," in texts["majority"]
    assert "a conjunction: two layers of at most 1 unit" in texts["conjunction"]


def test_training_that_is_easy_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """One bit is learned by all: so that none learns four says something, and the row can fail."""
    monkeypatch.setattr(trained, "BITS", 1)
    with pytest.raises(RefutedError, match="trained networks are right on all inputs"):
        trained.check_training()


@pytest.mark.parametrize(("name", "size"), [("HARD", (1, 1)), ("EASY", (9, 6))])
def test_a_learner_that_is_replaced_or_not_as_said(
    name: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trained, name, size)
    with pytest.raises(RefutedError, match="right on"):
        trained.check_learner()


def test_data_decide_what_is_a_sum() -> None:
    """Against a search through all sums."""
    rng = np.random.default_rng(0)
    for numbers in rng.integers(0, 16, (60, 4)).tolist():
        sums = {0}
        for chosen in product((0, 1), repeat=3):
            total = 0
            for take, number in zip(chosen, numbers[:-1], strict=True):
                total ^= number * take
            sums.add(total)
        assert trained._is_sum(*numbers) == (numbers[-1] in sums)
