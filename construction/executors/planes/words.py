"""Compiled: codes to planes and back, and what changed in planes."""

from __future__ import annotations

import numpy as np

from construction.executors.planes.sizes import MARGIN, WORD
from construction.kernels import inner_kernel

_NOTHING, _ONE = np.uint64(0), np.uint64(1)


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
def who_saw(grids, some, counts):  # type: ignore[no-untyped-def]
    """Count the pixels that are, or are beside, one that the last layer changed, and the stretches of words that hold some.

    Those that only a pixel of another word of their line touches are left out. Words of a line that follow each other are one
    stretch. ``some`` has a place for each line, all False.
    """
    pixels, stretches, lines = np.int64(0), np.int64(0), some.size
    for part in range(1, grids.shape[2] - 1):
        before = _NOTHING
        own = _changed(grids, part, MARGIN)
        for line in range(MARGIN, MARGIN + lines):
            after = _changed(grids, part, line + 1) if line + 1 < MARGIN + lines else _NOTHING
            near = before | own | after
            if near:
                stretches += not some[line - MARGIN]
                pixels += _ones(near | (near << _ONE) | (near >> _ONE))
            some[line - MARGIN] = near != _NOTHING
            before, own = own, after
    counts[0], counts[1] = pixels, stretches


@inner_kernel
def _changed(grids, part, line):  # type: ignore[no-untyped-def]
    """Which pixels of a word are not the same in both copies."""
    found = _NOTHING
    for plane in range(grids.shape[1]):
        found |= grids[0, plane, part, line] ^ grids[1, plane, part, line]
    return found


@inner_kernel
def _ones(word):  # type: ignore[no-untyped-def]
    """How many bits of a word are 1."""
    count = np.int64(0)
    while word:
        word &= word - _ONE
        count += 1
    return count
