"""Online row reduction on a long stream, next to the batch program: ``python -m benchmarks.online``.

Both learn one random parity of ``d`` bits from the same stream, and predict examples that they have not
seen. The batch program's grid has a row for each example, so it gets only the first ``--batch`` of them.
A step of the online learner is a prediction, too: while it trains, the report counts what it
answered. Times are seconds for one example on the machine that it runs on.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from time import perf_counter

import numpy as np

from construction.compiling.compiler import compile_rule
from construction.executors.catalogue import EXECUTORS, load_executor
from construction.learning.prediction import predict
from construction.programs.catalogue import load_program
from construction.training.memory import Signs, empty_memory
from construction.training.sgd import sgd_step, train, train_online

PREDICTIONS = 20  #: examples that are predicted after training


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description="Online row reduction next to the batch program.")
    parser.add_argument("--features", type=int, default=256)
    parser.add_argument("--examples", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=256, help="examples for the batch program")
    parser.add_argument("--executor", choices=EXECUTORS, default="auto")
    options = parser.parse_args()
    d, count = options.features, options.examples
    rng = np.random.default_rng(0)
    mask = rng.integers(0, 2, size=d)
    bits = rng.integers(0, 2, size=(count + PREDICTIONS, d))
    examples, labels = 1 - 2 * bits, 1 - 2 * (bits @ mask % 2)
    print(f"d = {d}")
    print("| program | examples | pixels | layers | not known | wrong | SGD s | prediction s |")
    print("|---|---|---|---|---|---|---|---|")
    for measure, size in ((batch, options.batch), (online, count)):
        print(measure(examples, labels, size, options.executor), flush=True)


def online(examples: Signs, labels: Signs, count: int, executor_name: str) -> str:
    """The whole stream, example by example."""
    program = load_program("online-row-reduction")
    executor = load_executor(executor_name, compile_rule(program.rule))
    d = examples.shape[1]
    layers = program.depth(count, d)
    unknown = wrong = 0
    memory = empty_memory(program.memory_rows(count, d), d)
    sgd_step(executor, memory, examples[0], 1, layers)  # loads the compiled code
    began = perf_counter()
    stream = zip(examples[:count], labels[:count].tolist(), strict=True)
    steps = train_online(executor, memory, stream, layers, dummy_first=True)
    memory = next(steps).memory
    for step, label in zip(steps, labels, strict=False):
        memory = step.memory
        unknown += step.output == 0
        wrong += step.output == -label
    seconds = (perf_counter() - began) / count
    predicting = timed(lambda: predict(executor, memory, examples[count:], layers))
    cells = (program.name, count, memory.size + len(memory), layers, unknown, wrong)
    return _row(*cells, seconds, predicting)


def batch(examples: Signs, labels: Signs, count: int, executor_name: str) -> str:
    """The first examples, all of them stored."""
    program = load_program("systolic-row-reduction")
    executor = load_executor(executor_name, compile_rule(program.rule))
    d = examples.shape[1]
    layers = program.depth(count, d)
    memory = empty_memory(program.memory_rows(count, d), d)
    sgd_step(executor, memory, examples[0], 1, layers)  # loads the compiled code
    began = perf_counter()
    for step in train(executor, examples[:count], labels[:count], layers):
        memory = step.memory
    seconds = (perf_counter() - began) / count
    predicting = timed(lambda: predict(executor, memory, examples[-PREDICTIONS:], layers))
    cells = (program.name, count, memory.size + len(memory), layers, "-", "-")
    return _row(*cells, seconds, predicting)


def timed(work: Callable[[], object]) -> float:
    """Seconds for each of the predictions."""
    began = perf_counter()
    work()
    return (perf_counter() - began) / PREDICTIONS


def _row(*cells: object) -> str:
    shown = (f"{cell:,}" if isinstance(cell, int) else cell for cell in cells[:-2])
    return f"| {' | '.join(map(str, shown))} | {cells[-2]:.4f} | {cells[-1]:.4f} |"


if __name__ == "__main__":
    main()
