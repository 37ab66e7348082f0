from __future__ import annotations

import re
from _thread import interrupt_main
from threading import Timer
from time import process_time
from unittest.mock import patch

import numpy as np
import pytest

from construction.compiling.compiler import compile_rule
from construction.errors import ConstructionError, NetworkError, SizeError
from construction.executors import executor, threads
from construction.executors.catalogue import EXECUTORS, load_executor
from construction.executors.definition.patches import evaluate, jacobian
from construction.executors.executor import MEMORY_LIMIT
from construction.executors.vectorised.executor import VectorisedExecutor
from construction.formats.golly import parse_automaton
from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN
from construction.rules.codes import Code
from construction.rules.rule import Alphabet, LocalRule, gate
from construction.rules.tables import Table

CODES = Alphabet({-2: Code("padding"), **{k: Code(f"code {k}") for k in range(6)}}, -2)
#: Counts up to 5, and stays there.
COUNTER = LocalRule(
    "counter", CODES, {"C": Table({0: 1, 1: 2, 2: 3, 3: 4, 4: 5, 5: 5})}, (), Table({})
)

#: Keeps what it has.
STILL = LocalRule(
    "still", Alphabet({-1: Code("padding"), 0: Code("0"), 1: Code("1")}, -1), {}, (), Table({})
)

every_executor = pytest.mark.parametrize("name", EXECUTORS)


@every_executor
def test_a_layer_that_changes_nothing_ends_the_run(name: str) -> None:
    run = load_executor(name, compile_rule(COUNTER)).run([[[2, 4]]], 100, record=True)
    assert (run.layers, run.computed) == (100, 3)
    assert run.history is not None
    assert run.history.tolist() == [[[[2, 4]]], [[[3, 5]]], [[[4, 5]]], [[[5, 5]]]]
    assert run.at(2).tolist() == [[[4, 5]]]
    assert run.at(100).tolist() == run.grids.tolist() == [[[5, 5]]]


@every_executor
def test_fewer_layers_than_that(name: str) -> None:
    run = load_executor(name, compile_rule(COUNTER)).run([[[0]]], 2)
    assert (run.layers, run.computed) == (2, 2)
    assert run.grids.tolist() == [[[2]]]
    assert run.history is None
    with pytest.raises(ValueError, match="the run kept no history; ask for it with record=True"):
        run.at(1)
    none = load_executor(name, compile_rule(COUNTER)).run([[[0]]], 0, record=True)
    assert none.grids.tolist() == none.at(0).tolist() == [[[0]]]


@every_executor
def test_the_input_stays_as_it_is(name: str) -> None:
    grid = np.zeros((1, 2, 2), dtype=np.int16)
    run = load_executor(name, compile_rule(COUNTER)).run(grid, 3, record=True)
    assert not grid.any()
    assert run.at(0).tolist() == grid.tolist()


@every_executor
@pytest.mark.parametrize(
    ("grid", "layers", "message"),
    [
        (
            [[1, 2]],
            1,
            "grids have shape (1, 2); it should be (batch, rows, columns), none of them 0",
        ),
        (np.zeros((1, 0, 4)), 1, "grids have shape (1, 0, 4); it should be"),
        ([[[1]]], -1, "-1 layers were asked for; it should be 0 or more"),
        (
            [[[1, 2], [3, 6]]],
            1,
            "network 'counter': after layer 0, grid 1, the pixel at row 2, column 2 is 6; codes lie "
            "between -1 and 5",
        ),
        (
            [[[0]], [[-2]]],
            1,
            "after layer 0, grid 2, the pixel at row 1, column 1 is -2; codes lie",
        ),
        ([[[0.5]]], 1, "grids hold numbers of type float64; codes are integers"),
    ],
)
def test_what_is_no_input(name: str, grid: object, layers: int, message: str) -> None:
    run = load_executor(name, compile_rule(COUNTER)).run
    with pytest.raises(NetworkError, match=re.escape(message)):
        run(grid, layers)  # type: ignore[arg-type]


@every_executor
def test_too_much_for_memory_is_said_before_it_is_allocated(name: str) -> None:
    run = load_executor(name, compile_rule(COUNTER)).run
    layers = MEMORY_LIMIT // 2
    with pytest.raises(
        SizeError, match=r"the grids would take 8\.0 GiB, more than the limit of 8 GiB; use fewer"
    ):
        run([[[0]]], layers, record=True)
    assert run([[[0]]], layers).computed == 5  # without the history it is nothing
    grid = np.zeros((1, 100, 100), dtype=np.int16)
    with (
        patch.object(executor, "MEMORY_LIMIT", 10_000),
        pytest.raises(SizeError, match="the grids would take"),
    ):
        run(grid, 1)


@every_executor
def test_weights_that_lead_out_of_the_codes(name: str) -> None:
    beyond = LocalRule("beyond", CODES, {"C": Table({1: 1, 2: 7})}, (), Table({}))
    with pytest.raises(
        NetworkError,
        match="network 'beyond': after layer 1, grid 2, the pixel at row 1, column 2 is 7; codes lie "
        "between -1 and 5",
    ):
        load_executor(name, compile_rule(beyond)).run([[[1, 1]], [[1, 2]]], 3)


