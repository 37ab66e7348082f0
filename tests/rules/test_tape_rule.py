"""A machine on a given tape: the rule and the network step as the machine does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.errors import MachineError, RuleError
from construction.executors.sweep.dense import DenseExecutor
from construction.machines.interpreter import MachineRun
from construction.machines.machine import Halt, Machine, Step
from construction.rules.interpreter import RuleInterpreter
from construction.rules.tape_rule import read_grid, tape_grid, tape_rule
from construction.strategies import machines, reachable_pairs, tapes


@given(machines(partial=False), st.data())
def test_rule_and_network_step_as_the_machine(machine: Machine, data: st.DataObject) -> None:
    tape = data.draw(tapes(machine))
    row = data.draw(st.integers(0, len(tape) - 1))
    column = data.draw(st.integers(0, len(tape[0]) - 1))
    steps = 25
    rule = tape_rule(machine)
    grid = tape_grid(machine, tape, row, column)
    run = DenseExecutor(compile_rule(rule)).run(grid[None], steps, record=True)
    interpreter = RuleInterpreter(rule)
    machine_run = MachineRun(machine, tape, row, column)
    for layer in range(steps + 1):
        np.testing.assert_array_equal(run.at(layer)[0], grid)
        assert read_grid(machine, grid, machine_run.steps) == machine_run.configuration()
        grid = interpreter.step(grid)
        if not machine_run.step():
            assert run.computed <= machine_run.steps


@settings(max_examples=30)
@given(machines(partial=True))
def test_only_pairs_that_occur_have_codes(machine: Machine) -> None:
    named = " ".join(tape_rule(machine).codes.names.values())
    assert all(f"head {q} on {a}" in named for q, a in reachable_pairs(machine))
    assert not any(f"head {q} on {a}," in f"{named}," for q, a in machine.impossible)


def test_grids_that_are_no_configurations() -> None:
    machine = Machine(
        "m",
        ("q", "r"),
        ("_", "1"),
        "q",
        "_",
        {("q", "_"): Step("1", "E", "r"), ("r", "_"): Halt(0), ("r", "1"): Halt(0)},
        frozenset([("q", "1")]),
    )
    grid = tape_grid(machine, ["_1_"])
    assert read_grid(machine, grid, 0).state == "q"
    with pytest.raises(RuleError, match="the grid has 2 heads"):
        read_grid(machine, np.concatenate([grid, grid]), 0)
    with pytest.raises(RuleError, match="the grid has 0 heads"):
        read_grid(machine, grid[:, 1:], 0)
    with pytest.raises(RuleError, match="no symbol at row, column 1, 3"):
        read_grid(machine, np.where([[False, False, True]], 99, grid), 0)
    with pytest.raises(MachineError, match="starts in state 'q' on symbol '1', a pair that was"):
        tape_grid(machine, ["_1_"], 0, 1)
