"""The flow with steps of 1 is the network; with small steps it comes to rest elsewhere."""

from __future__ import annotations

import numpy as np

from construction import compile_rule, load_executor, load_program, train
from construction.dynamics.flow import flow, layer_on_reals, output_on_reals
from construction.training.memory import memory_grid, with_one

RUNS = 8


def test_the_flow_does_not_compute() -> None:
    program = load_program("systolic-row-reduction")
    network = compile_rule(program.rule)
    executor = load_executor("reference", network)
    layers = program.depth(2, 2)
    right = 0
    for seed in range(RUNS):
        rng = np.random.default_rng(seed)
        examples, labels = rng.choice([-1, 1], (2, 2)), rng.choice([-1, 1], 2)
        *_, last = train(executor, examples, labels, layers)
        test = rng.choice([-1, 1], (1, 2))
        grid = memory_grid(last.memory, with_one(test), network.work_columns, line=network.line)[0]
        end = executor.run(grid[None], layers).grids
        # In steps of 1 every number is whole, so the comparison is exact.
        assert np.array_equal(flow(network, grid, layers, 1), end[0])
        assert output_on_reals(network, end[0].astype(float)) == network.output(end)[0]
        rest = flow(network, grid, 60, 0.25)
        # A fixed point to all of float64's digits, but not the answer's.
        assert np.abs(layer_on_reals(network, rest) - rest).max() < 1e-4
        right += output_on_reals(network, rest) == network.output(end)[0]
    assert right == 0
