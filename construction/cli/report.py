"""What commands show of their work: progress bars, and reports in labelled paragraphs."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from textwrap import wrap
from typing import Final

import rich.console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from construction import progress
from construction.cli.console import Console
from construction.formats.text import printable
from construction.kernels import told_of_compiling

LABEL_WIDTH: Final = 10
_WORD: Final = re.compile(r"[^\W\d][\w.-]*")


@contextmanager
def progress_bars() -> Iterator[progress.Progress]:
    """Progress bars on stderr, and nothing at all when it is not a terminal."""
    with Progress(
        TextColumn("{task.description:12}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=rich.console.Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as bars:
        tasks = {}

        def show(what: str, done: int, total: int | None, /) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done)

        with _shown_compiling(bars):
            yield show


@contextmanager
def _shown_compiling(bars: Progress) -> Iterator[None]:
    """A line for as long as kernels are being compiled, which happens once."""
    tasks: list[TaskID] = []

    def show(begins: bool) -> None:
        if begins:
            tasks.append(bars.add_task("compiling the kernels, once", total=None))
        elif tasks:
            bars.remove_task(tasks.pop())

    with told_of_compiling(show):
        yield


def print_paragraphs(paragraphs: Iterable[tuple[str, str]]) -> None:
    """Paragraphs on stdout, wrapped, with a bold label to each on a terminal."""
    console = Console()
    for label, text in paragraphs:
        lines = wrap(printable(text), max(20, console.width - LABEL_WIDTH), break_on_hyphens=False)
        body = ("\n" + " " * LABEL_WIDTH).join(lines)
        console.print(Text.assemble((f"{label:{LABEL_WIDTH}}", "bold"), body), soft_wrap=True)


def quoted(name: str) -> str:
    """A column's name within a sentence: in quotes, unless it is a word that has a letter first."""
    return name if _WORD.fullmatch(name) else repr(name)


def share(fraction: float) -> str:
    """A fraction that reads 1.0 only when it is 1."""
    return "1.0" if fraction == 1 else f"{min(fraction, 0.9999):.4f}"


def counted(count: int, what: str) -> str:
    """The count and what is counted, in the singular or the plural."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
