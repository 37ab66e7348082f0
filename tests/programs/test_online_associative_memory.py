"""The associative memory against a dictionary, the delta rule in NumPy, and PyTorch."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from construction.arrays import Signs
from construction.training.memory import Memory
from tests.extras import optional
from tests.programs.online import Bits, Stream, online, signs, streams

LEARNER = online("online-associative-memory")

ROWS = st.integers(1, 4)


class Dictionary:
    """A dictionary with room for so many keys, which keeps them in the order in which they came."""

    def __init__(self, d: int, rows: int) -> None:
        self.d, self.rows = d, rows
        self.values: dict[Bits, int] = {}

    def step(self, x: Bits, y: int) -> int:
        """The sign that stands for the value (0 without one); then learn the new value."""
        found = 1 - 2 * self.values[x] if x in self.values else 0
        if found or len(self.values) < self.rows:
            self.values[x] = y
        return found

    @property
    def memory(self) -> Memory:
        """``3 W``: a row ``v [k, 1]`` for the value ``v`` of each key ``k``, then zeros."""
        memory = np.zeros((self.rows, self.d + 1), dtype=np.int64)
        for row, (x, y) in zip(memory, self.values.items(), strict=False):
            row[:] = (1 - 2 * y) * np.append(signs(x), 1)
        return memory


def delta_rule(memory: Memory, x: Signs, y: int) -> tuple[int, Memory]:
    """``W_r += (y - f) [x, 1] / 3``, in thirds, with ``r`` the row of the key or else the first free one."""
    z = np.append(x, 1)
    matches = (memory * z == memory[:, -1:]).all(axis=1) & memory.any(axis=1)
    address = np.zeros(len(memory), dtype=np.int64)
    for row in np.flatnonzero(matches if matches.any() else ~memory.any(axis=1))[:1]:
        address[row] = 1
    f = int(address @ memory[:, -1])
    return f, memory + (y - f) * np.outer(address, z)


FIRST: tuple[int, Stream] = (1, [((0,), 1), ((0,), 0), ((1,), 1), ((1,), 0), ((1,), 1), ((0,), 1)])


@given(streams(max_d=4), ROWS)
@settings(max_examples=40)
@example(FIRST, 1)
@example(FIRST, 2)
@example((2, [(x, x[0] ^ x[1] ^ turn) for turn in (0, 1) for x in product((0, 1), repeat=2)]), 3)
def test_every_step_is_that_of_a_dictionary_and_of_the_delta_rule(
    case: tuple[int, Stream], rows: int
) -> None:
    """With overwriting, and with a memory that is full: then new keys are not stored."""
    d, stream = case
    dictionary = Dictionary(d, rows)
    memory = LEARNER.start(d, rows - 1)
    for x, y in stream:
        f, expected = delta_rule(memory, signs(x), 1 - 2 * y)
        step = LEARNER.step(memory, x, y)
        memory = step.memory
        assert step.output == f == dictionary.step(x, y)
        assert np.array_equal(memory, expected)
        assert np.array_equal(memory, dictionary.memory)


@given(st.integers(1, 3), ROWS, st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_of_rows_with_the_same_key_the_first_one_counts(d: int, rows: int, seed: int) -> None:
    """Training leaves no such memory, but what the network does on it is still the delta rule."""
    draw = np.random.default_rng(seed)
    memory = draw.choice([-1, 1], (rows, d + 1))
    memory[draw.integers(0, rows + 1) :] = 0
    x, y = tuple(draw.integers(0, 2, d).tolist()), int(draw.integers(2))
    f, expected = delta_rule(memory, signs(x), 1 - 2 * y)
    step = LEARNER.step(memory, x, y)
    assert step.output == f
    assert np.array_equal(step.memory, expected)


@pytest.mark.parametrize(("d", "rows"), [(1, 1), (2, 3), (4, 5)])
def test_pytorch_takes_the_same_steps(d: int, rows: int) -> None:
    """Autograd through all layers and ``torch.optim.SGD``, beside the delta rule."""
    optional("torch")
    from construction.exports.pytorch import TorchRCNN, sgd_steps  # noqa: PLC0415

    draw = np.random.default_rng(d)
    examples, labels = draw.choice([-1, 1], (8 * d, d)), draw.choice([-1, 1], 8 * d).tolist()
    layers = LEARNER.program.depth(rows - 1, d)
    network = LEARNER.executor.network
    module = TorchRCNN(network, rows=rows, features=d, layers=layers)
    memory = LEARNER.start(d, rows - 1)
    steps = sgd_steps(module, examples, labels, dummy="never")
    for x, y, output in zip(examples, labels, steps, strict=True):
        f, memory = delta_rule(memory, x, y)
        assert output == f
        assert np.array_equal(module.memory_thirds, memory)
        assert module.memory.weight.tolist() == (memory / np.float64(3)).astype(np.float32).tolist()


@given(streams(max_d=3, max_length=5), ROWS)
@settings(max_examples=10)
def test_the_network_is_the_rule_at_every_layer(case: tuple[int, Stream], rows: int) -> None:
    d, stream = case
    memory = LEARNER.start(d, rows - 1)
    for x, y in stream:
        LEARNER.check_grids(memory, x)
        memory = LEARNER.step(memory, x, y).memory


@pytest.mark.parametrize(("d", "rows"), [(1, 1), (1, 2), (2, 3)])
def test_the_depth_is_enough_and_met_with_equality(d: int, rows: int) -> None:
    memory = LEARNER.start(d, rows - 1)
    needed = []
    for key in list(product((0, 1), repeat=d))[:rows]:
        needed += [LEARNER.layers_needed(memory, x) for x in product((0, 1), repeat=d)]
        memory = LEARNER.step(memory, key, 1).memory
    needed += [LEARNER.layers_needed(memory, x) for x in product((0, 1), repeat=d)]
    assert max(needed) == LEARNER.program.depth(rows - 1, d) == d + rows


def test_a_value_that_stays_is_not_written_again() -> None:
    memory = LEARNER.step(LEARNER.start(2, 1), (0, 1), 1).memory
    step = LEARNER.step(memory, (0, 1), 1)
    assert not step.amounts.any()
    np.testing.assert_array_equal(step.memory, memory)
