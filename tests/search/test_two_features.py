"""The learners of two features that annealing found with machines that never move up, for every number of examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from construction.search.battery import battery, tape
from construction.search.discovered import load_discovered
from construction.search.own_task import load_own_task
from construction.search.table import plain_output
from tests.search.test_discovered import for_all_numbers_of_examples

ROOT = Path(__file__).parents[2]
ZERO, FIRST, NOT_FIRST = (0, 0, 0, 0), (0, 0, 1, 1), (1, 1, 0, 0)
SECOND, NOT_SECOND, BOTH = (0, 1, 0, 1), (1, 0, 1, 0), (0, 1, 1, 0)
LITERALS = (FIRST, NOT_FIRST, SECOND, NOT_SECOND)


@pytest.mark.parametrize(
    ("name", "targets", "ways", "cases", "sets", "most", "at_last"),
    [
        # It believes x1 (in two of the ways), x2, or x1 ^ x2, until it is contradicted.
        ("nonzero-parity", (FIRST, SECOND, BOTH), 4, 8, 7, 13, 24),
        ("literal", LITERALS, 6, 11, 9, 19, 30),
        ("parity", (ZERO, FIRST, SECOND, BOTH), 10, 16, 11, 23, 29),
    ],
)
def test_they_are_right_for_all_numbers_of_examples(
    name: str,
    targets: tuple[tuple[int, ...], ...],
    ways: int,
    cases: int,
    sets: int,
    most: int,
    at_last: int,
) -> None:
    found = load_discovered(f"found-learn-{name}")
    met, *steps = for_all_numbers_of_examples(found.machine, targets)
    assert len({(column, state) for column, state, _ in met}) == ways
    assert len(met) == cases
    assert len({left for *_, left in met}) == sets
    # For m examples, and the file's bound is never less.
    assert steps == [most, at_last]
    assert found.steps is not None
    bound = found.steps(0, 2)
    assert found.steps(1, 2) == 2 * bound
    assert bound >= max(most, at_last)
    page = (ROOT / "docs" / "search.md").read_text()
    assert f"at most `{most} m + {at_last}` steps" in page


@pytest.mark.parametrize(
    ("name", "task"),
    [("nonzero-parity", "nonzero-parity"), ("literal", "literals"), ("parity", "parities")],
)
def test_they_are_right_on_the_battery_and_on_larger_sizes(name: str, task: str) -> None:
    found = load_discovered(f"found-learn-{name}")
    assert found.steps is not None
    inputs = battery(load_own_task(str(ROOT / "examples" / "tasks" / f"{task}.yaml")))
    for each in (*inputs.inputs, *inputs.larger):
        output, steps = plain_output(found.machine, tape(each))
        assert output == 1 - 2 * each.answer
        assert steps <= found.steps(len(each.examples), len(each.test))
