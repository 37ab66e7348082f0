"""Memorisation of programs that unmask in a way of their own, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from construction.compiling.compiler import compile_rule
from construction.programs.catalogue import load_program
from construction.rules.rule import LocalRule
from construction.rules.tables import Table
from construction.sources.names import compilable
from proofs_check.lemma1 import Lemma1
from proofs_check.verdict import RefutedError

NAMES = ("majority", "one-literal", "conjunction")


def lemma(
    name: str, rule: LocalRule | None = None, storing: Mapping[str, Any] | None = None
) -> Lemma1:
    """The program's certificate, with a network of another rule or another schedule of storing."""
    network, proof = compilable(name).compiled()
    schedule = {"storing": {**proof["schedule"]["storing"], **(storing or {})}}
    other = network if rule is None else compile_rule(rule)
    return Lemma1(other, proof | {"schedule": schedule})


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


@pytest.mark.parametrize("name", NAMES)
def test_memorisation_holds(name: str) -> None:
    assert "patterns" in lemma(name).memorisation().covered


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "damage",
    [without_slope, without_head_slope, without_later_rows, with_output_in_the_work_column],
)
def test_a_damaged_rule_is_refuted(name: str, damage: Any) -> None:
    with pytest.raises(RefutedError):
        lemma(name, damage(load_program(name).rule)).memorisation()


@pytest.mark.parametrize("name", ["majority", "conjunction"])
def test_a_wrong_schedule_is_refuted(name: str) -> None:
    with pytest.raises(RefutedError):
        lemma(name, storing={"stages": []}).memorisation()
    wrong = name == "majority"
    with pytest.raises(RefutedError):
        lemma(name, storing={"label is sign": wrong}).memorisation()
    with pytest.raises(RefutedError, match="the certificate's schedule of storing is malformed"):
        lemma(name, storing={"stages": [{"from": {"z": 1}, "codes": {}}]}).memorisation()
