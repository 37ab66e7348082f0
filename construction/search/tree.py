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

from construction.kernels import inner_kernel, kernel
from construction.search.random_numbers import below, start
from construction.search.run import (
    ACTION,
    FIXED_SYMBOLS,
    HALTS,
    LOOPS,
    MOVES,
    NEXT,
    RIGHT,
    WALL,
    WRITE,
    WRONG,
    following,
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

#: The six counts, and how many entries halt with +1, and then with -1.
ENTRIES, MOVED, STATES_DECIDED, SYMBOLS_DECIDED, STATES_USED, SYMBOLS_USED, SAYING = range(7)
COUNTS: Final = SAYING + HALTS


@inner_kernel
def options(part, s, g, counts, depth):  # type: ignore[no-untyped-def]
    """How many ways there are to decide a part of an entry, alike ones together."""
    if part == ACTION:
        return HALTS + MOVES
    if part == WRITE:
        return min(FIXED_SYMBOLS + counts[depth, SYMBOLS_USED] + 1, g)
    return min(counts[depth, STATES_USED] + 1, s)


@inner_kernel
def decide(part, entry, option, table, counts, depth):  # type: ignore[no-untyped-def]
    """Decide a part of an entry; the next depth's counts are those of this one and the decision."""
    after = depth + 1
    for count in range(COUNTS):
        counts[after, count] = counts[depth, count]
    table[part, entry] = option
    if part == ACTION:
        counts[after, ENTRIES] += 1
        if option >= HALTS:
            counts[after, MOVED] += 1
        else:
            counts[after, SAYING + option] += 1
    elif part == WRITE:
        counts[after, SYMBOLS_DECIDED] += 1
        if option == FIXED_SYMBOLS + counts[depth, SYMBOLS_USED]:
            counts[after, SYMBOLS_USED] += 1
    else:
        counts[after, STATES_DECIDED] += 1
        if option == counts[depth, STATES_USED]:
            counts[after, STATES_USED] += 1


@inner_kernel
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


@inner_kernel
def lacks(entries, counts, depth, answers):  # type: ignore[no-untyped-def]
    """Are there fewer undecided entries than wanted answers that no entry gives?"""
    missing = 0
    for answer in range(HALTS):
        if answers[answer] and not counts[depth, SAYING + answer]:
            missing += 1
    return missing > entries - counts[depth, ENTRIES]


@inner_kernel
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


@inner_kernel
def proceed(  # type: ignore[no-untyped-def]
    arrays, g, table, tapes, kept, depth, source, part, entry, place, state, at, seen
):
    """Go on from ``depth`` after a part of an entry was decided, on the tape that begins at ``tapes[source]``.

    Only where the head has to move is the tape copied, for the next depth. Returns what was met and the entry that
    it is about, then the head's cell and state, the input, the cells seen, and where the tape begins.
    """
    first = (depth + 1) * arrays[0].shape[1]
    if part == ACTION:
        action = np.int64(table[ACTION, entry])
        if action >= HALTS:
            target = arrays[1][arrays[3][at], place, action - HALTS]
            return (NEXT if target >= 0 else WALL), entry, place, state, at, seen, source
        if action != arrays[2][at]:
            return WRONG, entry, place, state, at, seen, source
        at = following(arrays, at, seen)
        if at == arrays[2].size:
            return RIGHT, entry, place, state, at, seen, source
        load(arrays, at, tapes, first)
        place, state, seen = 0, 0, np.int64(0)
    else:
        for cell in range(arrays[4][at]):
            tapes[first + cell] = tapes[source + cell]
    event, about, place, state, at, seen = run(
        arrays, g, table, tapes, first, kept, place, state, at, seen
    )
    return event, about, place, state, at, seen, first


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
    kept = np.zeros(most_cells, dtype=np.int8)
    tapes = np.zeros((stack.size + 1) * most_cells, dtype=np.int8)
    #: What is decided at a depth: a part and its entry, with the head's cell and state, the input, the cells
    #: seen and the tape.
    nodes_at = np.zeros((stack.size + 1, 7), dtype=np.int64)
    counts = np.zeros((stack.size + 1, COUNTS), dtype=np.int64)
    counts[0, STATES_USED] = 1
    answers = wanted(arrays)
    base = path.size
    depth = 0
    nodes = 0
    load(arrays, 0, tapes, 0)
    event, entry, place, state, at, seen, source = (
        ACTION,
        np.int64(tapes[0]),
        0,
        0,
        0,
        np.int64(1),
        0,
    )
    while True:
        if event <= WALL and not (event == ACTION and counts[depth, ENTRIES] == most):
            nodes_at[depth, 0], nodes_at[depth, 1] = event, entry
            nodes_at[depth, 2], nodes_at[depth, 3] = place, state
            nodes_at[depth, 4], nodes_at[depth, 5] = at, seen
            nodes_at[depth, 6] = source
            widths[depth] = options(event, s, g, counts, depth)
            stack[depth] = 0
            if depth < base:
                stack[depth] = path[depth]
            elif depth == base:
                stack[depth] = first
            depth += 1
        else:
            kind = category(event, at, battery)
            index = kind
            for count in range(6):
                index = index * shape[count + 1] + counts[depth, count]
            alike = 1
            if event == LACKS and depth > base and stack[depth - 1] == HALTS:
                # Whichever way it moves, the leaf is the same.
                alike = MOVES
                stack[depth - 1] += MOVES - 1
                nodes += MOVES - 1
            histogram[index] += alike
            if kind >= RIGHT_ON_BATTERY:
                keep(table, log_mass(counts[depth], s, g), kind, leaves, scores)
            while depth > base:
                table[nodes_at[depth - 1, 0], nodes_at[depth - 1, 1]] = -1
                stack[depth - 1] += 1
                if stack[depth - 1] < widths[depth - 1]:
                    break
                depth -= 1
            if depth == base:
                return nodes, 0
            if nodes >= budget:
                return nodes, depth
        top = depth - 1
        event, entry = nodes_at[top, 0], nodes_at[top, 1]
        place, state = nodes_at[top, 2], nodes_at[top, 3]
        at, seen, source = nodes_at[top, 4], nodes_at[top, 5], nodes_at[top, 6]
        decide(event, entry, stack[top], table, counts, top)
        nodes += 1
        if event == ACTION and lacks(s * g, counts, depth, answers):
            event = LACKS
        else:
            event, entry, place, state, at, seen, source = proceed(
                arrays, g, table, tapes, kept, top, source, event, entry, place, state, at, seen
            )


@kernel
def keep(table, score, kind, leaves, scores):  # type: ignore[no-untyped-def]
    """Keep a leaf if it is among the best."""
    if kind == RIGHT_ON_ALL:
        score += 1000.0
    worst = np.argmin(scores)
    if score > scores[worst]:
        scores[worst] = score
        leaves[worst] = table


@kernel
def probe(arrays, sizes, count, seed):  # type: ignore[no-untyped-def]
    """Nodes of the tree, estimated on random ways down (Knuth 1975): the mean, and of the squares."""
    s, g, most = sizes[1], sizes[2], sizes[3]
    random = np.zeros(1, dtype=np.uint64)
    start(random, seed, 0)
    deepest = 4 * s * g + 2
    tapes = np.zeros(deepest * arrays[0].shape[1], dtype=np.int8)
    kept = np.zeros(arrays[0].shape[1], dtype=np.int8)
    counts = np.zeros((deepest, COUNTS), dtype=np.int64)
    counts[0, STATES_USED] = 1
    answers = wanted(arrays)
    total = squares = 0.0
    load(arrays, 0, tapes, 0)
    for _ in range(count):
        table = np.full((4, s * g), -1, dtype=np.int8)
        depth, width, nodes = 0, 1.0, 0.0
        event, entry, place, state, at, seen, source = (
            ACTION,
            np.int64(tapes[0]),
            0,
            0,
            0,
            np.int64(1),
            0,
        )
        while event <= WALL and not (event == ACTION and counts[depth, ENTRIES] == most):
            ways = options(event, s, g, counts, depth)
            width *= ways
            nodes += width
            decide(event, entry, below(random, ways), table, counts, depth)
            if event == ACTION and lacks(s * g, counts, depth + 1, answers):
                break
            event, entry, place, state, at, seen, source = proceed(
                arrays, g, table, tapes, kept, depth, source, event, entry, place, state, at, seen
            )
            depth += 1
        total += nodes
        squares += nodes * nodes
    return total / count, squares / count
