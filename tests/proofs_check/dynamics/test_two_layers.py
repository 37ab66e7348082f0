"""Two layers: the formulas are the package's own, and wrong ones are refuted."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from construction.dynamics.two_layer import parity
from construction.programs.catalogue import load_program
from construction.rules.tables import Table
from proofs_check.dynamics import two_layers
from proofs_check.dynamics.two_layers import (
    check_fewest,
    check_parity,
    check_read_off,
    units,
    value,
)
from proofs_check.statement import OF_THE_CONSTRUCTION, Row, check
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.subjects import bundled, changed, known_to_play, with_rule

NAMES = ("one-literal", "conjunction", "majority", "systolic-row-reduction")


@pytest.mark.parametrize("k", range(8))
def test_the_formula_is_the_packages(k: int) -> None:
    network = parity(k, range(k))
    assert network.hidden.width == len(units(k)[1])
    inputs = np.array(list(product((1, -1), repeat=k)), dtype=np.int64).reshape(2**k, k)
    ones = (inputs == -1).sum(axis=1)
    assert network(inputs).tolist() == [value(k, int(s)) for s in ones]


@pytest.mark.parametrize("bits", [0, 2, 4])
def test_one_unit_too_many_is_refuted(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though it does nothing."""

    def other(k: int) -> tuple[int, list[two_layers.Unit]]:
        constant, own = units(k)
        return constant, [*own, (0, 1, Fraction(1))] if k == bits else own

    monkeypatch.setattr(two_layers, "units", other)
    with pytest.raises(RefutedError, match=f"units for {bits} bits"):
        check_parity()


@pytest.mark.parametrize("bits", [0, 3, 9, 16])
def test_one_wrong_value_is_refuted(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all values of the networks of all sizes; at the last one, too."""
    right = value
    monkeypatch.setattr(
        two_layers, "value", lambda k, s: right(k, s) + (k == bits and s == max(0, k - 1))
    )
    with pytest.raises(RefutedError, match=f"the network of {bits} bits is"):
        check_parity()


@pytest.mark.parametrize("bits", [1, 4, 16])
def test_another_slope_beyond_the_last_kink_is_refuted(
    bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = value
    monkeypatch.setattr(two_layers, "value", lambda k, s: right(k, s) + (k == bits and s > k))
    with pytest.raises(RefutedError, match=f"the network of {bits} bits goes on with another"):
        check_parity()


@pytest.mark.parametrize("bits", [0, 1])
def test_one_unit_more_has_to_turn_the_slope_over(
    bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For even numbers of bits as for odd ones."""
    right = two_layers.outgoing
    monkeypatch.setattr(two_layers, "outgoing", lambda k: right(k) * (1 + (k % 2 == bits)))
    with pytest.raises(RefutedError, match="one unit more does not turn the slope over"):
        check_parity()


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


def of_two_layers(subject: Subject) -> Row:
    (mine,) = [each for each in of_network(subject) if each.id == "Two layers"]
    return check(mine)


def test_a_network_with_which_sgd_stores_nothing_is_refuted() -> None:
    """Its head has no slope where memory is written; on the memory of Lemma 1 its answers are right."""
    rule = load_program("one-literal").rule
    flat = with_rule("one-literal", replace(rule, readout=Table(rule.readout.values, {})))
    found = of_two_layers(known_to_play(flat, "one-literal"))
    assert found.holds is False
    assert "the head gives code 0 the value 0 and the slope 0" in found.counterexample


def test_without_a_scene_of_training_nothing_is_claimed() -> None:
    assert of_two_layers(changed("one-literal", "scenes/memorising")).holds is None


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
