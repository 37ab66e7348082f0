"""Two forms of row reduction: with the test rows carried along, and by back substitution."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from construction.learning.row_reduction import row_reduction
from construction.programs.row_reduction import row_reduction_meaning
from construction.strategies import Sample, samples


@given(data=samples(max_m=12, max_d=8))
def test_the_two_agree(data: Sample) -> None:
    bits = [(part == -1).astype(np.uint8) for part in (data.examples, data.labels, data.tests)]
    parity = row_reduction(bits[0], bits[1])
    meant = row_reduction_meaning(data.examples, data.labels, data.tests)
    np.testing.assert_array_equal(meant, 1 - 2 * parity(bits[2]).astype(np.int64))
