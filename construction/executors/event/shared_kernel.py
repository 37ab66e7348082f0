"""Compiled: layers of a batch that is run as one grid, in which words may be mixtures."""

from __future__ import annotations

from typing import Final

import numpy as np

from construction.executors.event.kernel import (
    DONE,
    LEFT_CODES,
    TILE,
    TILE_BITS,
    collect,
    differences,
    mark,
    mark_seers,
)
from construction.executors.event.mixtures import is_mixed, mixed_words
from construction.executors.table.lookup import STRETCH, table_words
from construction.executors.table.patch_table import FAILURE
from construction.kernels import kernel

#: Why :func:`advance_shared` came back, beside the reasons of the event kernel.
NO_ROOM: Final = 3

_FAILURE = np.uint32(FAILURE)


@kernel
def advance_shared(  # type: ignore[no-untyped-def]
    grids, layer, stop, stride, table, masks, indices, work, mixtures
):
    """The event kernel's ``advance`` for ``mixtures``; without a log, for networks with a table."""
    active, eights, spans, counts, runs, seen, _ = work
    no_room = mixtures[9]
    while layer < stop:
        now, then = layer % 2, (layer + 1) % 2
        before, after = grids[now], grids[then]
        if counts[now, 0] == 0:
            return layer, DONE
        todo, todo_spans, todo_counts = active[then], spans[then], counts[then]
        todo_counts[0], todo_counts[1], todo_counts[2] = 0, active.shape[1], -1
        count = collect(active[now], eights[now], spans[now], counts[now], runs)
        for run in range(count):
            first, last = runs[run, 0], runs[run, 1]
            for start in range(first, last + 1, STRETCH):
                stretch_end = min(start + STRETCH, last + 1)
                table_words(before, after, start, stretch_end, stride, table, masks, indices)
                differences(before, after, start, start, stretch_end, seen)
                for tile in range(start, stretch_end, TILE):
                    tile_end = min(tile + TILE, stretch_end)
                    bits = seen[(tile - start) >> TILE_BITS]
                    if is_mixed(before, tile, tile_end, stride):
                        bits = mixed_words(
                            before, after, tile, tile_end, stride, table, masks, mixtures
                        )
                        if no_room[1]:
                            # What is done of this layer is done once more.
                            no_room[1] = 0
                            todo[:] = 0
                            for each in range(count):
                                mark(
                                    active[now],
                                    spans[now],
                                    counts[now],
                                    runs[each, 0],
                                    runs[each, 1],
                                )
                            return layer, NO_ROOM
                    if not bits:
                        continue
                    if bits & _FAILURE:
                        return layer, LEFT_CODES
                    begin, end = tile, tile_end - 1
                    while after[begin] == before[begin]:
                        begin += 1
                    while after[end] == before[end]:
                        end -= 1
                    mark_seers(
                        todo, todo_spans, todo_counts, begin, end, bits, masks, stride, before.size
                    )
        layer += 1
    return layer, DONE
