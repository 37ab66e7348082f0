from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from construction.errors import RuleError
from construction.rules.codes import Code
from construction.rules.interpreter import RuleInterpreter, neighbours
from construction.rules.patch import OFFSETS, POSITIONS, Position
from construction.rules.rule import Alphabet, Gate, LocalRule, gate
from construction.rules.tables import Number, Table
from construction.strategies import grids, local_rules
from construction.strategies.arrays import Integers

Patch = dict[Position, int]


def patch_at(grid: Integers, row: int, column: int, padding: int) -> Patch:
    """The nine codes that a cell sees, one by one."""
    patch: Patch = {}
    for position, (down, right) in OFFSETS.items():
        r, c = row + down, column + right
        inside = 0 <= r < grid.shape[0] and 0 <= c < grid.shape[1]
        patch[position] = int(grid[r, c]) if inside else padding
    return patch


def holds(each: Gate, patch: Patch) -> bool:
    return all(patch[p] in codes for p, codes in each.when.items()) and not any(
        patch[p] in codes for p, codes in each.unless.items()
    )


def value(rule: LocalRule, patch: Patch) -> Number:
    total = sum(table.values.get(patch[p], 0) for p, table in rule.tables.items())
    for each in rule.gates:
        if holds(each, patch):
            amount = each.amount
            total += (
                amount.values.get(patch[each.position], 0) if isinstance(amount, Table) else amount
            )
    return total


def slopes(rule: LocalRule, patch: Patch) -> list[Number]:
    total: dict[Position, Number] = dict.fromkeys(POSITIONS, 0)
    for p, table in rule.tables.items():
        total[p] += table.slopes.get(patch[p], 0)
    for each in rule.gates:
        if holds(each, patch) and isinstance(each.amount, Table):
            total[each.position] += each.amount.slopes.get(patch[each.position], 0)
    return [total[p] for p in POSITIONS]


@given(st.data())
def test_values_and_slopes_cell_by_cell(data: st.DataObject) -> None:
    rule = data.draw(local_rules())
    grid = data.draw(grids(rule.codes))
    interpreter = RuleInterpreter(rule)
    values = interpreter.evaluate(neighbours(grid, rule.codes.padding))
    assert values.shape == grid.shape
    derivatives = interpreter.slopes(grid)
    for row, column in np.ndindex(*grid.shape):
        patch = patch_at(grid, row, column, rule.codes.padding)
        assert values[row, column] == value(rule, patch)
        assert derivatives[row, column].tolist() == slopes(rule, patch)


@given(st.data())
def test_a_batch_is_its_grids_one_by_one(data: st.DataObject) -> None:
    rule = data.draw(local_rules())
    batch = data.draw(grids(rule.codes, max_batch=3))
    interpreter = RuleInterpreter(rule)
    whole = interpreter.evaluate(neighbours(batch, rule.codes.padding))
    for grid, after in zip(batch, whole, strict=True):
        single = interpreter.evaluate(neighbours(grid, rule.codes.padding))
        np.testing.assert_array_equal(after, single)
    np.testing.assert_array_equal(
        interpreter.slopes(batch), np.stack([interpreter.slopes(grid) for grid in batch])
    )


SHIFT = LocalRule(
    "shift east",
    Alphabet({-1: Code("padding"), 0: Code("zero"), 2: Code("two")}, -1),
    {"W": Table({2: 2})},
    (gate("a source at the western wall", 2, W=-1, N=-1),),
    Table({}),
)


def test_a_rule_by_hand() -> None:
    interpreter = RuleInterpreter(SHIFT)
    assert interpreter.step([[0, 2, 0], [2, 0, 0]]).tolist() == [[2, 0, 2], [0, 2, 0]]
    assert interpreter.step([[0]]).tolist() == [[2]]


def test_a_grid_or_a_cell_that_is_no_code() -> None:
    with pytest.raises(
        RuleError, match="rule 'shift east': the grid at row 2, column 1 holds 1, which is no code"
    ):
        RuleInterpreter(SHIFT).step([[0, 2], [1, 0]])
    with pytest.raises(RuleError, match="the grid at row 1, column 2 holds -1, which is no code"):
        RuleInterpreter(SHIFT).step([[0, -1]])
    with pytest.raises(RuleError, match="the grid at row 1, column 1 holds 900, which is no code"):
        RuleInterpreter(SHIFT).step([[900]])
    wrong = LocalRule("wrong", SHIFT.codes, {"C": Table({0: 1})}, (), Table({}))
    with pytest.raises(
        RuleError, match="rule 'wrong': a cell at row 1, column 2 holds 1, which is no code of this"
    ):
        RuleInterpreter(wrong).step([[2, 0]])
