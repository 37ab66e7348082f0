"""A statement of the paper: a function that checks it, with what the table says of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from proofs_check.verdict import RefutedError

if TYPE_CHECKING:
    from proofs_check.subject import Subject

Method = Literal["all sizes, exact", "symbolic", "finite, exact", "property-based", "statistical"]


@dataclass(frozen=True)
class Found:
    """What a check covered, in words with counts, and the constants that it found."""

    covered: str
    constants: Mapping[str, str] = field(default_factory=dict)


NOT_CLAIMED: Final = "not claimed"
Applies = bool | Literal["not claimed"]


@dataclass(frozen=True)
class Statement:
    """A statement with its check.

    ``check`` returns what was covered, or raises :class:`~proofs_check.verdict.RefutedError`. ``program``
    is empty for a statement about the construction itself. Of one that a certificate does not ``claim``
    nothing is checked but that the certificate can be read.
    """

    id: str
    text: str
    method: Method
    check: Callable[[], Found]
    program: str = ""
    claimed: bool = True


@dataclass(frozen=True)
class Template:
    """A statement about any network to which it ``applies``."""

    id: str
    text: str | Callable[[Subject], str]
    method: Method | Callable[[Subject], Method]
    check: Callable[[Subject], Found]
    applies: Callable[[Subject], Applies]

    def about(self, subject: Subject) -> Iterator[Statement]:
        """The statement about one network, if it applies."""
        applies = self.applies(subject)

        def check() -> Found:
            if applies != NOT_CLAIMED:
                return self.check(subject)
            # What cannot be read says nothing, not even that it claims nothing.
            _ = subject.certificate
            return Found(NOT_CLAIMED)

        if applies:
            yield Statement(
                self.id,
                self.text(subject) if callable(self.text) else self.text,
                self.method(subject) if callable(self.method) else self.method,
                check,
                subject.network.name,
                applies != NOT_CLAIMED,
            )


OF_NETWORKS: Final[dict[str, Template]] = {}
OF_THE_CONSTRUCTION: Final[dict[str, Statement]] = {}


def about_networks(
    name: str,
    text: str | Callable[[Subject], str],
    method: Method | Callable[[Subject], Method],
    applies: Callable[[Subject], Applies] = lambda _: True,
    key: str = "",
) -> Callable[[Callable[[Subject], Found]], Callable[[Subject], Found]]:
    """Make a function the check of a statement about networks. ``key`` tells equal names apart."""

    def register(check: Callable[[Subject], Found]) -> Callable[[Subject], Found]:
        OF_NETWORKS[key or name] = Template(name, text, method, check, applies)
        return check

    return register


def about_the_construction(
    name: str, text: str, method: Method
) -> Callable[[Callable[[], Found]], Callable[[], Found]]:
    """Make a function the check of a statement about the construction."""

    def register(check: Callable[[], Found]) -> Callable[[], Found]:
        OF_THE_CONSTRUCTION[name] = Statement(name, text, method, check)
        return check

    return register


@dataclass(frozen=True)
class Row:
    """A checked statement; ``holds`` is None for one that is not claimed."""

    statement: Statement
    holds: bool | None
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
            "claimed": self.statement.claimed,
            "covered": self.covered,
            "constants": dict(self.constants),
            "holds": self.holds,
            "counterexample": self.counterexample,
            "seconds": round(self.seconds, 3),
        }


def check(statement: Statement) -> Row:
    """Run a statement's check. One that is not claimed can fail, but not hold."""
    start = time.perf_counter()
    try:
        found, counterexample = statement.check(), ""
    except RefutedError as refutation:
        found, counterexample = Found("until it failed"), str(refutation)
    seconds = time.perf_counter() - start
    holds = False if counterexample else True if statement.claimed else None
    return Row(statement, holds, found.covered, found.constants, counterexample, seconds)
