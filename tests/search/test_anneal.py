"""Annealing finds learners that nobody wrote; the plain interpreter says whether they are."""

from __future__ import annotations

from dataclasses import replace
from math import log
from pathlib import Path
from pickle import dumps, loads
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.errors import DataError, SizeError
from construction.search import anneal as anneal_module
from construction.search.anneal import (
    RISE,
    Annealed,
    Annealing,
    Begun,
    anneal_once,
    search_by_annealing,
)
from construction.search.anneal_kernel import answer
from construction.search.battery import battery, tape, to_arrays
from construction.search.discovered import load_discovered
from construction.search.found import judge
from construction.search.results import Results
from construction.search.run import NEXT, WALL
from construction.search.table import completed, from_machine, plain_output, to_machine
from construction.search.tasks import load_task
from construction.search.workers import local_workers

#: What the commands of docs/search.md find of the fewest states: task, states, symbols, and the table.
FEWEST = (
    ("learn-one-bit", 3, 3, "545243012 201011000 000210002 111001002"),
    ("and-labels", 2, 4, "44514330 32301320 00101110 01001000"),
    ("parity-labels", 2, 4, "44513330 20103130 00101000 01000110"),
    ("majority-labels", 3, 3, "445313034 212101001 002000011 222100020"),
    ("majority-labels", 2, 4, "42510334 23000331 00100010 01100000"),
)
LED_OUT = 1  #: the number of a run
PAGE = (Path(__file__).parents[2] / "docs" / "search.md").read_text()


@settings(max_examples=30)
@given(st.integers(1, 4), st.integers(3, 5), st.integers(0, 10**6))
def test_answers_are_the_plain_interpreters(s: int, g: int, seed: int) -> None:
    of = battery(load_task("learn-parity"))
    arrays = to_arrays(of.inputs)
    rng = np.random.default_rng(seed)
    table = completed(np.full((4, s * g), -1, dtype=np.int8), s, g, rng)
    machine = to_machine(table, s, g, "drawn")
    for at in rng.integers(len(of.inputs), size=8).tolist():
        output, steps = plain_output(machine, tape(of.inputs[at]))
        blank = np.zeros(arrays.tapes.shape[1], dtype=np.int8)
        said, *met = answer(arrays, at, g, table, blank)
        if steps < arrays.cells[at] * 8:
            assert said == {1: 0, -1: 1, 0: 2}[output]
        halted, went, blocked = (int(entries) for entries in met)
        assert (halted | went | blocked) & 0b111
        assert halted.bit_count() == (said < 2)
        # An entry that it did not meet so changes nothing: where it leads, and where it leads at a wall.
        for part, entries, ways in ((NEXT, went, s), (WALL, blocked, s)):
            other = table.copy()
            unmet = [entry for entry in range(s * g) if not entries >> entry & 1]
            other[part, unmet] = rng.integers(ways, size=len(unmet))
            assert answer(arrays, at, g, other, blank) == (said, *met)


def test_learn_x_is_found() -> None:
    problem = Annealing(battery(load_task("learn-x")), 2, 3)
    result = Annealed()
    with local_workers() as workers:
        search_by_annealing(result, problem, 2, workers)
    assert result.runs == 2
    assert result.tables
    for table in result.arrays():
        found = judge(to_machine(table, 2, 3, "found"), problem.battery)
        assert found.battery.all_right
        assert found.network[0] == found.network[1] > 0


@pytest.mark.parametrize(("name", "s", "g", "rows"), FEWEST)
def test_so_few_states_are_enough(name: str, s: int, g: int, rows: str) -> None:
    """In plain Python, without the search; that fewer are not is a probability of 0, in the page's tables."""
    machine = to_machine(
        np.array([list(row) for row in rows.split()], dtype=np.int8), s, g, "found"
    )
    for each in battery(load_task(name)).inputs:
        assert plain_output(machine, tape(each))[0] == 1 - 2 * each.answer
    (row,) = (
        line
        for line in PAGE.splitlines()
        if name in line and line.endswith((" | 3 | 2 |", " | 3 | 3 |"))
    )
    assert row.split(" | ")[{3: 1, 4: 2}[g]].strip(" |") == str(s)


def test_a_run_is_the_same_every_time() -> None:
    problem = Annealing(battery(load_task("learn-x")), 2, 3, seed=3)
    first, again = anneal_once(problem, 1), anneal_once(problem, 1)
    assert (first.changes, first.least, first.tables) == (again.changes, again.least, again.tables)


def test_runs_that_have_begun_are_interrupted() -> None:
    """One state is never right, and a run of so many changes would take years."""
    problem = Annealing(battery(load_task("learn-parity")), 1, 3, changes=2**60)
    begun = Begun(problem)
    thread = Thread(target=begun.do, args=(0,))
    thread.start()
    while not begun.runs:
        pass
    found = begun.interrupt()[0]
    thread.join()
    assert (found.runs, found.changes, found.tables) == (0, 0, [])
    assert 0 < found.interrupted[0] <= 1
    assert loads(dumps(begun)).runs == {}


