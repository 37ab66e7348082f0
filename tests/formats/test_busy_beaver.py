from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from construction.formats.busy_beaver import MOVES, is_busy_beaver, read_busy_beaver
from construction.formats.text import FormatError
from construction.machines.machine import Halt, Step
from construction.machines.one_tape import OneTapeRun

#: Machines with their steps and the cells that are not blank at the end, from the tables of
#: https://www.scottaaronson.com/papers/bb.pdf (2020) and https://wiki.bbchallenge.org.
CHAMPIONS = [
    ("1RZ---", 1, 1),
    ("1RB1LB_1LA1RZ", 6, 4),
    ("1RB1RZ_1LB0RC_1LC1LA", 21, 5),
    ("1RB1LB_1LA0LC_1RZ1LD_1RD0RA", 107, 13),
    ("1RB2LB1RZ_2LA2RB1LB", 38, 9),
]


@pytest.mark.parametrize(("text", "steps", "nonblank"), CHAMPIONS)
def test_champions_run_for_as_long_as_is_known(text: str, steps: int, nonblank: int) -> None:
    file = read_busy_beaver(text)
    run = OneTapeRun(file.machine, file.rows[0])
    assert run.run() is not None
    assert run.steps == steps
    assert sum(symbol != "0" for symbol in run.configuration().cells) == nonblank


def test_a_pair_that_is_not_defined_halts_without_a_step() -> None:
    machine = read_busy_beaver("1RB---_1LA---").machine
    assert machine.states == ("A", "B")
    assert machine.transitions["A", "1"] == Halt(0)
    run = OneTapeRun(machine, ["0"])
    run.run()
    assert (run.steps, run.position, run.symbol) == (2, 0, "1")


def test_a_state_that_is_not_listed_halts() -> None:
    machine = read_busy_beaver("1RB1RH_1LA0LA").machine
    assert machine.states == ("A", "B", "H")
    assert machine.transitions["A", "1"] == Step("1", "E", "H")
    assert machine.transitions["H", "0"] == machine.transitions["H", "1"] == Halt(0)


@st.composite
def texts(draw: DrawFn) -> str:
    states, symbols = draw(st.integers(1, 26)), draw(st.integers(1, 10))
    letters = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    move = st.builds(
        lambda write, direction, to: f"{write}{direction}{to}",
        st.integers(0, symbols - 1),
        st.sampled_from("LR"),
        letters,
    )
    cell = st.one_of(move, st.just("---"))
    return "_".join("".join(draw(cell) for _ in range(symbols)) for _ in range(states))


@given(texts())
def test_every_text_is_read_as_it_is_written(text: str) -> None:
    assert is_busy_beaver(text)
    machine = read_busy_beaver(text).machine
    rows = text.split("_")
    for state, row in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", rows, strict=False):
        for index in range(len(row) // 3):
            found = machine.transitions[state, str(index)]
            part = row[3 * index : 3 * index + 3]
            if part == "---":
                assert found == Halt(0)
            else:
                assert found == Step(part[0], MOVES[part[1]], part[2])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1RB1LA_1LA", "column 8: state B has 3 characters; it should have 6"),
        ("1RB2LA_1LA1RZ", "column 4: '2' in the transition '2LA'; the symbol to write"),
        ("1RB1LA_1XA1RZ", "column 9: 'X' in the transition '1XA'; the move should be L or R"),
        ("1RB1L-_1LA1RZ", "column 6: '-' in the transition '1L-'; the next state should be a"),
        ("1R_1LA", "column 1: a state has no transition; write one like 1RB"),
        ("_".join(["1RA"] * 27), "column 105: this is state number 27; states are A to Z"),
    ],
)
def test_what_is_no_machine_says_where(text: str, message: str) -> None:
    with pytest.raises(FormatError, match=f"^machine '.*', line 1, {message}"):
        read_busy_beaver(text)


@pytest.mark.parametrize("text", ["B3/S23", "machine.yaml", "systolic-row-reduction", "", "1rb1la"])
def test_what_does_not_look_like_the_format(text: str) -> None:
    assert not is_busy_beaver(text)
