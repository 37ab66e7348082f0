"""Uniform restarts: the exact probability lies in the interval, and no draw depends on who draws it."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from construction.search.battery import battery
from construction.search.draws import Drawn, Lottery, draw_some, search_by_draws
from construction.search.exact import Problem
from construction.search.interval import at_least, clopper_pearson
from construction.search.table import completed
from construction.search.tasks import load_task
from construction.search.workers import local_workers
from tests.search.test_exact import in_turn, right_in_plain_python


@pytest.mark.parametrize("name", ["constant-0", "x1"])
def test_the_frequency_is_the_exact_probability(name: str) -> None:
    of = battery(load_task(name))
    exact = float(in_turn(Problem(of, 1, 3)).probability)
    lottery = Lottery(of, 1, 3)
    result = Drawn()
    with local_workers() as workers:
        search_by_draws(result, lottery, 1_000_000, workers)
    low, high = clopper_pearson(result.right, result.draws, confidence=1 - 1e-6)
    assert low <= exact <= high
    rng = np.random.default_rng(0)
    for table in result.arrays():
        assert right_in_plain_python(completed(table, 1, 3, rng), 1, 3, of)


def test_what_was_not_needed_is_undecided() -> None:
    """It is drawn anew, not left over from a draw before."""
    lottery = Lottery(battery(load_task("constant-0")), 5, 3)
    tables = np.hstack(draw_some(lottery, (0, 20_000)).arrays())
    undecided = tables[0] < 0
    assert undecided.any()
    assert (tables[:, undecided] == -1).all()
    assert (tables[1:, tables[0] < 2] == -1).all()


def test_counts_do_not_depend_on_the_jobs() -> None:
    lottery = Lottery(battery(load_task("constant-0")), 2, 3, seed=4)
    whole = draw_some(lottery, (0, 5000))
    parts = Drawn()
    for job in ((1000, 3000), (0, 1000), (4000, 1000)):
        parts.add(draw_some(lottery, job))
    assert whole.right > 0
    assert (parts.draws, parts.right, parts.right_on_larger) == (
        whole.draws,
        whole.right,
        whole.right_on_larger,
    )
    other = draw_some(Lottery(lottery.battery, 2, 3, seed=5), (0, 5000))
    assert other.tables != whole.tables


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_intervals_ends_have_half_of_what_is_left(counts: tuple[int, int]) -> None:
    k, n = counts
    low, high = clopper_pearson(k, n)

    def exactly(at: int, p: Fraction) -> Fraction:
        return comb(n, at) * p**at * (1 - p) ** (n - at)

    if k:
        above = sum(exactly(at, Fraction(low)) for at in range(k, n + 1))
        assert abs(float(above) - 0.025) < 1e-9
        assert abs(at_least(k, n, low) - float(above)) < 1e-12
    else:
        assert low == 0
    if k < n:
        below = sum(exactly(at, Fraction(high)) for at in range(k + 1))
        assert abs(float(below) - 0.025) < 1e-9
    else:
        assert high == 1


def test_intervals_of_rare_events() -> None:
    low, high = clopper_pearson(0, 10**9)
    assert low == 0
    assert abs(high - 3.6888794473101174e-09) < 1e-20
    low, high = clopper_pearson(360, 10**8)
    assert abs(low - 3.2376837682019552e-06) < 1e-15
    assert abs(high - 3.991771560277370e-06) < 1e-15
    assert clopper_pearson(0, 0) == (0.0, 1.0)
