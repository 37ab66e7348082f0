"""A network's units as flat arrays of their non-zero weights, the form that compiled code walks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from construction.network.layers import WeightLayer

Integers = npt.NDArray[Any]


class Units(NamedTuple):
    """The units of some layers, in order.

    ``widths[k]`` is the number of units of layer ``k``. Unit ``u`` sums ``weights[e] * inputs[sources[e]]``
    for ``e`` from ``starts[u]`` to ``starts[u + 1] - 1``, and adds ``biases[u]``.
    """

    widths: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    sources: npt.NDArray[np.int64]
    weights: Integers
    biases: Integers


def flatten(layers: Sequence[WeightLayer], kind: npt.DTypeLike) -> Units:
    """The units of ``layers``, with weights and biases of type ``kind``."""
    rows = [row for layer in layers for row in layer.weights]
    sources = [np.flatnonzero(row) for row in rows]
    empty = np.zeros(0, dtype=np.int64)
    return Units(
        widths=np.array([layer.width for layer in layers], dtype=np.int64),
        starts=np.cumsum([0, *(len(source) for source in sources)], dtype=np.int64),
        sources=np.concatenate([empty, *sources]).astype(np.int64),
        weights=np.concatenate(
            [empty, *(row[source] for row, source in zip(rows, sources, strict=True))]
        ).astype(kind),
        biases=np.concatenate([empty, *(layer.biases for layer in layers)]).astype(kind),
    )
