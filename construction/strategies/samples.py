"""Random samples, streams and memories, consistent with a parity or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from construction.arrays import Signs
from construction.machines.machine import Machine
from construction.strategies.arrays import Integers, array
from construction.training.memory import Memory, expected_memory, memory_grid, with_one


@dataclass(frozen=True, eq=False)
class Sample:
    """Examples ``(m, d)`` with labels ``(m,)``, and test examples ``(n, d)``; all are signs."""

    examples: Integers
    labels: Integers
    tests: Integers

    @property
    def m(self) -> int:
        """The number of training examples."""
        return int(self.examples.shape[0])

    @property
    def d(self) -> int:
        """The number of features."""
        return int(self.examples.shape[1])

    def __repr__(self) -> str:
        return (
            f"Sample(examples={self.examples.tolist()}, labels={self.labels.tolist()}, "
            f"tests={self.tests.tolist()})"
        )


@st.composite
def samples(
    draw: DrawFn,
    *,
    max_m: int = 7,
    max_d: int = 5,
    max_tests: int = 4,
    consistent: bool | None = None,
    rank: int | None = None,
) -> Sample:
    """Examples of any number (0 too) and any rank, with labels that a parity explains or not.

    ``consistent=True``: some parity explains the labels; False: none does, so that there are more
    examples than their rank. ``rank`` is that of the examples' bits over GF(2).
    """
    if (rank or 0) + (consistent is False) > max_m or (rank or 0) > max_d:
        raise ValueError(
            f"no sample of at most {max_m} x {max_d} has rank {rank} and is so labelled"
        )
    bit = st.integers(0, 1)
    # Of an inconsistent sample one row at least is a sum of others.
    spare = int(consistent is False)
    m = draw(st.integers((rank or 0) + spare, max_m))
    d = draw(st.integers(max(1, rank or 0), max_d))
    most = min(d, m - spare)
    inner = draw(st.just(most) | st.integers(0, most)) if rank is None else rank
    # Rows that are sums of a few independent ones, and those themselves.
    independent = array(draw, bit, (inner, d))
    independent[:, list(draw(st.permutations(range(d)))[:inner])] = np.eye(inner, dtype=np.int64)
    sums = array(draw, bit, (m, inner))
    order = list(draw(st.permutations(range(m))))
    sums[order[:inner]] = np.eye(inner, dtype=np.int64)
    bits = sums @ independent % 2
    labels = bits @ array(draw, bit, (d,)) % 2
    if consistent is False:
        labels[order[inner]] ^= 1
    elif consistent is None and draw(st.booleans()):
        labels = array(draw, bit, (m,))
    tests = array(draw, bit, (draw(st.integers(1, max_tests)), d))
    return Sample(1 - 2 * bits, 1 - 2 * labels, 1 - 2 * tests)


@st.composite
def memories(draw: DrawFn, *, max_rows: int = 7, max_d: int = 5) -> Memory:
    """A memory ``3 W`` while SGD stores a sample: rows ``y [x; 1]``, and then rows of zeros."""
    rows, d = draw(st.integers(1, max_rows)), draw(st.integers(1, max_d))
    written = draw(st.integers(0, rows))
    sign = st.sampled_from([-1, 1])
    examples, labels = array(draw, sign, (written, d)), array(draw, sign, (written,))
    return expected_memory(examples, labels, rows)


@dataclass(frozen=True, eq=False)
class Stream:
    """Examples ``(d,)`` and labels, signs, one by one."""

    d: int
    pairs: list[tuple[Signs, int]]

    def __repr__(self) -> str:
        return f"Stream(d={self.d}, pairs={[(x.tolist(), y) for x, y in self.pairs]})"


@st.composite
def streams(
    draw: DrawFn, *, max_d: int = 4, max_length: int = 14, consistent: bool | None = None
) -> Stream:
    """Examples of any rank with repeats and the example 0, and labels of a parity or wrong ones.

    With ``consistent=True`` all labels are those of one parity.
    """
    d = draw(st.integers(1, max_d))
    bit = st.integers(0, 1)
    example = st.tuples(*[bit] * d)
    pool = [(0,) * d, *draw(st.lists(example, max_size=d + 1))]
    examples = draw(st.lists(st.sampled_from(pool) | example, max_size=max_length))
    mask = draw(example)
    wrong = [0] * len(examples)
    if not consistent:
        wrong = draw(st.just(wrong) | st.tuples(*[bit] * len(examples)).map(list))
    labels = [
        (sum(a & b for a, b in zip(x, mask, strict=True)) + flip) % 2
        for x, flip in zip(examples, wrong, strict=True)
    ]
    signs = [
        (1 - 2 * np.array(x, dtype=np.int64), 1 - 2 * y)
        for x, y in zip(examples, labels, strict=True)
    ]
    return Stream(d, signs)


def first_grids(sample: Sample, *, work_columns: int = 1, line: bool = False) -> Integers:
    """The grid of each test example after Algorithm 1 (Lemma 1, memorisation)."""
    examples = np.concatenate([sample.examples, np.ones((1, sample.d), dtype=np.int64)])
    memory = expected_memory(examples, np.append(sample.labels, 1), sample.m + 1)
    return memory_grid(memory, with_one(sample.tests), work_columns, line=line)


def tape_of(
    machine: Machine, sample: Sample, test: Integers, work_columns: int = 1
) -> list[list[str]]:
    """The tape that a learning machine finds: data and labels, the test example, blanks."""
    assert machine.bits is not None
    signs = np.concatenate([sample.examples, test[None]])
    labels = np.append(sample.labels, 1)
    return [
        [machine.bits[int(sign == -1)] for sign in (*row, label)] + [machine.blank] * work_columns
        for row, label in zip(signs, labels, strict=True)
    ]
