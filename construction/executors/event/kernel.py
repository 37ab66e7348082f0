"""Compiled: layers of one grid, in which only pixels whose patch changed are evaluated.

The words of a grid are flat (:meth:`~construction.executors.table.patch_table.PatchTable.encode`) and cut
into tiles. What is to be evaluated in a layer is its **work**: a list of tiles, and for each tile the
first and the last word to evaluate, from the leftmost to the rightmost whose patch changed.

There are two copies of the grid, and the layers write them in turn. A word that is not evaluated
needs no copying: it did not change in the layer before, so both copies hold it.
"""

from __future__ import annotations

from typing import Final

import numba
import numpy as np

from construction.executors.table.lookup import FEW, few_words, next_words, table_words
from construction.executors.table.patch_table import FAILURE

TILE_BITS: Final = 6
TILE: Final = 1 << TILE_BITS  #: words of a tile

#: Why :func:`advance` came back.
DONE, LEFT_CODES, LOG_FULL = range(3)

_NOTHING = np.uint32(0)
_FAILURE = np.uint32(FAILURE)


@numba.njit(nogil=True, cache=True)
def advance(  # type: ignore[no-untyped-def]
    grids, layer, stop, stride, lookup, scratch, lists, work, counts, log, log_starts
):
    """Compute the layers up to ``stop``; returns the number of the last one, and why it stopped there.

    ``grids[k % 2]`` is the grid after ``k`` layers. ``work[k % 2]`` is the work of layer ``k + 1``: rows
    with the listed tiles, with each tile's first and last word, and with the layer that listed it;
    ``counts[k % 2]`` is the length of the list. Unless ``log`` is empty it gets the place and
    the old word of every change, those of layer ``k + 1`` from ``log_starts[k]`` on.
    """
    table, masks = lookup[0], lookup[1]
    simple = table.size > 0 and not masks[0] | masks[2] | masks[6] | masks[8]
    logged = log.shape[1] > 0
    while layer < stop:
        now, then = layer % 2, (layer + 1) % 2
        before, after = grids[now], grids[then]
        count = counts[now]
        if count == 0:
            return layer, DONE
        if count == 1 and simple and not logged:
            tile = lists[now, 0]
            begun = layer
            layer, first, last = follow(
                before,
                after,
                layer,
                stop,
                stride,
                table,
                masks,
                work[now, tile, 0],
                work[now, tile, 1],
            )
            if layer > begun:
                counts[layer % 2] = enlist(
                    lists[layer % 2], work[layer % 2], first, last, layer - 1, np.int64(0)
                )
                continue
        if logged and not room_in_log(lists[now], work[now], count, log, log_starts, layer):
            return layer, LOG_FULL
        changes = log_starts[layer] if logged else 0
        listed = np.int64(0)
        for entry in range(count):
            tile = lists[now, entry]
            first, last = work[now, tile, 0], work[now, tile, 1]
            seen = _NOTHING
            if simple and last - first < FEW:
                seen |= few_words(before, after, first, last + 1, stride, table, masks)
            elif table.size:
                seen |= table_words(
                    before, after, first, last + 1, stride, table, masks, scratch[0]
                )
            else:
                seen |= next_words(before, after, first, last + 1, stride, lookup, scratch)
            if seen:
                while after[first] == before[first]:
                    first += 1
                while after[last] == before[last]:
                    last -= 1
            if not seen:
                continue
            if seen & _FAILURE:
                return layer, LEFT_CODES
            if logged:
                changes = write_log(log, changes, before, after, first, last)
            listed = enlist_seers(
                lists[then],
                work[then],
                first,
                last,
                seen,
                masks,
                stride,
                before.size,
                layer,
                listed,
            )
        if logged:
            log_starts[layer + 1] = changes
        counts[then] = listed
        layer += 1
    return layer, DONE


