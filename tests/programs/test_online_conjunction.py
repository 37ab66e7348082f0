"""The conjunction learner against elimination with sets of literals, and against every learner."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from construction.programs.conjunction import conjunction_meaning
from construction.training.memory import Memory
from tests.programs.online import Bits, Stream, online, signs, streams

LEARNER = online("online-conjunction")

Literal = tuple[int, int]  #: a feature and the bit that it must be


class Elimination:
    """Elimination with a set of literals, all ``2 d`` of them at first."""

    def __init__(self, d: int) -> None:
        self.d = d
        self.literals: set[Literal] = set(product(range(d), (0, 1)))

    def step(self, x: Bits, y: int) -> int:
        """The prediction, as a bit; then learn the label."""
        violated = {(b, bit) for b, bit in self.literals if x[b] != bit}
        if y:
            self.literals -= violated
        return int(not violated)

    @property
    def memory(self) -> Memory:
        """``3 W``: 2 or -2 for the one literal of a feature that is left, 0 where none is."""
        memory = np.zeros((1, self.d + 1), dtype=np.int64)
        if len(self.literals) < 2 * self.d:
            memory[0, self.d] = 2
            for b, bit in self.literals:
                memory[0, b] = 2 * (1 - 2 * bit)
        return memory


@st.composite
def conjunction_streams(draw: DrawFn, *, max_d: int = 5) -> tuple[int, Stream]:
    """Labels of some conjunction, on examples that it often holds for."""
    d = draw(st.integers(1, max_d))
    bit = st.integers(0, 1)
    target = draw(st.tuples(*[st.none() | bit] * d))
    near = st.tuples(*[bit if want is None else st.just(want) for want in target])
    examples = draw(st.lists(near | st.tuples(*[bit] * d), max_size=16))
    return d, [(x, int(_holds(target, x))) for x in examples]


def _holds(target: tuple[int | None, ...], x: Bits) -> bool:
    return all(want in (None, bit) for want, bit in zip(target, x, strict=True))


@given(conjunction_streams() | streams())
@settings(max_examples=100)
@example((1, [((0,), 0), ((1,), 1), ((0,), 1), ((1,), 0), ((0,), 0)]))
def test_every_step_is_that_of_elimination(case: tuple[int, Stream]) -> None:
    """For any labels, wrong ones too: they change nothing that elimination would not change."""
    d, stream = case
    elimination = Elimination(d)
    memory = LEARNER.start(d)
    for x, y in stream:
        step = LEARNER.step(memory, x, y)
        memory = step.memory
        assert step.output == 1 - 2 * elimination.step(x, y)
        assert np.array_equal(memory, elimination.memory)


@given(conjunction_streams())
@settings(max_examples=100)
def test_on_a_conjunction_it_errs_at_most_d_plus_1_times_and_never_on_a_false_example(
    case: tuple[int, Stream],
) -> None:
    d, stream = case
    memory = LEARNER.start(d)
    mistakes = 0
    for x, y in stream:
        step = LEARNER.step(memory, x, y)
        mistakes += step.output != 1 - 2 * y
        assert y or step.output == 1
        assert (step.output != 1 - 2 * y) or np.array_equal(step.memory, memory)
        memory = step.memory
    assert mistakes <= d + 1


@given(conjunction_streams() | streams())
@settings(max_examples=50)
def test_after_one_pass_it_predicts_what_the_program_that_stores_the_examples_does(
    case: tuple[int, Stream],
) -> None:
    d, stream = case
    memory = LEARNER.start(d)
    for x, y in stream:
        memory = LEARNER.step(memory, x, y).memory
    tests = list(product((0, 1), repeat=d))
    examples = np.array([x for x, _ in stream], dtype=np.int64).reshape(-1, d)
    labels = np.array([y for _, y in stream], dtype=np.int64)
    expected = conjunction_meaning(1 - 2 * examples, 1 - 2 * labels, 1 - 2 * np.array(tests))
    assert [LEARNER.step(memory, x, 0).output for x in tests] == expected.tolist()


@pytest.mark.parametrize("d", [1, 2, 3, 6])
def test_a_stream_makes_it_err_d_plus_1_times(d: int) -> None:
    """All literals but one of each feature go with the first true example; then one at a time."""
    memory = LEARNER.start(d)
    for flipped in range(d + 1):
        x = tuple(int(b == flipped - 1) for b in range(d))
        step = LEARNER.step(memory, x, 1)
        assert step.output == 1
        memory = step.memory
    assert memory.tolist() == [[0] * d + [2]]


@pytest.mark.parametrize("d", [1, 2, 3])
def test_no_learner_errs_less_in_the_worst_case(d: int) -> None:
    """The mistakes that an adversary can force from every learner (Littlestone): ``d + 1``."""
    examples = list(product((0, 1), repeat=d))
    targets = {
        tuple(_holds(target, x) for x in examples) for target in product((None, 0, 1), repeat=d)
    }
    targets.add((False,) * len(examples))  # a feature and its negation: holds for nothing

    @cache
    def forced(possible: frozenset[tuple[bool, ...]]) -> int:
        most = 0
        for place in range(len(examples)):
            true = frozenset(target for target in possible if target[place])
            if true and true != possible:
                most = max(most, 1 + min(forced(true), forced(possible - true)))
        return most

    assert forced(frozenset(targets)) == d + 1


@given(streams(max_d=4, max_length=8))
@settings(max_examples=20)
def test_the_network_is_the_rule_at_every_layer(case: tuple[int, Stream]) -> None:
    d, stream = case
    memory = LEARNER.start(d)
    for x, y in stream:
        LEARNER.check_grids(memory, x)
        memory = LEARNER.step(memory, x, y).memory


@pytest.mark.parametrize("d", [1, 2, 5])
def test_the_depth_is_enough_and_met_with_equality(d: int) -> None:
    zeros = (0,) * d
    memory = LEARNER.step(LEARNER.start(d), zeros, 1).memory
    needed = [LEARNER.layers_needed(memory, x) for x in product((0, 1), repeat=d)]
    dropped = LEARNER.step(memory, (1, *zeros[1:]), 1).memory
    needed += [LEARNER.layers_needed(dropped, x) for x in product((0, 1), repeat=d)]
    assert max(needed) == LEARNER.program.depth(0, d)


def test_flipping_a_feature_in_every_example_flips_its_weight_and_no_output() -> None:
    d, rng = 4, np.random.default_rng(5)
    plain = flipped = LEARNER.start(d)
    flip = np.array([-1, 1, -1, -1, 1])
    for x in product((0, 1), repeat=d):
        y = int(rng.integers(2))
        other = tuple(int(bit) for bit in (1 - signs(x) * flip[:d]) // 2)
        first, second = LEARNER.step(plain, x, y), LEARNER.step(flipped, other, y)
        plain, flipped = first.memory, second.memory
        assert first.output == second.output
        assert np.array_equal(plain * flip, flipped)
