from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from construction.compiling.compiler import compile_rule
from construction.executors.catalogue import EXECUTORS, load_executor
from construction.machines.machine import Machine
from construction.rules.interpreter import RuleInterpreter
from construction.rules.machine_rule import machine_rule
from construction.strategies import Sample, first_grids, machines, samples

MOST_STEPS = 20


@pytest.mark.parametrize("name", EXECUTORS)
@given(machine=machines(), data=samples(max_m=3, max_d=3, max_tests=2))
def test_a_random_machines_network_is_its_rule_at_every_layer(
    name: str, machine: Machine, data: Sample
) -> None:
    rule = machine_rule(machine)
    layers = data.m + data.d + 2 + MOST_STEPS
    grid = first_grids(data)
    run = load_executor(name, compile_rule(rule)).run(grid, layers, record=True)
    interpreter = RuleInterpreter(rule)
    for layer in range(layers + 1):
        np.testing.assert_array_equal(run.at(layer), grid)
        grid = interpreter.step(grid)
