"""Compiled kernels have one signature each.

Two processes that compile a function for different types at the same time can leave an entry in
Numba's cache that leads to the other's code. With one signature there is nothing to mix up.
"""

from __future__ import annotations

from types import ModuleType
from unittest.mock import patch

import numba
import numpy as np
import pytest

from construction.compiling.compiler import compile_rule
from construction.executors.catalogue import load_executor
from construction.executors.event import executor as event
from construction.executors.event import (
    gradient,
    jacobians,
    kernel,
    mixtures,
    repeated,
    shared,
    shared_kernel,
)
from construction.executors.sweep import tabulated
from construction.executors.table import lookup
from construction.programs.catalogue import load_program
from construction.training.sgd import train

MODULES = [
    kernel,
    gradient,
    jacobians,
    lookup,
    tabulated,
    mixtures,
    repeated,
    shared,
    shared_kernel,
]


@pytest.mark.parametrize("module", MODULES)
def test_kernels_have_one_signature(module: ModuleType) -> None:
    network = compile_rule(load_program("systolic-row-reduction").rule)
    examples = np.array([[1, -1], [-1, -1], [1, 1]])
    for name in ("event", "tabulated"):
        executor = load_executor(name, network)
        for _ in train(executor, examples, np.array([1, -1, 1]), layers=20):
            pass
        signs = np.array([[1, 1, 1, 1], [1, -1, 1, 1], [-1, -1, 1, 1], [-1, 1, 1, 1]])
        grid = np.array([[1, -1, 1, 3], [1, 1, 1, 3]])
        with patch.object(event, "WORTH_SHARING", 0):
            executor.outputs(grid, signs, 20)
            executor.run(grid * signs[:, None, :], 20)
    kernels = [
        each for each in vars(module).values() if isinstance(each, numba.core.dispatcher.Dispatcher)
    ]
    assert kernels
    for each in kernels:
        assert len(each.signatures) <= 1, (str(each), each.signatures)
