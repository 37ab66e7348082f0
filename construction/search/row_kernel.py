"""Compiled: simulated annealing over tables of machines that never move up, by rows.

Such a machine knows of the rows above only where it enters a row: its column and its state, the **entry point**
``column * s + state``. So what it does on a row is a function of the row and of the entry point, which is kept; data sets with
the same beginning share what is done on it. A change of one entry of the table concerns only the rows on which it was
met, as in :mod:`construction.search.anneal_kernel`, which has the cost and the changes.

On a row the outcome is the entry point of the row below, or, from ``points`` on, the end: +1, -1, or none. A machine that has
neither left a row nor halted after ``8`` steps for each of its cells has none.
"""

from __future__ import annotations

import numpy as np

from construction.kernels import inlined_kernel, kernel
from construction.search.anneal_kernel import (
    FALL,
    SOLVED,
    STEPS_PER_CELL,
    change_entry,
    draw_entry,
    uniform,
)
from construction.search.random_numbers import below, start
from construction.search.run import ACTION, HALTS, NEXT, WALL, WRITE

FIRST_MOVE = 1  #: number 0 is north
_SOUTH = HALTS + 1
_EAST = HALTS + 2
_ONE = np.uint64(1)
_NONE = np.uint64(0)


@inlined_kernel
def run_row(cells, width, last, s, g, table, point, tape):  # type: ignore[no-untyped-def]
    """The outcome on one row, and the entries of the table where it halted, went on, and was blocked, as bits."""
    points = cells.size * s
    for column in range(width):
        tape[column] = cells[column]
    column, state = point // s, point % s
    went, blocked = _NONE, _NONE
    for _ in range(STEPS_PER_CELL * width):
        index = state * g + tape[column]
        bit = _ONE << np.uint64(index)
        action = table[ACTION, index]
        if action < HALTS:
            return points + np.int64(action), bit, went, blocked
        tape[column] = table[WRITE, index]
        target = column
        if action != _SOUTH:
            target = column + 1 if action == _EAST else column - 1
        elif not last:
            return column * s + np.int64(table[NEXT, index]), _NONE, went | bit, blocked
        if target != column and 0 <= target < width:
            column = target
            state = np.int64(table[NEXT, index])
            went |= bit
        else:
            state = np.int64(table[WALL, index])
            blocked |= bit
    return points + 2, _NONE, went, blocked


@inlined_kernel
def outcome(rows, row, point, s, g, table, changed, step, kept, new, tape):  # type: ignore[no-untyped-def]
    """What happens on a row from an entry point on, with the table as it is changed in this step.

    ``changed`` are the entries whose halt, move, or wall is another, as bits.
    """
    cells, widths, lasts, _, _, _ = rows
    outcomes, met, known = kept
    new_outcomes, new_met, of_step = new
    if of_step[row, point] != step:
        if known[row, point] and not concerned(met[row, point], changed):
            return np.int64(outcomes[row, point])
        of_step[row, point] = step
        where = new_met[row, point]
        new_outcomes[row, point], where[0], where[1], where[2] = run_row(
            cells[row], widths[row], lasts[row], s, g, table, point, tape
        )
    return np.int64(new_outcomes[row, point])


@inlined_kernel
def concerned(met, changed):  # type: ignore[no-untyped-def]
    """Has a run met what has changed?"""
    return met[0] & changed[0] or met[1] & changed[1] or met[2] & changed[2]


@inlined_kernel
def keep(step, changed, kept, new, all_met):  # type: ignore[no-untyped-def]
    """The change is taken: what was done anew is kept, and what it would do otherwise is forgotten."""
    outcomes, met, known = kept
    new_outcomes, new_met, of_step = new
    for part in range(3):
        all_met[part] = _NONE
    for row in range(known.shape[0]):
        for point in range(known.shape[1]):
            if of_step[row, point] == step:
                outcomes[row, point] = new_outcomes[row, point]
                for part in range(3):
                    met[row, point, part] = new_met[row, point, part]
                known[row, point] = True
            elif known[row, point] and concerned(met[row, point], changed):
                known[row, point] = False
            if known[row, point]:
                for part in range(3):
                    all_met[part] |= met[row, point, part]


