from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.sweep.dense import DenseExecutor
from construction.network.definition5 import five_layer_form
from construction.programs.catalogue import PROGRAMS, load_program
from construction.rules.codes import Code
from construction.rules.rule import Alphabet, LocalRule
from construction.rules.tables import Table
from construction.strategies import Sample, samples
from construction.strategies.arrays import Integers
from construction.training.memory import expected_memory, memory_grid, with_one
from construction.training.sgd import sgd_step, train
from tests.row_reduction import ROW_REDUCERS, predictions

#: The programs that Algorithm 1 trains.
STORING = [name for name in PROGRAMS if not load_program(name).online]
EXECUTORS = {name: DenseExecutor(compile_rule(load_program(name).rule)) for name in STORING}
NOTHING = Sample(np.empty((0, 1), np.int64), np.empty(0, np.int64), np.array([[1], [-1]]))


@pytest.mark.parametrize("name", STORING)
@given(data=samples(max_m=5, max_d=4))
@example(data=NOTHING)
def test_algorithm_1_memorises_and_then_the_network_computes(name: str, data: Sample) -> None:
    """Lemma 1: W after every step, exactly, and f after the last one."""
    executor = EXECUTORS[name]
    layers = load_program(name).depth(data.m, data.d)
    examples = np.concatenate([data.examples, np.ones((1, data.d), np.int64)])
    labels = np.append(data.labels, 1)
    memory = np.zeros((data.m + 1, data.d + 1), dtype=np.int64)
    count = 0
    for count, step in enumerate(train(executor, data.examples, data.labels, layers), 1):
        memory = step.memory
        assert step.output == 0
        np.testing.assert_array_equal(
            memory[:count, : data.d], labels[:count, None] * examples[:count]
        )
        np.testing.assert_array_equal(memory[:count, data.d], labels[:count])
        assert not memory[count:].any()
        np.testing.assert_array_equal(
            memory, expected_memory(examples[:count], labels[:count], data.m + 1)
        )
    assert count == data.m + 1
    grids = memory_grid(memory, with_one(data.tests), 1, line=executor.network.line)
    outputs = executor.network.output(executor.run(grids, layers).grids)
    if name in ROW_REDUCERS:
        assert outputs == predictions(data)
    else:
        meaning = load_program(name).meaning
        assert meaning is not None
        assert outputs == meaning(data.examples, data.labels, data.tests).tolist()


@pytest.mark.parametrize("name", STORING)
def test_the_reference_and_the_five_layer_form_train_alike(name: str) -> None:
    network = EXECUTORS[name].network
    examples = np.array([[1, -1], [-1, -1]])
    labels = np.array([-1, 1])
    layers = load_program(name).depth(2, 2)
    for executor in (ReferenceExecutor(network), DenseExecutor(five_layer_form(network))):
        for found, expected in zip(
            train(executor, examples, labels, layers),
            train(EXECUTORS[name], examples, labels, layers),
            strict=True,
        ):
            assert found.output == expected.output
            np.testing.assert_array_equal(found.memory, expected.memory)


def test_more_work_columns_train_alike() -> None:
    program = load_program("row-reduction-machine")
    network = replace(EXECUTORS[program.name].network, work_columns=3)
    data = Sample(np.array([[1, -1], [-1, -1]]), np.array([-1, -1]), np.array([[-1, -1], [1, 1]]))
    layers = program.depth(2, 2)
    executor = DenseExecutor(network)
    *_, last = train(executor, data.examples, data.labels, layers)
    np.testing.assert_array_equal(last.memory, [[-1, 1, -1], [1, 1, -1], [1, 1, 1]])
    grids = memory_grid(last.memory, with_one(data.tests), 3)
    assert executor.network.output(executor.run(grids, layers).grids) == predictions(data)


def live_rule(readout: Table) -> LocalRule:
    """Memory that is 0 stays 0, with slope -1; nothing else happens."""
    codes = Alphabet({-2: Code("padding"), **{k: Code(f"code {k}") for k in range(-1, 4)}}, -2)
    own = Table({k: k for k in codes.cells}, {0: -1})
    return LocalRule("live", codes, {"C": own}, (), readout)


@given(st.integers(0, 5), st.sampled_from([-1, 1]))
def test_the_gradient_goes_through_every_layer(layers: int, label: int) -> None:
    """Slope -1 changes the sign of what is written at every layer, also at those not computed."""
    executor = DenseExecutor(compile_rule(live_rule(Table({}, {0: 1}))))
    start = np.zeros((2, 3), dtype=np.int64)
    start[0] = [1, -1, 1]
    step = sgd_step(executor, start, np.array([1, -1]), label, layers)
    assert step.output == 0
    written = label * (-1) ** layers
    assert step.memory.tolist() == [[1, -1, 1], [written, -written, written]]


def test_the_loss_takes_the_output_into_account() -> None:
    """Output 1 (code 1 reads out as 1) and label -1: the step is twice as long; label 1: none."""
    executor = DenseExecutor(compile_rule(live_rule(Table({1: 1}, {0: 1}))))
    start = np.array([[1, 0]])
    for label, written in ((-1, -2), (1, 0)):
        step = sgd_step(executor, start, np.array([1]), label, 0)
        assert step.output == 1
        assert step.memory.tolist() == [[1, written]]


def test_an_output_that_is_no_integer_is_refused() -> None:
    network = compile_rule(live_rule(Table({1: 1}, {0: 1})))
    hidden, last = network.head
    halved = replace(last, biases=last.biases + last.scale // 2)
    executor = DenseExecutor(replace(network, head=(hidden, halved)))
    with pytest.raises(
        NetworkError, match="network 'live': an SGD step found the output 3/2; it sh"
    ):
        sgd_step(executor, np.array([[0, 0]]), np.array([1]), 1, 2)


def test_memory_by_hand() -> None:
    memory: Integers = np.array([[1, -1, 1], [0, 0, 0]])
    inputs = with_one(np.array([[-1, -1], [1, -1]]))
    assert inputs.tolist() == [[-1, -1, 1], [1, -1, 1]]
    assert memory_grid(memory, inputs, 2).tolist() == [
        [[-1, 1, 1, 3, 3], [0, 0, 0, 3, 3]],
        [[1, 1, 1, 3, 3], [0, 0, 0, 3, 3]],
    ]
    stored = expected_memory(np.array([[1, -1]]), np.array([-1]), 3)
    assert stored.tolist() == [[-1, 1, -1], [0, 0, 0], [0, 0, 0]]
