from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from construction.network.rcnn import RCNN
from construction.programs.catalogue import PROGRAMS
from construction.sources.names import compilable
from proofs_check.certificate import read_certificate
from proofs_check.damage import (
    Behaviour,
    accepted,
    check_certificate_damage,
    damaged_certificates,
    damaged_networks,
    sample_patches,
)
from proofs_check.statements import lemma1
from proofs_check.unit_tables import unit_tables
from proofs_check.verdict import RefutedError, Statement

CENTRAL = (
    "network = rule",
    "head = readout",
    "memorisation",
    "depth",
    "unmasking",
    "machine = rule",
    "invariant",
)


@pytest.mark.parametrize("name", ["one-literal", "online-conjunction"])
def test_what_a_run_shows_the_checker_rejects(name: str) -> None:
    """The whole comparison for every damage, without the short cut by a sample of patches."""
    _compare_all(name, every=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAMS)
def test_what_a_run_shows_the_checker_rejects_everywhere(name: str) -> None:
    _compare_all(name, every=3)


def _compare_all(name: str, every: int) -> None:
    network, proof = compilable(name).compiled()
    certificate = read_certificate(proof)
    patches = sample_patches(unit_tables(network), 600)
    before = Behaviour.of(network, patches)
    for index, (where, part, damaged) in enumerate(damaged_networks(network)):
        if index % every or part == "head":
            continue
        if accepted(damaged, part, certificate):
            assert Behaviour.of(damaged, patches).same_as(before), where


def central(network: RCNN, proof: Mapping[str, Any]) -> list[Statement]:
    """The rows of Lemma 1 that are for all sizes, the quick ones first."""
    rows = {each.id.removeprefix("Lemma 1, "): each for each in lemma1(network, proof)}
    return [rows[name] for name in CENTRAL if name in rows]


def rejects(network: RCNN, proof: Mapping[str, Any]) -> bool:
    for statement in central(network, proof):
        try:
            statement.check()
        except RefutedError:
            return True
    return False


#: Where a certificate can be changed without saying anything false. The waves of row reduction start
#: when they start, whatever is said of a machine's start; and a head is said to be blocked into a pair
#: that the machine does not have only where it never is.
HARMLESS = {"systolic-row-reduction": "schedule/start/", "row-reduction-machine": "/blocked"}


@pytest.mark.slow
@pytest.mark.parametrize("name", HARMLESS)
def test_damaged_certificates_are_rejected(name: str) -> None:
    network, proof = compilable(name).compiled()
    assert not rejects(network, proof)
    counts, passed = check_certificate_damage(proof, lambda damaged: rejects(network, damaged))
    assert counts.total == counts.rejected + counts.harmless
    assert [where for where in passed if HARMLESS[name] not in where] == []


@pytest.mark.parametrize(
    ("name", "places"),
    [
        (
            "row-reduction-machine",
            [
                "schedule/machine/start",
                "schedule/depth/t",
                "schedule/start/m",
                "schedule/unmasking/3/codes/+--",
                "schedule/machine/transitions/5/to",
                "schedule/machine/symbols/0",
                "rule/gates/0/amount",
            ],
        ),
        (
            "systolic-row-reduction",
            [
                "schedule/row reduction/decided",
                "schedule/row reduction/answer/0",
                "schedule/row reduction/acting/1 add 1",
                "schedule/depth/d",
                "schedule/unmasking/0/from/b",
            ],
        ),
    ],
)
def test_some_damaged_certificates_are_rejected(name: str, places: list[str]) -> None:
    network, proof = compilable(name).compiled()
    damages = dict(damaged_certificates(proof))
    for place in places:
        assert rejects(network, damages[place]), place
