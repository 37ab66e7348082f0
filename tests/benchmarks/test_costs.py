"""The runs that the cost model is compared on are the same for all executors."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest

from benchmarks.costs import cases, fitted, without_table
from construction.executors import auto
from construction.executors.auto import AutoExecutor
from construction.executors.catalogue import load_executor
from construction.executors.event.executor import EventExecutor
from construction.executors.executor import ForwardBackward, Run
from construction.executors.table.patch_table import patch_table


def test_the_cases() -> None:
    for case in cases(5):
        names = ("event", "dense", "auto")
        first, *others = (case.run(load_executor(name, case.network)) for name in names)
        for other in others:
            if case.backward:
                assert isinstance(first, ForwardBackward)
                assert isinstance(other, ForwardBackward)
                assert np.array_equal(first.gradient, other.gradient)
            else:
                assert isinstance(first, Run)
                assert isinstance(other, Run)
                assert np.array_equal(first.grids, other.grids)


def test_a_network_without_a_table_that_changes_everywhere_is_computed_densely() -> None:
    network = without_table(blinking=True)
    assert not patch_table(network).tabulated
    grid = np.zeros((1, 64, 64), dtype=np.int64)
    assert AutoExecutor(network).run(grid, 400).executor == "dense"


def test_it_is_not_where_little_changes() -> None:
    network = without_table(blinking=False)
    grid = np.zeros((1, 300, 300), dtype=np.int64)
    grid[0, 0, 0] = 1
    auto = AutoExecutor(network)
    for layers in (30, 250):
        run, expected = (each.run(grid, layers) for each in (auto, load_executor("dense", network)))
        assert np.array_equal(run.grids, expected.grids)
        assert run.computed == expected.computed


@pytest.mark.parametrize("blinking", [False, True])
def test_backward_without_a_table_goes_by_how_much_changes(*, blinking: bool) -> None:
    network = without_table(blinking=blinking)
    grid = np.zeros((60, 60), dtype=np.int64)
    with (
        patch.multiple(auto, UNITS_WORTH_A_TABLE=0, UNITS_WORTH_LOADING=0),
        patch.object(EventExecutor, "forward_backward", side_effect=AssertionError),
    ):
        # A grid of zeros is at rest, but where it blinks.
        if blinking:
            found = AutoExecutor(network).forward_backward(grid, 40)
            expected = load_executor("dense", network).forward_backward(grid, 40)
            assert found.output == expected.output
            assert np.array_equal(found.gradient, expected.gradient)
        else:
            with pytest.raises(AssertionError):
                AutoExecutor(network).forward_backward(grid, 40)


def test_every_constant_is_fitted() -> None:
    assert all(value > 0 for value in vars(fitted(192, 1)).values())
