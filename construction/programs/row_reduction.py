"""What the row reduction programs mean: row reduction as it is done on paper."""

from __future__ import annotations

import numpy as np

from construction.programs.program import Signs


def row_reduction_meaning(examples: Signs, labels: Signs, tests: Signs) -> Signs:
    """The test examples' labels after row reduction, with the test examples as further rows.

    In each column from left to right the first row with a 1 that has not been a pivot is the pivot; it
    is added to every later row with a 1 there, and to every test row. Test rows start with the label
    bit 0 and are never pivots. So a test row ends with the label of the parity that row reduction finds,
    its free variables being 0.
    """
    count, features = examples.shape
    rows = np.concatenate([examples, labels[:, None]], axis=1) == -1
    test_rows = np.concatenate([tests, np.ones((len(tests), 1))], axis=1) == -1
    free = np.ones(count, dtype=bool)
    for column in range(features):
        candidates = np.flatnonzero(free & rows[:, column])
        if len(candidates):
            pivot, later = candidates[0], candidates[1:]
            rows[later] ^= rows[pivot]
            test_rows[test_rows[:, column]] ^= rows[pivot]
            free[pivot] = False
    return np.where(test_rows[:, -1], -1, 1)
