"""Compiled: the next words of a stretch of pixels, through the table or through the sums."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from construction.executors.table.patch_table import FAILED, PatchTable
from construction.kernels import kernel

#: Pixels that are looked up together; their indices stay in the innermost cache.
STRETCH: Final = 1024
#: So few words are worth a function of their own.
FEW: Final = 8

_FAILED = np.uint32(FAILED)


def lookup_arguments(patches: PatchTable) -> tuple[Any, ...]:
    """What :func:`next_words` takes to look a patch up: the table and the sums."""
    network = patches.network
    limits = [network.convolution[-1].scale, network.lowest, network.padding, network.highest]
    sums = patches.sums
    return (
        patches.table,
        patches.masks,
        sums.contributions,
        sums.base,
        *sums.rest,
        np.array(limits, dtype=np.int64),
    )


def scratch_space(patches: PatchTable) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """The last argument of :func:`next_words`, one for each thread: indices and hidden values."""
    width = max(patches.sums.base.size, *patches.sums.rest.widths, 1)
    return np.empty(STRETCH, dtype=np.uint32), np.empty((2, width), dtype=np.int64)


@kernel
def write_words(lines, shape, signs, by_line, words, limits, flat):  # type: ignore[no-untyped-def]
    """Write the words of codes ``(lines, places)``, times a sign, into a flat grid that holds its padding.

    It is the words of the first lines and places, as many as ``shape`` says. There is a sign for each line,
    or with ``by_line`` False for each place of a line. ``limits`` are those of :func:`lookup_arguments`.
    Returns False if some number is no cell's code; then not all is written.
    """
    count, places = shape
    _, lowest, padding, highest = limits
    for line in range(count):
        start = (line + 1) * (places + 1) + 1
        out = flat[start : start + places]
        codes = lines[line]
        least = most = np.int64(0)
        if by_line:
            sign = signs[line]
            low = high = codes[0]
            for i in range(places):
                low, high = min(low, codes[i]), max(high, codes[i])
            least, most = min(sign * low, sign * high), max(sign * low, sign * high)
        else:
            least = most = signs[0] * codes[0]
            for i in range(places):
                least, most = min(least, signs[i] * codes[i]), max(most, signs[i] * codes[i])
        if least <= padding or most > highest:
            return False
        # Indices without a sign need no check whether they count from the end.
        if by_line:
            for i in range(places):
                out[i] = words[np.uint64(sign * codes[i] - lowest)]
        else:
            for i in range(places):
                out[i] = words[np.uint64(signs[i] * codes[i] - lowest)]
    return True


# A call passes every array by its parts, so a function that is called for a few words takes few.


@kernel
def next_words(before, after, start, stop, stride, lookup, scratch):  # type: ignore[no-untyped-def]
    """Write the next words of ``start..stop - 1``, at most :data:`STRETCH`, and tell what changed.

    ``before`` and ``after`` are flat grids. Returns the bits that changed in any of the words; with the
    bit FAILURE if the network left its codes.
    """
    seen = np.uint32(0)
    if lookup[0].size:
        table_words(before, after, start, stop, stride, lookup[0], lookup[1], scratch[0])
        own, out = before[start:stop], after[start:stop]
        for i in range(own.size):
            seen = np.uint32(seen | (out[i] ^ own[i]))
        return seen
    for i in range(start, stop):
        after[i] = summed_word(before, i, stride, lookup, scratch[1])
        seen = np.uint32(seen | (after[i] ^ before[i]))
    return seen


@kernel
def table_words(  # type: ignore[no-untyped-def]
    before, after, start, stop, stride, table, masks, indices
):
    """The same for a network that has a table, without telling what changed."""
    count = stop - start
    north_west, north, north_east = masks[0], masks[1], masks[2]
    west, centre, east = masks[3], masks[4], masks[5]
    south_west, south, south_east = masks[6], masks[7], masks[8]
    out = after[start:stop]
    above = before[start - stride - 1 : stop - stride + 1]
    level = before[start - 1 : stop + 1]
    below = before[start + stride - 1 : stop + stride + 1]
    for i in range(count):
        indices[i] = (
            (above[i + 1] & north)
            | (level[i] & west)
            | (level[i + 1] & centre)
            | (level[i + 2] & east)
            | (below[i + 1] & south)
        )
    if north_west | north_east | south_west | south_east:
        for i in range(count):
            indices[i] |= (
                (above[i] & north_west)
                | (above[i + 2] & north_east)
                | (below[i] & south_west)
                | (below[i + 2] & south_east)
            )
    for i in range(count):
        out[i] = table[indices[i]]


@kernel
def few_words(before, after, start, stop, stride, table, masks):  # type: ignore[no-untyped-def]
    """The same as :func:`next_words` for a few words, if there is a table and no diagonal position is read."""
    north, west, centre, east, south = masks[1], masks[3], masks[4], masks[5], masks[7]
    seen = np.uint32(0)
    for i in range(start, stop):
        index = (before[i - 1] & west) | (before[i] & centre) | (before[i + 1] & east)
        index |= (before[i - stride] & north) | (before[i + stride] & south)
        after[i] = table[index]
        seen = np.uint32(seen | (after[i] ^ before[i]))
    return seen


@kernel
def summed_word(before, at, stride, lookup, hidden):  # type: ignore[no-untyped-def]
    """The next word of one pixel, from the sums of its patch and the layers after them."""
    _, _, contributions, base, widths, starts, sources, weights, biases, limits = lookup
    scale, lowest, padding, highest = limits
    if before[at] == padding - lowest:
        return before[at]
    values = hidden[0]
    for unit in range(base.size):
        values[unit] = base[unit]
    for position in range(9):
        own = contributions[position, before[at + (position // 3 - 1) * stride + position % 3 - 1]]
        for unit in range(base.size):
            values[unit] += own[unit]
    size = base.size
    unit = 0
    for layer in range(widths.size):
        inputs, values = hidden[layer % 2], hidden[(layer + 1) % 2]
        for i in range(size):
            inputs[i] = max(inputs[i], 0)
        size = widths[layer]
        for own in range(size):
            total = biases[unit]
            for entry in range(starts[unit], starts[unit + 1]):
                total += weights[entry] * inputs[sources[entry]]
            values[own] = total
            unit += 1
    code = values[0] // scale
    if code * scale != values[0] or code <= padding or code > highest:
        return _FAILED
    return np.uint32(code - lowest)
