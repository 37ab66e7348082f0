"""``python -m benchmarks``: every row of the table, measured on this machine in one run."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from benchmarks.autograd import autograd_row
from benchmarks.fast_weights import fast_weight_rows
from benchmarks.fit import fit_rows
from benchmarks.large import HUGE, large_rows
from benchmarks.measure import Row, machine
from benchmarks.one_head import STEPS, one_head_row
from benchmarks.online import online_rows
from benchmarks.reporting import ended_by_sigterm_too, refuse_unwritable
from benchmarks.search import search_rows
from benchmarks.startup import first_row, startup_row
from benchmarks.throughput import throughput_rows
from construction.network.container import write_atomically


def rows(*, quick: bool) -> Iterator[Row]:
    """All rows, in the order of the table; ``quick`` takes smaller sizes and fewer repeats."""
    yield from large_rows(*((192, 256, 3) if quick else (1024, HUGE, 5)))
    yield autograd_row(*((8, 1) if quick else (24, 3)))
    yield from fit_rows(((100, 8, 1.0),)) if quick else fit_rows()
    yield from online_rows(*((32, 200) if quick else (256, 10_000)))
    yield from fast_weight_rows(*((40, 3) if quick else (120, 5)))
    yield one_head_row(2_000_000 if quick else STEPS, 5)
    yield first_row()
    yield startup_row(5 if quick else 15)
    yield from throughput_rows(64 if quick else 256, 5)
    yield from search_rows(*((500_000, 1) if quick else (20_000_000, 8)))


def main() -> int:
    """Print the table; 1 if a goal is missed, 130 if it was interrupted, 0 otherwise.

    What was measured before an interrupt, or before it was told to end (SIGTERM), is shown and written all the same.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes; under 45 seconds")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the rows to FILE as well")
    parser.add_argument(
        "--show", metavar="FILE", type=Path, help="show such a file; measure nothing"
    )
    arguments = parser.parse_args()
    if arguments.show:
        report = json.loads(arguments.show.read_text(encoding="utf-8"))
        found = [Row(**{k: v for k, v in row.items() if k != "holds"}) for row in report["rows"]]
        show(report["machine"], found, quick=report["quick"], whole=report.get("whole", True))
        return 0
    refuse_unwritable(parser, arguments.json)
    here, found, whole = machine(), [], False
    # On a terminal one sees how far it is; to a pipe nothing of this is written.
    console = Console(stderr=True)
    with (
        ended_by_sigterm_too(),
        suppress(KeyboardInterrupt),
        console.status("measuring the first row") as status,
    ):
        for row in rows(quick=arguments.quick):
            found.append(row)
            status.update(f"measured {len(found)}, the last one: {escape(row.name)}")
        whole = True
    show(here, found, quick=arguments.quick, whole=whole)
    if arguments.json:
        report = {
            "machine": here,
            "quick": arguments.quick,
            "whole": whole,
            "rows": [{**vars(row), "holds": row.holds} for row in found],
        }
        write_atomically(arguments.json, (json.dumps(report, indent=1) + "\n").encode())
    if not whole:
        return 130
    return int(not arguments.quick and any(row.holds is False for row in found))


def show(here: dict[str, Any], found: list[Row], *, quick: bool, whole: bool = True) -> None:
    """Print the table, what the values come from, and what was compared with; ``whole``: all its rows."""
    console = Console(highlight=False, markup=False, width=120)
    title = f"{here['processor']}, {here['cores']} cores, Python {here['python']}"
    table = Table(title=title, box=None, pad_edge=False, title_justify="left")
    table.add_column("measured", no_wrap=True)
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("goal", no_wrap=True)
    for row in found:
        table.add_row(*cells(row))
    console.print(table)
    for row in found:
        details = ", ".join(f"{name} {number:,.4g}" for name, number in row.details.items())
        if row.note or details:
            console.print(f"{row.name}: {row.note or details}", style="dim")
    console.print(", ".join(f"{name} {number}" for name, number in here["versions"].items()))
    if not whole:
        console.print("Interrupted: these are the rows that were finished.")
    if quick:
        console.print("The goals are for the full sizes; --quick only shows that everything runs.")


def cells(row: Row) -> tuple[str, str, str]:
    """A row as the table shows it."""
    if row.value is None:
        return row.name, "-", "not measured"
    digits = f"{row.value:,.0f}" if row.value >= 100 else f"{row.value:.3g}"
    mark = {True: ": reached", False: ": missed", None: ""}[row.holds]
    goal = "" if row.goal is None else f"{row.direction} {row.goal:g}{mark}"
    return row.name, digits, goal


if __name__ == "__main__":
    sys.exit(main())
