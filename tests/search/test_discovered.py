"""The discovered machines are what they say: on small sizes all, on larger ones at random, and as networks."""

from __future__ import annotations

from functools import reduce
from itertools import product
from operator import xor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    }[name]


@given(st.data())
def test_parity(data: st.DataObject) -> None:
    m, d = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 12))
    row = st.tuples(*[st.integers(0, 1)] * d)
    examples = tuple(data.draw(row) for _ in range(m))
    labels = data.draw(st.tuples(*[st.integers(0, 1)] * m))
    test = data.draw(row)
    check("found-parity", examples, labels, test, reduce(xor, test))


@pytest.mark.parametrize("name", [name for name in DISCOVERED if name != "found-parity"])
@pytest.mark.parametrize("m", [1, 2, 3, 4, 5, pytest.param(6, marks=pytest.mark.long)])
def test_learners_of_one_bit(name: str, m: int) -> None:
    for xs in product((0, 1), repeat=m):
        for target in targets(name):
            labels = tuple(target[x] for x in xs)
            left = {t for t in targets(name) if all(t[x] == target[x] for x in xs)}
            for test in (0, 1):
                answers = {t[test] for t in left}
                if len(answers) == 1:
                    check(name, tuple((x,) for x in xs), labels, (test,), answers.pop())


@pytest.mark.parametrize("name", DISCOVERED)
def test_as_networks(name: str) -> None:
    rng = np.random.default_rng(0)
    d = 3 if name == "found-parity" else 1
    rows = tuple(tuple(row) for row in rng.integers(0, 2, (3, d)).tolist())
    labels = tuple(row[0] for row in rows)
    same, compared = network_agreement(load_discovered(name).machine, [(rows, labels)])
    assert same == compared == 2**d
