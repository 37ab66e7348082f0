"""Compiled: the tree of decisions, walked to its end, and counted.

A decision is made only when a machine that runs on the battery needs it. States that were never used are
alike, so one of them stands for all, with its multiplicity; and so are the symbols after the blank. A leaf's
mass then depends on six counts only: entries, moves among them, states decided, symbols decided, states
used, further symbols used. So a histogram of leaves over these counts is all that a walk has to return, and
it adds up exactly.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from construction.kernels import kernel
from construction.search.random_numbers import below, start
from construction.search.run import (
    ACTION,
    FIXED_SYMBOLS,
    HALTS,
    LOOPS,
    MOVES,
    RIGHT,
    WALL,
    WRITE,
    WRONG,
    load,
    run,
)

#: What a leaf is: wrong or looping on an input of the battery; with too few undecided entries left for an
#: answer that the battery wants and no entry gives yet, so that it would be wrong or loop; unresolved (the
#: bound on entries was reached); or right on the battery, and then the same on the larger sizes.
CATEGORIES: Final = (
    "wrong",
    "loops",
    "lacks an answer",
    "unresolved",
    "right, then wrong",
    "right, then loops",
    "right, then lacks an answer",
    "right, then unresolved",
    "right on all",
)
UNRESOLVED: Final = 3
RIGHT_ON_BATTERY: Final = 4
RIGHT_ON_ALL: Final = 8

LACKS: Final = 7  #: beside the events of :func:`~construction.search.run.run`

#: The six counts.
ENTRIES, MOVED, STATES_DECIDED, SYMBOLS_DECIDED, STATES_USED, SYMBOLS_USED = range(6)


@kernel
def options(part, s, g, counts):  # type: ignore[no-untyped-def]
    """How many ways there are to decide a part of an entry, alike ones together."""
    if part == ACTION:
        return HALTS + MOVES
    if part == WRITE:
        return min(FIXED_SYMBOLS + counts[SYMBOLS_USED] + 1, g)
    return min(counts[STATES_USED] + 1, s)


@kernel
def decide(part, entry, option, table, counts):  # type: ignore[no-untyped-def]
    """Decide a part of an entry."""
    table[part, entry] = option
    if part == ACTION:
        counts[ENTRIES] += 1
        if option >= HALTS:
            counts[MOVED] += 1
    elif part == WRITE:
        counts[SYMBOLS_DECIDED] += 1
        if option == FIXED_SYMBOLS + counts[SYMBOLS_USED]:
            counts[SYMBOLS_USED] += 1
    else:
        counts[STATES_DECIDED] += 1
        if option == counts[STATES_USED]:
            counts[STATES_USED] += 1


@kernel
def category(event, at, battery):  # type: ignore[no-untyped-def]
    """What a leaf is."""
    if event == RIGHT:
        return RIGHT_ON_ALL
    kind = UNRESOLVED
    if event == WRONG:
        kind = 0
    elif event == LOOPS:
        kind = 1
    elif event == LACKS:
        kind = 2
    return kind + (RIGHT_ON_BATTERY if at >= battery else 0)


@kernel
def wanted(arrays):  # type: ignore[no-untyped-def]
    """Which answers the inputs want."""
    answers = np.zeros(2, dtype=np.int64)
    for answer in arrays[2]:
        answers[answer] = 1
    return answers


@kernel
def lacks(table, counts, answers):  # type: ignore[no-untyped-def]
    """Are there fewer undecided entries than wanted answers that no entry gives?"""
    left = table.shape[1] - counts[ENTRIES]
    if left >= HALTS:
        return False
    missing = answers[0] + answers[1]
    for answer in range(HALTS):
        if answers[answer]:
            for entry in range(table.shape[1]):
                if table[ACTION, entry] == answer:
                    missing -= 1
                    break
    return missing > left


@kernel
def log_mass(counts, s, g):  # type: ignore[no-untyped-def]
    """The logarithm of a leaf's mass, for choosing among leaves."""
    total = counts[MOVED] * np.log(g * s * s)
    total -= counts[ENTRIES] * np.log(HALTS + MOVES * g * s * s)
    total -= counts[STATES_DECIDED] * np.log(s) + counts[SYMBOLS_DECIDED] * np.log(g)
    for used in range(1, counts[STATES_USED]):
        total += np.log(s - used)
    for used in range(counts[SYMBOLS_USED]):
        total += np.log(g - FIXED_SYMBOLS - used)
    return total


