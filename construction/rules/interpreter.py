"""What a local rule means: the next grid and the slopes, straight from the rule's tables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from construction.errors import RuleError
from construction.rules.patch import OFFSETS, POSITIONS, Position
from construction.rules.rule import Gate, LocalRule
from construction.rules.tables import Table

Grid = npt.NDArray[np.int64]


def neighbours(grid: Grid, padding: int) -> dict[Position, Grid]:
    """The code at each position of every cell's patch; ``grid`` is ``(..., rows, columns)``."""
    edges = [(0, 0)] * (grid.ndim - 2) + [(1, 1), (1, 1)]
    framed = np.pad(grid, edges, constant_values=padding)
    rows, columns = grid.shape[-2:]
    return {
        position: framed[..., 1 + down : 1 + down + rows, 1 + right : 1 + right + columns]
        for position, (down, right) in OFFSETS.items()
    }


class RuleInterpreter:
    """Runs a rule on whole grids with NumPy."""

    def __init__(self, rule: LocalRule) -> None:
        self.rule = rule
        self._lowest = rule.codes.lowest
        self._named = np.zeros(rule.codes.highest - self._lowest + 1, dtype=bool)
        self._named[[code - self._lowest for code in rule.codes.cells]] = True

    def step(self, grid: npt.ArrayLike) -> Grid:
        """The next grid. ``grid`` holds codes, shape ``(..., rows, columns)``.

        Raises :class:`RuleError` when a cell would get a number that is no code of the rule.
        """
        now = self._checked(np.asarray(grid, dtype=np.int64), "the grid")
        return self._checked(self.evaluate(neighbours(now, self.rule.codes.padding)), "a cell")

    def evaluate(self, patch: Mapping[Position, Grid]) -> Grid:
        """The rule on patches given as one array of codes for each position."""
        total = np.zeros(np.broadcast_shapes(*(codes.shape for codes in patch.values())), np.int64)
        for position, table in self.rule.tables.items():
            total += self._lookup(table, patch[position])
        for each in self.rule.gates:
            total += self._holds(each, patch) * self._amount(each, patch)
        return total

    def slopes(self, grid: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """The derivative of each cell's next code by the nine codes of its patch.

        Shape ``(..., rows, columns, 9)``, positions in row-major order.
        """
        now = np.asarray(grid, dtype=np.int64)
        patch = neighbours(now, self.rule.codes.padding)
        result = np.zeros((*now.shape, len(POSITIONS)), dtype=np.int64)
        for position, table in self.rule.tables.items():
            index = POSITIONS.index(position)
            result[..., index] += self._lookup(table, patch[position], slope=True)
        for each in self.rule.gates:
            if isinstance(each.amount, Table) and each.amount.slopes:
                slope = self._lookup(each.amount, patch[each.position], slope=True)
                result[..., POSITIONS.index(each.position)] += self._holds(each, patch) * slope
        return result

    def _holds(self, each: Gate, patch: Mapping[Position, Grid]) -> npt.NDArray[np.bool_]:
        holds = np.ones((), dtype=bool)
        for position, codes in each.when.items():
            holds = holds & (self._lookup(Table.constant_on(codes, 1), patch[position]) == 1)
        for position, codes in each.unless.items():
            holds = holds & (self._lookup(Table.constant_on(codes, 1), patch[position]) == 0)
        return holds

    def _amount(self, each: Gate, patch: Mapping[Position, Grid]) -> Grid:
        if isinstance(each.amount, Table):
            return self._lookup(each.amount, patch[each.position])
        return np.asarray(each.amount, dtype=np.int64)

    def _lookup(self, table: Table, codes: Grid, *, slope: bool = False) -> Grid:
        by_code = np.zeros(self._named.size, dtype=np.int64)
        for code, entry in (table.slopes if slope else table.values).items():
            by_code[code - self._lowest] = entry
        return by_code[codes - self._lowest]

    def _checked(self, grid: Grid, what: str) -> Grid:
        index = grid - self._lowest
        inside = (index >= 0) & (index < self._named.size)
        good = inside & self._named[np.where(inside, index, 0)]
        if not good.all():
            place = tuple(int(i) for i in np.argwhere(~good)[0])
            raise RuleError(
                f"rule {self.rule.name!r}: {what} at row {place[-2] + 1}, column {place[-1] + 1} "
                f"holds {int(grid[place])}, which is no code of this rule"
            )
        return grid
