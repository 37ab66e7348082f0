from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from construction.programs.catalogue import load_program
from proofs_check.statement import Statement
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from proofs_check.weights.damage import (
    Behaviour,
    accepted,
    check_certificate_damage,
    damaged_certificates,
    damaged_networks,
    sample_patches,
)
from tests.proofs_check.subjects import CHECKED, bundled

#: The statements of a network that are for all sizes, the quick ones first.
CENTRAL = (
    "Lemma 1, network = rule",
    "Lemma 1, head = readout",
    "Lemma 1, recurrence",
    "Lemma 1, memorisation",
    "Lemma 1, machine = rule",
    "Lemma 1, prediction",
    "Lemma 1, depth",
    "Definition 1",
    "Online, invariant",
    "Online, depth",
)


@pytest.mark.parametrize("name", ["one-literal", "online-conjunction"])
def test_what_a_run_shows_the_checker_rejects(name: str) -> None:
    """The whole comparison for every damage, without the short cut by a sample of patches."""
    _compare_all(name, every=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKED)
def test_what_a_run_shows_the_checker_rejects_everywhere(name: str) -> None:
    _compare_all(name, every=11)


def _compare_all(name: str, every: int) -> None:
    subject = bundled(name)
    patches = sample_patches(subject.tables, 600)
    before = Behaviour.of(subject.network, patches)
    for index, (where, part, damaged) in enumerate(damaged_networks(subject.network)):
        if index % every or part == "head":
            continue
        if accepted(damaged, part, subject.certificate):
            assert Behaviour.of(damaged, patches).same_as(before), where


def central(subject: Subject) -> list[Statement]:
    """The rows that are for all sizes, the quick ones first."""
    every = {each.id: each for each in of_network(subject) if each.claimed}
    return [every[name] for name in CENTRAL if name in every]


def rejects(name: str, data: Mapping[str, Any]) -> bool:
    for statement in central(Subject(bundled(name).network, data)):
        try:
            statement.check()
        except RefutedError:
            return True
    return False


#: Where a certificate can be changed without saying anything false: a rank may be higher for all, a
#: head is said to be blocked into a pair that the machine does not have only where it never is, and
#: 2 n >= 1 says the same as n >= 1.
HARMLESS = ("/rank/", "/blocked", "/where/1/n")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["online-conjunction"])
def test_damaged_certificates_are_rejected(name: str) -> None:
    data = load_program(name).certificate
    assert not rejects(name, data)
    counts, passed = check_certificate_damage(data, lambda damaged: rejects(name, damaged))
    assert counts.total == counts.rejected + counts.harmless
    assert [where for where in passed if not any(part in where for part in HARMLESS)] == []


@pytest.mark.parametrize(
    ("name", "places"),
    [
        (
            "row-reduction-machine",
            [
                "machine/start",
                "claims/depth/t",
                "claims/depth/m",
                "claims/rows/m",
                "claims/steps/4/1",
                "claims/steps/11/0",
                "machine/transitions/5/to",
                "machine/symbols/0",
                "rule/gates/0/amount",
                "codes/7/code",
                "scenes/predicting/stages/3/where/0/b",
                "scenes/memorising/stages/2/where/0/1",
            ],
        ),
        (
            "one-literal",
            [
                "claims/depth/d",
                "claims/rows/1",
                "scenes/predicting/stages/1/where/1/1",
                "scenes/predicting/definitions/1/where/0/a",
                "scenes/memorising/stages/1/slope",
                "rule/gates/0/chosen/C/0",
            ],
        ),
    ],
)
def test_some_damaged_certificates_are_rejected(name: str, places: list[str]) -> None:
    damages = dict(damaged_certificates(load_program(name).certificate))
    for place in places:
        assert place in damages, [each for each in damages if each[:12] == place[:12]][:30]
        assert rejects(name, damages[place]), place
