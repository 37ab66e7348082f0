"""Stages were numbers, and numbers can collide: with 18 stages of unmasking, the last was a wave's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from construction.compiling.certificate import certificate
from construction.compiling.compiler import compile_rule
from construction.executors.sweep.dense import DenseExecutor
from construction.programs.catalogue import load_program
from construction.rules.codes import NOTHING
from construction.rules.rule import LocalRule
from construction.training.memory import expected_memory, memory_grid, with_one
from tests.proofs_check.attacks.verdicts import refuted

PROGRAM = load_program("systolic-row-reduction")


def always_plus() -> LocalRule:
    """Unmasking, and then cells that go to rest with nothing done; the test row's label is still +1."""
    cells = [
        replace(cell, east=NOTHING) if cell.code.kind == "deciding" else cell
        for cell in PROGRAM.source.cells
        if cell.code.kind != "acting"
    ]
    left_out = ("the work column stays as it is", "the pivot row is emptied, but not the last row")
    gates = [gate for gate in PROGRAM.source.gates if gate.name not in left_out]
    source = replace(PROGRAM.source, name="always +1", cells=tuple(cells), gates=tuple(gates))
    needed = [str(term) for term in source.unnumbered()]
    return source.numbered({name: PROGRAM.layout[name] for name in needed})


def schedule(stages: int) -> dict[str, Any]:
    """The schedule of row reduction, its last stage of unmasking repeated, and no code of a wave."""
    data = PROGRAM.schedule
    assert data is not None
    *first, last = data["unmasking"]
    data["unmasking"] = [*first, *[last] * (stages - len(first))]
    data["row reduction"]["acting"] = {}
    return data


CLAIMS = {
    "computes": "row reduction",
    "depths": [[m, d, 2 * m + 3 * d + 2] for m in range(1, 7) for d in range(1, 7)],
}


def test_the_network_always_answers_plus() -> None:
    """It is no row reduction: from the example 1 with label 1, x = 1 should get 1."""
    network = compile_rule(always_plus())
    example, label = np.array([[-1]]), np.array([-1])
    memory = expected_memory(np.append(example, [[1]], axis=0), np.append(label, 1), 2)
    grid = memory_grid(memory, with_one(example), network.work_columns)
    run = DenseExecutor(network).run(grid, 7)
    assert network.output(run.grids) == [1]


@pytest.mark.parametrize("stages", [4, 8, 18, 24])
def test_it_is_not_said_to_be_row_reduction(stages: int) -> None:
    rule = always_plus()
    found = refuted(compile_rule(rule), certificate(rule, schedule(stages), CLAIMS))
    assert set(found) & {"Lemma 1, unmasking", "Lemma 1, invariant"}
