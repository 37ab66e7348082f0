"""Learners made by hand: each condition refuses what only it would see."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from proofs_check.certificate import Learns
from proofs_check.lemma1.machine import Transition
from proofs_check.lemma1.machine_runs import LeftOutError, run_machine
from proofs_check.lemma1.row_by_row import check_learner
from proofs_check.verdict import RefutedError
from tests.proofs_check.test_machine_rows import moving, table, with_entries
from tests.proofs_check.test_row_by_row import ONE_FEATURE, M, is_right, ways_to_enter

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
    assert (met.slope, met.constant) == (3, 3)
    assert ways_to_enter(met) == {(0, "even", (0, 1)), (0, "even", (1,)), (1, "zero", (0,))}
    assert is_right(LEARNER, ONE_FEATURE, 4)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        (
            {"back_0": {"move": "N"}},
            "example's row, 0 0 _, entered in column 1 in 'even': the machine halts",
        ),
        (
            {"zero_0": {"move": "N"}},
            "example's row, 0 0 _, entered in column 2 in 'zero': the machine halts",
        ),
        (
            {"down_1": {"move": "stay", "to": "down"}},
            "1 1 _, .* takes more than 300 steps in this row",
        ),
        ({"back_0": {"move": "W", "blocked": "even"}}, "0 0 _, .* takes more than 300 steps in"),
        (
            {"down_1": None},
            r"1 1 _, entered .*: the machine meets \('down', '1'\), which it has not",
        ),
        (
            {"no_0": None},
            r"in the last row, 0 0 _, entered .* meets \('no', '0'\), which it has not",
        ),
        (
            {"back_0": {"output": 1}},
            "an example's row, 0 0 _, entered in column 1 in 'even': the ma",
        ),
        ({"no_0": {"output": -1}}, "says -1; all targets that are left say 1"),
        ({"yes_0": {"output": 1}}, "1 0 _, entered in column 1.*says 1; all .* left say -1"),
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
    with pytest.raises(RefutedError, match="1 0 _, entered in column 1"):
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
    assert ways_to_enter(check_learner(says, both, 1)) == {
        (0, "x is", (0,)),
        (0, "not x is", (1,)),
    }
    assert is_right(says, both, 4)
    with pytest.raises(LeftOutError):
        run_machine(says, [(0, 0)], 1, 9)
