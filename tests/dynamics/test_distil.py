"""A trained network and its two layers agree on every input; what is no function yet is refused."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction import PROGRAMS, compile_rule, load_executor, load_program
from construction.arrays import Signs
from construction.dynamics.distil import HYPOTHESES, distil
from construction.errors import DataError
from construction.learning.training import Training

STORING = [name for name in PROGRAMS if not load_program(name).online]


def trained(name: str, examples: Signs, labels: Signs) -> Training:
    program = load_program(name)
    executor = load_executor("reference", compile_rule(program.rule))
    training = Training(program, executor, *examples.shape)
    training.learn(zip(examples, labels.tolist(), strict=True))
    return training


def test_every_bundled_program_has_its_hypotheses() -> None:
    assert set(HYPOTHESES) <= set(PROGRAMS)
    assert {name for name in PROGRAMS if load_program(name).meaning} <= set(HYPOTHESES)


@settings(max_examples=15)
@given(st.integers(0, 2**32), st.sampled_from(STORING), st.integers(1, 4), st.integers(1, 3))
def test_two_layers_agree_on_every_input(seed: int, name: str, m: int, d: int) -> None:
    """Whatever the labels: what such a program predicts is always one of its hypotheses."""
    rng = np.random.default_rng(seed)
    examples, labels = rng.choice([-1, 1], (m, d)), rng.choice([-1, 1], m)
    training = trained(name, examples, labels)
    found = distil(
        training.executor,
        training.memory,
        training.layers,
        HYPOTHESES[name],
        true_examples=examples[labels == -1],
    )
    inputs = np.array(list(product((1, -1), repeat=d)))
    program = load_program(name)
    assert program.meaning is not None
    assert np.array_equal(found.network(inputs), program.meaning(examples, labels, inputs))
    assert (found.compared, found.all_inputs) == (2**d, True)


def test_a_parity_of_many_features_is_compared_on_random_inputs() -> None:
    rng = np.random.default_rng(3)
    examples = rng.choice([-1, 1], (14, 11))
    training = trained("systolic-row-reduction", examples, examples[:, [1, 5, 8]].prod(axis=1))
    found = distil(training.executor, training.memory, training.layers, "parities")
    assert not found.all_inputs
    assert found.compared == 256


def test_what_still_abstains_is_refused() -> None:
    training = trained("online-row-reduction", np.array([[-1, 1]]), np.array([-1]))
    with pytest.raises(DataError, match=r"does not know 1 of 2 answers yet.*more examples"):
        distil(training.executor, training.memory, training.layers, "parities")


def test_other_hypotheses_are_refused() -> None:
    examples = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    training = trained("systolic-row-reduction", examples, examples.prod(axis=1))
    parts = training.executor, training.memory, training.layers
    for wrong in ("constants", "literals"):
        with pytest.raises(DataError, match=f"are not among the {wrong}: they differ on"):
            distil(*parts, wrong)
