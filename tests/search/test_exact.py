from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.cli.search_report import show
from construction.errors import SizeError
from construction.search.battery import Battery, battery, tape, to_arrays
from construction.search.exact import Exact, Problem, Walked, search_exact, walk
from construction.search.found import judge
from construction.search.jobs import Job
from construction.search.outcome import exact_outcome
from construction.search.run import (
    ACTION,
    GOES_ON,
    HALTS,
    LONGEST,
    LOOPS,
    MOVES,
    NEXT,
    WALL,
    WRITE,
    begin_lap,
    load,
    run,
)
from construction.search.table import choices, completed, plain_output, to_machine
from construction.search.tasks import TASKS, Input, load_task
from construction.search.tree import CATEGORIES
from construction.search.workers import local_workers

#: A second program's fractions, for two states and three symbols: on the battery and on larger sizes.
KNOWN = {
    "x1": "28263/7812500000",
    "parity-x": "9/3906250000",
    "and-x": "27/7812500000",
    "first-label": "527/390625000",
    "last-label": "1/7812500000",
    "or-labels": "89/7812500000",
    "and-labels": "0",
    "parity-labels": "0",
    "majority-labels": "0",
    "learn-constant": "5467/3906250000",
    "learn-x": "321/15625000000",
    "learn-x-or-not": "0",
    "learn-one-bit": "0",
    # These are only ours.
    "xd": "7/976562500",
    "not-x1": "28263/7812500000",
    "learn-literal": "0",
    "learn-parity": "0",
}
#: A table of two states and three symbols that is right on the battery of the constant 0, and counts on larger sizes.
COUNTS = (
    (3, 0, 4, 5, 2, 3),
    (2, 1, 1, 1, 0, 0),
    (1, 1, 1, 1, 1, 0),
    (0, 1, 0, 1, 0, 1),
)
PAGE = (Path(__file__).parents[2] / "docs" / "search.md").read_text()
#: All of whose mass is right on the larger sizes, too.
KEPT = ("parity-x", "and-x", "or-labels", "learn-x")


def in_turn(problem: Problem, first: Job | None = None) -> Exact:
    """The tree walked job by job, without workers."""
    result = Exact(problem)
    jobs = [first or Job()]
    while jobs:
        walked = walk(problem, jobs.pop())
        result.walked.add(walked)
        jobs += walked.rest
    return result


def right_in_plain_python(table: np.ndarray, s: int, g: int, of: Battery) -> bool:
    machine = to_machine(table.astype(np.int8), s, g, "drawn")
    return all(plain_output(machine, tape(each))[0] == 1 - 2 * each.answer for each in of.inputs)


@pytest.mark.parametrize("name", KNOWN)
def test_two_states_and_three_symbols(name: str) -> None:
    with local_workers() as workers:
        result = Exact(Problem(battery(load_task(name)), 2, 3))
        search_exact(result, workers)
    assert result.complete
    assert result.probability == Fraction(KNOWN[name])
    assert sum(result.masses.values()) == 1
    assert result.masses["unresolved"] == result.unresolved_on_larger == 0
    assert f"| {name} | {result.probability} | {result.probability_on_larger} |" in PAGE
    if name in KEPT:
        assert result.probability_on_larger == result.probability


@pytest.mark.parametrize("name", sorted(TASKS))
def test_one_state_and_four_symbols(name: str) -> None:
    found = in_turn(Problem(battery(load_task(name)), 1, 4))
    assert found.complete
    if name in ("x1", "not-x1"):
        assert f"`x1` and `not-x1` have {found.probability}" in PAGE
    else:
        assert (found.probability > 0) == (name == "constant-0")


@pytest.mark.parametrize("name", sorted(TASKS))
def test_one_state_by_trying_all_tables(name: str) -> None:
    """And with one state only the constant 0 is there, as the page says."""
    s, g = 1, 3
    of = battery(load_task(name))
    entries = [
        (0, 0, 0, 0),
        (1, 0, 0, 0),
        *((HALTS + move, write, 0, 0) for move in range(MOVES) for write in range(g)),
    ]
    assert len(entries) == choices(s, g)
    tables = (np.array(chosen).T for chosen in product(entries, repeat=s * g))
    right = sum(right_in_plain_python(table, s, g, of) for table in tables)
    assert in_turn(Problem(of, s, g)).probability == Fraction(right, choices(s, g) ** (s * g))
    assert (right > 0) == (name == "constant-0")


@settings(max_examples=8)
@given(
    st.sampled_from(["learn-x", "or-labels", "x1"]), st.integers(0, 1000), st.integers(300, 30000)
)
def test_neither_the_order_nor_the_cut_changes_the_fraction(
    name: str, seed: int, budget: int
) -> None:
    of = battery(load_task(name))
    small = Problem(of, 2, 3, 4)
    whole = in_turn(small)
    cut = in_turn(small, Job(budget=budget))
    assert cut.walked.leaves == whole.walked.leaves
    assert sum(whole.masses.values()) == 1
    other = in_turn(Problem(of.shuffled(seed), 1, 4))
    assert other.probability == in_turn(Problem(of, 1, 4)).probability


