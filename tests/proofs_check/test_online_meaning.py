"""What the steps of online learners are: each is refuted by one wrong answer, on any of the states that are listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from proofs_check.batches import pivots
from proofs_check.online import associative_memory, conjunction, row_reduction
from proofs_check.online.associative_memory import read
from proofs_check.online.learner import own_slopes_invariant, reduction_invariant
from proofs_check.online.row_reduction import reduce_by_rows
from proofs_check.outcome import ABOVE, BELOW, LAYER0, MEMORY
from proofs_check.statement import check
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.subjects import bundled, refuted
from tests.proofs_check.test_gradient import FLAT, LOUD, STEEP, Made

NOTHING: Any = None
LEARNERS = (row_reduction, conjunction, associative_memory, pivots)


@pytest.fixture
def network_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the network computes is another thing."""
    for each in LEARNERS:
        monkeypatch.setattr(each, "invariant", lambda _: None)


@pytest.mark.parametrize("learner", LEARNERS)
def test_the_network_is_looked_at_first(learner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []
    monkeypatch.setattr(learner, "invariant", given.append)
    learner.meaning(NOTHING)
    assert given == [NOTHING]


def test_another_network_does_not_eliminate() -> None:
    whole = bundled("online-conjunction")
    hidden, last = whole.network.head
    head = hidden, replace(last, biases=last.biases + last.scale)
    assert "Online, A" in refuted(
        Subject(replace(whole.network, head=head), whole.data), "Online, A"
    )


@pytest.mark.usefixtures("network_known")
@pytest.mark.parametrize(
    ("name", "covered"),
    [
        ("online-row-reduction", "1561 states of memory and 12346 inputs with d up to 3"),
        ("online-conjunction", "544 steps with d up to 3"),
        ("online-associative-memory", "5210 states and inputs with up to 3 features and 3 rows"),
    ],
)
def test_the_meaning_of_a_step(name: str, covered: str) -> None:
    (mine,) = [each for each in of_network(bundled(name)) if each.id == "Online, A"]
    row = check(mine)
    assert (row.covered, row.counterexample) == (covered, "")


Rows = list[tuple[int, ...]]


@pytest.mark.usefixtures("network_known")
@pytest.mark.parametrize(
    ("rows", "x", "found", "words"),
    [
        ([], (0, 0, 0), ([0, 0, 1], 0), "reducing"),
        ([], (0,), ([0], 1), "reducing"),
        ([(0, 1, 1, 1)], (0, 1, 1), ([0, 0, 0], 0), "reducing"),
        ([(0, 1, 1, 1)], (1, 1, 1), ([0, 0, 0], 1), "reducing"),
        ([(0, 1, 1, 1)], (1, 1, 1), ([1, 0, 0], 0), "is not stored in"),
        ([(1, 0, 0, 1)], (1, 0, 0), ([0, 0, 1], 1), "reducing"),
    ],
)
def test_one_wrong_reduction_is_refuted(
    rows: Rows,
    x: tuple[int, ...],
    found: tuple[list[int], int],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def wrong(memory: Rows, given: tuple[int, ...]) -> tuple[list[int], int]:
        return found if (memory, given) == (rows, x) else reduce_by_rows(memory, given)

    monkeypatch.setattr(row_reduction, "reduce_by_rows", wrong)
    with pytest.raises(RefutedError, match=words):
        row_reduction.meaning(NOTHING)


STEPS = [
    (None, (1,), conjunction.TRUE),
    (None, (1, -1, 1), conjunction.FALSE),
    ((1, 0, -1), (1, 1, 1), conjunction.TRUE),
    ((-1, 1, 1), (-1, -1, -1), conjunction.FALSE),
    ((0,), (1,), conjunction.TRUE),
]


@pytest.mark.usefixtures("network_known")
@pytest.mark.parametrize("where", STEPS)
def test_one_wrong_step_of_elimination_is_refuted(
    where: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = conjunction.step

    def wrong(state: Any, x: tuple[int, ...], y: int) -> Any:
        after = step(state, x, y)
        if (state, x, y) != where:
            return after
        return (1,) * len(x) if after is None else (1 - after[0] ** 2, *after[1:])

    monkeypatch.setattr(conjunction, "step", wrong)
    with pytest.raises(RefutedError, match="is not elimination"):
        conjunction.meaning(NOTHING)


def keys(d: int) -> list[tuple[int, ...]]:
    return list(product((1, -1), repeat=d))


def by_definition(
    memory: Sequence[tuple[int, ...]], count: int, z: tuple[int, ...]
) -> tuple[int, list[list[int]]]:
    """The value of the first row that stores the key; the row that a step changes."""
    for place, row in enumerate(memory):
        if all(row[-1] * each == shown for each, shown in zip(row, z, strict=True)):
            return row[-1], [[int(a == place)] * len(z) for a in range(count)]
    return 0, [[int(a == len(memory))] * len(z) for a in range(count)]


@pytest.mark.parametrize(("d", "count"), [(1, 1), (1, 3), (2, 2), (3, 1)])
def test_what_is_read_of_a_memory(d: int, count: int) -> None:
    rows = [tuple(v * each for each in (*key, 1)) for key in keys(d) for v in (1, -1)]
    for written in range(count + 1):
        for memory in product(rows, repeat=written):
            for x in keys(d):
                z = (*x, 1)
                assert read(memory, count, z, d + count) == by_definition(memory, count, z)


def test_two_rows_of_three_features() -> None:
    memory = [(1, 1, -1, 1), (-1, 1, 1, -1)]
    for x in keys(3):
        assert read(memory, 2, (*x, 1), 5) == by_definition(memory, 2, (*x, 1))
        assert read(memory, 3, (*x, 1), 6) == by_definition(memory, 3, (*x, 1))


def known(
    memory: Sequence[tuple[int, ...]], z: tuple[int, ...], layer: int
) -> tuple[int, list[list[int]]]:
    """What the docstring of the checker says that cells know, in closed form."""
    d = len(z) - 1

    def differs(a: int, b: int, k: int) -> bool:
        row = memory[a - 1]
        near = (j for j in range(1, d + 1) if 1 <= b <= d and abs(j - b) <= k - 1)
        return any(row[j - 1] * z[j - 1] != row[j] * z[j] for j in near)

    def found(a: int, b: int) -> bool:
        above = ((c, layer - (a - c)) for c in range(1, a) if layer - (a - c) >= 1)
        return any(not (differs(c, d, k - 1) if b == d + 1 else differs(c, b, k)) for c, k in above)

    slopes = [[0] * (d + 1) for _ in range(len(memory) + 1)]
    for a, b in product(range(1, len(memory) + 2), range(1, d + 2)):
        told = [d] if b == d + 1 else [b - 1, b, b + 1]
        match = a > len(memory) or not any(differs(a, c, layer - 1) for c in told)
        slopes[a - 1][b - 1] = int(match and not found(a, b))
    return sum(row[-1] * own[-1] for row, own in zip(memory, slopes, strict=False)), slopes


@pytest.mark.parametrize("layer", range(2, 9))
def test_what_is_known_in_earlier_layers(layer: int) -> None:
    memory = [(1, 1, -1, 1, 1, -1), (-1, 1, 1, -1, 1, 1), (1, 1, -1, 1, 1, -1), (1,) * 6]
    for x in keys(5):
        for rows in (memory, memory[:2], memory[2:], memory[:0]):
            expected = known(rows, (*x, 1), layer)
            assert read(rows, len(rows) + 1, (*x, 1), layer) == expected


READ = [
    ((), 1, (1, 1)),
    (((1, 1),), 1, (1, 1)),
    (((-1, 1), (1, -1)), 2, (1, 1)),
    (((1, 1), (1, 1), (1, 1)), 3, (-1, 1)),
    (((1, -1, 1), (1, 1, -1), (1, 1, 1)), 3, (-1, -1, 1)),
    (((1, 1, 1, 1), (1, 1, 1, -1)), 2, (1, 1, 1, 1)),
    (((1, 1, 1, 1),), 2, (-1, 1, 1, 1)),
]


@pytest.mark.usefixtures("network_known")
@pytest.mark.parametrize("where", READ)
def test_one_wrong_reading_is_refuted(where: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def louder(memory: Any, count: int, z: Any, layer: int) -> Any:
        output, slopes = read(memory, count, z, layer)
        return output + ((memory, count, z) == where), slopes

    def steeper(memory: Any, count: int, z: Any, layer: int) -> Any:
        output, slopes = read(memory, count, z, layer)
        slopes[-1][0] += (memory, count, z) == where
        return output, slopes

    for wrong, words in ((louder, "not the first value stored"), (steeper, "gives the slopes")):
        monkeypatch.setattr(associative_memory, "read", wrong)
        with pytest.raises(RefutedError, match=words):
            associative_memory.meaning(NOTHING)


@pytest.mark.parametrize(
    ("step", "marks", "good"),
    [
        ((FLAT, 1, STEEP), (MEMORY,), True),
        ((FLAT, 0, STEEP), (MEMORY,), False),
        ((FLAT, 2, LOUD), (MEMORY, ABOVE, LAYER0), False),
        ((FLAT, 0, STEEP), (ABOVE, LAYER0), True),
        ((FLAT, 0, FLAT), (MEMORY, BELOW), True),
        ((FLAT, 1, STEEP), (MEMORY, BELOW), False),
        ((FLAT, 1, LOUD), (MEMORY, BELOW), False),
        ((FLAT, 1, STEEP), (BELOW,), True),
    ],
)
def test_cells_with_slope_1_by_themselves(
    step: tuple[int, int, int], marks: tuple[int, ...], good: bool
) -> None:
    subject: Any = Made(step, marks=marks)
    subject.made.__dict__["scene"] = subject
    subject.given = subject.network
    if good:
        ended: list[Any] = []
        assert "0 values of" in own_slopes_invariant(subject, {}, ended.append).covered
        assert ended == [subject]
        return
    with pytest.raises(RefutedError, match=r"the head is not 0 and flat|by itself is not 1"):
        own_slopes_invariant(subject, {}, NOTHING)
    subject.outcome = lambda name: subject.made
    with pytest.raises(RefutedError):
        own_slopes_invariant(subject, {}, NOTHING, ["starting"])


def test_the_dummys_step_is_checked() -> None:
    subject: Any = Made((FLAT, 2, STEEP), marks=(MEMORY,))
    subject.outcome = lambda name: subject.made
    with pytest.raises(RefutedError, match=r"a cell has the slope|the head gives code"):
        reduction_invariant(subject, {}, NOTHING)
