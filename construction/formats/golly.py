"""Golly's notations: rules by name, and patterns as plain text (``.cells``) or RLE.

A rule is ``B3/S23``, ``23/3`` or ``W110``. Plain text: a line is a row, ``.`` is dead and ``O`` or ``*`` is
alive; lines that begin with ``!`` are comments. RLE: a header ``x = 3, y = 3, rule = B3/S23``, then runs
of ``b`` (dead) and ``o`` (alive), each with its length in front, ``$`` at the end of a row and ``!`` at the
end; lines that begin with ``#`` are comments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from construction.errors import RuleError, SizeError
from construction.rules.cellular_automaton import CellularAutomaton, elementary, outer_totalistic

Cells = npt.NDArray[np.int64]

CELL_LIMIT: Final = 2**28  #: a larger rectangle is refused before anything is allocated
_TOKEN: Final = re.compile(r"\s*(\d*)([bo$!])")


#: The forms of Golly's notation.
_FORMS: Final = (
    r"W(?P<number>\d+)",
    r"B(?P<born>\d*)/?S(?P<survives>\d*)(?P<kind>[HV]?)",
    r"(?=.*\d)(?P<survives>\d*)/(?P<born>\d*)(?P<kind>[HV]?)",
)


def parse_automaton(text: str) -> CellularAutomaton:
    """The automaton that Golly's notation names.

    ``B3/S23`` (Life), also without the slash, in small letters, or as ``23/3``, survival first; ``H``
    at the end for six neighbours on a hexagonal grid, ``V`` for the four that share a side; ``W110``
    for an elementary rule.

    Raises :class:`~construction.errors.RuleError` when the text is none of these.
    """
    match = _notation(text)
    if match is None:
        raise RuleError(
            f"{text!r} is no cellular automaton that this project reads; it should look like B3/S23 "
            f"(born with 3 living neighbours, survives with 2 or 3; H or V at the end for another "
            f"neighbourhood) or W110 (an elementary rule by its number); other letters, and grids with "
            f"bounds such as :T10,10, are not read"
        )
    parts = match.groupdict()
    if "number" in parts:
        return elementary(int(parts["number"]))
    born, survives = map(int, parts["born"]), map(int, parts["survives"])
    return outer_totalistic(born, survives, parts["kind"].upper())


def resembles_automaton(text: str) -> bool:
    """Does the text begin like a rule of Golly's that this project does not read?"""
    return re.match(r"B\d*/?S\d*[A-Z:,\d]*$|W\d+[:A-Z]", text.strip(), re.IGNORECASE) is not None


def is_automaton(text: str) -> bool:
    """Is the text in Golly's notation? There may still be no such automaton."""
    return _notation(text) is not None


def _notation(text: str) -> re.Match[str] | None:
    found = (re.fullmatch(form, text.strip(), re.IGNORECASE) for form in _FORMS)
    return next((match for match in found if match is not None), None)


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
