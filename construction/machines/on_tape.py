"""A machine together with the tape that it is to run on, and where its head starts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from construction.arguments import check_fields, checked
from construction.errors import MachineError
from construction.hints import closest
from construction.machines.bit_formula import TargetClass
from construction.machines.formula import SizeFormula
from construction.machines.machine import Halt, Machine
from construction.machines.one_tape import has_unbounded_tape

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class MachineOnTape:
    """A machine, its tape, and the cell on which its head starts: what a file of a machine holds.

    ``input`` is one line for each row of the tape. The symbols of a row are its characters; when a
    symbol of the machine has more than one character, they are separated by spaces. The head starts
    in the first row, on cell ``head``, counted from 0. ``steps`` bounds the steps of a machine that learns, and ``work``
    is the number of blank columns that it wants to the right of the data, if it wants more than one. It ``learns`` one of a class of
    targets, if that is claimed, for the class's number of features and every number of examples.

    ``unknown`` are symbols of the input that the machine's table does not speak of.

    Raises :class:`~construction.errors.MachineError` when a walled tape has no such cell, and when a
    one-tape machine is given several rows; and when it is claimed to learn, without steps that are linear in the number of
    examples, or with work columns that depend on the data.
    """

    machine: Machine
    input: str = ""
    head: int = 0
    steps: SizeFormula | None = None
    work: SizeFormula | None = None
    learns: TargetClass | None = None
    unknown: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        self._check_learns()
        width = len(self.rows[0])
        if has_unbounded_tape(self.machine):
            if len(self.rows) > 1:
                raise MachineError(
                    f"machine {self.machine.name!r}: the input has {len(self.rows)} rows; the machine "
                    f"moves only left and right, on one tape, so it should be one row"
                )
        elif self.head >= width:
            raise MachineError(
                f"machine {self.machine.name!r}: the head is to start on cell {self.head + 1} of the "
                f"first row, which has {width}"
            )

    def _check_learns(self) -> None:
        if self.learns is None:
            return
        d = self.learns.features
        if self.machine.bits is None or self.steps is None:
            raise MachineError(
                "what the machine learns is said, but not what the bits are and how many steps it takes; it should have "
                "the fields 'bits' and 'steps'"
            )
        if self.steps.in_m(d) is None:
            raise MachineError(
                f"what the machine learns is claimed for every m, and {self.steps.text} steps are not linear in m for d = "
                f"{d}; it should be a number of steps for each example and one for the test example, like 3 * m + 5"
            )
        if self.work is not None and not self.work.constant:
            raise MachineError(
                f"what the machine learns is claimed for every m, with {self.work.text} work columns; it should be the same "
                f"number for every size of data"
            )

    @checked
    def with_input(self, text: str) -> MachineOnTape:
        """The same machine on another tape.

        A one-tape machine halts on symbols that its table does not speak of. Raises
        :class:`~construction.errors.MachineError` when any other machine is given such a symbol.
        """
        known = self.machine.symbols
        unknown = [each for each in dict.fromkeys(symbols_of(text, known)) if each not in known]
        if unknown and not has_unbounded_tape(self.machine):
            raise MachineError(
                f"machine {self.machine.name!r}: the input holds {unknown[0]!r}; "
                f"{closest(unknown[0], known)}"
            )
        machine = with_symbols(self.machine, unknown)
        return replace(self, machine=machine, input=text, unknown=tuple(unknown))

    @property
    def rows(self) -> Rows:
        """The tape as a rectangle of symbols; short rows end in blanks, and none is empty."""
        lines = [_split(line, self.machine.symbols) for line in lines_of(self.input)]
        width = max(1, *map(len, lines))
        blank = self.machine.blank
        return tuple((*line, *(blank,) * (width - len(line))) for line in lines)


def with_symbols(machine: Machine, symbols: Iterable[str]) -> Machine:
    """The machine with further symbols, on which every state halts without a verdict."""
    new = tuple(symbols)
    if not new:
        return machine
    halts = {(state, symbol): Halt(0) for state in machine.states for symbol in new}
    return replace(
        machine,
        symbols=(*machine.symbols, *new),
        transitions={**machine.transitions, **halts},
    )


def lines_of(text: str) -> list[str]:
    """The lines of a tape's text, at least one; a line break at the end ends the last line."""
    return text.removesuffix("\n").split("\n")


def symbols_of(text: str, known: Iterable[str]) -> list[str]:
    """The symbols of a tape's text, row after row.

    Raises :class:`~construction.errors.MachineError` for a symbol that the tape cannot hold.
    """
    names = tuple(known)
    return [symbol for line in lines_of(text) for symbol in _split(line, names)]


def _split(line: str, known: Iterable[str]) -> tuple[str, ...]:
    names = tuple(known)
    if all(len(name) == 1 for name in names):
        return tuple(line)
    symbols = tuple(line.split())
    for symbol in symbols:
        if symbol not in names:
            raise MachineError(
                f"the input holds {symbol!r}; it should hold symbols of the machine, with spaces "
                f"between them: {', '.join(map(repr, names))}"
            )
    return symbols
