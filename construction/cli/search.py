"""``rcnn search``: how likely random weights are a learner, and which learners they are."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import ROUND_CEILING
from fractions import Fraction
from functools import partial
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
from construction.cli.report import counted
from construction.errors import ConstructionError
from construction.search.anneal import CHANGES, RISE, Annealed, Annealing, search_by_annealing
from construction.search.battery import Battery
from construction.search.corollary2 import Repeated, plan, repeat_many, summary
from construction.search.draws import Drawn, Lottery, search_by_draws
from construction.search.exact import Exact, Problem, search_exact
from construction.search.found import NONE_HELD_BACK
from construction.search.interval import bound
from construction.search.limits import check_nodes
from construction.search.outcome import Outcome, annealing_outcome, draws_outcome, exact_outcome
from construction.search.own_task import load_battery, load_own_task
from construction.search.results import Results
from construction.search.tasks import TASKS
from construction.search.workers import Workers, cluster_workers, local_workers

EXIT_INTERRUPTED: Final = 130
DRAWS: Final = 10_000_000
RUNS: Final = 32
REPETITIONS: Final = 300
MOST_NUMBER: Final = 2**62  #: so that a seed, and what is added to it, has 64 bits

#: The options that only some methods have: Corollary 2 is restarts with an epsilon.
OWN_OPTIONS: Final = {
    "exact": ("entries", "order", "gpu"),
    "restarts": ("draws", "seed"),
    "anneal": ("runs", "changes", "three-way", "rising-weights", "seed"),
    "corollary 2": ("epsilon", "delta", "noise", "repetitions", "size", "seed"),
}


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "task",
        metavar="TASK",
        help=f"what to learn: {', '.join(TASKS)}; a YAML file with targets and sizes; or a CSV file, the last "
        f"column being the label",
    )
    parser.add_argument("--states", metavar="S", type=positive, default=2, help="default: 2")
    parser.add_argument(
        "--symbols",
        metavar="G",
        type=positive,
        default=3,
        help="bits and blank included; default: 3",
    )
    parser.add_argument(
        "--method",
        choices=("exact", "restarts", "anneal"),
        default="exact",
        help="the exact probability; uniform draws; or annealing from random tables (default: %(default)s)",
    )
    parser.add_argument(
        "--train",
        metavar="M",
        type=positive,
        help="the first M rows of a CSV file train (default: half)",
    )
    exact = parser.add_argument_group("exact")
    exact.add_argument(
        "--entries",
        metavar="N",
        type=positive,
        help="decide at most N entries of a table, for lower bounds (default: all)",
    )
    exact.add_argument(
        "--order", metavar="SEED", type=natural, help="take the battery in another order"
    )
    exact.add_argument(
        "--gpu",
        action="store_const",
        const=True,
        help="walk the tree on an NVIDIA GPU (extra: cuda)",
    )
    others = parser.add_argument_group("restarts and anneal")
    others.add_argument(
        "--draws", metavar="N", type=positive, help=f"restarts (default: {DRAWS:,})"
    )
    others.add_argument("--runs", metavar="N", type=positive, help=f"anneal (default: {RUNS})")
    others.add_argument(
        "--changes", metavar="N", type=positive, help=f"of a run (default: {CHANGES:,})"
    )
    others.add_argument(
        "--three-way",
        action="store_const",
        const=True,
        help="anneal: only machines that never move up, so they read the examples one after the other",
    )
    others.add_argument(
        "--rising-weights",
        action="store_const",
        const=True,
        help="anneal: what is answered wrong weighs more after every change that is taken; a gain for some tasks",
    )
    others.add_argument("--seed", metavar="S", type=natural, help="default: 0")
    corollary = parser.add_argument_group(
        "restarts as in Corollary 2, with noisy examples and validation"
    )
    corollary.add_argument("--epsilon", type=float, help="how much worse than the best target")
    corollary.add_argument("--delta", type=float, help="how often it may fail")
    corollary.add_argument("--noise", type=float, help="how often a label is wrong (default: 0)")
    corollary.add_argument(
        "--size",
        metavar=("M", "D"),
        nargs=2,
        type=positive,
        help="examples and features (default: 1 1)",
    )
    corollary.add_argument(
        "--repetitions", metavar="N", type=positive, help=f"default: {REPETITIONS}"
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
    method = arguments.method
    if method == "restarts" and arguments.epsilon is not None:
        method = "corollary 2"
    _check_options(arguments, method)
    if method == "corollary 2":
        return _corollary2(arguments)
    battery = load_battery(arguments.task, arguments.train)
    search = {"exact": _exact, "restarts": _restarts, "anneal": _anneal}[method]
    code, outcome = search(arguments, battery)
    if arguments.json:
        print(json.dumps(outcome.to_json()))
    else:
        _show(outcome)
    return code


def _check_options(arguments: argparse.Namespace, method: str) -> None:
    """Refuse an option that the method would ignore."""
    for option in sorted({each for options in OWN_OPTIONS.values() for each in options}):
        given = getattr(arguments, option.replace("-", "_"))
        if given is not None and option not in OWN_OPTIONS[method]:
            with_it = [name for name, options in OWN_OPTIONS.items() if option in options]
            raise ConstructionError(
                f"--{option} says nothing to the method {method}; it belongs to {' and '.join(with_it)}"
                + (
                    " (--method restarts with --epsilon and --delta)"
                    if "corollary 2" in with_it
                    else ""
                )
            )
    for option in ("changes", "seed"):
        if (getattr(arguments, option) or 0) > MOST_NUMBER:
            raise ConstructionError(
                f"--{option} is {getattr(arguments, option)}; it should be at most {MOST_NUMBER}"
            )
    if arguments.gpu and arguments.scheduler:
        raise ConstructionError("--gpu and --scheduler say two places to work; give one of them")
    if method == "corollary 2" and (arguments.resume or arguments.train):
        raise ConstructionError("--resume and --train say nothing to restarts with --epsilon")


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
    results = None if arguments.resume is None else Results(arguments.resume, lottery.key)
    result = Drawn()
    with _workers(arguments) as workers, _progress("draws", draws) as show:
        code = _interruptible(
            lambda: search_by_draws(result, lottery, draws, workers, results, show)
        )
    _tell_of_damage(results)
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
    results = None if arguments.resume is None else Results(arguments.resume, problem.key)
    result = Annealed()
    with _workers(arguments) as workers, _progress("runs", runs) as show:
        code = _interruptible(
            lambda: search_by_annealing(result, problem, runs, workers, results, show)
        )
    _tell_of_damage(results)
    return code, annealing_outcome(result, problem, complete=not code)


def _corollary2(arguments: argparse.Namespace) -> int:
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
    figures = {"task": task.name, "method": "restarts", **summary(experiment, result)}
    if arguments.json:
        print(json.dumps(figures))
        return code
    low, high = result.interval
    for line in (
        f"{task.name}: {m} examples with {d} features, label noise {experiment.noise:g}",
        f"a random machine of {experiment.s} states and {experiment.g} symbols is right with probability "
        f"{experiment.probability:.4g} (exact), so R = {experiment.draws:,} restarts and M = "
        f"{experiment.examples:,} validation examples for epsilon {experiment.epsilon:g}, delta {experiment.delta:g}",
        f"{result.failures} of {result.repetitions} repetitions failed: with 95 % confidence a probability of "
        f"{low:.3f} to {high:.3f}; at most {experiment.delta:g} is stated",
        f"networks, trained by SGD: equal to the chosen machines on {result.equal} of {result.compared} outputs",
    ):
        print(line)
    return code


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


def _show(outcome: Outcome) -> None:
    print(
        f"{outcome.task}: {counted(outcome.states, 'state')}, {counted(outcome.symbols, 'symbol')}, {outcome.method}"
    )
    value = outcome.probability
    if isinstance(value, Fraction):
        least = "" if outcome.complete else "at least "
        print(f"a random table is right on the battery with probability {least}{_fraction(value)}")
        if not outcome.complete:
            most = value + Fraction(outcome.masses["unresolved"])
            print(f"and at most {bound(most, ROUND_CEILING)}, as some mass is unresolved")
        larger, open_there = (
            outcome.notes[f"{what}_on_larger"] for what in ("probability", "unresolved")
        )
        if larger is None:
            print(NONE_HELD_BACK.lower())
        else:
            least_there = "at least " if open_there else least
            print(f"and on larger sizes, which were held back: {least_there}{_fraction(larger)}")
        if open_there:
            print(
                f"(right on the battery, but unresolved on larger sizes: {float(open_there):.4g})"
            )
        for name, mass in outcome.masses.items():
            print(f"  {name:16}{float(mass):.9f}")
    elif value is not None and outcome.interval is not None:
        low, high = outcome.interval
        what = "runs" if outcome.method == "anneal" else "draws"
        right_there = outcome.notes["right_on_larger"]
        print(
            f"{outcome.masses['correct']:,} of {outcome.notes[what]:,} {what} are right on the battery"
            + (
                f"; {NONE_HELD_BACK.lower()}"
                if right_there is None
                else f", {right_there:,} of them on larger sizes, too"
            )
        )
        print(f"with 95 % confidence a probability of {low:.4g} to {high:.4g}")
        if outcome.method == "anneal":
            notes = outcome.notes
            hot, cold = notes["temperatures"]
            at = notes["found_at_temperatures"]
            where = f"; found at {at[-1]:.3g} to {at[0]:.3g}" if at else ""
            how = " of a three-way machine" if notes["three_way"] else ""
            how += ", with rising weights," if notes["rise"] else ""
            print(
                f"each run of {notes['changes_of_a_run']:,} changes{how} cools down from temperature {hot:g} to {cold:g}{where}"
            )
            print(f"{notes['changes']:,} changes tried, {notes['core_seconds']:.1f} s of one core")
            if not outcome.masses["correct"]:
                print(f"the least balanced error that was met: {notes['least_cost']:.3f}")
    if outcome.method == "anneal" and not outcome.complete:
        _show_interrupted(outcome)
    for found in outcome.found:
        same, compared = found.network
        print(
            f"\n{found.machine.name}: the network, trained by SGD, equals the machine on {same} of {compared} "
            f"test examples\n{found.yaml}",
            end="",
        )


def _show_interrupted(outcome: Outcome) -> None:
    """What an interruption has cut short."""
    notes = outcome.notes
    print(f"interrupted: {counted(notes['runs'], 'run')} had ended", end="")
    if notes["interrupted_runs"]:
        print(
            f", and {notes['interrupted_runs']} had begun and had met a least balanced error of "
            f"{notes['interrupted_least_cost']:.3f}; they count for nothing else, and with --resume they are done again"
        )
    else:
        print()
    if notes["runs"]:
        print("(runs that find a machine end sooner, so their share is too high here)")


def _fraction(value: Fraction) -> str:
    return f"{value} = {float(value):.4g}" if value.denominator > 1 else str(value)
