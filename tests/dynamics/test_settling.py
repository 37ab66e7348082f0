"""Where layers lead: fixed points, cycles with their periods, and what is left undecided."""

from __future__ import annotations

import numpy as np
import pytest

from construction import compile_rule, load_executor
from construction.dynamics.settling import settle, spectrum
from construction.executors.catalogue import EXECUTORS
from construction.formats.golly import parse_automaton

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