@pytest.mark.parametrize("name", ["learn-x", "first-label"])
def test_another_order_at_two_states(name: str) -> None:
    assert in_turn(Problem(battery(load_task(name)).shuffled(5), 2, 3)).probability == Fraction(
        KNOWN[name]
    )


def test_a_bound_on_the_entries_gives_bounds() -> None:
    of = battery(load_task("learn-x"))
    exact = Fraction(KNOWN["learn-x"])
    low = []
    for most in range(1, 6):
        masses = in_turn(Problem(of, 2, 3, most)).masses
        assert masses["correct"] <= exact <= masses["correct"] + masses["unresolved"]
        assert sum(masses.values()) == 1
        low.append(masses["correct"])
    assert low == sorted(low)


@pytest.mark.parametrize(
    ("name", "symbols", "entries"), [("learn-x", 3, 0), ("or-labels", 3, 0), ("first-label", 3, 5)]
)
def test_random_completions_of_right_leaves_are_right(
    name: str, symbols: int, entries: int
) -> None:
    of = battery(load_task(name))
    result = in_turn(Problem(of, 2, symbols, entries))
    rng = np.random.default_rng(1)
    tables = list(result.tables())
    assert tables
    for table in tables:
        for _ in range(3):
            whole = completed(table, 2, symbols, rng)
            assert (whole >= 0).all()
            assert right_in_plain_python(whole, 2, symbols, of)


def test_the_masses_are_those_of_random_tables() -> None:
    """Random whole tables in the plain interpreter: the frequencies are within 5 standard errors."""
    of = battery(load_task("first-label"))
    masses = in_turn(Problem(of, 2, 3)).by_category
    rng = np.random.default_rng(2)
    count = 1500
    undecided = np.full((4, 6), -1, dtype=np.int8)
    seen = {"wrong": 0, "loops": 0, "lacks an answer": 0}
    for _ in range(count):
        table = completed(undecided, 2, 3, rng)
        machine = to_machine(table, 2, 3, "drawn")
        lacks = not {0, 1} <= set(table[ACTION].tolist())
        for each in of.inputs:
            output, _ = plain_output(machine, tape(each))
            if output != 1 - 2 * each.answer:
                seen["lacks an answer" if lacks else "loops" if output == 0 else "wrong"] += 1
                break
    # A table that lacks an answer may be wrong, or loop, before that is known.
    error = 5 * (count / 4) ** 0.5
    assert sum(seen.values()) == count
    assert seen["lacks an answer"] >= count * float(masses["lacks an answer"]) - error
    assert seen["wrong"] <= count * float(masses["wrong"]) + error
    assert seen["loops"] <= count * float(masses["loops"]) + error


def test_drawn_entries_are_uniform() -> None:
    rng = np.random.default_rng(3)
    undecided = np.full((4, 3), -1, dtype=np.int8)
    table = np.hstack([completed(undecided, 1, 3, rng) for _ in range(1000)])
    seen: dict[tuple[int, ...], int] = {}
    for action, write, _, _ in table.T.tolist():
        key = (action, write) if action >= HALTS else (action,)
        seen[key] = seen.get(key, 0) + 1
    assert len(seen) == choices(1, 3)
    assert all(abs(n - 3000 / 14) < 80 for n in seen.values())
    assert table[WRITE].max() == 2
    assert table[NEXT].max() == table[WALL].max() == 0


def test_the_estimate_is_of_the_trees_size() -> None:
    problem = Problem(battery(load_task("learn-x")), 2, 3)
    nodes = in_turn(problem).walked.nodes
    mean, error = problem.estimate()
    assert abs(mean - nodes) < 6 * error
    assert error < nodes / 10


def skipping_nothing(problem: Problem) -> Problem:
    """The same, with every input seen to differ from the one before."""
    arrays, sizes = problem._kernel
    problem.__dict__["_kernel"] = (
        arrays._replace(ones=-(np.arange(arrays.ones.size) % 2)),
        sizes,
    )
    return problem


@pytest.mark.parametrize("name", ["constant-0", "x1", "or-labels", "learn-constant"])
def test_inputs_that_are_skipped_change_no_leaf(name: str) -> None:
    of = battery(load_task(name))
    one = in_turn(Problem(of, 1, 4))
    assert one.walked.leaves == in_turn(skipping_nothing(Problem(of, 1, 4))).walked.leaves
    two = in_turn(Problem(of, 2, 3, 4))
    assert two.walked.leaves == in_turn(skipping_nothing(Problem(of, 2, 3, 4))).walked.leaves


