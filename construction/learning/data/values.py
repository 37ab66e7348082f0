"""The two values of each column of a table, as they are found, and what is wrong with a third."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final

from construction.arguments import check_fields
from construction.learning.data.csv_rows import NO_HEADER, fail, number

#: Words for a value that is not there, in small letters.
MISSING: Final = frozenset({"?", "nan", "na", "n/a", "null", "none", "-", "--", "."})
#: What the name of a column ends in that numbers the rows, in small letters.
_INDEX: Final = re.compile(r"(^|[\W_])(id|index|idx|no|nr|row|number|#)$")


@dataclass(frozen=True)
class Column:
    """A column's name and its two values, the one that counts as bit 0 first."""

    name: str
    values: tuple[str, str]

    def __post_init__(self) -> None:
        check_fields(self)

    @classmethod
    def of(cls, name: str, values: Sequence[str]) -> Column:
        """The column of two values, in any order.

        Of -1 and +1, -1 is bit 1, so that a product of signs is a parity of bits. Of any other two
        values the later in alphabetical order is bit 1, upper and lower case alike: 1 of 0 and 1,
        true of true and false, yes of yes and no.
        """
        if {number(value) for value in values} == {-1.0, 1.0}:
            zero, one = sorted(values, key=float, reverse=True)
        else:
            zero, one = sorted(values, key=lambda value: (value.casefold(), value))
        return cls(name, (zero, one))


class Values:
    """The values that the columns of a file turn out to have, numbered as they are found."""

    def __init__(self, path: Path, header: list[str]) -> None:
        self.path = path
        self.header = header
        self.rows = 0
        self.found: list[dict[str, int]] = [{} for _ in header]
        self._lines: list[list[int]] = [[] for _ in header]

    def numbers(self, line: int, row: list[str]) -> list[int]:
        """The number of each of the row's values; fails on the third value of a column."""
        numbers = []
        self.rows += 1
        for index, (cell, values) in enumerate(zip(row, self.found, strict=True)):
            if cell not in values:
                if len(values) == 2:
                    self._third(index, line, cell)
                values[cell] = len(values)
                self._lines[index].append(line)
            numbers.append(values[cell])
        return numbers

    def columns(self) -> tuple[Column, ...]:
        """The columns, when all rows have been seen; fails unless each has two values.

        A column with one value has two all the same if that value is 0 or 1, which says what bit it is,
        or, in a table of signs, -1 or 1.
        """
        if not self.rows:
            fail(
                self.path,
                "there are no rows below the header; there should be one for each example",
            )
        if all(name in values for name, values in zip(self.header, self.found, strict=True)):
            fail(
                self.path,
                f"the header, {', '.join(self.header[:12])}, consists of values{NO_HEADER}",
            )
        signs = any({number(each) for each in values} == {-1.0, 1.0} for values in self.found)
        return tuple(
            Column.of(name, self._two(name, list(values), signs=signs))
            for name, values in zip(self.header, self.found, strict=True)
        )

    def first_bits(self, columns: Sequence[Column]) -> list[int]:
        """For each column the bit of the value that was found first."""
        return [
            column.values.index(next(iter(found)))
            for column, found in zip(columns, self.found, strict=True)
        ]

    def _two(self, name: str, values: list[str], *, signs: bool) -> list[str]:
        if len(values) == 2:
            return values
        value = values[0]
        if signs and value in ("-1", "1"):
            return ["-1", "1"]
        if value in ("0", "1"):
            return ["0", "1"]
        problem = (
            f"column {name!r}: every value is {value!r}; a column should have two values, so leave "
            f"this one out; if it is the target, there is nothing to learn"
        )
        if self.rows == 1:
            problem = (
                f"there is one row below the header, so nothing says which two values column "
                f"{name!r} has; there should be two rows or more"
            )
        return fail(self.path, problem)

    def _third(self, index: int, line: int, cell: str) -> None:
        """Fail, and blame the value that is likely to be wrong: it need not be the third."""
        values = [*zip(self.found[index], self._lines[index], strict=True), (cell, line)]
        for value, where in values:
            if value.casefold() in MISSING:
                fail(
                    self.path,
                    f"line {where}, column {self.header[index]!r}: {value!r} stands where a value is "
                    f"missing; leave the row out, or write one of the column's two values",
                )
        for (first, _), (second, _) in combinations(values, 2):
            if number(first) is not None and number(first) == number(second):
                shorter, longer = sorted([first, second], key=len)
                fail(
                    self.path,
                    f"line {dict(values)[longer]}, column {self.header[index]!r}: {longer!r} is the same number as "
                    f"{shorter!r}, written in another way; write it alike in every row",
                )
        name = self.header[index]
        known = " and ".join(repr(value) for value, _ in values[:2])
        hint = ""
        if _INDEX.search(name.casefold()) or self._counts(values):
            hint = "; if the column numbers the rows, leave it out"
        elif all(number(each) is not None for each in self.header):
            hint = NO_HEADER
        fail(
            self.path,
            f"line {line}, column {name!r}: {cell!r} is a third value besides {known}; a column "
            f"should have two values{hint}",
        )

    def _counts(self, values: list[tuple[str, int]]) -> bool:
        """Are the values successive numbers, each met in a row of its own from the first on?"""
        numbers = [number(value) for value, _ in values]
        first = numbers[0]
        return self.rows == 3 and first is not None and numbers == [first, first + 1, first + 2]
