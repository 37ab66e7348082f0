from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError, SizeError
from construction.executors.catalogue import EXECUTORS, load_executor
from construction.network.rcnn import RCNN
from construction.programs.catalogue import DEFAULT_PROGRAM, load_program
from construction.rules.codes import Code
from construction.rules.interpreter import RuleInterpreter
from construction.rules.patch import OFFSETS, POSITIONS
from construction.rules.rule import Alphabet, LocalRule
from construction.rules.tables import Table
from construction.strategies import SLOPES, closed_rules, grids
from construction.strategies.arrays import Integers
from construction.training.memory import expected_memory, memory_grid, with_one


def chain_rule(rule: LocalRule, grid: Integers, layers: int) -> Integers:
    """The gradient by the first grid, forward mode, from the rule's slopes; no shortcut.

    Entry ``(r, c)`` of the product is the derivative of the output by pixel ``(r, c)``.
    """
    interpreter = RuleInterpreter(rule)
    rows, columns = grid.shape
    derivative = np.eye(rows * columns, dtype=np.int64).reshape(rows, columns, -1)
    for _ in range(layers):
        slopes = interpreter.slopes(grid)
        after = np.zeros_like(derivative)
        for row, column in np.ndindex(rows, columns):
            for index, position in enumerate(POSITIONS):
                r, c = row + OFFSETS[position][0], column + OFFSETS[position][1]
                if 0 <= r < rows and 0 <= c < columns:
                    after[row, column] += slopes[row, column, index] * derivative[r, c]
        derivative, grid = after, interpreter.step(grid)
    readout = np.array(
        [[rule.readout.slope(int(code)) for code in line] for line in grid], np.int64
    )
    total: Integers = np.einsum("rc,rcp->p", readout, derivative).reshape(rows, columns)
    return total


@st.composite
def live_rules(draw: st.DrawFn) -> LocalRule:
    """Closed rules whose gradient spreads over the grid."""
    rule = draw(closed_rules(max_codes=4))
    slopes = st.dictionaries(st.sampled_from(rule.codes.cells), st.sampled_from(SLOPES))
    tables = dict(rule.tables)
    for position in draw(st.sets(st.sampled_from([p for p in POSITIONS if p != "C"]), max_size=3)):
        tables[position] = Table({}, draw(slopes))
    return LocalRule("random live rule", rule.codes, tables, rule.gates, Table({}, draw(slopes)))


@pytest.mark.parametrize("name", EXECUTORS)
@given(st.data())
def test_backpropagation_is_the_chain_rule(name: str, data: st.DataObject) -> None:
    rule = data.draw(live_rules())
    grid = data.draw(grids(rule.codes, max_side=4))
    layers = data.draw(st.integers(0, 6))
    found = load_executor(name, compile_rule(rule)).forward_backward(grid, layers)
    np.testing.assert_array_equal(found.gradient, chain_rule(rule, grid, layers))
    assert found.output == 0


def all_live(names: int = 2) -> RCNN:
    """Every cell is 0 and passes the gradient of all nine positions on."""
    codes = Alphabet({-1: Code("padding"), **{k: Code(f"code {k}") for k in range(names)}}, -1)
    tables = {position: Table({}, {0: 1}) for position in POSITIONS}
    return compile_rule(LocalRule("all live", codes, tables, (), Table({}, {0: 1})))


def test_the_gradient_may_grow_as_far_as_64_bits_hold() -> None:
    executor = load_executor("dense", all_live())
    grid = np.zeros((7, 7), dtype=np.int64)
    found = executor.forward_backward(grid, 3)
    assert found.gradient[3, 3] == 9**3
    with pytest.raises(
        NetworkError, match=re.escape("'all live': the gradient can exceed what 64")
    ):
        executor.forward_backward(grid, 40)


@pytest.mark.parametrize("name", EXECUTORS)
def test_memory_is_taken_for_the_layers_that_change_something(name: str) -> None:
    """A record of this many layers would be refused."""
    program = load_program(DEFAULT_PROGRAM)
    executor = load_executor(name, compile_rule(program.rule))
    examples = np.array([[1, -1, 1], [-1, -1, 1]])
    memory = expected_memory(examples, np.array([1, -1]), rows=4)
    grid = memory_grid(
        memory, with_one(examples[:1]), executor.network.work_columns, line=executor.network.line
    )[0]
    far = 10**12
    with pytest.raises(SizeError):
        executor.run(grid[None], far, record=True)
    near = executor.forward_backward(grid, program.depth(3, 3))
    deep = executor.forward_backward(grid, far)
    assert near.output == deep.output == 0
    assert np.flatnonzero(near.gradient.any(axis=1)).tolist() == [2]
    np.testing.assert_array_equal(near.gradient, deep.gradient)
