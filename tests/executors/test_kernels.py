"""Compiled kernels have one signature each.

Two processes that compile a function for different types at the same time can leave an entry in
Numba's cache that leads to the other's code. With one signature there is nothing to mix up.
"""

from __future__ import annotations

from types import ModuleType

import numba
import numpy as np
import pytest

from construction.compiling.compiler import compile_rule
from construction.executors.catalogue import load_executor
from construction.executors.event import gradient, jacobians, kernel
from construction.executors.sweep import tabulated
from construction.executors.table import lookup
from construction.programs.catalogue import load_program
from construction.training.sgd import train


@pytest.mark.parametrize("module", [kernel, gradient, jacobians, lookup, tabulated])
def test_kernels_have_one_signature(module: ModuleType) -> None:
    network = compile_rule(load_program("systolic-row-reduction").rule)
    examples = np.array([[1, -1], [-1, -1], [1, 1]])
    for name in ("event", "tabulated"):
        executor = load_executor(name, network)
        for _ in train(executor, examples, np.array([1, -1, 1]), layers=20):
            pass
    kernels = [
        each for each in vars(module).values() if isinstance(each, numba.core.dispatcher.Dispatcher)
    ]
    assert kernels
    for each in kernels:
        assert len(each.signatures) <= 1, (str(each), each.signatures)
