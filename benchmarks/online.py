"""Online row reduction on a long stream, next to the program that stores its examples."""

from __future__ import annotations

from time import perf_counter
from typing import Final

import numpy as np

from benchmarks.measure import Row
from construction.compiling.compiler import compile_rule
from construction.errors import ConstructionError
from construction.executors.catalogue import load_executor
from construction.learning.prediction import predict
from construction.learning.row_reduction import row_reduction
from construction.learning.training import MOST_AHEAD
from construction.network.layers import Integers
from construction.programs.catalogue import load_program
from construction.training.memory import empty_memory
from construction.training.sgd import sgd, sgd_step

PREDICTIONS: Final = 20
GOAL: Final = 1000.0
ONLINE, BATCH = "online-row-reduction", "systolic-row-reduction"


def online_rows(size: int, count: int) -> list[Row]:
    """A stream of ``count`` examples with ``size`` features; the batch program gets ``size`` of them.

    An online step is a prediction as well: what it does not know must be as many examples as the
    stream has independent ones, and nothing that it says may be wrong.
    """
    random = np.random.default_rng(0)
    hidden = random.integers(0, 2, size)
    bits = random.integers(0, 2, (count + PREDICTIONS, size))
    examples, labels = 1 - 2 * bits, 1 - 2 * (bits @ hidden % 2)
    rows = []
    for name, trained in ((ONLINE, count), (BATCH, size)):
        seconds, outputs, answering = _measure(name, examples, labels, trained)
        details = {"one SGD step, s": seconds / trained, "one prediction, s": answering}
        if name == ONLINE:
            details["not known"] = float((outputs == 0).sum())
            if (outputs == -labels[:trained]).any():
                raise ConstructionError("the online learner gave a wrong answer")
            seen, told = (part[:trained].astype(np.uint8) for part in (bits, bits @ hidden % 2))
            rank = row_reduction(seen, told).rank
            if details["not known"] != rank:
                raise ConstructionError(
                    f"the online learner did not know {details['not known']:.0f} examples; it "
                    f"should be as many as are independent, {rank}"
                )
        row = f"{name}, {trained} examples, d = {size}: examples learned a second"
        goal = GOAL if name == ONLINE else None
        rows.append(Row(row, trained / seconds, goal, "at least", details=details))
    return rows


def _measure(
    name: str, examples: Integers, labels: Integers, count: int
) -> tuple[float, Integers, float]:
    """Seconds for the first ``count`` examples, the outputs in those steps, and for one prediction.

    The dummy example comes first or last, as the program wants it; its step is not counted. The examples are
    learned twice from the beginning, and the second time is measured.
    """
    program = load_program(name)
    executor = load_executor("auto", compile_rule(program.rule))
    d = examples.shape[1]
    layers = program.depth(count, d)
    memory = empty_memory(program.memory_rows(count, d), d)
    dummy = np.ones(d, dtype=np.int64)
    first = sgd_step(executor, memory, dummy, 1, layers).memory
    if program.dummy == "first":
        memory = first
    ahead = MOST_AHEAD if program.online else 1
    # The first time loads the compiled code.
    for _ in range(2):
        outputs = []
        begun = perf_counter()
        pairs = zip(examples[:count], labels[:count].tolist(), strict=True)
        for step in sgd(executor, memory, pairs, layers, ahead):
            outputs.append(int(step.output))
        seconds = perf_counter() - begun
    memory = step.memory
    if program.dummy == "last":
        memory = sgd_step(executor, memory, dummy, 1, layers).memory
    begun = perf_counter()
    found = predict(executor, memory, examples[-PREDICTIONS:], layers)
    answering = (perf_counter() - begun) / PREDICTIONS
    decided = ~found.undecided
    if name == ONLINE and (found.signs[decided] != labels[-PREDICTIONS:][decided]).any():
        raise ConstructionError("the online learner gave a wrong answer")
    return seconds, np.array(outputs), answering
