"""The search: ``python -m benchmarks.search rates``, and the tables of docs/search.md.

These are ``states``, ``anneal``, ``two`` (features), what of annealing is ``needed``, and ``reuse``; ``transfer`` begins with machines that were found for easier tasks. Times
are a core's, not the clock's.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.measure import Row
from construction.search.anneal import (
    CHANGES,
    COLD,
    HOT,
    RISE,
    Annealed,
    Annealing,
    anneal_once,
    search_by_annealing,
)
from construction.search.battery import battery
from construction.search.discovered import load_discovered
from construction.search.draws import Lottery, draw_some
from construction.search.exact import Exact, Problem, search_exact, walk
from construction.search.found import judge
from construction.search.interval import clopper_pearson
from construction.search.jobs import Job
from construction.search.own_task import load_own_task
from construction.search.reuse import break_even, sweep
from construction.search.table import from_machine, to_machine
from construction.search.tasks import TASKS, load_task
from construction.search.workers import local_workers

DRAWS_GOAL, NODES_GOAL = 2_500_000, 5_000_000  #: a second of one core
SECONDS = 60  #: of one core
EXAMPLES: Final = Path(__file__).parents[1] / "examples" / "tasks"
WARM: Final = 0.01  #: where a run begins that begins with a machine


@dataclass(frozen=True)
class Trial:
    """Runs of annealing: on the battery alone, or on half of the larger sizes, too; from a table of its own, or random."""

    task: str
    states: int
    runs: int
    hot: float = HOT
    alone: bool = False
    begin: str = ""  #: the discovered machine to begin with
    cold: float = COLD
    changes: int = CHANGES
    rise: float = 0.0  #: of weights
    three_way: bool = False
    symbols: int = 3

    def problem(self) -> Annealing:
        """The search; what the first machine does not say is drawn."""
        own = EXAMPLES / f"{self.task}.yaml"
        inputs = battery(load_own_task(str(own) if own.exists() else self.task))
        begin: tuple[int, ...] = ()
        if self.begin:
            machine = load_discovered(self.begin).machine
            given = from_machine(machine).reshape(4, -1, len(machine.symbols))
            table = np.full((4, self.states, self.symbols), -1, dtype=np.int8)
            table[:, : given.shape[1], : given.shape[2]] = given
            begin = tuple(table.ravel().tolist())
        return Annealing(
            inputs if self.alone else inputs.extended(),
            self.states,
            self.symbols,
            changes=self.changes,
            hot=self.hot,
            cold=self.cold,
            begin=begin,
            rise=self.rise,
            three_way=self.three_way,
        )


ANNEALED = (
    Trial("learn-one-bit", 5, 8, alone=True),
    Trial("learn-one-bit", 5, 8, 0.03, cold=0.01),
    Trial("learn-one-bit", 5, 8),
    Trial("learn-one-bit", 5, 20, rise=RISE),
    Trial("learn-one-bit", 4, 8),
    Trial("learn-one-bit", 4, 20, rise=RISE),
    Trial("learn-x-or-not", 3, 8),
    Trial("learn-x-or-not", 3, 8, rise=RISE),
    Trial("and-labels", 3, 4),
    Trial("parity-labels", 3, 8),
    Trial("parity-labels", 3, 8, rise=RISE),
)

#: Of two features.
OF_TWO = (
    Trial("x1-or-x2", 5, 6, changes=4_000_000),
    Trial("x1-or-x2", 5, 6, WARM, begin="found-learn-x", changes=4_000_000),
    Trial("nonzero-parity", 7, 6, changes=3_000_000, three_way=True, symbols=4, rise=RISE),
    Trial("literals", 9, 6, changes=3_000_000, three_way=True, symbols=4, rise=RISE),
    Trial("parities", 12, 4, changes=6_000_000, three_way=True, symbols=4, rise=RISE),
    Trial("learn-parity", 7, 2, changes=4_000_000),
    Trial("learn-literal", 7, 2, changes=4_000_000),
)

#: Which is needed, no move up, weights that rise, or a fourth symbol?
NEEDED = (
    *(
        Trial("x1-or-x2", 5, 20, changes=300_000, three_way=three_way, rise=rise, symbols=symbols)
        for three_way in (True, False)
        for rise in (RISE, 0.0)
        for symbols in (4, 3)
    ),
    *(
        Trial(
            "nonzero-parity", 7, 12, changes=1_000_000, three_way=True, rise=rise, symbols=symbols
        )
        for rise, symbols in ((RISE, 4), (0.0, 4), (RISE, 3))
    ),
)

#: From a machine of an easier task, which a hot run would forget, and from random tables.
TRANSFERRED = (
    Trial("learn-one-bit", 5, 8),
    Trial("learn-one-bit", 5, 8, WARM, begin="found-learn-x-or-not"),
    Trial("learn-x-or-not", 3, 8),
    Trial("learn-x-or-not", 3, 8, WARM, begin="found-learn-x"),
)


def search_rows(draws: int, runs: int) -> Iterator[Row]:
    """Rates of one core; the kernels are compiled before."""
    inputs = battery(load_task("x1"))
    lottery, problem = Lottery(inputs, 2, 3), Problem(inputs, 2, 3)
    draw_some(lottery, (0, 10))
    walk(problem, Job(budget=10))
    exact = Exact(problem)
    with local_workers(1) as workers:
        search_exact(exact, workers)
    begun = process_time()
    draw_some(lottery, (0, draws))
    yield Row(
        "lazy draws a second of one core",
        draws / (process_time() - begun),
        DRAWS_GOAL,
        "at least",
    )
    yield Row(
        "decision nodes a second of one core",
        exact.walked.nodes / exact.walked.seconds,
        NODES_GOAL,
        "at least",
        details={"seconds for x1, 2 states, 3 symbols": exact.walked.seconds},
    )
    yield one_bit_row(runs)


def one_bit_row(runs: int) -> Row:
    """How long it takes a core to find the learner of all four functions of one bit, in the mean."""
    problem = Trial("learn-one-bit", 5, runs).problem()
    anneal_once(Annealing(problem.battery, 1, 3), 0)
    found = Annealed()
    for number in range(runs):
        found.add(anneal_once(problem, number))
    return Row(
        "seconds of one core for a learner of one bit",
        found.seconds / len(found.tables) if found.tables else None,
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


def tried(trial: Trial) -> tuple[Annealed, int]:
    """What its runs found, and how many of the machines are right on the held-back sizes, too."""
    problem, found = trial.problem(), Annealed()
    with local_workers() as workers:
        search_by_annealing(found, problem, trial.runs, workers)
    machines = [to_machine(table, problem.s, problem.g, "found") for table in found.arrays()]
    return found, sum(judge(each, problem.battery).larger.all_right for each in machines)


def _print_head(console: Console, headings: str) -> None:
    """The first two lines of a table in Markdown."""
    _print_cells(console, headings.split(" | "))
    console.print("|" + "---|" * len(headings.split(" | ")), soft_wrap=True)


def _print_cells(console: Console, cells: Sequence[object]) -> None:
    console.print("| " + " | ".join(map(str, cells)) + " |", soft_wrap=True)


def needed_table(console: Console, trials: Sequence[Trial]) -> None:
    """Learners with and without each of three things, with the interval of Clopper and Pearson."""
    headings = (
        "task | never up | rising weights | states, symbols | changes | runs | learners | "
        "share, with 95 % confidence | seconds of one core"
    )
    _print_head(console, headings)
    for trial in trials:
        found, learners = tried(trial)
        low, high = clopper_pearson(learners, trial.runs)
        cells = (
            trial.task,
            "yes" if trial.three_way else "no",
            "yes" if trial.rise else "no",
            f"{trial.states}, {trial.symbols}",
            f"{trial.changes:,}",
            trial.runs,
            learners,
            f"{low:.2f} to {high:.2f}",
            f"{found.seconds:.0f}",
        )
        _print_cells(console, cells)


def anneal_table(console: Console, trials: Sequence[Trial]) -> None:
    """Runs, those that end right, those of their machines that are learners, and the time; as docs/search.md has them."""
    headings = (
        "task | states, symbols | changes | temperatures | found at | runs | right | learners | "
        "seconds of one core"
    )
    _print_head(console, headings)
    for trial in trials:
        found, learners = tried(trial)
        cells = (
            trial.task
            + (", battery alone" if trial.alone else "")
            + (f", from {trial.begin}" if trial.begin else "")
            + (", three-way" if trial.three_way else "")
            + (", rising weights" if trial.rise else ""),
            f"{trial.states}, {trial.symbols}",
            f"{trial.changes:,}",
            f"{trial.hot:g} to {trial.cold:g}",
            f"{max(found.found_at):.2g} to {min(found.found_at):.2g}"
            if found.tables
            else f"an error of {found.least:.3f} is left",
            trial.runs,
            len(found.tables),
            learners,
            f"{found.seconds:.0f}",
        )
        _print_cells(console, cells)


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


def rates(console: Console) -> None:
    """The rows of the benchmarks' table."""
    for row in search_rows(20_000_000, 8):
        value = "not measured" if row.value is None else f"{row.value:,.3g}"
        console.print(f"{row.name}: {value}, goal {row.direction} {row.goal:,.3g} {row.note}")


TABLES: Final[Mapping[str, Callable[[Console, argparse.Namespace], None]]] = {
    "rates": lambda console, _: rates(console),
    "states": lambda console, _: states_table(console),
    "anneal": lambda console, _: anneal_table(console, ANNEALED),
    "two": lambda console, _: anneal_table(console, OF_TWO),
    "needed": lambda console, _: needed_table(console, NEEDED),
    "transfer": lambda console, _: anneal_table(console, TRANSFERRED),
    "reuse": lambda console, arguments: reuse_table(console, arguments.repetitions),
}


def main() -> int:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("what", choices=tuple(TABLES), nargs="?", default="rates")
    parser.add_argument("--repetitions", type=int, default=30, help="of the reuse (default: 30)")
    arguments = parser.parse_args()
    console = Console(highlight=False)
    TABLES[arguments.what](console, arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
