"""Compiled: the tree of decisions, walked to its end, and counted.

A decision is made only when a machine that runs on the battery needs it. States that were never used are
alike, so one of them stands for all, with its multiplicity; and so are the symbols after the blank. A leaf's
mass then depends on six counts only: entries, moves among them, states decided, symbols decided, states
used, further symbols used. So a histogram of leaves over these counts is all that a walk has to return, and
it adds up exactly.
"""

from __future__ import annotations

from math import log
from typing import Any, Final

import numpy as np

from construction.kernels import inlined_kernel, kernel
from construction.search.run import (
    ACTION,
    FIXED_SYMBOLS,
    GOES_ON,
    HALTS,
    LONGEST,
    LOOPS,
    MOVES,
    NEXT,
    RIGHT,
    WALL,
    WRITE,
    WRONG,
    begin_lap,
    following,
    load,
    run,
)

#: What a leaf is: wrong or looping on an input of the battery; with too few undecided entries left for an
#: answer that the battery wants and no entry gives yet, so that it would be wrong or loop; unresolved (the
#: bound on entries was reached); or right on the battery, and then the same on the larger sizes, where a run that is
#: too long is unresolved as well.
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

#: Beside the events of :func:`~construction.search.run.run`: an answer is lacking; an option is to be decided; a run
#: on a larger size is too long.
LACKS, DECIDE, LONG = range(8, 11)

#: The six counts, and how many entries halt with +1, and then with -1.
ENTRIES, MOVED, STATES_DECIDED, SYMBOLS_DECIDED, STATES_USED, SYMBOLS_USED, SAYING = range(7)
COUNTS: Final = SAYING + HALTS


@inlined_kernel
def options(part, s, g, counts, depth):  # type: ignore[no-untyped-def]
    """How many ways there are to decide a part of an entry, alike ones together."""
    if part == ACTION:
        return HALTS + MOVES
    if part == WRITE:
        return min(FIXED_SYMBOLS + counts[depth, SYMBOLS_USED] + 1, g)
    return min(counts[depth, STATES_USED] + 1, s)


@inlined_kernel
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


@inlined_kernel
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


@inlined_kernel
def lacks(entries, counts, depth, answers):  # type: ignore[no-untyped-def]
    """Are there fewer undecided entries than wanted answers that no entry gives?"""
    missing = 0
    for answer in range(HALTS):
        if answers[answer] and not counts[depth, SAYING + answer]:
            missing += 1
    return missing > entries - counts[depth, ENTRIES]


@inlined_kernel
def log_mass(counts, s, g):  # type: ignore[no-untyped-def]
    """The logarithm of a leaf's mass, for choosing among leaves."""
    total = counts[MOVED] * log(g * s * s)
    total -= counts[ENTRIES] * log(HALTS + MOVES * g * s * s)
    total -= counts[STATES_DECIDED] * log(s) + counts[SYMBOLS_DECIDED] * log(g)
    for used in range(1, counts[STATES_USED]):
        total += log(s - used)
    for used in range(counts[SYMBOLS_USED]):
        total += log(g - FIXED_SYMBOLS - used)
    return total


@inlined_kernel
def proceed(  # type: ignore[no-untyped-def]
    arrays, table, tapes, laps, depth, source, part, entry, place, state, at, seen
):
    """What comes after a part of an entry was decided at ``depth``, on the tape that begins at ``tapes[source]``.

    Only where the head has to move is the tape copied, for the next depth, and the run goes on. Returns what was met
    and the entry that it is about, then the head's cell and state, the input, the cells seen, and where the tape
    begins.
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
        place, state, seen = np.int64(0), np.int64(0), np.int64(0)
    else:
        for cell in range(arrays[4][at]):
            tapes[first + cell] = tapes[source + cell]
    begin_lap(laps)
    return GOES_ON, entry, place, state, at, seen, first


def scratch_shapes(
    s: int, g: int, most_cells: int
) -> list[tuple[tuple[int, ...], type[np.integer]]]:
    """The shapes and types of what a walk needs to remember: see :func:`explore`."""
    deepest = 4 * s * g + 1
    return [
        ((4, s * g), np.int8),  # the table
        ((most_cells,), np.int8),  # the configuration that later ones are compared with,
        ((4,), np.int64),  # and when that is
        (((deepest + 1) * most_cells,), np.int8),  # a tape for each depth
        # What is decided at a depth: a part and its entry, with the head's cell and state, the input, where the
        # tape begins; and the cells seen.
        ((deepest + 1, 6), np.int32),
        ((deepest + 1,), np.int64),
        ((deepest + 1, COUNTS), np.int16),
        ((deepest,), np.int8),  # the options taken
        ((deepest,), np.int8),  # of how many
    ]


@inlined_kernel
def tell(histogram, leaf, alike):  # type: ignore[no-untyped-def]
    """Count leaves; where others count at the same time, another function takes this one's place."""
    histogram[leaf] += alike


