"""Compiled: the gradient of one grid, backwards through the log of its changes.

A pixel's Jacobian is needed only while its share of the gradient is not 0. When it is that of the
identity, slope 1 by the pixel itself and 0 by its neighbours, the share stays what it is, layer
after layer, until a change of the pixel's patch is undone: the pixel is **settled**. All others
**wait**: in every layer their Jacobian is found by backpropagation through the units.
"""

from __future__ import annotations

from typing import Final

import numba
import numpy as np

#: How :func:`pull_back` ended.
DONE: Final = 0
NO_SLOPE: Final = 1  #: a unit stands at its kink, or a slope is not an integer
TOO_LARGE: Final = 2  #: the gradient could leave 64-bit integers

_IDLE, _WAITING, _SETTLED = 0, 1, 2
_CENTRE = 4


@numba.njit(nogil=True, cache=True)
def count_codes(words, code_shift, counts):  # type: ignore[no-untyped-def]
    """Add up in ``counts`` how often each code occurs; they are numbered from the lowest."""
    for i in range(words.size):
        counts[words[i] >> code_shift] += 1


@numba.njit(nogil=True, cache=True)
def spread(words, code_shift, by_code, result):  # type: ignore[no-untyped-def]
    """Write each word's entry of a table by code."""
    for i in range(words.size):
        result[i] = by_code[words[i] >> code_shift]


@numba.njit(nogil=True, cache=True)
def pull_back(  # type: ignore[no-untyped-def]
    words,
    code_shift,
    lowest,
    stride,
    log,
    log_starts,
    computed,
    layers,
    gradient,
    largest,
    units,
    scale,
):
    """Turn the gradient by the last grid's words into that by the first grid's, in place.

    ``words`` is the last grid, flat, after ``layers`` layers of which ``computed`` changed it; it
    becomes the grid of an earlier layer. ``log`` and ``log_starts`` are those of the event kernel.
    ``largest`` is what the gradient may be before a layer. Returns how it ended; after
    :data:`NO_SLOPE` the word on whose patch there was none.
    """
    outside = words[0]
    # Words beyond these have never had a share of the gradient.
    low, high = words.size, -1
    inflow = np.zeros_like(gradient)
    patch, slopes = np.empty((2, 9), dtype=np.int64)
    sums, shares = np.empty((2, units[4].size), dtype=np.int64)
    state = np.zeros(words.size, dtype=np.uint8)
    has_inflow = np.zeros(words.size, dtype=np.bool_)
    waiting, reached = np.empty((2, words.size), dtype=np.int64)
    count = np.int64(0)
    most = np.int64(0)
    for i in range(words.size):
        if gradient[i] != 0:
            most = max(most, abs(gradient[i]))
            count = wait(waiting, count, state, i)
            low, high = min(low, i), max(high, i)
    layer = layers
    previous = gradient[:0]
    while layer > 0:
        if layer > computed:
            # The same Jacobians in every layer: what stays the same once stays the same.
            if count == 0 or np.array_equal(previous, gradient):
                layer = computed
                continue
            if layer < layers:
                previous = gradient.copy()
        else:
            for entry in range(log_starts[layer - 1], log_starts[layer]):
                place = np.int64(log[0, entry])
                words[place] = log[1, entry]
                if place < low - stride - 1 or place > high + stride + 1:
                    continue
                for position in range(9):
                    i = place + (position // 3 - 1) * stride + position % 3 - 1
                    if state[i] == _SETTLED:
                        count = wait(waiting, count, state, i)
        if most > largest:
            return TOO_LARGE, 0
        reached_count = 0
        for entry in range(count):
            place = waiting[entry]
            amount = gradient[place]
            state[place] = _IDLE
            if amount == 0:
                continue
            read_patch(words, place, stride, code_shift, lowest, patch)
            if not patch_slopes(patch, units, scale, sums, shares, slopes):
                return NO_SLOPE, place
            if slopes[_CENTRE] == 1 and np.count_nonzero(slopes) == 1:
                state[place] = _SETTLED
                continue
            gradient[place] = 0
            for position in range(9):
                i = place + (position // 3 - 1) * stride + position % 3 - 1
                if slopes[position] == 0 or words[i] == outside:
                    continue
                if state[i] == _SETTLED:
                    gradient[i] += amount * slopes[position]
                    most = max(most, abs(gradient[i]))
                    continue
                inflow[i] += amount * slopes[position]
                if not has_inflow[i]:
                    has_inflow[i] = True
                    reached[reached_count], reached_count = i, reached_count + 1
        count = np.int64(0)
        for entry in range(reached_count):
            i = reached[entry]
            gradient[i] += inflow[i]
            most = max(most, abs(gradient[i]))
            inflow[i] = has_inflow[i] = 0
            if state[i] != _SETTLED and gradient[i] != 0:
                count = wait(waiting, count, state, i)
                low, high = min(low, i), max(high, i)
        layer -= 1
    return DONE, 0


@numba.njit(nogil=True, cache=True)
def wait(waiting, count, state, place):  # type: ignore[no-untyped-def]
    """Let a pixel wait; returns how many do."""
    state[place] = _WAITING
    waiting[count] = place
    return count + 1


@numba.njit(nogil=True, cache=True)
def read_patch(words, place, stride, code_shift, lowest, patch):  # type: ignore[no-untyped-def]
    """Write the codes of a word's patch to ``patch``."""
    for position in range(9):
        i = place + (position // 3 - 1) * stride + position % 3 - 1
        patch[position] = np.int64(words[i] >> code_shift) + lowest


@numba.njit(nogil=True, cache=True)
def patch_slopes(patch, units, scale, sums, shares, slopes):  # type: ignore[no-untyped-def]
    """Write the derivatives of the next code by the nine codes of ``patch``; False if one is missing.

    ``sums`` and ``shares`` are room for each unit's input and for the output's derivative by it.
    """
    widths, starts, sources, weights, biases = units
    layers = widths.size
    first = before = 0
    for layer in range(layers):
        for unit in range(first, first + widths[layer]):
            total = biases[unit]
            for entry in range(starts[unit], starts[unit + 1]):
                if layer == 0:
                    total += weights[entry] * patch[sources[entry]]
                else:
                    total += weights[entry] * max(sums[before + sources[entry]], 0)
            if total == 0 and layer < layers - 1:
                return False
            sums[unit] = total
            shares[unit] = 0
        before, first = first, first + widths[layer]
    slopes[:] = 0
    shares[first - 1] = 1
    for layer in range(layers - 1, -1, -1):
        first -= widths[layer]
        before = first - widths[layer - 1]
        for unit in range(first, first + widths[layer]):
            if shares[unit] == 0 or (sums[unit] < 0 and layer < layers - 1):
                continue
            for entry in range(starts[unit], starts[unit + 1]):
                if layer == 0:
                    slopes[sources[entry]] += shares[unit] * weights[entry]
                else:
                    shares[before + sources[entry]] += shares[unit] * weights[entry]
    for position in range(9):
        if slopes[position] % scale != 0:
            return False
        slopes[position] //= scale
    return True
