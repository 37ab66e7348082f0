"""Streams of labelled examples, and which of their labels the earlier ones decide.

All are bits: examples ``(count, n, d)``, labels ``(count, n)``, for ``count`` streams of ``n`` examples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from construction.arrays import Bits, as_bits
from construction.errors import DataError

Mask = npt.NDArray[np.bool_]

MOST_FEATURES: Final = 62  #: an example is a 64-bit integer here


@dataclass(frozen=True, eq=False)
class Streams:
    """Examples ``(count, n, d)`` and labels ``(count, n)``, bits."""

    examples: Bits
    labels: Bits

    def __post_init__(self) -> None:
        examples = as_bits(self.examples, "examples", "(count, n, d)")
        labels = as_bits(self.labels, "labels", "(count, n)")
        if examples.shape[:2] != labels.shape:
            raise DataError(
                f"examples of shape {examples.shape} and labels of shape {labels.shape}; it should be "
                f"a label for each example of each stream"
            )
        object.__setattr__(self, "examples", examples)
        object.__setattr__(self, "labels", labels)

    @property
    def known(self) -> Mask:
        """Which examples are sums of earlier ones of their stream, so that these decide a parity's label.

        The zero example, which every parity labels 0, is not counted. ``(count, n)``.
        """
        return ~_new(self._codes) & (self._codes > 0)

    @property
    def sums(self) -> Mask:
        """Which of those have not been seen themselves: their labels must be worked out. ``(count, n)``."""
        codes = self._codes
        seen = np.tril(codes[:, :, None] == codes[:, None, :], -1).any(axis=2)
        mask: Mask = self.known & ~seen
        return mask

    @property
    def _codes(self) -> npt.NDArray[np.int64]:
        d = self.examples.shape[2]
        if d > MOST_FEATURES:
            raise DataError(f"{d} features; it should be at most {MOST_FEATURES}")
        return self.examples @ (1 << np.arange(d, dtype=np.int64))


def _new(codes: npt.NDArray[np.int64]) -> Mask:
    """Which numbers of each row are no exclusive or of earlier ones: row reduction of all rows at once."""
    rest = codes.copy()
    new = np.zeros(codes.shape, dtype=bool)
    for step in range(codes.shape[1]):
        # Earlier numbers have taken their highest bits off all later ones, so what is left decides.
        pivot = rest[:, step, None]
        new[:, step] = pivot[:, 0] > 0
        later = rest[:, step + 1 :]
        # Not by a logarithm: a float rounds 2^49 - 1 up to a power of two.
        below = pivot.copy()
        for shift in (1, 2, 4, 8, 16, 32):
            below |= below >> shift
        highest = below ^ (below >> 1)
        later ^= np.where((later & highest > 0) & (pivot > 0), pivot, 0)
    return new


def parities(
    rng: np.random.Generator, count: int, length: int, d: int, relevant: int | None = None
) -> Streams:
    """Random examples labelled by the parity of ``relevant`` of their features, or of any set of them."""
    if relevant is not None and not 0 <= relevant <= d:
        raise DataError(f"a parity of {relevant} features of {d}; it should be 0 .. {d}")
    bits = rng.integers(0, 2, (count, length, d), dtype=np.uint8)
    chosen = rng.integers(0, 2, (count, 1, d), dtype=np.uint8)
    if relevant is not None:
        first = np.broadcast_to(np.arange(d) < relevant, (count, 1, d))
        chosen = rng.permuted(first, axis=2).astype(np.uint8)
    return Streams(bits, (bits & chosen).sum(axis=2) % 2)


def conjunctions(
    rng: np.random.Generator, count: int, length: int, d: int, literals: int
) -> Streams:
    """Random examples labelled by a conjunction of ``literals`` literals; bit 1 is *true*.

    Half of the examples, about, are made true by setting those features.
    """
    if not 0 <= literals <= d:
        raise DataError(
            f"a conjunction of {literals} literals of {d} features; it should be 0 .. {d}"
        )
    bits = rng.integers(0, 2, (count, length, d), dtype=np.uint8)
    first = np.broadcast_to(np.arange(d) < literals, (count, 1, d))
    relevant = rng.permuted(first, axis=2)
    wanted = rng.integers(0, 2, (count, 1, d), dtype=np.uint8)
    made_true = rng.integers(0, 2, (count, length, 1)) == 1
    bits = np.where(relevant & made_true, wanted, bits)
    return Streams(bits, ((bits == wanted) | ~relevant).all(axis=2).astype(np.uint8))
