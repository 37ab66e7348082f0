from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given

from construction.compiling.compiler import compile_rule
from construction.errors import ConstructionError
from construction.executors.catalogue import load_executor
from construction.executors.executor import Executor
from construction.executors.sweep.dense import DenseExecutor
from construction.machines.interpreter import MachineRun
from construction.machines.machine import Halt
from construction.programs.catalogue import PROGRAMS, load_program
from construction.programs.program import Program
from construction.rules.interpreter import RuleInterpreter
from construction.strategies import Sample, first_grids, samples, tape_of
from construction.strategies.arrays import Integers
from tests.row_reduction import ROW_REDUCERS, predictions

EXECUTORS = {name: DenseExecutor(compile_rule(load_program(name).rule)) for name in ROW_REDUCERS}


def signs(*bits: str) -> Integers:
    """Rows of bits as signs."""
    return 1 - 2 * np.array([[int(bit) for bit in row] for row in bits], dtype=np.int64)


def data_set(examples: list[str], labels: str, tests: list[str]) -> Sample:
    features = signs(*examples) if examples else np.empty((0, len(tests[0])), dtype=np.int64)
    return Sample(features, 1 - 2 * np.array([int(bit) for bit in labels], np.int64), signs(*tests))


NOTHING = data_set([], "", ["0", "1"])  # no example, one feature
LABELS_ONLY = data_set(["0", "0", "0"], "101", ["0", "1"])
INCONSISTENT = data_set(["11", "11", "10"], "011", ["11", "10", "01", "00"])
LAST_ROWS = data_set(["001", "001", "110", "010"], "0110", ["111", "001"])


def halted_at(program: Program, executor: Executor, grid: Integers, depth: int) -> list[int]:
    """The layers in which the output is not 0."""
    run = executor.run(grid[None], depth, record=True)
    outputs = [executor.network.output(run.at(layer))[0] for layer in range(depth + 1)]
    assert set(outputs) <= {-1, 0, 1}
    return [layer for layer, output in enumerate(outputs) if output]


@pytest.mark.parametrize("name", ROW_REDUCERS)
@given(data=samples())
@example(data=NOTHING)
@example(data=LABELS_ONLY)
@example(data=INCONSISTENT)
@example(data=LAST_ROWS)
def test_the_network_is_the_rule_and_predicts_what_row_reduction_says(
    name: str, data: Sample
) -> None:
    program = load_program(name)
    depth = program.depth(data.m, data.d)
    executor = EXECUTORS[name]
    grid = first_grids(data)
    run = executor.run(grid, depth, record=True)
    interpreter = RuleInterpreter(program.rule)
    for layer in range(depth + 1):
        np.testing.assert_array_equal(run.at(layer), grid)
        grid = interpreter.step(grid)
    assert executor.network.output(run.grids) == predictions(data)
    # One more layer changes nothing: what is there has halted.
    np.testing.assert_array_equal(grid, run.grids)


@pytest.mark.parametrize("name", ROW_REDUCERS)
@given(data=samples(max_m=4, max_d=3, max_tests=2))
@example(data=NOTHING)
def test_the_reference_predicts_the_same(name: str, data: Sample) -> None:
    program = load_program(name)
    executor = load_executor("reference", EXECUTORS[name].network)
    run = executor.run(first_grids(data), program.depth(data.m, data.d))
    assert executor.network.output(run.grids) == predictions(data)


@given(samples())
@example(NOTHING)
def test_the_systolic_program_halts_exactly_at_its_depth(data: Sample) -> None:
    program = load_program("systolic-row-reduction")
    depth = 2 * data.m + 3 * data.d + 2
    assert program.depth(data.m, data.d) == depth
    for grid in first_grids(data):
        assert halted_at(program, EXECUTORS[program.name], grid, depth) == [depth]


@given(samples())
@example(NOTHING)
def test_the_machine_halts_exactly_t_layers_after_its_birth(data: Sample) -> None:
    program = load_program("row-reduction-machine")
    assert program.machine is not None
    for test, grid, answer in zip(data.tests, first_grids(data), predictions(data), strict=True):
        run = MachineRun(program.machine, tape_of(program.machine, data, test))
        assert run.run() == Halt(answer)  # type: ignore[arg-type]
        halting = run.steps + data.m + data.d + 2
        depth = program.depth(data.m, data.d)
        layers = halted_at(program, EXECUTORS[program.name], grid, depth)
        assert layers == list(range(halting, depth + 1))


@pytest.mark.parametrize("name", ROW_REDUCERS)
def test_one_feature_and_no_example(name: str) -> None:
    """Nothing is known, so no bit counts: the answer is the empty sum, +1."""
    program = load_program(name)
    executor = EXECUTORS[name]
    run = executor.run(first_grids(NOTHING), program.depth(0, 1))
    assert executor.network.output(run.grids) == [1, 1]


def test_an_unknown_program() -> None:
    with pytest.raises(
        ConstructionError,
        match=f"unknown program 'nothing'; it should be one of {', '.join(sorted(PROGRAMS))}",
    ):
        load_program("nothing")
