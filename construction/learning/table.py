"""Tables of two-valued columns, read from CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np

from construction.errors import DataError
from construction.learning.row_reduction import Bits


@dataclass(frozen=True)
class Column:
    """A column's name and its two values, the one that counts as bit 0 first."""

    name: str
    values: tuple[str, str]

    @classmethod
    def of(cls, name: str, values: Sequence[str]) -> Column:
        """The column of two values, in any order.

        Of -1 and +1, -1 is bit 1, so that a product of signs is a parity of bits. Of any other two
        values the later in alphabetical order is bit 1, upper and lower case alike: 1 of 0 and 1,
        true of true and false, yes of yes and no.
        """
        if {_number(value) for value in values} == {-1.0, 1.0}:
            zero, one = sorted(values, key=float, reverse=True)
        else:
            zero, one = sorted(values, key=lambda value: (value.casefold(), value))
        return cls(name, (zero, one))


@dataclass(frozen=True, eq=False)
class BitTable:
    """A table as bits, ``(rows, columns)``, and what its columns are called."""

    source: str
    columns: tuple[Column, ...]
    bits: Bits


def read_table(path: Path) -> BitTable:
    """A CSV file with a header; every column must have two values.

    Raises :class:`~construction.errors.DataError` with the line and column of the first cell that
    is wrong.
    """
    lines = _parse(path)
    _, header = next(lines)
    found: list[dict[str, int]] = [{} for _ in header]
    cells = bytearray()
    for line, row in lines:
        for name, cell, values in zip(header, row, found, strict=True):
            if cell not in values:
                if len(values) == 2:
                    known = " and ".join(map(repr, values))
                    _fail(
                        path,
                        f"line {line}, column {name!r}: {cell!r} is a third value besides {known}; "
                        f"a column should have two values",
                    )
                values[cell] = len(values)
            cells.append(values[cell])
    if not cells:
        _fail(path, "there are no rows below the header; there should be one for each example")
    for name, values in zip(header, found, strict=True):
        if len(values) == 1:
            _fail(
                path,
                f"column {name!r}: every value is {next(iter(values))!r}; a column should have two "
                f"values, so leave this one out",
            )
    columns = tuple(
        Column.of(name, list(values)) for name, values in zip(header, found, strict=True)
    )
    bits = np.frombuffer(cells, dtype=np.uint8).reshape(-1, len(header))
    first_is_one = [values[c.values[0]] for c, values in zip(columns, found, strict=True)]
    return BitTable(str(path), columns, bits ^ np.array(first_is_one, dtype=np.uint8))


def read_table_like(path: Path, like: BitTable) -> BitTable:
    """A CSV file with the columns of another table, in any order, and no other values.

    Raises :class:`~construction.errors.DataError` with the line and column of the first difference.
    """
    lines = _parse(path)
    line, header = next(lines)
    known = {column.name: column for column in like.columns}
    for name in header:
        if name not in known:
            _fail(path, f"line {line}: {like.source} has no column {name!r}; {_same_columns(like)}")
    for name in known:
        if name not in header:
            _fail(path, f"line {line}: column {name!r} is missing; {_same_columns(like)}")
    order = [header.index(column.name) for column in like.columns]
    cells = bytearray()
    for line, row in lines:
        for index, column in zip(order, like.columns, strict=True):
            if row[index] not in column.values:
                expected = " or ".join(map(repr, column.values))
                _fail(
                    path,
                    f"line {line}, column {column.name!r}: the value is {row[index]!r}; it should "
                    f"be {expected}, as in {like.source}",
                )
            cells.append(column.values.index(row[index]))
    if not cells:
        _fail(path, "there are no rows below the header; there should be one for each example")
    bits = np.frombuffer(cells, dtype=np.uint8).reshape(-1, len(order))
    return BitTable(str(path), like.columns, bits)


def _parse(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The header and then every row, each with the number of its first line.

    Blank lines are skipped, white space around a cell is dropped; every row has as many cells as
    the header, none of them empty.
    """
    reader = csv.reader(io.StringIO(_read_text(path), newline=""), strict=True)
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            row = [cell.strip() for cell in next(reader)]
        except StopIteration:
            break
        except csv.Error as error:
            _fail(path, f"line {line}: {error}; commas and quotes should be as in CSV")
        if row in ([], [""]):
            continue
        if header is None:
            header = row
            _check_header(path, line, header)
        elif len(row) != len(header):
            _fail(
                path,
                f"line {line}: the number of cells is {len(row)}; it should be {len(header)}, as in "
                f"the header",
            )
        elif "" in row:
            name = header[row.index("")]
            _fail(path, f"line {line}, column {name!r}: the cell is empty; it should have a value")
        yield line, row
    if header is None:
        _fail(path, "the file is empty; it should begin with a header, the names of its columns")


def _read_text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        _fail(path, f"cannot be read: {reason}; it should be a CSV file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _fail(path, f"line {line}: byte {data[error.start]:#04x} is not UTF-8; save it as UTF-8")


def _check_header(path: Path, line: int, header: list[str]) -> None:
    if len(header) < 2:
        _fail(
            path,
            f"line {line}: the header has one column, {header[0]!r}; there should be at least one "
            f"feature and the target, with commas between them",
        )
    for index, name in enumerate(header):
        if not name:
            _fail(path, f"line {line}: column {index + 1} has no name; the header should give one")
        if name in header[:index]:
            _fail(
                path,
                f"line {line}: columns {header.index(name) + 1} and {index + 1} are both called "
                f"{name!r}; the header should give each column its own name",
            )


def _same_columns(like: BitTable) -> str:
    return f"the columns should be those of {like.source}"


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _fail(path: Path, message: str) -> NoReturn:
    raise DataError(f"{path}: {message}")
