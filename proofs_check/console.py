"""Where verdicts are printed."""

from __future__ import annotations

import re
from typing import Any, NoReturn

import rich.console


class Console(rich.console.Console):
    """Plain lines, as long as they are; when their reader has gone, that is no verdict.

    A string is one line: what would steer the terminal, or begin another line, is shown with escapes.
    """

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(highlight=False, markup=False, soft_wrap=True, stderr=stderr)

    def print(self, *objects: Any, **options: Any) -> None:
        shown = (escaped(each) if isinstance(each, str) else each for each in objects)
        super().print(*shown, **options)

    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError


def escaped(text: str) -> str:
    """The text with escapes in place of characters that are not printable."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def closed_up(text: str) -> str:
    """The text with one space for many: with enough of them it could look like lines of a table."""
    return re.sub(" +", " ", text)
