"""Online learners: a gate that reads a diagonal, and numbers of work columns that nobody checked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from construction.compiling.certificate import certificate
from construction.compiling.compiler import compile_rule
from construction.executors.sweep.dense import DenseExecutor
from construction.network.rcnn import RCNN
from construction.programs.catalogue import load_program
from construction.rules.codes import Code
from construction.rules.rule import LocalRule, gate
from construction.training.memory import empty_memory, memory_grid
from construction.training.sgd import sgd_step
from tests.proofs_check.attacks.verdicts import refuted


def stores_nothing() -> LocalRule:
    """Online row reduction, but the first row is flat while the rows below it are 0."""
    rule = load_program("online-row-reduction").rule
    number = rule.codes.numbers
    work, unwritten = number[Code("work")], number[Code("unwritten")]
    extra = gate("a diagonal", work, C=unwritten, N=rule.codes.padding, SE=unwritten)
    return replace(rule, gates=(*rule.gates, extra))


def test_the_dummy_is_not_stored() -> None:
    """All ones should stand in the first row; in all columns but the last, nothing does."""
    executor = DenseExecutor(compile_rule(stores_nothing()))
    memory = sgd_step(executor, empty_memory(3, 2), np.array([1, 1]), 1, 12).memory
    assert memory[0].tolist() == [0, 0, 1]


def test_a_gate_that_reads_a_diagonal_is_seen_by_the_check_of_an_empty_memory() -> None:
    rule = stores_nothing()
    program = load_program("online-row-reduction")
    proof = certificate(rule, program.schedule, program.claims)
    assert "Online, invariant" in refuted(compile_rule(rule), proof)


def conjunction(work_columns: int) -> RCNN:
    network = compile_rule(load_program("online-conjunction").rule)
    return replace(network, work_columns=work_columns)


def test_the_conjunction_goes_wrong_without_work_columns() -> None:
    """Memory of the literal x, and an example that violates it: the prediction is *false*, +1."""
    outputs = []
    for columns in (1, 0):
        network = conjunction(columns)
        grid = memory_grid(np.array([[2, 2]]), np.array([[-1, 1]]), columns)
        outputs += network.output(DenseExecutor(network).run(grid, 2).grids)
    assert outputs[0] == 1
    assert outputs[1] != 1


@pytest.mark.parametrize("work_columns", [0, 2])
def test_the_conjunction_with_other_work_columns_is_refuted(work_columns: int) -> None:
    program = load_program("online-conjunction")
    proof = certificate(program.rule, program.schedule, program.claims)
    assert "Online, invariant" in refuted(conjunction(work_columns), proof)
