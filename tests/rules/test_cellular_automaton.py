"""Cellular automata: the network against a simulator on sets of living cells, and known patterns."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.errors import RuleError
from construction.executors.sweep.dense import DenseExecutor
from construction.formats.golly import is_automaton, parse_automaton, parse_pattern
from construction.rules.cellular_automaton import (
    NEIGHBOURHOODS,
    CellularAutomaton,
    elementary,
    outer_totalistic,
)
from construction.rules.interpreter import RuleInterpreter

Place = tuple[int, int]

#: Displacements of the neighbours, written out by hand for the simulator.
AROUND: dict[str, list[Place]] = {
    "": [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)],
    "H": [(-1, -1), (-1, 0), (0, -1), (0, 1), (1, 0), (1, 1)],
    "V": [(-1, 0), (0, -1), (0, 1), (1, 0)],
}


def generations(
    automaton: CellularAutomaton, cells: np.ndarray, number: int
) -> tuple[np.ndarray, list[int]]:
    """The cells at generations 0 to ``number``, by the network; and the network's outputs."""
    executor = DenseExecutor(compile_rule(automaton.rule()))
    run = executor.run(automaton.codes(cells)[None], number, record=True)
    outputs = [int(executor.network.output(run.at(layer))[0]) for layer in range(number + 1)]
    return automaton.cells(np.stack([run.at(layer)[0] for layer in range(number + 1)])), outputs


def simulate(
    born: set[int], survives: set[int], kind: str, living: set[Place], shape: Place
) -> set[Place]:
    """One generation on a set of living cells, everything outside the rectangle being dead."""
    counts = Counter((r + dr, c + dc) for r, c in living for dr, dc in AROUND[kind])
    return {
        (r, c)
        for r in range(shape[0])
        for c in range(shape[1])
        if counts[r, c] in (survives if (r, c) in living else born)
    }


@st.composite
def automata_and_cells(draw: st.DrawFn) -> tuple[set[int], set[int], str, np.ndarray]:
    kind = draw(st.sampled_from(sorted(NEIGHBOURHOODS)))
    count = st.integers(0, len(AROUND[kind]))
    rows, columns = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    cells = draw(st.lists(st.integers(0, 1), min_size=rows * columns, max_size=rows * columns))
    return (
        draw(st.sets(count)),
        draw(st.sets(count)),
        kind,
        np.array(cells).reshape(rows, columns),
    )


@given(automata_and_cells())
def test_network_is_the_outer_totalistic_automaton(
    drawn: tuple[set[int], set[int], str, np.ndarray],
) -> None:
    born, survives, kind, cells = drawn
    history, outputs = generations(outer_totalistic(born, survives, kind), cells, 5)
    living = {(int(r), int(c)) for r, c in np.argwhere(cells)}
    for generation, output in zip(history, outputs, strict=True):
        assert {(int(r), int(c)) for r, c in np.argwhere(generation)} == living
        assert output == len(living)
        living = simulate(born, survives, kind, living, (cells.shape[0], cells.shape[1]))


@given(
    st.integers(0, 255),
    st.lists(st.lists(st.sampled_from("01"), min_size=9, max_size=9), min_size=1, max_size=3),
)
def test_network_is_the_elementary_automaton(number: int, rows: list[list[str]]) -> None:
    history, _ = generations(elementary(number), np.array(rows).astype(int), 6)
    digits = f"{number:08b}"
    texts = ["".join(row) for row in rows]
    for generation in history:
        assert ["".join(map(str, row)) for row in generation] == texts
        texts = [
            "".join(digits[7 - int(("0" + t + "0")[i : i + 3], 2)] for i in range(len(t)))
            for t in texts
        ]


def test_glider_moves_one_cell_down_and_right_in_four_generations() -> None:
    cells = np.zeros((12, 12), dtype=int)
    cells[:3, :3] = parse_pattern("x = 3, y = 3, rule = B3/S23\nbob$2bo$3o!").cells
    history, outputs = generations(parse_automaton("B3/S23"), cells, 36)
    for number in range(9):
        np.testing.assert_array_equal(history[4 * number], np.roll(cells, number, axis=(0, 1)))
    assert set(outputs) == {5}


def test_diehard_vanishes_after_130_generations() -> None:
    cells = np.zeros((60, 60), dtype=int)
    cells[28:31, 26:34] = parse_pattern("......O.\nOO......\n.O...OOO\n").cells
    _, outputs = generations(parse_automaton("b3s23"), cells, 131)
    assert outputs.index(0) == 130


def test_rule_90_draws_pascals_triangle_modulo_2() -> None:
    row = [[0] * 16 + [1] + [0] * 16]
    history, _ = generations(elementary(90), np.array(row), 15)
    binomials = [1]
    for number in range(16):
        expected = np.zeros(33, dtype=int)
        expected[16 - number : 17 + number : 2] = [b % 2 for b in binomials]
        np.testing.assert_array_equal(history[number, 0], expected)
        binomials = [1, *(a + b for a, b in pairwise(binomials)), 1]


def test_rule_30_centre_column() -> None:
    """The sequence A051023 of the On-Line Encyclopedia of Integer Sequences."""
    row = [[0] * 24 + [1] + [0] * 24]
    history, _ = generations(elementary(30), np.array(row), 23)
    assert "".join(map(str, history[:, 0, 24])) == "110111001100010110010011"


def test_life_costs_two_steps_a_position_and_no_gate() -> None:
    rule = parse_automaton("B3/S23").rule()
    assert rule.gates == ()
    assert set(rule.tables) == {"C", *NEIGHBOURHOODS[""]}
    assert parse_automaton("B3/S23").alive == {5, 6, 7}
    assert compile_rule(rule).hidden_widths[1] == 1


@given(automata_and_cells())
def test_interpreter_agrees_with_network(
    drawn: tuple[set[int], set[int], str, np.ndarray],
) -> None:
    born, survives, kind, cells = drawn
    automaton = outer_totalistic(born, survives, kind)
    interpreter = RuleInterpreter(automaton.rule())
    run = DenseExecutor(compile_rule(automaton.rule())).run(
        automaton.codes(cells)[None], 4, record=True
    )
    codes = automaton.codes(cells)
    for layer in range(5):
        np.testing.assert_array_equal(run.at(layer)[0], codes)
        codes = interpreter.step(codes)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("B3/S23", "B3/S23"),
        (" b3s23 ", "B3/S23"),
        ("23/3", "B3/S23"),
        ("B36/S23", "B36/S23"),
        ("B2/S", "B2/S"),
        ("B2/S34H", "B2/S34H"),
        ("34/2H", "B2/S34H"),
        ("B1/S1V", "B1/S1V"),
        ("w110", "W110"),
    ],
)
def test_notation(text: str, name: str) -> None:
    assert is_automaton(text)
    assert parse_automaton(text).name == name
    assert parse_automaton(name).name == name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("B3/S2x", "is no cellular automaton that this project reads; it should look like B3/S23"),
        ("B39/S23", "'B39/S23': a cell has 8 neighbours, so 9 is too many; it should be 0 to 8"),
        ("B5/SV", "'B5/SV': a cell has 4 neighbours, so 5 is too many; it should be 0 to 4"),
        ("W256", "elementary rule 256 does not exist; it should be 0 to 255"),
        ("", "is no cellular automaton"),
    ],
)
def test_bad_notation(text: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_automaton(text)
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["", "/", "majority", "W", "3/4/5", "rule110", "machines/B3"])
def test_what_is_no_notation(text: str) -> None:
    assert not is_automaton(text)
