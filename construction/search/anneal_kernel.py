"""Compiled: simulated annealing over whole tables.

The **cost** of a table is its balanced error: the share of wrong answers among the inputs whose answer is 0,
and the share among those whose answer is 1, in the mean. So a table that always says the same has cost 1/2,
however rare the other answer is. A run that has not halted after ``8`` steps for each cell counts as wrong.

With ``rise`` the weights of the cost **rise**: after every change that is taken, also one that concerns no input, the
weight of each input that is answered wrong rises a little, and all weights fall back towards the first ones. After a
change that is refused they stay as they are. This is akin to the breakout method (Morris 1993), whose weights rise
where no change is better, and to SAPS (Hutter, Tompkins and Hoos 2002).

A change of one entry concerns only the inputs whose run has met that entry, so only those run again; a change of
where it leads, only those that went there, or only those that were blocked.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from construction.kernels import inlined_kernel, kernel
from construction.search.random_numbers import below, next_number, start
from construction.search.run import ACTION, HALTS, MOVES, NEXT, WALL, WRITE

STEPS_PER_CELL: Final = 8
SOLVED: Final = 1e-9  #: a cost below it is 0, as it is a sum of floats
FALL: Final = 3e-6  #: the part of what it has risen that a weight falls back
_UNIT: Final = 2.0**-53
_11 = np.uint64(11)
_ONE = np.uint64(1)
_NONE = np.uint64(0)


@inlined_kernel
def uniform(random):  # type: ignore[no-untyped-def]
    """A number in [0, 1)."""
    return np.float64(next_number(random) >> _11) * _UNIT


@inlined_kernel
def answer(arrays, at, g, table, tape):  # type: ignore[no-untyped-def]
    """What a whole table says of input ``at`` (0, 1, or 2 for no end).

    Then, as bits, the entries where it halted, those where it went on, and those where a wall was in the way.
    """
    tapes, neighbours, _, shapes, cells, _ = arrays
    count = cells[at]
    for cell in range(count):
        tape[cell] = tapes[at, cell]
    position, state = 0, 0
    went, blocked = _NONE, _NONE
    for _ in range(STEPS_PER_CELL * count):
        entry = state * g + tape[position]
        bit = _ONE << np.uint64(entry)
        action = table[ACTION, entry]
        if action < HALTS:
            return np.int64(action), bit, went, blocked
        target = neighbours[shapes[at], position, action - HALTS]
        tape[position] = table[WRITE, entry]
        if target >= 0:
            position = target
            state = table[NEXT, entry]
            went |= bit
        else:
            state = table[WALL, entry]
            blocked |= bit
    return 2, _NONE, went, blocked


@inlined_kernel
def draw_entry(random, s, g, entry, first):  # type: ignore[no-untyped-def]
    """Fill the four parts of an entry, uniformly, with moves from number ``first`` on; number 0 is north."""
    moves = MOVES - first
    drawn = below(random, HALTS + moves * g * s * s)
    entry[ACTION] = drawn if drawn < HALTS else HALTS + first + drawn % moves
    entry[WRITE] = below(random, g)
    entry[NEXT] = below(random, s)
    entry[WALL] = below(random, s)


@inlined_kernel
def change_entry(random, s, g, entry, first):  # type: ignore[no-untyped-def]
    """Change one part of an entry, or all of them; moves as in :func:`draw_entry`."""
    kind = below(random, 6)
    if kind == 0:
        draw_entry(random, s, g, entry, first)
    elif kind == 1:
        drawn = below(random, HALTS + MOVES - first)
        entry[ACTION] = drawn if drawn < HALTS else drawn + first
    elif kind == 2:
        entry[ACTION] = HALTS + first + below(random, MOVES - first)
    elif kind == 3:
        entry[WRITE] = below(random, g)
    elif kind == 4:
        entry[NEXT] = below(random, s)
    else:
        entry[WALL] = below(random, s)


@kernel
def anneal(arrays, fair, s, g, table, seed, number, steps, hot, cold, rise, stop):  # type: ignore[no-untyped-def]
    """Anneal from temperature ``hot`` to ``cold`` in ``steps`` changes; the table becomes the last one.

    ``fair`` is what a wrong answer costs, for each input, before weights rise, and ``rise`` by which part of that they
    do. Undecided entries of the first table (action -1) are drawn. It ends sooner where the least cost is 0, or another
    thread sets ``stop[0]``.
    Returns the least cost by those that was met, and the number of changes that were tried; the table is that one's
    if it is 0.
    """
    random = np.zeros(1, dtype=np.uint64)
    start(random, seed, number)
    inputs = fair.size
    weights = fair.copy()
    answers = arrays[2]
    tape = np.zeros(arrays[0].shape[1], dtype=np.int8)
    wrong = np.zeros(inputs, dtype=np.bool_)
    met = np.zeros((3, inputs), dtype=np.uint64)  # where it halted, went on, was blocked
    new_wrong = np.zeros(inputs, dtype=np.bool_)
    new_met = np.zeros((3, inputs), dtype=np.uint64)
    concerned = np.zeros(inputs, dtype=np.int64)
    entry = np.zeros(4, dtype=np.int8)
    for index in range(s * g):
        draw_entry(random, s, g, entry, 0)
        if table[ACTION, index] < 0:
            table[:, index] = entry
    cost = 0.0
    for at in range(inputs):
        said, met[0, at], met[1, at], met[2, at] = answer(arrays, at, g, table, tape)
        wrong[at] = said != answers[at]
        if wrong[at]:
            cost += weights[at]
    least, tried = cost, 0
    cooling = (cold / hot) ** (1.0 / steps)
    temperature = hot
    for step in range(steps):
        if least < SOLVED or stop[0]:
            break
        tried = step + 1
        temperature *= cooling
        index = below(random, s * g)
        entry[:] = table[:, index]
        change_entry(random, s, g, entry, 0)
        other = entry != table[:, index]
        if not other.any():
            continue
        old_0, old_1, old_2, old_3 = (
            table[0, index],
            table[1, index],
            table[2, index],
            table[3, index],
        )
        table[:, index] = entry
        bit = _ONE << np.uint64(index)
        halted = bit if other[ACTION] else _NONE
        went = bit if other[ACTION] or other[WRITE] or other[NEXT] else _NONE
        blocked = bit if other[ACTION] or other[WRITE] or other[WALL] else _NONE
        base = cost
        count = 0
        for at in range(inputs):
            if met[0, at] & halted or met[1, at] & went or met[2, at] & blocked:
                concerned[count] = at
                count += 1
                if wrong[at]:
                    base -= weights[at]
        limit = cost - temperature * np.log(1.0 - uniform(random))
        done = 0
        while done < count and base <= limit:
            at = concerned[done]
            said, new_met[0, done], new_met[1, done], new_met[2, done] = answer(
                arrays, at, g, table, tape
            )
            new_wrong[done] = said != answers[at]
            if new_wrong[done]:
                base += weights[at]
            done += 1
        if base > limit:
            table[0, index], table[1, index], table[2, index], table[3, index] = (
                old_0,
                old_1,
                old_2,
                old_3,
            )
            continue
        for done in range(count):
            at = concerned[done]
            met[0, at], met[1, at], met[2, at] = (
                new_met[0, done],
                new_met[1, done],
                new_met[2, done],
            )
            wrong[at] = new_wrong[done]
        cost = error = base
        if rise > 0.0:
            cost = error = 0.0
            for at in range(inputs):
                weights[at] -= FALL * (weights[at] - fair[at])
                if wrong[at]:
                    weights[at] += rise * fair[at]
                    cost += weights[at]
                    error += fair[at]
        least = min(least, error)
    return least, tried
