"""Tables of two-valued columns, read from CSV files."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

import numpy as np

from construction.arrays import Bits
from construction.errors import DataError

#: A file's rows with the number of each one's first line; closing it closes the file.
NumberedRows = Generator[tuple[int, list[str]], None, None]

UNDECODED: Final = re.compile("[\udc80-\udcff]")  #: how Python shows a byte that is not UTF-8
STANDARD_INPUT: Final = Path("-")  #: as a command's argument


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


@dataclass(frozen=True, eq=False)
class BitStream:
    """A table whose rows are read one by one, when they are asked for; each is ``(columns,)``."""

    source: str
    columns: tuple[Column, ...]
    rows: Iterator[Bits]


def read_table(path: Path) -> BitTable:
    """A CSV file with a header; every column must have two values.

    Raises :class:`~construction.errors.DataError` with the line and column of the first cell that
    is wrong.
    """
    cells = bytearray()
    with closing(_parse(path)) as lines:
        _, header = next(lines)
        values = _Values(path, header)
        for line, row in lines:
            cells += bytes(values.numbers(line, row))
    columns = values.columns()
    bits = np.frombuffer(cells, dtype=np.uint8).reshape(-1, len(header))
    first_is_one = [
        found[column.values[0]] for column, found in zip(columns, values.found, strict=True)
    ]
    return BitTable(str(path), columns, bits ^ np.array(first_is_one, dtype=np.uint8))


def find_columns(path: Path) -> tuple[Column, ...]:
    """The columns of a CSV file, which is read to its end but not kept. Raises as `read_table`."""
    with closing(_parse(path)) as lines:
        _, header = next(lines)
        values = _Values(path, header)
        for line, row in lines:
            values.numbers(line, row)
    return values.columns()


def read_table_like(path: Path, like: BitTable | BitStream) -> BitTable:
    """A CSV file with the columns of another table, in any order, and no other values.

    Raises :class:`~construction.errors.DataError` with the line and column of the first difference.
    """
    rows = list(stream_like(path, like.columns, like.source).rows)
    if not rows:
        _fail(path, "there are no rows below the header; there should be one for each example")
    return BitTable(str(path), like.columns, np.stack(rows))


def stream_like(path: Path, columns: tuple[Column, ...], source: str) -> BitStream:
    """The rows of a CSV file with these columns, which are those of ``source``, in any order.

    The path ``-`` is the standard input. Raises :class:`~construction.errors.DataError`, now or when
    a row is read, with the line and column of the first difference.
    """
    lines = _parse(path)
    line, header = next(lines)
    with ExitStack() as on_failure:
        on_failure.callback(lines.close)
        known = {column.name: column for column in columns}
        should = f"the columns should be those of {source}"
        places = {name: index for index, name in enumerate(header)}
        for name in header:
            if name not in known:
                _fail(path, f"line {line}: {source} has no column {name!r}; {should}")
        for name in known:
            if name not in places:
                _fail(path, f"line {line}: column {name!r} is missing; {should}")
        on_failure.pop_all()
    order = [places[column.name] for column in columns]
    rows = _bits(path, lines, order, columns, f", as in {source}")
    return BitStream(_called(path), columns, rows)


def stream_of_values(path: Path, zero: str, one: str) -> BitStream:
    """The rows of a CSV file in which every column has the values ``zero`` and ``one``.

    Raises as :func:`stream_like` does.
    """
    lines = _parse(path)
    _, header = next(lines)
    columns = tuple(Column(name, (zero, one)) for name in header)
    return BitStream(_called(path), columns, _bits(path, lines, range(len(header)), columns, ""))


def _bits(
    path: Path,
    lines: NumberedRows,
    order: Sequence[int],
    columns: Sequence[Column],
    as_where: str,
) -> Iterator[Bits]:
    with closing(lines):
        for line, row in lines:
            bits = np.empty(len(columns), dtype=np.uint8)
            for place, (index, column) in enumerate(zip(order, columns, strict=True)):
                if row[index] not in column.values:
                    expected = " or ".join(map(repr, column.values))
                    _fail(
                        path,
                        f"line {line}, column {column.name!r}: the value is {row[index]!r}; it should "
                        f"be {expected}{as_where}",
                    )
                bits[place] = column.values.index(row[index])
            yield bits


class _Values:
    """The values that the columns of a file turn out to have, numbered as they are found."""

    def __init__(self, path: Path, header: list[str]) -> None:
        self.path = path
        self.header = header
        self.found: list[dict[str, int]] = [{} for _ in header]

    def numbers(self, line: int, row: list[str]) -> list[int]:
        """The number of each of the row's values; fails on the third value of a column."""
        numbers = []
        for name, cell, values in zip(self.header, row, self.found, strict=True):
            if cell not in values:
                if len(values) == 2:
                    known = " and ".join(map(repr, values))
                    _fail(
                        self.path,
                        f"line {line}, column {name!r}: {cell!r} is a third value besides {known}; "
                        f"a column should have two values",
                    )
                values[cell] = len(values)
            numbers.append(values[cell])
        return numbers

    def columns(self) -> tuple[Column, ...]:
        """The columns, when all rows have been seen; fails unless each has two values."""
        path = self.path
        if not self.found[0]:
            _fail(path, "there are no rows below the header; there should be one for each example")
        if all(name in values for name, values in zip(self.header, self.found, strict=True)):
            _fail(
                path,
                f"the header, {', '.join(self.header)}, consists of values; the first line should "
                f"name the columns",
            )
        for name, values in zip(self.header, self.found, strict=True):
            if len(values) == 1:
                _fail(
                    path,
                    f"column {name!r}: every value is {next(iter(values))!r}; a column should have "
                    f"two values, so leave this one out",
                )
        return tuple(
            Column.of(name, list(values))
            for name, values in zip(self.header, self.found, strict=True)
        )


