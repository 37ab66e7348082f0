"""A data set to learn from: which rows train, which test, and which column is the target."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from construction.errors import DataError
from construction.learning.row_reduction import Bits
from construction.learning.table import BitStream, BitTable, Column


@dataclass(frozen=True, eq=False)
class Examples:
    """Labelled examples as bits: ``features`` ``(n, d)`` and ``labels`` ``(n,)``."""

    features: Bits
    labels: Bits


@dataclass(frozen=True, eq=False)
class DataSet:
    """Training and test examples, and the columns that their bits stand for.

    With an ``intercept`` the examples have one more feature than there are columns for: the last,
    which is always bit 1.
    """

    features: tuple[Column, ...]
    target: Column
    intercept: bool
    train: Examples
    test: Examples


def split(
    table: BitTable, count: int | None, rng: np.random.Generator
) -> tuple[BitTable, BitTable]:
    """``count`` rows, shuffled, to train on, and the rest, in the table's order, to test.

    Without a count it is two rows for each feature, but at most half of all. Raises
    :class:`~construction.errors.DataError` when no row would be left to test.
    """
    rows = len(table.bits)
    if count is None:
        count = max(1, min(2 * (len(table.columns) - 1), rows // 2))
    if not 1 <= count < rows:
        raise DataError(
            f"{table.source}: {count} training rows were asked for, but there are {rows} rows; it "
            f"should be 1 to {rows - 1}, so that at least one is left to test"
        )
    shuffled = rng.permutation(rows)
    train, test = shuffled[:count], np.sort(shuffled[count:])
    return (
        BitTable(table.source, table.columns, table.bits[train]),
        BitTable(table.source, table.columns, table.bits[test]),
    )


def data_set(train: BitTable, test: BitTable, target: str | None, *, intercept: bool) -> DataSet:
    """The tables, which have the same columns, as examples for a target.

    ``target`` names a column; the last one unless named. ``intercept`` adds a constant feature.
    Raises :class:`~construction.errors.DataError` when no column has that name.
    """
    index = target_index(train, target)
    return DataSet(
        features=train.columns[:index] + train.columns[index + 1 :],
        target=train.columns[index],
        intercept=intercept,
        train=_examples(train.bits, index, intercept=intercept),
        test=_examples(test.bits, index, intercept=intercept),
    )


@dataclass(frozen=True, eq=False)
class Stream:
    """Training examples one by one: features ``(d,)`` and a label, as bits."""

    source: str
    features: tuple[Column, ...]
    target: Column
    intercept: bool
    examples: Iterator[tuple[Bits, int]]

    @property
    def d(self) -> int:
        """The number of features, a constant one included."""
        return len(self.features) + self.intercept


def stream(table: BitTable | BitStream, target: str | None, *, intercept: bool) -> Stream:
    """The table's rows as a stream. Raises as :func:`data_set` does."""
    index = target_index(table, target)
    rows = table.rows if isinstance(table, BitStream) else iter(table.bits)

    def examples() -> Iterator[tuple[Bits, int]]:
        for row in rows:
            example = _examples(row[None], index, intercept=intercept)
            yield example.features[0], int(example.labels[0])

    return Stream(
        table.source,
        table.columns[:index] + table.columns[index + 1 :],
        table.columns[index],
        intercept,
        examples(),
    )


def examples_of(table: BitTable, target: str | None, *, intercept: bool) -> Examples:
    """The table's rows as examples. Raises as :func:`data_set` does."""
    return _examples(table.bits, target_index(table, target), intercept=intercept)


def target_index(table: BitTable | BitStream, target: str | None) -> int:
    """The target's place among the columns; the last one unless named.

    Raises :class:`~construction.errors.DataError` when no column has that name.
    """
    names = [column.name for column in table.columns]
    if target is not None and target not in names:
        close = get_close_matches(target, names, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"it should be one of {_listed(names)}"
        raise DataError(f"{table.source}: there is no column {target!r} to be the target; {hint}")
    return len(names) - 1 if target is None else names.index(target)


def _examples(bits: Bits, target: int, *, intercept: bool) -> Examples:
    features = np.delete(bits, target, axis=1)
    if intercept:
        features = np.column_stack([features, np.ones(len(bits), dtype=np.uint8)])
    return Examples(features, bits[:, target])


def _listed(names: list[str]) -> str:
    shown = names if len(names) <= 12 else [*names[:8], "...", names[-1]]
    return ", ".join(shown)
