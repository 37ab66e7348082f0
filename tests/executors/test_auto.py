"""The automatic executor: whatever it chooses, it is one run."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import Mock, patch

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError
from construction.executors import auto
from construction.executors.auto import AutoExecutor
from construction.executors.catalogue import EXECUTORS
from construction.executors.costs import COSTS, Costs
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.event import executor
from construction.executors.event.executor import EventExecutor
from construction.executors.executor import Executor, Run
from construction.executors.planes import circuit as circuits
from construction.executors.planes import executor as planes_module
from construction.executors.planes import sample, turns
from construction.executors.planes.executor import PlanesExecutor
from construction.executors.planes.grid import PlanesGrid
from construction.executors.sweep import executor as sweep
from construction.executors.table.patch_table import PatchTable, patch_table
from construction.executors.vectorised.executor import VectorisedExecutor
from construction.formats.golly import parse_automaton
from construction.network.layers import PIXEL_UNIT, Integers
from construction.network.rcnn import RCNN
from construction.programs.catalogue import load_program
from construction.strategies import closed_rules, grids, local_rules


def outcome(runner: Executor, start: Integers, *, record: bool) -> Run | str:
    """The run, or the words with which it was refused."""
    try:
        return runner.run(start, 12, record=record)
    except NetworkError as error:
        return str(error)


@given(st.data(), st.sampled_from([0.0, 1.0, 1000.0]), st.sampled_from([2**22, 0]))
@settings(max_examples=40)
def test_turns_of_two_executors_are_one_run(
    data: st.DataObject, event_cost: float, most_combinations: int
) -> None:
    rule = data.draw(st.one_of(closed_rules(), local_rules()))
    network = compile_rule(rule)
    start = data.draw(grids(rule.codes, max_batch=3))
    costs = Costs(event_cost, event_cost, 1.0, event_cost, 1.0, 1.0, 1.0, 1.0, 1.0)
    events = partial(EventExecutor, most_combinations=most_combinations)
    vectorised = partial(VectorisedExecutor, most_combinations=most_combinations)
    with (
        patch.multiple(auto, PROBE=1, BETWEEN_PROBES=(2, 3), WORTH_ASKING=0.0, COSTS=costs),
        patch.multiple(auto, UNITS_WORTH_A_TABLE=0, UNITS_WORTH_LOADING=0),
        patch.multiple(auto, WORTH_LOADING=0.0, WORTH_COMPILING=0.0),
        patch.object(auto, "VectorisedExecutor", vectorised),
        patch.object(executor, "EventExecutor", events),
    ):
        for record in (False, True):
            expected = outcome(ReferenceExecutor(network), start, record=record)
            found = outcome(AutoExecutor(network), start, record=record)
            if isinstance(expected, str) or isinstance(found, str):
                assert found == expected
                continue
            assert (found.layers, found.computed) == (expected.layers, expected.computed)
            assert np.array_equal(found.grids, expected.grids)
            if record:
                assert found.history is not None
                assert expected.history is not None
                assert np.array_equal(found.history, expected.history)


def test_nothing_is_compiled_for_little_work() -> None:
    network = compile_rule(load_program("systolic-row-reduction").rule)
    grid = np.ones((1, 40, 30), dtype=np.int64)
    with patch.multiple(auto, is_compiled=lambda _: False, is_loaded=lambda *_: False):
        small = AutoExecutor(network)
        assert small.run(grid[:, :5, :5], 3).executor == "reference"
        assert small.run(grid, 50).executor == "vectorised"
        assert small.choose(2**16, 60, backward=True).name == "vectorised"
        # As long as compiling is not worth it, and a pass leaves room for its history.
        assert small.choose(2**18, 1000).name == "vectorised"
        with patch.object(auto, "MOST_HISTORY", 2**20):
            assert small.choose(2**16, 60, backward=True).name == "event"
        # What is loaded is used.
        assert small.run(grid, 50).executor == "event"
        assert AutoExecutor(network).choose(2**20, 10_000).name == "event"
    with patch.multiple(auto, is_compiled=lambda _: True, is_loaded=lambda *_: False):
        assert AutoExecutor(network).choose(2**16, 1000).name == "vectorised"
        assert AutoExecutor(network).choose(2**18, 1000).name == "event"


def test_what_the_process_has_loaded_is_used_at_once() -> None:
    network = compile_rule(load_program("systolic-row-reduction").rule)
    grid = np.ones((1, 40, 30), dtype=np.int64)
    EventExecutor(network).run(grid, 3)
    assert AutoExecutor(network).run(grid, 50).executor == "event"


def test_time_adds_up_to_what_is_worth_compiling() -> None:
    network = compile_rule(load_program("majority").rule)
    grid = np.ones((20, 20), dtype=np.int64)
    runner = AutoExecutor(network)
    with (
        patch.multiple(auto, UNITS_WORTH_LOADING=0, WORTH_LOADING=0.02, WORTH_COMPILING=0.02),
        patch.object(auto, "is_loaded", lambda *_: False),
    ):
        chosen = []
        for _ in range(1000):
            chosen.append(runner.choose(grid.size, 40, backward=True).name)
            if chosen[-1] == "event":
                break
            runner.forward_backward(grid, 40)
    assert chosen[0] == "vectorised"
    assert chosen[-1] == "event"


def test_no_other_executor_takes_more_memory() -> None:
    most = max(EXECUTORS[name].bytes_per_pixel for name in EXECUTORS)
    assert AutoExecutor.bytes_per_pixel == most


@pytest.mark.parametrize("record", [False, True])
def test_the_event_executor_stops_where_too_much_is_evaluated(*, record: bool) -> None:
    """A blinker in a corner for some layers, and then all of the grid, told apart by what is evaluated."""
    automaton = parse_automaton("B3/S23")
    network = compile_rule(automaton.rule())
    cells = np.zeros((1, 30, 40), dtype=np.int64)
    cells[0, 2, 1:4] = 1
    quiet = automaton.codes(cells).astype(np.int16)
    soup = automaton.codes(np.random.default_rng(1).integers(0, 2, cells.shape)).astype(np.int16)
    for start, lasts in ((quiet, True), (soup, False)):
        asked: list[tuple[int, int]] = []

        def suits(
            evaluated: int,
            stretches: int,
            layers: int,
            _: object,
            asked: list[tuple[int, int]] = asked,
        ) -> bool:
            assert layers <= stretches <= evaluated
            asked.append((evaluated, layers))
            return evaluated < 600 * layers

        with patch.object(executor, "BETWEEN_QUESTIONS", 0):
            found = EventExecutor(network).run_while(start, 200, suits, record=record)
        expected = ReferenceExecutor(network).run(start, found.layers, record=record)
        assert (found.layers == 200) == lasts
        assert found.computed == found.layers
        assert np.array_equal(found.grids, expected.grids)
        if record:
            assert found.history is not None
            assert expected.history is not None
            assert np.array_equal(found.history, expected.history)
        # It is asked after as much as the grid, and a layer at most.
        assert asked
        assert all(evaluated < 2 * 31 * 42 for evaluated, _ in asked)


def test_an_event_run_that_comes_to_rest_is_whole() -> None:
    automaton = parse_automaton("B3/S23")
    start = automaton.codes(np.zeros((1, 5, 5), dtype=np.int64)).astype(np.int16)
    network = compile_rule(automaton.rule())
    found = EventExecutor(network).run_while(start, 9, lambda *_: False, record=True)
    expected = ReferenceExecutor(network).run(start, 9, record=True)
    assert (found.layers, found.computed) == (9, expected.computed)
    assert found.history is not None
    assert expected.history is not None
    assert np.array_equal(found.history, expected.history)


def interpreted(planes: PlanesExecutor, shape: tuple[int, int]) -> bool:
    """In place of compiling."""
    return planes.gates(shape) > 0


#: All runs are large enough for machine code, and turns are asked for as often as can be.
LARGE: dict[str, Any] = {"WORTH_ASKING": 0.0, "UNITS_WORTH_A_TABLE": 0, "UNITS_WORTH_LOADING": 0}
SOON: dict[str, Any] = {"WORTH_LOADING": 0.0, "WORTH_COMPILING": 0.0}


@pytest.mark.parametrize(
    ("gate", "kept", "name"),
    [(0.0, True, "event+planes"), (1e9, True, "event"), (0.0, False, "event")],
)
def test_planes_have_their_turns_where_they_cost_less(
    gate: float, name: str, *, kept: bool
) -> None:
    """And where there is machine code, for a single grid whose history is not kept."""
    program = load_program("systolic-row-reduction")
    network = compile_rule(program.rule)
    grid = np.random.default_rng(1).choice([-1, 1], (1, 31, 32))
    grid[:, -1], grid[:, :, -1] = 1, 3
    layers = program.depth(30, 30)
    expected = ReferenceExecutor(network).run(grid, layers)
    costs = replace(COSTS, sweep_lookup=1e6, planes_gate=gate, planes_pixel=0.0)
    with (
        patch.multiple(auto, **LARGE, **SOON, COSTS=costs),
        patch.multiple(turns, WORTH_MAKING=2**60, LOADING=0.0, CHANGING=0.0, COSTS=costs),
        patch.object(executor, "BETWEEN_QUESTIONS", 0),
        patch.object(PlanesExecutor, "compile", interpreted),
        patch.object(PlanesExecutor, "is_kept", lambda *_: kept),
        patch.object(PlanesExecutor, "is_loaded", lambda *_: False),
    ):
        found = AutoExecutor(network).run(grid, layers)
        with_history = AutoExecutor(network).run(grid, layers, record=True)
        several = AutoExecutor(network).run(np.concatenate([grid, grid]), layers)
    assert np.array_equal(found.grids, expected.grids)
    assert found.computed == expected.computed
    assert found.executor == name
    assert "planes" not in with_history.executor + several.executor


@pytest.mark.parametrize(("updates", "makes"), [(31 * 32 * 100, True), (31 * 32 * 100 + 1, False)])
def test_a_circuit_is_compiled_for_as_much_work_as_that_is_worth(
    updates: int, *, makes: bool
) -> None:
    planes = PlanesExecutor(compile_rule(load_program("majority").rule))
    with (
        patch.object(turns, "WORTH_MAKING", updates),
        patch.object(PlanesExecutor, "compile", interpreted),
        patch.object(PlanesExecutor, "is_kept", lambda *_: False),
        patch.object(PlanesExecutor, "is_loaded", lambda *_: False),
    ):
        assert turns.PlanesTurns(lambda: planes, (31, 32), 100, 1.0).ready() == makes


@pytest.mark.parametrize(
    ("shape", "begin"),
    [((129, 130), True), ((10, 4000), True), ((1, 3000), False), ((1500, 1), False)],
)
def test_planes_begin_where_they_take_less_for_all_of_a_grid(
    shape: tuple[int, int], *, begin: bool
) -> None:
    """They do not for few lines: a tile is eight."""
    planes = PlanesExecutor(compile_rule(load_program("majority").rule))
    with (
        patch.object(PlanesExecutor, "is_loaded", lambda *_: True),
        patch.object(PlanesExecutor, "gates", lambda *_: 100),
    ):
        assert turns.PlanesTurns(lambda: planes, shape, 100, 1.0).next == begin


def test_grids_of_few_rows_are_not_divided_among_threads() -> None:
    """Most of a part would be rows that the other computes, too."""
    with patch.object(sweep, "cores", return_value=2):
        assert sweep.pieces_of((1, 10, 4000), sweep.TABULATED_TOGETHER) == 1
        assert sweep.pieces_of((1, 100, 400), sweep.TABULATED_TOGETHER) == 2
        assert sweep.pieces_of((1, 100, 40), sweep.TABULATED_TOGETHER) == 1
        assert sweep.pieces_of((1, 10, 4000), 1) == 2
        assert sweep.pieces_of((2, 100, 400), sweep.TABULATED_TOGETHER) == 1


@contextmanager
def planes_at_once(*, loaded: bool) -> Iterator[list[int]]:
    """Planes begin, if ``loaded``, or go on as soon as the event executor is asked, and back; the layers that each of their turns computed."""
    planes_run = PlanesExecutor.run_while
    used: list[int] = []

    def noted(*arguments: Any) -> Run:
        run = planes_run(*arguments)
        used.append(run.computed)
        return run

    costs = replace(COSTS, sweep_lookup=1e6, planes_gate=0.0, planes_pixel=0.0)
    changing: dict[str, Any] = {"LOADING": 0.0, "CHANGING": -1.0, "CHANGING_A_PIXEL": 0.0}
    with (
        patch.multiple(auto, **LARGE, **SOON, COSTS=costs),
        patch.multiple(turns, WORTH_MAKING=0, COSTS=costs, **changing),
        patch.object(executor, "BETWEEN_QUESTIONS", 0),
        patch.object(PlanesExecutor, "compile", interpreted),
        patch.object(PlanesExecutor, "is_loaded", lambda *_: loaded),
        patch.object(PlanesExecutor, "run_while", noted),
    ):
        yield used


@given(st.data())
@settings(max_examples=25)
def test_turns_of_planes_are_one_run_with_those_of_the_event_executor(data: st.DataObject) -> None:
    """They change whenever they are asked, also just before a layer that is refused."""
    rule = data.draw(st.one_of(closed_rules(), local_rules()))
    network = compile_rule(rule)
    start = data.draw(grids(rule.codes, max_batch=1))
    expected = outcome(ReferenceExecutor(network), start, record=False)
    with (
        planes_at_once(loaded=data.draw(st.booleans())) as used,
        patch.object(executor, "FIRST_LAYERS", 1),
        patch.object(planes_module, "BETWEEN_QUESTIONS", (1, 1)),
    ):
        found = outcome(AutoExecutor(network), start, record=False)
    if isinstance(expected, str) or isinstance(found, str):
        assert found == expected
        return
    event(f"turns of planes: {min(3, len(used))}")
    assert (found.layers, found.computed) == (expected.layers, expected.computed)
    assert np.array_equal(found.grids, expected.grids)
    assert "planes" not in found.executor or sum(used) > 0 or found.computed == 0


@pytest.mark.parametrize("loaded", [False, True])
@pytest.mark.parametrize("refused", [False, True])
def test_planes_that_refuse_a_grid_are_not_asked_again(*, refused: bool, loaded: bool) -> None:
    """They refuse codes that have no name."""
    network = compile_rule(load_program("systolic-row-reduction").rule)
    grid = np.random.default_rng(2).choice([-1, 1], (1, 20, 21))
    grid[:, -1], grid[:, :, -1] = 1, 3
    expected = ReferenceExecutor(network).run(grid, 12)
    with (
        planes_at_once(loaded=loaded) as used,
        patch.object(PlanesGrid, "start", (lambda *_: False) if refused else PlanesGrid.start),
    ):
        found = AutoExecutor(network).run(grid, 12)
    assert np.array_equal(found.grids, expected.grids)
    assert found.executor == ("event" if refused else "planes" if loaded else "event+planes")
    assert (used == [0]) == refused


def test_each_turn_knows_how_many_layers_are_left() -> None:
    """Those that the executors before it computed are not, whichever they were."""
    network = compile_rule(load_program("systolic-row-reduction").rule)
    grid = np.random.default_rng(2).choice([-1, 1], (1, 20, 21))
    grid[:, -1], grid[:, :, -1] = 1, 3
    known: list[tuple[int, int]] = []
    event_runs, planes_run = EventExecutor.run_while, PlanesExecutor.run_while

    def events(runner: EventExecutor, start: Any, layers: int, suits: Any, *, record: bool) -> Run:
        known.append((layers, suits.args[1].left))
        return event_runs(runner, start, layers, suits, record=record)

    def planes(runner: PlanesExecutor, start: Any, layers: int, suits: Any) -> Run:
        own = suits.__self__
        known.append((layers, own.left))

        def leave(*_: object) -> bool:
            own.next = False
            return False

        return planes_run(runner, start, layers, leave)

    with (
        planes_at_once(loaded=False),
        patch.object(EventExecutor, "run_while", events),
        patch.object(PlanesExecutor, "run_while", planes),
    ):
        AutoExecutor(network).run(grid, 40)
    assert len(known) > 2
    assert all(layers == left for layers, left in known)
    assert known[0][0] == 40 > known[1][0] > known[2][0]


@pytest.mark.parametrize(("left", "asked"), [(10**7, 2), (3000, 5), (300, None)])
def test_planes_are_left_the_sooner_the_more_there_is_to_save(left: int, asked: int | None) -> None:
    """And not at all where the layers that are left save less than changing takes."""
    planes = PlanesExecutor(compile_rule(load_program("majority").rule))
    costs = replace(COSTS, planes_gate=0.0, planes_pixel=1.0)
    with patch.multiple(turns, COSTS=costs, CHANGING=4e4, CHANGING_A_PIXEL=0.0, SOON=1 / 16):
        told = turns.PlanesTurns(lambda: planes, (64, 64), left, 1e9)
        # They evaluate 100 pixels in each layer, of which the event executor would evaluate none.
        suit = []
        for layer in range(1, 20):
            state: Any = Mock(layer=layer, seers=lambda: (0, 0, 100))
            suit.append(told.planes_suit(100, 100, 1, state))
    assert suit == [True] * 19 if asked is None else suit.index(False) == asked - 1


def test_planes_are_not_left_for_what_the_first_layers_alone_would_have_saved() -> None:
    """All of a grid was evaluated in them; after that a wave passes, and there is as little to do in planes."""
    planes = PlanesExecutor(compile_rule(load_program("majority").rule))
    told = turns.PlanesTurns(lambda: planes, (512, 512), 2562, 1e9)
    for layer in (1, 2):
        state: Any = Mock(layer=layer, seers=lambda: (104, 4, 1024))
        assert told.planes_suit(299_520, 299_520, 1, state)


@contextmanager
def circuits_of_ones_own() -> Iterator[list[int]]:
    """Circuits that are made here, none of a file, and at once; with how many layers each run in planes took."""
    used: list[int] = []
    planes_run = PlanesExecutor.run_while

    def noted(*arguments: Any) -> Run:
        run = planes_run(*arguments)
        used.append(run.computed)
        return run

    with (
        patch.object(planes_module, "_circuit", lambda net: circuits.circuit(patch_table(net))),
        patch.object(planes_module, "file_of", return_value=Path("no such file")),
        patch.object(PlanesExecutor, "is_loaded", lambda *_: True),
        patch.object(PlanesExecutor, "run_while", noted),
    ):
        yield used


def test_planes_that_doubt_most_of_a_memory_are_left_after_a_few_layers() -> None:
    """Where half of it is empty, by a circuit that is made from full ones."""
    network = compile_rule(load_program("systolic-row-reduction").rule)
    grid = np.random.default_rng(5).choice([-1, 1], (1, 129, 130))
    grid[:, 64:] = 0
    grid[:, :, -1] = 3

    def full(net: RCNN, shape: tuple[int, int], random: np.random.Generator) -> Integers:
        signs = random.choice([-1, 1], (sample.GRIDS, *shape))
        return np.pad(signs, ((0, 0), (0, 0), (0, net.work_columns)), constant_values=PIXEL_UNIT)

    with (
        patch.multiple(auto, **LARGE, **SOON),
        patch.object(sample, "_memories", full),
        circuits_of_ones_own() as used,
    ):
        found = AutoExecutor(network).run(grid, 300)
    expected = EventExecutor(network).run(grid, 300)
    assert np.array_equal(found.grids, expected.grids)
    assert found.executor.startswith("planes+event")
    assert sum(used) < 16


def test_planes_that_were_left_because_they_doubt_are_not_entered_again() -> None:
    """Without look-ups they would be far better than the event executor, in all layers."""
    automaton = parse_automaton("B267/S123")
    network = compile_rule(automaton.rule())
    start = automaton.codes(np.random.default_rng(0).integers(0, 2, (1, 128, 128)))

    def dead(patches: PatchTable) -> np.ndarray:
        return np.isin(np.arange(patches.table.size), 0)

    with (
        patch.multiple(auto, **LARGE),
        patch.object(circuits, "met_patches", dead),
        circuits_of_ones_own() as used,
    ):
        found = AutoExecutor(network).run(start, 200)
    assert np.array_equal(found.grids, EventExecutor(network).run(start, 200).grids)
    assert len(used) == 1
    assert sum(used) < 8


def test_a_network_without_a_circuit_is_asked_for_one_once() -> None:
    network = compile_rule(load_program("systolic-row-reduction").rule)
    grid = np.random.default_rng(2).choice([-1, 1], (1, 20, 21))
    grid[:, -1], grid[:, :, -1] = 1, 3
    costs = replace(COSTS, sweep_lookup=1e6, planes_gate=0.0, planes_pixel=0.0)
    with (
        patch.multiple(auto, **LARGE, **SOON, COSTS=costs),
        patch.multiple(turns, LOADING=0.0, CHANGING=-1.0, CHANGING_A_PIXEL=0.0, COSTS=costs),
        patch.object(PlanesExecutor, "is_loaded", lambda *_: False),
        patch.object(executor, "BETWEEN_QUESTIONS", 0),
        patch.object(turns.PlanesTurns, "ready", return_value=False) as ready,
    ):
        runner = AutoExecutor(network)
        names = {runner.run(grid, 40).executor for _ in range(3)}
        assert ready.call_count == 1
        runner.run(grid, 41)
        assert ready.call_count == 2
        # Another shape may have machine code.
        runner.run(grid[:, :, 1:], 40)
    assert names == {"event"}
    assert ready.call_count == 3


@pytest.mark.parametrize("loaded", [False, True])
def test_threads_share_one_executor(*, loaded: bool) -> None:
    """Runs and passes of several threads at once, in turns of two executors, are those of one alone."""
    network = compile_rule(load_program("systolic-row-reduction").rule)
    random = np.random.default_rng(4)
    first = random.choice([-1, 1], (6, 30, 31))
    first[:, -1], first[:, :, -1] = 1, 3
    half = first.copy()
    half[:, 15:, :-1] = 0
    event = EventExecutor(network)
    runs = [event.run(grid[None], 150) for grid in first]
    passes = [event.forward_backward(grid, 150) for grid in half]
    with planes_at_once(loaded=loaded), ThreadPoolExecutor(4) as pool:
        auto = AutoExecutor(network)
        found = pool.map(lambda grid: auto.run(grid[None], 150), first)
        gradients = pool.map(lambda grid: auto.forward_backward(grid, 150), half)
        for one, other in zip(runs, found, strict=True):
            assert np.array_equal(one.grids, other.grids)
            assert one.computed == other.computed
        for here, there in zip(passes, gradients, strict=True):
            assert here.output == there.output
            assert np.array_equal(here.gradient, there.gradient)


def test_rows_that_two_threads_compute_count_twice() -> None:
    """Between two parts each computes 24 rows of the other's, one less in each of as many layers: 12 in the mean."""
    network = compile_rule(load_program("majority").rule)
    with patch.object(sweep, "cores", return_value=2), patch.object(auto, "cores", return_value=2):
        runner = AutoExecutor(network)
        assert runner._threads((1, 96, 400)) == 2 / 1.25
        assert runner._threads((1, 10, 4000)) == 1
        assert runner._threads((2, 96, 400)) == 2
