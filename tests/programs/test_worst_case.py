from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from hypothesis import given

from construction.machines.interpreter import MachineRun
from construction.machines.machine import Halt
from construction.programs.row_reduction_machine import row_reduction_machine, worst_case_steps
from construction.strategies import Sample, samples, tape_of
from construction.strategies.arrays import Integers
from tests.row_reduction import predictions

MACHINE = row_reduction_machine()


def steps(data: Sample, test: Integers) -> int:
    run = MachineRun(MACHINE, tape_of(MACHINE, data, test))
    run.run()
    return run.steps


def every_data_set(m: int, d: int) -> Iterator[Sample]:
    """All examples and labels, each with all test examples."""
    tests = np.array(list(product((1, -1), repeat=d)), dtype=np.int64)
    for flat in product((1, -1), repeat=m * (d + 1)):
        table = np.array(flat, dtype=np.int64).reshape(m, d + 1)
        yield Sample(table[:, :d], table[:, d], tests)


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("m", "d"), [(0, 1), (0, 4), (1, 1), (1, 4), (2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (4, 1)]
)
def test_every_small_data_set(m: int, d: int) -> None:
    """Right for all of them, and the worst case is attained and never exceeded."""
    most = 0
    for data in every_data_set(m, d):
        for test, answer in zip(data.tests, predictions(data), strict=True):
            run = MachineRun(MACHINE, tape_of(MACHINE, data, test))
            assert run.run() == Halt(answer)  # type: ignore[arg-type]
            most = max(most, run.steps)
    assert most == worst_case_steps(m, d)


@given(samples(max_m=9, max_d=7))
def test_the_worst_case_is_never_exceeded(data: Sample) -> None:
    for test in data.tests:
        assert steps(data, test) <= worst_case_steps(data.m, data.d)


@pytest.mark.parametrize("m", [0, 1, 3, 6, 9])
@pytest.mark.parametrize("d", [1, 2, 5, 8])
def test_the_worst_case_is_attained(m: int, d: int) -> None:
    """A triangle of ones: column c finds its pivot in row c, and every row below needs it added."""
    triangle = 1 - 2 * np.tril(np.ones((m + 1, d), dtype=np.int64))
    data = Sample(triangle[:m], np.ones(m, dtype=np.int64), triangle[m:])
    assert steps(data, triangle[m]) == worst_case_steps(m, d)
