"""Boolean functions as decision diagrams, smaller where it does not matter what they say.

A diagram asks for one variable after the other. Its nodes are multiplexers: one of two values, by a
variable. Which of the rows of a truth table are the same function of the variables that are left, and what stands
where it does not matter, is decided from the first variable on, greedily.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.int8]

FREE: Final = -1  #: in a truth table: it does not matter


class Level(NamedTuple):
    """The nodes that ask for one variable: for each, the node of the next level if it is 0, and if it is 1."""

    zero: npt.NDArray[np.intp]
    one: npt.NDArray[np.intp]


class Diagram(NamedTuple):
    """Some functions of the same variables.

    ``roots`` are the nodes of the first level that the functions are, ``levels`` the nodes by variable,
    the first variable first, and ``leaves`` the values, 0 or 1, that the last level's nodes lead to.
    """

    roots: npt.NDArray[np.intp]
    levels: list[Level]
    leaves: npt.NDArray[np.int8]

    def table(self) -> npt.NDArray[np.int8]:
        """The values of the functions, ``(functions, 2 ** variables)``; the first variable is the highest bit."""
        nodes = self.roots[:, None]
        for level in self.levels:
            nodes = np.stack([level.zero[nodes], level.one[nodes]], axis=2).reshape(len(nodes), -1)
        return self.leaves[nodes]


def diagram(tables: Table) -> Diagram:
    """A diagram of functions given by truth tables with 0, 1 and FREE, ``(functions, 2 ** variables)``.

    The first variable is the highest bit of the index.
    """
    rows, roots = _shared(tables)
    levels = []
    while rows.shape[1] > 1:
        half = rows.shape[1] // 2
        zero, one = rows[:, :half], rows[:, half:]
        # A function that need not ask does not.
        same = ~((zero != one) & (zero != FREE) & (one != FREE)).any(axis=1)[:, None]
        both = np.where(zero != FREE, zero, one)
        pairs = np.concatenate([np.where(same, both, zero), np.where(same, both, one)])
        next_rows, number = _shared(pairs)
        levels.append(Level(number[: len(rows)], number[len(rows) :]))
        rows = next_rows
    return Diagram(roots, levels, np.where(rows[:, 0] == FREE, 0, rows[:, 0]).astype(np.int8))


def _shared(rows: Table) -> tuple[Table, npt.NDArray[np.intp]]:
    """Rows that agree with all of the given ones wherever those are not free, and which is whose."""
    rows, number = _distinct(rows)
    cares = rows != FREE
    if cares.all():
        return rows, number
    found, found_cares = np.empty_like(rows), np.zeros_like(cares)
    count = 0
    place = np.empty(len(rows), dtype=np.intp)
    for each in np.argsort(-cares.sum(axis=1), kind="stable"):
        row, care = rows[each], cares[each]
        here, here_cares = found[:count, care], found_cares[:count, care]
        fits = np.flatnonzero(~((here != row[care]) & here_cares).any(axis=1))
        if fits.size:
            chosen = fits[here_cares[fits].sum(axis=1).argmax()]
        else:
            chosen = count
            found[chosen] = FREE
            count += 1
        found[chosen, care] = row[care]
        found_cares[chosen] |= care
        place[each] = chosen
    return found[:count].copy(), place[number]


def _distinct(rows: Table) -> tuple[Table, npt.NDArray[np.intp]]:
    whole = np.ascontiguousarray(rows).view(np.dtype((np.void, rows.shape[1]))).reshape(-1)
    _, first, number = np.unique(whole, return_index=True, return_inverse=True)
    return rows[first], number.reshape(-1)
