"""Compiled: a part of the tree of inputs that several tasks share, and below it each task's own."""

from __future__ import annotations

from construction.kernels import inlined_kernel, kernel
from construction.search.run import GOES_ON, LONGEST, NO_LIMIT, RIGHT, begin_lap, load
from construction.search.tree import COUNTS, explore


@inlined_kernel
def follow(arrays, at, depth, first, second):  # type: ignore[no-untyped-def]
    """Make the second scratch that of a walk which begins at this depth of the first one, with input ``at``."""
    table, _, laps, tapes, nodes_at, seen_at, counts, _, _ = second
    for part in range(4):
        for entry in range(table.shape[1]):
            table[part, entry] = first[0][part, entry]
    for count in range(COUNTS):
        counts[depth, count] = first[6][depth, count]
    source = depth * arrays[0].shape[1]
    load(arrays, at, tapes, source)
    begin_lap(laps)
    nodes_at[depth, 0] = GOES_ON
    nodes_at[depth, 1], nodes_at[depth, 2], nodes_at[depth, 3] = 0, 0, 0
    nodes_at[depth, 4], nodes_at[depth, 5] = at, source
    seen_at[depth] = 0


@kernel
def explore_together(  # type: ignore[no-untyped-def]
    shared,
    tasks,
    answers,
    shape,
    path,
    base,
    first,
    budget,
    scratch,
    second,
    histograms,
    leaves,
    scores,
):
    """Walk a part of the tree of inputs that several tasks share; below what is right on them, each task's own.

    ``shared`` is arrays and sizes of the inputs that all ``tasks`` begin with; these are arrays and sizes, too, of more
    inputs.
    ``histograms[0]`` gets the leaves of the shared tree, those that are right on it among them, and
    ``histograms[k + 1]``, ``leaves[k]`` and ``scores[k]`` what is below these for task ``k``. Returns the nodes of
    the shared tree, the depth of its stack (0 if it is walked), and the nodes of the tasks.
    """
    nodes_at = scratch[4]
    depth = 0
    nodes = of_tasks = 0
    while True:
        walked, depth = explore(
            shared[0],
            shared[1],
            answers,
            shape,
            path,
            base,
            first,
            depth,
            (budget - nodes - of_tasks, NO_LIMIT, LONGEST, 1),
            scratch,
            histograms[0],
            leaves[0],
            scores[0],
        )
        nodes += walked
        if depth == 0 or nodes_at[depth, 0] != RIGHT:
            return nodes, depth, of_tasks
        for task in range(len(tasks)):
            follow(tasks[task][0], nodes_at[depth, 4], depth, scratch, second)
            below, _ = explore(
                tasks[task][0],
                tasks[task][1],
                answers,
                shape,
                path,
                depth,
                0,
                depth,
                (NO_LIMIT, NO_LIMIT, LONGEST, 0),
                second,
                histograms[task + 1],
                leaves[task + 1],
                scores[task + 1],
            )
            of_tasks += below
