"""Cellular automata as local rules: Life and its relatives, and the elementary rules by number.

In both families the next state of a cell, *dead* or *alive*, depends on a weighted sum over its
patch:

* **outer-totalistic** (Life): ``2 * (living neighbours) + (am I alive)``;
* **elementary** (Wolfram's numbers): ``4 * west + 2 * own + east``, the number of a bit of the rule.

**One layer is one generation, and no gate is needed.** A cell holds that sum itself as its code.
The sum says whether the cell is alive now, so every table of the rule is the table "is this sum
alive?" times the weight of its position; adding them up gives the sum of the next generation. Life
is alive at the sums 5, 6 and 7, an interval, so it takes two steps a position.

Outside the grid everything is dead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from construction.errors import RuleError
from construction.rules.codes import Kind
from construction.rules.patch import POSITIONS, Position
from construction.rules.rule import Alphabet, LocalRule
from construction.rules.tables import Table

PADDING: Final = -2  #: outside the grid, always dead
DEAD_AT_START: Final = -1  #: a dead cell before the first layer; the codes from 0 on are sums

#: The neighbours of a cell, by the letter that Golly puts behind a rule. Cells of a hexagonal grid
#: are laid on a square one so that two corners do not touch.
NEIGHBOURHOODS: Final[Mapping[str, tuple[Position, ...]]] = MappingProxyType(
    {
        "": tuple(p for p in POSITIONS if p != "C"),
        "H": ("NW", "N", "W", "E", "S", "SE"),
        "V": ("N", "W", "E", "S"),
    }
)

_LIFE: Final = ("dead", "alive")
_PADDING: Final = Kind("padding", words="padding, dead")()
_AT_START: Final = Kind("start", {"cell": _LIFE}, "{cell} at the start", "{cell}")
_SUM: Final = Kind("sum", {"sum": range(18), "cell": _LIFE}, "sum {sum}, {cell}", "{cell}")

Bits = npt.NDArray[np.int64]


@dataclass(frozen=True)
class CellularAutomaton:
    """A two-state automaton: a cell is alive next when the weighted sum over its patch is in ``alive``.

    ``weights[p]`` is what a living cell at position ``p`` adds. Sums run from 0 to the sum of the
    weights.
    """

    name: str
    weights: Mapping[Position, int]
    alive: frozenset[int]

    @property
    def alive_at_start(self) -> int:
        """The code of a living cell before the first layer: the first number that is no sum."""
        return sum(self.weights.values()) + 1

    def rule(self) -> LocalRule:
        """The local rule. Its readout counts the living cells."""
        meanings = {PADDING: _PADDING, DEAD_AT_START: _AT_START("dead")}
        for total in range(self.alive_at_start):
            meanings[total] = _SUM(total, "alive" if total in self.alive else "dead")
        meanings[self.alive_at_start] = _AT_START("alive")
        living = self.alive | {self.alive_at_start}
        return LocalRule(
            name=self.name,
            codes=Alphabet(meanings, PADDING),
            tables={p: Table.constant_on(living, weight) for p, weight in self.weights.items()},
            gates=(),
            readout=Table.constant_on(living, 1),
        )

    def codes(self, cells: npt.ArrayLike) -> Bits:
        """The first grid: codes for cells given as 0 (dead) and 1 (alive), of any shape."""
        return np.where(np.asarray(cells) != 0, self.alive_at_start, DEAD_AT_START).astype(np.int64)

    def cells(self, codes: npt.ArrayLike) -> Bits:
        """The living cells as 1, the others as 0. After layer ``n`` this is generation ``n``."""
        return np.isin(np.asarray(codes), [*self.alive, self.alive_at_start]).astype(np.int64)


def outer_totalistic(
    born: Iterable[int], survives: Iterable[int], kind: str = ""
) -> CellularAutomaton:
    """Born with a number of living neighbours in ``born``, alive still with one in ``survives``.

    ``kind`` is a letter of :data:`NEIGHBOURHOODS`. Raises :class:`~construction.errors.RuleError` when
    a cell does not have that many neighbours.
    """
    born, survives = frozenset(born), frozenset(survives)
    name = f"B{_digits(born)}/S{_digits(survives)}{kind}"
    neighbours = NEIGHBOURHOODS[kind]
    for number in sorted(born | survives):
        if not 0 <= number <= len(neighbours):
            raise RuleError(
                f"cellular automaton {name!r}: a cell has {len(neighbours)} neighbours, so "
                f"{number} is too many; it should be 0 to {len(neighbours)}"
            )
    alive = frozenset(2 * count for count in born) | {2 * count + 1 for count in survives}
    weights: dict[Position, int] = dict.fromkeys(neighbours, 2)
    return CellularAutomaton(name, MappingProxyType({**weights, "C": 1}), alive)


def elementary(number: int) -> CellularAutomaton:
    """Wolfram's elementary rule: bit ``4 w + 2 c + e`` of ``number`` is the next state.

    Every row of the grid is an automaton of its own.
    """
    if not 0 <= number <= 255:
        raise RuleError(f"elementary rule {number} does not exist; it should be 0 to 255")
    alive = frozenset(total for total in range(8) if number >> total & 1)
    return CellularAutomaton(f"W{number}", MappingProxyType({"W": 4, "C": 2, "E": 1}), alive)


def _digits(numbers: Iterable[int]) -> str:
    return "".join(map(str, sorted(numbers)))
