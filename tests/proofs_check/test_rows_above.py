"""What rows above answer to a head that comes up, of what kinds they are, and what that costs; on machines made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest

from proofs_check.lemma1 import rows_above as module
from proofs_check.lemma1.machine import MachineTable, Transition
from proofs_check.lemma1.machine_runs import run_machine
from proofs_check.lemma1.row_steps import most_steps
from proofs_check.lemma1.rows_above import (
    NOTHING,
    Kind,
    Left,
    Passage,
    Row,
    RowsAbove,
    UnknownWayError,
    rows_above,
)
from proofs_check.verdict import RefutedError
from tests.proofs_check.test_machine_rows import moving, table

LOOK = (0, "look")


def machine(*more: Transition) -> MachineTable:
    """It goes down, then up, and halts where it meets a 1; without any, above the first row."""
    return table(
        *(moving("even", bit, "S", "even", "up") for bit in "01"),
        *(moving("up", bit, "N", "look", "none") for bit in "01"),
        moving("look", "0", "N", "look", "none"),
        Transition("look", "1", 0, output=-1),
        *(Transition("none", bit, 0, output=1) for bit in "01"),
        *more,
    )


ANY_ONE = machine()
#: It goes up in one state from a 0, in the other from a 1.
TWO_WAYS = machine(
    moving("look", "1", "N", "see", "none"),
    *(moving("see", bit, "N", "see" if bit == "0" else "look", "none") for bit in "01"),
)
#: From the last row it goes up to the lowest 1, makes it a 0 and comes down again, until there is none.
TAKES_ONES = machine(
    Transition("look", "1", 0, "0", "S", "back"),
    moving("back", "0", "S", "back", "up"),
)


def of_bits(_: Left) -> Sequence[tuple[tuple[str, ...], Left]]:
    return [(("0",), ()), (("1",), ())]


def last(rows: RowsAbove) -> list[Passage]:
    """All passages through a last row of one cell, a 0."""
    return [
        rows.passage(Row(kind, ("0",), ()), way, last=True)
        for kind, way in rows.entered
        if kind != NOTHING
    ]


def above(which: MachineTable, follow: Any = of_bits, begin: Left = ()) -> RowsAbove:
    rows, _ = rows_above(which, begin, follow, last)
    return rows


def steps(which: MachineTable) -> tuple[int, int]:
    return most_steps(*rows_above(which, (), of_bits, last))


def really(which: MachineTable, m: int) -> int:
    """The most steps that it takes on ``m`` rows of one bit and a 0."""
    return max(
        run_machine(which, [*rows, (0,)], 0, 999)[1] for rows in product([(0,), (1,)], repeat=m)
    )


def test_rows_with_and_without_a_one() -> None:
    rows = above(ANY_ONE)
    assert rows.ways == (LOOK,)
    assert rows.kinds == [Kind((), {}), Kind((), {LOOK: -1}), Kind((), {LOOK: 1})]
    assert rows.entered == [(0, (0, "even")), (2, (0, "even")), (1, (0, "even"))]
    assert [each.end for each in last(rows)] == [1, -1]  # as they are met: a row of 0, a row of 1
    # A row of each bit, below nothing and below rows of each kind.
    assert rows.kind_of == {
        Row(0, ("0",), ()): 2,
        Row(1, ("0",), ()): 1,
        Row(2, ("0",), ()): 2,
        **{Row(kind, ("1",), ()): 1 for kind in (0, 1, 2)},
    }
    assert [each.steps for each in rows.first] == [1] * 6


def test_rows_that_leave_other_targets_are_of_other_kinds() -> None:
    def of_labels(left: Left) -> Sequence[tuple[tuple[str, ...], Left]]:
        return [(("0",), left), (("0",), left[:1])]

    rows, ends = rows_above(
        ANY_ONE,
        (3, 5),
        of_labels,
        lambda rows: [rows.passage(Row(1, ("0",), (9,)), (0, "up"), last=True).end],
    )
    assert [kind.left for kind in rows.kinds] == [(3, 5), (3,), (3, 5)]
    assert [kind.replies for kind in rows.kinds] == [{}, {LOOK: 1}, {LOOK: 1}]
    assert ends == [1]


def test_rows_that_change() -> None:
    """One 1 is taken: the kinds are by how many are left, if there are at most two."""

    def at_most_two(left: Left) -> Sequence[tuple[tuple[str, ...], Left]]:
        ones = [(("1",), (*left, 1))] if len(left) < 2 else []
        return [(("0",), left), *ones]

    rows = above(TAKES_ONES, at_most_two)
    replies = {(kind.left, kind.replies[LOOK]) for kind in rows.kinds[1:]}
    back = (0, "back")
    numbers = {
        (kind.left, kind.replies[LOOK] if isinstance(kind.replies[LOOK], int) else "more"): number
        for number, kind in enumerate(rows.kinds)
        if number != NOTHING
    }
    assert len(rows.kinds) - 1 == 1 + 2 + 3
    assert {left for left, _ in replies} == {(), (1,), (1, 1)}
    one = numbers[(1,), "more"]
    assert rows.kinds[one].replies == {LOOK: (back, numbers[(1,), 1])}
    assert rows.kinds[numbers[(), 1]].replies == {LOOK: 1}
    # All that was taken is asked for: two visits that take and one that finds nothing.
    assert max(len(each.visits) for each in last(rows)) == 3


def test_kinds_without_an_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WORK", 10**4)
    with pytest.raises(RefutedError, match="too many different rows can stand above another"):
        above(TAKES_ONES)


@pytest.mark.parametrize(("which", "most"), [(ANY_ONE, 62), (TWO_WAYS, 80)])
def test_how_much_is_looked_at(
    which: MachineTable, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WORK", most)
    above(which)
    monkeypatch.setattr(module, "MOST_WORK", most - 1)
    with pytest.raises(RefutedError, match="too many"):
        above(which)


def test_the_most_that_is_looked_at() -> None:
    work = module._Work()
    work.add(10**6)
    with pytest.raises(RefutedError, match="too many"):
        work.add(1)


@pytest.mark.parametrize(("first", "end"), [(1, 1), (0, "the machine takes more than 100 steps")])
def test_a_row_of_one_cell_may_take_a_hundred_steps(first: int, end: int | str) -> None:
    waits = table(
        *(moving(f"{k}", "0", "stay", f"{k + 1}") for k in range(101)),
        Transition("101", "0", 0, output=1),
    )
    rows = RowsAbove(waits, (), [Kind((), {})], [], (), {}, {})
    passage = rows.passage(Row(NOTHING, ("0",), ()), (0, f"{first}"))
    assert passage.steps == 100
    assert passage.end == (end if isinstance(end, int) else f"{end} in this row")


def test_what_goes_wrong_above_is_said_below() -> None:
    misses = machine(Transition("look", "1", 0, "0", "E", "lost", "lost"))
    with pytest.raises(RefutedError, match=r"^in the last row, 1, .* 2 in 'x': why$"):
        raise RefutedError(f"{module.where(['1'], (1, 'x'), last=True)} why")
    rows = above(misses)
    ends = {each.end for each in last(rows)}
    assert ends == {1, "the machine meets ('lost', '0'), which it has not"}
    # Nothing more is said of a head that never comes down again.
    runs = machine(Transition("look", "1", 0, "1", "E", "look", "look"))
    assert {each.end for each in last(above(runs))} == {
        1,
        "the machine takes more than 100 steps in this row",
    }


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        (
            [Transition("even", "1", 0, output=1)],
            "example's row, 1, .* 1 in 'even': the machine halts",
        ),
        ([moving("even", "1", "N", "look", "lost")], r"row, 1, .* meets \('lost', '1'\), which it"),
        ([moving("even", "1", "W", "look", "even")], "row, 1, .*: the machine takes more than 100"),
    ],
)
def test_a_first_passage_must_end_below(entries: list[Transition], reason: str) -> None:
    with pytest.raises(RefutedError, match=f"^in an {reason}" if reason[0] == "e" else reason):
        above(machine(*entries))


def test_a_way_of_which_nothing_is_known() -> None:
    rows = above(ANY_ONE)
    with pytest.raises(UnknownWayError, match="a head comes up in column 2 in 'look'") as unknown:
        rows.passage(Row(1, ("0", "0"), ()), (1, "up"))
    assert unknown.value.way == (1, "look")


def test_steps_to_the_top_and_for_each_row() -> None:
    assert steps(ANY_ONE) == (2, 2)
    assert [really(ANY_ONE, m) for m in (1, 2, 5)] == [4, 6, 12]


def test_steps_of_visits_that_come_back_at_once() -> None:
    """Each row looks at the one above it, and says nothing of it."""
    looks = table(
        *(moving("even", bit, "N", "look", "go") for bit in "01"),
        *(moving("look", bit, "S", "back") for bit in "01"),
        *(moving(state, bit, "S", "even", "end") for state in ("go", "back") for bit in "01"),
        Transition("end", "0", 0, output=1),
    )
    assert steps(looks) == (3, 3)
    # The first row has none above it, and takes a step less.
    assert [really(looks, m) for m in (1, 2, 5)] == [5, 8, 17]


def test_steps_of_rows_that_take_two() -> None:
    slow = machine(
        *(moving("look", bit, "stay", "on") for bit in "01"),
        *(moving("on", bit, "N", "look", "none") for bit in "01"),
    )
    assert steps(slow) == (3, 2)
    assert [really(slow, m) for m in (1, 2, 5)] == [5, 8, 17]
    # Where only one row can take two, it is a constant.
    once = machine(
        moving("look", "1", "stay", "on"),
        *(moving("on", bit, "N", "on", "none") for bit in "01"),
    )
    assert steps(once) == (2, 3)
    assert [really(once, m) for m in (1, 2, 5)] == [5, 7, 13]


def test_a_visit_to_one_row_and_one_to_all() -> None:
    both = machine(
        *(moving("up", bit, "N", "near", "none") for bit in "01"),
        *(moving("near", bit, "S", "again") for bit in "01"),
        moving("again", "0", "N", "look"),
    )
    assert steps(both) == (2, 4)
    assert [really(both, m) for m in (1, 2, 5)] == [6, 8, 14]


def to_the_top_and_back(state: str, back: str) -> list[Transition]:
    return [
        *(moving(state, bit, "N", state, back) for bit in "01"),
        *(moving(back, bit, "S", back, f"after {back}") for bit in "01"),
    ]


def test_two_visits_to_all_rows_are_refused() -> None:
    once = machine(*to_the_top_and_back("look", "back"), Transition("after back", "0", 0, output=1))
    assert steps(once) == (3, 3)
    assert [really(once, m) for m in (1, 2, 5)] == [6, 9, 18]
    twice = machine(
        *to_the_top_and_back("look", "back"),
        moving("after back", "0", "N", "see"),
        *to_the_top_and_back("see", "home"),
        Transition("after home", "0", 0, output=1),
    )
    with pytest.raises(RefutedError, match="come up to all rows above another more than once"):
        steps(twice)


def test_visits_to_all_rows_from_each_are_refused() -> None:
    climbs = table(
        moving("even", "0", "N", "look", "back"),
        *(moving("look", bit, "N", "look", "back") for bit in "01"),
        Transition("back", "0", 0, "1", "S", "even", "end"),
        moving("back", "1", "S", "back"),
        Transition("end", "1", 0, output=1),
    )

    def zeros(_: Left) -> Sequence[tuple[tuple[str, ...], Left]]:
        return [(("0",), ())]

    rows, ends = rows_above(climbs, (), zeros, last)
    assert {each.end for each in ends} == {1}
    with pytest.raises(RefutedError, match="come up to all rows above in each example's row"):
        most_steps(rows, ends)