@inlined_kernel
def explore(  # type: ignore[no-untyped-def]
    arrays,
    sizes,
    answers,
    shape,
    path,
    base,
    first,
    depth,
    limits,
    scratch,
    histogram,
    leaves,
    scores,
):
    """Walk the part of the tree below the first ``base`` options of ``path``, from option ``first`` on.

    ``sizes`` is (inputs of the battery, s, g, most entries), and ``answers`` says which are wanted. ``histogram`` is
    flat, of ``shape`` (category, six counts). The best leaves go to ``leaves`` ``(n, 4, s g)``, with their
    ``scores``. ``limits`` are nodes after which it stops when an option is to be decided, rounds after which it
    stops wherever it is, steps on an input in one round (of which ``LONGEST`` is a multiple), and whether it stops at a leaf that is right, before that is
    counted (what was met is then in ``nodes_at[depth, 0]``). ``scratch`` is arrays of :func:`scratch_shapes`. When the
    walk stops, ``stack[k]`` is the option that is being walked at depth ``k``, of ``widths[k]``; or, if it stopped for
    the nodes and at the last depth, the one that comes next. It goes on from there when it is called with the same
    scratch and the depth that it returned; it begins at depth 0.

    Returns the number of nodes, without those of the path, and the depth of the stack: 0 if the walk is complete.
    """
    battery, s, g, most = sizes[0], sizes[1], sizes[2], sizes[3]
    budget, rounds, steps, stops = limits
    table, kept, laps, tapes, nodes_at, seen_at, counts, stack, widths = scratch
    if depth == 0:
        load(arrays, 0, tapes, 0)
        for part in range(4):
            for index in range(s * g):
                table[part, index] = -1
        for count in range(COUNTS):
            counts[0, count] = 0
        counts[0, STATES_USED] = 1
        nodes_at[0, 0], nodes_at[0, 1] = ACTION, tapes[0]
        nodes_at[0, 2], nodes_at[0, 3], nodes_at[0, 4], nodes_at[0, 5] = 0, 0, 0, 0
        seen_at[0] = 1
    event: Any = np.int64(nodes_at[depth, 0])
    entry = np.int64(nodes_at[depth, 1])
    place, state = np.int64(nodes_at[depth, 2]), np.int64(nodes_at[depth, 3])
    at, source, seen = np.int64(nodes_at[depth, 4]), np.int64(nodes_at[depth, 5]), seen_at[depth]
    nodes = 0
    while True:
        if event <= WALL and not (event == ACTION and counts[depth, ENTRIES] == most):
            nodes_at[depth, 0], nodes_at[depth, 1] = event, entry
            nodes_at[depth, 2], nodes_at[depth, 3] = place, state
            nodes_at[depth, 4], nodes_at[depth, 5] = at, source
            seen_at[depth] = seen
            widths[depth] = options(event, s, g, counts, depth)
            stack[depth] = 0
            if depth < base:
                stack[depth] = path[depth]
            elif depth == base:
                stack[depth] = first
            depth += 1
            event = DECIDE
        elif event < GOES_ON or event in (LACKS, LONG):
            kind = category(event, at, battery)
            leaf = kind
            for count in range(6):
                leaf = leaf * shape[count + 1] + counts[depth, count]
            alike = 1
            if event == LACKS and depth > base and stack[depth - 1] == HALTS:
                # Whichever way it moves, the leaf is the same.
                alike = MOVES
                stack[depth - 1] += MOVES - 1
                nodes += MOVES - 1
            tell(histogram, leaf, alike)
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
            event = DECIDE
        if rounds == 0 or (nodes >= budget and event == DECIDE):
            nodes_at[depth, 0], nodes_at[depth, 1] = event, entry
            nodes_at[depth, 2], nodes_at[depth, 3] = place, state
            nodes_at[depth, 4], nodes_at[depth, 5] = at, source
            seen_at[depth] = seen
            return nodes, depth
        rounds -= 1
        if event == DECIDE:
            top = depth - 1
            event, entry = np.int64(nodes_at[top, 0]), np.int64(nodes_at[top, 1])
            place, state = np.int64(nodes_at[top, 2]), np.int64(nodes_at[top, 3])
            at, source, seen = np.int64(nodes_at[top, 4]), np.int64(nodes_at[top, 5]), seen_at[top]
            decide(event, entry, stack[top], table, counts, top)
            if top >= base:
                nodes += 1
            if event == ACTION and lacks(s * g, counts, depth, answers):
                event = LACKS
            else:
                event, entry, place, state, at, seen, source = proceed(
                    arrays, table, tapes, laps, top, source, event, entry, place, state, at, seen
                )
        if event == GOES_ON:
            event, entry, place, state, at, seen = run(
                arrays, g, table, tapes, source, kept, laps, steps, place, state, at, seen
            )
            if event == GOES_ON and at >= battery and laps[0] >= LONGEST:
                event = LONG
        if event == RIGHT and stops:
            nodes_at[depth, 0], nodes_at[depth, 1], nodes_at[depth, 4] = event, entry, at
            return nodes, depth


@inlined_kernel
def keep(table, score, kind, leaves, scores):  # type: ignore[no-untyped-def]
    """Keep a leaf if it is among the best."""
    if kind == RIGHT_ON_ALL:
        score += 1000.0
    worst = 0
    for other in range(1, scores.size):
        if scores[other] < scores[worst]:
            worst = other
    if score > scores[worst]:
        scores[worst] = score
        for part in range(4):
            for entry in range(table.shape[1]):
                leaves[worst, part, entry] = table[part, entry]
