"""Checks all statements and prints the table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from construction.network.rcnn import RCNN
from proofs_check.statements import statements
from proofs_check.verdict import Row, check

EXIT_REFUTED = 1


@dataclass(frozen=True)
class Subject:
    """A network to check, with its certificate."""

    network: RCNN
    certificate: Mapping[str, Any]


def rows(subjects: Iterable[Subject]) -> Iterator[Row]:
    """Every statement, checked, in the order of the table."""
    for statement in statements([(each.network, each.certificate) for each in subjects]):
        yield check(statement)


def report(subjects: Iterable[Subject], *, as_json: bool = False) -> int:
    """Check everything and print it; the exit code is 1 when a statement does not hold."""
    done = list(rows(subjects))
    if as_json:
        print(json.dumps({"statements": [row.as_json() for row in done]}, indent=2))
    else:
        console = Console()
        console.print(table(done))
        for row in done:
            if not row.holds:
                console.print(
                    f"{row.statement.program} {row.statement.id}: {row.counterexample}".strip(),
                    markup=False,
                    highlight=False,
                    soft_wrap=True,
                )
        failed = sum(not row.holds for row in done)
        verdict = f"{failed} fail" if failed else "all hold"
        console.print(f"{len(done)} statements, {verdict}", highlight=False)
    return EXIT_REFUTED if any(not row.holds for row in done) else 0


def table(done: Iterable[Row]) -> Table:
    """The rows for a terminal."""
    result = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("statement", "checked", "covered", "holds", "s"):
        result.add_column(heading, overflow="fold")
    program = ""
    for row in done:
        if row.statement.program != program:
            program = row.statement.program
            result.add_row(f"[bold]{program or 'the construction'}[/bold]")
        constants = "".join(f"; {name}: {value}" for name, value in row.constants.items())
        result.add_row(
            f"[bold]{row.statement.id}[/bold]: {escape(row.statement.text)}",
            row.statement.method,
            escape(f"{row.covered}{constants}"),
            "yes" if row.holds else "[red]NO[/red]",
            f"{row.seconds:.1f}",
        )
    return result
