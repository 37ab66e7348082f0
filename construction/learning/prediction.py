"""Predictions of a trained network."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from construction.arguments import checked
from construction.arrays import Signs, as_signs, check_features
from construction.executors.executor import Executor
from construction.network.memories import checked_memory
from construction.progress import Progress, quiet
from construction.training.memory import memory_grid, with_one


@dataclass(frozen=True, eq=False)
class Predictions:
    """A sign for each row, and whether the network decided it.

    A row on which no halting code appeared has output 0: it is undecided and predicts +1.
    """

    signs: Signs
    undecided: npt.NDArray[np.bool_]


@checked
def predict(
    executor: Executor,
    memory: npt.ArrayLike,
    examples: npt.ArrayLike,
    layers: int,
    progress: Progress = quiet,
) -> Predictions:
    """The trained network's label for each of ``examples``, ``(n, d)``, signs.

    ``memory`` is ``3 W``, ``(rows, d + 1)``.

    An output that is no label counts as +1. The rows go through the network in batches; ``progress`` is told of
    predictions, and of the layers of each batch.

    Raises :class:`~construction.errors.DataError` when the examples are not signs, ``d`` in a row, and
    :class:`~construction.errors.NetworkError` when the network could hold no such memory.
    """
    network = executor.network
    memory = checked_memory(network, memory)
    examples = as_signs(examples, "examples", "(n, d)")
    check_features(examples, memory.shape[1] - 1)
    inputs = with_one(examples)
    ones = np.ones((1, inputs.shape[1]), dtype=np.int64)
    (grid,) = memory_grid(memory, ones, network.work_columns, line=network.line)
    work = np.ones((len(inputs), network.work_columns), dtype=np.int64)
    signs = np.concatenate([inputs, work], axis=1)
    if network.line:
        signs = np.tile(signs, (1, len(memory)))
    size = executor.together(grid.size)
    outputs: list[Fraction] = []
    progress("predictions", 0, len(inputs))
    before = executor.progress
    if progress is not quiet:
        executor.progress = progress
    try:
        for start in range(0, len(inputs), size):
            outputs += executor.outputs(grid, signs[start : start + size], layers)
            progress("predictions", len(outputs), len(inputs))
    finally:
        executor.progress = before
    return Predictions(
        signs=np.array([-1 if output == -1 else 1 for output in outputs], dtype=np.int64),
        undecided=np.array([output == 0 for output in outputs], dtype=bool),
    )
