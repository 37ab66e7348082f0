"""Machines that never move up, row by row: the same as the plain interpreter says, with what is kept and without."""

from __future__ import annotations

from bisect import bisect_left
from fractions import Fraction
from operator import ne

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.search.anneal import RISE, Annealing
from construction.search.anneal_kernel import STEPS_PER_CELL, anneal
from construction.search.battery import battery, tape
from construction.search.row_kernel import anneal_by_rows, run_row
from construction.search.rows import to_rows
from construction.search.run import ACTION, HALTS, MOVES, NEXT, WALL
from construction.search.table import Table, completed, plain_output, to_machine
from construction.search.tasks import load_task

S, G = 4, 3
BATTERY = battery(load_task("learn-parity"))
NORTH = HALTS


def drawn(s: int, g: int, seed: int) -> Table:
    """A random table that never moves up."""
    rng = np.random.default_rng(seed)
    table = completed(np.full((4, s * g), -1, dtype=np.int8), s, g, rng)
    up = table[ACTION] == NORTH
    table[ACTION, up] = NORTH + rng.integers(1, MOVES, np.count_nonzero(up))
    return table


@pytest.mark.parametrize("name", ["learn-parity", "or-labels"])
def test_the_tree_has_the_rows_of_every_input(name: str) -> None:
    of = battery(load_task(name))
    inputs = (*of.inputs, *of.larger)
    rows = to_rows(inputs)
    shared = rows.above.size - len(inputs)
    assert (rows.above[1:] < np.minimum(np.arange(1, rows.above.size), shared)).all()
    assert rows.answers.tolist() == [each.answer for each in inputs]
    for node, each in enumerate(inputs, start=shared):
        grid: list[list[int]] = []
        at = node
        while at:
            row = rows.row_of[at]
            assert rows.lasts[row] == (at == node)
            grid.insert(0, rows.cells[row, : rows.widths[row]].tolist())
            at = rows.above[at]
        assert grid == tape(each)


@settings(max_examples=30)
@given(st.integers(1, 4), st.integers(3, 5), st.integers(0, 10**6))
def test_outcomes_on_rows_make_the_plain_interpreters_answer(s: int, g: int, seed: int) -> None:
    table = drawn(s, g, seed)
    machine = to_machine(table, s, g, "drawn")
    rows = to_rows(BATTERY.inputs)
    points = rows.cells.shape[1] * s
    blank = np.zeros(rows.cells.shape[1], dtype=np.int8)
    rng = np.random.default_rng(seed)
    for at in rng.integers(len(BATTERY.inputs), size=8).tolist():
        way = [rows.above.size - len(BATTERY.inputs) + at]
        while rows.above[way[0]]:
            way.insert(0, rows.above[way[0]])
        point = 0
        for node in way:
            row = rows.row_of[node]
            cells, width, last = rows.cells[row], rows.widths[row], rows.lasts[row]
            from_here = (cells, width, last, s, g)
            point, *met = run_row(*from_here, table, (before := point), blank)
            # An entry that it did not meet so changes nothing: where it leads, and where it leads at a wall.
            for part, entries, ways in ((NEXT, met[1], s), (WALL, met[2], s)):
                other = table.copy()
                unmet = [entry for entry in range(s * g) if not int(entries) >> entry & 1]
                other[part, unmet] = rng.integers(ways, size=len(unmet))
                assert run_row(*from_here, other, before, blank) == (point, *met)
            if point >= points:
                break
        output, steps = plain_output(machine, tape(BATTERY.inputs[at]))
        if point < points + 2:
            assert output == 1 - 2 * (point - points)
        else:
            assert output == 0 or steps >= STEPS_PER_CELL * 3


def annealed(
    steps: int, seed: int, temperature: float, rise: float, fair: npt.NDArray[np.float64]
) -> tuple[Table, float]:
    """The last table, and the least error; always as warm, so that a shorter run is the beginning of a longer one."""
    table = np.full((4, S * G), -1, dtype=np.int8)
    rows = to_rows(BATTERY.inputs)
    of_run = (seed, 0, steps, temperature, temperature, rise, np.zeros(1, dtype=np.bool_))
    least, tried = anneal_by_rows(rows, fair, S, G, table, *of_run)
    assert tried == steps
    return table, float(least)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_is_what_would_be_run(seed: int) -> None:
    """The least error that was met is that of the table that was met then, run from the beginning."""
    # What a wrong answer costs, so that sums are exact.
    fair = np.full(len(BATTERY.inputs), 2.0**-10)
    # So cold that no change for the worse is taken; or warm, with weights that rise.
    for temperature, rise, steps in ((1e-9, 0.0, 300), (1e-9, 0.0, 3000), (0.008, RISE, 3000)):
        table, least = annealed(steps, seed, temperature, rise, fair)
        if rise:
            way = range(1, steps + 1)
            at = bisect_left(
                way, -least, key=lambda k: -annealed(k, seed, temperature, rise, fair)[1]
            )
            assert at > 0
            table, again = annealed(way[at], seed, temperature, rise, fair)
            assert again == least
        machine = to_machine(table, S, G, "annealed")
        said = [plain_output(machine, tape(each))[0] for each in BATTERY.inputs]
        right = [1 - 2 * each.answer for each in BATTERY.inputs]
        assert Fraction(least) * 2**10 == sum(map(ne, said, right))


def test_a_three_way_machine_never_moves_up() -> None:
    ups = []
    stop = np.zeros(1, dtype=np.bool_)
    for kernel, three_way in ((anneal, False), (anneal_by_rows, True)):
        arrays, weights = Annealing(BATTERY, S, G, three_way=three_way)._kernel
        table = np.full((4, S * G), -1, dtype=np.int8)
        kernel(arrays, weights, S, G, table, 5, 0, 5000, 0.02, 0.004, RISE, stop)
        assert set(table[ACTION].tolist()) <= set(range(HALTS + MOVES))
        ups.append((table[ACTION] == NORTH).sum())
    assert ups[0] > ups[1] == 0


def test_a_table_that_moves_up_is_no_beginning() -> None:
    table = drawn(S, G, 1)
    Annealing(BATTERY, S, G, begin=tuple(table.ravel().tolist()), three_way=True)
    table[ACTION, 5] = NORTH
    with pytest.raises(ValueError, match="never moves up"):
        Annealing(BATTERY, S, G, begin=tuple(table.ravel().tolist()), three_way=True)
