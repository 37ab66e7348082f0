"""Compiled: the Jacobian of the convolution on a patch, found once for each patch that occurs."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from construction.executors.flat import Units, flatten
from construction.executors.table.patch_table import Words
from construction.kernels import kernel
from construction.network.layers import Integers
from construction.network.rcnn import RCNN

#: Patches whose Jacobian is kept, at most; a power of 2.
KEPT: Final = 2**11
_FACTOR, _HASH = 1_000_003, 2**40 - 1  #: products stay within 64 bits


class Jacobians(NamedTuple):
    """What it takes to find the Jacobian of a patch, and those that have been found.

    ``order[p]`` is the position in the network's patch of the ``p``-th word of a flat grid's, ``reads``
    says whether any unit reads that word, and ``offsets`` are the distances of those that are read.
    ``patches`` and ``slopes`` are found by a hash of the patch; ``kept[k]`` says that there is one.
    The last place is for slopes that found no room. ``scratch`` is room for each unit's input and for the output's derivative by it.
    """

    units: Units
    scale: int
    lowest: int
    code_shift: int
    order: npt.NDArray[np.int64]
    reads: npt.NDArray[np.bool_]
    offsets: npt.NDArray[np.int64]
    patches: Words
    slopes: Integers
    kept: npt.NDArray[np.bool_]
    scratch: Integers


def no_jacobians(
    network: RCNN, code_shift: int, order: npt.NDArray[np.int64], stride: int
) -> Jacobians:
    """No Jacobian found yet."""
    units = flatten(network.convolution, np.int64)
    reads = np.asarray(network.convolution[0].weights.any(axis=0))[order]
    distances = np.array([row * stride + column for row in (-1, 0, 1) for column in (-1, 0, 1)])
    return Jacobians(
        units=units,
        scale=network.convolution[-1].scale,
        lowest=network.lowest,
        code_shift=code_shift,
        order=order,
        reads=reads,
        offsets=distances[reads],
        patches=np.empty((KEPT, 9), dtype=np.uint32),
        slopes=np.empty((KEPT + 1, 9), dtype=np.int64),
        kept=np.zeros(KEPT + 1, dtype=np.bool_),
        scratch=np.empty((3, max(9, units.biases.size)), dtype=np.int64),
    )


@kernel
def find(words, place, offsets, patches, kept):  # type: ignore[no-untyped-def]
    """Where the Jacobian of the patch around a word is kept, or should be; KEPT if there is no room."""
    key = np.int64(0)
    for offset in offsets:
        key = (key * _FACTOR + np.int64(words[place + offset])) & _HASH
    key ^= key >> 23
    for probe in range(4):
        at = (key + probe) & (KEPT - 1)
        if not kept[at]:
            return at
        same = True
        for position in range(offsets.size):
            same &= patches[at, position] == words[place + offsets[position]]
        if same:
            return at
    return np.int64(KEPT)


@kernel
def patch_slopes(words, place, stride, jacobians, slopes):  # type: ignore[no-untyped-def]
    """Write the derivatives of the next code by the nine words around one; False if one is missing."""
    units, scale, lowest, code_shift, order, _, _, _, _, _, scratch = jacobians
    widths, starts, sources, weights, biases = units
    sums, shares, patch = scratch[0], scratch[1], scratch[2]
    for position in range(9):
        i = place + (position // 3 - 1) * stride + position % 3 - 1
        patch[order[position]] = np.int64(words[i] >> code_shift) + lowest
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
    patch[:] = 0
    shares[first - 1] = 1
    for layer in range(layers - 1, -1, -1):
        first -= widths[layer]
        before = first - widths[layer - 1]
        for unit in range(first, first + widths[layer]):
            if shares[unit] == 0 or (sums[unit] < 0 and layer < layers - 1):
                continue
            for entry in range(starts[unit], starts[unit + 1]):
                if layer == 0:
                    patch[sources[entry]] += shares[unit] * weights[entry]
                else:
                    shares[before + sources[entry]] += shares[unit] * weights[entry]
    for position in range(9):
        slope = patch[order[position]]
        if slope % scale != 0:
            return False
        slopes[position] = slope // scale
    return True
