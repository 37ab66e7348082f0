"""Batches: what is lost in a sum, what is not, and how many steps are left: ``python -m benchmarks.batches``.

The first two tables are exact; the third is measured, on random examples of a random parity, in random order.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from construction.arrays import Signs
from construction.compiling.compiler import compile_rule
from construction.executors.catalogue import load_executor
from construction.executors.executor import Executor
from construction.learning.training import Training
from construction.programs.catalogue import load_program
from construction.training.batches import batch_step
from proofs_check.batches.pivots import chance_apart, rows_written
from proofs_check.batches.sums import SIZES, count

PIVOTS, ONE_ROW = "triangular-row-reduction", "online-row-reduction"
FEATURES: Final = 12
EXAMPLES: Final = 8 * FEATURES
BATCHES: Final = (1, 2, 4, 8, 16, 32, EXAMPLES)
SEEDS: Final = range(3)

Pairs = list[tuple[Signs, int]]


def sums() -> Table:
    """What a batch leaves behind in a row that all examples share."""
    table = Table(
        "features",
        "B",
        "batches",
        "memories",
        "told",
        "by any network",
        "of a parity",
        "confused",
        box=None,
    )
    for size, features in SIZES:
        found = count(size, features)
        numbers = (found.batches, found.sums, found.unique, found.unique_any, found.explained, found.confused)  # fmt: skip
        table.add_row(str(features), str(size), *map(str, numbers))
    return table


def chances() -> Table:
    """How likely random batches are without a collision, and how many rows they write."""
    table = Table(
        "B", "no collision, 4 free rows", "no collision, 64 free rows", "rows written", box=None
    )
    for size in (1, 2, 3, 4, 8, 16, 64, 256):
        few, many = (float(chance_apart(free, size)) for free in (4, 64))
        table.add_row(
            str(size), f"{few:.4f}", f"{many:.4f}", f"{float(rows_written(64, size)):.3f}"
        )
    return table


def examples(rng: np.random.Generator) -> Pairs:
    """Random examples of a random parity."""
    parity = rng.random(FEATURES) < 0.5
    signs = rng.choice([-1, 1], (EXAMPLES, FEATURES))
    return [(x, int(x[parity].prod())) for x in signs]


def steps(name: str, executor: Executor, data: Pairs, size: int) -> int:
    """SGD steps until every example has had its turn."""
    training = Training(load_program(name), executor, 0, FEATURES, batch=size)
    training.learn(data)
    return training.sgd_steps


def passes(executor: Executor, data: Pairs, size: int, rng: np.random.Generator) -> int:
    """Passes over the examples, each over those that had to wait in the one before, in random order."""
    program = load_program(PIVOTS)
    training = Training(program, executor, 0, FEATURES)
    training.learn([])
    memory, waiting, number = training.memory, data, 0
    while waiting:
        number += 1
        shuffled = [waiting[k] for k in rng.permutation(len(waiting))]
        waiting = []
        for first in range(0, len(shuffled), size):
            batch = shuffled[first : first + size]
            step = batch_step(executor, memory, batch, training.layers, wait=True)
            memory = step.memory
            waiting += [pair for pair, added in zip(batch, step.added, strict=True) if not added]
    return number


def measured() -> Table:
    """SGD steps and passes, on average."""
    table = Table("B", "steps", "steps, one row at a time", "passes", box=None)
    executors = {
        name: load_executor("event", compile_rule(load_program(name).rule))
        for name in (PIVOTS, ONE_ROW)
    }
    for size in BATCHES:
        counts = []
        for seed in SEEDS:
            rng = np.random.default_rng(seed)
            data = examples(rng)
            found = [steps(name, executors[name], data, size) for name in (PIVOTS, ONE_ROW)]
            counts.append([*found, passes(executors[PIVOTS], data, size, rng)])
        table.add_row(str(size), *(f"{value:.1f}" for value in np.mean(counts, axis=0)))
    return table


def main() -> None:
    """Print the tables."""
    console = Console(highlight=False, width=100)
    console.print(sums())
    console.print(
        "batches: of B examples with labels. memories: that they leave in a shared row. told: batches that the "
        "memory tells; by any network: that the memory of any network tells, at best. confused: of the "
        "batches that a parity explains, those that share their memory with a batch of other parities.\n"
    )
    console.print(chances())
    console.print("random examples; rows written: on average, with 64 free rows, if others wait.\n")
    console.print(measured())
    console.print(
        f"{EXAMPLES} examples with {FEATURES} features, averages of {len(SEEDS)} data sets; one "
        f"row at a time: {ONE_ROW}."
    )


if __name__ == "__main__":
    main()
