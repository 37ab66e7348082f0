"""The search: ``python -m benchmarks.search rates``, and the tables of docs/search.md: ``states``, ``reuse``."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from time import perf_counter

from rich.console import Console
from rich.table import Table

from benchmarks.measure import Row
from construction.search.anneal import Annealed, Annealing, anneal_once
from construction.search.battery import battery
from construction.search.draws import Drawn, Lottery, draw_some, search_by_draws
from construction.search.exact import Exact, Job, Problem, search_exact, walk
from construction.search.reuse import break_even, sweep
from construction.search.tasks import TASKS, load_task
from construction.search.workers import local_workers

DRAWS_GOAL, NODES_GOAL = 5_000_000, 10_000_000
SECONDS = 30


def search_rows(draws: int) -> list[Row]:
    """Rates on all cores; the kernels are compiled before."""
    inputs = battery(load_task("x1"))
    lottery, problem = Lottery(inputs, 2, 3), Problem(inputs, 2, 3)
    draw_some(lottery, (0, 10))
    walk(problem, Job(budget=10))
    drawn, exact = Drawn(), Exact(problem)
    with local_workers() as workers:
        begun = perf_counter()
        search_by_draws(drawn, lottery, draws, workers)
        draw_seconds = perf_counter() - begun
        begun = perf_counter()
        search_exact(exact, workers)
        node_seconds = perf_counter() - begun
    nodes = exact.walked.nodes
    return [
        Row("lazy draws a second", draws / draw_seconds, DRAWS_GOAL, "at least"),
        Row(
            "decision nodes a second",
            nodes / node_seconds,
            NODES_GOAL,
            "at least",
            details={"a second of one core": nodes / exact.walked.seconds},
        ),
        one_bit_row(8),
    ]


def one_bit_row(runs: int) -> Row:
    """How long it takes on two cores to find the learner of all four functions of one bit, in the median."""
    problem = Annealing(battery(load_task("learn-one-bit")).extended(), 5, 3)
    anneal_once(Annealing(problem.battery, 1, 3), 0)
    found = Annealed()
    with local_workers() as workers:
        for _, one in workers.run(partial(anneal_once, problem), range(runs)):
            found.add(one)
    each = found.seconds / max(1, len(found.tables)) / 2
    return Row(
        "seconds on 2 cores for a learner of one bit",
        each if found.tables else None,
        SECONDS,
        "at most",
        note=f"{len(found.tables)} of {runs} runs found one",
    )


def states_table(console: Console) -> None:
    """For each task, the exact probabilities for one and two states, three symbols."""
    table = Table(box=None, pad_edge=False)
    for heading in ("task", "1 state", "2 states", "on larger sizes, too"):
        table.add_column(heading)
    with local_workers() as workers:
        for name, task in TASKS.items():
            inputs = battery(task)
            results = [Exact(Problem(inputs, s, 3)) for s in (1, 2)]
            for result in results:
                search_exact(result, workers)
            one, two = (str(result.probability) for result in results)
            table.add_row(name, one, two, str(results[1].probability_on_larger))
    console.print(table)


def reuse_table(console: Console, repetitions: int) -> None:
    """Problems searched on, against new problems solved."""
    rows = sweep(load_task("learn-constant"), (2, 1), (2, 3), (1, 2, 4, 8), repetitions)
    table = Table(box=None, pad_edge=False)
    for heading in ("problems", "new ones solved", "draws", "break-even"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(
            str(row.problems),
            f"{row.solved:.2f}",
            f"{row.draws:,.0f}",
            f"{break_even(rows[0], row):,.0f}",
        )
    console.print(table)


def main() -> int:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("what", choices=("rates", "states", "reuse"), nargs="?", default="rates")
    parser.add_argument("--repetitions", type=int, default=30, help="of the reuse (default: 30)")
    arguments = parser.parse_args()
    console = Console(highlight=False)
    if arguments.what == "states":
        states_table(console)
    elif arguments.what == "reuse":
        reuse_table(console, arguments.repetitions)
    else:
        for row in search_rows(20_000_000):
            value = "not measured" if row.value is None else f"{row.value:,.3g}"
            console.print(f"{row.name}: {value}, goal {row.direction} {row.goal:,.3g} {row.note}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
