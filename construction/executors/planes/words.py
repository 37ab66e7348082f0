"""Compiled: codes to planes and back, and what changed in planes."""

from __future__ import annotations

import numpy as np

from construction.executors.event.kernel import GAP
from construction.executors.planes.sizes import LINES, MARGIN, WORD
from construction.kernels import inner_kernel

_NOTHING, _ONE, _BYTE = np.uint64(0), np.uint64(1), np.uint64(255)
_ALL = np.uint64(2**64 - 1)
_PAIRS, _FOURS, _EIGHTS = (
    np.uint64(each) for each in (0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F)
)
_BYTES = np.uint64(0x0101010101010101)


@inner_kernel
def write_planes(grid, turned, lowest, numbers, planes, eights):  # type: ignore[no-untyped-def]
    """Write the planes of the codes of a grid ``(rows, columns)``; False if a code has no number.

    ``numbers[c]`` is the number of the code ``c`` above the lowest, -1 if it has none. ``eights`` is room: of eight pixels of each
    line a byte of their numbers becomes a byte of eight planes.
    """
    planes[:] = 0
    lines, pixels = eights.size, grid.size // eights.size
    missing = np.int64(0)
    for low in range(0, planes.shape[0], 8):
        shift = np.uint64(low)
        for first in range(0, pixels, 8):
            eights[:] = 0
            for pixel in range(first, min(pixels, first + 8)):
                at = np.uint64(8 * (pixel - first))
                if turned:
                    own = grid[pixel]
                    for line in range(lines):
                        number = numbers[np.uint64(own[line] - lowest)]
                        missing |= number
                        eights[line] |= ((np.uint64(number) >> shift) & _BYTE) << at
                else:
                    for line in range(lines):
                        number = numbers[np.uint64(grid[line, pixel] - lowest)]
                        missing |= number
                        eights[line] |= ((np.uint64(number) >> shift) & _BYTE) << at
            for line in range(lines):
                eights[line] = _transposed(eights[line])
            at = np.uint64(first % WORD)
            for plane in range(low, min(low + 8, planes.shape[0])):
                by = np.uint64(8 * (plane - low))
                to = planes[plane, 1 + first // WORD, MARGIN : MARGIN + lines]
                for line in range(lines):
                    to[line] |= ((eights[line] >> by) & _BYTE) << at
    return missing >= 0


@inner_kernel
def read_planes(planes, turned, codes, grid, eights):  # type: ignore[no-untyped-def]
    """Write the codes of planes to a grid ``(rows, columns)``; ``codes[k]`` is the code with number ``k``, and ``eights`` is room for a word of each line."""
    lines, pixels = eights.size, grid.size // eights.size
    grid[:] = 0
    for low in range(0, planes.shape[0], 8):
        for first in range(0, pixels, 8):
            eights[:] = 0
            at = np.uint64(first % WORD)
            for plane in range(low, min(low + 8, planes.shape[0])):
                by = np.uint64(8 * (plane - low))
                words = planes[plane, 1 + first // WORD, MARGIN : MARGIN + lines]
                for line in range(lines):
                    eights[line] |= ((words[line] >> at) & _BYTE) << by
            for line in range(lines):
                eights[line] = _transposed(eights[line])
            for pixel in range(first, min(pixels, first + 8)):
                at = np.uint64(8 * (pixel - first))
                if turned:
                    own = grid[pixel]
                    for line in range(lines):
                        own[line] |= np.int64((eights[line] >> at) & _BYTE) << low
                else:
                    for line in range(lines):
                        grid[line, pixel] |= np.int64((eights[line] >> at) & _BYTE) << low
    for r in range(grid.shape[0]):
        own = grid[r]
        for c in range(own.size):
            own[c] = codes[np.uint64(own[c])]


@inner_kernel
def _transposed(word):  # type: ignore[no-untyped-def]
    """Eight bytes of eight bits: bit ``i`` of byte ``k`` becomes bit ``k`` of byte ``i``."""
    swapped = (word ^ (word >> np.uint64(7))) & np.uint64(0x00AA00AA00AA00AA)
    word ^= swapped ^ (swapped << np.uint64(7))
    swapped = (word ^ (word >> np.uint64(14))) & np.uint64(0x0000CCCC0000CCCC)
    word ^= swapped ^ (swapped << np.uint64(14))
    swapped = (word ^ (word >> np.uint64(28))) & np.uint64(0x00000000F0F0F0F0)
    return word ^ swapped ^ (swapped << np.uint64(28))


@inner_kernel
def who_saw(grids, active, spans, ends, counts):  # type: ignore[no-untyped-def]
    """Count the pixels that the event executor would evaluate after the last layer, the stretches that they stand in, and the tiles that are evaluated here.

    As it does, all between the first change of a word and the last is taken for changed, in neighbouring words of a line too, and so is
    what is beside it. Stretches of a line with few pixels between them are one. ``active`` says which tiles may have changed, and those beside them. ``spans`` has a word for each
    one in ``grids``, nothing yet, and ``ends`` one for each line: room.
    """
    parts, wide = spans.shape
    tiles = np.int64(0)
    for part in range(1, parts - 1):
        own = active[part]
        if not own[own.size - 1]:
            continue
        for line in range(MARGIN, wide - 1):
            if own[1 + (line - MARGIN) // LINES]:
                spans[part, line] = _changed(grids, part, line)
                tiles += (line - MARGIN) % LINES == 0
    for part in range(1, parts - 1):
        if not active[part, active.shape[1] - 1]:
            continue
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
        if not active[part, active.shape[1] - 1]:
            ends[:] = WORD
            continue
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
    counts[0], counts[1], counts[2] = pixels, stretches, tiles


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