@numba.njit(nogil=True, cache=True)
def enlist_seers(  # type: ignore[no-untyped-def]
    todo, work, first, last, seen, masks, stride, size, layer, listed
):
    """Add the words in whose patch a change of ``first..last`` is seen, and these words themselves.

    ``seen`` are the bits that changed. A change is seen by the word to the east if bits of the field
    "west" changed, and so on. Returns the list's new length.
    """
    north_west, north, north_east = masks[0], masks[1], masks[2]
    west, east = masks[3], masks[5]
    south_west, south, south_east = masks[6], masks[7], masks[8]
    lowest, highest = stride + 1, size - 2 - stride
    left = max(lowest, first - 1 if seen & east else first)
    right = min(highest, last + 1 if seen & west else last)
    listed = enlist(todo, work, left, right, layer, listed)
    if seen & (north_west | north | north_east):
        left = max(lowest, first + stride - (1 if seen & north_east else 0))
        right = min(highest, last + stride + (1 if seen & north_west else 0))
        listed = enlist(todo, work, left, right, layer, listed)
    if seen & (south_west | south | south_east):
        left = max(lowest, first - stride - (1 if seen & south_east else 0))
        right = min(highest, last - stride + (1 if seen & south_west else 0))
        listed = enlist(todo, work, left, right, layer, listed)
    return listed


@numba.njit(nogil=True, cache=True)
def room_in_log(todo, work, count, log, log_starts, layer):  # type: ignore[no-untyped-def]
    """Is there room for the changes of the next layer, however many they are?"""
    most = log_starts[layer]
    for entry in range(count):
        tile = todo[entry]
        most += work[tile, 1] - work[tile, 0] + 1
    return most <= log.shape[1] and layer + 1 < log_starts.size


@numba.njit(nogil=True, cache=True)
def write_log(log, changes, before, after, first, last):  # type: ignore[no-untyped-def]
    """Write the changes among ``first..last``; returns the log's new length."""
    for i in range(first, last + 1):
        if after[i] != before[i]:
            log[0, changes] = i
            log[1, changes] = before[i]
            changes += 1
    return changes


@numba.njit(nogil=True, cache=True)
def enlist(todo, work, first, last, layer, listed):  # type: ignore[no-untyped-def]
    """Add the words ``first..last`` to the work; returns the list's new length."""
    if first > last:
        return listed
    for tile in range(first >> TILE_BITS, (last >> TILE_BITS) + 1):
        low = max(first, tile << TILE_BITS)
        high = min(last, ((tile + 1) << TILE_BITS) - 1)
        own = work[tile]
        if own[2] != layer:
            own[0], own[1], own[2] = low, high, layer
            todo[listed] = tile
            listed += 1
        else:
            own[0], own[1] = min(own[0], low), max(own[1], high)
    return listed


@numba.njit(nogil=True, cache=True)
def follow(  # type: ignore[no-untyped-def]
    before, after, layer, stop, stride, table, masks, first, last
):
    """Compute layers as long as their work is one short stretch of a row, as that of one head is.

    Returns the number of the last such layer, and the first and the last word of the work after it.
    What ends the run, a failure among it, is left to the layer that is not computed.
    """
    north, west, centre, east, south = masks[1], masks[3], masks[4], masks[5], masks[7]
    lowest, highest = stride + 1, before.size - 2 - stride
    leaves = north | south | _FAILURE
    level = (north | south) == 0
    while layer < stop and last - first < FEW:
        low, high = last + 1, first - 1
        seen = _NOTHING
        own, right = before[first - 1], before[first]
        seen_first = seen_last = _NOTHING
        for i in range(first, last + 1):
            left, own, right = own, right, before[i + 1]
            index = (left & west) | (own & centre) | (right & east)
            if not level:
                index |= (before[i - stride] & north) | (before[i + stride] & south)
            word = table[index]
            after[i] = word
            change = word ^ own
            if change:
                if not seen:
                    low = i
                    seen_first = change
                seen_last = change
                high = i
                seen |= change
        if not seen or seen & leaves:
            break
        first = max(lowest, low - 1 if seen_first & east else low)
        last = min(highest, high + 1 if seen_last & west else high)
        layer += 1
        before, after = after, before
    return layer, first, last