@kernel
def anneal_by_rows(rows, fair, s, g, table, seed, number, steps, hot, cold, rise, stop):  # type: ignore[no-untyped-def]
    """Anneal as :func:`~construction.search.anneal_kernel.anneal` does, with machines that never move up."""
    cells, _, _, above, row_of, answers = rows
    random = np.zeros(1, dtype=np.uint64)
    start(random, seed, number)
    inputs, points = fair.size, cells.shape[1] * s
    ends = above.size - inputs  # nodes from there on are the inputs
    pairs = (cells.shape[0], points)
    weights = fair.copy()
    tape = np.zeros(cells.shape[1], dtype=np.int8)
    kept = (
        np.zeros(pairs, dtype=np.int32),
        np.zeros((*pairs, 3), dtype=np.uint64),
        np.zeros(pairs, dtype=np.bool_),
    )
    new = (
        np.zeros(pairs, dtype=np.int32),
        np.zeros((*pairs, 3), dtype=np.uint64),
        np.full(pairs, -1, dtype=np.int64),
    )
    all_met = np.zeros(3, dtype=np.uint64)
    changed = np.zeros(3, dtype=np.uint64)
    reached = np.zeros(above.size, dtype=np.int64)
    wrong = np.zeros(inputs, dtype=np.bool_)
    new_wrong = np.zeros(inputs, dtype=np.bool_)
    entry = np.zeros(4, dtype=np.int8)
    for index in range(s * g):
        draw_entry(random, s, g, entry, FIRST_MOVE)
        if table[ACTION, index] < 0:
            table[:, index] = entry
    cost, error, least, tried = np.inf, 1.0, np.inf, 0
    cooling = (cold / hot) ** (1.0 / steps)
    temperature = hot
    before = np.zeros(4, dtype=np.int8)
    for step in range(steps + 1):  # 0 is the first table
        if least < SOLVED or (step > 0 and stop[0]):
            break
        tried = step
        index = 0
        limit = np.inf
        if step > 0:
            temperature *= cooling
            index = below(random, s * g)
            before[:] = table[:, index]
            change_entry(random, s, g, table[:, index], FIRST_MOVE)
            other = before != table[:, index]
            if not other.any():
                continue
            bit = _ONE << np.uint64(index)
            changed[0] = bit if other[ACTION] else _NONE
            changed[1] = bit if other[ACTION] or other[WRITE] or other[NEXT] else _NONE
            changed[2] = bit if other[ACTION] or other[WRITE] or other[WALL] else _NONE
            limit = cost - temperature * np.log(1.0 - uniform(random))
        if step == 0 or concerned(all_met, changed):
            base = 0.0
            for node in range(1, above.size):
                point = reached[above[node]]
                if point < points:
                    point = outcome(
                        rows, row_of[node], point, s, g, table, changed, step, kept, new, tape
                    )
                reached[node] = point
                at = node - ends
                if at >= 0:
                    new_wrong[at] = point - points != answers[at]
                    if new_wrong[at]:
                        base += weights[at]
                        if base > limit:
                            break
            if base > limit:
                table[:, index] = before
                continue
            keep(step, changed, kept, new, all_met)
            cost, error = base, 0.0
            for at in range(inputs):
                wrong[at] = new_wrong[at]
                if wrong[at]:
                    error += fair[at]
        if rise > 0.0 and step > 0:
            cost = 0.0
            for at in range(inputs):
                weights[at] -= FALL * (weights[at] - fair[at])
                if wrong[at]:
                    weights[at] += rise * fair[at]
                    cost += weights[at]
        least = min(least, error)
    return least, tried
