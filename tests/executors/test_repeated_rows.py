"""A pass with few of many equal rows is that of the whole grid, or is not used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.event import executor as event
from construction.executors.event.executor import EventExecutor
from construction.executors.event.passes import EventPass
from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN
from construction.programs.catalogue import PROGRAMS, load_program
from construction.rules.codes import Code
from construction.rules.patch import Position
from construction.rules.rule import Alphabet, LocalRule
from construction.rules.tables import Table
from construction.strategies import closed_rules, local_rules, rules_with_slopes
from construction.strategies.arrays import Integers
from construction.training.memory import MemoryGrids, expected_memory, with_one
from tests.executors.test_forward_backward import FRONT, result

ROWS = 75


@pytest.fixture(autouse=True, scope="module")
def _small_grids() -> Iterator[None]:
    with patch.object(event, "ROWS_TOGETHER", 20):
        yield


def few_of(executor: EventExecutor, grid: Integers, layers: int) -> bool:
    """Is the whole grid's result that of a few of its rows? It is the reference's in any case."""
    expected = result(ReferenceExecutor(executor.network), grid, layers)
    with patch.object(event, "EventPass", wraps=EventPass) as made:
        found = result(executor, grid, layers)
    if isinstance(expected, str) or isinstance(found, str):
        assert found == expected
        return False
    assert found.output == expected.output
    assert found.shape == grid.shape
    np.testing.assert_array_equal(found.gradient, expected.gradient)
    # Room is made for each number of rows that is tried, the whole grid's last.
    rows: int = made.call_args.args[1][0]
    return rows < len(grid)


@given(st.data(), st.integers(0, 30), st.integers(1, 2), st.integers(0, 9))
@settings(max_examples=20)
def test_random_rules(data: st.DataObject, written: int, columns: int, layers: int) -> None:
    rule = data.draw(st.one_of(rules_with_slopes(), local_rules(), closed_rules()))
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    grid = np.tile(random.choice(rule.codes.cells, columns), (ROWS, 1))
    grid[:written] = random.choice(rule.codes.cells, (written, columns))
    few_of(EventExecutor(compile_rule(rule)), grid, layers)


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name != "line-row-reduction"])
def test_memories_in_part(name: str) -> None:
    """With few rows wherever the memory is that of SGD, and its example is stored in the next row."""
    program = load_program(name)
    network = compile_rule(program.rule)
    random = np.random.default_rng(5)
    examples, labels = random.choice([-1, 1], (21, 2)), random.choice([-1, 1], 21)
    memory = expected_memory(examples[:20], labels[:20], ROWS)
    grids = MemoryGrids(memory, network.work_columns)
    grid = grids.grid * grids.signs(with_one(examples[20:]))
    assert few_of(EventExecutor(network), grid, 40) or program.online


def executor_of(tables: Mapping[Position, Table], head: Table) -> EventExecutor:
    codes = {-1: Code("padding"), **{k: Code(f"code {k}") for k in range(3)}}
    return EventExecutor(compile_rule(LocalRule("rule", Alphabet(codes, -1), tables, (), head)))


def test_what_comes_from_the_last_row() -> None:
    """A front from below, which the output counts: through all rows, or as far as a few layers let it."""
    grid = np.zeros((ROWS, 3), dtype=np.int64)
    for layers, few in ((5, True), (30, False)):
        executor = executor_of({"S": Table({-1: 1, 1: 1})}, Table({1: 1}))
        assert few_of(executor, grid, layers) == few
    for _ in range(event.WHOLE_AT_LEAST):
        assert len(executor.forward_backward(grid, 5).slopes) == 0
    assert few_of(executor, grid, 5)


def test_a_gradient_in_the_last_row() -> None:
    executor = executor_of(
        {"S": Table({-1: 2}), "C": Table({}, {0: 1, 1: 1, 2: 1})}, Table({}, {2: 1})
    )
    grid = np.zeros((ROWS, 3), dtype=np.int64)
    assert few_of(executor, grid, 4)
    assert executor.forward_backward(grid, 4).rows.tolist() == [ROWS - 1] * 3


def test_a_gradient_that_comes_near() -> None:
    grid = np.zeros((ROWS, 3), dtype=np.int64)
    grid[2, 1] = 2
    for layers, few in ((3, True), (60, False)):
        assert few_of(EventExecutor(compile_rule(FRONT)), grid, layers) == few


def test_a_pass_that_stopped_in_the_middle_is_used_no_more() -> None:
    """There is a kink at code 3, so no gradient; what was reached of it would add to the next one."""
    positions = {"N": 1, "C": 4}
    first = [[2 * (at == positions["N"]) for at in range(9)]] * 2
    first.append([int(at == positions["C"]) for at in range(9)])
    layers = (
        WeightLayer(np.array(first), np.array([1, -1, -3]), 1, ("a", "b", "k")),
        WeightLayer(np.array([[1, -1, 0]]), np.array([0]), 1, ("o",)),
    )
    head = (
        WeightLayer(np.array([[2], [2]]), np.array([-1, -3]), 1, ("x", "y")),
        WeightLayer(np.array([[1, -1]]), np.array([0]), 1, ("o",)),
    )
    codes = {-1: "padding", 0: "0", 1: "1", 2: "2", 3: "3"}
    executor = EventExecutor(RCNN("kink", layers, head, -1, codes, work_columns=0))
    kink = np.zeros((40, 3), np.int16)
    kink[3, 1] = 3
    assert executor._passes_of(kink, np.ones(3, int), 1, 24) is None
    assert not executor._passes
