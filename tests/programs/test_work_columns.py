"""Every program is right with any number of work columns, one or more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.executors.catalogue import load_executor
from construction.learning.prediction import predict
from construction.programs.catalogue import BATCH_PROGRAMS, ONLINE_PROGRAMS, load_program
from construction.programs.program import Program
from construction.strategies.arrays import Integers
from construction.training.memory import empty_memory, expected_memory
from construction.training.sgd import sgd_step


def data(m: int, d: int, seed: int) -> tuple[Integers, Integers, Integers]:
    """Examples, labels and test examples."""
    draw = np.random.default_rng(seed)
    return draw.choice([-1, 1], (m, d)), draw.choice([-1, 1], m), draw.choice([-1, 1], (4, d))


def predictions(program: Program, work: int, m: int, d: int, seed: int) -> list[int]:
    """What the network predicts once the examples and the dummy are stored."""
    network = replace(compile_rule(program.rule), work_columns=work)
    examples, labels, tests = data(m, d, seed)
    stored = np.concatenate([examples, np.ones((1, d), dtype=np.int64)])
    memory = expected_memory(stored, np.append(labels, 1), m + 1)
    executor = load_executor("dense", network)
    found = predict(executor, memory, tests, program.depth(m, d)).signs
    return [int(each) for each in found]


ANY_NUMBER = [name for name in BATCH_PROGRAMS if not load_program(name).rule.line]


@pytest.mark.parametrize("name", ANY_NUMBER)
@settings(max_examples=25)
@given(st.integers(1, 4), st.integers(0, 5), st.integers(1, 4), st.integers(0, 2**32 - 1))
@example(2, 1, 1, 0)  # the first work column once left its code
@example(5, 1, 1, 0)
def test_predictions(name: str, work: int, m: int, d: int, seed: int) -> None:
    program = load_program(name)
    assert program.meaning is not None
    assert predictions(program, work, m, d, seed) == program.meaning(*data(m, d, seed)).tolist()


@pytest.mark.parametrize("name", ANY_NUMBER)
def test_as_many_work_columns_as_layers(name: str) -> None:
    """The paper's number."""
    program = load_program(name)
    assert program.meaning is not None
    layers = program.depth(3, 2)
    assert predictions(program, layers, 3, 2, 0) == program.meaning(*data(3, 2, 0)).tolist()


@pytest.mark.parametrize("name", ONLINE_PROGRAMS)
@settings(max_examples=10)
@given(st.integers(2, 4), st.integers(1, 3), st.integers(0, 2**32 - 1))
@example(2, 1, 0)
@example(32, 1, 0)  # as many as layers, or more
def test_a_stream_is_learned_as_with_one(name: str, work: int, d: int, seed: int) -> None:
    program = load_program(name)
    network, layers = compile_rule(program.rule), program.depth(0, d)
    executors = [
        load_executor("dense", replace(network, work_columns=columns)) for columns in (1, work)
    ]
    examples, labels, _ = data(8, d, seed)
    if program.dummy == "first":
        examples[0], labels[0] = 1, 1
    memory = empty_memory(program.memory_rows(0, d), d)
    for shown, label in zip(examples, labels.tolist(), strict=True):
        one, several = (sgd_step(each, memory, shown, label, layers) for each in executors)
        assert one.output == several.output
        assert np.array_equal(one.memory, several.memory)
        memory = one.memory
