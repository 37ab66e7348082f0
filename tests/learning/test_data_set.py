from __future__ import annotations

import numpy as np
import pytest

from construction.arrays import Bits
from construction.errors import DataError
from construction.learning.data.data_set import data_set, split
from construction.learning.data.table import BitTable
from construction.learning.data.values import Column


def table(bits: Bits) -> BitTable:
    columns = tuple(Column(name, ("0", "1")) for name in "abcdefgh"[: bits.shape[1]])
    return BitTable("data", columns, bits)


def numbered(rows: int) -> BitTable:
    """Row ``i`` holds the number ``i`` in binary."""
    return table((np.arange(rows)[:, None] >> np.arange(8) & 1).astype(np.uint8))


def numbers(bits: Bits) -> list[int]:
    return [int(number) for number in bits @ (1 << np.arange(8))]


@pytest.mark.parametrize("count", [1, 5, 39])
def test_every_row_trains_or_tests(count: int) -> None:
    train, test = split(numbered(40), count, np.random.default_rng(3))
    assert len(train.bits) == count
    assert sorted(numbers(train.bits) + numbers(test.bits)) == list(range(40))
    assert numbers(test.bits) == sorted(numbers(test.bits))


def test_the_seed_determines_the_split() -> None:
    splits = [split(numbered(40), 20, np.random.default_rng(seed))[0] for seed in (3, 3, 4)]
    assert numbers(splits[0].bits) == numbers(splits[1].bits) != numbers(splits[2].bits)
    assert numbers(splits[0].bits) != sorted(numbers(splits[0].bits))


@pytest.mark.parametrize(("rows", "expected"), [(2, 1), (20, 10), (200, 14)])
def test_the_default_is_two_rows_a_feature_but_at_most_half(rows: int, expected: int) -> None:
    assert len(split(numbered(rows), None, np.random.default_rng(0))[0].bits) == expected


@pytest.mark.parametrize("count", [-1, 0, 10, 11])
def test_a_split_needs_rows_on_both_sides(count: int) -> None:
    words = (
        f"data: {count} training rows were asked for, but there are 10 rows; it should be 1 to 9"
    )
    with pytest.raises(DataError, match=words):
        split(numbered(10), count, np.random.default_rng(0))


@pytest.mark.parametrize(("target", "index"), [(None, 2), ("c", 2), ("a", 0), ("b", 1)])
@pytest.mark.parametrize("intercept", [False, True])
def test_the_target_leaves_the_features(target: str | None, index: int, intercept: bool) -> None:
    train = table(np.array([[0, 1, 0], [1, 1, 0]], dtype=np.uint8))
    test = table(np.array([[1, 0, 1]], dtype=np.uint8))
    data = data_set(train, test, target, intercept=intercept)
    assert data.columns.target.name == "abc"[index]
    rest = [i for i in range(3) if i != index]
    assert [column.name for column in data.columns.features] == ["abc"[i] for i in rest]
    for part, examples in ((train, data.train), (test, data.test)):
        assert examples.labels.tolist() == part.bits[:, index].tolist()
        constant = [1] if intercept else []
        expected = [[*row, *constant] for row in part.bits[:, rest].tolist()]
        assert examples.features.tolist() == expected
    assert data.columns.intercept == intercept


@pytest.mark.parametrize(
    ("target", "words"),
    [("heigth", "did you mean 'height'"), ("z", "it should be one of height, weight, y")],
)
def test_an_unknown_target(target: str, words: str) -> None:
    columns = tuple(Column(name, ("0", "1")) for name in ("height", "weight", "y"))
    both = BitTable("people.csv", columns, np.zeros((1, 3), dtype=np.uint8))
    with pytest.raises(DataError, match=f"people.csv: there is no column '{target}'.*; {words}"):
        data_set(both, both, target, intercept=False)
