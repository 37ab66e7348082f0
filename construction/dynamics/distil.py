"""From a trained network to a two-layer network that says the same on every input.

What the trained network predicts is known up to a few bits, because its program's hypotheses are:
a parity, a conjunction of literals, one literal, or a constant. The bits are read off the network
itself, with at most ``d + 1`` questions; nothing looks into its memory.

* **Parity**: the input without a 1 is answered +1, and the input whose only 1 is bit ``b`` tells whether ``b``
  belongs to the parity. (Row reduction's answer is a parity of the test example whatever the data.)
* **Conjunction, literal**: from an input that is answered *true*, turn over one sign after the other: the answer
  changes just when that literal belongs to the conjunction.
* **Constant**: any input.

A network of a recurrent learner that still abstains on one of these questions has no such function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

import numpy as np

from construction.arrays import Signs
from construction.dynamics.two_layer import TwoLayerNetwork, conjunction, constant, parity
from construction.errors import DataError
from construction.executors.executor import Executor
from construction.learning.prediction import predict
from construction.training.memory import Memory

Hypotheses = Literal["parities", "conjunctions", "literals", "constants"]

#: What the bundled programs' predictions are, as functions of the test example.
HYPOTHESES: Final[dict[str, Hypotheses]] = {
    "systolic-row-reduction": "parities",
    "row-reduction-machine": "parities",
    "online-row-reduction": "parities",
    "line-row-reduction": "parities",
    "triangular-row-reduction": "parities",
    "conjunction": "conjunctions",
    "online-conjunction": "conjunctions",
    "one-literal": "literals",
    "majority": "constants",
}

EXHAUSTIVE: Final = 10  #: features up to which every input is compared
SAMPLED: Final = 256  #: inputs that are compared for more features

#: A sign for each row of ``(n, d)``. Raises when the network does not know one.
Question = Callable[[Signs], Signs]


@dataclass(frozen=True, eq=False)
class Distilled:
    """The two-layer network, the inputs on which it was compared, and whether those were all."""

    network: TwoLayerNetwork
    compared: int
    all_inputs: bool


def distil(
    executor: Executor,
    memory: Memory,
    layers: int,
    hypotheses: Hypotheses,
    *,
    true_examples: Signs | None = None,
    seed: int = 0,
) -> Distilled:
    """The two-layer network of a trained network, compared with it before it is handed out.

    ``memory`` is ``3 W`` ``(rows, d + 1)``. ``true_examples`` ``(n, d)`` are training examples with the label
    -1 (true): a conjunction that is ever true is true on one of them. Compared are all inputs up to
    :data:`EXHAUSTIVE` features, and otherwise :data:`SAMPLED` random ones.

    Raises :class:`~construction.errors.DataError` when the network does not know an answer, or is no
    function of this kind.
    """
    features = memory.shape[1] - 1

    def ask(examples: Signs) -> Signs:
        answers = predict(executor, memory, examples, layers)
        if answers.undecided.any():
            unknown = int(answers.undecided.sum())
            raise DataError(
                f"the network does not know {unknown} of {len(examples)} answers yet, so it is no "
                f"function to be distilled; train it on more examples"
            )
        return answers.signs

    name = f"{executor.network.name}, distilled"
    if hypotheses == "parities":
        network = _parity(ask, features, name)
    elif hypotheses == "constants":
        network = constant(features, int(ask(np.ones((1, features), dtype=np.int64))[0]), name)
    else:
        network = _literals(ask, features, name, hypotheses, true_examples)
    inputs = _inputs(features, seed)
    wrong = np.flatnonzero(network(inputs) != ask(inputs))
    if wrong.size:
        raise DataError(
            f"the network's predictions are not among the {hypotheses}: they differ on the input "
            f"{inputs[wrong[0]].tolist()}"
        )
    return Distilled(network, len(inputs), features <= EXHAUSTIVE)


def _parity(ask: Question, features: int, name: str) -> TwoLayerNetwork:
    single = np.ones((features, features), dtype=np.int64) - 2 * np.eye(features, dtype=np.int64)
    return parity(features, np.flatnonzero(ask(single) == -1).tolist(), name)


def _literals(
    ask: Question, features: int, name: str, hypotheses: Hypotheses, true_examples: Signs | None
) -> TwoLayerNetwork:
    """Conjunctions start from an input that is answered -1; a literal has one next to any input."""
    plain = np.ones((1, features), dtype=np.int64)
    starts = plain if true_examples is None else np.concatenate([plain, true_examples])
    if hypotheses == "literals":
        starts = _turned(plain[0])
    true = starts[ask(starts) == -1]
    if not len(true):
        return constant(features, +1, name)
    start = true[0]
    changes = np.flatnonzero(ask(_turned(start)[1:]) == +1)
    if not len(changes):
        return constant(features, -1, name)
    return conjunction(features, {int(b): int(start[b]) for b in changes}, name)


def _turned(start: Signs) -> Signs:
    """An input, and all that differ from it in one sign, ``(d + 1, d)``."""
    return np.concatenate([start[None], start * (1 - 2 * np.eye(len(start), dtype=np.int64))])


def _inputs(features: int, seed: int) -> Signs:
    if features <= EXHAUSTIVE:
        return np.array(list(product((1, -1), repeat=features)), dtype=np.int64)
    return np.random.default_rng(seed).choice([-1, 1], (SAMPLED, features))
