"""The small learners: network, rule and plain meaning agree; their depth formulas are exact."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from construction.compiling.compiler import compile_rule
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.sweep.dense import DenseExecutor
from construction.programs.catalogue import load_program
from construction.programs.program import Program
from construction.rules.interpreter import RuleInterpreter
from construction.strategies import Sample, samples
from construction.strategies.arrays import Integers
from construction.training.memory import expected_memory, memory_grid, with_one
from construction.training.sgd import train

ROOT = Path(__file__).parents[2]
SHELF = ("majority", "one-literal", "conjunction")

#: Sizes (m, d) at which every data set is run, and those at which some data set needs every layer.
SIZES = [(m, d) for m, d in product(range(6), range(1, 6)) if m * d + m + d <= 11]
TIGHT = {
    "majority": [
        (m, d) for m, d in SIZES if m < 2
    ],  # the answer comes after m + 3 + (m + 1) // 2 layers
    "one-literal": [(m, d) for m, d in SIZES if m != 1],  # any first column fits one example
    "conjunction": [(m, d) for m, d in SIZES if m != 0],  # the first column rules out all of them
}


def stored(data: Sample) -> Integers:
    """The memory after all SGD steps, the dummy example's included."""
    examples = np.concatenate([data.examples, np.ones((1, data.d), dtype=np.int64)])
    return expected_memory(examples, np.append(data.labels, 1), data.m + 1)


def every_data_set(m: int, d: int) -> Iterator[Sample]:
    """Every data set of this size, each with every test example."""
    tests = np.array(list(product([1, -1], repeat=d)))
    for signs in product([1, -1], repeat=m * d + m):
        yield Sample(np.array(signs[: m * d]).reshape(m, d), np.array(signs[m * d :]), tests)


@pytest.fixture(scope="module", params=SHELF)
def program(request: pytest.FixtureRequest) -> Program:
    return load_program(request.param)


@pytest.fixture(scope="module")
def executor(program: Program) -> DenseExecutor:
    return DenseExecutor(compile_rule(program.rule))


@pytest.mark.parametrize(("m", "d"), SIZES)
def test_every_small_data_set_is_learned_in_exactly_the_depth_that_the_formula_says(
    program: Program, executor: DenseExecutor, m: int, d: int
) -> None:
    assert program.meaning is not None
    every = list(every_data_set(m, d))
    grids = np.concatenate([memory_grid(stored(s), with_one(s.tests), 1) for s in every])
    expected = np.concatenate([program.meaning(s.examples, s.labels, s.tests) for s in every])
    depth = program.depth(m, d)
    network = executor.network
    assert network.output(executor.run(grids, depth).grids) == expected.tolist()
    assert network.output(executor.run(grids, depth + 20).grids) == expected.tolist()
    if (m, d) in TIGHT[program.name]:
        assert network.output(executor.run(grids, depth - 1).grids) != expected.tolist()


@given(data=samples(max_m=12, max_d=7))
def test_network_is_the_meaning(program: Program, executor: DenseExecutor, data: Sample) -> None:
    assert program.meaning is not None
    grids = memory_grid(stored(data), with_one(data.tests), 1)
    run = executor.run(grids, program.depth(data.m, data.d))
    expected = program.meaning(data.examples, data.labels, data.tests)
    assert executor.network.output(run.grids) == expected.tolist()


@settings(max_examples=25)
@given(data=samples())
def test_network_is_the_rule_at_every_layer(
    program: Program, executor: DenseExecutor, data: Sample
) -> None:
    grids = memory_grid(stored(data), with_one(data.tests), 1)
    run = executor.run(grids, program.depth(data.m, data.d), record=True)
    interpreter = RuleInterpreter(program.rule)
    for layer in range(run.computed + 1):
        np.testing.assert_array_equal(run.at(layer), grids)
        grids = interpreter.step(grids)


@settings(max_examples=15)
@given(data=samples(max_m=5, max_d=4))
def test_sgd_stores_the_examples_and_the_trained_network_predicts(
    program: Program, executor: DenseExecutor, data: Sample
) -> None:
    assert program.meaning is not None
    layers = program.depth(data.m, data.d)
    steps = list(train(executor, data.examples, data.labels, layers))
    assert [step.output for step in steps] == [0] * (data.m + 1)
    np.testing.assert_array_equal(steps[-1].memory, stored(data))
    grids = memory_grid(steps[-1].memory, with_one(data.tests), 1)
    outputs = executor.network.output(executor.run(grids, layers).grids)
    assert outputs == program.meaning(data.examples, data.labels, data.tests).tolist()


