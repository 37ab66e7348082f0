"""A network whose claimed depth is wrong: it moves on after it, to the grid and the output of its flow."""

from __future__ import annotations

import pytest

from construction.compiling.certificate import certificate
from construction.compiling.compiler import compile_rule
from construction.rules.codes import Kind
from construction.rules.rule import Alphabet, LocalRule, gate
from construction.rules.tables import Table
from proofs_check.dynamics.flow import rest_of_flow
from proofs_check.dynamics.runs import first_grids, next_grids
from proofs_check.subject import Subject
from proofs_check.theorem1.precision import margin
from tests.proofs_check.subjects import refuted

EDGE, MINUS, EMPTY, PLUS, WORK, NOTHING, EARLY, LATE = -2, -1, 0, 1, 3, 4, 5, 6


def forged(depth: int, early: int) -> Subject:
    """The last cell becomes *early* and then stays *late*, which counts 1; all others are *nothing* at once."""
    names = ("edge", "minus", "empty", "plus", "work", "nothing", "early", "late")
    numbers = (EDGE, MINUS, EMPTY, PLUS, WORK, NOTHING, EARLY, LATE)
    kinds = {number: Kind(name, shows=".")() for number, name in zip(numbers, names, strict=True)}
    first = (MINUS, EMPTY, PLUS, WORK, NOTHING)
    next_code = {**dict.fromkeys(first, NOTHING), EARLY: LATE, LATE: LATE}
    rule = LocalRule(
        "forged",
        Alphabet(kinds, EDGE),
        {"C": Table(next_code)},
        (gate("the last cell", EARLY - NOTHING, C=first, E=EDGE, S=EDGE),),
        Table({EARLY: early, LATE: 1} if early else {LATE: 1}),
    )
    claims = {
        "computes": "row reduction",
        "depth": {"1": depth},
        "rows": {"m": 1, "1": 1},
        "dummy": "last",
        "steps": None,
    }
    return Subject(compile_rule(rule), certificate(rule, {}, claims, None))


@pytest.mark.parametrize(
    ("depth", "early", "words"),
    [
        (1, 0, "after layer 1 an output is neither 1 nor -1"),
        (1, -1, "the output changes in layer 2, after layer 1"),
        (2, 0, "the flow gives the network's answer"),
        (2, -1, "the flow gives the network's answer"),
    ],
)
def test_a_flow_is_compared_with_where_the_network_ends(depth: int, early: int, words: str) -> None:
    assert words in refuted(forged(depth, early), "Flow")["Flow"]


def test_its_flow_ends_where_the_network_does() -> None:
    subject = forged(1, 0)
    grids = first_grids(subject, 1, 1)
    ends = next_grids(subject, next_grids(subject, grids))
    for grid, end in zip(grids, ends, strict=True):
        rest, _ = rest_of_flow(subject, grid, margin(subject.network, subject.tables))
        assert rest.tolist() == end.tolist()
