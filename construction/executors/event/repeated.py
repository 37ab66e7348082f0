"""Compiled: a grid that ends in many equal rows is run with few of them.

While SGD writes its memory one row after the other, most rows are still empty, and so equal. If three
neighbouring rows are equal after every layer, so would be any number of rows between them: each of
these sees what the middle one sees. So some of the equal rows are left out, and afterwards the log of
changes tells whether three that were kept stayed equal. Where the gradient is 0 at all three it is 0 at
those left out, too. If one of that does not hold, the whole grid is run.
"""

from __future__ import annotations

from typing import Final

from construction.kernels import kernel

#: Equal rows that are kept, at least.
KEPT_ROWS: Final = 16
#: The number of rows that are run is a multiple of this, so that the room for a pass serves many steps.
ROWS_TOGETHER: Final = 256


@kernel
def first_repeated(lines):  # type: ignore[no-untyped-def]
    """The first place from which on all places of each line ``(lines, places)`` hold the same."""
    places = lines.shape[1]
    first = 0
    for line in range(lines.shape[0]):
        codes = lines[line]
        last = codes[places - 1]
        stop = places
        while stop - first >= ROWS_TOGETHER:
            others = 0
            for code in codes[stop - ROWS_TOGETHER : stop]:
                others += code != last
            if others:
                break
            stop -= ROWS_TOGETHER
        while stop > first and codes[stop - 1] == last:
            stop -= 1
        first = stop
    return first


@kernel
def stay_equal(words, stride, log, layers, place):  # type: ignore[no-untyped-def]
    """Do three places of each line hold the same after each of ``layers`` layers, if they do at first?

    ``words`` is the last grid, flat, and ``place`` the middle one of the three.
    """
    starts, stretches, old, _ = log
    lines = (words.size - 2) // stride - 2
    for line in range(1, lines + 1):
        middle = line * stride + 1 + place
        if words[middle - 1] != words[middle] or words[middle + 1] != words[middle]:
            return False
    at = starts[0, 1]
    for stretch in range(starts[0, 0], starts[layers, 0]):
        first, size = stretches[stretch, 0], stretches[stretch, 1]
        for line in range(first // stride, (first + size) // stride + 1):
            middle = line * stride + 1 + place
            if middle + 1 < first or middle - 1 >= first + size:
                continue
            if middle - 1 < first or middle + 1 >= first + size:
                return False
            code = old[at + middle - first]
            if old[at + middle - 1 - first] != code or old[at + middle + 1 - first] != code:
                return False
        at += size
    return True
