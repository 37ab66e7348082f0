from __future__ import annotations

import re
from typing import Any

import pytest

from construction.errors import MachineError
from construction.machines.machine import Halt, Machine, Step


def machine_with(**changes: Any) -> Machine:
    parts: dict[str, Any] = {
        "name": "m",
        "states": ("go", "back"),
        "symbols": ("0", "1", "_"),
        "start": "go",
        "blank": "_",
        "transitions": {
            ("go", "0"): Step("1", "E", "go", "back"),
            ("go", "1"): Step("1", "W", "back"),
            ("back", "0"): Halt(1),
            ("back", "1"): Halt(-1),
            ("back", "_"): Halt(0),
        },
        "impossible": frozenset({("go", "_")}),
        "bits": ("0", "1"),
    }
    return Machine(**(parts | changes))


def with_transition(pair: tuple[str, str], transition: object) -> dict[str, Any]:
    return {"transitions": {**machine_with().transitions, pair: transition}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"states": ()}, "there is no state; at least one is needed"),
        ({"symbols": ()}, "there is no symbol; at least one is needed"),
        ({"states": ("go", "back", "go")}, "state 'go' is listed twice"),
        ({"symbols": ("0", "1", "_", "1")}, "symbol '1' is listed twice"),
        (
            {"transitions": {("go", "0"): 3}},
            "the transition of state 'go' on symbol '0' is 3; it should be a Step or a Halt",
        ),
        ({"start": "goo"}, "the start state: unknown state 'goo'; did you mean 'go'?"),
        (
            {"blank": "2"},
            "the blank symbol: unknown symbol '2'; it should be one of '0', '1', '_'",
        ),
        ({"bits": ("0", "2")}, "a bit: unknown symbol '2'; it should be one of '0', '1', '_'"),
        ({"bits": ("0", "_")}, "the bits ('0', '_') and the blank '_' must be three symbols"),
        ({"bits": ("0", "0")}, "the bits ('0', '0') and the blank '_' must be three symbols"),
        (
            with_transition(("go", "0"), Step("1", "E", "bac")),
            "the transition of state 'go' on symbol '0', the next state: unknown state 'bac'; did "
            "you mean 'back'?",
        ),
        (
            with_transition(("go", "0"), Step("x", "E", "back")),
            "the transition of state 'go' on symbol '0', the symbol to write: unknown symbol 'x'; "
            "it should be one of '0', '1', '_'",
        ),
        (
            with_transition(("go", "0"), Step("1", "E", "back", "wall")),
            "the transition of state 'go' on symbol '0', the state at a wall: unknown state 'wall'",
        ),
        (
            with_transition(("go", "0"), Step("1", "R", "back")),  # type: ignore[arg-type]
            "the transition of state 'go' on symbol '0': unknown move 'R'; it should be one of "
            "'N', 'S', 'E', 'W', 'stay'",
        ),
        (
            with_transition(("go", "0"), Halt(2)),  # type: ignore[arg-type]
            "the transition of state 'go' on symbol '0': halts with 2; it should be +1, -1 or 0",
        ),
        (
            with_transition(("gone", "0"), Halt(1)),
            "the transition of state 'gone' on symbol '0': unknown state 'gone'; did you mean 'go'?",
        ),
        (
            with_transition(("go", "q"), Halt(1)),
            "the transition of state 'go' on symbol 'q': unknown symbol 'q'",
        ),
        (
            with_transition(("go", "_"), Halt(1)),
            "the impossible pair ('go', '_') has a transition; it should have none, or not be",
        ),
        (
            {"impossible": {("goo", "_")}},
            "the impossible pair ('goo', '_'): unknown state 'goo'; did you mean 'go'?",
        ),
        (
            {"impossible": frozenset()},
            "state 'go' has no transition on symbol '_'; add one, or list the pair as impossible",
        ),
    ],
)
def test_what_is_no_machine(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(MachineError, match=re.escape(f"machine 'm': {message}")):
        machine_with(**changes)


def test_a_machine() -> None:
    machine = machine_with()
    assert machine.pairs == (("go", "0"), ("go", "1"), ("back", "0"), ("back", "1"), ("back", "_"))
    step = machine.transitions["go", "0"]
    assert isinstance(step, Step)
    assert step.if_blocked == "back"
    assert Step("1", "W", "back").if_blocked == "back"
    assert machine.impossible == {("go", "_")}


def test_a_machine_does_not_change() -> None:
    transitions: dict[tuple[str, str], Step | Halt] = {("a", "0"): Halt(1)}
    machine = Machine("m", ["a"], ["0"], "a", "0", transitions)  # type: ignore[arg-type]
    transitions.clear()
    assert machine.transitions == {("a", "0"): Halt(1)}
    assert (machine.states, machine.symbols) == (("a",), ("0",))
    with pytest.raises(TypeError):
        machine.transitions["a", "0"] = Halt(0)  # type: ignore[index]
    with pytest.raises(AttributeError):
        machine.name = "other"  # type: ignore[misc]
