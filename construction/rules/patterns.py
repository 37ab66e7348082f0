"""Patterns of a cellular automaton as text: the plain ``.cells`` format, and Golly's RLE.

Plain text: a line is a row, ``.`` is dead and ``O`` or ``*`` is alive; lines that begin with ``!`` are
comments. RLE: a header ``x = 3, y = 3, rule = B3/S23``, then runs of ``b`` (dead) and ``o`` (alive), each
with its length in front, ``$`` at the end of a row and ``!`` at the end; lines that begin with ``#``
are comments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from construction.errors import RuleError, SizeError

Cells = npt.NDArray[np.int64]

CELL_LIMIT: Final = 2**28  #: a larger rectangle is refused before anything is allocated
_TOKEN: Final = re.compile(r"\s*(\d*)([bo$!])")


@dataclass(frozen=True, eq=False)
class Pattern:
    """Cells, 1 for alive, ``(rows, columns)``; and the rule that the file names, if it names one."""

    cells: Cells
    rule: str | None = None


def parse_pattern(text: str) -> Pattern:
    """The pattern in a file of either format.

    Raises :class:`~construction.errors.RuleError` with the line and column of what is wrong.
    """
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            if re.match(r"\s*x\s*=", line):
                return _parse_rle(lines, number)
            break
    return _parse_cells(lines)


def format_cells(cells: Cells) -> str:
    """The plain text format, one line a row."""
    return "".join("".join(".O"[cell] for cell in row) + "\n" for row in cells)


def _parse_cells(lines: list[str]) -> Pattern:
    rows: list[list[int]] = []
    for number, line in enumerate(lines, 1):
        if line.startswith("!"):
            continue
        for column, symbol in enumerate(line.rstrip(), 1):
            if symbol not in ".O*":
                raise RuleError(
                    f"line {number}, column {column}: {symbol!r} is no cell; it should be . (dead) "
                    f"or O (alive), or the line a comment that begins with !"
                )
        rows.append([int(symbol != ".") for symbol in line.rstrip()])
    while rows and not rows[-1]:
        rows.pop()
    return Pattern(_rectangle(rows, 0, 0))


def _parse_rle(lines: list[str], header: int) -> Pattern:
    match = re.fullmatch(
        r"\s*x\s*=\s*(\d+)\s*,\s*y\s*=\s*(\d+)\s*(?:,\s*rule\s*=\s*(\S+)\s*)?", lines[header - 1]
    )
    if match is None:
        raise RuleError(
            f"line {header}: {lines[header - 1]!r} is no RLE header; it should look like "
            f"x = 3, y = 3, rule = B3/S23"
        )
    width, height = int(match[1]), int(match[2])
    _check_size(height, width)
    rows: list[list[int]] = [[]]
    for number, line in enumerate(lines[header:], header + 1):
        if line.startswith("#"):
            continue
        place = 0
        while token := _TOKEN.match(line, place):
            count = int(token[1] or 1)
            wide = token[2] in "bo" and len(rows[-1]) + count > width
            if wide or (token[2] == "o" and len(rows) > height):
                raise RuleError(
                    f"line {number}, column {place + 1}: {token[0].strip()!r} leads out of the "
                    f"{height} rows and {width} columns that the header names"
                )
            place = token.end()
            if token[2] == "!":
                return Pattern(_rectangle(rows[:height], height, width), match[3])
            if token[2] == "$":
                rows += [[] for _ in range(min(count, height + 1 - len(rows)))]
            else:
                rows[-1] += [int(token[2] == "o")] * count
        if line[place:].strip():
            column = place + 1 + len(line[place:]) - len(line[place:].lstrip())
            raise RuleError(
                f"line {number}, column {column}: {line[column - 1]!r} has no meaning in RLE; it "
                f"should be b (dead), o (alive), $ (end of row) or !, with a number in front"
            )
    raise RuleError(f"line {len(lines)}: the pattern does not end; it should end in !")


def _rectangle(rows: list[list[int]], height: int, width: int) -> Cells:
    """The rows as a rectangle, dead cells where they are short."""
    shape = (max(height, len(rows)), max([width, *map(len, rows)]))
    if 0 in shape:
        raise RuleError("the pattern has no cells; it should have at least one row and one column")
    _check_size(*shape)
    cells = np.zeros(shape, dtype=np.int64)
    for number, row in enumerate(rows):
        cells[number, : len(row)] = row
    return cells


def _check_size(rows: int, columns: int) -> None:
    if rows * columns > CELL_LIMIT:
        raise SizeError(
            f"a pattern of {rows} rows and {columns} columns is too large; it should have at most "
            f"{CELL_LIMIT} cells"
        )
