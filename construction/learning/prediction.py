"""Predictions of a trained network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from construction.arrays import Signs, as_signs, check_features
from construction.executors.executor import Executor
from construction.executors.threads import cores
from construction.network.memories import checked_memory
from construction.progress import Progress, quiet
from construction.training.memory import memory_grid, with_one

#: Bytes for each pixel of a grid beside the executor's: its masked memory, its codes and their
#: readout, as 64-bit integers.
BYTES_PER_PIXEL = 24
#: Bytes for the grids that are predicted together.
BATCH_BYTES = 4 * 2**20


@dataclass(frozen=True, eq=False)
class Predictions:
    """A sign for each row, and whether the network decided it.

    A row on which no halting code appeared has output 0: it is undecided and predicts +1.
    """

    signs: Signs
    undecided: npt.NDArray[np.bool_]


def bytes_per_pixel(executor: Executor) -> int:
    """Memory that a prediction takes for each pixel of its grid."""
    return BYTES_PER_PIXEL + executor.bytes_per_pixel


def predict(
    executor: Executor,
    memory: npt.ArrayLike,
    examples: npt.ArrayLike,
    layers: int,
    progress: Progress = quiet,
) -> Predictions:
    """The trained network's label for each of ``examples``, ``(n, d)``, signs.

    ``memory`` is ``3 W``, ``(rows, d + 1)``.

    An output that is no label counts as +1. The rows go through the network in batches that take
    about :data:`BATCH_BYTES`, or one row for each core.

    Raises :class:`~construction.errors.DataError` when the examples are not signs, ``d`` in a row, and
    :class:`~construction.errors.NetworkError` when the network could hold no such memory.
    """
    network = executor.network
    memory = checked_memory(network, memory)
    examples = as_signs(examples, "examples", "(n, d)")
    check_features(examples, memory.shape[1] - 1)
    inputs = with_one(examples)
    rows, columns = network.grid_shape(len(memory), memory.shape[1] - 1)
    size = max(cores(), BATCH_BYTES // (bytes_per_pixel(executor) * rows * columns))
    outputs = []
    progress("predictions", 0, len(inputs))
    for start in range(0, len(inputs), size):
        grids = memory_grid(memory, inputs[start : start + size], network.work_columns)
        outputs += network.output(executor.run(grids, layers).grids)
        progress("predictions", len(outputs), len(inputs))
    return Predictions(
        signs=np.array([-1 if output == -1 else 1 for output in outputs], dtype=np.int64),
        undecided=np.array([output == 0 for output in outputs], dtype=bool),
    )
