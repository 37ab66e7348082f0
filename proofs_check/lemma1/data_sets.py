"""Every data set of small sizes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

Bits = Sequence[int]

#: Sizes (m, d) on which programs are run on every data set.
SMALL_SIZES: Final = tuple(
    (m, d) for m in range(1, 7) for d in range(1, 7) if m * (d + 1) + d <= 11
)

#: What is run of one data set: at most so many cells in a layer, and in all layers. (Bundled programs have below 2,000.)
CELLS_IN_A_LAYER: Final = 2**10
CELLS_IN_ALL_LAYERS: Final = 2**16


def data_sets(examples: int, features: int) -> Iterator[list[tuple[int, ...]]]:
    """Every data set of a size with every test example, as rows of bits; its label is 0."""
    width = features + 1
    for bits in product((0, 1), repeat=examples * width + features):
        stored = [bits[i * width : (i + 1) * width] for i in range(examples)]
        yield [*stored, (*bits[examples * width :], 0)]


def in_words(sizes: Sequence[tuple[int, int]]) -> str:
    """Sizes as ``m x d``."""
    return ", ".join(f"{m}x{d}" for m, d in sizes)
