"""Planes: which tiles are evaluated, what of them is looked up, and what they tell the event executor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
import pytest

from construction.compiling.compiler import compile_rule
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.event.grid import EventGrid
from construction.executors.event.kernel import mark
from construction.executors.planes import circuit as circuits
from construction.executors.planes.circuit import TRUE, Circuit, circuit
from construction.executors.planes.compiled import interpreted
from construction.executors.planes.executor import PlanesExecutor
from construction.executors.planes.grid import PlanesGrid
from construction.executors.planes.sizes import LOOKED_UP
from construction.executors.table.patch_table import PatchTable, patch_table
from construction.formats.golly import parse_automaton
from construction.network.rcnn import RCNN
from construction.rules.codes import Code
from construction.rules.patch import POSITIONS, Position
from construction.rules.rule import Alphabet, Gate, LocalRule
from construction.rules.tables import Table
from construction.strategies.arrays import Integers
from tests.executors.test_planes import grids_of, network_of


def test_a_memory_of_which_half_is_empty_is_hardly_looked_up() -> None:
    network = network_of("systolic-row-reduction")
    patches = patch_table(network)
    (grid,) = grids_of(network, (1, 65, 65)).astype(np.int16)
    for stored in (1, 30, 64):
        half = grid.copy()
        half[stored:, :-1] = 0
        state = PlanesGrid(
            patches,
            half.shape,
            interpreted(circuit(patches) or Circuit(0, (), (), ()), turned=True),
            turned=True,
        )
        assert state.start(half)
        for _ in range(100):
            state.advance(1)
        assert not state.failed
        assert state.layer > stored
        assert state._work.counts[3] < half.size


def test_only_tiles_are_evaluated_that_may_change() -> None:
    """Eight lines each; the event executor's count of what is to be done is compared, tile by tile."""
    network = network_of("systolic-row-reduction")
    (grid,) = grids_of(network, (1, 150, 149)).astype(np.int16)
    grid[50:, :-1] = 0
    patches = patch_table(network)
    evaluation = interpreted(circuit(patches) or Circuit(0, (), (), ()), turned=True)
    state, events = (
        PlanesGrid(patches, grid.shape, evaluation, turned=True),
        EventGrid(patches, grid.shape),
    )
    assert state.start(grid)
    events.start(grid)
    state.advance(1)
    assert state.in_tiles == 3 * 64 * 19 * 8
    events.advance(1)
    for _ in range(40):
        counted, known = state.in_tiles, state.seers()[2]
        state.advance(1)
        # What is known of the next layer is what it takes: no tile is evaluated between two that are.
        assert state.in_tiles - counted == known
        # A wave of few columns.
        events.advance(1)
        assert events.blocks(8, 64) * 8 * 64 <= state.seers()[2] <= 3 * 64 * 8 * 4
        np.testing.assert_array_equal(state.codes(), events.codes())


def test_no_layer_is_computed_after_as_much_work_as_was_asked_for() -> None:
    """Pixels that are looked up count, too."""
    automaton = parse_automaton("B3/S23")
    patches = patch_table(compile_rule(automaton.rule()))
    (grid,) = automaton.codes(np.random.default_rng(0).integers(0, 2, (1, 64, 64)))
    found = circuit(patches)
    assert found is not None
    doubting = replace(found, outputs=(*found.outputs[:-1], TRUE))
    for own, each in ((found, 64 * 64), (doubting, 64 * 64 * (1 + LOOKED_UP))):
        state = PlanesGrid(patches, (64, 64), interpreted(own, turned=True), turned=True)
        assert state.start(grid.astype(np.int16))
        layers = []
        for most in (1, each, each + 1, 3 * each):
            state.advance(5, most)
            layers.append(state.layer)
        assert layers == [1, 2, 4, 7]
        state.advance(5)
        assert (state.layer, state.evaluated) == (12, 12 * each)


