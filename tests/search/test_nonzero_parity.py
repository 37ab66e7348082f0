"""A learner of x1, x2 and x1 ^ x2 that annealing found, for every number of examples of two features."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from construction.search.battery import battery, tape
from construction.search.own_task import load_own_task
from construction.search.table import plain_output, to_machine
from tests.search.test_discovered import for_all_numbers_of_examples

ROOT = Path(__file__).parents[2]
TABLE = (
    "441344440545553443303",
    "020112012201202220112",
    "253145331434345320221",
    "055622134524642200410",
)
#: x1, x2 and x1 ^ x2 on 00, 01, 10 and 11.
TARGETS = ((0, 0, 1, 1), (0, 1, 0, 1), (0, 1, 1, 0))
MACHINE = to_machine(np.array([list(row) for row in TABLE], dtype=np.int8), 7, 3, "found")


def test_it_is_right_for_all_numbers_of_examples() -> None:
    met, *_ = for_all_numbers_of_examples(MACHINE, TARGETS)
    # Nothing is known, or one target is out, or two are; it has a place for each, and no more.
    assert len(met) == len({left for *_, left in met}) == 7


def test_it_is_right_on_the_battery_and_on_larger_sizes() -> None:
    inputs = battery(load_own_task(str(ROOT / "examples" / "tasks" / "nonzero-parity.yaml")))
    for each in (*inputs.inputs, *inputs.larger):
        assert plain_output(MACHINE, tape(each))[0] == 1 - 2 * each.answer
