"""All executors give the same grids, layer by layer, and refuse the same runs."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError
from construction.executors.auto import AutoExecutor
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.event.executor import EventExecutor
from construction.executors.executor import Executor, Run
from construction.executors.sweep.dense import DenseExecutor
from construction.executors.sweep.tabulated import TabulatedExecutor
from construction.machines.machine import Machine
from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN
from construction.programs.catalogue import load_program
from construction.rules.tape_rule import tape_grid, tape_rule
from construction.strategies import one_tape_machines
from construction.strategies.arrays import Integers

FAST: dict[str, Callable[[RCNN], Executor]] = {
    "dense": DenseExecutor,
    "tabulated": TabulatedExecutor,
    "event": EventExecutor,
    # As if there were too many combinations of classes for a table.
    "tabulated, by sums": lambda network: TabulatedExecutor(network, most_combinations=0),
    "event, by sums": lambda network: EventExecutor(network, most_combinations=0),
}
Shape = tuple[int, int]
SHAPES: list[Shape] = [(1, 1), (1, 9), (9, 1), (2, 3), (7, 5), (5, 66), (67, 3)]


def outcome(executor: Executor, start: Integers, layers: int, *, record: bool) -> Run | str:
    """The run, or the words with which it was refused."""
    try:
        return executor.run(start, layers, record=record)
    except NetworkError as error:
        return str(error)


def assert_equal(network: RCNN, start: Integers, layers: int) -> None:
    expected = outcome(ReferenceExecutor(network), start, layers, record=True)
    for name, make in FAST.items():
        for record in (False, True):
            found = outcome(make(network), start, layers, record=record)
            if isinstance(expected, str) or isinstance(found, str):
                assert found == expected, name
                continue
            assert found.computed == expected.computed, name
            assert np.array_equal(found.grids, expected.grids), name
            if record:
                assert found.history is not None
                assert expected.history is not None
                assert np.array_equal(found.history, expected.history), name


def random_grids(network: RCNN, shape: tuple[int, ...], seed: int) -> Integers:
    random = np.random.default_rng(seed)
    return random.choice([code for code in network.codes if code != network.padding], shape)


#: A head that gives 0.
NO_HEAD = (
    WeightLayer(np.zeros((1, 1), np.int64), np.zeros(1, np.int64), 1, ("hidden",)),
    WeightLayer(np.zeros((1, 1), np.int64), np.zeros(1, np.int64), 1, ("output",)),
)


def life() -> RCNN:
    """The game of life with units that each read the whole patch; no rule compiles to this."""
    weights = np.full((4, 9), 2)
    weights[:, 4] = 1
    hinges = WeightLayer(weights, np.array([-4, -5, -7, -8]), 1, ("4", "5", "7", "8"))
    last = WeightLayer(np.array([[1, -1, -1, 1]]), np.array([0]), 1, ("next code",))
    names = {-1: "padding", 0: "dead", 1: "alive"}
    return RCNN("life", (hinges, last), NO_HEAD, -1, names)


@pytest.mark.parametrize("shape", SHAPES)
def test_units_that_mix_positions(shape: Shape) -> None:
    assert_equal(life(), random_grids(life(), (2, *shape), 0), 20)


def test_a_network_of_one_layer() -> None:
    weights = np.zeros((1, 9), np.int64)
    weights[0, 3], weights[0, 5] = 1, 1
    last = WeightLayer(weights, np.array([2]), 1, ("next code",))
    names = {-1: "padding", **{k: str(k) for k in range(9)}}
    network = RCNN("sum", (last,), NO_HEAD, -1, names)
    start = np.zeros((1, 3, 3), dtype=np.int64)
    assert_equal(network, start, 1)
    assert_equal(network, start, 10)


@pytest.mark.parametrize("name", FAST)
def test_codes_without_a_name_run_the_same(name: str) -> None:
    network = compile_rule(load_program("systolic-row-reduction").rule)
    codes = np.arange(network.padding + 1, network.highest + 1)
    start = np.random.default_rng(3).choice(codes, (4, 6, 7))
    reference = outcome(ReferenceExecutor(network), start, 4, record=False)
    found = outcome(FAST[name](network), start, 4, record=False)
    if isinstance(reference, str):
        assert found == reference
    else:
        assert isinstance(found, Run)
        assert np.array_equal(found.grids, reference.grids)


@pytest.mark.parametrize("shape", [(1, 200, 100), (3, 130, 131)])
def test_grids_that_are_divided_among_threads(shape: tuple[int, int, int]) -> None:
    program = load_program("systolic-row-reduction")
    network = compile_rule(program.rule)
    _, rows, columns = shape
    random = np.random.default_rng(7)
    start = random.choice([-1, 1], shape)
    start[:, :, -1] = 3
    layers = program.depth(rows - 1, columns - 2)
    runs = [make(network).run(start, layers) for make in (TabulatedExecutor, EventExecutor)]
    dense = DenseExecutor(network).run(start, 60)
    assert np.array_equal(dense.grids, TabulatedExecutor(network).run(start, 60).grids)
    for first, second in itertools.pairwise(runs):
        assert first.computed == second.computed
        assert np.array_equal(first.grids, second.grids)


@given(one_tape_machines(), st.integers(1, 9), st.data())
@settings(max_examples=40)
def test_one_head_that_is_followed(machine: Machine, cells: int, data: st.DataObject) -> None:
    """To both ends of short tapes, on a tape in a row and in a column; a network may refuse."""
    symbols = data.draw(
        st.lists(st.sampled_from(machine.symbols), min_size=cells, max_size=cells), label="tape"
    )
    start = data.draw(st.integers(0, cells - 1), label="head")
    assume((machine.start, symbols[start]) in machine.transitions)
    network = compile_rule(tape_rule(machine))
    grid = tape_grid(machine, [symbols], 0, start)[None]
    for layers in (1, 2, 25):
        for each in (grid, grid.transpose(0, 2, 1)):
            expected = outcome(ReferenceExecutor(network), each, layers, record=False)
            found = outcome(EventExecutor(network), each, layers, record=False)
            if isinstance(expected, str) or isinstance(found, str):
                assert found == expected
                continue
            assert found.computed == expected.computed
            assert np.array_equal(found.grids, expected.grids)


def test_auto_says_what_it_chose() -> None:
    network = life()
    small, large = random_grids(network, (1, 3, 3), 0), random_grids(network, (1, 300, 300), 0)
    auto = AutoExecutor(network)
    assert auto.run(small, 5).executor == "reference"
    with patch.multiple("construction.executors.auto", WORTH_LOADING=0.0, WORTH_COMPILING=0.0):
        # Most of it changes, but it is too little to ask.
        assert auto.run(large, 20).executor == "event"
    assert auto.run(large, 100).executor == "event+tabulated"
