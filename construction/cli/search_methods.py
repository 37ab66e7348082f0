"""The methods of ``rcnn search``: where the work is done, what is kept of it, and how it is interrupted."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType
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

from construction.errors import ConstructionError
from construction.search.anneal import CHANGES, RISE, Annealed, Annealing, search_by_annealing
from construction.search.battery import Battery
from construction.search.corollary2 import Experiment, Repeated, plan, repeat_many
from construction.search.draws import Drawn, Lottery, search_by_draws
from construction.search.exact import Exact, Problem, search_exact
from construction.search.limits import check_nodes
from construction.search.outcome import Outcome, annealing_outcome, draws_outcome, exact_outcome
from construction.search.own_task import load_own_task
from construction.search.results import Results
from construction.search.workers import Workers, cluster_workers, local_workers

EXIT_INTERRUPTED: Final = 130
DRAWS: Final = 10_000_000
RUNS: Final = 32
REPETITIONS: Final = 300


def _exact(arguments: argparse.Namespace, battery: Battery) -> tuple[int, Outcome]:
    if arguments.order is not None:
        battery = battery.shuffled(arguments.order)
    problem = Problem(battery, arguments.states, arguments.symbols, arguments.entries or 0)
    nodes, error = problem.estimate()
    results = None if arguments.resume is None else Results(arguments.resume, problem.key)
    result = Exact(problem)
    if arguments.gpu:
        with _progress("nodes", int(nodes)) as show:
            code = _interruptible(partial(_search_on_gpu, result, nodes, results, show))
        _tell_of_damage(results)
        return code, exact_outcome(result)
    with _workers(arguments) as workers:
        if results is None:
            check_nodes(
                (problem.s, problem.g),
                (nodes, error),
                workers.count,
                "take fewer, or bound the entries that are decided, like --entries 5, or give a directory with "
                "--resume, so that nothing is lost",
            )
        with _progress("nodes", int(nodes)) as show:
            code = _interruptible(lambda: search_exact(result, workers, results, show))
    _tell_of_damage(results)
    return code, exact_outcome(result)


def _search_on_gpu(
    result: Exact, nodes: float, results: Results | None, show: Callable[[int], None]
) -> None:
    # Imported here, as it takes long, and there need not be a GPU.
    from construction.search.cuda import search_on_gpu  # noqa: PLC0415

    search_on_gpu(result, nodes, results, show)


def _restarts(arguments: argparse.Namespace, battery: Battery) -> tuple[int, Outcome]:
    lottery = Lottery(battery, arguments.states, arguments.symbols, arguments.seed or 0)
    draws = arguments.draws or DRAWS
    result = Drawn()
    work = partial(search_by_draws, result, lottery, draws)
    code = _many(arguments, work, lottery.key, "draws", draws)
    return code, draws_outcome(result, lottery, complete=not code)


def _anneal(arguments: argparse.Namespace, battery: Battery) -> tuple[int, Outcome]:
    # A machine that is right on small sizes alone is seldom a learner.
    problem = Annealing(
        battery.extended(),
        arguments.states,
        arguments.symbols,
        arguments.seed or 0,
        changes=arguments.changes or CHANGES,
        three_way=bool(arguments.three_way),
        rise=RISE if arguments.rising_weights else 0.0,
    )
    runs = arguments.runs or RUNS
    result = Annealed()
    work = partial(search_by_annealing, result, problem, runs)
    code = _many(arguments, work, problem.key, "runs", runs)
    return code, annealing_outcome(result, problem, complete=not code)


def _many(
    arguments: argparse.Namespace,
    work: Callable[[Workers, Results | None, Callable[[int], None]], None],
    key: Mapping[str, object],
    what: str,
    count: int,
) -> int:
    """Do draws or runs, of which each is kept by itself; the exit code of an interruption, or 0."""
    results = None if arguments.resume is None else Results(arguments.resume, key)
    with _workers(arguments) as workers, _progress(what, count) as show:
        code = _interruptible(lambda: work(workers, results, show))
    _tell_of_damage(results)
    return code


#: How each is looked for; the exit code comes with what was found until then if it was interrupted.
METHODS: Final[Mapping[str, Callable[[argparse.Namespace, Battery], tuple[int, Outcome]]]] = (
    MappingProxyType({"exact": _exact, "restarts": _restarts, "anneal": _anneal})
)


def repeated_restarts(
    arguments: argparse.Namespace,
) -> tuple[int, Experiment, Repeated]:
    """Restarts as in Corollary 2, many times; the exit code, and what was done until then if it was interrupted."""
    if Path(arguments.task).suffix == ".csv":
        raise ConstructionError(
            f"{arguments.task}: a CSV file has no class of targets to draw from, as --epsilon needs; take a bundled task, "
            f"or a YAML file with targets and sizes"
        )
    if arguments.delta is None:
        raise ConstructionError("--epsilon needs --delta, how often it may fail, like --delta 0.1")
    task = load_own_task(arguments.task)
    m, d = arguments.size or (1, 1)
    repetitions = arguments.repetitions or REPETITIONS
    result = Repeated()
    with _workers(arguments) as workers:
        experiment = plan(
            task,
            (m, d),
            (arguments.states, arguments.symbols),
            (arguments.epsilon, arguments.delta),
            arguments.noise or 0.0,
            workers,
            arguments.seed or 0,
            lambda nodes: _progress("nodes", int(nodes)),
        )
        with _progress("repetitions", repetitions) as show:
            code = _interruptible(
                lambda: repeat_many(result, experiment, repetitions, workers, show)
            )
    return code, experiment, result


def _interruptible(work: Callable[[], None]) -> int:
    """Do it; the exit code of an interruption, after which there is still what was done until then."""
    try:
        work()
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    return 0


def _tell_of_damage(results: Results | None) -> None:
    if results is not None and results.corrupted:
        print(f"{results.corrupted} damaged results were done again", file=sys.stderr)


def _workers(arguments: argparse.Namespace) -> AbstractContextManager[Workers]:
    if arguments.scheduler is None:
        return local_workers()
    return cluster_workers(arguments.scheduler)


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
        bar = bars.add_task(f"{what} (the first ones compile)", total=max(1, estimate))

        def show(done: int) -> None:
            bars.update(bar, description=what, completed=done, total=max(estimate, done))

        yield show
