"""What a machine may take on all rows together, from passages made by hand: each number is counted, and none twice."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from proofs_check.certificate import Learns
from proofs_check.lemma1 import row_steps
from proofs_check.lemma1.machine import MachineTable, Transition
from proofs_check.lemma1.machine_runs import run_machine
from proofs_check.lemma1.row_by_row import check_learner
from proofs_check.lemma1.row_steps import most_steps
from proofs_check.lemma1.rows_above import Passage, Row, RowsAbove, Visit
from proofs_check.verdict import RefutedError
from tests.proofs_check.test_machine_rows import PARITY, moving, table
from tests.proofs_check.test_row_by_row import M

ONE, OTHER, THIRD = (Row(0, (symbol,), ()) for symbol in "01_")
KIND_OF = {ONE: 1, OTHER: 1, THIRD: 2}
SHORT, TWICE, FAR = ((1, (0, name)) for name in ("short", "twice", "far"))
THERE: Visit = (2, (0, "there"))


def through(steps: int, *visits: Visit, behind: Row = ONE) -> Passage:
    """A passage that leaves behind a row, to which others come."""
    return Passage(steps, visits, ((0, "down"), behind))


#: Through rows of the first kind, on each way.
BOUNDED = {SHORT[1]: through(3), TWICE[1]: through(5, SHORT, SHORT)}


def rows(first: Passage, *, far: int = 5, top: int = 9) -> RowsAbove:
    """Visits on the way ``far`` go on to all rows above, ``far`` steps in each, and end at one with ``top`` steps."""
    passages = {
        ONE: {**BOUNDED, FAR[1]: through(far, FAR)},
        OTHER: {**BOUNDED, FAR[1]: through(top)},
        THIRD: {THERE[1]: through(1, THERE, behind=THIRD)},
    }
    both = [first, through(0, behind=OTHER), through(0, behind=THIRD)]
    return RowsAbove(PARITY, (), [], [], both, KIND_OF, passages)


def last(steps: int, *visits: Visit) -> Passage:
    return Passage(steps, visits, 1)


@pytest.mark.parametrize(
    ("first", "ends", "most"),
    [
        # Twice the short visit: 5 + 3 + 3, and 6 more.
        (through(6, TWICE), [last(1)], (17, 1)),
        (through(6, SHORT, TWICE), [last(1), last(2, TWICE, SHORT)], (20, 16)),
        # To the top: 5 i + 4 for i rows.
        (through(6), [last(2, FAR)], (11, 6)),
        (through(6), [last(2, FAR, SHORT)], (11, 9)),
        (through(6, SHORT), [last(2, FAR)], (14, 6)),
        # With a visit there is a row above, so one slope is counted already; without one there is not.
        (through(6), [last(2, FAR), last(3, TWICE)], (11, 9)),
        (through(6), [last(2, FAR), last(8)], (11, 8)),
        (through(6), [last(2, FAR), last(4)], (11, 6)),
    ],
)
def test_what_is_counted(first: Passage, ends: Sequence[Passage], most: tuple[int, int]) -> None:
    assert most_steps(rows(first), ends) == most


def test_less_than_nothing_is_not_counted_below_one_row() -> None:
    """That visits on another way only come to rows with others above is not made use of."""
    there = rows(through(6))
    assert most_steps(there, [last(20, THERE)]) == (6 + 1, 19)
    assert most_steps(there, [last(2, FAR), last(20, THERE)]) == (6 + 5, 15)


def test_constants_that_come_from_far() -> None:
    """Each visit goes on as the next one, and the last ends: what it takes is handed down."""
    names = [(1, (0, f"{k}")) for k in range(4)]
    passages = {
        ONE: {way: through(1, names[min(k + 1, 3)]) for k, (_, way) in enumerate(names)},
        OTHER: {way: through(1 if k < 3 else 50) for k, (_, way) in enumerate(names)},
    }
    known = RowsAbove(PARITY, (), [], [], [through(1), through(1, behind=OTHER)], KIND_OF, passages)
    # On i rows a step in each, and on the top one 50.
    assert most_steps(known, [last(1, names[0])]) == (2, 50)


@pytest.mark.parametrize(("far", "enough"), [(999, True), (1000, False), (2**40, False)])
def test_a_slope_as_large_as_one_likes_is_not_looked_for(far: int, *, enough: bool) -> None:
    assert row_steps.MOST_SLOPE == 1000
    if enough:
        assert most_steps(rows(through(6), far=far), [last(2, FAR)]) == (6 + far, 2 + 9 - far)
    else:
        with pytest.raises(RefutedError, match="may take 1000 steps or more in each row above"):
            most_steps(rows(through(6), far=far), [last(2, FAR)])


def doubling(levels: int) -> MachineTable:
    """It goes up to the top, and from each row to the one above on a visit that makes two, each of which makes two, and so on.

    In which of the two a row is stands in the label's cell, which was 0.
    """
    pairs = [
        *(moving("even", bit, "E", "go") for bit in "01"),
        moving("go", "0", "S", "go", "up"),
        moving("up", "0", "N", "far", "none"),
        Transition("far", "0", 0, "f", "N", f"visit {levels}", "end"),
        Transition("end", "f", 0, output=1),
        Transition(f"back {levels}", "f", 0, "0", "N", "far"),
        moving("visit 0", "0", "S", "back 0"),
    ]
    for k in range(levels):
        visit, back, after = f"visit {k}", f"back {k}", f"back {k + 1}"
        pairs += [
            Transition(f"visit {k + 1}", "0", 0, "a", "N", visit, f"top {k}"),
            Transition(f"top {k}", "a", 0, "0", "S", after),
            Transition(back, "a", 0, "b", "N", visit),
            Transition(back, "b", 0, "0", "S", after),
        ]
    return table(*pairs)


def test_visits_that_double() -> None:
    constant = Learns(1, ("00",), M)
    for levels in (1, 3, 6):
        which = doubling(levels)
        met = check_learner(which, constant, 0)
        taken = [run_machine(which, [(0, 0)] * (m + 1), 0, 9999)[1] for m in range(1, 12)]
        assert all(met.slope * m + met.constant >= steps for m, steps in enumerate(taken, 1))
        # With so many rows another takes as many as the slope says, but for a step east, which only the first row takes.
        assert (met.slope, taken[-1] - taken[-2]) == (2 ** (levels + 2) + 1, 2 ** (levels + 2))
    for levels in (8, 40):
        with pytest.raises(RefutedError, match="may take 1000 steps or more in each row above"):
            check_learner(doubling(levels), constant, 0)
