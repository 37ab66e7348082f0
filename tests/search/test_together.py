"""Several tasks in one walk: the leaves of each are those of a walk of its own."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from construction.errors import ConstructionError
from construction.search import together as together_module
from construction.search.battery import battery
from construction.search.exact import Exact, Problem
from construction.search.results import Results
from construction.search.tasks import load_task
from construction.search.together import Together, search_together
from construction.search.workers import local_workers
from tests.search.test_exact import KNOWN, in_turn

TASKS = ("x1", "xd", "and-x", "learn-x-or-not")


@pytest.fixture(autouse=True)
def few_beginnings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together_module, "PAIRS", 2)
    monkeypatch.setattr(together_module, "PROBES", 1000)


def problems(*names: str, states: int = 2, most: int = 0) -> list[Problem]:
    return [Problem(battery(load_task(name)), states, 3, most) for name in names]


def walked(given: list[Problem], results: Results | None = None) -> list[Exact]:
    together = Together(given)
    found = [Exact(each) for each in together.problems]
    with local_workers() as workers:
        search_together(found, together, workers, results)
    return found


@pytest.mark.parametrize("most", [1, 4])
def test_each_has_the_leaves_of_its_own_tree(most: int) -> None:
    for found in walked(problems(*TASKS, most=most)):
        assert found.walked.leaves == in_turn(found.problem).walked.leaves
        assert sum(found.masses.values()) == 1


def test_two_states_and_three_symbols() -> None:
    for found in walked(problems(*TASKS)):
        assert found.complete
        assert found.probability == Fraction(KNOWN[found.problem.battery.task])


def test_a_directory_is_gone_on_from(tmp_path: Path) -> None:
    given = problems("or-labels", "and-labels", most=4)
    fresh = walked(given)
    key = Together(given).key
    walked(given, Results(tmp_path, key))
    kept = sorted(tmp_path.glob("*.json"))
    kept[0].unlink()
    again = walked(given, Results(tmp_path, key))
    assert [each.walked.leaves for each in again] == [each.walked.leaves for each in fresh]


@pytest.mark.parametrize(
    "given",
    [problems("x1", "not-x1"), [*problems("x1"), *problems("xd", states=1)]],
    ids=["no common input", "two sizes"],
)
def test_what_cannot_be_walked_together(given: list[Problem]) -> None:
    with pytest.raises(
        ConstructionError, match="cannot be walked together; give tasks with common"
    ):
        Together(given)
