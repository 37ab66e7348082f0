"""Row reduction on a line: where its two scenes begin and end, and networks that do something else."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from construction.programs.catalogue import load_program
from construction.rules.rule import LocalRule
from proofs_check.statement import check
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.subjects import bundled, changed, refuted, with_rule

NAME = "line-row-reduction"
PREDICTION = "Lemma 1, prediction"
LABEL_HELPS = "a row without features reduces nothing"
TURN = "in the first cell of the line the marker turns round"


def without(gate: str) -> LocalRule:
    rule = load_program(NAME).rule
    assert gate in [each.name for each in rule.gates]
    return replace(rule, gates=tuple(each for each in rule.gates if each.name != gate))


def scenes() -> Any:
    return deepcopy(load_program(NAME).certificate["scenes"])


def subject(changed_scenes: Any) -> Subject:
    return Subject(bundled(NAME).network, {**bundled(NAME).data, "scenes": changed_scenes})


EARLY = {"stage": "early", "kind": "memory is full", "fields": {}}
IN_THE_END = [{"b": 1, "d": -1, "1": -2}, {"a": 1, "m": -1, "1": -1}]


@pytest.mark.parametrize(
    ("scene", "stage", "what"),
    [
        # The last cell holds in layer 0 what it should hold in layer 1: the first car of train 1.
        (
            "unmasking",
            {**EARLY, "where": [*IN_THE_END, {"r": 1, "1": -1}, {"r": -1, "1": 1}, {"c": 1, "d": -1, "1": -2}]},
            "the memory layer",
        ),
        # All others hold a separator, before train 1.
        ("unmasking", {"stage": "early", "where": [{"r": -1}], "kind": "separator", "fields": {}}, "the memory layer"),
        # At the turn the first cell does not send yet.
        (
            "reducing",
            {
                "stage": "late",
                "where": [{"a": -1, "1": 1}, {"b": -1, "1": 1}, {"r": -1, "1": 1}, {"c": -1, "1": 1}],
                "kind": "bit",
                "fields": {"bit": "A[a, b, r-1]"},
            },
            "the turn",
        ),
        # Other cells do not show their bits.
        ("reducing", {"stage": "other bits", "where": [{"r": -1}], "kind": "bit", "fields": {"bit": 0}}, "the turn"),
    ],
)  # fmt: skip
def test_a_scene_that_begins_with_something_else_is_refuted(
    scene: str, stage: dict[str, Any], what: str
) -> None:
    other = scenes()
    other[scene]["stages"].append(stage)
    with pytest.raises(RefutedError, match=f"does not show what {what} has there"):
        subject(other).outcome(scene)


def test_a_marker_that_does_not_turn_round_is_refuted() -> None:
    """The network ends with all bits unmasked, and its scene says so; but the other scene begins with the marker."""
    other = scenes()
    stages = other["unmasking"]["stages"]
    assert len([each for each in stages if "sending" in each["stage"]]) == 2
    other["unmasking"]["stages"] = [each for each in stages if "sending" not in each["stage"]]
    network = with_rule(NAME, without(TURN), scenes=other)
    with pytest.raises(RefutedError, match="does not show what the turn has there"):
        network.outcome("unmasking")


def label_helps() -> Subject:
    """A row without features reduces those whose label is 1, and the certificate says so."""
    other = scenes()
    at_labels, *_ = [
        each
        for each in other["reducing"]["definitions"]
        if each["of"] == "A" and each["where"] == [{"b": 1, "d": -1, "1": -1}]
    ]
    *_, elsewhere = [each for each in other["reducing"]["definitions"] if each["of"] == "A"]
    at_labels["is"] = elsewhere["is"]
    return with_rule(NAME, without(LABEL_HELPS), scenes=other)


def test_another_recurrence_is_refuted() -> None:
    found = refuted(label_helps(), "Lemma 1, recurrence", "Lemma 1, A")
    assert (
        "A is 1 for" in found["Lemma 1, recurrence"] or "A is 0 for" in found["Lemma 1, recurrence"]
    )
    assert "Lemma 1, A" in found


@pytest.mark.long
def test_its_scene_holds() -> None:
    """So it is the comparison with the checker's own recurrence that refutes it."""
    network = label_helps()
    assert refuted(network, PREDICTION) == {}
    assert refuted(network, "Lemma 1, depth")


@pytest.mark.parametrize("gate", [TURN, "the memory is full"])
def test_a_network_that_does_something_else_is_refuted(gate: str) -> None:
    with pytest.raises(RefutedError, match=r"on the patch .* the network gives"):
        with_rule(NAME, without(gate)).outcome("unmasking")


def test_the_scenes_of_a_line_need_a_line() -> None:
    wrong = changed("systolic-row-reduction", "claims/computes", "row reduction on a line")
    with pytest.raises(
        RefutedError, match="computes 'row reduction on a line', but its grid is no line"
    ):
        _ = wrong.certificate


@pytest.mark.parametrize("missing", ["unmasking", "reducing"])
def test_one_scene_alone_claims_no_prediction(missing: str) -> None:
    part = changed(NAME, f"scenes/{missing}")
    rows = {
        each.id: check(each)
        for each in of_network(part)
        if each.id in (PREDICTION, "Lemma 1, depth")
    }
    assert [row.holds for row in rows.values()] == [None, None]
