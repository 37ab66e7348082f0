"""Annealing: from random tables, by changes of single entries, to a table that is right on the battery."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from time import thread_time
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from construction.search.anneal_kernel import anneal
from construction.search.battery import Arrays, Battery, to_arrays
from construction.search.interval import clopper_pearson
from construction.search.results import Results
from construction.search.table import Table, check_size
from construction.search.workers import Workers

CHANGES: Final = 1_000_000  #: that a run tries
#: The temperatures between which a run cools down; a cost is at most 1.
HOT: Final = 0.03
COLD: Final = 0.01
SOLVED: Final = 1e-9
MOST_ENTRIES: Final = 64


@dataclass(frozen=True)
class Annealing:
    """A battery, the size of the machines, and a seed.

    Raises :class:`~construction.errors.SizeError` when such tables cannot be searched.
    """

    battery: Battery
    s: int
    g: int
    seed: int = 0

    def __post_init__(self) -> None:
        check_size(self.s, self.g, MOST_ENTRIES)

    @property
    def key(self) -> dict[str, Any]:
        """What a result depends on."""
        return {
            "method": "anneal",
            "task": self.battery.task,
            "battery": self.battery.digest,
            "states": self.s,
            "symbols": self.g,
            "seed": self.seed,
        }

    @cached_property
    def _kernel(self) -> tuple[Arrays, npt.NDArray[np.float64]]:
        arrays = to_arrays(self.battery.inputs)
        of_each = np.bincount(arrays.answers, minlength=2)
        kinds = np.count_nonzero(of_each)
        return arrays, 1.0 / (kinds * of_each[arrays.answers])


@dataclass
class Annealed:
    """Runs: how many changes they tried, how many ended with a table that is right, and those tables."""

    runs: int = 0
    changes: int = 0
    seconds: float = 0.0  #: of one core
    least: float = 1.0
    tables: list[tuple[int, list[int]]] = field(default_factory=list)

    def add(self, other: Annealed) -> None:
        """Add other runs."""
        self.runs += other.runs
        self.changes += other.changes
        self.seconds += other.seconds
        self.least = min(self.least, other.least)
        self.tables = sorted([*self.tables, *other.tables])

    @property
    def interval(self) -> tuple[float, float]:
        """The probability that a run ends with a right table, with 95 % confidence."""
        return clopper_pearson(len(self.tables), self.runs)

    def arrays(self) -> list[Table]:
        """The right tables."""
        return [np.array(table, dtype=np.int8).reshape(4, -1) for _, table in self.tables]


def anneal_once(problem: Annealing, number: int) -> Annealed:
    """The run of this number."""
    began = thread_time()
    arrays, weights = problem._kernel
    table = np.zeros((4, problem.s * problem.g), dtype=np.int8)
    least, changes = anneal(
        arrays, weights, problem.s, problem.g, table, problem.seed, number, CHANGES, HOT, COLD
    )
    solved = least < SOLVED
    return Annealed(
        1,
        int(changes) if solved else CHANGES,
        thread_time() - began,
        float(least),
        [(number, table.ravel().tolist())] if solved else [],
    )


def search_by_annealing(
    result: Annealed,
    problem: Annealing,
    runs: int,
    workers: Workers,
    results: Results | None = None,
    progress: Callable[[int], object] = lambda done: None,
) -> None:
    """So many runs, added to ``result``; whoever interrupts this still has what was found."""

    def pending() -> Iterator[int]:
        for number in range(runs):
            stored = None if results is None else results.load(number)
            if stored is None:
                yield number
            else:
                result.add(Annealed(**stored))

    for number, found in workers.run(partial(anneal_once, problem), pending()):
        if results is not None:
            results.save(number, vars(found))
        result.add(found)
        progress(result.runs)
