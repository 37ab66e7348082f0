"""The data set of a page: random examples, or rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from construction.learning.data.bundled import load_table
from construction.learning.data.data_set import data_set, split, training_rows

Bits = npt.NDArray[np.integer]

LARGEST_SIDE: Final = 64  #: pixels of a grid's side that a page shows
MOST_EXAMPLES: Final = LARGEST_SIDE - 1  #: that a page shows; the test example has a row as well


@dataclass(frozen=True, eq=False)
class ExampleData:
    """A data set in bits: ``examples`` ``(m, d)``, ``labels`` ``(m,)``, and one ``test`` example ``(d,)``.

    ``columns`` names the features and the target, with the values that stand for bit 0 and bit 1.
    """

    examples: Bits
    labels: Bits
    test: Bits
    columns: Sequence[tuple[str, str, str]]


def sample_data() -> ExampleData:
    """Four examples whose label is ``x1 + x3``: small, and nothing in their row reduction is trivial."""
    bits = np.array([[0, 1, 1, 1], [1, 1, 0, 1], [1, 0, 1, 0], [1, 1, 1, 0]])
    return ExampleData(bits[:, :3], bits[:, 3], np.array([1, 0, 0]), names_of(3))


def random_data(examples: int, features: int, seed: int) -> ExampleData:
    """Random examples whose labels are a parity of some features, as ``rcnn trace`` draws them."""
    rng = np.random.default_rng(seed)
    bits = rng.integers(0, 2, (examples + 1, features))
    labels = bits @ rng.integers(0, 2, features) % 2
    return ExampleData(bits[:-1], labels[:-1], bits[-1], names_of(features))


def table_data(
    name: str, target: str | None, count: int | None, seed: int, *, intercept: bool
) -> ExampleData:
    """``count`` rows of a table to train on, as ``rcnn learn`` draws them, and the first row left to test.

    Without ``count`` it is as many as ``rcnn learn`` takes, but at most :data:`MOST_EXAMPLES`. Raises :class:`~construction.errors.DataError` as ``rcnn learn`` does.
    """
    rng = np.random.default_rng(seed)
    table = load_table(name, rng)
    count = min(training_rows(table), MOST_EXAMPLES) if count is None else count
    data = data_set(*split(table, count, rng), target, intercept=intercept)
    constant = [("constant", "0", "1")] if intercept else []
    columns = [
        (column.name, *column.values) for column in (*data.columns.features, data.columns.target)
    ]
    return ExampleData(
        data.train.features,
        data.train.labels,
        data.test.features[0],
        [*columns[:-1], *constant, columns[-1]],
    )


def names_of(features: int) -> list[tuple[str, str, str]]:
    """The columns of data without a table: ``x1``, ``x2``, and so on, and ``y``."""
    names = [*(f"x{number}" for number in range(1, features + 1)), "y"]
    return [(name, "0", "1") for name in names]
