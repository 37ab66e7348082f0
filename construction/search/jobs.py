"""A tree's parts as jobs: what a job leaves over becomes further jobs, so uneven parts are split where they are large."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt

from construction.search.results import Results
from construction.search.workers import Workers

FIRST_BUDGET: Final = 100_000
LARGEST_BUDGET: Final = 4_000_000

Part = tuple[tuple[int, ...], int]  #: of the tree: below a path of options, from an option on


@dataclass(frozen=True)
class Job:
    """Parts of the tree: below each path of options, from an option on; at most ``budget`` nodes or so."""

    parts: tuple[Part, ...] = (((), 0),)
    budget: int = FIRST_BUDGET

    @property
    def key(self) -> list[Any]:
        """The job as plain data."""
        return [[[list(path), first] for path, first in self.parts], self.budget]


def parts_left(options: list[int], widths: npt.NDArray[np.int8], base: int) -> Iterator[Part]:
    """What a walk that began at depth ``base`` and stopped at an option to be decided has left over."""
    for level in range(base, len(options)):
        following = options[level] + (level < len(options) - 1)
        if following < widths[level]:
            yield tuple(options[:level]), following


def halves(parts: list[Part], budget: int) -> tuple[Job, ...]:
    """The part nearest the root, which is likely the largest, and all others, as jobs."""
    larger = min(2 * budget, max(budget, LARGEST_BUDGET))
    ordered = sorted(parts, key=lambda part: (len(part[0]), part))
    return tuple(Job(tuple(each), larger) for each in (ordered[:1], ordered[1:]) if each)


class Found(Protocol):
    """What a job found: the jobs that it left over, and how it is kept."""

    @property
    def rest(self) -> tuple[Job, ...]:
        """What is left over."""

    def to_json(self) -> dict[str, Any]:
        """The result as plain data."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of :meth:`to_json`."""


AFound = TypeVar("AFound", bound=Found)


def in_jobs(
    do: Callable[[Job], AFound],
    kind: type[AFound],
    add: Callable[[AFound], object],
    workers: Workers,
    results: Results | None,
    progress: Callable[[], object],
) -> None:
    """Walk a whole tree in jobs, adding what each of them finds; ``progress`` is called after each that was done."""

    def pending(jobs: Iterable[Job]) -> Iterator[Job]:
        stack = list(jobs)
        while stack:
            job = stack.pop()
            stored = None if results is None else results.load(job.key)
            if stored is None:
                yield job
                continue
            found = kind.from_json(stored)
            add(found)
            stack += found.rest

    begin = list(pending([Job()]))
    for job, found in workers.run(do, begin, lambda found: pending(found.rest)):
        if results is not None:
            results.save(job.key, found.to_json())
        add(found)
        progress()
