"""Compiled: how many nodes a tree of decisions has, estimated."""

from __future__ import annotations

import numpy as np

from construction.kernels import kernel
from construction.search.random_numbers import below, start
from construction.search.run import ACTION, GOES_ON, LONGEST, WALL, load, run
from construction.search.tree import (
    COUNTS,
    ENTRIES,
    STATES_USED,
    decide,
    lacks,
    options,
    proceed,
    wanted,
)


@kernel
def probe(arrays, sizes, count, seed):  # type: ignore[no-untyped-def]
    """Nodes of the tree, estimated on random ways down (Knuth 1975): the mean, and of the squares."""
    s, g, most = sizes[1], sizes[2], sizes[3]
    random = np.zeros(1, dtype=np.uint64)
    start(random, seed, 0)
    deepest = 4 * s * g + 2
    tapes = np.zeros(deepest * arrays[0].shape[1], dtype=np.int8)
    kept = np.zeros(arrays[0].shape[1], dtype=np.int8)
    laps = np.zeros(4, dtype=np.int64)
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
            np.int64(0),
            np.int64(0),
            np.int64(0),
            np.int64(1),
            np.int64(0),
        )
        while event <= WALL and not (event == ACTION and counts[depth, ENTRIES] == most):
            ways = options(event, s, g, counts, depth)
            width *= ways
            nodes += width
            decide(event, entry, below(random, ways), table, counts, depth)
            if event == ACTION and lacks(s * g, counts, depth + 1, answers):
                break
            event, entry, place, state, at, seen, source = proceed(
                arrays, table, tapes, laps, depth, source, event, entry, place, state, at, seen
            )
            while event == GOES_ON and not (at >= sizes[0] and laps[0] >= LONGEST):
                event, entry, place, state, at, seen = run(
                    arrays, g, table, tapes, source, kept, laps, LONGEST, place, state, at, seen
                )
            depth += 1
        total += nodes
        squares += nodes * nodes
    return total / count, squares / count
