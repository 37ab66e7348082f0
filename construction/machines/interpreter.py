"""What a machine means: the plain-Python interpreter."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from construction.errors import MachineError
from construction.machines.machine import MOVES, Halt, Machine, Transition

Tape = list[list[str]]
C = TypeVar("C")


@dataclass(frozen=True)
class Configuration:
    """The tape and the head after some number of steps."""

    steps: int
    state: str
    row: int
    column: int
    tape: tuple[tuple[str, ...], ...]

    @property
    def symbol(self) -> str:
        """The symbol under the head."""
        return self.tape[self.row][self.column]


class Interpreter(ABC, Generic[C]):
    """A machine at work; ``C`` is what it shows of itself after a number of ``steps``."""

    steps: int

    @abstractmethod
    def step(self) -> bool:
        """Do one step; False, and nothing is done, if the machine has halted."""

    @abstractmethod
    def configuration(self) -> C:
        """The tape and the head now."""

    @abstractmethod
    def _transition(self) -> Transition: ...

    @property
    def halted(self) -> Halt | None:
        """The halt that the machine stands on, or None while it runs."""
        transition = self._transition()
        return transition if isinstance(transition, Halt) else None

    def run(self, max_steps: int | None = None) -> Halt | None:
        """Step until the machine halts; None if it has not after ``max_steps`` more steps."""
        limit = None if max_steps is None else self.steps + max_steps
        while (limit is None or self.steps < limit) and self.step():
            pass
        return self.halted

    def configurations(self) -> Iterator[C]:
        """Every configuration from now on, up to the halting one."""
        yield self.configuration()
        while self.step():
            yield self.configuration()


class MachineRun(Interpreter[Configuration]):
    """A machine on a rectangle of symbols, stepped one transition at a time.

    ``tape`` is a list of equally long rows; it is copied. The head starts at ``(row, column)``,
    counted from 0, in the start state.

    Raises :class:`~construction.errors.MachineError` when the tape is not a rectangle of the machine's
    symbols, when the head starts outside it, or when the head meets a pair that was declared
    impossible.
    """

    def __init__(
        self, machine: Machine, tape: Sequence[Sequence[str]], row: int = 0, column: int = 0
    ) -> None:
        self.machine = machine
        self.tape: Tape = [list(line) for line in tape]
        self.state = machine.start
        self.row, self.column = row, column
        self.steps = 0
        if not self.tape or len({len(line) for line in self.tape}) != 1 or not self.tape[0]:
            raise MachineError(f"machine {machine.name!r}: the tape must be a rectangle of symbols")
        for r, line in enumerate(self.tape):
            for c, symbol in enumerate(line):
                if symbol not in machine.symbols:
                    raise MachineError(
                        f"machine {machine.name!r}: the tape holds {symbol!r} at row {r + 1}, column "
                        f"{c + 1}; it should be one of {', '.join(map(repr, machine.symbols))}"
                    )

        if not (0 <= row < len(self.tape) and 0 <= column < len(self.tape[0])):
            raise MachineError(
                f"machine {machine.name!r}: the head starts at row {row + 1}, column {column + 1}; "
                f"the tape has {len(self.tape)} rows and {len(self.tape[0])} columns"
            )

    def step(self) -> bool:
        transition = self._transition()
        if isinstance(transition, Halt):
            return False
        self.tape[self.row][self.column] = transition.write
        down, right = MOVES[transition.move]
        row, column = self.row + down, self.column + right
        if 0 <= row < len(self.tape) and 0 <= column < len(self.tape[0]):
            self.row, self.column, self.state = row, column, transition.to
        else:
            self.state = transition.if_blocked
        self.steps += 1
        return True

    def configuration(self) -> Configuration:
        tape = tuple(tuple(line) for line in self.tape)
        return Configuration(self.steps, self.state, self.row, self.column, tape)

    def _transition(self) -> Transition:
        symbol = self.tape[self.row][self.column]
        try:
            return self.machine.transitions[self.state, symbol]
        except KeyError:
            raise MachineError(
                f"machine {self.machine.name!r}: after step {self.steps} the head at row "
                f"{self.row + 1}, column {self.column + 1} is in state {self.state!r} on symbol "
                f"{symbol!r}, a pair that was declared impossible"
            ) from None
