"""How weights and certificates are damaged, what a sample of patches shows of it, and what is counted."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from construction.compiling.compiler import compile_rule
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from proofs_check.weights import damage
from proofs_check.weights.damage import Behaviour, Counts, sample_patches
from proofs_check.weights.tables import unit_tables
from tests.programs.first_label import FIRST_LABEL
from tests.proofs_check.test_tables import FIRST, LAST, SECOND, layer, network

SMALL = network(FIRST, SECOND, LAST)


def test_every_weight_is_damaged_in_three_ways() -> None:
    found = {where: other for where, _, other in damage.damaged_networks(SMALL)}
    numbers = sum(
        int(np.count_nonzero(each.weights) + np.count_nonzero(each.biases))
        for each in (*SMALL.convolution, *SMALL.head)
    )
    assert len(found) == 3 * numbers
    zeroed = found["convolution 2, weights[1, 1] set to zero"]
    assert zeroed.convolution[1].weights.tolist() == [[1, 1, 0], [0, 0, 1]]
    assert found["convolution 1, biases[1] negated"].convolution[0].biases.tolist() == [1, -3, 5]
    assert found["head 1, weights[0, 0] moved by one step"].head[0].weights.tolist() == [[2]]
    assert found["convolution 3, biases[0] moved by one step"].convolution[2].biases[0] == 8
    parts = [part for _, part, _ in damage.damaged_networks(SMALL)]
    assert parts.count("head") == 6


def test_what_a_sample_shows() -> None:
    tables = unit_tables(SMALL)
    patches = sample_patches(tables, 40)
    assert patches.shape == (40, 9)
    assert {*patches[:, 4].tolist()} == {0, 1, 3}
    assert {*patches[:, 5].tolist()} == {-1, 0, 1, 3}
    assert len(np.unique(patches, axis=0)) > 20
    before = Behaviour.of(SMALL, patches)
    assert not before.shows(before)
    louder = replace(SMALL, convolution=(FIRST, SECOND, layer([[3, -1]], [8], 8)))
    assert Behaviour.of(louder, patches, slopes=False).shows(before)
    at_kink = replace(SMALL, convolution=(FIRST, layer([[1, 1, 0], [0, -1, 1]], [2, -4], 4), LAST))
    assert Behaviour.of(at_kink, patches).shows(Behaviour.of(at_kink, patches))
    assert not Behaviour.of(at_kink, patches).same_as(Behaviour.of(at_kink, patches))
    flat = Behaviour(before.outputs, before.jacobians + 1, before.at_kink)
    assert not flat.same_as(before)
    assert not Behaviour(before.outputs + 1, before.jacobians, before.at_kink).same_as(before)


def test_floats_are_used_only_where_they_are_exact() -> None:
    def kind(number: int) -> str:
        large = replace(SMALL, convolution=(FIRST, SECOND, layer([[number, 0]], [0], 8)))
        return str(damage._exact_type(large, np.array([[0] * 8 + [3]])))

    # The largest unit: the sum of weights, 2, times the largest hinge, 9, and 2.
    assert kind((2**53 - 1) // 20) == "float64"
    assert kind(2**53 // 20 + 1) == "int64"


def toy() -> Subject:
    return Subject(compile_rule(FIRST_LABEL.rule), FIRST_LABEL.certificate)


def test_damages_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    subject = toy()
    some = list(damage.damaged_networks(subject.network))[::5]
    monkeypatch.setattr(damage, "damaged_networks", lambda network: some)
    total = len(some)
    pattern = r"(\d+) damages of one weight or bias: (\d+) show on a sample of patches, (\d+) of the others rejected, (\d+) proved harmless"
    found = re.fullmatch(pattern, damage.check_damage(subject).covered)
    assert found
    every, shown, rejected, harmless = map(int, found.groups())
    assert every == total == shown + rejected + harmless
    assert min(shown, rejected, harmless) > 0
    monkeypatch.setattr(damage, "accepted", lambda *_: False)
    assert (
        f"{every - shown} of the others rejected, 0 proved" in damage.check_damage(subject).covered
    )
    monkeypatch.setattr(damage, "accepted", lambda *_: True)
    monkeypatch.setattr(damage, "SAMPLES", (1,))  # which shows little
    with pytest.raises(RefutedError, match="the checker accepts the damage: convolution "):
        damage.check_damage(subject)
    # Where the samples show all, nothing is left to the comparison.
    monkeypatch.setattr(Behaviour, "shows", lambda self, other: True)
    heads = sum(part == "head" for _, part, _ in damage.damaged_networks(subject.network))
    assert f"{total - heads} show on" in damage.check_damage(subject).covered


def test_certificates_are_damaged_everywhere() -> None:
    transitions = [
        {"state": "p", "symbol": "0", "move": "W", "to": "q", "code": 5},
        {"state": "q", "symbol": "1", "move": "stay", "to": "p", "blocked": "q"},
    ]
    machine = {"start": "p", "blank": "1", "symbols": {"0": 1, "1": 2}, "transitions": transitions}
    data = {"program": "x", "depth": {"m": 1}, "machine": machine}
    found = dict(damage.damaged_certificates(data))
    assert found["depth/m"]["depth"] == {"m": 2}
    assert "program" not in found
    moved = {where: each["machine"] for where, each in found.items() if where != "depth/m"}
    first, second = "machine/transitions/0", "machine/transitions/1"
    assert moved[f"{first}/to"]["transitions"][0]["to"] == "p"
    assert moved[f"{first}/state"]["transitions"][0]["state"] == "q"
    assert moved[f"{second}/move"]["transitions"][1]["move"] == "N"
    assert moved[f"{first}/move"]["transitions"][0]["move"] == "stay"
    assert moved[f"{second}/blocked"]["transitions"][1]["blocked"] == "p"
    assert moved[f"{first}/symbol"]["transitions"][0]["symbol"] == "1"
    assert moved[f"{first}/code"]["transitions"][0]["code"] == 6
    assert (moved["machine/start"]["start"], moved["machine/blank"]["blank"]) == ("q", "0")
    assert moved["machine/symbols/1"]["symbols"] == {"0": 1, "1": 3}
    assert data["depth"] == {"m": 1}
    counts, passed = damage.check_certificate_damage(data, lambda each: each["depth"]["m"] == 2)
    assert counts == Counts(len(found), 0, 1, len(found) - 1)
    assert passed == [where for where in found if where != "depth/m"]
