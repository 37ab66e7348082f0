"""Algorithm 1: stochastic gradient descent on the memory layer, one example a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

import numpy as np

from construction.errors import NetworkError
from construction.executors.executor import Executor
from construction.network.rcnn import LEARNING_RATE, PIXEL_UNIT
from construction.training.memory import Memory, Signs, empty_memory, memory_grid, with_one


@dataclass(frozen=True, eq=False)
class SGDStep:
    """One step: the output before it, and the memory ``3 W`` after it."""

    output: Fraction
    memory: Memory


def sgd_step(
    executor: Executor, memory: Memory, example: Signs, label: int, layers: int
) -> SGDStep:
    """One SGD step with squared loss ``(y - f)^2 / 2`` on ``([x; 1], y)``, updating ``W`` only.

    ``memory`` is ``3 W``, ``example`` the signs ``x`` of shape ``(d,)``. ``W`` enters the network as
    ``W diag(z)``, so the gradient of ``f`` by ``W`` is the gradient by the memory's pixels times
    ``diag(z)``, and ``W`` gets ``eta (y - f)`` times that.
    """
    inputs = with_one(example[None])
    grid = memory_grid(memory, inputs, executor.network.work_columns)[0]
    result = executor.forward_backward(grid, layers)
    rate = LEARNING_RATE * PIXEL_UNIT * (label - result.output)
    if rate.denominator != 1:
        raise NetworkError(
            f"network {executor.network.name!r}: an SGD step found the output {result.output}; "
            f"it should be an integer, so that the memory stays in thirds"
        )
    change = int(rate) * result.gradient[:, : memory.shape[1]] * inputs[0]
    return SGDStep(result.output, memory + change)


def sgd(
    executor: Executor, memory: Memory, stream: Iterable[tuple[Signs, int]], layers: int
) -> Iterator[SGDStep]:
    """SGD on a stream of examples and labels, a step for each, for as long as the stream lasts."""
    for example, label in stream:
        step = sgd_step(executor, memory, example, label, layers)
        memory = step.memory
        yield step


def train(executor: Executor, examples: Signs, labels: Signs, layers: int) -> Iterator[SGDStep]:
    """Algorithm 1, step by step: ``W = 0``, then every example, then the dummy ``(1_d, +1)``.

    ``examples`` is ``(m, d)`` and ``labels`` ``(m,)``, signs. Yields ``m + 1`` steps; the last one's
    memory is the trained network's.
    """
    count, features = examples.shape
    dummy = np.ones((1, features), dtype=np.int64)
    stream = zip(np.concatenate([examples, dummy]), (*labels.tolist(), 1), strict=True)
    yield from sgd(executor, empty_memory(count + 1, features), stream, layers)


def train_online(
    executor: Executor,
    memory: Memory,
    stream: Iterable[tuple[Signs, int]],
    layers: int,
    *,
    dummy_first: bool,
) -> Iterator[SGDStep]:
    """An online learner on a stream, from ``memory``; if that is 0, perhaps the dummy first.

    The dummy's step is the first one that is yielded. A memory that is not 0 has seen it: training
    goes on from there as if it had never stopped.
    """
    features = memory.shape[1] - 1
    dummy = [(np.ones(features, dtype=np.int64), 1)] if dummy_first and not memory.any() else []
    yield from sgd(executor, memory, chain(dummy, stream), layers)
