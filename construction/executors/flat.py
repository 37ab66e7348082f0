"""Grids as flat arrays, with padding around the grid and one column of it between its rows.

Pixel ``(r, c)`` stands at ``(r + 1) * stride + c + 1``, where ``stride = columns + 1``; so the nine pixels
of every patch, and of the padding's too, are at fixed distances from its centre.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def flat_grid(grid: npt.NDArray[Any], outside: int) -> npt.NDArray[Any]:
    """The flat array of a grid ``(rows, columns)``; ``outside`` is the padding."""
    rows, columns = grid.shape
    flat = np.full((rows + 2) * (columns + 1) + 2, outside, dtype=grid.dtype)
    inside(flat, (rows, columns))[:] = grid
    return flat


def inside(flat: npt.NDArray[Any], shape: tuple[int, int]) -> npt.NDArray[Any]:
    """The grid ``(rows, columns)`` as a view of its flat array."""
    rows, columns = shape
    return flat[:-2].reshape(rows + 2, columns + 1)[1:-1, 1:]
