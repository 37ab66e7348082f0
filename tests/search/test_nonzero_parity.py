"""The learner of x1, x2 and x1 ^ x2 that annealing found, for every number of examples of two features."""

from __future__ import annotations

from pathlib import Path

from construction.search.battery import battery, tape
from construction.search.discovered import load_discovered
from construction.search.own_task import load_own_task
from construction.search.table import plain_output
from tests.search.test_discovered import for_all_numbers_of_examples

ROOT = Path(__file__).parents[2]
#: x1, x2 and x1 ^ x2 on 00, 01, 10 and 11.
TARGETS = ((0, 0, 1, 1), (0, 1, 0, 1), (0, 1, 1, 0))
FOUND = load_discovered("found-learn-nonzero-parity")


def test_it_is_right_for_all_numbers_of_examples() -> None:
    met, most, most_at_last = for_all_numbers_of_examples(FOUND.machine, TARGETS)
    # There are 4 ways to enter a row: it believes x1 (in two of them), x2, or x1 ^ x2, until it is contradicted.
    assert len({(column, state) for column, state, _ in met}) == 4
    assert len(met) == 8
    assert len({left for *_, left in met}) == 7
    # At most 13 m + 24 steps, then, which the file's bound, 24 m + 24, is never less than.
    assert (most, most_at_last) == (13, 24)
    assert FOUND.steps is not None
    assert [FOUND.steps(m, 2) for m in (0, 1)] == [24, 48]
    page = (ROOT / "docs" / "search.md").read_text()
    assert f"at most `{most} m + {most_at_last}` steps" in page


def test_it_is_right_on_the_battery_and_on_larger_sizes() -> None:
    inputs = battery(load_own_task(str(ROOT / "examples" / "tasks" / "nonzero-parity.yaml")))
    for each in (*inputs.inputs, *inputs.larger):
        output, steps = plain_output(FOUND.machine, tape(each))
        assert output == 1 - 2 * each.answer
        assert FOUND.steps is not None
        assert steps <= FOUND.steps(len(each.examples), 2)
