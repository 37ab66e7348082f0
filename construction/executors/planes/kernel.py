"""Compiled: layers of one grid in planes, tile by tile, where something changed.

A **word** holds a bit of 64 pixels of one line, and a **tile** is words of eight lines that follow each other. A tile
is evaluated when it or one beside it changed in the layer before, together with those that follow it and are evaluated too, up to
four, a **chunk**: what the patches show is copied to a **desk**, a small array of regions, on which the circuit works. There are two copies of the grid, and the layers write
them in turn; a tile that is not evaluated did not change, so both hold it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from construction.executors.planes.sizes import CHUNK, LINES, LOOKED_UP, MARGIN, REGION, WORD
from construction.executors.table.patch_table import FAILURE, Words
from construction.kernels import argument_type, compiled_as, inner_kernel

Planes = npt.NDArray[np.uint64]

#: Why :func:`advance` came back.
DONE, LEFT_CODES = range(2)

_NOTHING, _ONE = np.uint64(0), np.uint64(1)
_LAST = np.uint64(WORD - 1)
_FAILURE = np.uint32(FAILURE)


class Work(NamedTuple):
    """Which tiles are to be evaluated, ``active[k % 2]`` in layer ``k + 1``, with a border of tiles around the grid.

    The border is marked where a tile at the edge changes, and nothing of it is evaluated. The last number of a row of tiles says whether there are some to be evaluated.
    ``eights`` is the same memory, eight tiles a number. ``counts[k % 2]`` is how many tiles changed in layer ``k``, and at first 1: at 0 the grid rests.
    ``counts[2]`` is how many tiles were evaluated so far, ``counts[3]`` how many pixels were looked up. After the layer in which that is as much work as so many pixels as ``counts[4]`` says the kernel comes back.
    """

    active: npt.NDArray[np.uint8]
    eights: Planes
    counts: npt.NDArray[np.int64]


class Lookup(NamedTuple):
    """What it takes to look a pixel up.

    ``words[k]`` is the word in the table of the code with number ``k``, and ``numbers[c]`` is the number of the code ``c``
    above the lowest; -1 if it has none. ``steps`` are, for each position of the patch, lines and pixels to it.
    """

    table: Words
    masks: Words
    words: Words
    numbers: npt.NDArray[np.int64]
    code_shift: np.uint32
    steps: npt.NDArray[np.int64]


def regions(planes: int) -> int:
    """How many regions a desk has: three for each plane, the two constants, and the outputs."""
    return 4 * planes + 3


def circuit_kernel(function: Callable[..., Any]) -> Any:
    """Compile a generated circuit: all of them have one type, so that the kernel takes any."""
    return compiled_as("void(uint64[::1], int64)", function)


@circuit_kernel
def no_circuit(desk, tiles):  # type: ignore[no-untyped-def]
    """Stands for a circuit that is interpreted."""


@inner_kernel
def interpret(gates, size, desk):  # type: ignore[no-untyped-def]
    """Evaluate a circuit on so many words. A gate is the places on the desk of what it chooses by, of both choices, and of its value."""
    for gate in range(gates.shape[0]):
        by = desk[gates[gate, 0] : gates[gate, 0] + size]
        one = desk[gates[gate, 1] : gates[gate, 1] + size]
        zero = desk[gates[gate, 2] : gates[gate, 2] + size]
        value = desk[gates[gate, 3] : gates[gate, 3] + size]
        for i in range(size):
            value[i] = zero[i] ^ (by[i] & (one[i] ^ zero[i]))


@inner_kernel
def lay_out(before, part, line, size, desk):  # type: ignore[no-untyped-def]
    """Copy a chunk's words, so many, those beside them, and all of them shifted by one pixel to either side."""
    planes = before.shape[0]
    for plane in range(planes):
        above = before[plane, part - 1, line - 1 : line + size + 1]
        level = before[plane, part, line - 1 : line + size + 1]
        below = before[plane, part + 1, line - 1 : line + size + 1]
        start = 3 * plane * REGION
        to = desk[start : start + 3 * REGION]
        for i in range(size + 2):
            to[i] = (level[i] << _ONE) | (above[i] >> _LAST)
        for i in range(size + 2):
            to[REGION + i] = level[i]
        for i in range(size + 2):
            to[2 * REGION + i] = (level[i] >> _ONE) | (below[i] << _LAST)


@inner_kernel
def look_up(before, part, line, pixel, lookup):  # type: ignore[no-untyped-def]
    """The number of the next code of a pixel; -1 if it has none."""
    table, masks, words, numbers, code_shift, steps = lookup
    index = np.uint32(0)
    for position in range(9):
        if masks[position]:
            at = part * WORD + pixel + steps[position, 1]
            place, bit = at // WORD, np.uint64(at % WORD)
            number = np.int64(0)
            for plane in range(before.shape[0]):
                there = before[plane, place, line + steps[position, 0]]
                number |= np.int64((there >> bit) & _ONE) << plane
            index |= words[number] & masks[position]
    after = table[index]
    if after & _FAILURE:
        return np.int64(-1)
    return numbers[after >> code_shift]


