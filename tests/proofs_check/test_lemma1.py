from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from construction.cli.sources import compilable
from construction.compiling.certificate import certificate
from construction.compiling.compiler import compile_rule
from construction.executors.dense import DenseExecutor
from construction.executors.executor import Codes
from construction.machines.machine import Machine
from construction.network.rcnn import RCNN
from construction.rules.machine_rule import MachineCodes, machine_rule
from construction.rules.schedule import machine_schedule
from construction.training.memory import expected_memory, memory_grid, with_one
from proofs_check.cells import contents
from proofs_check.lemma1 import Lemma1
from proofs_check.schedule import LAST_ROW, PADDING, RUNNING
from proofs_check.statements import lemma1
from proofs_check.verdict import check
from tests.strategies import machines


@settings(max_examples=10)
@given(machines(max_states=3, max_symbols=4))
def test_lemma_1_holds_for_any_machine(machine: Machine) -> None:
    codes = MachineCodes.of(machine)
    rule = machine_rule(codes)
    for statement in lemma1(compile_rule(rule), certificate(rule, machine_schedule(codes))):
        if statement.id.startswith("Lemma 1"):
            assert check(statement).counterexample == ""


@pytest.mark.parametrize("name", ["systolic-row-reduction", "row-reduction-machine"])
def test_the_schedule_is_what_the_network_does(name: str) -> None:
    """The stages, read off a run: every cell holds a code that its kind can hold."""
    network, proof = compilable(name).compiled()
    lemma = Lemma1(network, proof)
    rng = np.random.default_rng(1)
    start = (0, 0) if lemma.machine is None else lemma.machine.start_codes
    for m, d in ((1, 1), (1, 4), (4, 1), (3, 3)):
        history = _run(network, m, d, rng)
        rows, columns = history.shape[-2:]
        for layer, grid in enumerate(history[:, 0]):
            for a in range(rows):
                for b in range(columns):
                    point = np.array([a, m - a, b, d - b, layer])[:, None]
                    kind = int(lemma.schedule.kinds(point, (0, 0), 0, 1)[0])
                    if kind % LAST_ROW == RUNNING:
                        continue
                    assert kind != PADDING
                    held = contents(kind, lemma.schedule, network.padding, start)
                    assert grid[a, b] in held.code


def _run(network: RCNN, m: int, d: int, rng: np.random.Generator) -> Codes:
    examples = rng.choice([-1, 1], (m, d))
    labels = rng.choice([-1, 1], m)
    test = rng.choice([-1, 1], (1, d))
    memory = expected_memory(
        np.concatenate([examples, np.ones((1, d), dtype=np.int64)]), np.append(labels, 1), m + 1
    )
    grid = memory_grid(memory, with_one(test), network.work_columns)
    run = DenseExecutor(network).run(grid, 2 * m + 3 * d + 2, record=True)
    assert run.history is not None
    return run.history
