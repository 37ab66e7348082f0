"""Two layers that are trained, by Adam on the squared error, in NumPy: what they do not find. Measured, not proved.

* Networks of the size that is enough for a parity, trained on *all* inputs.
* Networks in place of the *learner*: they see a data set and a test example, as row reduction does, and should say what it says.
  Counted are new data sets that decide the test example.
"""

from __future__ import annotations

from itertools import product
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from proofs_check.dynamics.two_layers import units
from proofs_check.statement import Found, about_the_construction
from proofs_check.verdict import RefutedError

Floats = npt.NDArray[np.float64]
BITS, RUNS, STEPS, RATE = 4, 32, 500, 0.05  #: of a parity
#: m, d on which two layers replace the learner, and on which they do not; their hidden units, examples and steps.
EASY, HARD = (1, 1), (9, 6)
HIDDEN, EXAMPLES, HELD, LEARNER_STEPS, LEARNER_RATE, BATCH = 48, 2000, 500, 250, 0.02, 100
SEED: Final = 0
ALMOST_A_COIN: Final = 0.65


class Networks:
    """Two layers for each of ``runs``, with their own first weights."""

    def __init__(self, rng: np.random.Generator, runs: int, inputs: int, hidden: int) -> None:
        self.weights: list[Floats] = [
            rng.normal(size=(runs, inputs, hidden)) / np.sqrt(inputs),
            np.zeros((runs, 1, hidden)),
            rng.normal(size=(runs, hidden, 1)) / np.sqrt(hidden),
            np.zeros((runs, 1, 1)),
        ]
        self._means = [np.zeros_like(each) for each in self.weights]
        self._squares = [np.zeros_like(each) for each in self.weights]
        self._step = 0

    def __call__(self, inputs: Floats) -> Floats:
        """The outputs ``(runs, count)`` for ``(count, inputs)``."""
        hidden = np.maximum(inputs @ self.weights[0] + self.weights[1], 0)
        return np.asarray((hidden @ self.weights[2] + self.weights[3])[..., 0])

    def train(self, inputs: Floats, targets: Floats, rate: float) -> None:
        """A step of Adam, with 0.9 and 0.999, on half the squared error, summed over ``(count, inputs)``."""
        before = inputs @ self.weights[0] + self.weights[1]
        hidden = np.maximum(before, 0)
        error = hidden @ self.weights[2] + self.weights[3] - targets[:, None]
        back = error @ self.weights[2].swapaxes(1, 2) * (before > 0)
        gradients = (
            inputs.T @ back,
            back.sum(axis=1, keepdims=True),
            hidden.swapaxes(1, 2) @ error,
            error.sum(axis=1, keepdims=True),
        )
        self._step += 1
        for w, mean, square, gradient in zip(
            self.weights, self._means, self._squares, gradients, strict=True
        ):
            mean[:] += (gradient - mean) / 10
            square[:] += (gradient**2 - square) / 1000
            size = np.sqrt(square / (1 - 0.999**self._step)) + 1e-8
            w[:] -= rate * mean / (1 - 0.9**self._step) / size


def right_parities() -> int:
    """Train networks of the exact size on all inputs; how many are right on all of them."""
    inputs = np.array(list(product((1.0, -1.0), repeat=BITS)))
    targets = inputs.prod(axis=1)
    networks = Networks(np.random.default_rng(SEED), RUNS, BITS, len(units(BITS)[1]))
    for _ in range(STEPS):
        networks.train(inputs, targets, RATE)
    return int((np.sign(networks(inputs)) == targets).all(axis=1).sum())


@about_the_construction(
    "Two layers, training",
    f"networks of the exact size, trained on all inputs, are not right on all of them: {BITS} bits, {len(units(BITS)[1])} hidden ReLU "
    f"units, the squared error summed over the 2^{BITS} inputs, Adam with rate {RATE} and {STEPS} steps, NumPy's generator "
    f"with seed {SEED} (proofs_check/dynamics/trained.py)",
    "statistical",
)
def check_training() -> Found:
    """Seeded runs."""
    right = right_parities()
    if right:
        raise RefutedError(f"{right} of {RUNS} trained networks are right on all inputs")
    return Found(f"none of {RUNS} networks of {len(units(BITS)[1])} units for {BITS} bits")


def learner_examples(rng: np.random.Generator, m: int, d: int) -> tuple[Floats, Floats, Any]:
    """Data sets with a test example, signs; the test example's label; whether the data decide it.

    A parity explains the labels. The data decide just if the test example is a sum of examples.
    """
    bits = rng.integers(0, 2, (EXAMPLES, m + 1, d))
    labels = (bits * rng.integers(0, 2, (EXAMPLES, 1, d))).sum(axis=2) % 2
    seen = np.concatenate([bits.reshape(EXAMPLES, -1), labels[:, :-1]], axis=1)
    numbers = bits @ (1 << np.arange(d))
    decided = np.array([_is_sum(*each) for each in numbers[:HELD].tolist()])
    return 1.0 - 2 * seen, 1.0 - 2 * labels[:, -1], decided


def _is_sum(*numbers: int) -> bool:
    """Whether the last number is an exclusive or of others."""
    sums = {0}
    for number in numbers[:-1]:
        if number not in sums:
            sums |= {number ^ each for each in sums}
    return numbers[-1] in sums


def right_learner(m: int, d: int) -> float:
    """Train two layers in place of the learner; the share of new decided test examples on which they are right."""
    rng = np.random.default_rng(SEED)
    seen, labels, decided = learner_examples(rng, m, d)
    network = Networks(rng, 1, seen.shape[1], HIDDEN)
    for _ in range(LEARNER_STEPS):
        batch = rng.integers(HELD, EXAMPLES, BATCH)
        network.train(seen[batch], labels[batch], LEARNER_RATE)
    return float((np.sign(network(seen[:HELD])[0]) == labels[:HELD])[decided].mean())


@about_the_construction(
    "Two layers, learner",
    f"two layers in place of the learner, from data set and test example to label, fall to a coin: {HIDDEN} hidden ReLU units, "
    f"{EXAMPLES - HELD} random data sets that a parity explains, the squared error summed over batches of {BATCH}, Adam with rate "
    f"{LEARNER_RATE} and {LEARNER_STEPS} steps, NumPy's generator with seed {SEED} (proofs_check/dynamics/trained.py)",
    "statistical",
)
def check_learner() -> Found:
    """The same training for a small size, where it succeeds, and for a larger one."""
    easy, hard = right_learner(*EASY), right_learner(*HARD)
    if easy < 1 or hard > ALMOST_A_COIN:
        raise RefutedError(
            f"right on {easy:.3f} with m x d = {EASY}, and on {hard:.3f} with {HARD}"
        )
    shown = [f"{m}x{d}" for m, d in (EASY, HARD)]
    return Found(
        f"of {HELD} new data sets with a test example, right on all that the data decide with m x d = {shown[0]}, and on less "
        f"than {ALMOST_A_COIN} of them with {shown[1]}"
    )
