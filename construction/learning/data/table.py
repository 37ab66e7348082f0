"""Tables of two-valued columns, read from CSV files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from construction.arguments import check_fields, checked
from construction.arrays import Bits, as_bits
from construction.errors import DataError
from construction.learning.data.csv_rows import NumberedRows, called, fail, parse
from construction.learning.data.values import Column, Values
from construction.network.container import PathLike


@dataclass(frozen=True, eq=False)
class BitTable:
    """A table as bits, ``(rows, columns)``, and what its columns are called.

    ``numbers`` says which row of its source each row is, from 1, the header not counted.
    """

    source: str
    columns: tuple[Column, ...]
    bits: Bits
    numbers: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        check_fields(self)
        bits = as_bits(self.bits, "bits", "(rows, columns)")
        if bits.shape[1] != len(self.columns):
            raise DataError(
                f"{self.source}: the bits have {bits.shape[1]} columns; there are {len(self.columns)} names"
            )
        object.__setattr__(self, "bits", bits)
        if len(self.numbers) == 0:
            object.__setattr__(self, "numbers", np.arange(1, len(bits) + 1))
        if len(self.numbers) != len(bits):
            raise DataError(
                f"{self.source}: {len(self.numbers)} numbers of rows; there are {len(bits)} rows"
            )


@dataclass(frozen=True, eq=False)
class BitStream:
    """A table whose rows are read one by one, when they are asked for; each is ``(columns,)``."""

    source: str
    columns: tuple[Column, ...]
    rows: Iterator[Bits]


@checked
def read_table(path: PathLike) -> BitTable:
    """A CSV file with a header; every column must have two values.

    Raises :class:`~construction.errors.DataError` with the line and column of the first cell that
    is wrong.
    """
    path = Path(path)
    cells = bytearray()
    with closing(parse(path)) as lines:
        _, header = next(lines)
        values = Values(path, header)
        for line, row in lines:
            cells += bytes(values.numbers(line, row))
    columns = values.columns()
    found = np.frombuffer(cells, dtype=np.uint8).reshape(-1, len(header))
    first = np.array(values.first_bits(columns), dtype=np.uint8)
    return BitTable(str(path), columns, found ^ first)


def find_columns(path: Path) -> tuple[Column, ...]:
    """The columns of a CSV file, which is read to its end but not kept. Raises as `read_table`."""
    with closing(parse(path)) as lines:
        _, header = next(lines)
        values = Values(path, header)
        for line, row in lines:
            values.numbers(line, row)
    return values.columns()


def read_table_like(path: Path, like: BitTable | BitStream) -> BitTable:
    """A CSV file with the columns of another table, in any order, and no other values.

    Raises :class:`~construction.errors.DataError` with the line and column of the first difference.
    """
    rows = list(stream_like(path, like.columns, like.source).rows)
    if not rows:
        fail(path, "there are no rows below the header; there should be one for each example")
    return BitTable(str(path), like.columns, np.stack(rows))


def stream_like(path: Path, columns: tuple[Column, ...], source: str) -> BitStream:
    """The rows of a CSV file with these columns, which are those of ``source``, in any order.

    The path ``-`` is the standard input. Raises :class:`~construction.errors.DataError`, now or when
    a row is read, with the line and column of the first difference.
    """
    lines = parse(path)
    line, header = next(lines)
    with ExitStack() as on_failure:
        on_failure.callback(lines.close)
        known = {column.name: column for column in columns}
        should = f"the columns should be those of {source}"
        places = {name: index for index, name in enumerate(header)}
        for name in header:
            if name not in known:
                fail(path, f"line {line}: {source} has no column {name!r}; {should}")
        for name in known:
            if name not in places:
                fail(path, f"line {line}: column {name!r} is missing; {should}")
        on_failure.pop_all()
    order = [places[column.name] for column in columns]
    rows = _bits(path, lines, order, columns, f", as in {source}")
    return BitStream(called(path), columns, rows)


def stream_of_values(path: Path, zero: str, one: str) -> BitStream:
    """The rows of a CSV file in which every column has the values ``zero`` and ``one``.

    Raises as :func:`stream_like` does.
    """
    lines = parse(path)
    _, header = next(lines)
    columns = tuple(Column(name, (zero, one)) for name in header)
    return BitStream(called(path), columns, _bits(path, lines, range(len(header)), columns, ""))


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
                    fail(
                        path,
                        f"line {line}, column {column.name!r}: the value is {row[index]!r}; it should "
                        f"be {expected}{as_where}",
                    )
                bits[place] = column.values.index(row[index])
            yield bits
