"""Probabilities of several tasks from one walk: ``python -m benchmarks.together``, the tables of docs/search.md.

A task's name walks only the tree of the tasks that have inputs in common with it, or that of this task, if there are
none. ``--json`` writes the leaves, so ``--show`` works out the fractions anew, from the counts of leaves.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from benchmarks.reporting import read, write
from construction.cli.numbers import positive
from construction.cli.report import progress_bars
from construction.errors import ConstructionError, DataError
from construction.network.container import check_writable
from construction.search.battery import battery
from construction.search.exact import Exact, Problem, Walked, search_exact
from construction.search.interval import bound
from construction.search.results import Results
from construction.search.tasks import TASKS, load_task
from construction.search.together import Together, search_together
from construction.search.workers import Workers, local_workers

#: Tasks with inputs in common, so that one walk serves them.
WALKS: Final = (
    ("x1", "xd", "parity-x", "and-x", "learn-x-or-not", "learn-literal", "learn-one-bit"),
    (
        "first-label",
        "last-label",
        "or-labels",
        "and-labels",
        "parity-labels",
        "majority-labels",
        "learn-constant",
    ),
    ("learn-x", "learn-parity"),
)


def walked(tasks: Sequence[str], sizes: tuple[int, int, int], kept: Path | None) -> dict[str, Any]:
    """Walk the tree of some tasks, of machines of so many states, symbols and decided entries (0: all)."""
    problems = [Problem(battery(load_task(task)), *sizes) for task in tasks]
    search: Callable[[Workers, Results | None, Callable[[int], object]], int]
    if len(problems) == 1:
        (tree,) = problems
        found, key = [Exact(tree)], tree.key
        search = partial(_search_alone, found[0])
    else:
        together = Together(problems)
        tree, key = together.shared, together.key
        found = [Exact(problem) for problem in together.problems]
        search = partial(search_together, found, together)
    results = None if kept is None else Results(kept / tasks[0], key)
    nodes, _ = tree.estimate()
    with progress_bars() as tell, local_workers() as workers:
        total = search(workers, results, partial(_show, tell, tasks[0], int(nodes)))
    return {
        "tasks": {each.problem.battery.task: recorded(each.walked) for each in found},
        "keys": {each.battery.task: each.key for each in problems},
        "nodes": total,
    }


def _search_alone(
    found: Exact, workers: Workers, results: Results | None, show: Callable[[int], object]
) -> int:
    search_exact(found, workers, results, show)
    return found.walked.nodes


def _show(tell: Any, task: str, estimate: int, nodes: int) -> None:
    tell(f"{task} ...", nodes, max(estimate, nodes))


def recorded(walked: Walked) -> dict[str, int]:
    """How many leaves have a category and six counts, which are the names."""
    return {" ".join(map(str, leaf)): walked.leaves[leaf] for leaf in sorted(walked.leaves)}


def exact(task: str, walk: Mapping[str, Any]) -> Exact:
    """What :func:`walked` found of a task.

    Raises :class:`~construction.errors.DataError` when the task is not any more what was walked.
    """
    key = walk["keys"][task]
    problem = Problem(battery(load_task(task)), key["states"], key["symbols"], key["entries"])
    other = [name for name, value in problem.key.items() if key.get(name) != value]
    if other:
        raise DataError(
            f"{task}: its {other[0]} was {key.get(other[0])!r}, and is {problem.key[other[0]]!r}; walk it again"
        )
    leaves = walk["tasks"][task].items()
    counted = {tuple(map(int, leaf.split())): int(count) for leaf, count in leaves}
    return Exact(problem, Walked(Counter(counted)))


def kept_table(path: Path) -> list[tuple[str, ...]]:
    """The table of a file of ``--json``.

    Raises :class:`~construction.errors.DataError` when it is no such file.
    """
    try:
        return table(read(path)["walks"])
    except (AttributeError, LookupError, TypeError, ValueError, ZeroDivisionError) as error:
        raise DataError(
            f"{path}: this is not what --json writes ({type(error).__name__}: {error})"
        ) from None


def table(walks: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Each task's probability, or bounds of it, on the battery and on larger sizes, too."""
    return [(task, *_cells(exact(task, walk))) for walk in walks for task in walk["tasks"]]


def show_table(rows: Sequence[Sequence[str]], console: Console) -> None:
    """Print it."""
    console.print(
        "| task | probability on the battery | and on larger sizes, too |", soft_wrap=True
    )
    console.print("|---|---|---|", soft_wrap=True)
    for row in rows:
        console.print(f"| {' | '.join(row)} |", soft_wrap=True)


def _cells(found: Exact) -> Iterator[str]:
    unresolved = found.masses["unresolved"]
    yield _between(found.probability, unresolved)
    yield _between(found.probability_on_larger, unresolved + found.unresolved_on_larger)


def _between(least: Fraction, unresolved: Fraction) -> str:
    """A probability; or a lower bound, rounded down, and an upper one, rounded up."""
    if unresolved == 0:
        return f"{least} = {float(least):.3g}" if least else "0"
    return f"{bound(least, ROUND_FLOOR)} to {bound(least + unresolved, ROUND_CEILING)}"


def main() -> int:
    """Walk, or read; print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.together", description=__doc__)
    parser.add_argument(
        "task", nargs="?", choices=tuple(TASKS), metavar="task", help="(default: all three walks)"
    )
    parser.add_argument("--states", type=positive, help="default: 2")
    parser.add_argument("--symbols", type=positive, help="default: 3")
    parser.add_argument("--entries", type=positive, help="that are decided (default: all)")
    parser.add_argument("--resume", type=Path, metavar="DIR", help="a directory for results")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the leaves to FILE")
    parser.add_argument(
        "--show", type=Path, metavar="FILE", help="show what --json has written; walk nothing"
    )
    given = parser.parse_args()
    console = Console(highlight=False)
    try:
        if given.show:
            for option in ("task", "states", "symbols", "entries", "resume", "json"):
                if getattr(given, option) is not None:
                    parser.error(f"--show walks nothing, so {option} says nothing to it")
            show_table(kept_table(given.show), console)
            return 0
        if given.json:
            check_writable(given.json)
        sizes = (given.states or 2, given.symbols or 3, given.entries or 0)
        with_it = [walk for walk in WALKS if given.task in (None, *walk)]
        walks: list[Sequence[str]] = [*with_it] or [(given.task,)]
        found = [walked(walk, sizes, given.resume) for walk in walks]
        show_table(table(found), console)
        if given.json:
            write(given.json, {"walks": found})
    except (ConstructionError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
