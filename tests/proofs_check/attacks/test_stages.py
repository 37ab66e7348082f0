"""Stages were numbers, and numbers can collide: with 18 stages of unmasking, the last was a wave's.

Stages have names now, and no number. The network that passed as row reduction is refuted with the scene
of row reduction, and with scenes of its own that say less: then what cells hold is not row reduction.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np

from construction.compiling.compiler import compile_rule
from construction.executors.sweep.dense import DenseExecutor
from construction.programs.catalogue import load_program
from construction.programs.systolic_row_reduction import ACTING, BIT
from construction.rules.rule import LocalRule
from construction.rules.tables import Table
from construction.training.memory import expected_memory, memory_grid, with_one
from proofs_check.subject import Subject
from tests.proofs_check.subjects import refuted, with_rule

NAME = "systolic-row-reduction"


def always_plus() -> LocalRule:
    """Row reduction whose waves leave every bit as it is: the test row's label stays +1."""
    rule = load_program(NAME).rule
    number = rule.codes.numbers
    own = dict(rule.tables["C"].values)
    for code in number:
        if code.kind == ACTING.name:
            own[number[code]] = number[BIT(code.fields["bit"])]
    gates = tuple(each for each in rule.gates if not each.name.startswith("the pivot row"))
    tables = {**rule.tables, "C": Table(own, rule.tables["C"].slopes)}
    return replace(rule, tables=tables, gates=gates)


def test_the_network_always_answers_plus() -> None:
    """It is no row reduction: from the example 1 with label 1, x = 1 should get 1."""
    network = compile_rule(always_plus())
    example, label = np.array([[-1]]), np.array([-1])
    memory = expected_memory(np.append(example, [[1]], axis=0), np.append(label, 1), 2)
    grid = memory_grid(memory, with_one(example), network.work_columns)
    run = DenseExecutor(network).run(grid, 7)
    assert network.output(run.grids) == [1]


def test_it_is_not_what_the_scene_says() -> None:
    found = refuted(with_rule(NAME, always_plus()), "Lemma 1, prediction")
    assert "the network gives" in found["Lemma 1, prediction"]


def its_own_scene() -> Subject:
    """The scene that is true of it: bits never change."""
    scenes: Any = deepcopy(load_program(NAME).certificate["scenes"])
    definitions = scenes["predicting"]["definitions"]
    for each in definitions:
        if each["of"] == "A" and "A[" in each["is"]:
            each["is"] = "A[a, b, w-1]"
    return with_rule(NAME, always_plus(), scenes=scenes)


def test_its_own_scene_is_no_row_reduction() -> None:
    """The network plays it; but what cells hold is not the checker's own recurrence."""
    found = refuted(its_own_scene(), "Lemma 1, prediction", "Lemma 1, recurrence")
    assert list(found) == ["Lemma 1, recurrence"]
