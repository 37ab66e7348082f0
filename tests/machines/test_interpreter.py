from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from construction.errors import MachineError
from construction.machines.interpreter import MachineRun
from construction.machines.machine import MOVES, Halt, Machine, Step
from construction.strategies import machines, tapes


def one_tape_machine(text: str) -> Machine:
    """A machine in the notation of the busy beaver lists, "1RB1LB_1LA1RZ"; Z is the halting state."""
    rows = text.split("_")
    states = [chr(ord("A") + i) for i in range(len(rows))]
    symbols = tuple(str(i) for i in range(len(rows[0]) // 3))
    transitions: dict[tuple[str, str], Step | Halt] = {("Z", a): Halt(0) for a in symbols}
    for state, row in zip(states, rows, strict=True):
        for index, symbol in enumerate(symbols):
            write, move, to = list(row[3 * index : 3 * index + 3])
            transitions[state, symbol] = Step(write, "E" if move == "R" else "W", to)
    return Machine(text, (*states, "Z"), symbols, "A", "0", transitions)


@pytest.mark.parametrize(
    ("text", "steps", "nonzero"),
    [
        # Proved champions. Two and three states: T. Rado, "On non-computable functions" (1962), and
        # S. Lin and T. Rado, "Computer studies of Turing machine problems" (1965); four states:
        # A. Brady, "The determination of the value of Rado's noncomputable function Sigma(k) for
        # four-state Turing machines" (1983); two states and three symbols: P. Lafitte and
        # C. Papazian, "The fabric of small Turing machines" (2007).
        ("1RB1LB_1LA1RZ", 6, 4),
        ("1RB1RZ_1LB0RC_1LC1LA", 21, 5),
        ("1RB1RZ_0RC1RB_1LC1LA", 14, 6),
        ("1RB1LB_1LA0LC_1RZ1LD_1RD0RA", 107, 13),
        ("1RB2LB1RZ_2LA2RB1LB", 38, 9),
    ],
)
def test_published_busy_beavers(text: str, steps: int, nonzero: int) -> None:
    width = 2 * steps + 1
    run = MachineRun(one_tape_machine(text), [["0"] * width], column=steps)
    assert run.run() == Halt(0)
    assert run.steps == steps
    assert sum(symbol != "0" for symbol in run.tape[0]) == nonzero


def walker(move: str, blocked: str | None) -> Machine:
    return Machine(
        "walker",
        states=("go", "wall"),
        symbols=("_", "x"),
        start="go",
        blank="_",
        transitions={
            ("go", "_"): Step("x", move, "go", blocked),  # type: ignore[arg-type]
            ("go", "x"): Halt(1),
            ("wall", "_"): Halt(-1),
            ("wall", "x"): Halt(-1),
        },
    )


@pytest.mark.parametrize(
    ("move", "end"), [("N", (0, 1)), ("S", (2, 1)), ("E", (1, 3)), ("W", (1, 0))]
)
def test_a_wall_blocks_the_head(move: str, end: tuple[int, int]) -> None:
    tape = [["_"] * 4 for _ in range(3)]
    for blocked, halt in (("wall", Halt(-1)), (None, Halt(1))):
        run = MachineRun(walker(move, blocked), tape, row=1, column=1)
        assert run.run() == halt
        assert (run.row, run.column) == end
        assert run.tape[end[0]][end[1]] == "x"  # it wrote before it ran into the wall
    assert tape == [["_"] * 4 for _ in range(3)]


def test_a_head_that_stays() -> None:
    run = MachineRun(walker("stay", "wall"), [["_"]])
    assert run.run() == Halt(1)  # no wall is in the way of staying
    assert (run.steps, run.row, run.column) == (1, 0, 0)


def test_a_halted_machine_does_nothing() -> None:
    run = MachineRun(walker("E", "wall"), [["x", "_"]])
    before = run.configuration()
    assert run.halted == Halt(1)
    assert not run.step()
    assert run.configuration() == before
    assert run.run(10) == Halt(1)
    assert run.steps == 0


def test_run_stops_after_max_steps() -> None:
    run = MachineRun(walker("E", "wall"), [["_"] * 10])
    assert run.run(3) is None
    assert run.steps == 3
    assert run.run(3) is None
    assert (run.steps, run.column) == (6, 6)


def test_configurations() -> None:
    seen = list(MachineRun(walker("E", "wall"), [["_", "_"]]).configurations())
    assert [each.steps for each in seen] == [0, 1, 2]
    assert [(each.state, each.symbol, each.column) for each in seen] == [
        ("go", "_", 0),
        ("go", "_", 1),
        ("wall", "x", 1),
    ]
    assert seen[1].tape == (("x", "_"),)


@pytest.mark.parametrize("tape", [[], [[]], [["_", "_"], ["_"]]])
def test_a_tape_that_is_no_rectangle(tape: list[list[str]]) -> None:
    with pytest.raises(
        MachineError, match="machine 'walker': the tape must be a rectangle of symbols"
    ):
        MachineRun(walker("E", None), tape)


def test_a_tape_with_an_unknown_symbol() -> None:
    with pytest.raises(
        MachineError, match="the tape holds 'y' at row 2, column 1; it should be one of '_', 'x'"
    ):
        MachineRun(walker("E", None), [["_"], ["y"]])


@pytest.mark.parametrize(("row", "column"), [(2, 0), (0, 1), (-1, 0)])
def test_a_head_outside_the_tape(row: int, column: int) -> None:
    with pytest.raises(
        MachineError,
        match=f"head starts at row {row + 1}, column {column + 1}; the tape has 2 rows and 1 columns",
    ):
        MachineRun(walker("E", None), [["_"], ["_"]], row, column)


def test_an_impossible_pair_that_occurs() -> None:
    machine = Machine(
        "m",
        ("a",),
        ("0", "1"),
        "a",
        "0",
        {("a", "0"): Step("1", "stay", "a")},
        frozenset({("a", "1")}),
    )
    run = MachineRun(machine, [["0"]])
    with pytest.raises(
        MachineError,
        match="after step 1 the head at row 1, column 1 is in state 'a' on symbol '1', a pair that",
    ):
        run.run()


def interpret(machine: Machine, tape: list[list[str]], steps: int) -> list[tuple[object, ...]]:
    """The same meaning with cells in a dictionary: a wall is where no cell is."""
    cells = {(r, c): a for r, line in enumerate(tape) for c, a in enumerate(line)}
    place, state = (0, 0), machine.start
    seen: list[tuple[object, ...]] = [(state, place, dict(cells))]
    for _ in range(steps):
        action = machine.transitions[state, cells[place]]
        if isinstance(action, Halt):
            break
        cells[place] = action.write
        beside = (place[0] + MOVES[action.move][0], place[1] + MOVES[action.move][1])
        if beside in cells:
            place, state = beside, action.to
        else:
            state = action.to if action.blocked is None else action.blocked
        seen.append((state, place, dict(cells)))
    return seen


@given(st.data())
def test_random_machines_against_a_second_interpreter(data: st.DataObject) -> None:
    machine = data.draw(machines())
    tape = data.draw(tapes(machine))
    run = MachineRun(machine, tape)
    seen = []
    for configuration in run.configurations():
        cells = {(r, c): a for r, row in enumerate(configuration.tape) for c, a in enumerate(row)}
        seen.append((configuration.state, (configuration.row, configuration.column), cells))
        if configuration.steps == 40:
            break
    assert seen == interpret(machine, tape, 40)
