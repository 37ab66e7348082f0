"""One-tape machines: what they mean, step by step.

A one-tape machine is a :class:`~construction.machines.machine.Machine` that moves only east and west
(right and left). Its tape is unbounded, or it ends in a wall on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from construction.errors import MachineError
from construction.machines.interpreter import Interpreter
from construction.machines.machine import Direction, Halt, Machine, Step, Transition

DISPLACEMENT: dict[Direction, int] = {"W": -1, "stay": 0, "E": 1}


def moves_in_one_row(machine: Machine) -> bool:
    """Does the machine move only left and right?"""
    steps = (each for each in machine.transitions.values() if isinstance(each, Step))
    return not any(step.move in ("N", "S") for step in steps)


def has_unbounded_tape(machine: Machine) -> bool:
    """Does the machine move only left and right, and say nothing about walls?

    Such a machine has an unbounded tape of one row; every other one works on a walled rectangle.
    """
    return all(
        transition.move == "stay" or (transition.move in "EW" and transition.blocked is None)
        for transition in machine.transitions.values()
        if isinstance(transition, Step)
    )


@dataclass(frozen=True)
class TapeConfiguration:
    """A tape and its head after some number of steps; ``cells[0]`` is the tape's cell ``first``."""

    steps: int
    state: str
    position: int
    first: int
    cells: tuple[str, ...]

    @property
    def symbol(self) -> str:
        """The symbol under the head."""
        return self.cells[self.position - self.first]


class OneTapeRun(Interpreter[TapeConfiguration]):
    """A one-tape machine on a tape, stepped one transition at a time.

    The head starts at ``position`` of ``cells``, counted from 0, in the start state. With ``walls``
    the tape is ``cells`` and no more, and a head that meets an end stays there in the state that the
    transition gives for that case; otherwise there are blanks on both sides without end.

    Raises :class:`~construction.errors.MachineError` when the machine moves up or down, when a cell is
    no symbol of the machine, or when the head meets a pair that was declared impossible.
    """

    def __init__(
        self, machine: Machine, cells: Sequence[str], position: int = 0, *, walls: bool = False
    ) -> None:
        for (state, symbol), transition in machine.transitions.items():
            if isinstance(transition, Step) and transition.move not in DISPLACEMENT:
                raise MachineError(
                    f"machine {machine.name!r}: state {state!r} on symbol {symbol!r} moves "
                    f"{transition.move}; a one-tape machine moves only E and W"
                )
        for index, symbol in enumerate(cells):
            if symbol not in machine.symbols:
                raise MachineError(
                    f"machine {machine.name!r}: the tape holds {symbol!r} in cell {index + 1}; it "
                    f"should be one of {', '.join(map(repr, machine.symbols))}"
                )
        self.machine = machine
        self.state = machine.start
        self.position = position
        self.steps = 0
        self.walls = walls
        self.length = len(cells)
        self._cells = dict(enumerate(cells))
        self._cells.setdefault(position, machine.blank)

    @property
    def symbol(self) -> str:
        """The symbol under the head."""
        return self._cells[self.position]

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last cell that were given or visited."""
        return min(self._cells), max(self._cells)

    def step(self) -> bool:
        transition = self._transition()
        if isinstance(transition, Halt):
            return False
        self._cells[self.position] = transition.write
        target = self.position + DISPLACEMENT[transition.move]
        if self.walls and not 0 <= target < self.length:
            self.state = transition.if_blocked
        else:
            self.position, self.state = target, transition.to
            self._cells.setdefault(target, self.machine.blank)
        self.steps += 1
        return True

    def configuration(self) -> TapeConfiguration:
        first, last = self.span
        cells = tuple(self._cells[index] for index in range(first, last + 1))
        return TapeConfiguration(self.steps, self.state, self.position, first, cells)

    def _transition(self) -> Transition:
        pair = self.state, self.symbol
        if pair not in self.machine.transitions:
            raise MachineError(
                f"machine {self.machine.name!r}: after {self.steps} steps the head on cell "
                f"{self.position + 1} is in state {self.state!r} on symbol {self.symbol!r}, a pair "
                f"that was declared impossible"
            )
        return self.machine.transitions[pair]
