from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from construction.machines.interpreter import MachineRun
from construction.rules.interpreter import RuleInterpreter
from tests.strategies import DataSet, closed_rules, data_sets, grids, machines, tapes


@given(st.data())
def test_a_partial_machine_never_meets_an_impossible_pair(data: st.DataObject) -> None:
    machine = data.draw(machines(partial=True))
    MachineRun(machine, data.draw(tapes(machine))).run(200)


@given(st.data())
def test_a_closed_rule_never_leaves_its_codes(data: st.DataObject) -> None:
    rule = data.draw(closed_rules())
    grid = data.draw(grids(rule.codes))
    for _ in range(10):
        grid = RuleInterpreter(rule).step(grid)


@given(data_sets())
def test_data_sets_hold_signs(data: DataSet) -> None:
    assert data.examples.shape == (data.m, data.d)
    assert data.labels.shape == (data.m,)
    for signs in (data.examples, data.labels, data.tests):
        assert set(signs.flat) <= {-1, 1}
