"""A program's rule in codes, as its author writes it: a line for each code, and gates at the edges.

A :class:`Cell` says of a code what it is the sum of, what it becomes by itself, and what it tells its
four neighbours. The next code of a cell is what it becomes plus what it is told; as codes are sums,
that is a code again. What is different at the edges of the grid is said by gates.

Nothing here is a number. :meth:`SymbolicRule.numbered` puts in a *layout*, which gives one to every
signal, and to every code that is not the sum of others, by their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from construction.errors import RuleError
from construction.rules.codes import NOTHING, Code, Kind, Signal, Sum, Term, as_sum
from construction.rules.patch import Position
from construction.rules.rule import Alphabet, Gate, LocalRule
from construction.rules.tables import Number, Table

Layout = Mapping[str, int]  #: numbers of codes and signals, by name

#: Codes of a condition: one, all of a kind, or several of either.
Condition = Code | Kind | Iterable[Code | Kind]

#: Which neighbour's table a cell fills when it tells something to a side.
_SEEN_FROM: Final[Mapping[str, Position]] = {"north": "S", "south": "N", "east": "W", "west": "E"}


@dataclass(frozen=True)
class Cell:
    """A code, and what a cell that holds it does.

    ``sum`` is what the code is the sum of, if it has no number of its own. It ``becomes`` itself if
    nothing else is said, and tells ``north``, ``east``, ``south`` and ``west`` nothing. ``slope`` is the
    derivative of the next code by this one, ``output`` what the head reads, and ``output_slope`` the
    head's derivative by the pixel. ``number`` is for the codes that the memory layer itself makes.
    """

    code: Code
    sum: Term | None = None
    becomes: Term | None = None
    north: Term = NOTHING
    east: Term = NOTHING
    south: Term = NOTHING
    west: Term = NOTHING
    slope: int = 0
    output: int = 0
    output_slope: int = 0
    number: int | None = None

    @property
    def is_placed(self) -> bool:
        """Is its number given by others, or by the memory layer?"""
        return self.number is not None or self.sum is not None

    def tells(self) -> Iterator[Term]:
        """What it becomes, and what it tells its neighbours."""
        yield self.code if self.becomes is None else self.becomes
        yield from (self.north, self.east, self.south, self.west)


@dataclass(frozen=True)
class SymbolicGate:
    """A conjunction: adds ``amount`` where every condition holds.

    ``when[p]`` are the codes that position ``p`` must show, ``unless[p]`` those that it must not
    show. Where both are given, other codes never stand there when the rest of the gate holds.
    ``amount`` may depend on the code at ``position``.
    """

    name: str
    when: Mapping[Position, Condition]
    amount: Term | Mapping[Code, Term]
    position: Position = "C"
    unless: Mapping[Position, Condition] = field(default_factory=dict)

    def amounts(self) -> Iterable[Term]:
        """All amounts."""
        return self.amount.values() if isinstance(self.amount, Mapping) else (self.amount,)


def gate(
    name: str,
    amount: Term | Mapping[Code, Term],
    position: Position = "C",
    unless: Mapping[Position, Condition] | None = None,
    **when: Condition,
) -> SymbolicGate:
    """A gate with its conditions as keywords: ``gate("halt", STOP, C=ACTING, S=PADDING)``."""
    return SymbolicGate(name, when, amount, position, unless or {})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Part:
    """A part of a rule."""

    cells: tuple[Cell, ...]
    gates: tuple[SymbolicGate, ...] = ()


@dataclass(frozen=True)
class SymbolicRule:
    """A rule in codes. ``padding`` is what stands outside the grid.

    With ``line`` the grid is a single line: the memory's rows one after the other, each with its work columns.

    Raises :class:`~construction.errors.RuleError` when two cells speak of the same code.
    """

    name: str
    padding: Cell
    cells: tuple[Cell, ...]
    gates: tuple[SymbolicGate, ...]
    line: bool = False

    def __post_init__(self) -> None:
        if len(self._by_code) <= len(self.cells):
            codes = [self.padding.code, *(cell.code for cell in self.cells)]
            twice = next(code for code in codes if codes.count(code) > 1)
            raise RuleError(f"rule {self.name!r}: there are two cells for the code {twice}")

    @cached_property
    def _by_code(self) -> dict[Code, Cell]:
        return {cell.code: cell for cell in (self.padding, *self.cells)}

    def unnumbered(self) -> tuple[Code | Signal, ...]:
        """What a layout has to number: signals, and codes that are not the sum of others."""
        terms = (
            each for cell in self.cells for each in (cell.sum, *cell.tells()) if each is not None
        )
        amounts = (each for one in self.gates for each in one.amounts())
        found: dict[Code | Signal, None] = {}
        for term in (*(cell.code for cell in self.cells), *terms, *amounts):
            found |= dict.fromkeys(as_sum(term).terms)
        return tuple(
            term for term in found if isinstance(term, Signal) or not self._cell(term).is_placed
        )

    def numbered(self, layout: Layout) -> LocalRule:
        """The local rule with the numbers of a layout.

        Raises :class:`~construction.errors.RuleError` when the layout leaves something out or has
        something that the rule does not know, or when it gives two codes the same number.
        """
        self._check(layout)
        numbers = _Numbers(self._by_code, layout)
        meanings: dict[int, Code] = {}
        for code in self._by_code:
            number = numbers(code)
            if number in meanings:
                raise RuleError(
                    f"the number {number} would be both {str(meanings[number])!r} and {str(code)!r}; "
                    f"every code needs a number of its own"
                )
            meanings[number] = code
        alphabet = Alphabet(meanings, numbers(self.padding.code))
        return LocalRule(
            self.name,
            alphabet,
            self._tables(numbers),
            tuple(self._gate(each, numbers) for each in self.gates),
            Table(
                {numbers(cell.code): cell.output for cell in self.cells},
                {numbers(cell.code): cell.output_slope for cell in self.cells},
            ),
            self.line,
        )

    def known_numbers(self, layout: Layout) -> dict[Code, int]:
        """The numbers of the codes that a layout decides about, which may be incomplete."""
        numbers = _Numbers(self._by_code, layout)
        found = {}
        for code in self._by_code:
            with suppress(KeyError):
                found[code] = numbers(code)
        return found

    def _tables(self, numbers: _Numbers) -> dict[Position, Table]:
        values: dict[Position, dict[int, Number]] = {"C": {}}
        slopes: dict[int, Number] = {}
        for cell in self.cells:
            code = numbers(cell.code)
            values["C"][code] = numbers(cell.code if cell.becomes is None else cell.becomes)
            slopes[code] = cell.slope
            for side, position in _SEEN_FROM.items():
                values.setdefault(position, {})[code] = numbers(getattr(cell, side))
        return {
            position: Table(given, slopes if position == "C" else {})
            for position, given in sorted(values.items())
            if any(given.values())
        }

    def _gate(self, each: SymbolicGate, numbers: _Numbers) -> Gate:
        amount: Table | int
        if isinstance(each.amount, Mapping):
            amount = Table({numbers(code): numbers(term) for code, term in each.amount.items()})
        else:
            amount = numbers(each.amount)
        return Gate(
            each.name,
            {position: self._numbers_of(given, numbers) for position, given in each.when.items()},
            amount,
            each.position,
            {position: self._numbers_of(given, numbers) for position, given in each.unless.items()},
        )

    def _numbers_of(self, condition: Condition, numbers: _Numbers) -> frozenset[int]:
        several = [condition] if isinstance(condition, Code | Kind) else condition
        chosen: set[int] = set()
        for each in several:
            if isinstance(each, Kind):
                chosen |= {numbers(code) for code in self._by_code if code.kind == each.name}
            else:
                chosen.add(numbers(self._cell(each).code))
        return frozenset(chosen)

    def _cell(self, code: Code) -> Cell:
        if code not in self._by_code:
            raise RuleError(
                f"rule {self.name!r}: the code {code} is used, but there is no cell for it"
            )
        return self._by_code[code]

    def _check(self, layout: Layout) -> None:
        wanted = [str(term) for term in self.unnumbered()]
        for name in wanted:
            if name not in layout:
                raise RuleError(f"rule {self.name!r}: the layout has no number for {name!r}")
            if wanted.count(name) > 1:
                raise RuleError(f"rule {self.name!r}: {name!r} is the name of two codes or signals")
        for name in layout:
            if name not in wanted:
                raise RuleError(
                    f"rule {self.name!r}: the layout has a number for {name!r}, which is neither a "
                    f"signal of the rule nor a code that needs one"
                )


def assemble(name: str, padding: Cell, *parts: Part, line: bool = False) -> SymbolicRule:
    """The rule that consists of these parts; with ``line``, of a grid that is a single line.

    Raises :class:`~construction.errors.RuleError` when two of them speak of the same code.
    """
    cells = tuple(cell for part in parts for cell in part.cells)
    gates = tuple(each for part in parts for each in part.gates)
    return SymbolicRule(name, padding, cells, gates, line)


class _Numbers:
    """The numbers of codes, signals and sums."""

    def __init__(self, cells: Mapping[Code, Cell], layout: Layout) -> None:
        self._cells = cells
        self._layout = layout
        self._known: dict[Code | Signal, int] = {}

    def __call__(self, term: Term) -> int:
        if isinstance(term, Sum):
            return sum(count * self(each) for each, count in term.terms.items())
        if term not in self._known:
            self._known[term] = self._number(term)
        return self._known[term]

    def _number(self, term: Code | Signal) -> int:
        if isinstance(term, Code):
            cell = self._cells[term]
            if cell.number is not None:
                return cell.number
            if cell.sum is not None:
                return self(cell.sum)
        return self._layout[str(term)]
