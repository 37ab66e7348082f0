"""Which values of several quantities can occur together: relations, joined and projected."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from proofs_check.verdict import RefutedError

Rows = npt.NDArray[np.int64]
LARGEST = 2**23  #: rows of a relation; none of ours comes near


@dataclass(frozen=True, eq=False)
class Relation:
    """Each of ``rows`` is one combination of values of ``names`` that can occur."""

    names: tuple[Hashable, ...]
    rows: Rows

    @classmethod
    def of(cls, names: Sequence[Hashable], rows: Rows) -> Relation:
        """From columns of which some may have the same name: they must then agree."""
        kept: dict[Hashable, int] = {}
        good = np.ones(len(rows), dtype=bool)
        for column, name in enumerate(names):
            if name in kept:
                good &= rows[:, kept[name]] == rows[:, column]
            else:
                kept[name] = column
        return cls(tuple(kept), rows[good][:, list(kept.values())])

    def column(self, name: Hashable) -> Rows:
        return self.rows[:, self.names.index(name)]

    def project(self, names: Collection[Hashable]) -> Relation:
        """What is left when one looks at these names alone."""
        columns = [k for k, name in enumerate(self.names) if name in names]
        rows = self.rows[:, columns]
        if len(columns) < len(self.names):
            rows = different(rows)
        return Relation(tuple(self.names[k] for k in columns), rows)

    def join(self, other: Relation) -> Relation:
        """The combinations that both allow."""
        if self is UNIT:
            return other
        shared = [name for name in self.names if name in other.names]
        mine, theirs = _keys([r.rows[:, [r.names.index(n) for n in shared]] for r in (self, other)])
        order = np.argsort(theirs, kind="stable")
        first = np.searchsorted(theirs[order], mine, side="left")
        count = np.searchsorted(theirs[order], mine, side="right") - first
        if count.sum() > LARGEST:
            raise RefutedError("the cells of one patch can hold too many combinations to list")
        left = np.repeat(np.arange(len(mine)), count)
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        right = order[np.repeat(first, count) + within]
        new = [k for k, name in enumerate(other.names) if name not in shared]
        rows = np.concatenate([self.rows[left], other.rows[right][:, new]], axis=1)
        return Relation((*self.names, *(other.names[k] for k in new)), rows)


def _keys(tables: Sequence[Rows]) -> list[Rows]:
    """A number for each row, equal for equal rows."""
    keys = [np.zeros(len(table), dtype=np.int64) for table in tables]
    lows = np.min([table.min(axis=0, initial=LARGEST) for table in tables], axis=0)
    highs = np.max([lows, *(table.max(axis=0, initial=-LARGEST) for table in tables)], axis=0)
    size = 1  # the keys are below it
    for column, (low, high) in enumerate(zip(lows.tolist(), highs.tolist(), strict=True)):
        count = high - low + 1
        if size * count >= 2**63:
            # Numbered anew, so that they stay small whatever the number of columns.
            numbers = np.unique(np.concatenate(keys))
            keys, size = [np.searchsorted(numbers, key) for key in keys], len(numbers)
        if size * count >= 2**63:
            raise RefutedError("a field of a code has values that are too far apart to list")
        keys = [
            key * count + (table[:, column] - low) for key, table in zip(keys, tables, strict=True)
        ]
        size *= count
    return keys


def different(rows: Rows) -> Rows:
    """The different rows, in order."""
    (keys,) = _keys([rows])
    return rows[np.unique(keys, return_index=True)[1]]


UNIT = Relation((), np.zeros((1, 0), dtype=np.int64))


def joint(relations: Sequence[Relation], wanted: Collection[Hashable]) -> Relation:
    """The combinations of ``wanted`` that all relations allow, for some values of everything else.

    Everything else goes one by one, whatever then needs the fewest columns first.
    """
    left = list(relations)
    widths: dict[Hashable, tuple[int, str]] = {}

    def measure(names: Collection[Hashable]) -> None:
        for name in set(names) - set(wanted):
            touched = {n for each in left if name in each.names for n in each.names}
            widths[name] = len(touched), str(name)

    measure({name for each in left for name in each.names})
    while widths:
        name = min(widths, key=widths.__getitem__)
        del widths[name]
        whole = UNIT
        for each in sorted((r for r in left if name in r.names), key=lambda r: len(r.rows)):
            whole = whole.join(each)
        left = [each for each in left if name not in each.names]
        left.append(whole.project(set(whole.names) - {name}))
        measure(left[-1].names)
    whole = UNIT
    for each in sorted(left, key=lambda r: len(r.rows)):
        whole = whole.join(each)
    return whole
