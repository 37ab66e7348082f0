"""Rows without labels: read from a CSV file, and written to another one with their predictions."""

from __future__ import annotations

import csv
import io
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from construction.arrays import Bits
from construction.learning.data.csv_rows import fail, not_commas, parse
from construction.learning.data.data_set import Columns
from construction.learning.data.values import Column
from construction.learning.prediction import Predictions
from construction.network.container import write_atomically


@dataclass(frozen=True, eq=False)
class Unlabelled:
    """The rows of a file as they stand there, and their features as bits, ``(n, d)``.

    ``others`` are the columns that are no features, such as one that numbers the rows.
    """

    header: list[str]
    rows: list[list[str]]
    features: Bits
    others: list[str]

    def write(self, path: Path, target: Column, found: Predictions) -> None:
        """Write the rows as CSV, each with its prediction; an empty cell where there is none.

        Raises :class:`~construction.errors.NetworkError` when the file cannot be written.
        """
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([*self.header, target.name])
        for row, sign, undecided in zip(self.rows, found.signs, found.undecided, strict=True):
            writer.writerow([*row, "" if undecided else target.values[int(sign == -1)]])
        write_atomically(path, text.getvalue().encode())


def read_unlabelled(path: Path, columns: Columns) -> Unlabelled:
    """A CSV file with the features' columns in any order, and others; one of the target is left out.

    The others may have no name, as an index that pandas writes, and empty cells. Raises
    :class:`~construction.errors.DataError` with the line and column of the first difference.
    """
    known = {column.name: column for column in columns.features}
    with closing(parse(path, any_columns=True)) as lines:
        line, header = next(lines)
        kept = [index for index, name in enumerate(header) if name != columns.target.name]
        names = [header[index] for index in kept]
        places = {name: place for place, name in enumerate(names)}
        others = [name for name in names if name not in known]
        for name in known:
            if names.count(name) > 1:
                fail(
                    path,
                    f"line {line}: {names.count(name)} columns are called {name!r}; one should be",
                )
            if name not in places:
                named = [repr(each) for each in others if each]
                hint = f"; there is {', '.join(named)} instead" if named else ""
                if len(header) == 1 and not_commas(header):
                    hint += f"; there should be commas between columns{not_commas(header)}"
                fail(path, f"line {line}: the feature {name!r} is missing{hint}")
        rows: list[list[str]] = []
        bits: list[list[int]] = []
        for number, cells in lines:
            row = [cells[index] for index in kept]
            for name, column in known.items():
                value = row[places[name]]
                if value not in column.values:
                    expected = " or ".join(map(repr, column.values))
                    what = f"the value is {value!r}" if value else "the cell is empty"
                    fail(path, f"line {number}, column {name!r}: {what}; it should be {expected}")
            rows.append(row)
            ordered = [each.values.index(row[places[each.name]]) for each in columns.features]
            bits.append(ordered + [1] * columns.intercept)
    if not rows:
        fail(path, "there are no rows below the header; there should be one for each prediction")
    return Unlabelled(names, rows, np.array(bits, dtype=np.uint8), others)
