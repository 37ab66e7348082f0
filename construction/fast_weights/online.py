"""What online learners answer along a stream: fast weights that are not trained, and compiled networks.

An answer is a number: below 0 for bit 1, above 0 for bit 0, and 0 for *I do not know*. It is given before the label is read.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from construction.arrays import Bits, check_lengths, signs
from construction.compiling.compiler import compile_rule
from construction.errors import DataError
from construction.executors.catalogue import load_executor
from construction.executors.executor import Executor
from construction.fast_weights.rules import Array, Rule, read_online, updates
from construction.learning.training import Training
from construction.programs.catalogue import load_program
from construction.programs.program import Program
from construction.training.memory import Memory


def fast_weight_answers(keys: Array, labels: Bits, rule: Rule = "delta") -> Array:
    """A fast-weight layer's answers ``(n,)``, fractions, on integer ``keys`` ``(n, p)`` and labels ``(n,)``.

    The rate is ``1 / (k . k)``, so that the delta rule stores its latest pair exactly; 0 for a key of zeros.
    """
    exact = np.array(keys, dtype=object)
    lengths = (exact * exact).sum(axis=1) if len(exact) else []
    rates = np.array([Fraction(1, int(each)) if each else 0 for each in lengths], dtype=object)
    values = signs(labels).astype(object)[:, None]
    return read_online(exact, updates(exact, values, rates, rule))[:, 0]


class CompiledLearner:
    """The network of an online program, read as a stream learner: SGD through it is all that learns.

    Raises :class:`~construction.errors.DataError` when the program is not online.
    """

    def __init__(self, name: str) -> None:
        self.program: Program = load_program(name)
        if not self.program.online:
            raise DataError(
                f"{name} learns from a training set; it should be a program that learns from a stream, "
                f"such as online-row-reduction"
            )
        self._executor: Executor = load_executor("auto", compile_rule(self.program.rule))

    @property
    def weights(self) -> int:
        """The weights of the network that are not 0."""
        return self._executor.network.weight_counts()["nonzero"]

    def answers(
        self, examples: Bits, labels: Bits, rows: int = 1
    ) -> tuple[npt.NDArray[np.int64], Memory]:
        """The outputs ``(n,)`` before each of the SGD steps on bits ``(n, d)``, and ``3 W`` in the end.

        ``rows`` is the number of rows of memory, if the program works with any.
        """
        check_lengths(examples, labels)
        if rows < 1:
            raise DataError(f"{rows} rows of memory; it should be 1 or more")
        # A grid for m examples has m + 1 rows.
        training = Training(self.program, self._executor, rows - 1, examples.shape[1])
        pairs = zip(signs(examples), signs(labels).tolist(), strict=True)
        outputs = [int(step.output) for step in training.steps(pairs)]
        return np.array(outputs[len(outputs) - len(examples) :], dtype=np.int64), training.memory
