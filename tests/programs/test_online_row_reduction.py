"""Online row reduction against an incremental row reduction that is written here on its own."""

from __future__ import annotations

from itertools import product

import galois
import numpy as np
import pytest
from hypothesis import example, given, settings

from construction.programs.row_reduction import row_reduction_meaning
from construction.training.memory import Memory
from tests.programs.online import Bits, Stream, online, signs, streams

LEARNER = online("online-row-reduction")
GF2 = galois.GF(2)


class IncrementalReduction:
    """Row reduction of one example after the other, with Python's integers as rows of bits.

    ``rows`` are the reduced examples, the first feature being the highest bit, with their reduced
    labels, in the order in which they came.
    """

    def __init__(self, d: int) -> None:
        self.d = d
        self.rows: list[tuple[int, int]] = []

    def reduce(self, x: Bits) -> tuple[int, int]:
        """What is left of ``x``, and the sum of the labels of the rows that were added."""
        left, label_sum = int("".join(map(str, x)), 2), 0
        for row, label in self.rows:
            first_one = 1 << (row.bit_length() - 1)
            if left & first_one:
                left ^= row
                label_sum ^= label
        return left, label_sum

    def step(self, x: Bits, y: int) -> int:
        """The output (0 for "don't know") on ``x``; then learn its label."""
        left, label_sum = self.reduce(x)
        if not left:
            return 1 - 2 * label_sum
        self.rows.append((left, label_sum ^ y))
        return 0

    @property
    def memory(self) -> Memory:
        """``3 W``: the dummy, then a row ``y [x, 1]`` for each reduced example, then zeros."""
        memory = np.zeros((self.d + 1, self.d + 1), dtype=np.int64)
        memory[0] = 1
        for place, (row, label) in enumerate(self.rows, 1):
            bits = tuple(int(bit) for bit in f"{row:0{self.d}b}")
            memory[place] = (1 - 2 * label) * np.append(signs(bits), 1)
        return memory


ALL_OF_TWO: Stream = [(x, x[0] ^ x[1]) for x in product((0, 1), repeat=2)]


@given(streams())
@settings(max_examples=80)
@example((1, [((0,), 1), ((0,), 0), ((1,), 1), ((1,), 0), ((1,), 1), ((0,), 1)]))
@example((2, ALL_OF_TWO * 3))
def test_every_step_is_that_of_incremental_row_reduction(case: tuple[int, Stream]) -> None:
    d, stream = case
    reduction = IncrementalReduction(d)
    memory = LEARNER.start(d)
    assert np.array_equal(memory, reduction.memory)
    abstentions = 0
    for x, y in stream:
        step = LEARNER.step(memory, x, y)
        memory = step.memory
        assert step.output == reduction.step(x, y)
        assert np.array_equal(memory, reduction.memory)
        abstentions += step.output == 0
    assert abstentions == len(reduction.rows) <= d


@given(streams(max_d=5))
@settings(max_examples=40)
def test_what_it_says_is_what_linear_algebra_says(case: tuple[int, Stream]) -> None:
    """It abstains just when the rank grows; else it adds up the labels of the examples it believed."""
    d, stream = case
    memory = LEARNER.start(d)
    believed: Stream = []
    for x, y in stream:
        step = LEARNER.step(memory, x, y)
        memory = step.memory
        examples = GF2([*(b for b, _ in believed), x])
        is_new = np.linalg.matrix_rank(examples) == len(examples)
        assert (step.output == 0) == is_new
        if is_new:
            believed.append((x, y))
        elif believed:
            # The believed examples are independent: a parity explains them, and all give the same.
            rows, labels = GF2([b for b, _ in believed]), GF2([[label] for _, label in believed])
            reduced = GF2(np.hstack([rows, labels])).row_reduce(ncols=d)
            solution = GF2.Zeros(d)
            for row in reduced:
                solution[np.flatnonzero(row[:d])[0]] = row[d]
            assert np.array_equal(rows @ solution, labels[:, 0])
            assert step.output == 1 - 2 * int(GF2(x) @ solution)
        else:
            assert step.output == 1  # x = 0 is in the span of nothing, and no parity says 1


@given(streams())
@settings(max_examples=50)
def test_what_it_knows_is_what_the_program_that_stores_the_examples_says(
    case: tuple[int, Stream],
) -> None:
    """On the examples that it believed, which a parity explains."""
    d, stream = case
    memory = LEARNER.start(d)
    believed: Stream = []
    for x, y in stream:
        step = LEARNER.step(memory, x, y)
        memory = step.memory
        believed += [(x, y)] * (step.output == 0)
    examples = np.array([x for x, _ in believed], dtype=np.int64).reshape(-1, d)
    labels = np.array([y for _, y in believed], dtype=np.int64)
    tests = list(product((0, 1), repeat=d))
    stored = row_reduction_meaning(1 - 2 * examples, 1 - 2 * labels, 1 - 2 * np.array(tests))
    for x, answer in zip(tests, stored.tolist(), strict=True):
        assert LEARNER.step(memory, x, 0).output in (0, answer)


@given(streams(max_d=3, max_length=6))
@settings(max_examples=15)
def test_the_network_is_the_rule_at_every_layer(case: tuple[int, Stream]) -> None:
    d, stream = case
    memory = LEARNER.start(d)
    for x, y in stream:
        LEARNER.check_grids(memory, x)
        memory = LEARNER.step(memory, x, y).memory


@pytest.mark.parametrize("d", [1, 2, 3])
def test_the_depth_is_enough_and_met_with_equality(d: int) -> None:
    """The last example of a basis takes all layers; so it does when nothing is stored below it."""
    memory = LEARNER.start(d)
    needed = 0
    for place in range(d):
        for x in product((0, 1), repeat=d):
            needed = max(needed, LEARNER.layers_needed(memory, x))
        memory = LEARNER.step(memory, tuple(int(b == place) for b in range(d)), 1).memory
    assert needed == LEARNER.program.depth(0, d)


@pytest.mark.parametrize("d", [1, 3])
def test_full_memory_knows_everything_and_stays_as_it_is(d: int) -> None:
    memory = LEARNER.start(d)
    for place in range(d):
        step = LEARNER.step(memory, tuple(int(b <= place) for b in range(d)), place % 2)
        assert step.output == 0
        memory = step.memory
    assert memory.all()
    for x in product((0, 1), repeat=d):
        for y in (0, 1):
            step = LEARNER.step(memory, x, y)
            assert step.output != 0
            assert np.array_equal(step.memory, memory)
