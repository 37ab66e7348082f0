"""Compiled: codes to planes and back, and what changed in planes."""

from __future__ import annotations

import numpy as np

from construction.executors.event.kernel import GAP
from construction.executors.planes.sizes import MARGIN, WORD
from construction.kernels import inner_kernel

_NOTHING, _ONE = np.uint64(0), np.uint64(1)
_ALL = np.uint64(2**64 - 1)
_PAIRS, _FOURS, _EIGHTS = (
    np.uint64(each) for each in (0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F)
)
_BYTES = np.uint64(0x0101010101010101)


@inner_kernel
def write_planes(grid, turned, lowest, numbers, planes, row):  # type: ignore[no-untyped-def]
    """Write the planes of the codes of a grid ``(rows, columns)``; False if a code has no number.

    ``numbers[c]`` is the number of the code ``c`` above the lowest, -1 if it has none; ``row`` is room for a row.
    """
    planes[:] = 0
    rows, columns = grid.shape
    for r in range(rows):
        own = grid[r]
        missing = np.int64(0)
        for c in range(columns):
            number = numbers[own[c] - lowest]
            missing |= number
            row[c] = number
        if missing < 0:
            return False
        for plane in range(planes.shape[0]):
            by = np.uint64(plane)
            if turned:
                to = planes[plane, 1 + r // WORD, MARGIN : MARGIN + columns]
                at = np.uint64(r % WORD)
                for c in range(columns):
                    to[c] |= ((row[c] >> by) & _ONE) << at
            else:
                for part in range((columns + WORD - 1) // WORD):
                    word = _NOTHING
                    bits = row[part * WORD : min(columns, (part + 1) * WORD)]
                    for i in range(bits.size):
                        word |= ((bits[i] >> by) & _ONE) << np.uint64(i)
                    planes[plane, 1 + part, MARGIN + r] = word
    return True


@inner_kernel
def read_planes(planes, turned, codes, grid, row):  # type: ignore[no-untyped-def]
    """Write the codes of planes to a grid ``(rows, columns)``; ``codes[k]`` is the code with number ``k``."""
    rows, columns = grid.shape
    for r in range(rows):
        row[:] = 0
        for plane in range(planes.shape[0]):
            by = np.uint64(plane)
            if turned:
                words = planes[plane, 1 + r // WORD, MARGIN : MARGIN + columns]
                at = np.uint64(r % WORD)
                for c in range(columns):
                    row[c] |= ((words[c] >> at) & _ONE) << by
            else:
                for c in range(columns):
                    word = planes[plane, 1 + c // WORD, MARGIN + r]
                    row[c] |= ((word >> np.uint64(c % WORD)) & _ONE) << by
        own = grid[r]
        for c in range(columns):
            own[c] = codes[row[c]]


@inner_kernel
def who_saw(grids, spans, ends, counts):  # type: ignore[no-untyped-def]
    """Count the pixels that the event executor would evaluate after the last layer, and the stretches that they stand in.

    As it does, all between the first change of a word and the last is taken for changed, in neighbouring words of a line too, and so is
    what is beside it. Stretches of a line with few pixels between them are one. ``spans`` has a word for each
    one in ``grids`` and ``ends`` one for each line: room.
    """
    parts, wide = spans.shape
    for part in range(1, parts - 1):
        for line in range(MARGIN, wide - 1):
            spans[part, line] = _changed(grids, part, line)
    for part in range(1, parts - 1):
        for line in range(MARGIN, wide - 1):
            # What is filled is not 0 where it was not.
            if spans[part, line]:
                spans[part, line] = _filled(
                    spans[part, line], spans[part - 1, line], spans[part + 1, line]
                )
    pixels, stretches = np.int64(0), np.int64(0)
    # Pixels at the end of a line's last word that nothing is evaluated in.
    ends[:] = WORD
    for part in range(1, parts - 1):
        for line in range(MARGIN, wide - 1):
            near = spans[part, line - 1] | spans[part, line] | spans[part, line + 1]
            if not near:
                ends[line] = WORD
                continue
            near = _filled(near | (near << _ONE) | (near >> _ONE), _NOTHING, _NOTHING)
            # Downwards from the first pixel, and upwards from the last.
            first, last = _ones((near & (~near + _ONE)) - _ONE), WORD - _ones(_below(near))
            if ends[line] + first > GAP:
                stretches += 1
            else:
                pixels += ends[line] + first
            pixels += _ones(near)
            ends[line] = last
    counts[0], counts[1] = pixels, stretches


@inner_kernel
def _changed(grids, part, line):  # type: ignore[no-untyped-def]
    """Which pixels of a word are not the same in both copies."""
    found = _NOTHING
    for plane in range(grids.shape[1]):
        found |= grids[0, plane, part, line] ^ grids[1, plane, part, line]
    return found


@inner_kernel
def _filled(word, before, after):  # type: ignore[no-untyped-def]
    """All bits from a word's lowest 1 to its highest; to its ends where the words beside it have some."""
    low, high = _ALL, _ALL
    if not before:
        low = ~((word & (~word + _ONE)) - _ONE)
    if not after:
        high = _below(word)
    return low & high


@inner_kernel
def _below(word):  # type: ignore[no-untyped-def]
    """The highest bit that is 1, and all below it."""
    for shift in (1, 2, 4, 8, 16, 32):
        word |= word >> np.uint64(shift)
    return word


@inner_kernel
def _ones(word):  # type: ignore[no-untyped-def]
    """How many bits of a word are 1."""
    word -= (word >> _ONE) & _PAIRS
    word = (word & _FOURS) + ((word >> np.uint64(2)) & _FOURS)
    word = (word + (word >> np.uint64(4))) & _EIGHTS
    return np.int64((word * _BYTES) >> np.uint64(56))
