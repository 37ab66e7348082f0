"""Text that a person wrote, and errors that point into it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from construction.errors import MachineError

EXCERPT: Final = 60  #: characters of a line that are shown on both sides of a position

_LINE_BREAK: Final = re.compile("\r\n|[\r\n\x85\u2028\u2029]")  #: as YAML counts lines


@dataclass(frozen=True)
class Source:
    """A text with the name that errors call it by.

    ``line`` and ``column`` count from 0 and say where the text begins in the file, for a text that
    is embedded in another.
    """

    text: str
    name: str
    line: int = 0
    column: int = 0

    @property
    def lines(self) -> list[str]:
        """The lines of the text, without their ends."""
        return _LINE_BREAK.split(self.text)

    def at(self, line: int, column: int) -> Place:
        """The place at a line and a column of this text, counted from 0."""
        return Place(self, line, column)


@dataclass(frozen=True)
class Place:
    """A position in a source; ``str`` gives it as file, line and column, counted from 1."""

    source: Source
    line: int
    column: int

    def __str__(self) -> str:
        source = self.source
        line, column = source.line + self.line + 1, source.column + self.column + 1
        return f"{source.name}, line {line}, column {column}"

    def excerpt(self) -> str:
        """The line of text around the position, with a caret under it; empty past the end."""
        lines = self.source.lines
        if self.line >= len(lines):
            return ""
        line = "".join(each if each.isprintable() else " " for each in lines[self.line]).rstrip()
        start = max(0, self.column - EXCERPT)
        shown = line[start : self.column + EXCERPT]
        return f"\n    {shown}\n    {' ' * (self.column - start)}^"


def printable(text: str) -> str:
    """The text with escapes in place of characters that would steer the terminal."""
    return "".join(
        each if each.isprintable() or each == "\n" else repr(each)[1:-1] for each in text
    )


class FormatError(MachineError):
    """A text in a machine format that is not a machine: where, what, and what would be right."""

    def __init__(self, place: Place, problem: str, suggestion: str) -> None:
        super().__init__(f"{place}: {problem}; {suggestion}{place.excerpt()}")
        self.place = place
        self.problem = problem
        self.suggestion = suggestion
