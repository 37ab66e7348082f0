"""The walks of docs/search.md: what was kept of the one with four symbols, and a small one."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from benchmarks.reporting import read
from benchmarks.together import WALKS, _between, exact, main
from construction.errors import DataError
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
    # That docs/search.md has the lines that --show prints is checked with the documents' other commands.
    (walk,) = read(RESULTS / "four_symbols.json")["walks"]
    assert tuple(walk["tasks"]) == WALKS[0]
    for task in walk["tasks"]:
        masses = exact(task, walk).by_category
        assert masses["unresolved"] == masses["not walked"] == 0


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
        assert exact(task, walk).masses == alone.masses


def test_a_task_of_no_walk_is_walked_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, kept = str(tmp_path / "walk.json"), str(tmp_path / "kept")
    search = ("constant-0", "--states", "1", "--json", file, "--resume", kept)
    assert run(monkeypatch, *search) == run(monkeypatch, *search) == 0
    first, again = capsys.readouterr().out.split("| task |")[1:]
    assert first == again
    assert run(monkeypatch, "--show", file) == 0
    assert capsys.readouterr().out == "| task |" + again
    alone = Exact(Problem(battery(load_task("constant-0")), 1, 3))
    with local_workers() as workers:
        search_exact(alone, workers)
    (walk,) = read(Path(file))["walks"]
    assert walk["nodes"] == alone.walked.nodes
    assert exact("constant-0", walk).walked.leaves == alone.walked.leaves


def test_files_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--show", str(tmp_path / "none.json")) == 2
    assert "none.json" in capsys.readouterr().err
    assert run(monkeypatch, "--json", str(tmp_path / "no" / "walk.json")) == 2
    assert "walk.json: cannot be written: No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["", "[]", '{"results": 1}', '{"results": {"walks": [{"tasks": {"x1": {}}}]}}', "\0"]
)
def test_a_file_that_is_none_of_a_walk(
    text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "walk.json"
    file.write_text(text)
    assert run(monkeypatch, "--show", str(file)) == 2
    assert "walk.json: this is not what --json writes" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "value"), [("battery", "00"), ("longest", 1)])
def test_leaves_of_a_task_that_has_changed_are_refused(name: str, value: object) -> None:
    (walk,) = read(RESULTS / "four_symbols.json")["walks"]
    walk["keys"]["xd"][name] = value
    with pytest.raises(DataError, match=f"xd: its {name} was {value!r}, and is .*; walk it again"):
        exact("xd", walk)


@pytest.mark.parametrize("other", [["x1"], ["--states", "2"], ["--json", "walk.json"]])
def test_nothing_is_ignored_beside_show(
    other: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(monkeypatch, "--show", "kept.json", *other)
    assert "says nothing to it" in capsys.readouterr().err


def test_bounds_are_rounded_outwards() -> None:
    assert _between(Fraction(1, 3), Fraction(1, 3)) == "0.3333 to 0.6667"
    assert _between(Fraction(2, 3), Fraction(1, 10**9)) == "0.6666 to 0.6667"
