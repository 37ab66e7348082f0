"""Random arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

Integers = npt.NDArray[np.int64]


def array(draw: DrawFn, entries: SearchStrategy[int], shape: tuple[int, ...]) -> Integers:
    """An array of this shape, drawn entry by entry."""
    size = int(np.prod(shape))
    flat = draw(st.lists(entries, min_size=size, max_size=size))
    return np.array(flat, dtype=np.int64).reshape(shape)
