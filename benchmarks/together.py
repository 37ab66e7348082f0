"""Probabilities of several tasks from one walk: ``python -m benchmarks.together``, the tables of docs/search.md.

A task's name walks only the tree of the tasks with the same inputs. ``--json`` writes the leaves, so
``--show`` works out the fractions anew, from the counts of leaves.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from benchmarks.reporting import read, write
from construction.cli.report import progress_bars
from construction.errors import ConstructionError
from construction.search.battery import battery
from construction.search.exact import Exact, Problem, Walked
from construction.search.results import Results
from construction.search.tasks import load_task
from construction.search.together import Together, search_together
from construction.search.workers import local_workers

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
    together = Together([Problem(battery(load_task(task)), *sizes) for task in tasks])
    found = [Exact(problem) for problem in together.problems]
    results = None if kept is None else Results(kept / tasks[0], together.key)
    nodes, _ = together.shared.estimate()
    with progress_bars() as tell, local_workers() as workers:
        show = partial(_show, tell, tasks[0], int(nodes))
        total = search_together(found, together, workers, results, show)
    return {
        "tasks": {each.problem.battery.task: recorded(each.walked) for each in found},
        "nodes": total,
    }


def _show(tell: Any, task: str, estimate: int, nodes: int) -> None:
    tell(f"{task} ...", nodes, max(estimate, nodes))


def recorded(walked: Walked) -> dict[str, int]:
    """How many leaves have a category and six counts, which are the names."""
    return {" ".join(map(str, leaf)): walked.leaves[leaf] for leaf in sorted(walked.leaves)}


def exact(task: str, sizes: tuple[int, int, int], leaves: Mapping[str, int]) -> Exact:
    """The inverse of :func:`recorded`."""
    counted = {tuple(map(int, leaf.split())): count for leaf, count in leaves.items()}
    return Exact(Problem(battery(load_task(task)), *sizes), Walked(Counter(counted)))


def show_table(results: Mapping[str, Any], console: Console) -> None:
    """Each task's probability, or bounds of it, on the battery and on larger sizes, too."""
    sizes = (results["states"], results["symbols"], results["entries"])
    console.print(
        "| task | probability on the battery | and on larger sizes, too |", soft_wrap=True
    )
    console.print("|---|---|---|", soft_wrap=True)
    for walk in results["walks"]:
        for task, leaves in walk["tasks"].items():
            cells = (task, *_cells(exact(task, sizes, leaves)))
            console.print(f"| {' | '.join(cells)} |", soft_wrap=True)


def _cells(found: Exact) -> Iterator[str]:
    unresolved = found.masses["unresolved"]
    yield _between(found.probability, unresolved)
    yield _between(found.probability_on_larger, unresolved + found.unresolved_on_larger)


def _between(least: Fraction, unresolved: Fraction) -> str:
    """A probability; a lower bound, and how much more it can be."""
    if unresolved == 0:
        return f"{least} = {float(least):.3g}" if least else "0"
    return f"{float(least):.4g} to {float(least + unresolved):.4g}"


def main() -> int:
    """Walk, or read; print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.together", description=__doc__)
    parser.add_argument(
        "task", nargs="?", choices=sum(WALKS, ()), metavar="task", help="(default: all three walks)"
    )
    parser.add_argument("--states", type=int, default=2, help="default: 2")
    parser.add_argument("--symbols", type=int, default=3, help="default: 3")
    parser.add_argument("--entries", type=int, default=0, help="that are decided (default: all)")
    parser.add_argument("--resume", type=Path, metavar="DIR", help="a directory for results")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the leaves to FILE")
    parser.add_argument(
        "--show", type=Path, metavar="FILE", help="show what --json has written; walk nothing"
    )
    given = parser.parse_args()
    if given.json and not given.json.parent.is_dir():
        parser.error(f"{given.json}: there is no folder {given.json.parent}")
    try:
        if given.show:
            results = read(given.show)
        else:
            sizes = (given.states, given.symbols, given.entries)
            walks = [walk for walk in WALKS if given.task in (None, *walk)]
            results = {
                **dict(zip(("states", "symbols", "entries"), sizes, strict=True)),
                "walks": [walked(walk, sizes, given.resume) for walk in walks],
            }
            if given.json:
                write(given.json, results)
        show_table(results, Console(highlight=False))
    except (ConstructionError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
