"""Steps that read their stream ahead are the same steps."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.arrays import Signs
from construction.compiling.compiler import compile_rule
from construction.errors import DataError, NetworkError, SizeError
from construction.executors.catalogue import load_executor
from construction.executors.event import executor as event
from construction.executors.executor import Executor
from construction.executors.vectorised.executor import VectorisedExecutor
from construction.learning.training import Training
from construction.programs.catalogue import ONLINE_PROGRAMS, load_program
from construction.training.sgd import SGDStep

EXECUTORS = {
    (program, name): load_executor(name, compile_rule(load_program(program).rule))
    for program in ONLINE_PROGRAMS
    for name in ("vectorised", "event")
}


def assert_same(found: list[SGDStep], expected: list[SGDStep]) -> None:
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert (one.label, one.output) == (other.label, other.output)
        np.testing.assert_array_equal(one.example, other.example)
        np.testing.assert_array_equal(one.memory, other.memory)


@pytest.mark.parametrize(("program", "name"), EXECUTORS)
@given(st.integers(1, 4), st.integers(0, 40), st.integers(0, 2**32), st.sampled_from([2, 5, 4096]))
@settings(max_examples=8)
def test_ahead_or_not(program: str, name: str, d: int, count: int, seed: int, ahead: int) -> None:
    random = np.random.default_rng(seed)
    examples = random.choice([-1, 1], (count, d))
    labels = random.choice([-1, 1], count)
    if seed % 2:  # a parity: from some example on nothing is new
        labels = np.prod(examples[:, : 1 + seed % d], axis=1)

    def steps(executor: Executor, ahead: int) -> list[SGDStep]:
        training = Training(load_program(program), executor, count, d)
        return list(training.steps(zip(examples, labels.tolist(), strict=True), ahead))

    expected = steps(EXECUTORS[program, "vectorised"], 1)
    with patch.object(event, "WORTH_SHARING", 0):
        assert_same(steps(EXECUTORS[program, name], ahead), expected)


def test_most_steps_need_no_backward_pass() -> None:
    executor = EXECUTORS["online-row-reduction", "vectorised"]
    examples = np.random.default_rng(0).choice([-1, 1], (200, 4))
    training = Training(load_program("online-row-reduction"), executor, 200, 4)
    with patch.object(executor, "forward_backward", wraps=executor.forward_backward) as passes:
        training.learn(zip(examples, examples[:, 0].tolist(), strict=True), count=200)
    assert training.examples == 200
    # The dummy, four for the basis, and as often the first of some that nothing is known of.
    assert passes.call_count < 30


@pytest.mark.parametrize("error", [None, OSError("the file has gone"), SizeError("too large")])
def test_an_error_comes_after_the_steps_before_it(error: Exception | None) -> None:
    def stream() -> Iterator[tuple[Signs, int]]:
        for _ in range(20):
            yield np.array([1, -1]), 1
        if error is not None:
            raise error
        yield np.array([1, -1]), 2
        raise AssertionError("nothing is read after an error")

    executor = EXECUTORS["online-conjunction", "vectorised"]
    training = Training(load_program("online-conjunction"), executor, 20, 2)
    told = str(error or "the label is 2; it should be -1 or 1")
    with pytest.raises(DataError if error is None else type(error), match=told):
        for _ in training.steps(stream(), 4096):
            pass
    assert training.examples == 20


@pytest.mark.parametrize("refusal", [SizeError("too large"), NetworkError("left its codes")])
def test_what_is_refused_together_is_done_one_by_one(refusal: Exception) -> None:
    """And the next ones are few again."""
    examples = np.random.default_rng(0).choice([-1, 1], (40, 4))
    program = load_program("online-row-reduction")
    sizes = []

    class Narrow(VectorisedExecutor):
        def outputs_without_gradient(
            self, grid: npt.NDArray[np.integer], signs: npt.NDArray[np.integer], layers: int
        ) -> list[Fraction | None]:
            sizes.append(len(signs))
            if len(signs) > 4:
                raise refusal
            return super().outputs_without_gradient(grid, signs, layers)

    def steps(executor: Executor, ahead: int) -> list[SGDStep]:
        stream = zip(examples, examples[:, 0].tolist(), strict=True)
        return list(Training(program, executor, 40, 4).steps(stream, ahead))

    network = compile_rule(program.rule)
    assert_same(steps(Narrow(network), 4096), steps(VectorisedExecutor(network), 1))
    # Four times as many as those that went well, and no more.
    assert max(sizes) == 16
