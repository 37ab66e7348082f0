from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from construction.errors import MachineError
from construction.machines.interpreter import Configuration, MachineRun
from construction.machines.machine import Halt, Machine, Step
from construction.rules.interpreter import RuleInterpreter
from construction.rules.machine_rule import machine_rule
from construction.rules.rule import LocalRule
from construction.strategies import Sample, first_grids, machines, samples, tape_of
from construction.strategies.arrays import Integers

MOST_STEPS = 40


def codes_of(rule: LocalRule, machine: Machine) -> dict[str, int]:
    """The number of each name; the blank symbol is the work code under a second name."""
    numbers = {name: code for code, name in rule.codes.names.items()}
    blank = f"symbol {machine.blank}"
    return numbers | {blank: numbers["work"]}


def encode(configuration: Configuration, numbers: dict[str, int]) -> Integers:
    grid = [[numbers[f"symbol {symbol}"] for symbol in line] for line in configuration.tape]
    head = f"head {configuration.state} on {configuration.symbol}"
    grid[configuration.row][configuration.column] = numbers[head]
    return np.array(grid, dtype=np.int64)


@given(machines(), samples(max_m=4, max_d=4, max_tests=2), st.integers(1, 3))
def test_the_rule_does_what_the_machine_does(
    machine: Machine, data: Sample, work_columns: int
) -> None:
    rule = machine_rule(machine)
    numbers = codes_of(rule, machine)
    heads = [code for name, code in numbers.items() if name.startswith("head ")]
    interpreter = RuleInterpreter(rule)
    for test, first in zip(data.tests, first_grids(data, work_columns=work_columns), strict=True):
        grid = first
        for _ in range(data.m + data.d + 2):
            assert not np.isin(grid, heads).any()
            grid = interpreter.step(grid)
        run = MachineRun(machine, tape_of(machine, data, test, work_columns))
        for configuration in islice(run.configurations(), MOST_STEPS):
            np.testing.assert_array_equal(grid, encode(configuration, numbers))
            halted = run.halted  # of the configuration that was yielded last
            if halted is None:
                grid = interpreter.step(grid)
        if halted is not None:
            np.testing.assert_array_equal(grid, interpreter.step(grid))
            readouts = [rule.readout.value(int(code)) for code in grid.flat]
            assert readouts.count(0) >= grid.size - 1
            assert sum(readouts) == halted.output


def small_machine(**changes: object) -> Machine:
    parts: dict[str, object] = {
        "name": "m",
        "states": ("a", "b"),
        "symbols": ("0", "1", "_"),
        "start": "a",
        "blank": "_",
        "transitions": {
            ("a", "0"): Step("0", "E", "b"),
            ("a", "1"): Halt(-1),
            ("b", "0"): Halt(1),
            ("b", "1"): Halt(1),
            ("b", "_"): Halt(1),
        },
        "impossible": {("a", "_")},
        "bits": ("0", "1"),
    }
    return Machine(**(parts | changes))  # type: ignore[arg-type]


def test_a_machine_without_bits_cannot_read_data() -> None:
    with pytest.raises(
        MachineError, match="machine 'm' does not say which symbols are the bits 0 and 1, so it"
    ):
        machine_rule(small_machine(bits=None))


def test_a_machine_that_cannot_start_on_a_bit() -> None:
    transitions = dict(small_machine().transitions)
    del transitions["a", "1"]
    machine = small_machine(transitions=transitions, impossible={("a", "_"), ("a", "1")})
    with pytest.raises(
        MachineError,
        match="machine 'm' starts in state 'a' on a data bit, but that state has no transition on "
        "symbol '1'",
    ):
        machine_rule(machine)
