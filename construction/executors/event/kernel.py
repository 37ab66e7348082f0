"""Compiled: layers of one grid, in which only pixels whose patch changed are evaluated.

The words of a grid are flat (:meth:`~construction.executors.table.patch_table.PatchTable.encode`) and cut
into tiles. What is to be evaluated in a layer is its **work**: for each tile the first and the last
word to evaluate, from the leftmost to the rightmost whose patch changed. Stretches of work that
follow each other are evaluated as one **run**, so that where everything changes there is no more to
do than to look words up.

There are two copies of the grid, and the layers write them in turn. A word that is not evaluated
needs no copying: it did not change in the layer before, so both copies hold it.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from construction.executors.table.lookup import FEW, STRETCH, few_words, next_words, table_words
from construction.executors.table.patch_table import FAILURE, Words
from construction.kernels import kernel

TILE_BITS: Final = 6
TILE: Final = 1 << TILE_BITS  #: words of a tile
FOLLOWED: Final = 4  #: words of the work of one head
WORDS_OF_A_RUN: Final = 100  #: words that take as long as what a run takes beside its own
GAP: Final = 16  #: two stretches of work with so few words between them are one run

#: Why :func:`advance` came back.
DONE, LEFT_CODES, LOG_FULL = range(3)

_NOTHING = np.uint32(0)
_NONE, _ONE, _TWO, _THREE, _FOUR = (np.uint64(number) for number in range(5))
_FAILURE = np.uint32(FAILURE)
_EIGHT: Final = 8


class Work(NamedTuple):
    """What is to be evaluated: the work of layer ``k + 1`` is at ``[k % 2]``.

    ``active`` says of each tile whether it has work, and ``eights`` is the same memory, eight tiles a
    number. ``spans`` are the first and last word of the work within a tile. ``counts`` are the number
    of tiles that have work, and the first and the last of them. ``runs`` and ``seen`` are room for a
    layer's runs and for what changed in each tile of a run. ``evaluated[0]`` is how many words were
    evaluated, and ``evaluated[2]`` in how many runs. Each of those counts as :data:`WORDS_OF_A_RUN` more; after the
    layer in which all that becomes ``evaluated[1]`` or more the kernel comes back.
    """

    active: npt.NDArray[np.uint8]
    eights: npt.NDArray[np.uint64]
    spans: npt.NDArray[np.uint8]
    counts: npt.NDArray[np.int64]
    runs: npt.NDArray[np.int64]
    seen: Words
    evaluated: npt.NDArray[np.int64]


def no_work(words: int) -> Work:
    """Nothing to do yet for a flat grid of so many words."""
    tiles = -(-((words >> TILE_BITS) + 1) // _EIGHT) * _EIGHT
    active = np.zeros((2, tiles), dtype=np.uint8)
    return Work(
        active=active,
        eights=active.view(np.uint64),
        spans=np.empty((2, tiles, 2), dtype=np.uint8),
        counts=np.array([[0, tiles, -1]] * 2, dtype=np.int64),
        runs=np.empty((tiles, 2), dtype=np.int64),
        seen=np.empty(tiles + 1, dtype=np.uint32),
        evaluated=np.zeros(3, dtype=np.int64),
    )


class Log(NamedTuple):
    """The changes of all layers, as stretches of words: ``codes`` are those before the change, from the lowest.

    Layer ``k + 1`` has the stretches from ``starts[k, 0]`` on, whose codes begin at ``starts[k, 1]``.
    ``stretches[s]`` is the place of a stretch's first word, and how many words it has. In a log
    without room, ``codes`` is empty, nothing is written. ``code_shift`` are the bits of a word below its code.
    """

    starts: npt.NDArray[np.int64]
    stretches: npt.NDArray[np.int64]
    codes: npt.NDArray[np.uint16]
    code_shift: int


# A call passes each array by its seven parts, and counts a reference to it: what happens for every
# run happens in one function, and what it calls takes few arrays.


def _advance(name: str, *, tabulated: bool) -> Any:
    """The kernel for networks with a table, or for those without: what it does not need is not compiled."""

    def advance(grids, layer, stop, stride, lookup, scratch, work, log):  # type: ignore[no-untyped-def]
        """Compute the layers up to ``stop``; returns the number of the last one, and why it stopped there.

        ``grids[k % 2]`` is the grid after ``k`` layers, ``work`` a :class:`Work` and ``log`` a :class:`Log`.
        """
        table, masks = lookup[0], lookup[1]
        active, eights, spans, counts, runs, seen, evaluated = work
        starts, stretches, codes, code_shift = log
        indices = scratch[0]
        lines = (grids.shape[1] - 2) // stride - 2
        simple = tabulated and not masks[0] | masks[2] | masks[6] | masks[8]
        level = simple and not masks[1] | masks[7]
        while layer < stop and evaluated[0] + WORDS_OF_A_RUN * evaluated[2] < evaluated[1]:
            now, then = layer % 2, (layer + 1) % 2
            before, after = grids[now], grids[then]
            if counts[now, 0] == 0:
                return layer, DONE
            if tabulated and counts[now, 0] == 1 and level and codes.size == 0:
                tile = counts[now, 1]
                first = (tile << TILE_BITS) + np.int64(spans[now, tile, 0])
                last = (tile << TILE_BITS) + np.int64(spans[now, tile, 1])
                if last - first < FOLLOWED:
                    begun = layer
                    highest = (lines + 1) * stride - 1
                    layer, first = follow(before, after, layer, stop, table, masks, first, highest)
                    if layer > begun:
                        active[now, tile] = 0
                        counts[now, 0] = 0
                        evaluated[0] += (layer - begun) * FOLLOWED
                        there = layer % 2
                        counts[there, 1], counts[there, 2] = active.shape[1], -1
                        last = min(highest, first + FOLLOWED - 1)
                        mark(
                            active[there], spans[there], counts[there], max(stride + 1, first), last
                        )
                        continue
            stretch = to = np.int64(0)
            if codes.size > 0:
                tiles = counts[now, 0]
                stretch, to = starts[layer, 0], starts[layer, 1]
                if (
                    layer + 1 >= starts.shape[0]
                    or stretch + 2 * tiles + 2 > stretches.shape[0]
                    or to + tiles * (TILE + GAP) > codes.size
                ):
                    return layer, LOG_FULL
            todo, todo_spans, todo_counts = active[then], spans[then], counts[then]
            todo_counts[0], todo_counts[1], todo_counts[2] = 0, active.shape[1], -1
            count = collect(active[now], eights[now], spans[now], counts[now], runs)
            evaluated[2] += count
            for run in range(count):
                first, last = runs[run, 0], runs[run, 1]
                evaluated[0] += last - first + 1
                if tabulated:
                    if simple and last - first < FEW:
                        pieces = 1
                        seen[0] = few_words(before, after, first, last + 1, stride, table, masks)
                    else:
                        pieces = long_run(
                            before, after, first, last, stride, table, masks, indices, seen
                        )
                else:
                    pieces = summed_run(before, after, first, last, stride, lookup, scratch, seen)
                # Changes are told from piece to piece: between those that change may be many that do not.
                seen[pieces] = _NOTHING
                bits = _NOTHING
                begin = np.int64(-1)
                for piece in range(pieces + 1):
                    if seen[piece]:
                        if begin < 0:
                            begin = first + (piece << TILE_BITS)
                        bits = np.uint32(bits | seen[piece])
                        continue
                    if begin < 0:
                        continue
                    if bits & _FAILURE:
                        return layer, LEFT_CODES
                    end = min(last, first + (piece << TILE_BITS) - 1)
                    while after[begin] == before[begin]:
                        begin += 1
                    while after[end] == before[end]:
                        end -= 1
                    if codes.size > 0:
                        stretches[stretch, 0], stretches[stretch, 1] = begin, end - begin + 1
                        write_codes(before, begin, end - begin + 1, code_shift, codes, to)
                        stretch, to = stretch + 1, to + end - begin + 1
                    mark_seers(
                        todo, todo_spans, todo_counts, begin, end, bits, masks, stride, before.size
                    )
                    begin, bits = np.int64(-1), _NOTHING
            layer += 1
            if codes.size > 0:
                starts[layer, 0], starts[layer, 1] = stretch, to
        return layer, DONE

    # By its name the compiled code is found again.
    advance.__qualname__ = name
    return kernel(advance)


@kernel
def collect(active, eights, spans, counts, runs):  # type: ignore[no-untyped-def]
    """Turn one layer's work into runs, and forget it; returns how many runs there are."""
    count = np.int64(0)
    last = np.int64(-1)
    for eight in range(counts[1] // _EIGHT, counts[2] // _EIGHT + 1):
        if eights[eight] == 0:
            continue
        for tile in range(eight * _EIGHT, eight * _EIGHT + _EIGHT):
            if not active[tile]:
                continue
            place = tile << TILE_BITS
            begin = place + np.int64(spans[tile, 0])
            if count == 0 or begin > last + GAP:
                runs[count, 0] = begin
                count += 1
            last = place + np.int64(spans[tile, 1])
            runs[count - 1, 1] = last
        eights[eight] = 0
    counts[0], counts[1], counts[2] = 0, active.size, -1
    return count


@kernel
def long_run(before, after, first, last, stride, table, masks, indices, seen):  # type: ignore[no-untyped-def]
    """Evaluate a run; writes which bits changed in each tile of it, and returns how many tiles that are."""
    for start in range(first, last + 1, STRETCH):
        end = min(start + STRETCH, last + 1)
        table_words(before, after, start, end, stride, table, masks, indices)
        differences(before, after, first, start, end, seen)
    return (last - first) // TILE + 1


@kernel
def summed_run(before, after, first, last, stride, lookup, scratch, seen):  # type: ignore[no-untyped-def]
    """The same for a network without a table."""
    for start in range(first, last + 1, STRETCH):
        end = min(start + STRETCH, last + 1)
        next_words(before, after, start, end, stride, lookup, scratch)
        differences(before, after, first, start, end, seen)
    return (last - first) // TILE + 1


@kernel
def differences(before, after, first, start, end, seen):  # type: ignore[no-untyped-def]
    """Write which bits changed in each tile of a stretch."""
    for tile in range(start, end, TILE):
        own = _NOTHING
        one, other = before[tile : min(tile + TILE, end)], after[tile : min(tile + TILE, end)]
        for i in range(one.size):
            own = np.uint32(own | (one[i] ^ other[i]))
        seen[(tile - first) >> TILE_BITS] = own


@kernel
def write_codes(words, start, size, code_shift, codes, to):  # type: ignore[no-untyped-def]
    """Write the codes of a stretch of words, from the lowest code on."""
    one, other = words[start : start + size], codes[to : to + size]
    for i in range(size):
        other[i] = one[i] >> code_shift


@kernel
def mark_seers(  # type: ignore[no-untyped-def]
    active, spans, counts, begin, end, bits, masks, stride, size
):
    """Add to the work those who see a change of ``bits`` in the words ``begin..end``, and these words.

    A change is seen by the word to the east if bits of the field "west" changed, and so on.
    """
    lowest, highest = stride + 1, size - 2 - stride
    left = max(lowest, begin - 1 if bits & masks[5] else begin)
    right = min(highest, end + 1 if bits & masks[3] else end)
    mark(active, spans, counts, left, right)
    if bits & (masks[0] | masks[1] | masks[2]):
        left = max(lowest, begin + stride - (1 if bits & masks[2] else 0))
        right = min(highest, end + stride + (1 if bits & masks[0] else 0))
        mark(active, spans, counts, left, right)
    if bits & (masks[6] | masks[7] | masks[8]):
        left = max(lowest, begin - stride - (1 if bits & masks[8] else 0))
        right = min(highest, end - stride + (1 if bits & masks[6] else 0))
        mark(active, spans, counts, left, right)


@kernel
def mark(active, spans, counts, first, last):  # type: ignore[no-untyped-def]
    """Add the words ``first..last`` to the work of one layer."""
    if first > last:
        return
    low, high = first >> TILE_BITS, last >> TILE_BITS
    counts[1], counts[2] = min(counts[1], low), max(counts[2], high)
    for tile in range(low, high + 1):
        begin = np.uint8(first & (TILE - 1) if tile == low else 0)
        end = np.uint8(last & (TILE - 1) if tile == high else TILE - 1)
        if active[tile]:
            spans[tile, 0] = min(spans[tile, 0], begin)
            spans[tile, 1] = max(spans[tile, 1], end)
        else:
            active[tile] = 1
            counts[0] += 1
            spans[tile, 0], spans[tile, 1] = begin, end


@kernel
def follow(before, after, layer, stop, table, masks, first, highest):  # type: ignore[no-untyped-def]
    """Compute layers as long as their work is four words of a row, as that of one head is.

    ``first`` is the first of them in the next layer, and ``highest`` the last word of the grid. Returns the number
    of the last such layer, and the first word of the work after it. What ends the run, a failure among it, is left to
    the layer that is not computed.

    There is no branch that depends on where the head goes, for the processor would often guess wrong.
    """
    west, centre, east = masks[3], masks[4], masks[5]
    # Indices without a sign need no check whether they count from the end.
    at = np.uint64(min(first, highest - 1))
    while layer < stop:
        one, two, three, four = (
            before[at],
            before[at + _ONE],
            before[at + _TWO],
            before[at + _THREE],
        )
        left, right = before[at - _ONE], before[at + _FOUR]
        next_one = table[(left & west) | (one & centre) | (two & east)]
        next_two = table[(one & west) | (two & centre) | (three & east)]
        next_three = table[(two & west) | (three & centre) | (four & east)]
        next_four = table[(three & west) | (four & centre) | (right & east)]
        after[at], after[at + _ONE] = next_one, next_two
        after[at + _TWO], after[at + _THREE] = next_three, next_four
        one, two, three, four = one ^ next_one, two ^ next_two, three ^ next_three, four ^ next_four
        seen = np.uint32(one | two | three | four)
        # Two changes that are not neighbours are seen by more words.
        if not seen or seen & _FAILURE or (one and three | four) or (two and four):
            break
        # The next work begins before the first change.
        at = at + (_NONE if one else _ONE if two else _TWO if three else _THREE) - _ONE
        layer += 1
        before, after = after, before
    return layer, np.int64(at)


advance = _advance("advance", tabulated=True)
advance_by_sums = _advance("advance_by_sums", tabulated=False)
