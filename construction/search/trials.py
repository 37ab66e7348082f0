"""Searches that try random tables: what they depend on, and how their trials are shared out and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self, TypeVar

import numpy as np

from construction.search.battery import Battery
from construction.search.results import Results
from construction.search.table import MOST_STATES, MOST_SYMBOLS, Table, check_size
from construction.search.workers import Workers

Job = TypeVar("Job")


@dataclass(frozen=True)
class RandomSearch:
    """A battery, the size of the machines, and a seed.

    Raises :class:`~construction.errors.SizeError` when such tables cannot be searched.
    """

    method: ClassVar[str]
    most_entries: ClassVar[int] = MOST_STATES * MOST_SYMBOLS

    battery: Battery
    s: int
    g: int
    seed: int = 0

    def __post_init__(self) -> None:
        check_size(self.s, self.g, self.most_entries)

    @property
    def key(self) -> dict[str, Any]:
        """What a result depends on."""
        return {
            "method": self.method,
            "task": self.battery.task,
            "battery": self.battery.digest,
            "states": self.s,
            "symbols": self.g,
            "seed": self.seed,
        }


@dataclass
class Trials:
    """What trials found: right tables, each with its trial's number."""

    tables: list[tuple[int, list[int]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        # JSON has no tuples, and a list that was read does not compare with one.
        self.tables = [(number, table) for number, table in self.tables]

    def add(self, other: Self) -> None:
        """Add other trials."""
        self.tables = sorted([*self.tables, *other.tables])

    def arrays(self) -> list[Table]:
        """The right tables that were kept."""
        return [np.array(table, dtype=np.int8).reshape(4, -1) for _, table in self.tables]


Tried = TypeVar("Tried", bound=Trials)


def try_all(
    result: Tried,
    function: Callable[[Job], Tried],
    jobs: Iterable[Job],
    workers: Workers,
    results: Results | None,
    ended: Callable[[Job], object],
) -> None:
    """Every job's trials, added to ``result``; whoever interrupts this still has what was found.

    ``results`` keeps what each job found, and gives what it has already. ``ended`` is called after a job's trials
    are added.
    """

    def pending() -> Iterator[Job]:
        for job in jobs:
            stored = None if results is None else results.load(job)
            if stored is None:
                yield job
            else:
                result.add(type(result)(**stored))

    for job, found in workers.run(function, pending()):
        if results is not None:
            results.save(job, vars(found))
        result.add(found)
        ended(job)