def _parse(path: Path) -> NumberedRows:
    """The header and then every row, each with the number of its first line.

    Blank lines are skipped, white space around a cell is dropped; every row has as many cells as
    the header, none of them empty.
    """
    with closing(_lines(path)) as lines:
        yield from _rows(path, lines)


def _rows(path: Path, lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, strict=True)
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


def _lines(path: Path) -> Generator[str, None, None]:
    """The lines of a file, or of the standard input, each as soon as it is there."""
    what: Path | int = path
    if path == STANDARD_INPUT:
        what = sys.stdin.fileno()
    try:
        with open(
            what,
            encoding="utf-8-sig",
            errors="surrogateescape",
            newline="",
            closefd=not isinstance(what, int),
        ) as file:
            for number, line in enumerate(file, 1):
                if bad := UNDECODED.search(line):
                    byte = ord(bad[0]) - 0xDC00
                    _fail(path, f"line {number}: byte {byte:#04x} is not UTF-8; save it as UTF-8")
                yield line
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        _fail(path, f"cannot be read: {reason}; it should be a CSV file")


def _check_header(path: Path, line: int, header: list[str]) -> None:
    if len(header) < 2:
        _fail(
            path,
            f"line {line}: the header has one column, {header[0]!r}; there should be at least one "
            f"feature and the target, with commas between them",
        )
    places: dict[str, int] = {}
    for index, name in enumerate(header, 1):
        if not name:
            _fail(path, f"line {line}: column {index} has no name; the header should give one")
        if name in places:
            _fail(
                path,
                f"line {line}: columns {places[name]} and {index} are both called {name!r}; the "
                f"header should give each column its own name",
            )
        places[name] = index


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _fail(path: Path, message: str) -> NoReturn:
    raise DataError(f"{_called(path)}: {message}")


def _called(path: Path) -> str:
    return "standard input" if path == STANDARD_INPUT else str(path)
