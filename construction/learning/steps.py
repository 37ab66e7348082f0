"""SGD as a program wants it: on a training set and the dummy example, or on a stream."""

from __future__ import annotations

from collections.abc import Iterator

from construction.executors.executor import Executor
from construction.programs.program import Program
from construction.training.memory import Memory, Signs, empty_memory
from construction.training.sgd import SGDStep, train, train_online


def training_steps(
    program: Program,
    executor: Executor,
    examples: Signs,
    labels: Signs,
    memory: Memory | None = None,
) -> Iterator[SGDStep]:
    """The SGD steps on ``examples`` ``(m, d)`` with ``labels`` ``(m,)``, all signs, from ``W = 0``.

    The steps include the dummy example's, if the program has one; the last one's memory is the
    trained network's. An online learner can go on from the ``memory`` of an earlier run.
    """
    layers = program.depth(*examples.shape)
    if not program.online:
        return train(executor, examples, labels, layers)
    if memory is None:
        memory = empty_memory(program.memory_rows(*examples.shape), examples.shape[1])
    stream = zip(examples, labels.tolist(), strict=True)
    first = program.dummy == "first"
    return train_online(executor, memory, stream, layers, dummy_first=first)
