"""What commands show of their work: progress bars, and reports in labelled paragraphs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
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
)
from rich.text import Text

from construction import progress
from construction.cli.console import Console
from construction.learning.data.data_set import Columns
from construction.learning.data.table import Column
from construction.learning.report import Report

LABEL_WIDTH: Final = 10


@contextmanager
def progress_bars() -> Iterator[progress.Progress]:
    """Progress bars on stderr, and nothing at all when it is not a terminal."""
    with Progress(
        TextColumn("{task.description:12}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
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
    if "numba" not in sys.modules or bars.disable:
        yield
        return
    from numba.core import event  # noqa: PLC0415

    class Listener(event.Listener):
        """One kernel's compilation may begin within that of another."""

        def __init__(self) -> None:
            self.depth = 0
            self.task = TaskID(0)

        def on_start(self, _: object) -> None:
            if self.depth == 0:
                self.task = bars.add_task("compiling the kernels, once", total=None)
            self.depth += 1

        def on_end(self, _: object) -> None:
            self.depth -= 1
            if self.depth == 0:
                bars.remove_task(self.task)

    with event.install_listener("numba:compile", Listener()):
        yield


def print_paragraphs(paragraphs: Iterable[tuple[str, str]]) -> None:
    """Paragraphs on stdout, wrapped, with a bold label to each on a terminal."""
    console = Console()
    for label, text in paragraphs:
        lines = wrap(text, max(20, console.width - LABEL_WIDTH), break_on_hyphens=False)
        body = ("\n" + " " * LABEL_WIDTH).join(lines)
        console.print(Text.assemble((f"{label:{LABEL_WIDTH}}", "bold"), body), soft_wrap=True)


def opening(
    report: Report, columns: Columns, source: str, executor: str
) -> Iterator[tuple[str, str]]:
    """The first paragraphs of a report: the data, the program, and its network."""
    constant = ", one of them constant" if columns.intercept else ""
    target = columns.target.name
    yield "data", f"{source}: {counted(report.d, 'feature')}{constant}; the target is {target!r}"
    for text in _bit_values(columns.features, columns.target):
        yield "bits", text
    yield "program", f"{report.program}, on the {executor} executor"
    yield (
        "network",
        f"{report.rows:,} x {report.pixels // report.rows:,} pixels, {report.layers:,} layers; "
        f"{report.hidden_units:,} hidden units per pixel and layer, {report.nodes:,} nodes; "
        f"{report.weights['nonzero']:,} non-zero weights, {report.weights['distinct']:,} distinct",
    )


def _bit_values(features: Sequence[Column], target: Column) -> Iterator[str]:
    """Which value counts as bit 1: the columns with the same two values together."""
    groups: dict[tuple[str, str], list[str]] = {}
    names_of_features = [column.name for column in features]
    for column in (*features, target):
        groups.setdefault(column.values, []).append(column.name)
    for (zero, one), names in groups.items():
        where = "every column" if len(groups) == 1 else _columns(names, names_of_features)
        yield f"{one!r} is bit 1 and {zero!r} is bit 0 in {where}"


def _columns(names: list[str], features: list[str]) -> str:
    if names == features:
        return "every feature"
    return ", ".join(map(repr, names))


def share(fraction: float) -> str:
    """A fraction that reads 1.0 only when it is 1."""
    return "1.0" if fraction == 1 else f"{min(fraction, 0.9999):.4f}"


def counted(count: int, what: str) -> str:
    """The count and what is counted, in the singular or the plural."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
