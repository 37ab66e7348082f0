from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from construction.compiling.certificate import certificate
from construction.compiling.compiler import compile_rule
from construction.executors.executor import Codes
from construction.executors.sweep.dense import DenseExecutor
from construction.machines.machine import Machine
from construction.network.rcnn import RCNN
from construction.rules.machine_rule import machine_rule
from construction.rules.schedule import machine_schedule
from construction.sources.names import compilable
from construction.strategies import machines
from construction.training.memory import expected_memory, memory_grid, with_one
from proofs_check import machine_steps
from proofs_check.cells import contents
from proofs_check.lemma1 import Lemma1
from proofs_check.schedule import LAST_ROW, PADDING, RUNNING
from proofs_check.statements import lemma1
from proofs_check.verdict import RefutedError, check


@settings(max_examples=10)
@given(machines(max_states=3, max_symbols=4))
def test_lemma_1_holds_for_any_machine(machine: Machine) -> None:
    rule = machine_rule(machine)
    for statement in lemma1(
        compile_rule(rule), certificate(rule, machine_schedule(machine, rule.codes.numbers))
    ):
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


def test_a_network_without_a_head_is_not_hidden_by_a_start_that_depends_on_the_cell() -> None:
    """Were the cells around the top-left one said to run first, no pattern would show the birth."""
    program = compilable("row-reduction-machine")
    assert program.schedule is not None
    gates = tuple(gate for gate in program.rule.gates if gate.name != "the head is born")
    assert len(gates) == len(program.rule.gates) - 1
    headless = replace(program, rule=replace(program.rule, gates=gates))
    start = {"m": 2, "d": 2, "a": -2, "b": -2, "1": 6}
    schedules = (
        {**program.schedule, "start": start, "depth": {**start, "t": 1}},
        program.schedule,
    )
    for schedule, reason in zip(schedules, ("start depends on 'a'", "should be"), strict=True):
        rows = {each.id: each for each in lemma1(*replace(headless, schedule=schedule).compiled())}
        assert reason in check(rows["Lemma 1, unmasking"]).counterexample


def test_a_depth_is_one_for_the_whole_grid() -> None:
    network, proof = compilable("systolic-row-reduction").compiled()
    depth = {"m": 3, "d": 3, "a": -1, "1": 3}
    proof = {**proof, "schedule": {**proof["schedule"], "depth": depth}}
    rows = {each.id: each for each in lemma1(network, proof)}
    assert "depth depends on 'a'" in check(rows["Lemma 1, depth"]).counterexample


def test_a_network_that_reads_no_neighbour_is_compared_with_every_arriving_head() -> None:
    lemma = Lemma1(*compilable("row-reduction-machine").compiled())
    assert lemma.machine is not None
    everything = list(machine_steps.patches(lemma.machine, lemma.tables.positions, lemma.tables))
    listed = list(machine_steps.patches(lemma.machine, (4,), lemma.tables))
    assert sum(len(found) for found, _ in listed) == sum(len(found) for found, _ in everything)


def test_one_symbol_cannot_be_both_bits() -> None:
    _, proof = compilable("row-reduction-machine").compiled()
    machine = {**proof["schedule"]["machine"], "bits": ["0", "0"]}
    with pytest.raises(RefutedError, match="for both bits"):
        machine_steps.read_machine(machine)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("row reduction", "no schedule of waves or of a machine"),
        ("the best parity", "should be one of conjunction, majority"),
    ],
)
def test_a_claim_about_another_program_is_refuted(claim: str, reason: str) -> None:
    network, proof = compilable("majority").compiled()
    rows = {each.id: each for each in lemma1(network, {**proof, "claims": {"computes": claim}})}
    assert reason in check(rows["Lemma 1, A"]).counterexample


def test_derivatives_that_vanish_modulo_2_to_the_64_are_not_taken_for_0() -> None:
    """Two steep hinges that cancel at the only code at which they are on; their slopes do not."""
    network, proof = compilable("majority").compiled()
    hinges, units, last = network.convolution
    steep = np.zeros((2, 9), dtype=np.int64)
    steep[:, 4] = 2**40, 2**41
    added = replace(
        hinges,
        weights=np.vstack([hinges.weights, steep]),
        biases=np.concatenate([hinges.biases, 1 - network.highest * steep[:, 4]]),
        names=(*hinges.names, "steep", "steeper"),
    )
    reads = np.tile(np.array([2**24, -(2**24)]), (units.width, 1))
    more = replace(units, weights=np.hstack([units.weights, reads]))
    wrong = replace(network, convolution=(added, more, last))
    rows = {each.id: each for each in lemma1(wrong, proof)}
    assert "derivatives" in check(rows["Lemma 1, network = rule"]).counterexample
