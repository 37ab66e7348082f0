"""The tables of docs/search.md are printed by commands; a row that takes no time is measured again."""

from __future__ import annotations

import pytest
from rich.console import Console

from benchmarks.search import (
    ANNEALED,
    NEEDED,
    OF_TWO,
    TABLES,
    TRANSFERRED,
    anneal_table,
    search_rows,
)
from tests.search.test_exact import PAGE


def without_time(row: str) -> str:
    """A row of a table of annealing, but its last cell, the seconds."""
    return row.strip().rstrip("|").rsplit("|", 1)[0]


def test_the_page_shows_what_annealing_finds(capsys: pytest.CaptureFixture[str]) -> None:
    trial = next(each for each in ANNEALED if each.task == "and-labels")
    anneal_table(Console(highlight=False, width=200), [trial])
    header, _, row = capsys.readouterr().out.splitlines()
    shown = [without_time(line) for line in PAGE.splitlines()]
    assert header in PAGE.splitlines()
    assert without_time(row) in shown


def test_every_trial_can_begin() -> None:
    for trial in (*ANNEALED, *OF_TWO, *NEEDED, *TRANSFERRED):
        problem = trial.problem()
        assert len(problem.begin) in (0, 4 * trial.symbols * trial.states)
    assert {"rates", "states", "anneal", "two", "needed", "transfer", "reuse"} == set(TABLES)


def test_rates() -> None:
    draws, nodes, learner = search_rows(20_000, 0)
    assert draws.value is not None
    assert nodes.value is not None
    assert draws.value > draws.goal / 25  # type: ignore[operator]
    assert nodes.value > nodes.goal / 25  # type: ignore[operator]
    assert learner.value is None
    assert learner.note == "0 of 0 runs found one"
