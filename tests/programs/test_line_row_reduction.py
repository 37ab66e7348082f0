"""Row reduction on one line: what it predicts, in which layer, how it stores, and how deep a line must be."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import galois
import numpy as np
import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError, RuleError
from construction.executors.catalogue import EXECUTORS, load_executor
from construction.programs.catalogue import load_program
from construction.programs.row_reduction import row_reduction_meaning
from construction.rules.codes import Kind
from construction.rules.interpreter import RuleInterpreter
from construction.rules.memory_protocol import EDGE, WORK
from construction.rules.symbolic import Cell, Part, assemble, gate
from construction.strategies import Sample, first_grids, samples
from construction.strategies.arrays import Integers
from construction.training.memory import empty_memory, expected_memory, memory_grid, with_one
from construction.training.sgd import sgd_step, train
from proofs_check.lemma1.data_sets import data_sets
from tests.programs.test_bundled_programs import INCONSISTENT, LABELS_ONLY, LAST_ROWS, NOTHING
from tests.row_reduction import predictions

PROGRAM = load_program("line-row-reduction")
NETWORK = compile_rule(PROGRAM.rule)
DENSE = load_executor("dense", NETWORK)
GF2 = galois.GF(2)


@settings(max_examples=10)
@given(data=samples(max_m=4, max_d=3))
@example(data=NOTHING)
@example(data=LABELS_ONLY)
@example(data=INCONSISTENT)
@example(data=LAST_ROWS)
def test_every_layer_is_the_rule_and_the_last_one_row_reduction(data: Sample) -> None:
    """The answer is there after exactly so many layers, whatever the data."""
    depth = 3 * (data.m + 1) * (data.d + 2) + data.d - 1
    assert PROGRAM.depth(data.m, data.d) == depth
    grid = first_grids(data, line=True)
    assert grid.shape[1:] == NETWORK.grid_shape(data.m + 1, data.d)
    run = DENSE.run(grid, depth, record=True)
    interpreter = RuleInterpreter(PROGRAM.rule)
    for layer in range(depth + 1):
        np.testing.assert_array_equal(run.at(layer), grid)
        assert any(NETWORK.output(grid)) == (layer == depth)
        grid = interpreter.step(grid)
    np.testing.assert_array_equal(grid, run.grids)  # and there it stays
    assert NETWORK.output(run.grids) == predictions(data)


def product_of(seed: int, m: int, d: int, rank: int) -> tuple[Integers, Integers, Integers]:
    """Features ``(m, d)`` of at most this rank, a product over the field of two elements; labels; a test example.

    A parity explains the labels if ``seed`` is even.
    """
    rng = np.random.default_rng(seed)
    features = rng.integers(0, 2, (m, rank)) @ rng.integers(0, 2, (rank, d)) % 2
    labels, test = rng.integers(0, 2, m), rng.integers(0, 2, d)
    return features, labels if seed % 2 else features @ rng.integers(0, 2, d) % 2, test


@settings(max_examples=25)
@given(
    st.builds(
        product_of, st.integers(0, 2**32), st.integers(2, 5), st.integers(2, 4), st.integers(1, 4)
    )
)
@example((np.zeros((2, 3), dtype=np.int64), np.array([1, 0]), np.array([1, 0, 1])))
@example((np.array([[1, 1], [1, 1], [0, 1]]), np.array([0, 1, 1]), np.array([1, 0])))
def test_predictions_are_those_of_galois(data: tuple[Integers, Integers, Integers]) -> None:
    """Whatever the rank is, and whether or not a parity explains the labels.

    The pivot rows are those that are independent of the rows above them. The test example, less a sum of pivot rows, is 0
    in the pivot columns; the answer is the sum of these rows' labels.
    """
    features, labels, test = data
    m, d = features.shape
    ranks = [0, *(int(np.linalg.matrix_rank(GF2(features[:k]))) for k in range(1, m + 1))]
    rows = np.flatnonzero(np.diff(ranks))
    event(f"rank {ranks[-1]} of {min(m, d)}")
    wanted = 0
    if len(rows):
        pivot_rows = GF2(features[rows])
        columns = [int(np.flatnonzero(row)[0]) for row in pivot_rows.row_reduce()]
        chosen = np.linalg.solve(pivot_rows[:, columns].T, GF2(test[columns]))
        wanted = int(chosen @ GF2(labels[rows]))
    signs = 1 - 2 * np.vstack([features, np.zeros(d, dtype=np.int64)])  # the dummy is all ones
    memory = expected_memory(signs, np.append(1 - 2 * labels, 1), m + 1)
    first = memory_grid(memory, with_one(1 - 2 * test[None]), NETWORK.work_columns, line=True)
    depth = PROGRAM.depth(m, d)
    assert NETWORK.output(DENSE.run(first, depth).grids) == [1 - 2 * wanted]


@pytest.mark.parametrize(("m", "d"), [(1, 1), (1, 3), (2, 1), (2, 2), (3, 1)])
def test_every_small_data_set(m: int, d: int) -> None:
    """With every test example; most of these labels no parity explains."""
    rows = 1 - 2 * np.array(list(data_sets(m, d)))
    labels, inputs = rows[:, :, -1:], rows.copy()
    inputs[:, :, -1] = 1
    memory = labels * inputs
    memory[:, -1] = 1  # the dummy example
    work = np.full((len(rows), m + 1, 1), 3)
    grids = np.concatenate([memory * inputs[:, -1:], work], axis=2)
    run = DENSE.run(grids.reshape(len(rows), 1, -1), PROGRAM.depth(m, d))
    wanted = [
        int(row_reduction_meaning(each[:-1, :-1], each[:-1, -1], each[-1:, :-1])[0])
        for each in rows
    ]
    assert NETWORK.output(run.grids) == wanted


@pytest.mark.parametrize(("m", "d"), [(1, 1), (3, 4), (4, 2)])
def test_trains_come_when_the_page_says(m: int, d: int) -> None:
    """docs/one-dimension.md: in which layers the trains come to the separators, whatever the data."""
    rng = np.random.default_rng(m)
    signs = np.vstack([rng.choice([-1, 1], (m, d)), np.ones((1, d), dtype=np.int64)])
    memory = expected_memory(signs, np.append(rng.choice([-1, 1], m), 1), m + 1)
    grid = memory_grid(memory, with_one(rng.choice([-1, 1], (1, d))), 1, line=True)
    layers = PROGRAM.depth(m, d)
    run = DENSE.run(grid, layers, record=True)
    come: dict[str, set[tuple[int, int]]] = {
        "train from the east": set(),
        "train from the west": set(),
    }
    for layer in range(layers + 1):
        for a, code in enumerate(run.at(layer)[0, 0, d + 1 :: d + 2].tolist(), 1):
            for kind, seen in come.items():
                if NETWORK.codes[code].startswith(kind):
                    seen.add((layer, a))
    rows = range(1, m + 2)
    assert come["train from the east"] == {(1 + (m + 1 - a) * (d + 2), a) for a in rows if a <= m}
    assert come["train from the west"] == {
        ((m + 1 + a + r) * (d + 2) - 2, a) for a in rows for r in range(1, a + 1)
    }


@pytest.mark.parametrize("name", EXECUTORS)
def test_all_executors_store_and_predict_the_same(name: str) -> None:
    executor = load_executor(name, NETWORK)
    random = np.random.default_rng(0)
    examples, labels = random.choice([-1, 1], (3, 2)), random.choice([-1, 1], 3)
    tests = np.array(list(product([1, -1], repeat=2)))
    layers = PROGRAM.depth(3, 2)
    *_, last = train(executor, examples, labels, layers)
    grids = memory_grid(last.memory, with_one(tests), 1, line=True)
    run, wanted = (each.run(grids, layers, record=True) for each in (executor, DENSE))
    assert run.history is not None
    assert wanted.history is not None
    np.testing.assert_array_equal(run.history, wanted.history)
    meant = row_reduction_meaning(examples, labels, tests).tolist()
    assert NETWORK.output(run.grids) == meant


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**32 - 1), st.data())
@settings(max_examples=10)
def test_a_step_stores_one_row_from_layer_d_plus_2_on(
    m: int, d: int, seed: int, data: st.DataObject
) -> None:
    """In fewer layers rows that wait have not been told so, and take the example as well."""
    random = np.random.default_rng(seed)
    examples, labels = random.choice([-1, 1], (m + 1, d)), random.choice([-1, 1], m + 1)
    i = data.draw(st.integers(1, m))  # below the last row, which has none below it
    before = expected_memory(examples[: i - 1], labels[: i - 1], m + 1)
    after = expected_memory(examples[:i], labels[:i], m + 1)
    for layers in range(d + 4):
        step = sgd_step(DENSE, before, examples[i - 1], int(labels[i - 1]), layers)
        assert np.array_equal(step.memory, after) == (layers >= d + 2)


@pytest.mark.parametrize(("m", "d"), [(3, 1), (3, 4), (4, 6)])
def test_which_row_is_live_shows_only_d_plus_2_cells_away(m: int, d: int) -> None:
    """The last cells of row 2, which is written next, and of row 3 have the same surroundings up to there."""
    memory = empty_memory(m + 1, d)
    memory[0] = 1
    (grid,) = memory_grid(memory, np.ones((1, d + 1), dtype=np.int64), 1, line=True)[0]
    framed = np.concatenate([[NETWORK.padding] * len(grid), grid, [NETWORK.padding] * len(grid)])
    live, waiting = (len(grid) + (row - 1) * (d + 2) + d for row in (2, 3))

    def around(place: int, radius: int) -> list[int]:
        return [int(code) for code in framed[place - radius : place + radius + 1]]

    assert around(live, d + 1) == around(waiting, d + 1)
    assert around(live, d + 2) != around(waiting, d + 2)


@pytest.mark.parametrize(("m", "d"), [(1, 1), (2, 1), (2, 3), (4, 2)])
def test_row_reduction_needs_cells_that_see_both_ends(m: int, d: int) -> None:
    """Two changes, in the first row and in the last: their effects do not add up, so some cell must see both."""
    grids: dict[tuple[int, int], Integers] = {}
    said = {}
    for label, flipped in product((1, -1), repeat=2):
        examples, test = np.ones((m, d), dtype=np.int64), np.ones((1, d), dtype=np.int64)
        examples[0, d - 1] = test[0, d - 1] = -1
        examples[:, d - 1] *= flipped
        test[:, d - 1] *= flipped
        labels = np.array([label] + [1] * (m - 1))
        said[label, flipped] = int(row_reduction_meaning(examples, labels, test)[0])
        (grids[label, flipped],) = first_grids(Sample(examples, labels, test), line=True)
    places = [np.flatnonzero(grids[1, 1][0] != grids[change][0]) for change in ((-1, 1), (1, -1))]
    assert np.array_equal(grids[-1, -1] - grids[-1, 1], grids[1, -1] - grids[1, 1])
    assert said[1, 1] - said[-1, 1] - said[1, -1] + said[-1, -1] != 0
    assert places[1].min() - places[0].max() == m * (d + 2) - 1


def test_a_line_reads_nothing_beside_it() -> None:
    beside = gate("north", WORK_AGAIN, N=WORK)
    parts = (Cell(WORK_AGAIN, number=4), Cell(WORK, number=3))
    with pytest.raises(RuleError, match="is one of a line, but reads N; it should read W, C, E"):
        assemble("beside", EDGE, Part(parts, (beside,)), line=True).numbered({})
    systolic = compile_rule(load_program("systolic-row-reduction").rule)
    with pytest.raises(NetworkError, match="is one of a line, but reads N; it should read W, C, E"):
        replace(systolic, line=True)


WORK_AGAIN = Kind("again")()
