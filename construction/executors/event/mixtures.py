"""Compiled: many grids run as one, whose words may differ from grid to grid.

A **mixture** stands for a word that is not the same in all grids of a batch: it says which grids hold
which word. As a word of the common grid it is a number with the highest bit set, and equal mixtures
have equal numbers. The next word of a patch with mixtures is found once for each combination of
words that occurs in it, for all grids that have it; and what was found for a patch is remembered, so
that it is found again without that. Where all grids agree there are only ordinary words.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from construction.executors.table.patch_table import FAILED, Words
from construction.kernels import kernel

MIXED: Final = 2**31  #: the bit of a word that is the number of a mixture
SET_BITS: Final = 64  #: grids in one number of a set
REMEMBERED: Final = 2**15  #: patches of mixtures whose next word is remembered; a power of 2
_FACTOR, _HASH = 1_000_003, 2**40 - 1  #: products stay within 64 bits

Sets = npt.NDArray[np.uint64]

MIXED_BIT: Final = np.uint32(MIXED)
#: As a word: there is no room for another mixture.
FULL: Final = np.uint32(2**32 - 2)
_FAILED = np.uint32(FAILED)
_NOTHING = np.uint32(0)
_HALF = np.uint64(2**32 - 1)


class Mixtures(NamedTuple):
    """All mixtures of a batch. A set of grids is some 64-bit numbers, a bit for each grid.

    ``everyone`` is the set of all grids, empty if nothing is shared. Mixture ``k`` is that the grids of
    ``sets[e]`` hold ``values[e]``, for ``e`` from ``starts[k]`` to ``starts[k + 1] - 1``, in ascending
    order of the values. ``shown[k, p]`` is what of it is seen from position ``p`` if that is the same in all
    grids, else FULL; it follows from the ``masks`` of the table. ``by_hash`` finds a mixture by its hash. ``patches`` and ``results`` remember next
    words. ``counts`` are the number of mixtures, and 1 if there was no room for one more. The rest
    is room for the parts that a patch falls into.
    """

    everyone: Sets
    starts: npt.NDArray[np.int64]
    values: Words
    sets: Sets
    shown: Words
    masks: Words
    by_hash: npt.NDArray[np.int64]
    patches: Words
    results: Words
    counts: npt.NDArray[np.int64]
    key: Words
    part_indices: Words
    part_sets: Sets
    found_values: Words
    found_sets: Sets


def no_mixtures(masks: Words, grids: int = 0, most: int = 0, most_values: int = 0) -> Mixtures:
    """Room for so many mixtures, with so many values in all, of a batch; none with 0 grids."""
    numbers = -(-grids // SET_BITS)
    everyone = np.zeros(numbers, dtype=np.uint64)
    for grid in range(grids):
        everyone[grid // SET_BITS] |= np.uint64(1 << grid % SET_BITS)
    return Mixtures(
        everyone=everyone,
        starts=np.zeros(most + 1, dtype=np.int64),
        values=np.empty(most_values, dtype=np.uint32),
        sets=np.empty((most_values, numbers), dtype=np.uint64),
        shown=np.empty((most, 9), dtype=np.uint32),
        masks=masks,
        by_hash=np.zeros(2 << most.bit_length(), dtype=np.int64),
        patches=np.full((REMEMBERED if grids else 0, 9), FAILED, dtype=np.uint32),
        results=np.empty(REMEMBERED if grids else 0, dtype=np.uint32),
        counts=np.zeros(2, dtype=np.int64),
        key=np.zeros(9, dtype=np.uint32),
        part_indices=np.empty((2, grids + 1), dtype=np.uint32),
        part_sets=np.empty((2, grids + 1, numbers), dtype=np.uint64),
        found_values=np.empty(grids + 1, dtype=np.uint32),
        found_sets=np.empty((grids + 1, numbers), dtype=np.uint64),
    )


@kernel
def is_mixed(before, start, stop, stride):  # type: ignore[no-untyped-def]
    """Is there a mixture in the patch of any of the words ``start..stop - 1``?"""
    seen = _NOTHING
    for line in range(-1, 2):
        words = before[start + line * stride - 1 : stop + line * stride + 1]
        for i in range(words.size):
            seen = np.uint32(seen | words[i])
    return (seen & MIXED_BIT) != 0


@kernel
def mixed_words(before, after, start, stop, stride, table, masks, mixtures):  # type: ignore[no-untyped-def]
    """Write the next words of ``start..stop - 1`` that have mixtures in their patch, and tell what changed.

    All others are in ``after`` already. A mixture that changes counts as a change of all that can be
    seen of it. ``counts[1]`` of the mixtures is 1 when there was no room; then not all are written.
    """
    shown, patches, results = mixtures[4], mixtures[7], mixtures[8]
    counts, key = mixtures[9], mixtures[10]
    everything = _NOTHING
    for position in range(9):
        everything = np.uint32(everything | masks[position])
    seen = _NOTHING
    for i in range(start, stop):
        raw = around = index = _NOTHING
        code = np.int64(0)
        for position in range(9):
            mask = masks[position]
            if not mask:
                continue
            word = before[i + (position // 3 - 1) * stride + position % 3 - 1]
            raw = np.uint32(raw | word)
            if word & MIXED_BIT:
                same_in_all = shown[np.int64(word) - MIXED, position]
                if same_in_all != FULL:
                    word = same_in_all
            else:
                word = np.uint32(word & mask)
            if not word & MIXED_BIT:
                index = np.uint32(index | word)
            around = np.uint32(around | word)
            key[position] = word
            code = (code * _FACTOR + np.int64(word)) & _HASH
        own, word = before[i], after[i]
        if around & MIXED_BIT:
            place = (code ^ (code >> 19)) & (REMEMBERED - 1)
            same = True
            for position in range(9):
                same &= patches[place, position] == key[position]
            if not same:
                word = combine(key, index, table, masks, mixtures)
                if word == FULL:
                    counts[1] = 1
                    return seen
                for position in range(9):
                    patches[place, position] = key[position]
                results[place] = word
            word = results[place]
            after[i] = word
        elif raw & MIXED_BIT:
            word = table[index]
            after[i] = word
        if word == own:
            continue
        if word == _FAILED:
            seen = np.uint32(seen | MIXED_BIT)
        elif (word | own) & MIXED_BIT:
            seen = np.uint32(seen | everything)
        else:
            seen = np.uint32(seen | (word ^ own))
    return seen


@kernel
def combine(key, index, table, masks, mixtures):  # type: ignore[no-untyped-def]
    """The next word of a patch with mixtures: one lookup for each combination that occurs.

    ``key`` is the patch, and ``index`` what its ordinary words contribute to the index.
    """
    everyone, starts, values, sets = mixtures[0], mixtures[1], mixtures[2], mixtures[3]
    part_indices, part_sets = mixtures[11], mixtures[12]
    found_values, found_sets = mixtures[13], mixtures[14]
    numbers = everyone.size
    now, parts = 0, 1
    part_indices[0, 0] = index
    part_sets[0, 0] = everyone
    for position in range(9):
        if not key[position] & MIXED_BIT:
            continue
        mixture = np.int64(key[position]) - MIXED
        groups = np.int64(0)
        for entry in range(starts[mixture], starts[mixture + 1]):
            value = np.uint32(values[entry] & masks[position])
            groups = put(found_values, found_sets, groups, value, sets[entry])
        count = 0
        for part in range(parts):
            for group in range(groups):
                any_grid = np.uint64(0)
                for number in range(numbers):
                    both = part_sets[now, part, number] & found_sets[group, number]
                    part_sets[1 - now, count, number] = both
                    any_grid |= both
                if any_grid:
                    part_indices[1 - now, count] = part_indices[now, part] | found_values[group]
                    count += 1
        now, parts = 1 - now, count
    groups = np.int64(0)
    for part in range(parts):
        word = table[part_indices[now, part]]
        if word == _FAILED:
            return _FAILED
        groups = put(found_values, found_sets, groups, word, part_sets[now, part])
    return number_of(groups, mixtures)


@kernel
def put(found_values, found_sets, groups, value, own):  # type: ignore[no-untyped-def]
    """Add the grids of ``own`` to those that hold a value, in ascending order; returns how many values."""
    at = groups
    while at > 0 and found_values[at - 1] > value:
        at -= 1
    if at > 0 and found_values[at - 1] == value:
        for number in range(own.size):
            found_sets[at - 1, number] |= own[number]
        return groups
    for group in range(groups, at, -1):
        found_values[group] = found_values[group - 1]
        for number in range(own.size):
            found_sets[group, number] = found_sets[group - 1, number]
    found_values[at] = value
    for number in range(own.size):
        found_sets[at, number] = own[number]
    return groups + 1


@kernel
def number_of(groups, mixtures):  # type: ignore[no-untyped-def]
    """The word for the mixture that was found, which is an ordinary one if there is one value only."""
    everyone, starts, values, sets, shown = (
        mixtures[0],
        mixtures[1],
        mixtures[2],
        mixtures[3],
        mixtures[4],
    )
    masks, by_hash, counts = mixtures[5], mixtures[6], mixtures[9]
    found_values, found_sets = mixtures[13], mixtures[14]
    if groups == 1:
        return found_values[0]
    code = np.int64(0)
    for group in range(groups):
        code = (code * _FACTOR + np.int64(found_values[group])) & _HASH
        for number in range(everyone.size):
            part = found_sets[group, number]
            code = (code * _FACTOR + np.int64(part & _HALF)) & _HASH
            code = (code * _FACTOR + np.int64(part >> np.uint64(32))) & _HASH
    place = (code ^ (code >> 19)) & (by_hash.size - 1)
    while by_hash[place]:
        mixture = by_hash[place] - 1
        start = starts[mixture]
        if starts[mixture + 1] - start == groups:
            same = True
            for group in range(groups):
                same &= values[start + group] == found_values[group]
                for number in range(everyone.size):
                    same &= sets[start + group, number] == found_sets[group, number]
            if same:
                return np.uint32(MIXED + mixture)
        place = (place + 1) & (by_hash.size - 1)
    mixture = counts[0]
    start = starts[mixture]
    if mixture + 1 >= starts.size or start + groups > values.size:
        return FULL
    for group in range(groups):
        values[start + group] = found_values[group]
        for number in range(everyone.size):
            sets[start + group, number] = found_sets[group, number]
    for position in range(9):
        first = np.uint32(found_values[0] & masks[position])
        shown[mixture, position] = first
        for group in range(1, groups):
            if np.uint32(found_values[group] & masks[position]) != first:
                shown[mixture, position] = FULL
    starts[mixture + 1] = start + groups
    counts[0] += 1
    by_hash[place] = mixture + 1
    return np.uint32(MIXED + mixture)