@kernel
def explore(  # type: ignore[no-untyped-def]
    arrays, sizes, path, first, budget, shape, histogram, leaves, scores, stack, widths
):
    """Walk the part of the tree below ``path``, from option ``first`` on.

    ``sizes`` is (inputs of the battery, s, g, most entries). ``histogram`` is flat, of ``shape`` (category,
    six counts). The best leaves go to ``leaves`` ``(n, 4, s g)``, with their ``scores``. After ``budget`` nodes
    the walk stops: ``stack[k]`` is then the option that comes next at depth ``k`` (for the last depth) or
    that is being walked (above), of ``widths[k]``.

    Returns the number of nodes, and the depth of the stack: 0 if the walk is complete.
    """
    battery, s, g, most = sizes[0], sizes[1], sizes[2], sizes[3]
    most_cells = arrays[0].shape[1]
    table = np.full((4, s * g), -1, dtype=np.int8)
    tape = np.zeros(most_cells, dtype=np.int8)
    kept = np.zeros(most_cells, dtype=np.int8)
    where = np.zeros(3, dtype=np.int64)
    counts = np.zeros(6, dtype=np.int64)
    counts[STATES_USED] = 1
    parts = np.zeros(stack.size, dtype=np.int64)
    entries = np.zeros(stack.size, dtype=np.int64)
    tapes = np.zeros((stack.size, most_cells), dtype=np.int8)
    places = np.zeros((stack.size, 3), dtype=np.int64)
    before = np.zeros((stack.size, 6), dtype=np.int64)
    answers = wanted(arrays)
    base = path.size
    depth = 0
    nodes = 0
    load(arrays, 0, tape, where)
    event = entry = 0
    while True:
        if event != LACKS:
            event, entry = run(arrays, g, table, tape, kept, where)
        if event <= WALL and not (event == ACTION and counts[ENTRIES] == most):
            parts[depth], entries[depth] = event, entry
            widths[depth] = options(event, s, g, counts)
            places[depth] = where
            before[depth] = counts
            for cell in range(arrays[4][where[2]]):
                tapes[depth, cell] = tape[cell]
            option = 0
            if depth < base:
                option = path[depth]
            elif depth == base:
                option = first
            stack[depth] = option
            decide(event, entry, option, table, counts)
            if event == ACTION and lacks(table, counts, answers):
                event = LACKS
            depth += 1
            nodes += 1
            continue
        kind = category(event, where[2], battery)
        index = kind
        for count in range(6):
            index = index * shape[count + 1] + counts[count]
        histogram[index] += 1
        if kind >= RIGHT_ON_BATTERY:
            score = log_mass(counts, s, g) + (1000.0 if kind == RIGHT_ON_ALL else 0.0)
            worst = np.argmin(scores)
            if score > scores[worst]:
                scores[worst] = score
                leaves[worst] = table
        while depth > base:
            table[parts[depth - 1], entries[depth - 1]] = -1
            stack[depth - 1] += 1
            if stack[depth - 1] < widths[depth - 1]:
                break
            depth -= 1
        if depth == base:
            return nodes, 0
        if nodes >= budget:
            return nodes, depth
        top = depth - 1
        where[:] = places[top]
        counts[:] = before[top]
        for cell in range(arrays[4][where[2]]):
            tape[cell] = tapes[top, cell]
        decide(parts[top], entries[top], stack[top], table, counts)
        event = parts[top]
        if event == ACTION and lacks(table, counts, answers):
            event = LACKS
        nodes += 1


@kernel
def probe(arrays, sizes, count, seed):  # type: ignore[no-untyped-def]
    """Nodes of the tree, estimated on random ways down (Knuth 1975): the mean, and of the squares."""
    s, g, most = sizes[1], sizes[2], sizes[3]
    random = np.zeros(1, dtype=np.uint64)
    start(random, seed, 0)
    tape = np.zeros(arrays[0].shape[1], dtype=np.int8)
    kept = np.zeros(arrays[0].shape[1], dtype=np.int8)
    where = np.zeros(3, dtype=np.int64)
    answers = wanted(arrays)
    total = squares = 0.0
    for _ in range(count):
        table = np.full((4, s * g), -1, dtype=np.int8)
        counts = np.zeros(6, dtype=np.int64)
        counts[STATES_USED] = 1
        load(arrays, 0, tape, where)
        width, nodes = 1.0, 0.0
        while True:
            event, entry = run(arrays, g, table, tape, kept, where)
            if event > WALL or (event == ACTION and counts[ENTRIES] == most):
                break
            ways = options(event, s, g, counts)
            width *= ways
            nodes += width
            decide(event, entry, below(random, ways), table, counts)
            if event == ACTION and lacks(table, counts, answers):
                break
        total += nodes
        squares += nodes * nodes
    return total / count, squares / count
