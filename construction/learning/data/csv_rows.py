"""The rows of a CSV file, or of the standard input, each as soon as it is there."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final, NoReturn

from construction.errors import DataError

#: A file's rows with the number of each one's first line; closing it closes the file.
NumberedRows = Generator[tuple[int, list[str]], None, None]

UNDECODED: Final = re.compile("[\udc80-\udcff]")  #: how Python shows a byte that is not UTF-8
STANDARD_INPUT: Final = Path("-")  #: as a command's argument
OTHER_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}
NO_HEADER: Final = (
    "; if the file has no header, put one above: the first line should name the columns"
)


def parse(path: Path, *, any_columns: bool = False) -> NumberedRows:
    """The header and then every row, each with the number of its first line.

    Blank lines are skipped, white space around a cell is dropped; every row has as many cells as
    the header, none of them empty, and there are two columns or more, each with a name of its own. With ``any_columns`` that
    is left to whoever knows which of them matter.
    """
    with closing(_lines(path)) as lines:
        yield from _rows(path, lines, any_columns=any_columns)


def _rows(
    path: Path, lines: Iterator[str], *, any_columns: bool
) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, strict=True)
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            row = [cell.strip() for cell in next(reader)]
        except StopIteration:
            break
        except csv.Error as error:
            fail(path, f"line {line}: {error}; commas and quotes should be as in CSV")
        if row in ([], [""]):
            continue
        if header is None:
            header = row
            if not any_columns:
                _check_header(path, line, header)
        elif len(row) != len(header):
            fail(
                path,
                f"line {line}: the number of cells is {len(row)}; it should be {len(header)}, as in "
                f"the header",
            )
        elif "" in row and not any_columns:
            name = header[row.index("")]
            fail(path, f"line {line}, column {name!r}: the cell is empty; it should have a value")
        yield line, row
    if header is None:
        fail(path, "the file is empty; it should begin with a header, the names of its columns")


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
                    fail(path, f"line {number}: byte {byte:#04x} is not UTF-8; save it as UTF-8")
                if "\0" in line:
                    fail(path, f"line {number}: byte 0x00 is no text; it should be a CSV file")
                yield line
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        fail(path, f"cannot be read: {reason}; it should be a CSV file")


def _check_header(path: Path, line: int, header: list[str]) -> None:
    if len(header) < 2:
        fail(
            path,
            f"line {line}: the header has one column, {header[0]!r}; there should be at least one "
            f"feature and the target, with commas between them{not_commas(header)}",
        )
    places: dict[str, int] = {}
    for index, name in enumerate(header, 1):
        if not name:
            hint = "; if the column numbers the rows, leave it out (pandas: index=False)"
            hint = hint if index == 1 else ""
            fail(path, f"line {line}: column {index} has no name; the header should give one{hint}")
        if name in places:
            fail(
                path,
                f"line {line}: columns {places[name]} and {index} are both called {name!r}; the "
                f"header should give each column its own name"
                + (NO_HEADER if all(number(each) is not None for each in header) else ""),
            )
        places[name] = index


def not_commas(header: list[str]) -> str:
    """What stands where commas should be, for an error: ``, not semicolons``; nothing if there is nothing of this kind."""
    found = next((each for each in OTHER_SEPARATORS if each in "".join(header)), None)
    return "" if found is None else f", not {OTHER_SEPARATORS[found]}"


def number(value: str) -> float | None:
    """The number that the text is, if it is one."""
    try:
        return float(value)
    except ValueError:
        return None


def fail(path: Path, message: str) -> NoReturn:
    """Raise a :class:`~construction.errors.DataError` about the file."""
    raise DataError(f"{called(path)}: {message}")


def called(path: Path) -> str:
    """What messages call the file."""
    return "standard input" if path == STANDARD_INPUT else str(path)
