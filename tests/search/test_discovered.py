"""The discovered machines are what they say: on small sizes all, on larger ones at random, and as networks."""

from __future__ import annotations

from functools import reduce
from itertools import product
from operator import xor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from construction.machines.machine import Halt, Machine
from construction.search.battery import tape
from construction.search.discovered import DISCOVERED, load_discovered
from construction.search.found import network_agreement
from construction.search.table import plain_output
from construction.search.tasks import Bits, Input


def check(name: str, examples: tuple[Bits, ...], labels: Bits, test: Bits, expected: int) -> None:
    found = load_discovered(name)
    output, steps = plain_output(found.machine, tape(Input(examples, labels, test, 0)))
    assert output == 1 - 2 * expected
    assert found.steps is not None
    assert steps <= found.steps(len(examples), len(test))


def targets(name: str) -> list[tuple[int, int]]:
    """The values on 0 and on 1."""
    return {
        "found-learn-x": [(0, 0), (0, 1)],
        "found-learn-x-or-not": [(0, 1), (1, 0)],
        "found-learn-one-bit": [(0, 0), (0, 1), (1, 0), (1, 1)],
        # They learn of two features, and of one as well.
        "found-learn-literal": [(0, 1), (1, 0)],
        "found-learn-parity": [(0, 0), (0, 1)],
    }[name]


@given(st.data())
def test_parity(data: st.DataObject) -> None:
    m, d = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 12))
    row = st.tuples(*[st.integers(0, 1)] * d)
    examples = tuple(data.draw(row) for _ in range(m))
    labels = data.draw(st.tuples(*[st.integers(0, 1)] * m))
    test = data.draw(row)
    check("found-parity", examples, labels, test, reduce(xor, test))


@pytest.mark.parametrize("name", ["found-learn-x", "found-learn-x-or-not", "found-learn-one-bit"])
@pytest.mark.parametrize("m", [1, 2, 3, 4, 5, pytest.param(6, marks=pytest.mark.long)])
def test_learners_of_one_bit(name: str, m: int) -> None:
    check_all_of_one_bit(name, m)


@pytest.mark.parametrize("name", ["found-learn-literal", "found-learn-parity"])
@pytest.mark.parametrize(
    "m", [1, 2, 3, *(pytest.param(n, marks=pytest.mark.long) for n in (4, 5, 6))]
)
def test_learners_of_two_features_learn_of_one(name: str, m: int) -> None:
    check_all_of_one_bit(name, m)


def check_all_of_one_bit(name: str, m: int) -> None:
    for xs in product((0, 1), repeat=m):
        for target in targets(name):
            labels = tuple(target[x] for x in xs)
            left = {t for t in targets(name) if all(t[x] == target[x] for x in xs)}
            for test in (0, 1):
                answers = {t[test] for t in left}
                if len(answers) == 1:
                    check(name, tuple((x,) for x in xs), labels, (test,), answers.pop())


def in_a_row(
    machine: Machine, row: Bits, column: int, state: str, *, last: bool
) -> tuple[int, int, int, str]:
    """The steps on this row and the blank after it, the output or 0 if it goes on below, and there column and state."""
    cells = [*map(str, row), machine.blank]
    for steps in range(100):
        step = machine.transitions[state, cells[column]]
        if isinstance(step, Halt):
            return steps, step.output, column, state
        assert step.move != "N"
        cells[column] = step.write
        if step.move == "S":
            if not last:
                return steps + 1, 0, column, step.to
            state = step.if_blocked
            continue
        target = column + (1 if step.move == "E" else -1)
        inside = 0 <= target < len(cells)
        column, state = (target, step.to) if inside else (column, step.if_blocked)
    raise AssertionError("no end in this row")


Entered = set[tuple[int, str, tuple[int, ...]]]


def for_all_numbers_of_examples(
    machine: Machine, targets: tuple[Bits, ...]
) -> tuple[Entered, int, int]:
    """Go through all rows of two features with a learner of these targets, each its values on 00, 01, 10, 11.

    It never moves up, so a row's outcome depends on the row, on the column and the state in which the row is entered,
    and on nothing else. By induction on the rows, these are all that can be met, with the numbers of the targets that
    are left. Returns them, and the most steps on an example's row and on the last one.
    """
    rows = list(enumerate(product((0, 1), repeat=2)))
    new = [(0, machine.start, tuple(range(len(targets))))]
    met = set(new)
    most = most_at_last = 0
    while new:
        column, state, left = new.pop()
        for index, x in rows:
            values = {targets[i][index] for i in left}
            for label in values:
                steps, output, cell, into = in_a_row(
                    machine, (*x, label), column, state, last=False
                )
                most = max(most, steps)
                assert output == 0
                following = cell, into, tuple(i for i in left if targets[i][index] == label)
                if following not in met:
                    met.add(following)
                    new.append(following)
            if len(values) == 1:
                steps, output, *_ = in_a_row(machine, (*x, 0), column, state, last=True)
                most_at_last = max(most_at_last, steps)
                assert output == 1 - 2 * values.pop()
    return met, most, most_at_last


def test_the_learner_of_two_features_for_all_numbers_of_examples() -> None:
    machine = load_discovered("found-learn-x1-or-x2").machine
    met, most, most_at_last = for_all_numbers_of_examples(machine, ((0, 0, 1, 1), (0, 1, 0, 1)))
    assert {left for *_, left in met} == {(0, 1), (0,), (1,)}
    # At most 6 m + 8 steps, then, and the file's bound is 8 m + 8.
    assert (most, most_at_last) == (6, 8)
    # What it knows is where it enters a row: x2 until an example says x1.
    assert met == {
        (0, "A", (0, 1)),
        (2, "C", (0, 1)),
        (2, "C", (1,)),
        (0, "C", (0,)),
        (1, "C", (0,)),
    }


@pytest.mark.parametrize("m", [1, 2, 3, pytest.param(4, marks=pytest.mark.long)])
def test_the_learner_of_two_features(m: int) -> None:
    rows = list(product((0, 1), repeat=2))
    for examples in product(rows, repeat=m):
        for chosen in (0, 1):
            labels = tuple(x[chosen] for x in examples)
            left = [i for i in (0, 1) if all(x[i] == x[chosen] for x in examples)]
            for test in rows:
                answers = {test[i] for i in left}
                if len(answers) == 1:
                    check("found-learn-x1-or-x2", examples, labels, test, answers.pop())


@pytest.mark.parametrize("name", DISCOVERED)
def test_as_networks(name: str) -> None:
    rng = np.random.default_rng(0)
    d = {
        "found-parity": 3,
        "found-learn-x1-or-x2": 2,
        "found-learn-nonzero-parity": 2,
        "found-learn-literal": 2,
        "found-learn-parity": 2,
    }.get(name, 1)
    rows = tuple(tuple(row) for row in rng.integers(0, 2, (3, d)).tolist())
    labels = tuple(row[0] for row in rows)
    same, compared = network_agreement(load_discovered(name).machine, [(rows, labels)])
    assert same == compared == 2**d
