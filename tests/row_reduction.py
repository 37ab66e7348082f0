"""Row reduction in a few lines of plain Python: what both bundled programs have to say."""

from __future__ import annotations

from typing import Final

import numpy as np

from construction.strategies import Sample
from construction.strategies.arrays import Integers

#: The programs that reduce rows, in the way that Algorithm 1 stores them.
ROW_REDUCERS: Final = ("systolic-row-reduction", "row-reduction-machine")


def pivot_rows(data: Sample) -> list[int]:
    """The rows that serve as pivots, from the leftmost column on, each the first from the top."""
    rows = _bits(data)
    found: list[int] = []
    for column in range(data.d):
        ones = [a for a in range(data.m) if rows[a][column] and a not in found]
        for a in ones[1:]:
            rows[a] ^= rows[ones[0]]
        found += ones[:1]
    return found


def predictions(data: Sample) -> list[int]:
    """The label of each test example, a sign: it is reduced like a row below all the others."""
    answers = []
    for test in data.tests:
        rows = [*_bits(data), np.append(test == -1, False)]
        found: list[int] = []
        for column in range(data.d):
            ones = [a for a in range(data.m) if rows[a][column] and a not in found]
            if ones:
                for a in (*ones[1:], *([data.m] if rows[data.m][column] else [])):
                    rows[a] ^= rows[ones[0]]
                found.append(ones[0])
        answers.append(-1 if rows[data.m][data.d] else 1)
    return answers


def _bits(data: Sample) -> list[Integers]:
    return list(np.column_stack([data.examples, data.labels]) == -1)
