from __future__ import annotations

import numpy as np
from galois import GF2
from hypothesis import given

from construction.strategies import Sample, samples
from tests.row_reduction import pivot_rows, predictions


@given(samples())
def test_galois_finds_the_same_solution(data: Sample) -> None:
    """The pivot rows' equations are independent; galois solves them, the free variables being 0.

    If the labels are consistent, it finds the same in all rows.
    """
    table = GF2((np.column_stack([data.examples, data.labels]) == -1).astype(np.uint8))
    chosen = table[sorted(pivot_rows(data))]
    rank = len(chosen)
    assert data.m == 0 or rank == np.linalg.matrix_rank(table[:, : data.d])
    solutions = [solution(chosen, data.d)]
    if data.m and np.linalg.matrix_rank(table) == rank:
        solutions.append(solution(table, data.d))
    for found in solutions:
        answers = GF2((data.tests == -1).astype(np.uint8)) @ found
        assert [1 - 2 * int(answer) for answer in answers] == predictions(data)


def solution(table: GF2, columns: int) -> GF2:
    found: GF2 = GF2.Zeros(columns)
    if len(table):
        for row in table.row_reduce():
            ones = np.flatnonzero(row[:columns])
            if len(ones):
                found[ones[0]] = row[columns]
    return found
