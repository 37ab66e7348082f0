"""``rcnn search``: how likely random weights are a learner, and which learners they are."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from construction.cli.numbers import natural, positive
from construction.errors import SizeError
from construction.search.battery import battery
from construction.search.exact import Exact, Problem, search_exact
from construction.search.outcome import Outcome, exact_outcome
from construction.search.results import Results
from construction.search.tasks import TASKS, load_task
from construction.search.workers import Workers, cluster_workers, local_workers

METHODS: Final = ("exact",)
EXIT_INTERRUPTED: Final = 130
MOST_NODES: Final = 10**11  #: of a tree that is walked without a directory to keep the results
NODES_PER_SECOND: Final = 4_000_000  #: of one core, for estimates before anything was measured


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("task", metavar="TASK", help=f"what to learn: {', '.join(TASKS)}")
    parser.add_argument("--states", metavar="S", type=positive, default=2, help="default: 2")
    parser.add_argument(
        "--symbols",
        metavar="G",
        type=positive,
        default=3,
        help="bits and blank included; default: 3",
    )
    parser.add_argument("--method", choices=METHODS, default="exact", help="default: %(default)s")
    parser.add_argument(
        "--entries",
        metavar="N",
        type=natural,
        default=0,
        help="exact: decide at most so many entries of a table, for lower bounds (default: all)",
    )
    parser.add_argument(
        "--order", metavar="SEED", type=natural, help="exact: take the battery in another order"
    )
    parser.add_argument(
        "--resume",
        metavar="DIR",
        type=Path,
        help="keep results in this directory, and go on from those that are there",
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="work on the cluster of this Dask scheduler"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Search, and print what was found; what there is so far, if interrupted."""
    code, outcome = _exact(arguments)
    if arguments.json:
        print(json.dumps(outcome.to_json()))
    else:
        _show(outcome)
    return code


def _exact(arguments: argparse.Namespace) -> tuple[int, Outcome]:
    inputs = battery(load_task(arguments.task))
    if arguments.order is not None:
        inputs = inputs.shuffled(arguments.order)
    problem = Problem(inputs, arguments.states, arguments.symbols, arguments.entries)
    nodes, error = problem.estimate()
    results = None if arguments.resume is None else Results(arguments.resume, problem.key)
    with _workers(arguments) as workers:
        if nodes > MOST_NODES and results is None:
            seconds = nodes / (NODES_PER_SECOND * workers.count)
            raise SizeError(
                f"{problem.s} states and {problem.g} symbols make a tree of about {nodes:.1g} nodes "
                f"(+- {error:.1g}), which takes about {_duration(seconds)} here; take fewer, or bound the "
                f"entries that are decided, like --entries 5, or give a directory with --resume, so that "
                f"nothing is lost"
            )
        result = Exact(problem)
        code = 0
        with _progress("nodes", int(nodes)) as show:
            try:
                search_exact(result, workers, results, show)
            except KeyboardInterrupt:
                code = EXIT_INTERRUPTED
    if results is not None and results.corrupted:
        print(f"{results.corrupted} damaged results were done again", file=sys.stderr)
    return code, exact_outcome(result)


@contextmanager
def _workers(arguments: argparse.Namespace) -> Iterator[Workers]:
    if arguments.scheduler is None:
        with local_workers() as workers:
            yield workers
    else:
        with cluster_workers(arguments.scheduler) as workers:
            yield workers


@contextmanager
def _progress(what: str, estimate: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr, of an estimated total, with the time that remains; nothing if it is no terminal."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as bars:
        bar = bars.add_task(f"{what} (of about)", total=max(1, estimate))

        def show(done: int) -> None:
            total = max(estimate, done)
            bars.update(bar, completed=done, total=total)

        yield show


def _show(outcome: Outcome) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"{outcome.task}: {outcome.states} states, {outcome.symbols} symbols, {outcome.method}"
    )
    least = "" if outcome.complete else "at least "
    value = outcome.probability
    if isinstance(value, Fraction):
        console.print(
            f"probability that a random table is right on the battery: {least}{_fraction(value)}"
        )
        larger = outcome.notes["probability_on_larger"]
        console.print(f"  and on larger sizes, which were held back: {least}{_fraction(larger)}")
        for name, mass in outcome.masses.items():
            if isinstance(mass, Fraction):
                console.print(f"  {name:16}{float(mass):.9f}")
    for found in outcome.found:
        same, compared = found.network
        console.print(
            f"\n{found.machine.name}: battery {found.battery}; larger sizes {found.larger}; the network, trained "
            f"by SGD, equals the machine on {same} of {compared} test examples",
            soft_wrap=True,
        )
        console.print(found.yaml, markup=False, soft_wrap=True, end="")


def _fraction(value: Fraction) -> str:
    return f"{value} = {float(value):.4g}" if value.denominator > 1 else str(value)


def _duration(seconds: float) -> str:
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{seconds:.0f} seconds"
