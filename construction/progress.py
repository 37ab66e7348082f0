"""How long work tells of its progress."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called now and then: ``what`` is being done, how much of it, and how much there is, if known."""

    def __call__(self, what: str, done: int, total: int | None, /) -> object: ...


def quiet(_what: str, _done: int, _total: int | None, /) -> None:
    """Tells nobody."""