@every_executor
def test_weights_that_leave_the_integers(name: str) -> None:
    first = WeightLayer(np.eye(9, dtype=np.int64)[4:5], np.array([0]), 1, ("own code",))
    half = WeightLayer(np.array([[1]]), np.array([0]), 2, ("half of it",))
    network = RCNN("half", (first, half), (first_head(), half), -2, CODES.names)
    patch_of_three = [-2, -2, -2, -2, 3, -2, -2, -2, -2]
    message = re.escape(
        f"network 'half': on the patch {patch_of_three} the output is not a whole code"
    )
    with pytest.raises(NetworkError, match=message):
        load_executor(name, network).run([[[3]]], 1)
    assert load_executor(name, network).run([[[4]]], 1).grids.tolist() == [[[2]]]
    with pytest.raises(NetworkError, match="a slope is not an integer"):
        jacobian(network, np.array([patch_of_three]))


def first_head() -> WeightLayer:
    return WeightLayer(np.array([[1]]), np.array([0]), 1, ("code",))


def test_a_unit_at_its_kink_has_no_slope() -> None:
    first = WeightLayer(np.eye(9, dtype=np.int64)[4:5], np.array([0]), 1, ("own code",))
    network = RCNN("kink", (first, first_head()), (first_head(), first_head()), -2, CODES.names)
    case = np.array([[-2, -2, -2, -2, 0, -2, -2, -2, -2]])
    assert evaluate(network, case).tolist() == [0]
    with pytest.raises(NetworkError, match="network 'kink': unit 'own code' stands at its kink on"):
        jacobian(network, case)


@every_executor
def test_a_network_beyond_64_bits_is_refused(name: str) -> None:
    huge = WeightLayer(np.full((1, 9), 2**61), np.array([0]), 1, ("huge",))
    network = RCNN("huge", (huge, first_head()), (first_head(), first_head()), -2, CODES.names)
    with pytest.raises(NetworkError, match="network 'huge': sums can reach"):
        load_executor(name, network)


def test_an_unknown_executor() -> None:
    with pytest.raises(
        ConstructionError,
        match=f"unknown executor 'dens'; it should be one of {', '.join(EXECUTORS)}",
    ):
        load_executor("dens", compile_rule(COUNTER))


def test_wide_rules_need_64_bits() -> None:
    """Amounts that cancel: far beyond the codes, and beyond 32 bits, in between."""
    large = 2**29
    rule = LocalRule(
        "cancels",
        CODES,
        {"C": Table({k: k + large for k in CODES.cells})},
        (gate("back again", -large),),
        Table({}),
    )
    for name in EXECUTORS:
        grid = [[[0, 1, 2], [3, 4, 5]]]
        assert load_executor(name, compile_rule(rule)).run(grid, 3).grids.tolist() == grid


def test_the_changes_of_a_backward_pass_are_refused_before_they_fill_memory() -> None:
    """They are as many as there are layers that change something; the grid alone would fit."""
    automaton = parse_automaton("B3/S23")
    network = compile_rule(automaton.rule())
    grid = np.zeros((1, 5, 5), dtype=np.int64)
    grid[0, 2, 1:4] = 1  # a blinker
    (start,) = automaton.codes(grid)
    with (
        patch.object(executor, "MEMORY_LIMIT", 5_000),
        pytest.raises(SizeError, match="the changes of all layers would take"),
    ):
        load_executor("vectorised", network).forward_backward(start, 300)


@pytest.mark.usefixtures("interrupts")
def test_an_interrupt_of_the_vectorised_executor_ends_its_threads() -> None:
    """After a fraction of a second, though a thread could go on for long."""
    automaton = parse_automaton("B3/S23")
    network = compile_rule(automaton.rule())
    start = automaton.codes(np.random.default_rng(0).integers(0, 2, (4, 200, 200)))
    begun = process_time()
    interrupt = Timer(0.5, interrupt_main)
    interrupt.start()
    with patch.object(threads, "cores", return_value=2), pytest.raises(KeyboardInterrupt):
        VectorisedExecutor(network).run(start, 50_000)
    interrupt.join()
    assert process_time() - begun < 20


@every_executor
def test_no_grids_are_refused(name: str) -> None:
    runner = load_executor(name, compile_rule(STILL))
    with pytest.raises(NetworkError, match=r"grids have shape \(0, 1, 2\)"):
        runner.outputs(np.array([[1, 0]]), np.ones((0, 2), dtype=np.int64), 3)


@pytest.mark.parametrize("name", ["event", "planes"])
def test_a_grid_is_refused_where_only_a_few_fit_at_a_time(name: str) -> None:
    """Where all fit it is named by its number in the batch."""
    signs = np.ones((9, 2), dtype=np.int64)
    signs[7, 0] = -1
    runner = load_executor(name, compile_rule(STILL))
    pixel = "after layer 0, grid {}, the pixel at row 1, column 1 is -1"
    with patch.object(executor, "cores", return_value=3):
        with pytest.raises(NetworkError, match=pixel.format(8)):
            runner.outputs(np.array([[1, 0]]), signs, 0)
        with (
            patch.object(executor, "MEMORY_LIMIT", 3 * 2 * 16),
            pytest.raises(NetworkError, match="from grid 7 of the batch: .*" + pixel.format(2)),
        ):
            runner.outputs(np.array([[1, 0]]), signs, 0)
