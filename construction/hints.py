"""What would be right, in place of a misspelt name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def closest(name: str, known: Iterable[str]) -> str:
    """A suggestion for a misspelt name."""
    options = list(known)
    close = get_close_matches(name, options, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"it should be one of {', '.join(map(repr, options))}"