@inner_kernel
def settle_doubts(before, part, line, size, inside, desk, lookup):  # type: ignore[no-untyped-def]
    """Look up the pixels of a chunk that the circuit is not right on; how many, or -1 if one left the codes."""
    planes = before.shape[0]
    new = (3 * planes + 2) * REGION
    doubt = new + planes * REGION
    count = 0
    for i in range(size):
        doubts = desk[doubt + i] & inside[i]
        pixel = 0
        while doubts:
            while not doubts & np.uint64(255):
                doubts >>= np.uint64(8)
                pixel += 8
            if doubts & _ONE:
                number = look_up(before, part, line + i, pixel, lookup)
                if number < 0:
                    return -1
                bit = _ONE << np.uint64(pixel)
                for plane in range(planes):
                    at = new + plane * REGION + i
                    if (number >> plane) & 1:
                        desk[at] |= bit
                    else:
                        desk[at] &= ~bit
                count += 1
            doubts >>= _ONE
            pixel += 1
    return count


@inner_kernel
def put_back(after, part, line, size, inside, desk, changes):  # type: ignore[no-untyped-def]
    """Write a chunk's next words, and which pixels changed."""
    planes = after.shape[0]
    for i in range(size):
        changes[i] = 0
    for plane in range(planes):
        old = desk[(3 * plane + 1) * REGION + 1 : (3 * plane + 1) * REGION + 1 + size]
        start = (3 * planes + 2 + plane) * REGION
        new = desk[start : start + size]
        to = after[plane, part, line : line + size]
        for i in range(size):
            next_word = new[i] & inside[i]
            to[i] = next_word
            changes[i] |= next_word ^ old[i]


@inner_kernel
def mark(active, part, tile, count, changes, counts, now):  # type: ignore[no-untyped-def]
    """Add the tiles to the work that see what changed in a chunk of so many that begins with this tile."""
    for number in range(count):
        own = changes[number * LINES : (number + 1) * LINES]
        seen = _NOTHING
        for i in range(LINES):
            seen |= own[i]
        if not seen:
            continue
        counts[now] += 1
        at = tile + number
        first, last = own[0] != 0, own[LINES - 1] != 0
        for row in range(part - 1 if seen & _ONE else part, part + (2 if seen >> _LAST else 1)):
            active[row, at] = active[row, active.shape[1] - 1] = 1
            if first:
                active[row, at - 1] = 1
            if last:
                active[row, at + 1] = 1


def _advance(  # type: ignore[no-untyped-def]
    circuit,
    gates,
    grids,
    layer,
    stop,
    active,
    eights,
    counts,
    row_masks,
    line_masks,
    desk,
    table,
    masks,
    words,
    numbers,
    code_shift,
    steps,
):
    """Compute the layers up to ``stop``; returns the number of the last one, and why it stopped there.

    ``grids[k % 2]`` are the planes after ``k`` layers. ``circuit`` evaluates a desk, or ``gates`` if there are some.
    What follows is a :class:`Work`, masks of what lies within the grid, a desk, and a :class:`Lookup`.
    """
    lookup = table, masks, words, numbers, code_shift, steps
    tiles = (grids.shape[3] - 2 * MARGIN) // LINES
    parts = grids.shape[2] - 2
    inside, changes = np.empty(CHUNK, np.uint64), np.empty(CHUNK, np.uint64)
    while layer < stop and counts[2] * LINES * WORD + counts[3] * LOOKED_UP < counts[4]:
        now, then = layer % 2, (layer + 1) % 2
        if counts[now] == 0:
            break
        before, after = grids[now], grids[then]
        counts[then] = 0
        for part in range(1, parts + 1):
            todo, todo_eights = active[now, part], eights[now, part]
            if not todo[todo.size - 1]:
                continue
            tile = 1
            while tile <= tiles:
                if not todo[tile]:
                    tile += 1
                    while tile % 8 == 0 and tile <= tiles and not todo_eights[tile // 8]:
                        tile += 8
                    continue
                end = tile + 1
                while end <= tiles and todo[end] and end < tile + CHUNK // LINES:
                    end += 1
                line, size = MARGIN + (tile - 1) * LINES, (end - tile) * LINES
                lay_out(before, part, line, size, desk)
                if gates.shape[0]:
                    interpret(gates, size, desk)
                else:
                    circuit(desk, end - tile)
                own = line_masks[line : line + size]
                for i in range(size):
                    inside[i] = own[i] & row_masks[part]
                doubts = (3 * before.shape[0] + 2 + before.shape[0]) * REGION
                seen = _NOTHING
                for i in range(size):
                    seen |= desk[doubts + i] & inside[i]
                if seen:
                    count = settle_doubts(before, part, line, size, inside, desk, lookup)
                    if count < 0:
                        return layer, LEFT_CODES
                    counts[3] += count
                put_back(after, part, line, size, inside, desk, changes)
                mark(active[then], part, tile, end - tile, changes, counts, then)
                counts[2] += end - tile
                tile = end
            todo_eights[:] = 0
        layer += 1
    return layer, DONE


@cache
def advance() -> Any:
    """The kernel that computes layers.

    Its type says that it takes any circuit; otherwise it would be compiled for each of them.
    """
    from numba import types  # noqa: PLC0415

    def array(kind: Any, dimensions: int) -> Any:
        return types.Array(kind, dimensions, "C")

    words, bits, integers = array(types.uint32, 1), array(types.uint64, 1), array(types.int64, 1)
    return compiled_as(
        (
            argument_type(types.void(bits, types.int64)),
            array(types.int64, 2),
            array(types.uint64, 4),
            *(types.int64, types.int64),
            *(array(types.uint8, 3), array(types.uint64, 3), integers),
            *(bits, bits, bits),
            *(words, words, words, integers, types.uint32, array(types.int64, 2)),
        ),
        _advance,
    )
