"""The automatic executor: whatever it chooses, it is one run."""

from __future__ import annotations

from functools import partial
from unittest.mock import patch

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError
from construction.executors import auto
from construction.executors.auto import AutoExecutor
from construction.executors.costs import Costs
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.event.executor import EventExecutor
from construction.executors.executor import Executor, Run
from construction.network.layers import Integers
from construction.strategies import closed_rules, grids, local_rules


def outcome(executor: Executor, start: Integers, *, record: bool) -> Run | str:
    """The run, or the words with which it was refused."""
    try:
        return executor.run(start, 12, record=record)
    except NetworkError as error:
        return str(error)


@given(st.data(), st.sampled_from([0.0, 1.0, 1000.0]), st.sampled_from([2**22, 0]))
@settings(max_examples=40)
def test_turns_of_two_executors_are_one_run(
    data: st.DataObject, event_cost: float, most_combinations: int
) -> None:
    rule = data.draw(st.one_of(closed_rules(), local_rules()))
    network = compile_rule(rule)
    start = data.draw(grids(rule.codes, max_batch=3))
    costs = Costs(event_cost, 1.0, event_cost, 1.0)
    event = partial(EventExecutor, most_combinations=most_combinations)
    with (
        patch.multiple(auto, PROBE=1, BETWEEN_PROBES=2, UNITS_WORTH_COMPILING=0, COSTS=costs),
        patch.object(auto, "EventExecutor", event),
    ):
        for record in (False, True):
            expected = outcome(ReferenceExecutor(network), start, record=record)
            found = outcome(AutoExecutor(network), start, record=record)
            if isinstance(expected, str) or isinstance(found, str):
                assert found == expected
                continue
            assert (found.layers, found.computed) == (expected.layers, expected.computed)
            assert np.array_equal(found.grids, expected.grids)
            if record:
                assert found.history is not None
                assert expected.history is not None
                assert np.array_equal(found.history, expected.history)
