"""Row reduction over GF(2), plainly: the second opinion on what the network learns.

For each column from left to right, the first row from the top that has a 1 there and has not been
a pivot yet becomes the pivot; it is added to every row below it that has a 1 in this column. No rows
are swapped. Back substitution with the free variables 0 gives one parity. When the system is
inconsistent, the rows that are left as ``0 = 1`` are ignored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from construction.arrays import Bits, as_bits, check_features, check_lengths


@dataclass(frozen=True, eq=False)
class Parity:
    """A parity function of bits, and how it explains the examples it was found from.

    ``mask`` is ``(d,)``: the features that are added up. ``rank`` is the rank of the examples'
    features, and ``consistent`` says whether any parity explains all of the labels (this one then
    does).
    """

    mask: Bits
    rank: int
    consistent: bool

    def __call__(self, features: npt.ArrayLike) -> Bits:
        """The label of each row of ``features``, ``(n, d)``.

        Raises :class:`~construction.errors.DataError` when they are no bits, or not ``d`` in a row.
        """
        features = as_bits(features, "features", "(n, d)")
        check_features(features, len(self.mask))
        return (features.astype(np.int64) @ self.mask % 2).astype(np.uint8)


def row_reduction(features: npt.ArrayLike, labels: npt.ArrayLike) -> Parity:
    """The parity that row reduction finds for ``m`` examples, ``(m, d)`` and ``(m,)``, bits.

    Raises :class:`~construction.errors.DataError` when they are something else.

    >>> bits = np.array([[1, 0, 1], [0, 1, 1], [1, 1, 1]], dtype=np.uint8)
    >>> parity = row_reduction(bits, np.array([1, 0, 1], dtype=np.uint8))
    >>> parity.mask, parity.rank, parity.consistent
    (array([1, 0, 0], dtype=uint8), 3, True)
    >>> parity(bits)
    array([1, 0, 1], dtype=uint8)
    """
    features = as_bits(features, "features", "(m, d)")
    labels = as_bits(labels, "labels", "(m,)")
    check_lengths(features, labels)
    count, width = features.shape
    rows = np.concatenate([features, labels[:, None]], axis=1)
    free = np.ones(count, dtype=bool)
    pivots: list[tuple[int, int]] = []
    for column in range(width):
        candidates = np.flatnonzero(free & (rows[:, column] == 1))
        if len(candidates):
            pivot, below = candidates[0], candidates[1:]
            rows[below] ^= rows[pivot]
            free[pivot] = False
            pivots.append((int(pivot), column))
    mask = np.zeros(width, dtype=np.uint8)
    for pivot, column in reversed(pivots):
        known = int(rows[pivot, :width].astype(np.int64) @ mask)
        mask[column] = (int(rows[pivot, width]) + known) % 2
    return Parity(mask, len(pivots), not rows[free, width].any())


def stored_parity(memory: npt.NDArray[np.integer]) -> Parity:
    """The parity of a memory of online-row-reduction, ``3 W``, ``(d + 1, d + 1)``.

    Its first row is the dummy's; each row ``y [x; 1]`` below it is a reduced example ``x`` with its label ``y``.
    """
    rows = memory[memory.any(axis=1)][1:]
    labels = rows[:, -1]
    return row_reduction((1 - rows[:, :-1] * labels[:, None]) // 2, (1 - labels) // 2)
