"""Row reduction as it is done on paper.

Go through the columns from left to right; the first row from the top that has a 1 there is the pivot row; every
row below it that has a 1 there gets the pivot row added to it; the pivot row is emptied, unless it is the
last one, the test example. The answer is the label that the test example ends with.
"""

from __future__ import annotations

from collections.abc import Sequence

from proofs_check.lemma1.data_sets import Bits


def reduce_rows(rows: Sequence[Bits]) -> int:
    """Row reduction: the answer's bit.

    ``rows`` are the examples, label last; the last is the test example, label 0.
    """
    table = [list(row) for row in rows]
    for column in range(len(table[0]) - 1):
        pivot: list[int] | None = None
        for index, row in enumerate(table):
            if not row[column]:
                continue
            if pivot is None:
                pivot = list(row)
                if index < len(table) - 1:
                    table[index] = [0] * len(row)
            else:
                table[index] = [bit ^ added for bit, added in zip(row, pivot, strict=True)]
    return table[-1][-1]
