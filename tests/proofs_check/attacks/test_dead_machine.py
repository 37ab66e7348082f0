"""A certificate with a machine that nothing starts: no grid of its network is ever the machine's tape.

The codes of the machine's symbols and heads are in the network, and a layer leaves them as they are; so every step of the
machine, which halts at once, is a layer. But no cell ever holds one of them.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from functools import cache
from itertools import count
from typing import Any

import pytest

from construction.compiling.certificate import certificate
from construction.compiling.compiler import compile_rule
from construction.compiling.free_codes import with_chosen_codes
from construction.programs.catalogue import load_program
from construction.rules.codes import Kind
from construction.rules.rule import Alphabet
from construction.rules.tables import Table
from proofs_check.statement import check
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.subjects import changed, refuted

STATES = 3
MACHINE = "row-reduction-machine"
#: The rows that are about a machine.
ROWS = (
    "Lemma 1, prediction",
    "Lemma 1, machine = rule",
    "Lemma 1, depth",
    "Definition 5",
    "Lemma 1, weights",
)


@cache
def dead(name: str) -> Subject:
    """A program's network and scenes, with a machine of some states beside them."""
    program = load_program(name)
    rule = program.rule
    numbers = count(rule.codes.highest + 1)
    meanings: dict[int, Any] = {}

    def code(kind: str, **fields: str) -> int:
        number = next(numbers)
        own = {field: (value,) for field, value in fields.items()}
        text = f"{kind} " + " ".join(f"{{{field}}}" for field in fields)
        meanings[number] = Kind(kind, own, text, "h")(*fields.values())
        return number

    symbols = {"0": code("symbol", symbol="0"), "1": code("symbol", symbol="1"), "_": 3}
    transitions = [
        {"state": f"q{s}", "symbol": b, "code": code("head", state=f"q{s}", symbol=b), "output": 0}
        for s in range(STATES)
        for b in "01"
    ]
    centre = rule.tables["C"]
    kept = Table({**centre.values, **{number: number for number in meanings}}, centre.slopes)
    rule = replace(
        rule,
        codes=Alphabet({**rule.codes.meanings, **meanings}, rule.codes.padding),
        tables={**rule.tables, "C": kept},
    )
    claims = deepcopy(dict(program.certificate["claims"]))
    claims["depth"]["t"] = 1
    machine = {
        "start": "q0",
        "blank": "_",
        "bits": ["0", "1"],
        "symbols": symbols,
        "transitions": transitions,
    }
    data = certificate(with_chosen_codes(rule), program.scenes, claims, None)
    return Subject(compile_rule(rule), {**data, "machine": machine})


@pytest.mark.parametrize("name", ["line-row-reduction", "online-conjunction"])
def test_rows_about_it_do_not_hold(name: str) -> None:
    subject = dead(name)
    rows = [check(each) for each in of_network(subject) if each.id in ROWS]
    assert "Lemma 1, machine = rule" in [row.statement.id for row in rows]
    for row in rows:
        assert row.holds is False
        assert "has a machine, but nothing starts it" in row.counterexample


def test_nor_on_a_line_whose_scene_would_start_it() -> None:
    """A head that leaves a row on a line comes to the next row; a machine meets a wall there."""
    whole = dead("line-row-reduction")
    claims = {**whole.data["claims"], "computes": None}
    subject = Subject(whole.network, {**whole.data, "claims": claims, "scenes": {}})
    with pytest.raises(RefutedError, match="has a machine, but nothing starts it"):
        _ = subject.certificate


def test_a_machine_without_a_scene_that_leads_to_it_is_none_of_the_network() -> None:
    found = refuted(changed(MACHINE, "scenes/predicting"), "Lemma 1, machine = rule")
    assert "no scene says" in found["Lemma 1, machine = rule"]
