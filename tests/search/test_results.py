from __future__ import annotations

import json
from pathlib import Path

import pytest

from construction.errors import DataError
from construction.search.battery import battery
from construction.search.exact import Exact, Problem, search_exact
from construction.search.results import Results
from construction.search.tasks import load_task
from construction.search.workers import local_workers
from tests.search.test_exact import in_turn

PROBLEM = Problem(battery(load_task("learn-x")), 2, 3, 5)


class StoppedError(Exception):
    """Stands for Ctrl-C."""


def search(directory: Path, stop_after: int | None = None) -> tuple[Exact, Results, int]:
    """The search, and how many jobs it did itself."""
    results = Results(directory, PROBLEM.key)
    result = Exact(PROBLEM)
    done = 0

    def progress(nodes: int) -> None:
        nonlocal done
        done += 1
        if done == stop_after:
            raise StoppedError

    with local_workers() as workers:
        if stop_after is None:
            search_exact(result, workers, results, progress)
        else:
            with pytest.raises(StoppedError):
                search_exact(result, workers, results, progress)
    return result, results, done


@pytest.fixture(scope="module")
def whole() -> Exact:
    return in_turn(PROBLEM)


def test_interrupted_work_goes_on(tmp_path: Path, whole: Exact) -> None:
    part, _, _ = search(tmp_path, stop_after=2)
    assert sum(part.masses.values()) == 1
    assert not part.complete
    assert part.masses["unresolved"] > whole.masses["unresolved"]
    assert part.probability <= whole.probability
    result, _, done = search(tmp_path)
    assert result.walked.leaves == whole.walked.leaves
    again, _, none = search(tmp_path)
    assert again.walked.leaves == whole.walked.leaves
    assert (done > 0, none) == (True, 0)


@pytest.mark.parametrize("damage", ["cut", "changed", "emptied", "not JSON"])
def test_a_damaged_result_is_done_again(tmp_path: Path, whole: Exact, damage: str) -> None:
    search(tmp_path)
    path = max(tmp_path.glob("*.json"), key=lambda each: each.stat().st_size)
    text = path.read_text()
    data = json.loads(text)
    data["content"]["nodes"] += 1
    broken = {"cut": text[:-9], "changed": json.dumps(data), "emptied": "", "not JSON": "no"}
    path.write_text(broken[damage])
    result, results, done = search(tmp_path)
    assert (results.corrupted, done) == (1, 1)
    assert result.walked.leaves == whole.walked.leaves
    assert path.read_text() != broken[damage]


def test_other_directories_are_refused(tmp_path: Path) -> None:
    search(tmp_path / "learn-x", stop_after=1)
    other = Problem(battery(load_task("x1")), 2, 3, 5)
    with pytest.raises(DataError, match="its task is 'learn-x', and here it is 'x1'"):
        Results(tmp_path / "learn-x", other.key)
    with pytest.raises(DataError, match="its entries is 5, and here it is 4"):
        Results(tmp_path / "learn-x", Problem(PROBLEM.battery, 2, 3, 4).key)
    with pytest.raises(DataError, match="holds files, but no search"):
        Results(tmp_path, PROBLEM.key)
    (tmp_path / "learn-x" / "search.json").write_text("{")
    with pytest.raises(DataError, match="damaged"):
        Results(tmp_path / "learn-x", PROBLEM.key)
    with pytest.raises(DataError, match="give a directory to write to"):
        Results(Path("/proc/none"), PROBLEM.key)
