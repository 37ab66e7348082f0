"""The checks on small sizes refute what is wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from construction.compiling.compiler import compile_rule
from construction.programs.catalogue import load_program
from construction.rules.codes import Code
from construction.rules.rule import Alphabet, LocalRule
from construction.rules.tables import Table
from proofs_check.head import HeadTable, head_table
from proofs_check.small_sizes import DEFINITIONS, check_predictions, claimed
from proofs_check.unit_tables import UnitTables, unit_tables
from proofs_check.verdict import RefutedError

SHELF = {"majority": "majority", "one-literal": "one literal", "conjunction": "conjunction"}


def tables(rule: LocalRule) -> tuple[UnitTables, HeadTable]:
    network = compile_rule(rule)
    return unit_tables(network), head_table(network)


@pytest.mark.parametrize("name", SHELF)
def test_the_claimed_depth_is_needed(name: str) -> None:
    program = load_program(name)
    both = tables(program.rule)
    depth = program.depth(2, 2)
    assert check_predictions(*both, 1, 2, 2, depth, SHELF[name]) == 2**8
    with pytest.raises(RefutedError, match="the output is"):
        check_predictions(*both, 1, 2, 2, depth - 1, SHELF[name])


@pytest.mark.parametrize("name", SHELF)
def test_another_definition_is_refuted(name: str) -> None:
    program = load_program(name)
    both = tables(program.rule)
    for computes in DEFINITIONS.keys() - {SHELF[name]}:
        with pytest.raises(RefutedError, match="it should be"):
            check_predictions(*both, 1, 2, 2, program.depth(2, 2), computes)


def test_a_grid_that_never_rests_is_refuted() -> None:
    """One example is explained by the first feature, so nobody looks at the flickering work column."""
    program = load_program("one-literal")
    rule, flicker = program.rule, 50
    own = rule.tables["C"]
    damaged = replace(
        rule,
        codes=Alphabet({**rule.codes.meanings, flicker: Code("flicker")}, rule.codes.padding),
        tables={**rule.tables, "C": Table({**own.values, 3: flicker, flicker: 3}, own.slopes)},
    )
    with pytest.raises(RefutedError, match="grids still change"):
        check_predictions(*tables(damaged), 1, 1, 1, program.depth(1, 1), "one literal")


def test_every_small_size_needs_a_claim() -> None:
    claims = load_program("majority").claims
    assert claimed(claims, [(1, 1), (2, 3)]) == [(1, 1, 5), (2, 3, 7)]
    wrong: list[dict[str, Any]] = [{}, {"depths": []}, {"depths": 3}, {"depths": [[1, 1]]}]
    for bad in wrong:
        with pytest.raises(RefutedError, match="does not claim a depth for each small size"):
            claimed(bad, [(1, 1)])
