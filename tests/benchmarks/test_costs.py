"""The runs that the cost model is compared on are the same for all executors."""

from __future__ import annotations

import numpy as np

from benchmarks.costs import cases, fitted, gates_by_patches, without_table
from benchmarks.measure import ROOT
from construction.compiling.compiler import compile_rule
from construction.executors.auto import AutoExecutor
from construction.executors.catalogue import load_executor
from construction.executors.executor import ForwardBackward, Run
from construction.executors.table.patch_table import patch_table
from construction.programs.catalogue import load_program


def test_the_cases() -> None:
    for case in cases(5):
        names = ("event", "dense", "auto")
        first, *others = (case.run(load_executor(name, case.network)) for name in names)
        for other in others:
            if case.backward:
                assert isinstance(first, ForwardBackward)
                assert isinstance(other, ForwardBackward)
                assert np.array_equal(first.gradient, other.gradient)
            else:
                assert isinstance(first, Run)
                assert isinstance(other, Run)
                assert np.array_equal(first.grids, other.grids)


def test_a_network_without_a_table_that_changes_everywhere_is_computed_densely() -> None:
    network = without_table(blinking=True)
    assert not patch_table(network).tabulated
    grid = np.zeros((1, 64, 64), dtype=np.int64)
    assert AutoExecutor(network).run(grid, 400).executor == "dense"


def test_it_is_not_where_little_changes() -> None:
    network = without_table(blinking=False)
    grid = np.zeros((1, 300, 300), dtype=np.int64)
    grid[0, 0, 0] = 1
    auto = AutoExecutor(network)
    for layers in (30, 250):
        run, expected = (each.run(grid, layers) for each in (auto, load_executor("dense", network)))
        assert np.array_equal(run.grids, expected.grids)
        assert run.computed == expected.computed


def test_every_constant_is_fitted() -> None:
    assert all(value > 0 for value in vars(fitted(192, 1)).values())


def test_the_document_has_the_sizes_of_circuits_that_are_printed() -> None:
    reduction = compile_rule(load_program("systolic-row-reduction").rule)
    gates, _, _, met, _, named, _, whole, *_ = gates_by_patches(reduction).split()
    text = " ".join((ROOT / "docs" / "performance.md").read_text(encoding="utf-8").split())
    assert (
        f"Of the {named} patches of named codes that lead to named codes, small runs of row reduction meet {met}."
        in text
    )
    assert (
        f"circuit has {gates} gates; one that is right on all of these would have {whole} (" in text
    )
