"""One-tape machines on the grid, against a plain interpreter of one-tape machines."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.errors import MachineError
from construction.machines.interpreter import MachineRun
from construction.machines.machine import Halt, Machine, Step
from construction.machines.one_tape import OneTapeRun
from construction.machines.snake import (
    Way,
    cells_in_order,
    number_of_states,
    row_state,
    snake,
    unroll,
)
from construction.programs.row_reduction_machine import row_reduction_machine
from construction.sources.files import read_machine_file
from construction.strategies import machines, one_tape_machines, tapes

LEARNER = Path(__file__).parents[2] / "examples" / "machines" / "unanimous.yaml"


@given(st.integers(1, 6), st.integers(1, 6))
def test_neighbouring_cells_of_the_tape_are_neighbours_on_the_grid(rows: int, columns: int) -> None:
    order = list(cells_in_order(rows, columns))
    assert sorted(order) == [(row, column) for row in range(rows) for column in range(columns)]
    for (row, column), (next_row, next_column) in pairwise(order):
        assert abs(row - next_row) + abs(column - next_column) == 1


@given(one_tape_machines(), st.data())
def test_the_snake_is_the_one_tape_machine(machine: Machine, data: st.DataObject) -> None:
    grid = data.draw(tapes(machine))
    rows, columns = len(grid), len(grid[0])
    order = list(cells_in_order(rows, columns))
    plain = OneTapeRun(machine, unroll(grid), walls=True)
    laid = MachineRun(snake(machine), grid)
    ends = 0
    for _ in range(60):
        row, column = order[plain.position]
        way: Way = "east" if row % 2 == 0 else "west"
        assert (laid.row, laid.column) == (row, column)
        assert laid.state == row_state(plain.state, way)
        assert unroll(laid.tape) == list(plain.configuration().cells)
        assert laid.halted == plain.halted
        assert laid.steps == plain.steps + ends
        transition = machine.transitions[plain.state, plain.symbol]
        if not plain.step():
            break
        assert laid.step()
        target = plain.position
        if isinstance(transition, Step) and transition.move != "stay":
            crossed = order[target][0] != row
            stopped = order[target] == (row, column)
            if crossed or stopped:
                assert column in (0, columns - 1)
                assert laid.step()
                ends += 1
    assert laid.steps <= 2 * plain.steps


@given(one_tape_machines())
def test_the_number_of_states(machine: Machine) -> None:
    states = len(snake(machine).states)
    assert states == number_of_states(machine)
    says_nothing_of_ends = all(
        each.blocked is None for each in machine.transitions.values() if isinstance(each, Step)
    )
    if says_nothing_of_ends:
        assert states <= 6 * len(machine.states)
    assert snake(machine).symbols == machine.symbols


@settings(max_examples=20)
@given(machines())
def test_a_machine_that_moves_up_or_down_is_refused(machine: Machine) -> None:
    steps = [each for each in machine.transitions.values() if isinstance(each, Step)]
    if any(step.move in "NS" for step in steps):
        with pytest.raises(MachineError, match="a one-tape machine moves only E and W"):
            snake(machine)
        with pytest.raises(MachineError, match="a one-tape machine moves only E and W"):
            OneTapeRun(machine, [])
    else:
        assert snake(machine)


def test_row_reduction_is_no_one_tape_machine() -> None:
    with pytest.raises(MachineError, match="moves S; a one-tape machine moves only E and W"):
        snake(row_reduction_machine())


def test_an_unbounded_tape_grows_on_both_sides() -> None:
    machine = Machine(
        "out and back",
        ("left", "right", "stop"),
        ("_", "1"),
        "left",
        "_",
        {
            ("left", "_"): Step("1", "W", "left"),
            ("left", "1"): Step("1", "E", "right"),
            ("right", "_"): Step("_", "stay", "stop"),
            ("right", "1"): Halt(0),
            ("stop", "_"): Halt(0),
        },
        frozenset([("stop", "1")]),
    )
    run = OneTapeRun(machine, ["_"])
    assert run.run(5) is None
    assert run.span == (-5, 0)
    assert run.configuration().symbol == "_"
    assert run.configuration().cells == ("_", "1", "1", "1", "1", "1")


def test_impossible_pairs_and_foreign_symbols() -> None:
    machine = read_machine_file(LEARNER).machine
    with pytest.raises(
        MachineError, match="holds 'x' in cell 2; it should be one of '_', '0', '1'"
    ):
        OneTapeRun(machine, ["0", "x"])
    run = OneTapeRun(machine, ["0", "_", "1"])
    with pytest.raises(
        MachineError, match="after 2 steps the head on cell 3 is in state 'label-0'"
    ):
        run.run(10)
