"""The walks of docs/search.md: what was kept of the one with four symbols, and a small one."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.reporting import read
from benchmarks.together import WALKS, exact, main
from construction.search import together
from construction.search.battery import battery
from construction.search.exact import Exact, Problem, search_exact
from construction.search.tasks import load_task
from construction.search.workers import local_workers

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["together", *arguments])
    return main()


def test_the_masses_of_the_kept_walk_sum_to_one() -> None:
    kept = read(RESULTS / "four_symbols.json")
    sizes = (kept["states"], kept["symbols"], kept["entries"])
    (walk,) = kept["walks"]
    assert tuple(walk["tasks"]) == WALKS[0]
    for task, leaves in walk["tasks"].items():
        found = exact(task, sizes, leaves)
        assert found.complete
        assert sum(found.masses.values()) == 1
        assert found.probability_on_larger <= found.probability


def test_what_is_written_is_what_each_task_alone_shows(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(together, "PAIRS", 2)
    monkeypatch.setattr(together, "PROBES", 1000)
    file = str(tmp_path / "walk.json")
    assert run(monkeypatch, "learn-parity", "--entries", "2", "--json", file) == 0
    shown = capsys.readouterr().out
    assert run(monkeypatch, "--show", file) == 0
    assert capsys.readouterr().out == shown
    (walk,) = read(Path(file))["walks"]
    of = [Problem(battery(load_task(task)), 2, 3, 2) for task in WALKS[2]]
    for problem in together.Together(of).problems:
        alone = Exact(problem)
        with local_workers() as workers:
            search_exact(alone, workers)
        task = problem.battery.task
        assert exact(task, (2, 3, 2), walk["tasks"][task]).masses == alone.masses


def test_files_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--show", str(tmp_path / "none.json")) == 2
    assert "none.json" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run(monkeypatch, "--json", str(tmp_path / "no" / "walk.json"))
    assert "there is no folder" in capsys.readouterr().err
