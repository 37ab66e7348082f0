from __future__ import annotations

from itertools import product

import galois
import numpy as np
from hypothesis import event, given

from construction.arrays import Bits
from construction.learning.row_reduction import row_reduction
from construction.strategies import Sample, samples
from construction.strategies.arrays import Integers

GF2 = galois.GF(2)


def as_bits(signs: Integers) -> Bits:
    return np.where(signs == -1, 1, 0).astype(np.uint8)


def reduce_with_test_row(features: Bits, labels: Bits, test: Bits) -> int:
    """The rule in the words of the programs: the test example is the last row, with label bit 0.

    Every row below a pivot with a 1 in its column gets the pivot row added; the last row's label
    is the answer.
    """
    rows = [[*map(int, x), int(y)] for x, y in zip(features, labels, strict=True)]
    rows.append([*map(int, test), 0])
    used: set[int] = set()
    for column in range(features.shape[1]):
        pivot = next((i for i, row in enumerate(rows) if row[column] and i not in used), None)
        if pivot is None or pivot == len(rows) - 1:
            continue
        used.add(pivot)
        for below in range(pivot + 1, len(rows)):
            if rows[below][column]:
                rows[below] = [a ^ b for a, b in zip(rows[below], rows[pivot], strict=True)]
    return rows[-1][-1]


@given(samples(max_m=8, max_d=6))
def test_consistent_systems_agree_with_galois(data: Sample) -> None:
    features, labels = as_bits(data.examples), as_bits(data.labels)
    parity = row_reduction(features, labels)
    matrix, augmented = GF2(features), GF2(np.column_stack([features, labels]))
    rank = np.linalg.matrix_rank(matrix) if data.m else 0
    assert parity.rank == rank
    assert parity.consistent == (data.m == 0 or np.linalg.matrix_rank(augmented) == rank)
    event(f"consistent: {parity.consistent}, full rank: {rank == data.d}")
    if not parity.consistent or not data.m:
        return
    reduced = np.array(augmented.row_reduce())
    solution = np.zeros(data.d, dtype=np.uint8)  # free variables are 0
    for row in reduced[:rank]:
        solution[np.flatnonzero(row)[0]] = row[-1]
    assert parity.mask.tolist() == solution.tolist()
    assert parity(features).tolist() == labels.tolist()


@given(samples(max_m=8, max_d=6))
def test_the_answer_is_the_last_rows_label_consistent_or_not(data: Sample) -> None:
    features, labels = as_bits(data.examples), as_bits(data.labels)
    tests = as_bits(data.tests)
    expected = [reduce_with_test_row(features, labels, test) for test in tests]
    assert row_reduction(features, labels)(tests).tolist() == expected


def test_consistent_means_that_some_parity_explains_all_labels() -> None:
    features = np.array([[1, 0], [0, 1], [1, 1]], dtype=np.uint8)
    for labels in product((0, 1), repeat=3):
        bits = np.array(labels, dtype=np.uint8)
        masks = product((0, 1), repeat=2)
        explained = any((features @ np.array(mask) % 2 == bits).all() for mask in masks)
        assert row_reduction(features, bits).consistent == explained


def test_no_examples_give_the_parity_of_nothing() -> None:
    parity = row_reduction(np.zeros((0, 3), dtype=np.uint8), np.zeros(0, dtype=np.uint8))
    assert (parity.mask.tolist(), parity.rank, parity.consistent) == ([0, 0, 0], 0, True)
