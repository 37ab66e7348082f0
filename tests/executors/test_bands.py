"""A grid that several threads compute is the grid, at every layer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.event import bands
from construction.executors.event import executor as event
from construction.executors.event.bands import BandedGrid
from construction.executors.event.executor import EventExecutor
from construction.network.layers import Integers
from construction.network.rcnn import RCNN
from construction.strategies import closed_rules, local_rules
from tests.executors.test_shared import written

SHAPES = [(1, 90), (90, 1), (41, 17), (17, 41), (7, 60)]


@contextmanager
def many_bands(threads: int, together: int = 3, tiles: int = 1) -> Iterator[None]:
    """As many bands as there are threads, almost whatever there is to do."""
    with (
        patch.object(bands, "TOGETHER", together),
        patch.object(bands, "TILES_WORTH_A_THREAD", tiles),
        patch.object(event, "cores", return_value=threads),
    ):
        yield


def assert_banded(network: RCNN, grid: Integers, layers: int, step: int) -> int:
    """Compared after every few layers, and as a run; returns how many bands there were at most."""
    executor = EventExecutor(network)
    reference = ReferenceExecutor(network)
    try:
        expected = reference.run(grid[None], layers, record=True)
    except NetworkError as error:
        with pytest.raises(NetworkError, match=f"^{re.escape(str(error))}$"):
            executor.run(grid[None], layers)
        return 1
    state = BandedGrid(
        executor.patches, grid.shape, 4, lambda function, parts: list(map(function, parts))
    )
    state.start(grid.astype(np.int16))
    most = 1
    for done in range(0, layers, step):
        state.advance(min(step, layers - done))
        most = max(most, state._bands)
        np.testing.assert_array_equal(state.codes(), expected.at(done + step)[0])
    assert state.changed == expected.computed
    run = executor.run(grid[None], layers)
    np.testing.assert_array_equal(run.grids, expected.grids)
    assert run.computed == expected.computed
    return most


@given(st.data(), st.sampled_from(SHAPES), st.integers(1, 9))
@settings(max_examples=25)
def test_random_rules(data: st.DataObject, shape: tuple[int, int], step: int) -> None:
    rule = data.draw(st.one_of(closed_rules(), local_rules()))
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    grid = random.choice(rule.codes.cells, shape)
    # A part of the grid at rest, so that bands have nothing to do.
    grid[: random.integers(0, shape[0] + 1), : random.integers(0, shape[1] + 1)] = grid[0, 0]
    with many_bands(4, data.draw(st.integers(1, 5)), data.draw(st.sampled_from([1, 3]))):
        assert_banded(compile_rule(rule), grid, 20, step)


@pytest.mark.parametrize("program", ["systolic-row-reduction", "row-reduction-machine"])
def test_programs(program: str) -> None:
    network, grid, layers = written(program, 40, 33, 0)
    with many_bands(4, 5, 2):
        assert assert_banded(network, grid, min(layers, 180), 50) > 1


def test_threads_meet() -> None:
    network, grid, layers = written("systolic-row-reduction", 60, 60, 1)
    alone = EventExecutor(network).run(np.stack([grid, grid]), layers)
    with many_bands(2, 8, 4):
        together = EventExecutor(network).run(grid[None], layers)
    np.testing.assert_array_equal(together.grids[0], alone.grids[0])
    assert together.computed == alone.computed