def test_cells_as_bits() -> None:
    inputs = tuple(load_task("x1").inputs((1, 2)))
    ones = to_arrays(inputs).ones.view(np.uint64)
    for at, each in enumerate(inputs):
        cells = [symbol for row in tape(each) for symbol in row]
        assert int(ones[at]) == sum(1 << i for i, s in enumerate(cells) if s == 1) + (
            (at % 2) << 63
        )
    wide = tuple(load_task("x1").inputs((1, 1)))[:1] * 2
    rows = ((0,) * 40, (1,) * 40)
    far = to_arrays([replace(wide[0], examples=(rows[i],), test=rows[i]) for i in (0, 1)]).ones
    assert (int(far[0]) ^ int(far[1])) < 0


def test_results_survive_being_plain_data() -> None:
    walked = walk(Problem(battery(load_task("learn-x")), 2, 3), Job(budget=2000))
    assert walked.rest
    assert Walked.from_json(walked.to_json()) == walked


@pytest.mark.parametrize(
    ("s", "g", "entries", "words"),
    [
        (0, 3, 0, "0 states were asked for; it should be 1 to 26"),
        (2, 2, 0, "2 symbols were asked for; it should be 3"),
        (2, 17, 0, "17 symbols"),
        (7, 16, 0, "7 states and 16 symbols make 112 entries; this method takes at most 111"),
        (1, 3, 4, "4 entries were asked for; 1 states and 3 symbols have 3"),
        (2, 3, -1, "-1 entries were asked for; 2 states and 3 symbols have 6"),
    ],
)
def test_sizes_that_are_refused(s: int, g: int, entries: int, words: str) -> None:
    with pytest.raises(SizeError, match=words):
        Problem(battery(load_task("x1")), s, g, entries)


def test_a_run_on_a_larger_size_that_is_too_long_is_unresolved(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Such a machine, of two states and four symbols: right on the battery, and then it counts."""
    first = [Input(((0,), (1,)), (0, 1), (test,), test) for test in (1, 0)]
    problem = Problem(battery(load_task("xd")).beginning_with(first), 2, 4)
    options = (2, 0, 1, 4, 0, 2, 0, 0, 1, 3, 5, 0, 3, 0, 0, 0, 2, 0, 1, 5, 1, 1, 0)
    found = walk(problem, Job(((options, 0),)))
    (leaf,) = found.leaves
    assert CATEGORIES[leaf[0]] == "right, then unresolved"
    table = np.array(found.best[0][1], dtype=np.int8).reshape(4, -1)
    machine = to_machine(completed(table, 2, 4, np.random.default_rng(0)), 2, 4, "counts")
    grid = tape(problem.battery.larger[-1])
    assert plain_output(machine, grid, LONGEST) == (0, LONGEST)
    assert plain_output(machine, grid)[1] > LONGEST
    last = replace(problem.battery, larger=problem.battery.larger[-1:])
    walked = exact_outcome(Exact(replace(problem, battery=last), found))
    assert walked.notes["unresolved_on_larger"] == problem.mass(leaf)
    assert walked.notes["probability_on_larger"] == 0
    # As if nothing of the battery were unresolved.
    show(replace(walked, complete=True, found=()))
    assert "larger sizes, which were held back: at least 0\n(right on" in capsys.readouterr().out


def test_a_machine_that_counts_is_judged_without_waiting() -> None:
    """It is right on the battery, and too long on larger sizes; two states and three symbols are enough."""
    table = np.array(COUNTS, dtype=np.int8)
    of = battery(load_task("constant-0"))
    machine = to_machine(table, 2, 3, "counts")
    found = judge(machine, replace(of, larger=of.larger[::40]))
    assert found.battery.all_right
    assert found.larger.too_long > 0
    assert found.larger.right == found.larger.inputs - found.larger.too_long
    assert "too long (over 4,096 steps)" in found.yaml
    assert found.network[0] == found.network[1] > 0


@pytest.mark.parametrize("limit", [16, LONGEST])
def test_a_loop_of_as_many_steps_as_a_call_takes_is_recognised(limit: int) -> None:
    """Its length is a multiple of 16, the steps in a round on a GPU."""
    arrays = battery(load_task("x1")).arrays
    table = np.array(
        [[5, 4, 5, 0, 5, 3], [1, 1, 0, 0, 2, 0], [0, 0, 1, 1, 0, 1], [0, 1, 1, 1, 1, 0]], np.int8
    )
    tapes, kept = np.zeros((2, arrays.tapes.shape[1]), dtype=np.int8)
    laps = np.zeros(4, dtype=np.int64)
    load(arrays, 0, tapes, 0)
    begin_lap(laps)
    event, where = GOES_ON, (np.int64(0),) * 4
    while event == GOES_ON and laps[0] < LONGEST:
        event, _, *where = run(arrays, 3, table, tapes, 0, kept, laps, limit, *where)
    assert event == LOOPS
