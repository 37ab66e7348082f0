"""Compiled: the gradient of one grid, backwards through the log of its changes.

A pixel's Jacobian is needed only while its share of the gradient is not 0. When it is that of the
identity, slope 1 by the pixel itself and 0 by its neighbours, the share stays what it is, layer
after layer, until a change of the pixel's patch is undone: the pixel is **settled**. All others
**wait**: in every layer their Jacobian is found by backpropagation through the units, once for each
patch that occurs. When nothing is left of the gradient, it is 0 in all layers before.

Changes are undone where such a pixel may see them, and nowhere else. When the gradient reaches a pixel
farther away, what was left out is made up for.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from construction.executors.event.jacobians import KEPT, find, patch_slopes
from construction.executors.event.kernel import TILE
from construction.executors.head import head_slopes
from construction.executors.table.lookup import STRETCH
from construction.executors.table.patch_table import Words
from construction.kernels import kernel
from construction.network.layers import Integers
from construction.network.rcnn import RCNN

#: How :func:`pull_back` ended.
DONE: Final = 0
NO_SLOPE: Final = 1  #: a unit stands at its kink, or a slope is not an integer
TOO_LARGE: Final = 2  #: the gradient could leave 64-bit integers

#: States of a pixel; at rest it has had a share of the gradient before.
UNTOUCHED, AT_REST, WAITING, SETTLED = range(4)
_CENTRE = 4
NEAR_BITS: Final = 4  #: of a word's number; the words of a group have the others in common


class Shares(NamedTuple):
    """Each word's share of the gradient, and what has to be known of it.

    ``states[i]`` is its state and ``touched`` lists all words that had a share at any time, in
    ``counts[0]`` entries; ``near`` marks the groups of words that their patches are in. ``waiting`` lists, in
    ``counts[1]`` entries, words that wait. ``counts[2]`` words are settled, and ``counts[3]`` groups were
    marked since all changes were undone up to some layer. ``inflow``, ``flowing``
    and ``reached`` are for what comes out of a layer, ``previous`` for the gradient of a layer before. Where
    there was no share, all is 0.
    """

    gradient: Integers
    inflow: Integers
    flowing: npt.NDArray[np.bool_]
    states: npt.NDArray[np.uint8]
    near: npt.NDArray[np.uint8]
    touched: Integers
    waiting: Integers
    reached: Integers
    counts: Integers
    previous: Integers


def no_shares(words: int) -> Shares:
    """No share of any of so many words."""
    return Shares(
        gradient=np.zeros(words, dtype=np.int64),
        inflow=np.zeros(words, dtype=np.int64),
        flowing=np.zeros(words, dtype=np.bool_),
        states=np.zeros(words, dtype=np.uint8),
        near=np.zeros((words >> NEAR_BITS) + 1, dtype=np.uint8),
        touched=np.empty(words, dtype=np.int64),
        waiting=np.empty(words, dtype=np.int64),
        reached=np.empty(words, dtype=np.int64),
        counts=np.zeros(4, dtype=np.int64),
        previous=np.zeros(words, dtype=np.int64),
    )


class Head(NamedTuple):
    """The head's values and slopes by code, from the lowest, and whether it has a slope there.

    ``ranges`` are ranges of words, the first and the last, outside of which all of that is 0.
    """

    values: Integers
    slopes: Integers
    known: npt.NDArray[np.bool_]
    ranges: Words


def head_of(network: RCNN, code_shift: int) -> Head:
    """The head of a network whose words begin with the code, above ``code_shift`` bits."""
    values = network.head_table()
    values[network.padding - network.lowest] = 0
    slopes, known = head_slopes(network)
    some = np.concatenate([[False], (values != 0) | (slopes != 0) | ~known, [False]])
    ends = np.flatnonzero(some[1:] != some[:-1]).reshape(-1, 2)
    ranges = (ends << code_shift) - [0, 1]
    return Head(values, slopes, known, ranges.astype(np.uint32))


@kernel
def read_out(words, stride, code_shift, head, shares):  # type: ignore[no-untyped-def]
    """Begin the gradient with the head's slopes; returns the sum of the head's values.

    The second result says whether all slopes are known: at some codes the head may have none.
    """
    values, slopes, known, ranges = head
    gradient, states, near, touched, waiting = shares[0], shares[3], shares[4], shares[5], shares[6]
    counts = shares[8]
    total = np.int64(0)
    for start in range(0, words.size, STRETCH):
        stop = min(start + STRETCH, words.size)
        if not any_within(words, start, stop, ranges):
            continue
        for first in range(start, stop, TILE):
            if not any_within(words, first, min(first + TILE, stop), ranges):
                continue
            tile = words[first : first + TILE]
            for i in range(tile.size):
                code = tile[i] >> code_shift
                total += values[code]
                if not known[code]:
                    return total, False
                if slopes[code] != 0:
                    gradient[first + i] = slopes[code]
                    wait(states, near, touched, waiting, counts, stride, first + i)
    return total, True


@kernel
def any_within(words, start, stop, ranges):  # type: ignore[no-untyped-def]
    """Is any of the words ``start..stop - 1`` within one of the ranges?"""
    own = words[start:stop]
    found = False
    for number in range(ranges.shape[0]):
        low, high = ranges[number, 0], ranges[number, 1]
        for i in range(own.size):
            found |= bool((own[i] >= low) & (own[i] <= high))
    return found


@kernel
def pull_back(  # type: ignore[no-untyped-def]
    words, stride, words_of, log, computed, layers, largest, shares, jacobians
):
    """Turn the gradient by the last grid's words into that by the first grid's, in place.

    ``words`` is the last grid, flat, after ``layers`` layers of which ``computed`` changed it; near the
    gradient it becomes that of an earlier layer. ``words_of`` has the word of each code, from the lowest on.
    ``largest`` is what the gradient may be before a layer.
    Returns how it ended; after :data:`NO_SLOPE` the word on whose patch there was none.
    """
    outside = words[0]
    gradient, inflow, flowing, states, near, touched, waiting, reached, counts, previous = shares
    reads, offsets, patches, found, kept = (
        jacobians[5],
        jacobians[6],
        jacobians[7],
        jacobians[8],
        jacobians[9],
    )
    starts, stretches, old, _ = log
    whole = computed  # after so many layers the words away from the gradient are
    most = np.int64(0)
    for entry in range(counts[0]):
        most = max(most, abs(gradient[touched[entry]]))
    layer = layers
    while layer > 0:
        if counts[1] == 0 and counts[2] == 0:
            return DONE, 0
        if layer > computed:
            # The same Jacobians in every layer: what stays the same once stays the same.
            if counts[1] == 0 or not differs(gradient, previous, touched, counts[0]):
                layer = computed
                continue
        else:
            if counts[3] > 0:
                while whole > layer:
                    place = starts[whole - 1, 1]
                    for stretch in range(starts[whole - 1, 0], starts[whole, 0]):
                        first, size = stretches[stretch, 0], stretches[stretch, 1]
                        for i in range(size):
                            words[first + i] = words_of[old[place + i]]
                        place += size
                    whole -= 1
                counts[3] = 0
            place = starts[layer - 1, 1]
            for stretch in range(starts[layer - 1, 0], starts[layer, 0]):
                first, size = stretches[stretch, 0], stretches[stretch, 1]
                undo(
                    words,
                    words_of,
                    old,
                    place,
                    first,
                    first + size - 1,
                    stride,
                    reads,
                    states,
                    near,
                    touched,
                    waiting,
                    counts,
                )
                place += size
        if most > largest:
            return TOO_LARGE, 0
        reached_count = 0
        for entry in range(counts[1]):
            place = waiting[entry]
            amount = gradient[place]
            states[place] = AT_REST
            if amount == 0:
                continue
            at = find(words, place, offsets, patches, kept)
            if not kept[at]:
                if not patch_slopes(words, place, stride, jacobians, found[at]):
                    return NO_SLOPE, place
                if at < KEPT:
                    for position in range(offsets.size):
                        patches[at, position] = words[place + offsets[position]]
                    kept[at] = True
            slopes = found[at]
            others = np.int64(0)
            for position in range(9):
                others |= slopes[position] if position != _CENTRE else 0
            if slopes[_CENTRE] == 1 and others == 0:
                states[place] = SETTLED
                counts[2] += 1
                continue
            gradient[place] = 0
            for position in range(9):
                i = place + (position // 3 - 1) * stride + position % 3 - 1
                if slopes[position] == 0 or words[i] == outside:
                    continue
                if states[i] == SETTLED:
                    gradient[i] += amount * slopes[position]
                    most = max(most, abs(gradient[i]))
                    continue
                inflow[i] += amount * slopes[position]
                if not flowing[i]:
                    flowing[i] = True
                    reached[reached_count], reached_count = i, reached_count + 1
        counts[1] = 0
        for entry in range(reached_count):
            i = reached[entry]
            gradient[i] += inflow[i]
            most = max(most, abs(gradient[i]))
            inflow[i] = flowing[i] = 0
            if states[i] < WAITING and gradient[i] != 0:
                wait(states, near, touched, waiting, counts, stride, i)
        layer -= 1
    return DONE, 0


@kernel
def differs(gradient, previous, touched, count):  # type: ignore[no-untyped-def]
    """Is the gradient another one than it was when this was asked before?"""
    found = False
    for entry in range(count):
        place = touched[entry]
        found |= previous[place] != gradient[place]
        previous[place] = gradient[place]
    return found


@kernel
def wait(states, near, touched, waiting, counts, stride, place):  # type: ignore[no-untyped-def]
    """Let a pixel that is not settled wait."""
    if states[place] == UNTOUCHED:
        touched[counts[0]] = place
        counts[0] += 1
        for line in range(-1, 2):
            middle = place + line * stride
            for group in range((middle - 1) >> NEAR_BITS, ((middle + 1) >> NEAR_BITS) + 1):
                if not near[group]:
                    near[group] = 1
                    counts[3] += 1
    states[place] = WAITING
    waiting[counts[1]] = place
    counts[1] += 1


@kernel
def undo(  # type: ignore[no-untyped-def]
    words, words_of, old, begin, first, last, stride, reads, states, near, touched, waiting, counts
):
    """Undo a change of the words ``first..last`` near the gradient; settled pixels that see it wait.

    The codes before the change are those of ``old`` from ``begin`` on.
    """
    for group in range(first >> NEAR_BITS, (last >> NEAR_BITS) + 1):
        if not near[group]:
            continue
        start = group << NEAR_BITS
        for i in range(max(first, start), min(last, start + (1 << NEAR_BITS) - 1) + 1):
            word = words_of[old[begin + i - first]]
            if words[i] == word:
                continue
            words[i] = word
            if counts[2] == 0:
                continue
            for position in range(9):
                seer = i - (position // 3 - 1) * stride - (position % 3 - 1)
                if reads[position] and states[seer] == SETTLED:
                    counts[2] -= 1
                    wait(states, near, touched, waiting, counts, stride, seer)


@kernel
def forget(shares):  # type: ignore[no-untyped-def]
    """Make all shares 0 again."""
    gradient, inflow, flowing, states, near, touched, _, _, counts, previous = shares
    for entry in range(counts[0]):
        place = touched[entry]
        gradient[place] = inflow[place] = previous[place] = states[place] = 0
        flowing[place] = False
    near[:] = 0
    counts[:] = 0