def seen_by_hand(changed: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """Pixels that are evaluated after these of lines ``(lines, pixels)`` changed, and their stretches."""
    lines, pixels = changed.shape
    spans = np.zeros((lines + 2, pixels), dtype=bool)
    for line, own in enumerate(changed, start=1):
        (places,) = np.nonzero(own)
        for place, after in pairwise(places):
            # From one change to the next, in one word or two that follow each other.
            if after // 64 - place // 64 <= 1:
                spans[line, place : after + 1] = True
        spans[line, places] = True
    count = stretches = 0
    for line in range(1, lines + 1):
        end = -(10**6)
        for begin in range(0, pixels, 64):
            places = np.nonzero(spans[line - 1 : line + 2, begin : begin + 64].any(axis=0))[0]
            if places.size:
                # Beside the last pixels of a line there is one outside of the grid.
                first, last = begin + max(0, places[0] - 1), begin + min(63, places[-1] + 1)
                merged = first - end - 1 <= 16
                stretches += not merged
                count += last - (end if merged else first - 1)
                end = last
    return int(count), stretches


@pytest.mark.parametrize("shape", [(70, 20), (1, 200), (9, 130), (130, 9)])
def test_what_each_executor_tells_the_other_is_counted_by_hand(shape: tuple[int, int]) -> None:
    """What the last layer changed, in words of a line, and the work of the next one, in blocks."""
    network = network_of("systolic-row-reduction")
    (grid,) = grids_of(network, (1, shape[0], shape[1] - 1)).astype(np.int16)
    turned = shape[1] < 8 * shape[0]
    patches = patch_table(network)
    evaluation = interpreted(circuit(patches) or Circuit(0, (), (), ()), turned=turned)
    state, events = PlanesGrid(patches, shape, evaluation, turned=turned), EventGrid(patches, shape)
    assert state.start(grid)
    assert events.start(grid)
    for _ in range(12):
        before = state.codes()
        state.advance(1)
        events.advance(1)
        np.testing.assert_array_equal(state.codes(), events.codes())
        changed = before != state.codes()
        lines = changed.T if turned else changed
        assert state.seers()[:2] == seen_by_hand(lines)
        evaluated, runs = events.evaluated, events.stretches
        work = events._work
        now = events.layer % 2
        tiles = np.flatnonzero(work.active[now])
        begins, ends = (64 * tiles + work.spans[now, tiles, side].astype(int) for side in (0, 1))
        events.advance(1)
        # With 16 words between them or fewer they are one.
        expected = np.count_nonzero(begins[1:] > ends[:-1] + 16) + (tiles.size > 0)
        assert events.stretches - runs == expected
        assert (tiles.size == 0) == (events.evaluated == evaluated)
        assert events.evaluated - evaluated <= (64 + 16) * tiles.size
        state.advance(1)


def test_planes_know_what_the_event_executor_would_evaluate_of_a_soup() -> None:
    """Changes that stand apart, in the same layers; of short lines they know less, for it makes one stretch of several lines."""
    shape = (12, 1000)
    automaton = parse_automaton("B3/S23")
    patches = patch_table(compile_rule(automaton.rule()))
    (grid,) = automaton.codes(np.random.default_rng(0).integers(0, 2, (1, *shape)))
    turned = shape[1] < 8 * shape[0]
    evaluation = interpreted(circuit(patches) or Circuit(0, (), (), ()), turned=turned)
    state, events = PlanesGrid(patches, shape, evaluation, turned=turned), EventGrid(patches, shape)
    assert state.start(grid.astype(np.int16))
    events.start(grid.astype(np.int16))
    known = did = 0
    for _ in range(10):
        state.advance(20)
        events.advance(20)
        known += state.seers()[0]
        before = events.evaluated
        events.advance(1)
        did += events.evaluated - before
        state.advance(1)
    assert 0.8 * did < known < 1.25 * did


@pytest.mark.parametrize("shape", [(70, 20), (1, 200), (9, 130), (130, 9), (100, 150)])
def test_work_is_counted_by_hand(shape: tuple[int, int]) -> None:
    """Stretches of pixels of a line, each followed by one word of padding; a tile is 64 words."""
    state = EventGrid(patch_table(network_of("majority")), shape)
    count, pixels = shape[::-1] if shape[1] < 8 * shape[0] else shape
    random = np.random.default_rng(0)
    for stretches in (0, 1, 3, 12, 60):
        state.start(np.ones(shape, dtype=np.int16))
        active, spans, counts = (
            each[0] for each in (state._work.active, state._work.spans, state._work.counts)
        )
        active[:] = 0
        firsts: dict[int, tuple[int, int]] = {}
        for _ in range(stretches):
            line = int(random.integers(count))
            begin, end = sorted(random.integers(pixels, size=2).tolist())
            first = 1 + pixels + 1 + line * (pixels + 1)
            mark(active, spans, counts, first + begin, first + end)
            for pixel in range(begin, end + 1):
                tile = (first + pixel) // 64
                firsts[tile] = min(firsts.get(tile, (line, pixel)), (line, pixel))
        blocks = {(line // 32, pixel // 64) for line, pixel in firsts.values()}
        assert state.blocks(32, 64) == len(blocks)


SIDES = tuple(position for position in POSITIONS if position != "C")


def moving(position: Position) -> RCNN:
    """Every cell becomes the one at this position: what stands there moves the other way, one pixel a layer."""
    codes = {-1: Code("padding"), 0: Code("0"), 1: Code("1")}
    rule = LocalRule("move", Alphabet(codes, -1), {position: Table({1: 1})}, (), Table({}))
    return compile_rule(rule)


def spreading(position: Position) -> RCNN:
    """What stands at this position of a cell comes to the cell, and stays: of a line that grows its end alone changes."""
    codes = {-1: Code("padding"), 0: Code("0"), 1: Code("1")}
    grow = Gate("grow", {"C": frozenset({0}), position: frozenset({1})}, 1)
    rule = LocalRule("spread", Alphabet(codes, -1), {"C": Table({1: 1})}, (grow,), Table({}))
    return compile_rule(rule)


def one_cell(shape: tuple[int, int], row: int, column: int) -> Integers:
    grid = np.zeros((1, *shape), dtype=np.int64)
    grid[0, row, column] = 1
    return grid


def assert_same_history(network: RCNN, grid: Integers, layers: int) -> None:
    expected = ReferenceExecutor(network).run(grid, layers, record=True)
    found = PlanesExecutor(network).run(grid, layers, record=True)
    assert (found.executor, found.computed) == ("planes", expected.computed)
    np.testing.assert_array_equal(found.history, expected.history)


@pytest.mark.parametrize("network", [moving, spreading])
@pytest.mark.parametrize("shape", [(140, 140), (70, 20)])
@pytest.mark.parametrize("position", SIDES)
def test_what_leaves_a_tile_wakes_the_next_one(
    position: Position, shape: tuple[int, int], network: Callable[[Position], RCNN]
) -> None:
    """Alone in a grid at rest; on a diagonal it goes through the corner at row 64, column 16."""
    row = 60 if "N" in position else 67 if "S" in position else 64
    column = 12 if "W" in position else 19 if "E" in position else 8
    assert_same_history(network(position), one_cell(shape, row, column), 12)


@pytest.mark.parametrize("position", SIDES)
def test_random_cells_move_across_all_edges_of_words_and_chunks(position: Position) -> None:
    grid = np.random.default_rng(0).integers(0, 2, (1, 140, 75))
    assert_same_history(moving(position), grid, 6)


@pytest.mark.parametrize(("position", "column"), [("W", 2), ("E", 297)])
def test_a_cell_that_walks_along_a_grid_is_met_behind_every_gap(
    position: Position, column: int
) -> None:
    """Tiles are passed over by eights where none of the eight is to be evaluated."""
    assert_same_history(moving(position), one_cell((70, 300), 5, column), 290)


@pytest.mark.parametrize("column", range(60, 100, 5))
def test_what_a_circuit_doubts_in_any_tile_of_a_chunk_is_looked_up(column: int) -> None:
    """Right on a patch at rest alone, it says that a cell goes out; the cell and the edge are doubted."""
    network = moving("W")
    patches = patch_table(network)

    def at_rest(own: PatchTable) -> np.ndarray:
        met = np.zeros(own.table.size, dtype=bool)
        met[np.bitwise_or.reduce(own.words[-network.lowest] & own.masks)] = True
        return met

    with patch.object(circuits, "met_patches", at_rest):
        found = circuit(patches)
    assert found is not None
    grid = one_cell((200, 120), 100, column)
    state = PlanesGrid(patches, grid.shape[1:], interpreted(found, turned=True), turned=True)
    assert state.start(grid[0].astype(np.int16))
    state.advance(1)
    np.testing.assert_array_equal(state.codes(), ReferenceExecutor(network).run(grid, 1).grids[0])
    edge = 2 * (200 + 120)
    assert 0 < state._work.counts[3] < edge + 9
