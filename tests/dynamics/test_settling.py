"""Where layers lead: fixed points, cycles with their periods, and what is left undecided."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction import PROGRAMS, compile_rule, load_executor, load_program
from construction.arrays import Signs
from construction.dynamics.settling import settle, spectrum
from construction.executors.catalogue import EXECUTORS
from construction.formats.golly import parse_automaton
from construction.learning.training import Training
from construction.training.memory import Memory, memory_grid, with_one

BLINKER = ["....", ".OOO", "....", "...."]


def cells(rows: list[str]) -> np.ndarray:
    return np.array([[int(c == "O") for c in row] for row in rows])


@pytest.mark.parametrize("name", EXECUTORS)
def test_a_blinker_blinks_and_a_block_stands_still(name: str) -> None:
    life = parse_automaton("B3/S23")
    executor = load_executor(name, compile_rule(life.rule()))
    blinks = settle(executor, life.codes(cells([".....", "..O..", "..O..", "..O..", "....."])), 50)
    assert (blinks.outcome, blinks.period) == ("cycle", 2)
    block = settle(executor, life.codes(cells(["....", ".OO.", ".OO.", "...."])), 50)
    assert block.outcome == "fixed"
    assert settle(executor, block.grid, 50).layer == 0


@pytest.mark.parametrize("rule", ["W30", "W110", "W90", "W184"])
@pytest.mark.parametrize("width", [5, 7, 8])
def test_cycles_are_those_found_by_remembering_every_grid(rule: str, width: int) -> None:
    automaton = parse_automaton(rule)
    executor = load_executor("reference", compile_rule(automaton.rule()))
    grid = automaton.codes(np.eye(1, width, width // 2, dtype=np.int64))
    seen: dict[bytes, int] = {}
    now, layer = grid.astype(np.int16), 0
    while now.tobytes() not in seen:
        seen[now.tobytes()] = layer
        now, layer = executor.run(now[None], 1).grids[0], layer + 1
    found = settle(executor, grid, 10_000)
    assert (found.layer, found.period) == (seen[now.tobytes()], layer - seen[now.tobytes()])
    assert found.outcome == ("fixed" if found.period == 1 else "cycle")
    assert np.array_equal(found.grid, now)


def test_too_few_layers_are_undecided() -> None:
    automaton = parse_automaton("W30")
    executor = load_executor("reference", compile_rule(automaton.rule()))
    grid = automaton.codes(np.eye(1, 15, 7, dtype=np.int64))
    found = settle(executor, grid, 3)
    assert (found.outcome, found.layer, found.period) == ("undecided", 3, 0)


def test_the_spectrum_of_life_is_zero() -> None:
    life = parse_automaton("B3/S23")
    network = compile_rule(life.rule())
    assert spectrum(network, life.codes(cells(BLINKER))) == {0: 16}


@settings(max_examples=10)
@given(
    st.integers(0, 2**32), st.sampled_from(tuple(PROGRAMS)), st.integers(1, 3), st.integers(1, 3)
)
def test_the_spectrum_is_what_a_layer_learns(seed: int, name: str, m: int, d: int) -> None:
    """While SGD writes a row, d + 1 eigenvalues are 1 and all others 0; while predicting, all are 0."""
    rng = np.random.default_rng(seed)
    program = load_program(name)
    executor = load_executor("reference", compile_rule(program.rule))
    training = Training(program, executor, m, d)
    examples = rng.choice([-1, 1], (m, d))
    labels = examples[:, : rng.integers(0, d + 1)].prod(axis=1).tolist()

    def spectrum_of(memory: Memory, example: Signs) -> Counter[int]:
        grid = memory_grid(
            memory,
            with_one(example[None]),
            executor.network.work_columns,
            line=executor.network.line,
        )[0]
        return spectrum(executor.network, settle(executor, grid, 10_000).grid)

    pixels, before = training.pixels, training.memory
    every = {1: pixels} if name == "online-conjunction" else {0: pixels}
    for step in training.steps(zip(examples, labels, strict=True)):
        known = program.online and step.output != 0
        writes = {1: d + 1, 0: pixels - d - 1}
        found = spectrum_of(before, step.example)
        # Unwritten memory of slope -1 passes the gradient on with a minus sign.
        passed = {abs(value) for value in found}
        if program.any_rows:  # the rows that are written, and the next one if there is one
            ones = int(min(before.any(axis=1).sum() + 1, len(before))) * (d + 1)
            assert found == Counter({1: ones, 0: pixels - ones})
        elif name == "triangular-row-reduction":  # rows that are not yet written are live, too
            assert passed <= {0, 1}
            assert known or found[1] + found[-1] >= d + 1
        elif name == "online-conjunction" or known:
            assert found == every
        elif program.online:
            assert passed <= {0, 1}
            assert found[1] + found[-1] == d + 1
        else:
            assert found == writes
        assert np.linalg.matrix_rank(step.memory - before) <= 1
        before = step.memory
    if not program.online:
        assert spectrum_of(before, examples[0]) == every