class Stopped:
    """Workers that do a job and are interrupted, before or after it is added; the next has begun then."""

    def __init__(self, *, added: bool) -> None:
        self.added = added

    def run(self, function: Any, jobs: Any) -> Any:
        job = next(jobs)
        result = function(job)
        if self.added:
            yield job, result
        raise KeyboardInterrupt


@pytest.mark.parametrize("added", [False, True])
def test_a_run_that_has_ended_is_kept(tmp_path: Path, *, added: bool) -> None:
    problem = Annealing(battery(load_task("learn-x")), 2, 3, changes=2000)
    results = Results(tmp_path, problem.key)
    result = Annealed()
    workers: Any = Stopped(added=added)
    with pytest.raises(KeyboardInterrupt):
        search_by_annealing(result, problem, 3, workers, results)
    assert (result.runs, result.changes, result.interrupted) == (1, 2000, [])
    assert results.load(0) == vars(result)


def test_a_failure_ends_the_runs_that_have_begun() -> None:
    problem = Annealing(battery(load_task("learn-parity")), 1, 3, changes=2**60)

    def failing(done: int) -> None:
        raise RuntimeError("no space is left")

    once, begun = anneal_once, Event()

    def run(problem: Annealing, number: int, stop: Any) -> Annealed:
        if number == 1:
            begun.set()
            return once(problem, number, stop)
        begun.wait()
        return Annealed(runs=1)

    with pytest.MonkeyPatch.context() as patch, local_workers(2) as workers:
        patch.setattr(anneal_module, "anneal_once", run)
        with pytest.raises(RuntimeError, match="no space"):
            search_by_annealing(Annealed(), problem, 2, workers, None, failing)
        workers.pool.shutdown(wait=True)


def test_a_run_that_fails_is_no_run_to_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = Begun(Annealing(battery(load_task("learn-x")), 2, 3))
    monkeypatch.setattr(Annealing, "_kernel", None)
    with pytest.raises(TypeError):
        begun.do(0)
    with pytest.raises(TypeError):
        begun.interrupt()


def test_weights_that_rise_lead_out_where_no_change_is_better() -> None:
    """So cold that no change for the worse is taken, unless the weights of what is wrong have risen."""
    of = battery(load_task("learn-x-or-not")).extended()
    cold = 1e-9
    fixed = Annealing(of, 3, 3, changes=30_000, hot=cold, cold=cold)
    _, weights = fixed._kernel
    # The most that a cost can grow, as 2**-53 is the least that is drawn.
    assert 53 * log(2) * cold < weights.min()
    stuck = anneal_once(fixed, LED_OUT)
    assert stuck.least >= weights.min()
    assert stuck.changes == fixed.changes
    led_out = anneal_once(replace(fixed, rise=RISE), LED_OUT)
    assert led_out.least == 0
    assert judge(to_machine(led_out.arrays()[0], 3, 3, "found"), of).battery.all_right


def test_a_run_can_begin_with_a_table() -> None:
    of = battery(load_task("learn-x"))
    given = from_machine(load_discovered("found-learn-x").machine)
    found = anneal_once(Annealing(of, 2, 3, begin=tuple(given.ravel().tolist())), 0)
    assert (found.changes, found.least) == (0, 0.0)
    assert np.array_equal(found.arrays()[0], given)
    # What it does not say is drawn: a third state that the two never come to changes nothing.
    larger = np.full((4, 9), -1, dtype=np.int8)
    larger[:, :6] = given
    found = anneal_once(Annealing(of, 3, 3, begin=tuple(larger.ravel().tolist())), 0)
    assert found.changes == 0
    assert np.array_equal(found.arrays()[0][:, :6], given)
    assert (found.arrays()[0] >= 0).all()


@pytest.mark.parametrize(
    "other",
    [
        {"changes": 5},
        {"hot": 0.5},
        {"cold": 0.001},
        {"begin": (0,) * 24},
        {"seed": 1},
        {"rise": RISE},
        {"three_way": True},
    ],
)
def test_results_of_another_annealing_are_refused(other: dict[str, Any], tmp_path: Path) -> None:
    of = battery(load_task("learn-x"))
    key = Annealing(of, 2, 3).key
    Results(tmp_path, key)
    Results(tmp_path, key)
    with pytest.raises(DataError, match=f"its {next(iter(other))} is "):
        Results(tmp_path, Annealing(of, 2, 3, **other).key)


def test_too_many_entries_are_refused() -> None:
    with pytest.raises(
        SizeError, match="20 states and 4 symbols make 80 entries; this method takes"
    ):
        Annealing(battery(load_task("learn-x")), 20, 4)
