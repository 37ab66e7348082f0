"""How many bits the network's numbers take: those that are stored, and the sums.

A float format with ``p`` significant bits adds and multiplies integers exactly as long as nothing exceeds ``2^p``.
Numbers of the network are integers over its layers' scales; with a scale that is a power of 2 floats hold them as
exactly as the integers. Of the last layer of the convolution and of the head only the sum is divided by what else is
in the scale.

Stored are codes, weights, biases, and the hidden values of *every* layer of convolution and head. Of a first layer,
each of whose units reads one code, these are listed; of a later one they are multiples of a power of 2, up to a
bound. The bound on every partial sum, in whatever order, comes from the weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import CENTRE, Integers, UnitTables


@dataclass(frozen=True)
class Needs:
    """What makes a run exact: significant bits of numbers that are stored, and of the sums.

    The stored numbers are multiples of ``2^low``, and less than ``2^high``.
    """

    stored: int
    sums: int
    low: int = 0
    high: int = 0

    def in_range(self, low: int, high: int) -> bool:
        """Are the stored numbers multiples of ``2^low`` below ``2^high``?"""
        return low <= self.low and self.high <= high


@dataclass(frozen=True, eq=False)
class Hidden:
    """Hidden values of a layer: of each unit multiples of ``twos``, a power of 2, from 0 up to ``most``.

    Of a unit that is never on both are 0. A multiple of an odd number can take as many bits as any number of its size.
    """

    twos: Integers
    most: Integers

    @classmethod
    def of(cls, terms: Integers, most: Integers) -> Hidden:
        """Of units whose inputs are sums of multiples of ``terms`` ``(terms, units)``, at most ``most``."""
        on = most > 0
        shared = np.bitwise_or.reduce(terms, axis=0)
        return cls((shared & -shared) * on, most * on)

    def after(self, layer: WeightLayer) -> Hidden:
        """The values of the layer that reads these."""
        terms = np.concatenate([layer.weights.T * self.twos[:, None], layer.biases[None]])
        return Hidden.of(terms, np.maximum(layer.weights, 0) @ self.most + layer.biases)


class _Stored(list[tuple[int, int, int]]):
    """What stored numbers need, each an integer over ``2^exponent``: bits, ``low`` and ``high`` of :class:`Needs`."""

    def numbers(self, numbers: npt.ArrayLike, exponent: int = 0) -> None:
        whole = np.abs(np.asarray(numbers, dtype=np.int64))
        self._add(significant_bits(whole), whole, whole, exponent)

    def hidden(self, values: Hidden, exponent: int) -> None:
        count = values.most // np.maximum(values.twos, 1)
        self._add(int(count.max()).bit_length(), values.twos, values.most, exponent)

    def _add(self, bits: int, divisors: Integers, most: Integers, exponent: int) -> None:
        if most.any():
            last = power_of_2(int(np.bitwise_or.reduce(divisors, axis=None)))
            high = int(most.max()).bit_length() - exponent
            self.append((bits, last.bit_length() - 1 - exponent, high))


def power_of_2(number: int) -> int:
    """The largest power of 2 that divides a number."""
    return number & -number


def significant_bits(numbers: npt.ArrayLike) -> int:
    """The most significant bits of any of these integers: trailing zeros do not count."""
    whole = np.unique(np.abs(np.asarray(numbers, dtype=np.int64)))
    odd = whole[whole > 0]
    while (even := odd % 2 == 0).any():
        odd = np.where(even, odd // 2, odd)
    return int(odd.max(initial=1)).bit_length()


def needed_bits(network: RCNN, tables: UnitTables) -> Needs:
    """The bits of every weight and hidden value, and of every partial sum in any order.

    Raises :class:`~proofs_check.verdict.RefutedError` when a hidden layer's scale is no power of 2.
    """
    stored, sums = _Stored(), []
    stored.numbers(list(network.codes))
    _add_hidden_values(stored, network, tables)
    for layers, inputs in ((network.convolution, 9), (network.head, 1)):
        largest = np.full(inputs, max(abs(network.lowest), abs(network.highest)))
        before = 0
        for layer in layers:
            if power_of_2(layer.scale) < layer.scale and layer is not layers[-1]:
                raise RefutedError("a hidden layer's scale is no power of 2")
            # Of objects, Python's integers: a sum that wrapped around would look small.
            reach = np.abs(layer.weights).astype(object) @ largest + np.abs(layer.biases)
            sums += reach.tolist()
            stored.numbers(layer.weights, exponent(layer) - before)
            stored.numbers(layer.biases, exponent(layer))
            largest, before = reach, exponent(layer)
    bits, lows, highs = zip(*stored, strict=True)
    return Needs(max(bits), max(sums).bit_length(), min(lows), max(highs))


def exponent(layer: WeightLayer) -> int:
    """How often 2 divides the scale of a layer."""
    return power_of_2(layer.scale).bit_length() - 1


def _add_hidden_values(stored: _Stored, network: RCNN, tables: UnitTables) -> None:
    """The hidden values that occur on patches of codes, and at codes of cells."""
    hinges, units, *middle, _ = network.convolution
    codes, cells = np.array(tables.codes)[:, None], np.array(tables.at(CENTRE))[:, None]
    read = hinges.weights.sum(axis=1)  # each reads one code
    stored.numbers(np.maximum(codes * read + hinges.biases, 0), exponent(hinges))
    first = network.head[0]
    stored.numbers(np.maximum(cells @ first.weights.T + first.biases, 0), exponent(first))
    seen = [tables.values[p][np.array(tables.at(p)) - tables.lowest] for p in range(9)]
    most = tables.biases + sum(each.max(axis=0) for each in seen)
    hidden = Hidden.of(np.concatenate([tables.biases[None], *seen]), most)
    stored.hidden(hidden, exponent(units))
    for layer in middle:
        hidden = hidden.after(layer)
        stored.hidden(hidden, exponent(layer))
