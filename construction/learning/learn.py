"""The main job: train a program's network on examples, predict, and compare with plain Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from time import perf_counter

import numpy as np

from construction.compiling.compiler import compile_rule
from construction.display import fields
from construction.executors.catalogue import load_executor
from construction.executors.executor import Executor, check_memory
from construction.learning.data_set import DataSet
from construction.learning.prediction import bytes_per_pixel, predict
from construction.learning.row_reduction import Bits, row_reduction
from construction.programs.program import Program
from construction.training.memory import Memory, Signs, expected_memory
from construction.training.sgd import train

#: Called with what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Report:
    """What ``rcnn learn`` reports.

    ``d`` features (a constant one included), ``m`` training examples. ``layers`` is the depth of the
    network, ``pixels`` those of one grid, ``hidden_units`` those of one pixel in one layer, and
    ``nodes`` all of one forward pass. ``memorised_exactly``: after every SGD step the memory was what
    Lemma 1 says, and the step's output was 0. ``consistent``: some parity explains the training data.
    ``predictions`` are in the target's own values. ``agreement_with_meaning`` is the fraction of test
    rows on which the program's plain-Python meaning says the same, None if the program has none, and
    ``agreement_with_row_reduction`` the fraction on which row reduction does, which is 1 for the
    programs that are row reduction and anything for others. ``undecided`` counts the test rows on which no
    halting code appeared.
    """

    program: str
    d: int
    m: int
    n_test: int
    layers: int
    pixels: int
    hidden_units: int
    nodes: int
    weights: dict[str, int]
    sgd_steps: int
    memorised_exactly: bool
    consistent: bool
    predictions: list[str]
    test_accuracy: float
    agreement_with_row_reduction: float
    agreement_with_meaning: float | None
    undecided: int
    seconds: float

    def _repr_html_(self) -> str:
        return fields(asdict(self))


def learn(data: DataSet, program: Program, executor_name: str, progress: Progress) -> Report:
    """Compile the program, train its network by SGD on the training examples, and predict.

    The data must have a test example.
    Raises :class:`~construction.errors.SizeError` when a grid would not fit in memory.
    """
    began = perf_counter()
    count, features = data.train.features.shape
    network = compile_rule(program.rule)
    layers = program.depth(count, features)
    rows, columns = network.grid_shape(count, features)
    executor = load_executor(executor_name, network)
    check_memory(
        rows * columns * bytes_per_pixel(executor),
        f"{count} training examples with {features} features make a grid of {rows} x {columns} "
        f"pixels, which",
    )
    training = _train(
        executor, signs(data.train.features), signs(data.train.labels), layers, progress
    )
    predictions = predict(
        executor,
        training.memory,
        signs(data.test.features),
        layers,
        lambda done, total: progress("predictions", done, total),
    )
    predicted = (predictions.signs == -1).astype(np.uint8)
    meant = None
    if program.meaning is not None:
        sets = (data.train.features, data.train.labels, data.test.features)
        meant = program.meaning(*map(signs, sets))
    parity = row_reduction(data.train.features, data.train.labels)
    return Report(
        program=program.name,
        d=features,
        m=count,
        n_test=len(predicted),
        layers=layers,
        pixels=rows * columns,
        hidden_units=network.hidden_units,
        nodes=network.nodes(rows * columns, layers),
        weights=network.weight_counts(),
        sgd_steps=training.steps,
        memorised_exactly=training.memorised_exactly,
        consistent=parity.consistent,
        predictions=[data.target.values[bit] for bit in predicted],
        test_accuracy=float(np.mean(predicted == data.test.labels)),
        agreement_with_row_reduction=float(np.mean(predicted == parity(data.test.features))),
        agreement_with_meaning=None
        if meant is None
        else float(np.mean(predictions.signs == meant)),
        undecided=int(predictions.undecided.sum()),
        seconds=round(perf_counter() - began, 3),
    )


def signs(bits: Bits) -> Signs:
    """Bit 1 is the sign -1, bit 0 is +1."""
    return 1 - 2 * bits.astype(np.int64)


@dataclass(frozen=True, eq=False)
class _Training:
    memory: Memory
    steps: int
    memorised_exactly: bool


def _train(
    executor: Executor, examples: Signs, labels: Signs, layers: int, progress: Progress
) -> _Training:
    """Algorithm 1, with each step compared with Lemma 1."""
    total = len(examples) + 1
    stored = np.concatenate([examples, np.ones((1, examples.shape[1]), dtype=np.int64)])
    stored_labels = np.append(labels, 1)
    exact = True
    steps = 0
    progress("SGD steps", 0, total)
    for step in train(executor, examples, labels, layers):
        steps += 1
        expected = expected_memory(stored[:steps], stored_labels[:steps], total)
        exact = exact and step.output == 0 and np.array_equal(step.memory, expected)
        memory = step.memory
        progress("SGD steps", steps, total)
    return _Training(memory, steps, exact)
