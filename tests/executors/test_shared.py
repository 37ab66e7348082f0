"""A batch that is run as one grid is every one of its grids, at every layer."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.event import executor as event
from construction.executors.event import shared
from construction.executors.event.executor import EventExecutor
from construction.executors.event.shared import SharedGrid
from construction.network.layers import Integers
from construction.network.rcnn import RCNN
from construction.programs.catalogue import PROGRAMS, load_program
from construction.strategies import closed_rules, local_rules


def assert_shared(network: RCNN, grids: Integers, layers: int) -> None:
    """All grids of a batch at every layer, as the reference runs them one by one."""
    state = SharedGrid(EventExecutor(network).patches, grids.shape[1:], len(grids))
    state.start_all(grids.astype(np.int16))
    reference = ReferenceExecutor(network)
    for layer in range(layers + 1):
        np.testing.assert_array_equal(state.all_codes(), grids)
        table = network.head_table()
        outputs = [Fraction(int(n), network.head[-1].scale) for n in state.totals(table)]
        assert outputs == network.output(grids)
        if layer == layers:
            break
        state.advance(1)
        try:
            run = reference.run(grids, 1)
        except NetworkError:
            assert state.failed
            return
        assert not state.failed
        assert state.fixed == (run.computed == 0)
        if state.fixed:
            break
        grids = run.grids.astype(np.int64)


@given(st.data(), st.sampled_from([(1, 9), (3, 4), (5, 2)]), st.sampled_from([1, 2, 3, 70]))
@settings(max_examples=40)
def test_random_rules(data: st.DataObject, shape: tuple[int, int], batch: int) -> None:
    rule = data.draw(st.one_of(closed_rules(), local_rules()))
    network = compile_rule(rule)
    # Some rules have too many combinations for a table.
    assume(EventExecutor(network).patches.tabulated)
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    grids = np.repeat(random.choice(rule.codes.cells, (1, *shape)), batch, axis=0)
    other = random.random(grids.shape) < data.draw(st.sampled_from([0.02, 0.3, 1]))
    grids[other] = random.choice(rule.codes.cells, int(other.sum()))
    # So little room that mixtures are forgotten, and room is made, on the way.
    with patch.object(shared, "FIRST_MIXTURES", data.draw(st.sampled_from([1, 8, 2**14]))):
        assert_shared(network, grids, 6)


def test_a_network_without_a_table_is_refused() -> None:
    network = compile_rule(load_program("systolic-row-reduction").rule)
    patches = EventExecutor(network, most_combinations=0).patches
    with pytest.raises(ValueError, match="with a table"):
        SharedGrid(patches, (1, 1), 2)


def test_one_mixture_of_more_values_than_there_is_room_for() -> None:
    network = compile_rule(load_program("systolic-row-reduction").rule)
    cells = [code for code in network.codes if code != network.padding][:12]
    grids = np.array(cells, dtype=np.int16).reshape(-1, 1, 1)
    with patch.object(shared, "FIRST_MIXTURES", 1):
        state = SharedGrid(EventExecutor(network).patches, (1, 1), len(grids))
        state.start_all(grids)
    np.testing.assert_array_equal(state.all_codes(), grids)


def written(program: str, m: int, d: int, seed: int) -> tuple[RCNN, Integers, int]:
    """A network, a first grid with all of its memory written, and its layers."""
    each = load_program(program)
    random = np.random.default_rng(seed)
    network = compile_rule(each.rule)
    shape = (each.memory_rows(m, d), d + 1 + network.work_columns)
    grid = random.choice([-1, 1], shape)
    grid[:, d + 1 :] = 3
    if program == "triangular-row-reduction":
        grid[1:, : d + 1] = np.triu(grid[1:, : d + 1])
        grid[0, : d + 1] = 1
    return network, grid, each.depth(m, d)


def random_signs(grid: Integers, work_columns: int, batch: int, seed: int) -> Integers:
    signs = np.random.default_rng(seed).choice([-1, 1], (batch, grid.shape[1]))
    signs[:, -1 - work_columns :] = 1
    return signs


@pytest.mark.parametrize("program", PROGRAMS)
@given(st.integers(1, 5), st.integers(1, 4), st.integers(3, 70), st.integers(0, 2**32))
@settings(max_examples=6)
def test_inputs_of_one_memory(program: str, m: int, d: int, batch: int, seed: int) -> None:
    network, grid, layers = written(program, m, d, seed)
    signs = random_signs(grid, network.work_columns, batch, seed)
    grids = grid * signs[:, None, :]
    assert_shared(network, grids, min(layers, 60))
    with patch.object(event, "WORTH_SHARING", 0), patch.object(event, "cores", return_value=1):
        executor = EventExecutor(network)
        expected = ReferenceExecutor(network).outputs(grid, signs, layers)
        assert executor.outputs(grid, signs, layers) == expected
        with patch.object(event, "MOST_DIFFERENT", 100):
            run = executor.run(grids, min(layers, 40), record=True)
        reference = ReferenceExecutor(network).run(grids, min(layers, 40), record=True)
        assert run.history is not None
        assert reference.history is not None
        assert run.computed == reference.computed
        np.testing.assert_array_equal(run.history, reference.history)


@pytest.mark.parametrize("program", ["systolic-row-reduction", "row-reduction-machine"])
def test_a_grid_of_many_tiles(program: str) -> None:
    network, grid, layers = written(program, 40, 12, 0)
    signs = random_signs(grid, network.work_columns, 90, 0)
    layers = min(layers, 400)
    one_by_one = [EventExecutor(network).outputs(grid, each[None], layers)[0] for each in signs]
    with patch.object(event, "WORTH_SHARING", 0):
        assert EventExecutor(network).outputs(grid, signs, layers) == one_by_one


def test_a_batch_is_refused_as_its_grids_are() -> None:
    """The work column would be negated, to a number below the padding."""
    network, grid, layers = written("majority", 2, 3, 0)
    signs = random_signs(grid, network.work_columns, 9, 0)
    signs[4, -1] = -1
    messages = []
    for executor in (ReferenceExecutor(network), EventExecutor(network)):
        with pytest.raises(NetworkError) as error, patch.object(event, "WORTH_SHARING", 0):
            executor.outputs(grid, signs, layers)
        messages.append(str(error.value).replace("grid 1,", "grid 5,"))
    assert messages[0] == messages[1]


def test_without_the_compiler() -> None:
    """The kernels as plain Python, in a process of their own."""
    code = (
        "import numba\n"
        "from tests.executors.test_shared import *\n"
        "assert numba.config.DISABLE_JIT\n"
        "network, grid, layers = written('systolic-row-reduction', 3, 2, 0)\n"
        "signs = random_signs(grid, network.work_columns, 5, 0)\n"
        "assert_shared(network, grid * signs[:, None, :], layers)\n"
        "expected = ReferenceExecutor(network).outputs(grid, signs, layers)\n"
        "event.WORTH_SHARING = 0\n"
        "assert EventExecutor(network).outputs(grid, signs, layers) == expected\n"
        "print('agreed')\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("agreed\n", "")
