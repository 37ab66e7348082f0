"""Checks statements and prints what it finds: one line each, more on request."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from construction.errors import ConstructionError
from proofs_check.console import Console, closed_up, escaped
from proofs_check.statement import Row, Statement, check
from proofs_check.statements import statements
from proofs_check.subject import Subject

EXIT_REFUTED = 1
VERDICTS = {True: "holds", False: "FAILS", None: "not claimed"}


def rows(subjects: Iterable[Subject], only: Sequence[str] = ()) -> Iterator[Row]:
    """Every statement, or those whose names contain one of ``only``, checked in the table's order.

    Raises :class:`~construction.errors.ConstructionError` when there is none of such a name.
    """
    for statement in chosen(statements(subjects), only):
        yield check(statement)


def chosen(every: Sequence[Statement], only: Sequence[str]) -> list[Statement]:
    """The statements whose names contain one of ``only``, whatever the case; all of them without."""
    for name in only:
        if not name:
            raise ConstructionError(
                "a statement's name is empty; it should be a part of one, such as 'depth'"
            )
        if not any(name.casefold() in each.id.casefold() for each in every):
            known = ", ".join(dict.fromkeys(repr(each.id) for each in every))
            raise ConstructionError(f"there is no statement {name!r}; there are {known}")
    return [
        each
        for each in every
        if not only or any(name.casefold() in each.id.casefold() for name in only)
    ]


def report(
    subjects: Iterable[Subject],
    *,
    as_json: bool = False,
    details: bool = False,
    only: Sequence[str] = (),
) -> int:
    """Check and print; the exit code is 1 when a statement does not hold.

    On a terminal the statement that is being checked is shown.
    """
    every = chosen(statements(subjects), only)
    console = Console(stderr=as_json)
    done = []
    program = None
    for statement in every:
        what = f"{statement.program or 'the construction'}: {statement.id}"
        with console.status(Text(escaped(f"checking {what} ..."))):
            done.append(check(statement))
        if as_json:
            continue
        if statement.program != program:
            program = statement.program
            console.print(f"{program or 'the construction'}", style="bold")
        _print(console, done[-1], details=details)
    counts = {holds: sum(row.holds is holds for row in done) for holds in VERDICTS}
    if as_json:
        print(
            json.dumps({"statements": [row.as_json() for row in done], **_named(counts)}, indent=2)
        )
    else:
        console.print(
            f"{len(done)} {'statement' if len(done) == 1 else 'statements'}: {counts[True]} hold, {counts[False]} fail, {counts[None]} not claimed"
        )
    return EXIT_REFUTED if counts[False] else 0


def _named(counts: dict[bool | None, int]) -> dict[str, int]:
    return {"hold": counts[True], "fail": counts[False], "not claimed": counts[None]}


def _print(console: Console, row: Row, *, details: bool) -> None:
    statement = row.statement
    style = "bold red" if row.holds is False else "dim" if row.holds is None else None
    console.print(
        f"  {VERDICTS[row.holds]:<11}  {statement.id:<24}  {statement.method:<16}  {row.seconds:6.1f} s",
        style=style,
    )
    if details:
        console.print(f"      {statement.text}")
        if row.holds is not None:
            console.print(f"      covered: {closed_up(row.covered)}")
        for name, value in row.constants.items():
            console.print(f"      {closed_up(f'{name}: {value}')}")
    if row.counterexample:
        console.print(f"      {closed_up(row.counterexample)}", style="red")
