"""The reference executor: every neuron, exact integers, plain NumPy. It is the definition."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import numpy.typing as npt

from construction.executors.definition.backpropagation import forward_backward_by_history
from construction.executors.definition.patches import evaluate, patches_of
from construction.executors.executor import Codes, Executor, ForwardBackward, Run
from construction.network.bounds import integer_type
from construction.network.rcnn import RCNN

#: Patches that are evaluated together; bounds the memory for hidden values.
CHUNK = 4096


class ReferenceExecutor(Executor):
    """Evaluates every unit on every patch, layer by layer."""

    name: ClassVar[str] = "reference"
    bytes_per_pixel: ClassVar[int] = 24

    def __init__(self, network: RCNN) -> None:
        super().__init__(network)
        integer_type(network)  # raises when 64-bit integers do not suffice

    def run(self, grids: npt.ArrayLike, layers: int, *, record: bool = False) -> Run:
        now = self.check_input(grids, layers, record=record)
        history = [now]
        computed = 0
        for layer in range(1, layers + 1):
            after = next_grids(self, now, layer)
            if np.array_equal(now, after):
                break
            now, computed = after, layer
            if record:
                history.append(now)
        return Run(now, layers, computed, self.name, np.stack(history) if record else None)

    def forward_backward(self, grid: npt.ArrayLike, layers: int) -> ForwardBackward:
        return forward_backward_by_history(self, grid, layers)


def next_grids(executor: Executor, grids: Codes, layer: int, *, first: int = 0) -> Codes:
    """The grids after layer number ``layer``, from those before it, in the executor's network.

    ``first`` is the number of the first of them in its batch, for messages.

    Raises :class:`~construction.errors.NetworkError` when the network leaves its codes.
    """
    patches = patches_of(grids, executor.network.padding)
    outputs = [
        evaluate(executor.network, patches[start : start + CHUNK])
        for start in range(0, len(patches), CHUNK)
    ]
    after = np.concatenate(outputs).reshape(grids.shape)
    executor.check_codes(after, layer, first=first)
    return after
