"""SGD on batches: sums of gradients, and examples that wait (docs/batches.md)."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from construction.arrays import Signs
from construction.compiling.compiler import compile_rule
from construction.errors import DataError
from construction.executors.definition.backpropagation import forward_backward_by_history
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.sweep.dense import DenseExecutor
from construction.learning.training import Training
from construction.programs.catalogue import BATCH_PROGRAMS, ONLINE_PROGRAMS, load_program
from construction.training.batches import batch_step, sgd_batches
from construction.training.memory import Memory, empty_memory, memory_grid, with_one
from construction.training.sgd import sgd, sgd_step
from tests.programs.online import online

PIVOTS = "triangular-row-reduction"
Pairs = list[tuple[Signs, int]]


@st.composite
def pairs(draw: DrawFn, *, most: int = 10, consistent: bool = False) -> tuple[int, Pairs]:
    """A number of features, and examples with labels: any, or those of a parity."""
    d = draw(st.integers(1, 4))
    sign = st.sampled_from([-1, 1])
    chosen = np.array(draw(st.tuples(*[st.booleans()] * d)))
    found: Pairs = []
    for _ in range(draw(st.integers(1, most))):
        x = np.array(draw(st.tuples(*[sign] * d)), dtype=np.int64)
        found.append((x, int(x[chosen].prod()) if consistent else draw(sign)))
    return d, found


def started(name: str, d: int) -> tuple[DenseExecutor, int, Memory]:
    """A network, its depth, and the memory when the stream begins."""
    learner = online(name)
    memory = learner.start(d, 2)
    return learner.executor, learner.program.depth(len(memory) - 1, d), memory


@given(pairs(), st.integers(1, 5), st.sampled_from([*ONLINE_PROGRAMS]))
@example(pairs=(1, [(np.array([-1]), 1), (np.array([-1]), -1)]), size=2, name=PIVOTS)
@example(
    # The last one changes nothing before the second is stored, but after it.
    pairs=(1, [(np.array([1]), 1), (np.array([1]), -1), (np.array([1]), 1)]),
    size=3,
    name="online-associative-memory",
)
@settings(max_examples=60)
def test_batches_are_single_steps_in_the_order_in_which_losses_were_added(
    pairs: tuple[int, Pairs], size: int, name: str
) -> None:
    d, stream = pairs
    executor, layers, memory = started(name, d)
    steps = list(sgd_batches(executor, memory, stream, layers, size))
    order = [
        (change.example, change.label)
        for step in steps
        for change, added in zip(step.changes, step.added, strict=True)
        if added
    ]
    assert len(order) == len(stream)
    after = memory
    for step in sgd(executor, memory, order, layers):
        after = step.memory
    assert np.array_equal(steps[-1].memory, after)


@given(pairs(most=5))
@settings(max_examples=40)
def test_a_batch_with_different_pivots_is_single_steps_in_any_order(
    pairs: tuple[int, Pairs],
) -> None:
    d, batch = pairs
    executor, layers, memory = started(PIVOTS, d)
    *before, one, two = [*batch, *batch[:1]]
    for step in sgd(executor, memory, before, layers):
        memory = step.memory
    for some in ([one, two], batch[:3]):
        step_of_all = batch_step(executor, memory, some, layers)
        changed = (step_of_all.memory != memory).any(axis=1).sum()
        new = sum(bool(change.amounts.any()) for change in step_of_all.changes)
        assert step_of_all.collides == (new > changed)
        if step_of_all.collides:
            continue
        for order in permutations(some):
            single = memory
            for step in sgd(executor, memory, order, layers):
                single = step.memory
            assert np.array_equal(step_of_all.memory, single)


@given(pairs(most=4), st.sampled_from(["systolic-row-reduction", *ONLINE_PROGRAMS]))
@settings(max_examples=30)
def test_a_batch_is_the_sum_of_what_backpropagation_by_definition_gives(
    pairs: tuple[int, Pairs], name: str
) -> None:
    d, batch = pairs
    program = load_program(name)
    executor = ReferenceExecutor(compile_rule(program.rule))
    memory = empty_memory(program.memory_rows(len(batch), d), d)
    if program.dummy == "first":
        memory[0] = 1
    layers, total = program.depth(len(batch), d), memory.copy()
    for x, y in batch:
        inputs = with_one(x[None])
        grid = memory_grid(memory, inputs, executor.network.work_columns)[0]
        result = forward_backward_by_history(executor, grid, layers)
        total += int(y - result.output) * result.gradient[:, : d + 1] * inputs
    assert np.array_equal(batch_step(executor, memory, batch, layers).memory, total)


@given(pairs(most=5), st.sampled_from([*BATCH_PROGRAMS]))
@settings(max_examples=25)
def test_lemma_1_stores_a_batch_as_its_sum(pairs: tuple[int, Pairs], name: str) -> None:
    d, batch = pairs
    program = load_program(name)
    executor = DenseExecutor(compile_rule(program.rule))
    memory, layers = empty_memory(len(batch) + 1, d), d + 2  # a line stores from this layer on
    x, y = np.array([each for each, _ in batch]), np.array([label for _, label in batch])
    step = batch_step(executor, memory, batch, layers)
    assert np.array_equal(step.memory[0], (y[:, None] * with_one(x)).sum(axis=0))
    assert not step.memory[1:].any()
    assert step.collides == (len(batch) > 1)
    waiting = batch_step(executor, memory, batch, layers, wait=True)
    assert np.array_equal(waiting.memory, sgd_step(executor, memory, *batch[0], layers).memory)
    assert waiting.added.tolist() == [True] + [False] * (len(batch) - 1)


@given(pairs(most=14, consistent=True), st.integers(2, 6))
@settings(max_examples=25)
def test_training_in_batches_knows_what_single_steps_know(
    pairs: tuple[int, Pairs], size: int
) -> None:
    d, stream = pairs
    learner = online(PIVOTS)
    single = Training(learner.program, learner.executor, 0, d)
    batches = Training(learner.program, learner.executor, 0, d, batch=size)
    single.learn(stream)
    batches.learn(stream)
    assert batches.examples == batches.in_order == single.examples == len(stream)
    assert batches.abstentions == single.abstentions  # the rank of the examples
    assert batches.mistakes == 0
    assert batches.sgd_steps <= single.sgd_steps
    tests = np.array([x for x, _ in stream])
    assert batches.predict(tests).signs.tolist() == [y for _, y in stream]
    assert not batches.predict(tests).undecided.any()


def test_two_examples_that_drop_the_same_literal_leave_its_opposite() -> None:
    """The sum of two steps of a conjunction learner; if one waits, it is dropped once."""
    executor, layers, memory = started("online-conjunction", 2)
    memory = sgd_step(executor, memory, [1, 1], -1, layers).memory
    assert memory.tolist() == [[2, 2, 2]]
    batch: Pairs = [(np.array([-1, 1]), -1), (np.array([-1, 1]), -1)]
    assert batch_step(executor, memory, batch, layers).memory.tolist() == [[-2, 2, 2]]
    (*_, last) = sgd_batches(executor, memory, batch, layers, 2)
    assert last.memory.tolist() == [[0, 2, 2]]


@given(pairs(most=5))
@settings(max_examples=20)
def test_online_row_reduction_takes_batches_with_one_new_example(pairs: tuple[int, Pairs]) -> None:
    d, batch = pairs
    executor, layers, memory = started("online-row-reduction", d)
    for step in sgd(executor, memory, batch[2:], layers):
        memory = step.memory
    step_of_all = batch_step(executor, memory, batch, layers)
    if sum(bool(change.amounts.any()) for change in step_of_all.changes) <= 1:
        for step in sgd(executor, memory, batch, layers):
            memory = step.memory
        assert np.array_equal(step_of_all.memory, memory)


def test_only_learners_from_streams_have_batches() -> None:
    program = load_program("systolic-row-reduction")
    executor = DenseExecutor(compile_rule(program.rule))
    with pytest.raises(DataError, match="only their sum would be left"):
        Training(program, executor, 2, 2, batch=2)
    with pytest.raises(DataError, match="batches of 0 examples"):
        Training(program, executor, 2, 2, batch=0)
    with pytest.raises(DataError, match="batches of 0 examples"):
        next(sgd_batches(executor, empty_memory(2, 2), [], 3, 0))
