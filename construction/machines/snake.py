"""Any one-tape machine on the walled grid: its tape laid through the grid in a snake.

Tape cell ``k`` of a grid with ``c`` columns lies in row ``k // c``; even rows run east, odd rows west,
so that neighbouring tape cells are neighbours on the grid. A learner's tape is the grid in that
order: the first example and its label, the work columns, then the second row backwards, and so on;
the test example is the last row. The tape ends in a wall on both sides.

The head on the grid is in one of the machine's states, for rows that run **east** or for rows that
run **west**. A move right is a move east in the first and west in the second. A wall in the way means
that the row is at its end: the head then *turns*, one step down (or up, after a move left), on to
the other kind of row. A second wall means that the tape ends there.

**States.** With ``q`` states and ``k`` different ends of moves (direction, next state, state at the end
of the tape), there are ``2 q + 2 k`` states, and ``k <= 2 q`` for a machine that says nothing about
ends of the tape: at most ``6 q``. The symbols are the same.

**Time.** A run of ``t`` steps of which ``e`` meet the end of a row takes ``t + e <= 2 t`` steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from construction.errors import MachineError
from construction.machines.machine import Direction, Halt, Machine, Pair, Step, Transition

Way = Literal["east", "west"]  #: which way the tape runs in a row

_OTHER: Final[dict[Way, Way]] = {"east": "west", "west": "east"}
#: The move on the grid for a move of the tape's head, by the way that the row runs.
_MOVE: Final[dict[tuple[Direction, Way], Direction]] = {
    ("E", "east"): "E",
    ("E", "west"): "W",
    ("W", "east"): "W",
    ("W", "west"): "E",
}
_TURN: Final[dict[Direction, Direction]] = {"E": "S", "W": "N"}
_WORD: Final[dict[Direction, str]] = {"E": "down", "W": "up"}


@dataclass(frozen=True)
class _End:
    """A move that may meet the end of a row: its direction, and the states after it."""

    move: Direction
    to: str
    blocked: str

    def name(self, way: Way) -> str:
        """The turning state, on a row that runs ``way``."""
        at_end = "" if self.blocked == self.to else f", or {self.blocked}"
        return f"{_WORD[self.move]} to {self.to}{at_end} ({way})"


def row_state(state: str, way: Way) -> str:
    """The snake's state for a state of the one-tape machine on a row that runs ``way``."""
    return f"{state} ({way})"


def snake(machine: Machine) -> Machine:
    """The two-dimensional machine that runs a one-tape machine along the snake.

    Its head starts in the top-left cell, the first of the tape. Raises
    :class:`~construction.errors.MachineError` when the machine moves up or down.
    """
    ends = _ends(machine)
    transitions: dict[Pair, Transition] = {}
    impossible: set[Pair] = set()
    for way in _OTHER:
        for (state, symbol), transition in machine.transitions.items():
            transitions[row_state(state, way), symbol] = _along(transition, way)
        impossible |= {(row_state(state, way), symbol) for state, symbol in machine.impossible}
        for end in ends:
            for symbol in machine.symbols:
                transitions[end.name(way), symbol] = Step(
                    symbol,
                    _TURN[end.move],
                    row_state(end.to, _OTHER[way]),
                    row_state(end.blocked, way),
                )
    return Machine(
        name=f"{machine.name} in a snake",
        states=(
            *(row_state(state, way) for way in _OTHER for state in machine.states),
            *(end.name(way) for way in _OTHER for end in ends),
        ),
        symbols=machine.symbols,
        start=row_state(machine.start, "east"),
        blank=machine.blank,
        transitions=transitions,
        impossible=frozenset(impossible),
        bits=machine.bits,
    )


def number_of_states(machine: Machine) -> int:
    """The states of the snake by the formula: ``2 q + 2 k``."""
    return 2 * len(machine.states) + 2 * len(_ends(machine))


def cells_in_order(rows: int, columns: int) -> Iterator[tuple[int, int]]:
    """The grid's cells ``(row, column)`` in the order of the tape."""
    for row in range(rows):
        order = range(columns) if row % 2 == 0 else range(columns - 1, -1, -1)
        yield from ((row, column) for column in order)


def unroll(grid: Sequence[Sequence[str]]) -> list[str]:
    """The tape that lies in a grid."""
    return [grid[row][column] for row, column in cells_in_order(len(grid), len(grid[0]))]


def _along(transition: Transition, way: Way) -> Transition:
    """A transition of the one-tape machine, on a row that runs ``way``."""
    if isinstance(transition, Halt):
        return transition
    if transition.move == "stay":
        return Step(transition.write, "stay", row_state(transition.to, way))
    end = _End(transition.move, transition.to, transition.if_blocked)
    return Step(
        transition.write,
        _MOVE[transition.move, way],
        row_state(transition.to, way),
        end.name(way),
    )


def _ends(machine: Machine) -> tuple[_End, ...]:
    ends: dict[_End, None] = {}
    for (state, symbol), transition in machine.transitions.items():
        if not isinstance(transition, Step) or transition.move == "stay":
            continue
        if transition.move not in _TURN:
            raise MachineError(
                f"machine {machine.name!r}: state {state!r} on symbol {symbol!r} moves "
                f"{transition.move}; a one-tape machine moves only E and W"
            )
        ends[_End(transition.move, transition.to, transition.if_blocked)] = None
    return tuple(ends)
