"""A network that wipes a machine's head out as it halts: its output is 0, whatever the machine says.

The certificate's rule is made with it, and the machine and the scenes, which end with the head's birth, are true. So only a
comparison of the network with the machine's steps refutes what is said of a prediction.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from construction.compiling.certificate import certificate
from construction.compiling.compiler import compile_rule
from construction.rules.rule import gate
from construction.sources.names import compilable
from proofs_check.statement import check
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from tests.proofs_check.subjects import refuted

#: What is said of the layers of a prediction, of this machine or of one that reduces rows.
ROWS = (
    "Lemma 1, depth",
    "Lemma 1, A, all sizes",
    "Looped Transformer",
    "Spectrum",
    "Theorem 1, noise",
    "Theorem 1, precision",
    "Circuit",
)
OF_ROW_REDUCTION = ("Definition 1", "Lemma 1, A")


@cache
def silent() -> Subject:
    """``found-parity`` with one gate more: a head that halts with +1 becomes ``unwritten``."""
    base = compilable("found-parity")
    (head,) = [
        each["code"]
        for each in base.certificate["machine"]["transitions"]
        if each.get("output") == 1
    ]
    rule = replace(base.rule, gates=(*base.rule.gates, gate("wiped out", -head, C=head)))
    return Subject(compile_rule(rule), {**base.certificate, "rule": certificate(rule)["rule"]})


def said(**changes: Any) -> Subject:
    """The same network, of which something else is claimed; what its layers do in the scenes is known."""
    whole = silent()
    data = dict(whole.data)
    subject = Subject(whole.network, {**data, "claims": {**data["claims"], **changes}})
    subject._outcomes = whole._outcomes
    return subject


def test_nothing_that_needs_the_machines_steps_holds() -> None:
    subject = silent()
    rows = {each.id: check(each) for each in of_network(subject) if each.id in ROWS}
    assert set(rows) == set(ROWS)
    for row in rows.values():
        assert row.holds is False
        assert "a step of the machine gives" in row.counterexample
    # The scenes are true: of the grid until it is the tape.
    (prediction,) = [each for each in of_network(subject) if each.id == "Lemma 1, prediction"]
    assert check(prediction).holds
    assert prediction.text.endswith("then the grid is the machine's tape")


def test_nor_does_a_learner_that_is_bounded() -> None:
    found = refuted(said(computes="row reduction"), *OF_ROW_REDUCTION)
    assert set(found) == set(OF_ROW_REDUCTION)
    assert all("a step of the machine gives" in text for text in found.values())


@pytest.mark.parametrize("row", ["Spectrum", "Lemma 1, A, all sizes"])
def test_a_machine_that_no_scene_leads_to_is_refuted(row: str) -> None:
    whole = silent()
    scenes = {name: each for name, each in whole.data["scenes"].items() if name != "predicting"}
    subject = Subject(whole.network, {**whole.data, "scenes": scenes})
    subject._outcomes = whole._outcomes
    assert "no scene says" in refuted(subject, row)[row]
