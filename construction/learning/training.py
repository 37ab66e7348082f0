"""The training loop: a program's network on its way through examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

import numpy as np

from construction.arguments import checked
from construction.arrays import Signs
from construction.errors import DataError, NetworkError
from construction.executors.executor import Executor, check_memory
from construction.learning.prediction import Predictions, predict
from construction.network.memories import checked_memory
from construction.programs.program import Program
from construction.progress import Progress, quiet
from construction.training.batches import BatchStep, sgd_batches
from construction.training.memory import Memory, empty_memory, expected_memory
from construction.training.sgd import SGDStep, dummy, sgd

#: Examples that are read at a time, at most.
MOST_AHEAD: Final = 2**12


class Training:
    """SGD as a program wants it; ``memory`` (``3 W``) is always that of a finished step.

    ``executor`` runs the program's network. The grid is made for ``m`` examples with ``d`` features;
    an online learner takes any number of them, and can go on from the ``memory`` of an earlier training
    as if that had never stopped. One that works with any number of rows then has those of ``memory``.

    ``examples`` counts those that were learned, ``sgd_steps`` the dummy example's step as well. Of the
    examples' outputs before their steps, ``abstentions`` were 0 and ``mistakes`` the other label; ``unstored``
    of the abstentions changed nothing either, because no row of memory was left.
    ``memorised_exactly``: after every step of a program that stores its training set the memory was
    what Lemma 1 says, and the output before it 0; None for an online learner.

    With a ``batch`` of more than 1, an SGD step is on the sum of up to so many examples' losses, and examples that
    meet another in their row of memory wait for the next step (:mod:`construction.training.batches`). ``examples``
    counts those whose loss was added; all of the first ``in_order`` of the stream are among them. Only an online
    learner can have it.

    Raises :class:`~construction.errors.DataError` when the memory to go on from has another shape, or the
    program cannot have batches;
    :class:`~construction.errors.NetworkError` when the network has fewer work columns than the program
    asks for, and :class:`~construction.errors.SizeError` when the grid would not fit in memory.
    """

    @checked
    def __init__(
        self,
        program: Program,
        executor: Executor,
        m: int,
        d: int,
        memory: Memory | None = None,
        *,
        batch: int = 1,
    ) -> None:
        if batch < 1:
            raise DataError(f"batches of {batch} examples; it should be 1 or more")
        if batch > 1 and not program.online:
            raise DataError(
                f"{program.name} writes every example of a batch into the same row of memory, where only "
                f"their sum would be left; batches of more than 1 are for a program that learns from a "
                f"stream, such as triangular-row-reduction"
            )
        if memory is not None:
            memory = checked_memory(executor.network, memory)
        if program.any_rows and memory is not None:
            m = len(memory) - 1
        network, wanted = executor.network, program.work_columns(m, d)
        if network.work_columns < wanted:
            raise NetworkError(
                f"network {network.name!r} has {network.work_columns} work columns; for {m} examples with "
                f"{d} features the program asks for {wanted}"
            )
        if network.line and network.work_columns != wanted:
            raise NetworkError(
                f"network {network.name!r} is of a line with {network.work_columns} work columns between rows; "
                f"the program asks for exactly {wanted}"
            )
        self.program = program
        self.executor = executor
        self.d = d
        self.layers = program.depth(m, d)
        self.rows = program.memory_rows(m, d)
        self.shape = executor.network.grid_shape(self.rows, d)
        given = "" if program.online else f"{m} training examples with "
        check_memory(
            self.pixels * executor.bytes_per_output,
            f"{given}{d} features make a grid of {self.shape[0]} x {self.shape[1]} pixels, which",
        )
        self._memory = empty_memory(self.rows, d) if memory is None else memory
        self._last: SGDStep | BatchStep | None = None
        self.batch = batch
        if self.memory.shape != (self.rows, d + 1):
            rows, columns = self.memory.shape
            raise DataError(
                f"the memory to go on from has {rows} rows and {columns} columns; for {d} features "
                f"it should have {self.rows} rows and {d + 1} columns"
            )
        self.sgd_steps = self.examples = self.in_order = 0
        self.abstentions = self.mistakes = self.unstored = 0
        self.memorised_exactly = None if program.online else not self.memory.any()

    @property
    def pixels(self) -> int:
        """The pixels of a grid."""
        return self.shape[0] * self.shape[1]

    def steps(self, stream: Iterable[tuple[Signs, int]], ahead: int = 1) -> Iterator[SGDStep]:
        """An SGD step for each example ``(d,)`` and label, signs, and one for the dummy example.

        An online learner may read up to ``ahead`` examples of the stream at a time, which is quicker.

        The dummy comes first or last, as the program wants it, or never. An online learner whose
        memory is not 0 has seen it.
        """
        no_example = dummy(self.d)
        before = [(no_example, 1)] if self._begins_with_dummy else []
        after = [(no_example, 1)] if self.program.dummy == "last" else []
        examples = chain(before, stream, after)
        # Of those that store their examples every step changes the memory.
        ahead = ahead if self.program.online else 1
        for step in sgd(self.executor, self.memory, examples, self.layers, ahead):
            self._last = step
            self._compare_with_lemma_1(step)
            self.sgd_steps += 1
            if step.example is not no_example:
                self._count(step)
                self.in_order += 1
            yield step

    def batches(self, stream: Iterable[tuple[Signs, int]]) -> Iterator[BatchStep]:
        """An SGD step for each batch, after one for the dummy example if that comes first."""
        for _ in self.steps(()):  # an online learner's dummy comes first or never
            pass
        numbers: list[int] = []  # of the examples that wait, in the stream
        seen = 0
        for step in sgd_batches(self.executor, self.memory, stream, self.layers, self.batch):
            new = len(step.changes) - len(numbers)
            numbers += range(seen, seen + new)
            seen += new
            self._last = step
            self.sgd_steps += 1
            for change, added in zip(step.changes, step.added, strict=True):
                if added:
                    self._count(change)
            numbers = [each for each, added in zip(numbers, step.added, strict=True) if not added]
            self.in_order = min(numbers, default=seen)
            yield step

    def _count(self, step: SGDStep) -> None:
        self.examples += 1
        self.abstentions += step.output == 0
        self.mistakes += step.output == -step.label
        self.unstored += step.output == 0 and not step.amounts.any()

    @property
    def memory(self) -> Memory:
        """``3 W`` after the last step, ``(rows, d + 1)``."""
        return self._memory if self._last is None else self._last.memory

    def learn(
        self,
        stream: Iterable[tuple[Signs, int]],
        progress: Progress = quiet,
        count: int | None = None,
    ) -> None:
        """All those steps; ``count`` is the number of examples, if that is known.

        Then they are there, and may be read ahead.
        """
        if self.batch > 1:
            progress("examples", 0, count)
            for _ in self.batches(stream):
                progress("examples", self.examples, count)
            return
        dummies = self.program.dummy == "last" or self._begins_with_dummy
        total = None if count is None else self.sgd_steps + count + dummies
        progress("SGD steps", self.sgd_steps, total)
        for _ in self.steps(stream, MOST_AHEAD if count is not None else 1):
            progress("SGD steps", self.sgd_steps, total)

    def predict(self, examples: Signs, progress: Progress = quiet) -> Predictions:
        """The network's label for each of ``examples``, ``(n, d)``."""
        return predict(self.executor, self.memory, examples, self.layers, progress)

    @property
    def _begins_with_dummy(self) -> bool:
        return self.program.dummy == "first" and not self.memory.any()

    def _compare_with_lemma_1(self, step: SGDStep) -> None:
        """Did the step write the row that Lemma 1 says, and nothing else?

        The rows before it were written by steps that did.
        """
        if self.memorised_exactly:
            (row,) = expected_memory(step.example[None], np.array([step.label]), 1)
            written = np.zeros_like(row)
            written[step.columns] = step.amounts
            self.memorised_exactly = (
                step.output == 0
                and bool((step.rows == self.sgd_steps).all())
                and np.array_equal(written, row)
            )
