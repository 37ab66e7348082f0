"""Algorithm 1: stochastic gradient descent on the memory layer, one example a step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt

from construction.arguments import checked
from construction.arrays import Signs, as_signs, check_features, check_lengths
from construction.errors import DataError, NetworkError, SizeError
from construction.executors.executor import Executor
from construction.network.layers import PIXEL_UNIT
from construction.network.memories import checked_memory
from construction.network.rcnn import LEARNING_RATE
from construction.training.memory import (
    Change,
    Memory,
    MemoryGrids,
    empty_memory,
    with_one,
)

NO_CHANGE: Final = Change(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


@dataclass(frozen=True, eq=False)
class SGDStep:
    """One step: its example ``(d,)`` and label, and the output before it.

    ``amounts[k]`` was added to entry ``(rows[k], columns[k])`` of ``3 W``, and to nothing else.
    """

    example: Signs
    label: int
    output: Fraction
    rows: Signs
    columns: Signs
    amounts: Signs
    _memory: Callable[[], Memory]

    @property
    def memory(self) -> Memory:
        """The memory ``3 W`` after the step; its array is made when it is asked for.

        Steps that change nothing share one array; it is not written to afterwards.
        """
        return self._memory()


@checked
def sgd_step(
    executor: Executor, memory: Memory, example: npt.ArrayLike, label: int, layers: int
) -> SGDStep:
    """One step of :func:`sgd`, on the signs ``x`` of shape ``(d,)`` and a label."""
    memory = checked_memory(executor.network, memory)
    return next(sgd(executor, memory, [(example, label)], layers))


def sgd(
    executor: Executor,
    memory: Memory,
    stream: Iterable[tuple[npt.ArrayLike, int]],
    layers: int,
    ahead: int = 1,
) -> Iterator[SGDStep]:
    """SGD on a stream of examples and labels, a step for each, for as long as the stream lasts.

    ``memory`` is ``3 W``. A step has the squared loss ``(y - f)^2 / 2`` on ``([x; 1], y)`` and updates
    ``W`` only. ``W`` enters the network as ``W diag(z)``, so the gradient of ``f`` by ``W`` is the
    gradient by the memory's pixels times ``diag(z)``, and ``W`` gets ``eta (y - f)`` times that.

    The steps are the same, but quicker where most of them change nothing, if the stream may be read up
    to ``ahead`` examples at a time: all of these are run with the present memory, and what comes after
    one that changes it is run again.

    Raises :class:`~construction.errors.DataError` when an example is not as many signs as the memory
    has features, or a label no sign.
    """
    network = executor.network
    grids = MemoryGrids(memory, network.work_columns, line=network.line)
    examples = _Ahead(_checked(stream, memory.shape[1] - 1))
    pixels = memory.shape[0] * (memory.shape[1] + network.work_columns)
    size, most = 1, min(ahead, executor.together(pixels)) if ahead > 1 else 1
    while waiting := examples.next(size):
        found = _without_gradient(executor, grids, waiting, layers)
        outputs: Sequence[Fraction | None] = [None] if found is None else found
        done, before = 0, grids.version
        while done < len(outputs) and grids.version is before:
            yield _step(executor, grids, *waiting[done], layers, outputs[done])
            done += 1
        examples.drop(done)
        if found is None:
            size = 1
        elif grids.version is before:
            size = min(most, 4 * size)
        else:
            size = max(1, done - 1)


def _step(
    executor: Executor,
    grids: MemoryGrids,
    example: Signs,
    label: int,
    layers: int,
    output: Fraction | None,
) -> SGDStep:
    """One step; ``output`` is known where the gradient is known to be 0."""
    inputs = with_one(example[None])
    result, change = None, NO_CHANGE
    if output is None:
        result = executor.forward_backward_signs(grids.grid, grids.signs(inputs)[0], layers)
        output = result.output
    rate = LEARNING_RATE * PIXEL_UNIT * (label - output)
    if rate.denominator != 1:
        raise NetworkError(
            f"network {executor.network.name!r}: an SGD step found the output {output}; "
            f"it should be an integer, so that the memory stays in thirds"
        )
    if result is not None:
        rows, columns = grids.places(result.rows, result.columns)
        stored = columns < inputs.shape[1]
        rows, columns = rows[stored], columns[stored]
        change = Change(rows, columns, int(rate) * result.slopes[stored] * inputs[0, columns])
        grids.add(change)
    return SGDStep(example, label, output, *change, grids.version.memory)


def _without_gradient(
    executor: Executor, grids: MemoryGrids, examples: Sequence[tuple[Signs, int]], layers: int
) -> Sequence[Fraction | None] | None:
    """The output for each example with the present memory, or None if a gradient has to be found.

    None instead of all if they cannot be run together.
    """
    if len(examples) == 1:
        return [None]
    inputs = with_one(np.stack([example for example, _ in examples]))
    try:
        return executor.outputs_without_gradient(grids.grid, grids.signs(inputs), layers)
    except (NetworkError, SizeError):
        # What is refused may come after a step that changes the memory; and one alone takes less room.
        return None


def _checked(
    stream: Iterable[tuple[npt.ArrayLike, int]], features: int
) -> Iterator[tuple[Signs, int]]:
    for given, label in stream:
        example = as_signs(given, "the example", "(d,)")
        check_features(example, features)
        if label not in (-1, 1):
            raise DataError(f"the label is {label}; it should be -1 or 1")
        yield example, label


class _Ahead:
    """A stream that is looked at before it is taken from; its error comes when it is reached."""

    def __init__(self, stream: Iterator[tuple[Signs, int]]) -> None:
        self._stream = stream
        self._seen: list[tuple[Signs, int]] = []
        self._error: Exception | None = None

    def next(self, count: int) -> list[tuple[Signs, int]]:
        """Up to so many examples; none at the end."""
        try:
            while self._error is None and len(self._seen) < count:
                self._seen.append(next(self._stream))
        except StopIteration:
            pass
        except Exception as error:  # whatever it is, it comes after the steps before it
            self._error = error
        if self._error is not None and not self._seen:
            raise self._error
        return self._seen[:count]

    def drop(self, count: int) -> None:
        """Take so many of them."""
        del self._seen[:count]


@checked
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
