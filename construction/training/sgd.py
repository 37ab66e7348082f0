"""Algorithm 1: stochastic gradient descent on the memory layer, one example a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

import numpy as np
import numpy.typing as npt

from construction.arrays import Signs, as_signs, check_features, check_lengths
from construction.errors import DataError, NetworkError
from construction.executors.executor import Executor
from construction.network.layers import PIXEL_UNIT
from construction.network.rcnn import LEARNING_RATE
from construction.training.memory import Memory, MemoryGrids, empty_memory, with_one


@dataclass(frozen=True, eq=False)
class SGDStep:
    """One step: its example ``(d,)`` and label, the output before it, the memory ``3 W`` after it.

    Steps that change nothing share one array of memory; it is not written to afterwards.
    """

    example: Signs
    label: int
    output: Fraction
    memory: Memory


def sgd_step(
    executor: Executor, memory: Memory, example: npt.ArrayLike, label: int, layers: int
) -> SGDStep:
    """One step of :func:`sgd`, on the signs ``x`` of shape ``(d,)`` and a label."""
    return next(sgd(executor, memory, [(example, label)], layers))


def sgd(
    executor: Executor, memory: Memory, stream: Iterable[tuple[npt.ArrayLike, int]], layers: int
) -> Iterator[SGDStep]:
    """SGD on a stream of examples and labels, a step for each, for as long as the stream lasts.

    ``memory`` is ``3 W``. A step has the squared loss ``(y - f)^2 / 2`` on ``([x; 1], y)`` and updates
    ``W`` only. ``W`` enters the network as ``W diag(z)``, so the gradient of ``f`` by ``W`` is the
    gradient by the memory's pixels times ``diag(z)``, and ``W`` gets ``eta (y - f)`` times that.

    Raises :class:`~construction.errors.DataError` when an example is not as many signs as the memory
    has features, or a label no sign.
    """
    network = executor.network
    grids = MemoryGrids(memory, network.work_columns)
    for given, label in stream:
        example = as_signs(given, "the example", "(d,)")
        check_features(example, memory.shape[1] - 1)
        if label not in (-1, 1):
            raise DataError(f"the label is {label}; it should be -1 or 1")
        inputs = with_one(example[None])[0]
        result = executor.forward_backward(grids.first_grid(inputs), layers)
        rate = LEARNING_RATE * PIXEL_UNIT * (label - result.output)
        if rate.denominator != 1:
            raise NetworkError(
                f"network {network.name!r}: an SGD step found the output {result.output}; "
                f"it should be an integer, so that the memory stays in thirds"
            )
        stored = result.columns < memory.shape[1]
        rows, columns = result.rows[stored], result.columns[stored]
        grids.add(rows, columns, int(rate) * result.slopes[stored] * inputs[columns])
        yield SGDStep(example, label, result.output, grids.memory)


def train(
    executor: Executor, examples: npt.ArrayLike, labels: npt.ArrayLike, layers: int
) -> Iterator[SGDStep]:
    """Algorithm 1, step by step: ``W = 0``, then every example, then the dummy ``(1_d, +1)``.

    ``examples`` is ``(m, d)`` and ``labels`` ``(m,)``, signs. Yields ``m + 1`` steps; the last one's
    memory is the trained network's.

    Raises :class:`~construction.errors.DataError` when examples or labels are something else.
    """
    examples = as_signs(examples, "examples", "(m, d)")
    labels = as_signs(labels, "labels", "(m,)")
    check_lengths(examples, labels)
    count, features = examples.shape
    stream = chain(zip(examples, labels.tolist(), strict=True), [(dummy(features), 1)])
    return sgd(executor, empty_memory(count + 1, features), stream, layers)


def dummy(features: int) -> Signs:
    """The dummy example ``1_d`` of Algorithm 1; its label is +1."""
    return np.ones(features, dtype=np.int64)
