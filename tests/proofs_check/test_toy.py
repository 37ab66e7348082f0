"""A new program has its proof for all sizes from its own file."""

from __future__ import annotations

from construction.compiling.compiler import compile_rule
from proofs_check.statement import check
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from tests.programs.first_label import FIRST_LABEL
from tests.proofs_check.subjects import refuted


def subject() -> Subject:
    return Subject(compile_rule(FIRST_LABEL.rule), FIRST_LABEL.certificate)


def test_the_label_of_the_first_example_is_proved_for_all_sizes() -> None:
    toy = subject()
    done = {row.statement.id: row for row in map(check, of_network(toy))}
    assert [row.counterexample for row in done.values()] == [""] * len(done)
    assert "row 1, column d + 1: y[1] (1: 1, -1: -1)" in done["Lemma 1, depth"].covered
    for name in ("Lemma 1, memorisation", "Lemma 1, prediction"):
        assert done[name].constants["work columns"] == "any number"


def test_another_depth_is_refuted() -> None:
    data = FIRST_LABEL.certificate
    for constant in (1, 3):
        claims = {**data["claims"], "depth": {"m": 1, "1": constant}}
        toy = Subject(subject().network, {**data, "claims": claims})
        assert list(refuted(toy, "Lemma 1")) == ["Lemma 1, depth"]
