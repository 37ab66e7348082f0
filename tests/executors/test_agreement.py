from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError
from construction.executors.catalogue import EXECUTORS, load_executor
from construction.executors.executor import Executor, Run
from construction.executors.sweep import executor as sweep
from construction.formats.golly import parse_automaton
from construction.network.rcnn import RCNN
from construction.strategies.arrays import Integers

OTHERS = [name for name in EXECUTORS if name != "reference"]


def run_or_error(executor: Executor, grid: Integers, layers: int) -> Run | str:
    try:
        return executor.run(grid, layers, record=True)
    except NetworkError as error:
        return str(error)


def assert_agreement(name: str, network: RCNN, grid: Integers, layers: int) -> None:
    """The same grid at every layer, or the same words about why not."""
    expected = run_or_error(load_executor("reference", network), grid, layers)
    found = run_or_error(load_executor(name, network), grid, layers)
    if isinstance(expected, str) or isinstance(found, str):
        assert found == expected
        return
    assert (found.layers, found.computed) == (expected.layers, expected.computed)
    assert found.history is not None
    assert expected.history is not None
    np.testing.assert_array_equal(found.history, expected.history)
    np.testing.assert_array_equal(found.grids, expected.grids)


SHAPES = [(1, 1, 1), (1, 1, 300), (2, 300, 1), (3, 2, 129), (1, 70, 128), (2, 66, 77)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("threads", [2, 3])
@pytest.mark.parametrize("name", ["dense", "tabulated"])
def test_agreement_with_more_threads_than_rows(
    name: str, shape: tuple[int, int, int], threads: int
) -> None:
    with (
        patch.object(sweep, "PIXELS_WORTH_A_THREAD", 1),
        patch.object(sweep, "cores", return_value=threads),
        patch("construction.executors.threads.cores", return_value=threads),
    ):
        assert_agreement_on_life(name, shape)


def assert_agreement_on_life(name: str, shape: tuple[int, int, int], layers: int = 5) -> None:
    """Every position counts, and nothing comes to rest soon."""
    automaton = parse_automaton("B3/S23")
    network = compile_rule(automaton.rule())
    cells = np.random.default_rng(sum(shape)).integers(0, 2, shape)
    grid = automaton.codes(cells)
    assert_agreement(name, network, grid, layers)
    run = load_executor(name, network).run(grid, layers, record=True)
    for layer in range(layers + 1):
        np.testing.assert_array_equal(automaton.cells(run.at(layer)), cells)
        cells = life(cells)


def life(grid: Integers) -> Integers:
    framed = np.pad(grid, ((0, 0), (1, 1), (1, 1)))
    rows, columns = grid.shape[1:]
    places = [(r, c) for r in range(3) for c in range(3) if (r, c) != (1, 1)]
    around = np.sum([framed[:, r : r + rows, c : c + columns] for r, c in places], axis=0)
    return np.asarray((around == 3) | ((around == 2) & (grid == 1)), dtype=np.int64)


@pytest.mark.parametrize("name", OTHERS)
def test_agreement_without_the_compiler(name: str) -> None:
    """The kernels as plain Python, in a process of their own."""
    code = (
        "import numba\n"
        "from construction.executors.sweep import dense, tabulated\n"
        "from tests.executors.test_agreement import *\n"
        "assert numba.config.DISABLE_JIT\n"
        f"for shape in [(1, 1, 1), (2, 3, 4), (1, 1, 9)]:\n"
        f"    assert_agreement_on_life({name!r}, shape, 2)\n"
        "dense.HIDDEN_BYTES = tabulated.STRETCH = 2\n"
        f"assert_agreement_on_life({name!r}, (2, 3, 5), 2)\n"
        "print('agreed')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("agreed\n", "")
