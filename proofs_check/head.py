"""The head = the certificate's readout: value and slope at every code that a cell can hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from construction.network.layers import PIXEL_UNIT
from construction.network.rcnn import RCNN
from proofs_check.certificate import Certificate
from proofs_check.unit_tables import Integers
from proofs_check.verdict import RefutedError


@dataclass(frozen=True, eq=False)
class HeadTable:
    """The head at each code from the lowest on, and its slope by the pixel, over ``scale``."""

    lowest: int
    codes: tuple[int, ...]
    values: Integers
    slopes: Integers
    kinks: Integers
    scale: int


def head_table(network: RCNN) -> HeadTable:
    """What the head's weights do, for each code."""
    every = np.arange(network.lowest, network.highest + 1)[:, None]
    hidden: Integers = every
    slopes: Integers = np.full((len(every), 1), PIXEL_UNIT)  # a code is a third of a pixel
    kinks = np.zeros(len(every), dtype=np.int64)
    for layer in network.head[:-1]:
        inputs = hidden @ layer.weights.T + layer.biases
        kinks += (inputs == 0).any(axis=1)
        hidden = np.maximum(inputs, 0)
        slopes = (slopes @ layer.weights.T) * (inputs > 0)
    last = network.head[-1]
    cells = tuple(code for code in network.codes if code != network.padding)
    return HeadTable(
        network.lowest,
        cells,
        (hidden @ last.weights.T + last.biases)[:, 0],
        (slopes @ last.weights.T)[:, 0],
        kinks,
        last.scale,
    )


def compare_head(head: HeadTable, certificate: Certificate) -> int:
    """The number of codes compared; raises :class:`~proofs_check.verdict.RefutedError` at the first that differs."""
    for code in head.codes:
        index = code - head.lowest
        if head.kinks[index]:
            raise RefutedError(f"a unit of the head stands at its kink on code {code}")
        for what, table, entries in (
            ("value", head.values, certificate.readout),
            ("slope by the pixel", head.slopes, certificate.readout_slopes),
        ):
            expected = entries.get(code, 0) * head.scale
            if int(table[index]) != expected:
                raise RefutedError(
                    f"the head's {what} at code {code} is {int(table[index])}/{head.scale}; the "
                    f"certificate says {entries.get(code, 0)}"
                )
    return len(head.codes)
