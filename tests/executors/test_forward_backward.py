"""The gradient through the log of changes is the gradient through the grids of all layers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.event.executor import EventExecutor
from construction.executors.executor import Executor, ForwardBackward
from construction.learning.training import Training
from construction.programs.catalogue import PROGRAMS, load_program
from construction.rules.codes import Code
from construction.rules.rule import Alphabet, LocalRule
from construction.rules.tables import Table
from construction.strategies import local_rules, rules_with_slopes
from construction.strategies.arrays import Integers


def result(executor: Executor, grid: Integers, layers: int) -> ForwardBackward | str:
    try:
        return executor.forward_backward(grid, layers)
    except NetworkError:
        return "refused"


@given(st.data(), st.sampled_from([(1, 9), (9, 1), (3, 4), (2, 70), (70, 2)]))
@settings(max_examples=60)
def test_passes_that_share_their_room(data: st.DataObject, shape: tuple[int, int]) -> None:
    """One executor, grid after grid, some of which are refused."""
    rule = data.draw(st.one_of(rules_with_slopes(), local_rules()))
    network = compile_rule(rule)
    event, reference = EventExecutor(network), ReferenceExecutor(network)
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    for layers in data.draw(st.lists(st.integers(0, 9), min_size=1, max_size=4)):
        grid = random.choice(rule.codes.cells, shape)
        expected, found = (result(each, grid, layers) for each in (reference, event))
        if isinstance(expected, str) or isinstance(found, str):
            assert found == expected
            continue
        assert found.output == expected.output
        np.testing.assert_array_equal(found.gradient, expected.gradient)


#: 1 comes in from the west; the gradient, which begins at 2 and 3, goes south.
FRONT = LocalRule(
    "front",
    Alphabet({-1: Code("padding"), **{k: Code(f"code {k}") for k in range(4)}}, -1),
    {
        "W": Table({-1: 1, 1: 1}),
        "C": Table({2: 2, 3: 2}),
        "S": Table({}, {-1: 0, 0: 1, 1: -1, 2: 1, 3: 1}),
    },
    (),
    Table({}, {2: 1, 3: 1}),
)


def test_a_gradient_that_goes_to_where_the_front_was_left_out() -> None:
    network = compile_rule(FRONT)
    grid = np.zeros((130, 100), dtype=np.int64)
    grid[0, [5, 80, 90]] = 2
    for layers in (30, 120):
        expected, found = (
            executor(network).forward_backward(grid, layers)
            for executor in (ReferenceExecutor, EventExecutor)
        )
        assert len(expected.slopes) == 3
        np.testing.assert_array_equal(found.gradient, expected.gradient)


def assert_training_equal(program: str, size: int) -> None:
    """SGD by two executors: outputs and memory are the same after every step."""
    each = load_program(program)
    network = compile_rule(each.rule)
    random = np.random.default_rng(size)
    examples, labels = random.choice([-1, 1], (size, 2)), random.choice([-1, 1], size)
    steps = [
        Training(each, executor, size, 2).steps(zip(examples, labels.tolist(), strict=True))
        for executor in (ReferenceExecutor(network), EventExecutor(network))
    ]
    for expected, found in zip(*steps, strict=True):
        assert found.output == expected.output
        np.testing.assert_array_equal(found.memory, expected.memory)


@pytest.mark.parametrize("program", PROGRAMS)
def test_training_is_the_same(program: str) -> None:
    assert_training_equal(program, 6)


def test_without_the_compiler() -> None:
    """The kernels as plain Python, in a process of their own."""
    code = (
        "import numba\n"
        "from tests.executors.test_forward_backward import assert_training_equal\n"
        "assert numba.config.DISABLE_JIT\n"
        "for program in ('systolic-row-reduction', 'online-row-reduction'):\n"
        "    assert_training_equal(program, 3)\n"
        "print('agreed')\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("agreed\n", "")
