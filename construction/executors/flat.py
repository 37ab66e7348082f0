"""Grids and units as flat arrays, the form that compiled code walks.

A flat grid has padding around the grid and one column of it between its rows: pixel ``(r, c)`` stands
at ``(r + 1) * stride + c + 1``, where ``stride = columns + 1``. So the nine pixels of every patch, and of
the padding's too, are at fixed distances from its centre.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from construction.network.layers import WeightLayer


def flat_size(shape: tuple[int, int]) -> int:
    """The length of the flat array of a grid ``(rows, columns)``."""
    rows, columns = shape
    return (rows + 2) * (columns + 1) + 2


def flat_grid(grid: npt.NDArray[Any], outside: int) -> npt.NDArray[Any]:
    """The flat array of a grid ``(rows, columns)``; ``outside`` is the padding."""
    rows, columns = grid.shape
    flat = np.full(flat_size((rows, columns)), outside, dtype=grid.dtype)
    inside(flat, (rows, columns))[:] = grid
    return flat


def inside(flat: npt.NDArray[Any], shape: tuple[int, int]) -> npt.NDArray[Any]:
    """The grid ``(rows, columns)`` as a view of its flat array."""
    rows, columns = shape
    return flat[:-2].reshape(rows + 2, columns + 1)[1:-1, 1:]


class Units(NamedTuple):
    """The units of some layers, in order.

    ``widths[k]`` is the number of units of layer ``k``. Unit ``u`` sums ``weights[e] * inputs[sources[e]]``
    for ``e`` from ``starts[u]`` to ``starts[u + 1] - 1``, and adds ``biases[u]``.
    """

    widths: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    sources: npt.NDArray[np.int64]
    weights: npt.NDArray[Any]
    biases: npt.NDArray[Any]


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
