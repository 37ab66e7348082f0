"""A batch of grids on its way through the layers as one grid (see the mixtures' module)."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from construction.executors.event.grid import NO_LIMIT, EventGrid
from construction.executors.event.kernel import LEFT_CODES
from construction.executors.event.mixtures import (
    FULL,
    MIXED,
    MIXED_BIT,
    SET_BITS,
    no_mixtures,
    number_of,
    put,
)
from construction.executors.event.shared_kernel import NO_ROOM, advance_shared
from construction.executors.executor import Codes, check_memory
from construction.executors.table.patch_table import PatchTable
from construction.kernels import kernel
from construction.network.layers import Integers

FIRST_MIXTURES: Final = 2**14  #: mixtures that there is room for at first
VALUES_EACH: Final = 4  #: values of a mixture that there is room for


class SharedGrid(EventGrid):
    """So many grids of one shape at once; where they agree it is computed once.

    Raises :class:`ValueError` for a network without a table: no word of it is a combination of fields.
    """

    def __init__(self, patches: PatchTable, shape: tuple[int, int], batch: int) -> None:
        if not patches.tabulated:
            raise ValueError("only a network with a table runs many grids as one")
        super().__init__(patches, shape)
        self.batch = batch
        self._room_made = -1  # the layer in which room was made last
        self.mixtures = no_mixtures(
            self.patches.masks, batch, FIRST_MIXTURES, FIRST_MIXTURES * VALUES_EACH
        )

    def start_all(self, grids: Codes) -> None:
        """Begin with these grids, ``(batch, rows, columns)``."""
        self.start(grids[0])
        lines = grids.transpose(2, 1, 0) if self.turned else grids.transpose(1, 2, 0)
        network, words = self.patches.network, self.patches.words
        while not write_all(
            np.ascontiguousarray(lines), words, network.lowest, self._grids[0], self.mixtures
        ):
            self._more_room()

    def start_signs(self, grid: Codes, signs: npt.NDArray[np.bool_]) -> None:
        """Begin with ``grid``, ``(rows, columns)``, but for the grids in which a column is negated.

        ``signs`` is ``(batch, columns)``: whether it is.
        """
        self.start(grid)
        sets = np.zeros((2, grid.shape[1], len(self.mixtures.everyone)), dtype=np.uint64)
        for which, chosen in enumerate((~signs, signs)):
            for number in range(sets.shape[2]):
                part = chosen[number * SET_BITS : (number + 1) * SET_BITS].astype(np.uint64)
                bits = np.left_shift(part, np.arange(len(part), dtype=np.uint64)[:, None])
                sets[which, :, number] = np.bitwise_or.reduce(bits, axis=0)
        network, words = self.patches.network, self.patches.words
        known = np.empty((grid.shape[1], len(words)), dtype=np.uint32)
        flat = self._grids[0]
        while not write_signs(
            self.lines, self.turned, grid, sets, words, network.lowest, flat, known, self.mixtures
        ):
            self._more_room()

    def advance(self, layers: int, most: int = NO_LIMIT) -> None:
        """All of them: where mixtures are looked up nothing is counted."""
        stop = self.layer + layers
        reason = NO_ROOM
        while reason == NO_ROOM:
            layer, reason = advance_shared(
                self._grids,
                self.layer,
                stop,
                self.stride,
                self.patches.table,
                self.patches.masks,
                self._scratch[0],
                self._work,
                self.mixtures,
            )
            self.layer = int(layer)
            if reason == NO_ROOM:
                self._more_room()
        self.fixed = bool(self._work.counts[self.layer % 2, 0] == 0)
        self.failed = bool(reason == LEFT_CODES)

    def totals(self, table: Integers) -> Integers:
        """What a table has for each code, from the lowest on, added up over each grid: ``(batch,)``."""
        totals = np.zeros(self.batch, dtype=np.int64)
        uses = np.zeros(len(self.mixtures.starts), dtype=np.int64)
        # The words around the grid are none of its pixels.
        values = table.copy()
        values[self.patches.network.padding - self.patches.network.lowest] = 0
        add_up(self.words, self.patches.code_shift, values, self.mixtures, uses, totals)
        return totals

    def all_codes(self) -> Codes:
        """The grids after :attr:`layer` layers, ``(batch, rows, columns)``."""
        grids = []
        words = np.empty_like(self.words)
        values = np.empty(len(self.mixtures.starts), dtype=np.uint32)
        for grid in range(self.batch):
            pick(self.words, grid, self.mixtures, values, words)
            codes = self.patches.decode(words, self.lines)
            grids.append(codes.T if self.turned else codes)
        return np.stack(grids)

    def _more_room(self) -> None:
        """Forget the mixtures that no grid holds any more; twice the room if that would not be enough.

        It is not if most of them are held, or if one layer needs room once more.
        """
        old = self.mixtures
        renumbered = np.full(len(old.starts), -1, dtype=np.int64)
        count, values = number_anew(self._grids, old, renumbered)
        most, most_values = len(old.starts) - 1, len(old.values)
        again = self._room_made == self.layer
        if again or 2 * count > most or 2 * values > most_values:
            most, most_values = 2 * most, 2 * most_values
        self._room_made = self.layer
        check_memory(most_values * (4 + 8 * len(old.everyone)), "what a batch does not share")
        self.mixtures = no_mixtures(self.patches.masks, self.batch, most, most_values)
        move(old, renumbered, self.mixtures)


@kernel
def write_all(lines, words, lowest, flat, mixtures):  # type: ignore[no-untyped-def]
    """Write the words of many grids, ``(lines, places, grids)``; False if there was no room."""
    found_values, found_sets = mixtures[13], mixtures[14]
    nobody = np.zeros_like(mixtures[0])
    for line in range(lines.shape[0]):
        for place in range(lines.shape[1]):
            own = lines[line, place]
            groups = np.int64(0)
            for grid in range(own.size):
                value = words[own[grid] - lowest]
                groups = put(found_values, found_sets, groups, value, nobody)
                at = 0
                while found_values[at] != value:
                    at += 1
                bit = np.uint64(1) << np.uint64(grid % SET_BITS)
                found_sets[at, grid // SET_BITS] |= bit
            word = number_of(groups, mixtures)
            if word == FULL:
                return False
            flat[(line + 1) * (lines.shape[1] + 1) + 1 + place] = word
    return True


@kernel
def write_signs(shape, turned, grid, sets, words, lowest, flat, known, mixtures):  # type: ignore[no-untyped-def]
    """Write the words of a grid with columns negated in some grids; False if there was no room.

    ``sets[0, c]`` are the grids in which column ``c`` is as it is, and ``sets[1, c]`` those in which it is
    negated. ``known`` is room for the word of each code in each column.
    """
    found_values, found_sets = mixtures[13], mixtures[14]
    known[:] = FULL
    for line in range(shape[0]):
        for place in range(shape[1]):
            row, column = (place, line) if turned else (line, place)
            code = np.int64(grid[row, column])
            word = known[column, code - lowest]
            if word == FULL:
                groups = np.int64(0)
                for which in range(2):
                    own = sets[which, column]
                    if own.any():
                        value = words[(code if which == 0 else -code) - lowest]
                        groups = put(found_values, found_sets, groups, value, own)
                word = number_of(groups, mixtures)
                if word == FULL:
                    return False
                known[column, code - lowest] = word
            flat[(line + 1) * (shape[1] + 1) + 1 + place] = word
    return True


@kernel
def add_up(words, code_shift, head, mixtures, uses, totals):  # type: ignore[no-untyped-def]
    """Add up the head's values, by code from the lowest, over each grid; ``uses`` is all 0."""
    _, starts, values, sets = mixtures[0], mixtures[1], mixtures[2], mixtures[3]
    common = np.int64(0)
    for i in range(words.size):
        if words[i] & MIXED_BIT:
            uses[np.int64(words[i]) - MIXED] += 1
        else:
            common += head[words[i] >> code_shift]
    totals[:] = common
    for mixture in range(mixtures[9][0]):
        for entry in range(starts[mixture], starts[mixture + 1]):
            amount = uses[mixture] * head[values[entry] >> code_shift]
            if amount == 0:
                continue
            for grid in range(totals.size):
                if sets[entry, grid // SET_BITS] >> np.uint64(grid % SET_BITS) & np.uint64(1):
                    totals[grid] += amount


@kernel
def pick(words, grid, mixtures, values_of, result):  # type: ignore[no-untyped-def]
    """The words of one grid of the batch; ``values_of`` is room for each mixture's."""
    starts, values, sets = mixtures[1], mixtures[2], mixtures[3]
    for mixture in range(mixtures[9][0]):
        for entry in range(starts[mixture], starts[mixture + 1]):
            if sets[entry, grid // SET_BITS] >> np.uint64(grid % SET_BITS) & np.uint64(1):
                values_of[mixture] = values[entry]
    for i in range(words.size):
        result[i] = values_of[np.int64(words[i]) - MIXED] if words[i] & MIXED_BIT else words[i]


@kernel
def number_anew(grids, mixtures, renumbered):  # type: ignore[no-untyped-def]
    """Number the mixtures that the grids hold from 0; returns how many there are, and their values."""
    starts = mixtures[1]
    count = size = 0
    for which in range(grids.shape[0]):
        for i in range(grids.shape[1]):
            word = grids[which, i]
            if not word & MIXED_BIT:
                continue
            mixture = np.int64(word) - MIXED
            if mixture >= mixtures[9][0]:
                # Left by a layer that ran out of room; it is written again.
                grids[which, i] = grids[which, 0]
                continue
            if renumbered[mixture] < 0:
                renumbered[mixture] = count
                count += 1
                size += starts[mixture + 1] - starts[mixture]
            grids[which, i] = MIXED + renumbered[mixture]
    return count, size


@kernel
def move(old, renumbered, new):  # type: ignore[no-untyped-def]
    """Move the mixtures that have a new number, in the order of these."""
    count = 0
    order = np.full(old[9][0], -1, dtype=np.int64)
    for mixture in range(old[9][0]):
        if renumbered[mixture] >= 0:
            order[renumbered[mixture]] = mixture
            count += 1
    for number in range(count):
        start, stop = old[1][order[number]], old[1][order[number] + 1]
        groups = np.int64(0)
        for entry in range(start, stop):
            groups = put(new[13], new[14], groups, old[2][entry], old[3][entry])
        number_of(groups, new)
