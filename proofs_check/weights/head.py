"""What the head's weights do: value and slope at every code that a cell can hold."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from construction.network.layers import PIXEL_UNIT
from construction.network.rcnn import RCNN
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import Integers, check_entries, check_sums


@dataclass(frozen=True, eq=False)
class HeadTable:
    """The head at each code from the lowest on, and its slope by the pixel, over ``scale``."""

    lowest: int
    codes: tuple[int, ...]
    values: Integers
    slopes: Integers
    kinks: Integers
    scale: int

    def value(self, code: int) -> Fraction:
        """The output that a cell of this code adds.

        Raises :class:`~proofs_check.verdict.RefutedError` when no cell has it, or a unit is at its kink.
        """
        return Fraction(int(self.values[self._index(code)]), self.scale)

    def slope(self, code: int) -> Fraction:
        """The output's derivative by a pixel of this code; raises as :meth:`value` does."""
        return Fraction(int(self.slopes[self._index(code)]), self.scale)

    def _index(self, code: int) -> int:
        if code not in self.codes:
            raise RefutedError(f"{code} is no code of a cell")
        if self.kinks[code - self.lowest]:
            raise RefutedError(f"a unit of the head stands at its kink on code {code}")
        return code - self.lowest


def head_table(network: RCNN) -> HeadTable:
    """What the head's weights do, for each code.

    Raises :class:`~proofs_check.verdict.RefutedError` when they are too large for 64 bits, or the table to be held.
    """
    check_sums(network)
    check_entries(network, sum(layer.width for layer in network.head))
    every = np.arange(network.lowest, network.highest + 1)[:, None]
    hidden: Integers = every
    slopes: Integers = np.full((len(every), 1), PIXEL_UNIT)  # a code is a third of a pixel
    kinks = np.zeros(len(every), dtype=np.int64)
    *before, last = network.head
    for layer in before:
        inputs = hidden @ layer.weights.T + layer.biases
        kinks += (inputs == 0).any(axis=1)
        hidden = np.maximum(inputs, 0)
        slopes = (slopes @ layer.weights.T) * (inputs > 0)
    cells = tuple(code for code in network.codes if code != network.padding)
    return HeadTable(
        network.lowest,
        cells,
        (hidden @ last.weights.T + last.biases)[:, 0],
        (slopes @ last.weights.T)[:, 0],
        kinks,
        last.scale,
    )
