"""Online learners under test: their single steps, and streams of bits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from hypothesis.strategies import SearchStrategy

from construction import strategies
from construction.arrays import Signs
from construction.compiling.compiler import compile_rule
from construction.executors.sweep.dense import DenseExecutor
from construction.learning.training import Training
from construction.programs.catalogue import load_program
from construction.programs.program import Program
from construction.rules.interpreter import RuleInterpreter
from construction.training.memory import Memory, memory_grid, with_one
from construction.training.sgd import SGDStep, sgd_step

Bits = tuple[int, ...]
Stream = list[tuple[Bits, int]]  #: examples and labels, all of them bits


def signs(bits: Bits) -> Signs:
    return 1 - 2 * np.array(bits, dtype=np.int64)


@dataclass(frozen=True)
class Online:
    """A bundled online learner with its network."""

    program: Program
    executor: DenseExecutor

    def start(self, d: int, m: int = 0) -> Memory:
        """The memory when the stream begins: 0, or what the dummy's step leaves.

        ``m + 1`` is the number of rows of a learner that works with any.
        """
        training = Training(self.program, self.executor, m, d)
        for step in training.steps([]):
            assert step.output == 0
        return training.memory

    def step(self, memory: Memory, x: Bits, y: int) -> SGDStep:
        layers = self.program.depth(len(memory) - 1, len(x))
        return sgd_step(self.executor, memory, signs(x), 1 - 2 * y, layers)

    def layers_needed(self, memory: Memory, x: Bits) -> int:
        """The layers after which neither the output nor what SGD would do changes any more.

        Looked for among depths that are up to three layers larger than the program's.
        """

        def steps(layers: int) -> tuple[object, ...]:
            both = [sgd_step(self.executor, memory, signs(x), label, layers) for label in (1, -1)]
            return both[0].output, *(step.memory.tolist() for step in both)

        most = self.program.depth(len(memory) - 1, len(x)) + 3
        last = steps(most)
        return next((n + 1 for n in range(most - 1, -1, -1) if steps(n) != last), 0)

    def check_grids(self, memory: Memory, x: Bits) -> None:
        """The network's grid is the rule's at every layer, and a few layers more."""
        grid = memory_grid(memory, with_one(signs(x)[None]), self.executor.network.work_columns)
        layers = self.program.depth(len(memory) - 1, len(x)) + 3
        run = self.executor.run(grid, layers, record=True)
        rule = RuleInterpreter(self.program.rule)
        for layer in range(1, layers + 1):
            grid = rule.step(grid)
            assert np.array_equal(run.at(layer), grid)


@cache
def online(name: str) -> Online:
    program = load_program(name)
    return Online(program, DenseExecutor(compile_rule(program.rule)))


def streams(*, max_d: int = 4, max_length: int = 14) -> SearchStrategy[tuple[int, Stream]]:
    """Random streams of bits: the number of features, and the examples with their labels."""

    def as_bits(stream: strategies.Stream) -> tuple[int, Stream]:
        pairs = [(tuple(int(sign < 0) for sign in x), int(y < 0)) for x, y in stream.pairs]
        return stream.d, pairs

    return strategies.streams(max_d=max_d, max_length=max_length).map(as_bits)
