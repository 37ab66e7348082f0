"""Learning from a stream: one SGD step an example, in memory that does not grow with the stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from time import perf_counter

import numpy as np

from construction.compiling.compiler import compile_rule
from construction.display import fields
from construction.errors import DataError
from construction.executors.catalogue import load_executor
from construction.executors.executor import check_memory
from construction.learning.data_set import Examples, Stream
from construction.learning.prediction import bytes_per_pixel, predict
from construction.programs.program import Program
from construction.training.memory import Memory, Signs, empty_memory
from construction.training.sgd import train_online

#: Called with what is being done, how much of it is done, and how much there is, if that is known.
Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class OnlineReport:
    """What happened; the fields are those of ``rcnn learn --json`` with an online program.

    ``d`` features (a constant one included), ``m`` examples in the stream, all of them seen once.
    While they were learned, ``abstentions`` outputs were 0 ("I do not know"; the dummy example's is not
    counted) and ``mistakes`` were the other label. ``rows_used`` of the ``rows`` of memory are not 0,
    the dummy example's included. ``knows`` says for each test row whether the output is not 0;
    ``predictions`` are in the target's own values, None where the network does not know.
    ``test_accuracy`` is that of the rows that it knows, None if there are none. The other fields are
    those of :class:`~construction.learning.learn.Report`.
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
    abstentions: int
    mistakes: int
    rows: int
    rows_used: int
    knows: list[bool]
    predictions: list[str | None]
    test_accuracy: float | None
    seconds: float

    def _repr_html_(self) -> str:
        return fields(asdict(self))


class OnlineTraining:
    """A network on its way through a stream; ``memory`` (``3 W``) is always that of a finished step.

    ``resume`` is the memory of an earlier training to go on from. Raises
    :class:`~construction.errors.DataError` when it is not one of ``d`` features, and
    :class:`~construction.errors.SizeError` when a grid would not fit in memory.
    """

    def __init__(
        self, program: Program, d: int, executor_name: str, resume: Memory | None = None
    ) -> None:
        self.began = perf_counter()
        self.program = program
        self.d = d
        self.layers = program.depth(0, d)
        self.rows = program.memory_rows(0, d)
        network = compile_rule(program.rule)
        self.executor = load_executor(executor_name, network)
        self.pixels = self.rows * (d + 1 + network.work_columns)
        check_memory(
            self.pixels * bytes_per_pixel(self.executor),
            f"{d} features make a grid of {self.pixels} pixels, which",
        )
        self.memory = empty_memory(self.rows, d) if resume is None else resume
        if self.memory.shape != (self.rows, d + 1):
            rows, columns = self.memory.shape
            raise DataError(
                f"the memory to go on from has {rows} rows and {columns} columns; for {d} features "
                f"it should have {self.rows} rows and {d + 1} columns"
            )
        self.sgd_steps = self.examples = self.abstentions = self.mistakes = 0

    def learn(self, stream: Stream, progress: Progress, total: int | None = None) -> None:
        """One SGD step for each example of the stream, which has ``total`` if that is known."""
        labels: list[int] = []

        def pairs() -> Iterator[tuple[Signs, int]]:
            for features, label in stream.examples:
                labels.append(1 - 2 * label)
                yield 1 - 2 * features.astype(np.int64), labels[-1]

        dummy = self.program.dummy == "first"
        progress("SGD steps", 0, total)
        for step in train_online(
            self.executor, self.memory, pairs(), self.layers, dummy_first=dummy
        ):
            self.memory = step.memory
            self.sgd_steps += 1
            if labels:
                self._count(step.output, labels.pop())
            progress("SGD steps", self.examples, total)

    def _count(self, output: Fraction, label: int) -> None:
        self.examples += 1
        self.abstentions += output == 0
        self.mistakes += output == -label

    def report(
        self, test: Examples | None, values: tuple[str, str], progress: Progress
    ) -> OnlineReport:
        """Predict the test rows, if there are any, and say what happened."""
        features = np.zeros((0, self.d), np.uint8) if test is None else test.features
        predictions = predict(
            self.executor,
            self.memory,
            1 - 2 * features.astype(np.int64),
            self.layers,
            lambda done, count: progress("predictions", done, count),
        )
        knows = ~predictions.undecided
        bits = (predictions.signs == -1).astype(np.uint8)
        network = self.executor.network
        return OnlineReport(
            program=self.program.name,
            d=self.d,
            m=self.examples,
            n_test=len(features),
            layers=self.layers,
            pixels=self.pixels,
            hidden_units=network.hidden_units,
            nodes=network.nodes(self.pixels, self.layers),
            weights=network.weight_counts(),
            sgd_steps=self.sgd_steps,
            abstentions=self.abstentions,
            mistakes=self.mistakes,
            rows=self.rows,
            rows_used=int(self.memory.any(axis=1).sum()),
            knows=knows.tolist(),
            predictions=[
                values[bit] if known else None for bit, known in zip(bits, knows, strict=True)
            ],
            test_accuracy=float(np.mean((bits == test.labels)[knows]))
            if test is not None and knows.any()
            else None,
            seconds=round(perf_counter() - self.began, 3),
        )
