from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from construction.errors import DataError
from construction.learning.data.bundled import (
    DATA_SETS,
    LARGEST_INTEGER,
    MODULUS,
    PRIMES,
    SLICE_MASKS,
    load_table,
)
from construction.learning.data.table import BitTable
from construction.learning.row_reduction import row_reduction


def load(name: str, seed: int = 0) -> BitTable:
    return load_table(name, np.random.default_rng(seed))


@pytest.mark.parametrize("which", range(3))
def test_the_cache_slice_is_the_masked_address_bits_parity(which: int) -> None:
    table = load(f"cache-slice:{which}")
    bits = [int(column.name.removeprefix("bit")) for column in table.columns[:-1]]
    assert bits == list(range(6, 38))
    for row in table.bits.tolist():
        address = sum(value << bit for value, bit in zip(row, bits, strict=False))
        assert row[-1] == (address & SLICE_MASKS[which]).bit_count() % 2


def test_the_masks_are_those_that_were_published() -> None:
    assert SLICE_MASKS == (0x1B5F575440, 0x2EB5FAA880, 0x3CCCC93100)


def test_the_masks_lie_within_the_address_bits() -> None:
    for mask in SLICE_MASKS:
        assert mask >> 38 == 0
        assert mask & 0b111111 == 0


@pytest.mark.parametrize("name", DATA_SETS)
def test_bundled_data_sets_are_parities_that_their_rows_determine(name: str) -> None:
    table = load(name)
    parity = row_reduction(table.bits[:, :-1], table.bits[:, -1])
    assert parity.consistent
    assert parity.rank == len(table.columns) - 1
    assert set(np.unique(table.bits)) == {0, 1}


def test_data_is_determined_by_the_seed() -> None:
    assert np.array_equal(load("cache-slice", 7).bits, load("cache-slice:0", 7).bits)
    assert not np.array_equal(load("cache-slice", 7).bits, load("cache-slice", 8).bits)


def test_smooth_legendre_by_other_means() -> None:
    """The smooth integers by sieving, and the symbol from the list of all squares."""
    smooth = np.ones(LARGEST_INTEGER + 1, dtype=bool)
    smooth[0] = False
    for prime in range(max(PRIMES) + 1, LARGEST_INTEGER + 1):
        if all(prime % divisor for divisor in range(2, int(prime**0.5) + 1)):
            smooth[::prime] = False
    integers = np.flatnonzero(smooth)
    squares = {int(root) ** 2 % MODULUS for root in range(1, MODULUS // 2 + 1)}
    table = load("smooth-legendre")
    assert len(table.bits) == len(integers)
    for integer, (*parities, residue) in zip(integers.tolist(), table.bits.tolist(), strict=True):
        squarefree = int(np.prod([p for p, odd in zip(PRIMES, parities, strict=True) if odd]))
        root = round((integer / squarefree) ** 0.5)
        assert integer == squarefree * root * root
        assert residue == (integer not in squares)
    assert table.columns[-1].values == ("1", "-1")


def test_a_file_is_read_when_the_name_is_no_bundled_one(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("a,y\n0,1\n1,0\n")
    assert load(str(path)).bits.tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cache-slices", "no such file, and no bundled data set of this name; did you mean cache-"),
        ("x" * 5000, "no such file, and no bundled data set of this name; bundled are cache-slice"),
    ],
)
def test_unknown_data(name: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        load(name)
