"""Machines from files as learners; a one-tape learner as a network: trained by SGD, against a sentence of Python."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError
from construction.executors.catalogue import load_executor
from construction.executors.sweep.dense import DenseExecutor
from construction.formats.text import FormatError
from construction.formats.yaml_reader import read_yaml
from construction.formats.yaml_writer import write_yaml
from construction.learning.training import Training
from construction.machines.machine import Machine
from construction.machines.one_tape import OneTapeRun
from construction.machines.snake import cells_in_order
from construction.programs.catalogue import load_program
from construction.programs.own_machine import machine_learner
from construction.programs.row_reduction_machine import row_reduction_machine, worst_case_steps
from construction.sources.files import read_machine_file
from construction.strategies import Sample, one_tape_machines, samples
from construction.training.memory import expected_memory, memory_grid, with_one
from construction.training.sgd import train

UNANIMOUS = Path(__file__).parents[2] / "examples" / "machines" / "unanimous.yaml"


@settings(max_examples=25)
@given(samples(max_m=5, max_d=4))
def test_unanimous_learns(data: Sample) -> None:
    file = read_machine_file(UNANIMOUS)
    assert file.steps is not None
    program = machine_learner(file.machine, file.steps, file.steps.text)
    executor = DenseExecutor(compile_rule(program.rule))
    layers = program.depth(data.m, data.d)
    *_, last = train(executor, data.examples, data.labels, layers)
    grids = memory_grid(last.memory, with_one(data.tests), 1)
    outputs = executor.network.output(executor.run(grids, layers).grids)
    assert outputs == [-1 if (data.labels == -1).all() else +1] * len(data.tests)


@settings(max_examples=25)
@given(one_tape_machines(max_states=3, max_symbols=4), samples(max_m=3, max_d=3))
def test_random_one_tape_learners(machine: Machine, data: Sample) -> None:
    """The network's output after the depth for ``t`` steps is the machine's after ``t`` steps."""
    steps = 30
    program = machine_learner(machine, lambda m, d: steps, "30")
    executor = load_executor("dense", compile_rule(program.rule))
    memory = expected_memory(
        np.concatenate([data.examples, np.ones((1, data.d), dtype=np.int64)]),
        np.append(data.labels, 1),
        data.m + 1,
    )
    grids = memory_grid(memory, with_one(data.tests), 1)
    outputs = executor.network.output(executor.run(grids, program.depth(data.m, data.d)).grids)
    assert machine.bits is not None
    for test, output in zip(data.tests, outputs, strict=True):
        bits = np.concatenate([data.examples, test[None]])
        table = np.concatenate([bits, np.append(data.labels, 1)[:, None]], axis=1)
        symbols = [
            [machine.bits[0] if sign == 1 else machine.bits[1] for sign in row] + [machine.blank]
            for row in table.tolist()
        ]
        order = cells_in_order(data.m + 1, data.d + 2)
        run = OneTapeRun(machine, [symbols[row][column] for row, column in order], walls=True)
        halt = run.run(steps)
        if halt is not None:
            assert output == halt.output


def test_a_grid_machine_from_a_file_is_the_bundled_one() -> None:
    machine = row_reduction_machine()
    program = machine_learner(machine, worst_case_steps, "worst_case_steps(m, d)")
    bundled = load_program("row-reduction-machine")
    assert program.depth(5, 4) == bundled.depth(5, 4)
    assert program.machine == bundled.machine
    rng = np.random.default_rng(0)
    bits = rng.integers(0, 2, (6, 4))
    labels = bits @ np.array([1, 0, 1, 1]) % 2
    executor = DenseExecutor(compile_rule(program.rule))
    layers = program.depth(6, 4)
    *_, last = train(executor, 1 - 2 * bits, 1 - 2 * labels, layers)
    grids = memory_grid(last.memory, with_one(1 - 2 * bits), 1)
    assert executor.network.output(executor.run(grids, layers).grids) == (1 - 2 * labels).tolist()


PARITY_OF_THE_ROOM = """
name: room
blank: _
bits: [0, 1]
steps: d + 2 + 2 * m
work columns: 2 * m
start state: odd
table:
  odd:
    [0, 1, _]: {R: even, wall: say-odd}
  even:
    [0, 1, _]: {R: odd, wall: say-even}
  say-odd:
    [0, 1, _]: {halt: -1}
  say-even:
    [0, 1, _]: {halt: +1}
  # A move up makes it a machine on the grid.
  up:
    _: U
"""


@settings(max_examples=25)
@given(samples(max_m=5, max_d=4))
def test_a_machine_gets_the_room_that_it_asks_for(data: Sample) -> None:
    """It walks east to the wall, and says whether the number of columns is odd (-1) or even."""
    file = read_yaml(PARITY_OF_THE_ROOM)
    assert file.steps is not None
    program = machine_learner(file.machine, file.steps, file.steps.text, file.work)
    columns = program.work_columns(data.m, data.d)
    assert columns == max(1, 2 * data.m)
    network = compile_rule(program.rule, work_columns=columns)
    training = Training(program, load_executor("dense", network), data.m, data.d)
    training.learn(zip(data.examples, data.labels.tolist(), strict=True))
    assert training.memorised_exactly
    odd = (data.d + 1 + columns) % 2 == 1
    assert set(training.predict(data.tests).signs.tolist()) <= {-1 if odd else 1}


def test_a_network_with_too_little_room_is_refused() -> None:
    file = read_yaml(PARITY_OF_THE_ROOM)
    assert file.steps is not None
    program = machine_learner(file.machine, file.steps, file.steps.text, file.work)
    executor = load_executor("dense", compile_rule(program.rule))
    with pytest.raises(
        NetworkError, match="has 1 work columns; for 3 examples with 2 features the"
    ):
        Training(program, executor, 3, 2)


def test_a_file_keeps_the_room_that_it_asks_for() -> None:
    file = read_yaml(PARITY_OF_THE_ROOM)
    assert read_yaml(write_yaml(file)) == file
    with pytest.raises(FormatError, match="'room' is no formula in m and d"):
        read_yaml(PARITY_OF_THE_ROOM.replace("columns: 2 * m", "columns: room"))
