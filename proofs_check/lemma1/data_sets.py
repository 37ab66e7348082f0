"""Every data set of small sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Final

Bits = Sequence[int]

#: Sizes (m, d) on which programs are run on every data set.
SMALL_SIZES: Final = tuple(
    (m, d) for m in range(1, 7) for d in range(1, 7) if m * (d + 1) + d <= 11
)


def data_sets(examples: int, features: int) -> Iterator[list[tuple[int, ...]]]:
    """Every data set of a size with every test example, as rows of bits; its label is 0."""
    width = features + 1
    for bits in product((0, 1), repeat=examples * width + features):
        stored = [bits[i * width : (i + 1) * width] for i in range(examples)]
        yield [*stored, (*bits[examples * width :], 0)]


def in_words(sizes: Sequence[tuple[int, int]]) -> str:
    """Sizes as ``m x d``."""
    return ", ".join(f"{m}x{d}" for m, d in sizes)


def as_given(rows: Sequence[Bits]) -> dict[str, Callable[..., int]]:
    """A data set as what is given to scenes: signs, which are 1 in the dummy's row and, but for ``y``, in the label column."""
    signs = [[1 - 2 * bit for bit in row] for row in rows]
    m, d = len(rows) - 1, len(rows[0]) - 1
    return {
        "y": lambda a: signs[a - 1][d] if a <= m else 1,
        "x": lambda a, b: signs[a - 1][b - 1] if a <= m and b <= d else 1,
        "z": lambda b: signs[m][b - 1] if b <= d else 1,
    }
