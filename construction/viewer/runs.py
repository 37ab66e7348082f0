"""The run that a page's content describes, by the reference executor: for pictures."""

from __future__ import annotations

from itertools import chain
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from construction.errors import SizeError
from construction.executors.definition.reference import ReferenceExecutor
from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN
from construction.training.memory import empty_memory, memory_grid, with_one
from construction.training.sgd import dummy, sgd

Content = dict[str, Any]
Grids = npt.NDArray[np.integer]

PIXELS: Final = 2**21  #: of all layers, that a picture is made from


def grids(content: Content) -> Grids:
    """The grids of all layers, ``(layers + 1, rows, columns)``: of the prediction, or of the only run.

    The rows of a line stand below each other. The grids end with the last layer that changes anything. Raises
    :class:`~construction.errors.SizeError` when the run is too long.
    """
    executor = ReferenceExecutor(_network(content))
    if content["kind"] == "learner":
        start, layers = _prediction(executor, content)
    else:
        start, layers = np.array(content["start"]), content["layers"]
    if start.size * (layers + 1) > PIXELS:
        raise SizeError(
            f"{content['name']}: {layers:,} layers of {start.shape[0]} x {start.shape[1]} pixels are "
            f"more than the {PIXELS:,} pixels that a picture is made from"
        )
    run = executor.run(start[None], layers, record=True)
    assert run.history is not None
    found = run.history[: run.computed + 1, 0]
    if executor.network.line:
        columns = len(content["data"]["test"]) + 1 + executor.network.work_columns
        return found.reshape(len(found), -1, columns)
    return found


def _prediction(executor: ReferenceExecutor, content: Content) -> tuple[Grids, int]:
    learner, bits = content["learner"], content["data"]
    test = np.array(bits["test"])
    examples = np.array(bits["examples"], dtype=np.int64).reshape(-1, len(test))
    labels = np.array(bits["labels"], dtype=np.int64)
    count, features = examples.shape
    rows = learner["memoryRows"][features] if learner["memoryRows"] else count + 1
    layers = int(learner["depths"][count][features])
    none = [(dummy(features), 1)]
    stream = chain(
        none if learner["dummy"] == "first" else [],
        zip(1 - 2 * examples, (1 - 2 * labels).tolist(), strict=True),
        none if learner["dummy"] == "last" else [],
    )
    memory = empty_memory(rows, features)
    for step in sgd(executor, memory, stream, layers):
        memory = step.memory
    inputs = with_one((1 - 2 * test)[None])
    network = executor.network
    return memory_grid(memory, inputs, network.work_columns, line=network.line)[0], layers


def _network(content: Content) -> RCNN:
    parts = content["network"]
    convolution, head = (
        tuple(
            WeightLayer(
                np.array(layer["weights"]),
                np.array(layer["biases"]),
                layer["scale"],
                layer["names"],
            )
            for layer in parts[part]
        )
        for part in ("convolution", "head")
    )
    names = {int(code): name for code, name in content["names"].items()}
    return RCNN(
        content["name"],
        convolution,
        head,
        parts["padding"],
        names,
        parts["workColumns"],
        parts["line"],
    )
