"""A data set to learn from: which rows train, which test, and which column is the target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import numpy as np

from construction.arguments import checked
from construction.arrays import Bits, Signs, signs
from construction.errors import DataError
from construction.learning.data.table import BitStream, BitTable
from construction.learning.data.values import Column


@dataclass(frozen=True)
class Columns:
    """The columns that the bits of an example stand for: the features in order, and the target.

    With an ``intercept`` an example has one more feature than there are columns for: the last, which is
    always bit 1.
    """

    features: tuple[Column, ...]
    target: Column
    intercept: bool = False

    @property
    def d(self) -> int:
        """The number of features, a constant one included."""
        return len(self.features) + self.intercept

    def as_json(self) -> dict[str, Any]:
        """The columns as plain data, for a memory file."""
        return {
            "features": [[column.name, *column.values] for column in self.features],
            "target": [self.target.name, *self.target.values],
            "intercept": self.intercept,
        }

    def in_order_of(self, saved: Mapping[str, Any]) -> Columns:
        """The same, with the features in the order of what :meth:`as_json` gave.

        A memory is read in its own order: a row that a learner has reduced is not reduced in another.
        Raises :class:`~construction.errors.DataError` unless they are the same columns, in any order.
        """
        if saved.keys() != {"features", "target", "intercept"}:
            raise DataError("the memory does not say which columns it was trained on")
        for what, mine, other in (
            ("target", self.target.name, saved["target"][0]),
            ("values of the target", list(self.target.values), saved["target"][1:]),
        ):
            if mine != other:
                raise DataError(f"the memory was trained with the {what} {other!r}, not {mine!r}")
        if self.intercept != saved["intercept"]:
            trained, option = ("with", "") if saved["intercept"] else ("without", "no-")
            raise DataError(
                f"the memory was trained {trained} a constant feature; go on with --{option}intercept"
            )
        places = {name: place for place, (name, *_) in enumerate(saved["features"])}
        values = {name: pair for name, *pair in saved["features"]}
        for column in self.features:
            if column.name not in places:
                raise DataError(f"the memory was trained without the column {column.name!r}")
            if list(column.values) != values[column.name]:
                raise DataError(
                    f"column {column.name!r} has the values {' and '.join(column.values)}; the memory "
                    f"was trained with {' and '.join(values[column.name])}, bit 0 first"
                )
        present = {each.name for each in self.features}
        missing = [name for name in places if name not in present]
        if missing:
            raise DataError(
                f"the memory was trained with the column {missing[0]!r}, which is missing"
            )
        ordered = sorted(self.features, key=lambda column: places[column.name])
        return replace(self, features=tuple(ordered))


@dataclass(frozen=True, eq=False)
class Examples:
    """Labelled examples as bits: ``features`` ``(n, d)`` and ``labels`` ``(n,)``."""

    features: Bits
    labels: Bits

    def pairs(self) -> Iterator[tuple[Signs, int]]:
        """Each example ``(d,)`` with its label, as signs."""
        return zip(signs(self.features), signs(self.labels).tolist(), strict=True)


@dataclass(frozen=True, eq=False)
class DataSet:
    """Training and test examples, and the columns that their bits stand for."""

    columns: Columns
    train: Examples
    test: Examples


def training_rows(table: BitTable) -> int:
    """How many rows train if nobody says: two for each feature, but at most half of all, and at least one."""
    return max(1, min(2 * (len(table.columns) - 1), len(table.bits) // 2))


@checked
def split(
    table: BitTable, count: int | None, rng: np.random.Generator
) -> tuple[BitTable, BitTable]:
    """``count`` rows, shuffled, to train on, and the rest, in the table's order, to test.

    Without a count it is two rows for each feature, but at most half of all. Raises
    :class:`~construction.errors.DataError` when no row would be left to test.
    """
    rows = len(table.bits)
    if count is None:
        count = training_rows(table)
    if rows < 2:
        raise DataError(
            f"{table.source}: there is one row; there should be two or more, so that one can train "
            f"and another one test"
        )
    if not 1 <= count < rows:
        raise DataError(
            f"{table.source}: {count} training rows were asked for, but there are {rows} rows; it "
            f"should be 1 to {rows - 1}, so that at least one is left to test"
        )
    shuffled = rng.permutation(rows)
    train, test = shuffled[:count], np.sort(shuffled[count:])
    return (
        BitTable(table.source, table.columns, table.bits[train], table.numbers[train]),
        BitTable(table.source, table.columns, table.bits[test], table.numbers[test]),
    )


def columns_of(table: BitTable | BitStream, target: str | None, *, intercept: bool) -> Columns:
    """The table's columns, one of them the target: the last unless named.

    ``intercept`` adds a constant feature. Raises :class:`~construction.errors.DataError` when no column
    has the target's name.
    """
    index = target_index(table, target)
    others = table.columns[:index] + table.columns[index + 1 :]
    return Columns(others, table.columns[index], intercept)


def examples_of(table: BitTable, columns: Columns) -> Examples:
    """The table's rows as examples of ``columns``, which are the table's in any order."""
    return _examples(table.bits, _places(table, columns), intercept=columns.intercept)


@checked
def data_set(
    train: BitTable, test: BitTable, target: str | None = None, *, intercept: bool = False
) -> DataSet:
    """The tables, which have the same columns, as examples. Raises as :func:`columns_of` does."""
    columns = columns_of(train, target, intercept=intercept)
    return DataSet(columns, examples_of(train, columns), examples_of(test, columns))


def stream(table: BitTable | BitStream, columns: Columns) -> Iterator[tuple[Signs, int]]:
    """The table's rows one by one, as signs: an example ``(d,)`` and its label."""
    if isinstance(table, BitTable):
        yield from examples_of(table, columns).pairs()
        return
    places = _places(table, columns)
    for row in table.rows:
        yield from _examples(row[None], places, intercept=columns.intercept).pairs()


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


def _places(table: BitTable | BitStream, columns: Columns) -> list[int]:
    """Where the features stand in a table, and last the target."""
    place = {column.name: index for index, column in enumerate(table.columns)}
    return [place[column.name] for column in (*columns.features, columns.target)]


def _examples(bits: Bits, places: list[int], *, intercept: bool) -> Examples:
    features = bits[:, places[:-1]]
    if intercept:
        features = np.column_stack([features, np.ones(len(bits), dtype=np.uint8)])
    return Examples(features, bits[:, places[-1]])


def _listed(names: list[str]) -> str:
    shown = names if len(names) <= 12 else [*names[:8], "...", names[-1]]
    return ", ".join(shown)
