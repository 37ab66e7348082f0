"""What a check says: a row of the table, or a refutation with its counterexample."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Method = Literal["all sizes, exact", "symbolic", "finite, exact", "property-based", "statistical"]


class RefutedError(Exception):
    """A statement does not hold: what was expected, and the smallest counterexample found."""


@dataclass(frozen=True)
class Found:
    """What a check covered, in words with counts, and the constants that it found."""

    covered: str
    constants: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """A statement of the paper with its check.

    ``check`` returns what was covered, or raises :class:`RefutedError`. ``program`` is empty for a
    statement about the construction itself.
    """

    id: str
    text: str
    method: Method
    check: Callable[[], Found]
    program: str = ""


@dataclass(frozen=True)
class Row:
    """A checked statement."""

    statement: Statement
    holds: bool
    covered: str
    constants: Mapping[str, str]
    counterexample: str
    seconds: float

    def as_json(self) -> dict[str, object]:
        """The row as plain data."""
        return {
            "id": self.statement.id,
            "program": self.statement.program,
            "statement": self.statement.text,
            "method": self.statement.method,
            "covered": self.covered,
            "constants": dict(self.constants),
            "holds": self.holds,
            "counterexample": self.counterexample,
            "seconds": round(self.seconds, 3),
        }


def check(statement: Statement) -> Row:
    """Run a statement's check."""
    start = time.perf_counter()
    try:
        found, counterexample = statement.check(), ""
    except RefutedError as refutation:
        found, counterexample = Found("until it failed"), str(refutation)
    seconds = time.perf_counter() - start
    return Row(
        statement, not counterexample, found.covered, found.constants, counterexample, seconds
    )
