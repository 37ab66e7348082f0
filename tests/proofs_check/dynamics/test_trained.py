"""Two layers that are trained on a parity: the learner, its examples and its steps."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from proofs_check.dynamics import trained
from proofs_check.verdict import RefutedError


def test_training_that_is_easy_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """One bit is learned by all: so that none learns four says something, and the row can fail."""
    monkeypatch.setattr(trained, "BITS", 1)
    with pytest.raises(RefutedError, match="trained networks are right on all inputs"):
        trained.check_training()


@pytest.mark.parametrize(("name", "size"), [("HARD", (1, 1)), ("EASY", (9, 6))])
def test_a_learner_that_is_replaced_or_not_as_said(
    name: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trained, name, size)
    with pytest.raises(RefutedError, match="right on"):
        trained.check_learner()


@pytest.mark.parametrize(("m", "d"), [(1, 1), (3, 2)])
def test_the_learners_examples(m: int, d: int) -> None:
    """Signs that some parity explains; that of the test example is decided if all of these parities agree."""
    seen, labels, decided = trained.learner_examples(np.random.default_rng(1), m, d)
    assert seen.shape == (trained.EXAMPLES, (m + 1) * d + m)
    assert set(np.unique(seen)) == set(np.unique(labels)) == {1.0, -1.0}
    assert len(decided) == trained.HELD
    bits = ((1 - seen) // 2).astype(int)
    for row, label, known in zip(bits, (labels < 0).astype(int), decided, strict=False):
        examples, given = row[: (m + 1) * d].reshape(m + 1, d), row[(m + 1) * d :]
        answers = {
            int(examples[-1] @ chosen) % 2
            for chosen in product((0, 1), repeat=d)
            if not ((examples[:-1] @ chosen - given) % 2).any()
        }
        assert label in answers
        assert known == (len(answers) == 1)
    assert 0 < decided.mean() < 1


def test_a_unit_at_its_kink_learns_nothing() -> None:
    networks = trained.Networks(np.random.default_rng(3), 2, 3, 4)
    networks.weights[0][:] = 0
    networks.train(np.ones((5, 3)), np.ones(5), 0.1)
    assert not networks.weights[0].any()
    assert not networks.weights[1].any()
    assert networks.weights[3].all()


def test_training_is_adam() -> None:
    """Against the rule written for one weight at a time, with gradients by differences of the loss."""
    rng = np.random.default_rng(3)
    networks = trained.Networks(rng, 2, 3, 4)
    inputs, targets = rng.normal(size=(5, 3)), rng.normal(size=5)
    known = [each.copy() for each in networks.weights]
    means, squares = ([np.zeros_like(each) for each in known] for _ in range(2))

    def loss(weights: list[np.ndarray]) -> np.ndarray:
        hidden = np.maximum(inputs @ weights[0] + weights[1], 0)
        return np.asarray(
            (((hidden @ weights[2] + weights[3])[..., 0] - targets) ** 2 / 2).sum(axis=1)
        )

    assert np.allclose(known[0].std(), 1 / 3**0.5, rtol=0.5)
    assert not known[1].any()
    assert not known[3].any()
    for step in (1, 2, 3):
        networks.train(inputs, targets, 0.1)
        gradients = [np.zeros_like(each) for each in known]
        for number, each in enumerate(known):
            for place in np.ndindex(each.shape[1:]):
                ends = []
                for off in (1e-6, -1e-6):
                    moved = [w.copy() for w in known]
                    moved[number][(slice(None), *place)] += off
                    ends.append(loss(moved))
                gradients[number][(slice(None), *place)] = (ends[0] - ends[1]) / 2e-6
        for number, (mean, square, gradient) in enumerate(
            zip(means, squares, gradients, strict=True)
        ):
            mean[:] = 0.9 * mean + 0.1 * gradient
            square[:] = 0.999 * square + 0.001 * gradient**2
            size = np.sqrt(square / (1 - 0.999**step)) + 1e-8
            known[number] -= 0.1 * mean / (1 - 0.9**step) / size
        for mine, theirs in zip(known, networks.weights, strict=True):
            assert np.allclose(mine, theirs, atol=1e-5)
    hidden = np.maximum(inputs @ known[0] + known[1], 0)
    assert np.allclose(networks(inputs), (hidden @ known[2] + known[3])[..., 0], atol=1e-4)
    assert networks(inputs).shape == (2, 5)


def test_data_decide_what_is_a_sum() -> None:
    """Against a search through all sums."""
    rng = np.random.default_rng(0)
    for numbers in rng.integers(0, 16, (60, 4)).tolist():
        sums = {0}
        for chosen in product((0, 1), repeat=3):
            total = 0
            for take, number in zip(chosen, numbers[:-1], strict=True):
                total ^= number * take
            sums.add(total)
        assert trained._is_sum(*numbers) == (numbers[-1] in sums)
