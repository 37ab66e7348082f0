"""Corollary 2 end to end: restarts, validation, and the chosen machine as a network that SGD trains."""

from __future__ import annotations

import pytest

from construction.errors import ConstructionError
from construction.search.corollary2 import Repeated, plan, repeat, repeat_many
from construction.search.tasks import load_task
from construction.search.workers import local_workers


def test_it_fails_at_most_as_often_as_stated() -> None:
    result = Repeated()
    with local_workers() as workers:
        experiment = plan(load_task("constant-0"), (1, 1), (1, 3), (0.2, 0.2), 0.1, workers)
        repeat_many(result, experiment, 300, workers)
    assert result.repetitions == 300
    assert result.interval[0] <= experiment.delta
    assert result.equal == result.compared > 0
    assert repeat(experiment, 7) == repeat(experiment, 7)


def test_too_few_restarts_fail() -> None:
    """The experiment can fail: with one draw it nearly always does."""
    with local_workers() as workers:
        experiment = plan(load_task("x1"), (1, 1), (2, 3), (0.2, 0.2), 0.0, workers)
        assert experiment.draws > 1000
        result = Repeated()
        object.__setattr__(experiment, "draws", 1)
        repeat_many(result, experiment, 40, workers)
    assert result.failures > 20


@pytest.mark.parametrize(
    ("name", "tolerance", "noise", "words"),
    [
        ("x1", (1.5, 0.1), 0.0, "epsilon is 1.5; it should be more than 0 and less than 1"),
        ("x1", (0.1, 0.0), 0.0, "delta is 0.0"),
        ("x1", (0.1, 0.1), 0.5, "noise is 0.5; it should be at least 0 and less than 0.5"),
        ("or-labels", (0.1, 0.1), 0.0, "a function of the labels"),
        ("learn-one-bit", (0.1, 0.1), 0.0, "the probability is exactly 0"),
    ],
)
def test_bad_input(name: str, tolerance: tuple[float, float], noise: float, words: str) -> None:
    with local_workers() as workers, pytest.raises(ConstructionError, match=words):
        plan(load_task(name), (2, 1), (1, 3), tolerance, noise, workers)
