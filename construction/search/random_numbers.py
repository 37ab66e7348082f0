"""Compiled: random numbers that depend on a seed and a number alone, whoever draws them.

SplitMix64 (Steele, Lea and Flood 2014). Whole numbers below a bound are exactly uniform (Lemire 2019), given
that the 64-bit numbers are.
"""

from __future__ import annotations

import numpy as np

from construction.kernels import inlined_kernel

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_27, _30, _31, _32 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_TWO_32 = np.uint64(2**32)


@inlined_kernel
def next_number(state):  # type: ignore[no-untyped-def]
    """The next 64 random bits; ``state`` is an array of one unsigned number."""
    z = state[0] + _GOLDEN
    state[0] = z
    z = (z ^ (z >> _30)) * _FIRST
    z = (z ^ (z >> _27)) * _SECOND
    return z ^ (z >> _31)


@inlined_kernel
def start(state, seed, number):  # type: ignore[no-untyped-def]
    """Begin the stream of a seed and a number."""
    state[0] = np.uint64(seed)
    state[0] = next_number(state) ^ np.uint64(number)
    state[0] = next_number(state)


@inlined_kernel
def below(state, bound):  # type: ignore[no-untyped-def]
    """A uniform whole number from 0 to ``bound - 1``; ``bound`` is at most 2^32."""
    size = np.uint64(bound)
    while True:
        product = (next_number(state) >> _32) * size
        low = product & _LOW
        if low >= size or low >= (_TWO_32 - size) % size:
            return np.int64(product >> _32)
