"""A learner that never moves up, made by hand: each condition refuses what only it would see."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from proofs_check.certificate import Learns
from proofs_check.lemma1.machine import Transition
from proofs_check.lemma1.machine_runs import LeftOutError, run_machine
from proofs_check.lemma1.row_by_row import Entered, Left, check_learner, through_a_row
from proofs_check.verdict import RefutedError
from tests.proofs_check.test_machine_rows import moving, table, with_entries
from tests.proofs_check.test_row_by_row import ONE_FEATURE, M, is_right

#: It goes down the label's column if it says 1, and tells the test example's bit there, or 0.
LEARNER = table(
    moving("even", "0", "E", "label0"),
    moving("even", "1", "E", "label1"),
    moving("label0", "0", "W", "back"),
    moving("label0", "_", "S", "even", "no"),
    moving("label1", "0", "S", "zero", "yes"),
    moving("label1", "1", "W", "down"),
    moving("back", "0", "S", "even", "no"),
    moving("down", "1", "S", "even"),
    moving("zero", "0", "S", "zero", "no"),
    Transition("no", "0", 0, output=1),
    Transition("yes", "0", 0, output=-1),
)


changed = partial(with_entries, LEARNER)


def test_a_learner_by_hand() -> None:
    met = check_learner(LEARNER, ONE_FEATURE, 1)
    assert (met.steps, met.last) == (3, 3)
    assert met.entered == {
        Entered(0, "even", (0, 1)),
        Entered(0, "even", (1,)),
        Entered(1, "zero", (0,)),
    }
    assert is_right(LEARNER, ONE_FEATURE, 4)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        (
            {"back_0": {"move": "N"}},
            "in an example's row, 00, entered in column 1 in 'even': the machine moves up in 'back' on '0'",
        ),
        ({"zero_0": {"move": "N"}}, "an example's row, 00, entered in column 2 in 'zero':.* up"),
        (
            {"down_1": {"move": "stay", "to": "down"}},
            "11, .* takes more than 300 steps in this row",
        ),
        ({"back_0": {"move": "W", "blocked": "even"}}, "00, .* takes more than 300 steps in"),
        ({"down_1": None}, r"11, entered .*: the machine meets \('down', '1'\), which it has not"),
        ({"no_0": None}, r"in the last row, 00, entered .* meets \('no', '0'\), which it has not"),
        ({"back_0": {"output": 1}}, "an example's row, 00, entered in column 1 in 'even': the ma"),
        ({"no_0": {"output": -1}}, "says -1; all targets that are left say 1"),
        ({"yes_0": {"output": 1}}, "10, entered in column 1.*says 1; all .* left say -1"),
        ({"zero_0": {"blocked": "yes"}}, "entered in column 2 in 'zero': the machine says -1"),
        ({"even_1": {"write": "0"}}, r"meets \('down', '0'\)"),
    ],
)
def test_what_is_no_learner(entries: dict[str, Any], reason: str) -> None:
    with pytest.raises(RefutedError, match=reason):
        check_learner(changed(**entries), ONE_FEATURE, 1)


def test_what_nothing_is_said_of() -> None:
    """Before the first example, and where the targets that are left differ."""
    # With x = 1 in a test row that is entered in the start state without any label 1 it may say what it likes ...
    other = changed(label1_0={"blocked": "no"})
    with pytest.raises(RefutedError, match="10, entered in column 1"):
        check_learner(other, ONE_FEATURE, 1)
    # ... unless no example can have said so.
    both = Learns(1, ("01", "10"), M)
    says = table(
        moving("even", "0", "E", "at 0"),
        moving("even", "1", "E", "at 1"),
        *(moving(f"at {x}", y, "W", "x" if x == y else "not x") for x in "01" for y in "01"),
        *(moving(state, bit, "S", f"{state} is") for state in ("x", "not x") for bit in "01"),
        moving("x is", "0", "S", "x is", "plus"),
        moving("x is", "1", "S", "x is", "minus"),
        moving("not x is", "0", "S", "not x is", "minus"),
        moving("not x is", "1", "S", "not x is", "plus"),
        *(Transition("plus", bit, 0, output=1) for bit in "01"),
        *(Transition("minus", bit, 0, output=-1) for bit in "01"),
    )
    assert check_learner(says, both, 1).entered == {
        Entered(0, "x is", (0,)),
        Entered(0, "not x is", (1,)),
    }
    assert is_right(says, both, 4)
    with pytest.raises(LeftOutError):
        run_machine(says, [(0, 0)], 1, 9)


def test_how_a_row_is_left() -> None:
    walk = through_a_row
    assert walk(LEARNER, "00_", 0, "even", last=False) == Left(3, 0, "even")
    assert walk(LEARNER, "10_", 0, "even", last=False) == Left(2, 1, "zero")
    assert walk(LEARNER, "10_", 0, "even", last=True) == Left(2, 1, "yes", -1)
    assert walk(LEARNER, "0_", 1, "label0", last=False) == Left(1, 1, "even")
    assert walk(LEARNER, "0", 0, "no", last=False) == Left(0, 0, "no", 1)
    # Blocked in the west and in the east, and where it writes before.
    west = changed(even_0={"move": "W", "blocked": "back"})
    assert walk(west, "0", 0, "even", last=False) == Left(2, 0, "even")
    east = changed(even_0={"move": "E", "blocked": "back"})
    assert walk(east, "0", 0, "even", last=False) == Left(2, 0, "even")
    assert walk(east, "0_", 0, "even", last=False) == Left(2, 1, "even")
    writes = changed(even_0={"write": "1", "blocked": "down"})
    assert walk(writes, "0", 0, "even", last=False) == Left(2, 0, "even")
    stays = changed(even_0={"move": "stay", "to": "back"})
    assert walk(stays, "0", 0, "even", last=False) == Left(2, 0, "even")
    # It comes back to a cell in the same state, but has written.
    twice = changed(even_0={"write": "1", "move": "E", "blocked": "even"}, even_1={"move": "S"})
    assert walk(twice, "0", 0, "even", last=False) == Left(2, 0, "label1")


def test_as_many_steps_as_are_allowed() -> None:
    """It counts in the first cells, and leaves after 100 steps for each of three cells, or with one more."""
    ticks = table(
        moving("0", "0", "E", "1"),
        *(moving(str(n), "0", "E" if n % 2 == 0 else "W", str(n + 1)) for n in range(1, 299)),
        moving("299", "0", "S", "0"),
    )
    assert through_a_row(ticks, "000", 0, "0", last=False).steps == 300
    with pytest.raises(RefutedError, match="takes more than 200 steps"):
        through_a_row(ticks, "00", 0, "0", last=False)
    halts = replace(
        ticks, transitions={**ticks.transitions, ("299", "0"): Transition("299", "0", 0, output=1)}
    )
    assert through_a_row(halts, "000", 0, "0", last=False) == Left(299, 1, "299", 1)
