"""Local rules: the form that every program takes before it becomes weights.

A rule says what a cell becomes from its own code and its neighbours'::

    next = sum over positions p of tables[p](code at p)
         + sum over gates of  amount(code at one position) * [every condition of the gate holds]

Codes are numbered so that addition does the work: most of a program is in the tables, which cost
no gate at all. Tables and amounts prescribe slopes as well as values (see
:class:`~construction.rules.tables.Table`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from construction.errors import RuleError
from construction.rules.codes import Code
from construction.rules.patch import LINE, POSITIONS, Position
from construction.rules.tables import Table

#: The largest value or slope: far beyond any code, and sums of them stay within 64 bits.
LARGEST: Final = 2**31


@dataclass(frozen=True)
class Alphabet:
    """The codes of a program: what each number in use means.

    Numbers need not be contiguous. ``padding`` is the code that stands outside the grid; no cell
    ever holds it, and every other code is larger.
    """

    meanings: Mapping[int, Code]
    padding: int

    def __post_init__(self) -> None:
        meanings = dict(sorted(self.meanings.items()))
        object.__setattr__(self, "meanings", MappingProxyType(meanings))
        names = [*self.names.values()]
        if len(set(names)) < len(names):
            twice = sorted(name for name in set(names) if names.count(name) > 1)
            raise RuleError(f"code name {twice[0]!r} is given to two numbers; names must differ")
        if self.padding not in meanings:
            raise RuleError(f"the padding code {self.padding} has no name")
        if self.lowest != self.padding:
            raise RuleError(
                f"code {self.lowest} ({meanings[self.lowest]}) is below the padding code "
                f"{self.padding}; the padding must be the smallest code"
            )

    @property
    def names(self) -> dict[int, str]:
        """What each number means, in words."""
        return {number: str(code) for number, code in self.meanings.items()}

    @property
    def numbers(self) -> dict[Code, int]:
        """The number of each code."""
        return {code: number for number, code in self.meanings.items()}

    @property
    def cells(self) -> tuple[int, ...]:
        """The codes that a cell can hold (all but the padding), ascending."""
        return tuple(code for code in self.meanings if code != self.padding)

    @property
    def seen(self) -> tuple[int, ...]:
        """The codes that a neighbour can show (padding included), ascending."""
        return tuple(self.meanings)

    def at(self, position: Position) -> tuple[int, ...]:
        """The codes that can stand at a position of the patch, ascending."""
        return self.cells if position == "C" else self.seen

    @property
    def lowest(self) -> int:
        return next(iter(self.meanings))

    @property
    def highest(self) -> int:
        return max(self.meanings)


@dataclass(frozen=True)
class Gate:
    """A conjunction: adds ``amount`` where every condition holds.

    ``when[p]`` is the set of codes that position ``p`` must show, ``unless[p]`` the set of codes
    that it must not show; where both are given, a code in neither never stands there when the rest of
    the gate holds (:mod:`construction.compiling.free_codes`). ``amount`` is a number, or a table of the code at ``position``.
    """

    name: str
    when: Mapping[Position, frozenset[int]]
    amount: Table | int
    position: Position = "C"
    unless: Mapping[Position, frozenset[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for conditions in ("when", "unless"):
            given = getattr(self, conditions)
            sets = {p: frozenset(given[p]) for p in POSITIONS if p in given}
            object.__setattr__(self, conditions, MappingProxyType(sets))

    def excluded(self, position: Position, codes: Iterable[int]) -> frozenset[int]:
        """The codes, among those that can stand at ``position``, on which the gate does not hold."""
        wanted = self.when.get(position)
        unwanted = self.unless.get(position, frozenset())
        return frozenset(
            code
            for code in codes
            if code in unwanted or (wanted is not None and code not in wanted)
        )


def gate(
    name: str,
    amount: Table | int,
    position: Position = "C",
    unless: Mapping[Position, Iterable[int] | int] | None = None,
    **when: Iterable[int] | int,
) -> Gate:
    """A gate with its conditions as keywords: ``gate("halt", 5, C=[1, 2], S=padding)``."""
    return Gate(name, _sets(when), amount, position, _sets(unless or {}))


def _sets(conditions: Mapping[Any, Iterable[int] | int]) -> dict[Position, frozenset[int]]:
    return {
        position: frozenset([codes] if isinstance(codes, int) else codes)
        for position, codes in conditions.items()
    }


@dataclass(frozen=True)
class LocalRule:
    """A program in the form that the compiler takes. See the module's docstring.

    ``readout`` is what a cell's code adds to the network's output: +1 and -1 at the two halting
    codes, and slope 1 per pixel unit where memory is being written.

    Values and slopes of tables and amounts are integers; the readout's values are -1, 0 and +1, and
    its slopes any exact numbers. A gate's amount has a slope only at codes where it is not 0.

    With ``line`` the grid is a single line, the memory's rows one after the other, and nothing may be read to
    the north or the south.

    Raises :class:`~construction.errors.RuleError` when one of these does not hold, when a condition
    or a table names a code that does not exist, or when two gates share a name.
    """

    name: str
    codes: Alphabet
    tables: Mapping[Position, Table]
    gates: tuple[Gate, ...]
    readout: Table
    line: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "gates", tuple(self.gates))
        object.__setattr__(self, "tables", MappingProxyType(dict(self.tables)))
        for position, table in self.tables.items():
            self._check(table.codes, position, f"the table of {position}")
            self._check_integers(table, f"the table of {position}")
        self._check(self.readout.codes, "C", "the readout")
        self._check_readout()
        self._check_line()
        seen: set[str] = set()
        for each in self.gates:
            if each.name in seen:
                raise RuleError(f"rule {self.name!r}: two gates are named {each.name!r}")
            seen.add(each.name)
            for position, codes in (*each.when.items(), *each.unless.items()):
                self._check(codes, position, f"gate {each.name!r}, condition on {position}")
                possible = self.codes.at(position)
                if len(each.excluded(position, possible)) == len(possible):
                    raise RuleError(
                        f"rule {self.name!r}, gate {each.name!r}: no code meets the condition on "
                        f"{position}, so the gate never holds"
                    )
            self._check_amount(each)

    def _check(self, codes: Iterable[int], position: Position, where: str) -> None:
        allowed = set(self.codes.at(position))
        for code in sorted(set(codes) - allowed):
            what = "is the padding" if code == self.codes.padding else "does not exist"
            raise RuleError(
                f"rule {self.name!r}, {where}: code {code} {what}; the codes of a cell are "
                f"{self.codes.cells[0]}..{self.codes.cells[-1]}, as named by the rule"
            )

    def _check_amount(self, each: Gate) -> None:
        where = f"gate {each.name!r}, amount"
        if not isinstance(each.amount, Table):
            self._check_integer(each.amount, where)
            return
        self._check(each.amount.codes, each.position, where)
        self._check_integers(each.amount, where)
        for code in each.amount.slopes.keys() - each.amount.values.keys():
            raise RuleError(
                f"rule {self.name!r}, {where}: code {code} has the slope "
                f"{each.amount.slope(code)} but the amount 0; a slope needs an amount that is not 0"
            )

    def _check_line(self) -> None:
        read = {*self.tables}.union(*(each.when.keys() | each.unless.keys() for each in self.gates))
        read.update(each.position for each in self.gates)
        beside = [position for position in POSITIONS if position in read - {*LINE}]
        if self.line and beside:
            raise RuleError(
                f"rule {self.name!r} is one of a line, but reads {beside[0]}; it should read "
                f"{', '.join(LINE)} alone"
            )

    def _check_readout(self) -> None:
        for code, value in self.readout.values.items():
            if type(value) is not int or value not in (-1, 1):
                raise RuleError(
                    f"rule {self.name!r}, the readout: code {code} has the value {value!r}; it "
                    f"should be -1, 0 or +1"
                )
        for code, slope in self.readout.slopes.items():
            if type(slope) is not int and not isinstance(slope, Fraction):
                raise RuleError(
                    f"rule {self.name!r}, the readout: code {code} has the slope {slope!r}; it "
                    f"should be an integer or a Fraction"
                )

    def _check_integers(self, table: Table, where: str) -> None:
        for what, entries in (("value", table.values), ("slope", table.slopes)):
            for code, entry in entries.items():
                self._check_integer(entry, f"{where}, the {what} at code {code}")

    def _check_integer(self, number: object, where: str) -> None:
        # The interpreter and the weights would disagree about anything else.
        if type(number) is not int:
            raise RuleError(f"rule {self.name!r}, {where}: {number!r} should be an integer")
        if abs(number) > LARGEST:
            raise RuleError(
                f"rule {self.name!r}, {where}: {number} is beyond -{LARGEST}..{LARGEST}"
            )