def test_reference_executor_agrees(program: Program, executor: DenseExecutor) -> None:
    rng = np.random.default_rng(1)
    examples, labels = rng.choice([-1, 1], (4, 3)), rng.choice([-1, 1], 4)
    data = Sample(examples, labels, rng.choice([-1, 1], (5, 3)))
    grids = memory_grid(stored(data), with_one(data.tests), 1)
    layers = program.depth(4, 3)
    reference = ReferenceExecutor(executor.network).run(grids, layers)
    np.testing.assert_array_equal(reference.grids, executor.run(grids, layers).grids)


# --- What each of them learns, on data that shows it ----------------------------------------------


@pytest.mark.parametrize("m", range(1, 11))
def test_majority_of_every_sequence_of_labels(m: int) -> None:
    program = load_program("majority")
    executor = DenseExecutor(compile_rule(program.rule))
    labels = np.array(list(product([1, -1], repeat=m)))
    grids = np.full((len(labels), m + 1, 3), 3)
    grids[:, :, 0] = 1
    grids[:, :-1, 1], grids[:, -1, 1] = labels, 1
    grids[:, :-1, 0] = labels
    outputs = executor.network.output(executor.run(grids, program.depth(m, 1)).grids)
    assert outputs == [-1 if 2 * sum(row == -1) > m else 1 for row in labels]


def test_one_literal_takes_the_first_that_fits() -> None:
    meaning = load_program("one-literal").meaning
    assert meaning is not None
    examples = np.array([[1, -1, -1], [-1, 1, 1], [1, -1, 1], [1, 1, -1]])
    tests = np.array([[1, 1, 1], [1, -1, 1], [-1, -1, -1]])
    for feature, sign in product(range(3), (1, -1)):
        predicted = meaning(examples, sign * examples[:, feature], tests)
        np.testing.assert_array_equal(predicted, sign * tests[:, feature])
    twice = np.stack([examples[:, 0], -examples[:, 0]], axis=1)
    np.testing.assert_array_equal(meaning(twice, -twice[:, 0], tests[:, :2]), -tests[:, 0])
    assert meaning(examples, np.array([-1, -1, -1, -1]), tests).tolist() == [-1, -1, -1]
    assert meaning(examples, np.array([-1, -1, -1, 1]), tests).tolist() == [1, 1, 1]


@given(data=samples(max_m=10, max_d=5))
def test_conjunction_is_never_wrong_on_its_examples(data: Sample) -> None:
    """Labelled by a conjunction; a hypothesis with more literals errs only towards false."""
    meaning = load_program("conjunction").meaning
    assert meaning is not None
    literals = data.tests[0]  # x1 as it is or negated, and likewise the last feature
    chosen = [0, data.d - 1]

    def target(rows: Integers) -> Integers:
        return np.where((rows[:, chosen] == literals[chosen]).all(axis=1), -1, 1)

    labels = target(data.examples)
    assert (meaning(data.examples, labels, data.examples) == labels).all()
    says_true = meaning(data.examples, labels, data.tests) == -1
    assert (target(data.tests)[says_true] == -1).all()


def test_the_page_on_majority_shows_what_happens() -> None:
    """Its table is the label column, layer by layer."""
    page = (ROOT / "docs/programs/majority.md").read_text()
    table = [line.split("|")[1:-1] for line in page.splitlines() if line.startswith("|")]
    layers = [int(cell.split()[-1]) for cell in table[0]]
    program = load_program("majority")
    data = Sample(np.ones((4, 1), dtype=int), np.array([1, -1, -1, -1]), np.ones((1, 1), dtype=int))
    shown = {
        "empty": "",
        "word of two that cancelled": "`X↑`",
        "answer 1, nothing comes": "answer 1",
    }
    for bit in "01":
        vote = f"vote {bit}"
        shown |= {f"rising {bit}": f"`↑{bit}`", f"{vote}, nothing comes": f"`{bit}`"}
        shown |= {
            f"{vote}, {bit} comes": f"`{bit}` `↑{bit}`",
            f"{vote}, {1 - int(bit)} comes": "`X`",
        }
        shown[f"{vote}, cancelled comes"] = f"`{bit}` `X↑`"
    run = DenseExecutor(compile_rule(program.rule)).run(
        memory_grid(stored(data), with_one(data.tests), 1), program.depth(4, 1), record=True
    )
    for column, layer in enumerate(layers):
        names = [program.rule.codes.names[int(code)] for code in run.at(layer)[0, :, 1]]
        expected = [shown.get(name, "masked") for name in names]
        assert [row[column].strip() for row in table[2:]] == expected
    assert layers[-1] == program.depth(4, 1)
