"""Online learners: a gate that reads a diagonal, and numbers of work columns that nobody checked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from construction.compiling.compiler import compile_rule
from construction.executors.sweep.dense import DenseExecutor
from construction.programs.catalogue import load_program
from construction.rules.memory_protocol import PADDING, UNWRITTEN, WORK
from construction.rules.patch import Position
from construction.rules.rule import Gate, LocalRule
from construction.training.memory import empty_memory, memory_grid
from construction.training.sgd import sgd_step
from proofs_check.subject import Subject
from tests.proofs_check.subjects import bundled, refuted, with_rule


def stores_nothing() -> LocalRule:
    """Online row reduction, but the first row is flat while the rows below it are 0."""
    rule = load_program("online-row-reduction").rule
    number = rule.codes.numbers
    unwritten = frozenset([number[UNWRITTEN]])
    when: dict[Position, frozenset[int]] = {
        "C": unwritten,
        "N": frozenset([number[PADDING]]),
        "SE": unwritten,
    }
    return replace(rule, gates=(*rule.gates, Gate("a diagonal", when, number[WORK])))


def test_the_dummy_is_not_stored() -> None:
    """All ones should stand in the first row; in all columns but the last, nothing does."""
    executor = DenseExecutor(compile_rule(stores_nothing()))
    memory = sgd_step(executor, empty_memory(3, 2), np.array([1, 1]), 1, 12).memory
    assert memory[0].tolist() == [0, 0, 1]


def test_a_gate_that_reads_a_diagonal_is_seen_in_the_first_step() -> None:
    found = refuted(with_rule("online-row-reduction", stores_nothing()), "Online, invariant")
    assert found["Online, invariant"].startswith("starting, layer 0")


def test_a_network_without_work_columns_is_refuted() -> None:
    """Memory of the literal x, and an example that violates it: the prediction is *false*, +1."""
    whole = bundled("online-conjunction")
    without = replace(whole.network, work_columns=0)
    outputs = []
    for network in (whole.network, without):
        grid = memory_grid(np.array([[2, 2]]), np.array([[-1, 1]]), network.work_columns)
        outputs += network.output(DenseExecutor(network).run(grid, 2).grids)
    assert outputs[0] == 1
    assert outputs[1] != 1
    found = refuted(Subject(without, whole.data), "Online, invariant")
    assert "no work column" in found["Online, invariant"]
