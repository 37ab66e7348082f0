"""Memorisation, and damage of the rule that it must not survive."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from construction.programs.catalogue import load_program
from construction.rules.rule import LocalRule
from construction.rules.tables import Table
from proofs_check.lemma1.memorisation import memorisation
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.subjects import bundled, with_rule

NAMES = ("majority", "one-literal", "conjunction")


def without_slope(rule: LocalRule) -> LocalRule:
    tables = {**rule.tables, "C": Table(rule.tables["C"].values)}
    return replace(rule, tables=tables)


def without_head_slope(rule: LocalRule) -> LocalRule:
    return replace(rule, readout=Table(rule.readout.values))


def without_later_rows(rule: LocalRule) -> LocalRule:
    gates = tuple(each for each in rule.gates if each.name != "a later row of memory")
    return replace(rule, gates=gates)


def with_output_in_the_work_column(rule: LocalRule) -> LocalRule:
    return replace(rule, readout=Table({**rule.readout.values, 3: 1}, rule.readout.slopes))


def with_a_slope_at_stored_signs(rule: LocalRule) -> LocalRule:
    own = rule.tables["C"]
    tables = {**rule.tables, "C": Table(own.values, {**own.slopes, 1: 1, -1: 1})}
    return replace(rule, tables=tables)


@pytest.mark.parametrize("name", NAMES)
def test_memorisation_holds_for_any_number_of_work_columns(name: str) -> None:
    found = memorisation(bundled(name))
    assert "patterns" in found.covered
    assert found.constants["work columns"] == "any number"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "damage",
    [
        without_slope,
        without_head_slope,
        without_later_rows,
        with_output_in_the_work_column,
        with_a_slope_at_stored_signs,
    ],
)
def test_a_damaged_rule_is_refuted(name: str, damage: Callable[[LocalRule], LocalRule]) -> None:
    with pytest.raises(RefutedError):
        memorisation(with_rule(name, damage(load_program(name).rule)))


def test_slopes_that_the_scene_has_in_stored_rows_are_refuted() -> None:
    """Network and scene say together that stored rows have a slope: SGD would write them again."""
    scenes: Any = deepcopy(load_program("one-literal").certificate["scenes"])
    stages = scenes["memorising"]["stages"]
    for stage in stages:
        if stage["kind"] == "stored":
            stage["slope"] = 1
    rule = with_a_slope_at_stored_signs(load_program("one-literal").rule)
    with pytest.raises(RefutedError, match="a cell has the slope 1"):
        memorisation(with_rule("one-literal", rule, scenes=scenes))


def test_a_row_that_is_not_written_is_refuted() -> None:
    """Network and scene say together that row i has no slope."""
    scenes: Any = deepcopy(load_program("one-literal").certificate["scenes"])
    for stage in scenes["memorising"]["stages"]:
        stage["slope"] = 0
    with pytest.raises(RefutedError, match="it should have 1 in the row"):
        memorisation(
            with_rule("one-literal", without_slope(load_program("one-literal").rule), scenes=scenes)
        )


@pytest.mark.parametrize("position", [4, 8])
def test_a_hinge_at_its_kink_is_refuted_even_if_no_unit_uses_it(position: int) -> None:
    """At the centre, which units read, and to the south-east, which none does: it is 0 on the code 3 of work columns."""
    whole = bundled("one-literal")
    hinges, units, last = whole.network.convolution
    row = np.zeros((1, 9), dtype=np.int64)
    row[0, position] = 1
    more = replace(
        hinges,
        weights=np.concatenate([hinges.weights, row]),
        biases=np.append(hinges.biases, -3),
        names=(*hinges.names, "unused"),
    )
    unused = np.zeros((units.width, 1), dtype=np.int64)
    wider = replace(units, weights=np.concatenate([units.weights, unused], axis=1))
    network = replace(whole.network, convolution=(more, wider, last))
    with pytest.raises(RefutedError, match="unit 'of the first layer' stands at its kink"):
        memorisation(Subject(network, whole.data))
