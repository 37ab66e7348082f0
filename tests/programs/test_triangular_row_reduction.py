"""Row reduction with a row for every pivot, against one that is written here on its own."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings

from construction.training.memory import Memory
from tests.programs.online import Bits, Stream, online, signs, streams

LEARNER = online("triangular-row-reduction")


class Pivots:
    """Reduced examples by pivot: their bits, label, and the label that SGD saw."""

    def __init__(self, d: int) -> None:
        self.d = d
        self.rows: dict[int, tuple[Bits, int, int]] = {}

    def step(self, x: Bits, y: int) -> int:
        """The output (0 for "don't know") on ``x``; then learn its label."""
        parity = 0
        for pivot in range(self.d):
            if not x[pivot]:
                continue
            if pivot not in self.rows:
                self.rows[pivot] = x, parity ^ y, y
                return 0
            bits, label, _ = self.rows[pivot]
            x = tuple(a ^ b for a, b in zip(x, bits, strict=True))
            parity ^= label
        return 1 - 2 * parity

    @property
    def memory(self) -> Memory:
        """``3 W``: the dummy, and a row for each pivot, masked by the label that SGD saw, which the label is not."""
        memory = np.zeros((self.d + 1, self.d + 1), dtype=np.int64)
        memory[0] = 1
        for pivot, (bits, label, seen) in self.rows.items():
            memory[pivot + 1, pivot:-1] = (1 - 2 * seen) * signs(bits)[pivot:]
            memory[pivot + 1, -1] = 1 - 2 * label
        return memory


@given(streams(max_d=5))
@settings(max_examples=60)
@example((1, [((0,), 1), ((0,), 0), ((1,), 1), ((1,), 0), ((1,), 1), ((0,), 1)]))
@example((2, [((0, 1), 1), ((1, 1), 1), ((1, 0), 0), ((0, 0), 1)]))
def test_every_step_is_that_of_row_reduction_by_pivots(case: tuple[int, Stream]) -> None:
    d, stream = case
    reduction, memory = Pivots(d), LEARNER.start(d)
    for x, y in stream:
        step = LEARNER.step(memory, x, y)
        memory = step.memory
        assert step.output == reduction.step(x, y)
        assert np.array_equal(memory, reduction.memory)


@given(streams(max_d=4))
@settings(max_examples=30)
def test_it_says_what_the_other_online_row_reduction_says(case: tuple[int, Stream]) -> None:
    d, stream = case
    other = online("online-row-reduction")
    memory, others = LEARNER.start(d), other.start(d)
    for x, y in stream:
        step, its = LEARNER.step(memory, x, y), other.step(others, x, y)
        memory, others = step.memory, its.memory
        assert step.output == its.output


@given(streams(max_d=3, max_length=6))
@settings(max_examples=10)
def test_the_network_is_the_rule_at_every_layer(case: tuple[int, Stream]) -> None:
    d, stream = case
    memory = LEARNER.start(d)
    for x, y in stream:
        LEARNER.check_grids(memory, x)
        memory = LEARNER.step(memory, x, y).memory


@pytest.mark.parametrize("d", [1, 2, 3])
def test_the_depth_is_enough_and_met_with_equality(d: int) -> None:
    memory = LEARNER.start(d)
    needed = 0
    for place in range(d):
        for x in product((0, 1), repeat=d):
            needed = max(needed, LEARNER.layers_needed(memory, x))
        memory = LEARNER.step(memory, tuple(int(b == place) for b in range(d)), 1).memory
    assert needed == LEARNER.program.depth(0, d)
