"""The exact probability that a random table is right on a battery, by deferred decisions.

The tree of :mod:`construction.search.tree` is cut into **jobs** of a bounded number of nodes. What a job leaves
over becomes further jobs, so uneven subtrees are split where they are large. A job's result is a histogram of
leaves; the sum of all histograms, and so every mass, does not depend on how the tree was cut.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, partial
from heapq import heappop, heappush
from math import prod
from time import thread_time
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from construction.errors import SizeError
from construction.search.battery import Arrays, Battery
from construction.search.jobs import Job, Part, halves, in_jobs, parts_left
from construction.search.probe import probe
from construction.search.results import Results
from construction.search.run import FIXED_SYMBOLS, LONGEST, NO_LIMIT
from construction.search.table import Table, check_size, choices
from construction.search.tree import (
    CATEGORIES,
    RIGHT_ON_ALL,
    RIGHT_ON_BATTERY,
    UNRESOLVED,
    explore,
    scratch_shapes,
    wanted,
)
from construction.search.workers import Workers

LEAVES_KEPT: Final = 8
PROBES: Final = 100_000
MOST_ENTRIES: Final = (
    111  #: so that an entry that wrote a cell, beside 16 symbols, is a number of 8 bits
)

Leaf = tuple[int, ...]  #: category and six counts


@dataclass(frozen=True)
class Problem:
    """A battery, the size of the machines, and the most entries that are decided (all, if 0).

    Raises :class:`~construction.errors.SizeError` when such tables cannot be searched.
    """

    battery: Battery
    s: int
    g: int
    most: int = 0

    def __post_init__(self) -> None:
        check_size(self.s, self.g, MOST_ENTRIES)
        if not 0 <= self.most <= self.s * self.g:
            raise SizeError(
                f"{self.most} entries were asked for; {self.s} states and {self.g} symbols have "
                f"{self.s * self.g}"
            )

    @property
    def entries(self) -> int:
        """The most entries that are decided on a way down."""
        return self.most or self.s * self.g

    @property
    def key(self) -> dict[str, Any]:
        """What a result depends on."""
        return {
            "method": "exact",
            "task": self.battery.task,
            "battery": self.battery.digest,
            "states": self.s,
            "symbols": self.g,
            "entries": self.entries,
            "longest": LONGEST,
        }

    @cached_property
    def _kernel(self) -> tuple[Arrays, Any]:
        sizes = np.array([len(self.battery.inputs), self.s, self.g, self.entries], dtype=np.int64)
        return self.battery.arrays, sizes

    def mass(self, leaf: Leaf) -> Fraction:
        """The probability that a random table is in one leaf with these counts."""
        _, entries, moved, states_decided, symbols_decided, states_used, symbols_used = leaf
        s, g = self.s, self.g
        mass = Fraction(
            (g * s * s) ** moved,
            choices(s, g) ** entries * s**states_decided * g**symbols_decided,
        )
        for used in range(1, states_used):
            mass *= s - used
        for used in range(symbols_used):
            mass *= g - FIXED_SYMBOLS - used
        return mass

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the histogram of leaves: the category, and the most that each of the six counts can be, with 0."""
        most = self.entries
        counts = (most, most, 2 * most, most, self.s, self.g - FIXED_SYMBOLS)
        return (len(CATEGORIES), *(count + 1 for count in counts))

    def counted(self, histogram: npt.NDArray[np.int64]) -> Counter[Leaf]:
        """The leaves of a flat histogram."""
        found = np.flatnonzero(histogram)
        where = np.transpose(np.unravel_index(found, self.shape)).tolist()
        return Counter(dict(zip(map(tuple, where), histogram[found].tolist(), strict=True)))

    def estimate(self, probes: int = PROBES) -> tuple[float, float]:
        """How many nodes the tree has, estimated on random ways down, and the standard error."""
        arrays, sizes = self._kernel
        mean, squares = probe(arrays, sizes, probes, 1)
        return mean, max(0.0, (squares - mean * mean) / probes) ** 0.5


@dataclass
class Walked:
    """What a job found: a histogram of leaves, the best of the right ones, and the jobs that it left over."""

    leaves: Counter[Leaf] = field(default_factory=Counter)
    best: list[tuple[float, list[int]]] = field(default_factory=list)
    nodes: int = 0
    seconds: float = 0.0  #: of one core
    rest: tuple[Job, ...] = ()

    def add(self, other: Walked) -> None:
        """Add another job's leaves, nodes and time."""
        self.leaves.update(other.leaves)
        self.best = sorted([*self.best, *other.best], key=lambda b: (-b[0], b[1]))[:LEAVES_KEPT]
        self.nodes += other.nodes
        self.seconds += other.seconds

    def to_json(self) -> dict[str, Any]:
        """The result as plain data."""
        return {
            "leaves": sorted([*leaf, count] for leaf, count in self.leaves.items()),
            "best": self.best,
            "nodes": self.nodes,
            "seconds": self.seconds,
            "rest": [job.key for job in self.rest],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Walked:
        """The inverse of :meth:`to_json`."""
        return cls(
            Counter({tuple(row[:-1]): row[-1] for row in data["leaves"]}),
            [(score, table) for score, table in data["best"]],
            data["nodes"],
            data["seconds"],
            tuple(
                Job(tuple((tuple(path), first) for path, first in parts), budget)
                for parts, budget in data["rest"]
            ),
        )


def walk(problem: Problem, job: Job) -> Walked:
    """Do a job."""
    began = thread_time()
    arrays, sizes = problem._kernel
    s, g = problem.s, problem.g
    histogram = np.zeros(prod(problem.shape), dtype=np.int64)
    leaves = np.zeros((LEAVES_KEPT, 4, s * g), dtype=np.int8)
    scores = np.full(LEAVES_KEPT, -np.inf)
    scratch = tuple(
        np.zeros(shape, dtype) for shape, dtype in scratch_shapes(s, g, arrays.tapes.shape[1])
    )
    stack, widths = scratch[-2:]
    nodes = 0
    rest: list[Part] = []
    for index, (path, first) in enumerate(job.parts):
        if nodes >= job.budget:
            rest += job.parts[index:]
            break
        walked, depth = explore(
            arrays,
            sizes,
            wanted(arrays),
            np.array(problem.shape, dtype=np.int64),
            np.array(path, dtype=np.int8),
            len(path),
            first,
            0,
            (job.budget - nodes, NO_LIMIT, LONGEST, 0),
            scratch,
            histogram,
            leaves,
            scores,
        )
        nodes += walked
        rest += parts_left(stack[:depth].tolist(), widths, len(path))
    return Walked(
        problem.counted(histogram),
        best_leaves(leaves, scores),
        nodes,
        thread_time() - began,
        halves(rest, job.budget),
    )


def split(problem: Problem, parts: int, jobs: int) -> Walked:
    """The tree near its root, walked, and the parts that are left over, ``parts`` or more, as so many jobs.

    It is the same every time. The jobs have no budget: they are for whoever walks them to their ends.
    """
    result = Walked()
    waiting: list[tuple[int, Part]] = [(0, ((), 0))]
    while waiting and len(waiting) < parts:
        walked = walk(problem, Job((heappop(waiting)[1],), budget=1))
        result.add(walked)
        for path, first in (part for job in walked.rest for part in job.parts):
            heappush(waiting, (len(path), (path, first)))
    dealt = [tuple(part for _, part in sorted(waiting)[number::jobs]) for number in range(jobs)]
    result.rest = tuple(Job(each, 0) for each in dealt if each)
    return result


def best_leaves(
    leaves: npt.NDArray[np.int8], scores: npt.NDArray[np.float64]
) -> list[tuple[float, list[int]]]:
    """Those that were found, each with its score."""
    found = np.flatnonzero(scores > -np.inf)
    return [(float(scores[each]), leaves[each].ravel().tolist()) for each in found]


@dataclass
class Exact:
    """Exact masses of the tree, or of as much of it as was walked.

    ``masses`` sum to 1: what was not walked counts as unresolved.
    """

    problem: Problem
    walked: Walked = field(default_factory=Walked)

    @property
    def by_category(self) -> dict[str, Fraction]:
        """The mass of each category of leaves, and of what was not walked."""
        masses: dict[str, Fraction] = dict.fromkeys(CATEGORIES, Fraction(0))
        for leaf, count in self.walked.leaves.items():
            masses[CATEGORIES[leaf[0]]] += count * self.problem.mass(leaf)
        masses["not walked"] = 1 - sum(masses.values(), Fraction(0))
        return masses

    @property
    def masses(self) -> dict[str, Fraction]:
        """Right on the battery; wrong, looping, or lacking an answer on it; unresolved."""
        all_masses = self.by_category
        right = sum((all_masses[each] for each in CATEGORIES[RIGHT_ON_BATTERY:]), Fraction(0))
        return {
            "correct": right,
            "wrong": all_masses["wrong"],
            "loops": all_masses["loops"],
            "lacks an answer": all_masses["lacks an answer"],
            "unresolved": all_masses["unresolved"] + all_masses["not walked"],
        }

    @property
    def probability(self) -> Fraction:
        """That a random table is right on the battery (at least, if some mass is unresolved)."""
        return self.masses["correct"]

    @property
    def probability_on_larger(self) -> Fraction:
        """That a random table is right on the battery and on the larger sizes (at least)."""
        return self.by_category[CATEGORIES[RIGHT_ON_ALL]]

    @property
    def unresolved_on_larger(self) -> Fraction:
        """That it is right on the battery, and what it does on the larger sizes was not found out."""
        return self.by_category[CATEGORIES[RIGHT_ON_BATTERY + UNRESOLVED]]

    @property
    def complete(self) -> bool:
        """Is every mass resolved, as far as the battery is concerned?"""
        return self.masses["unresolved"] == 0

    def tables(self) -> Iterable[Table]:
        """The right leaves of the largest mass, those that are right on larger sizes first."""
        for _, table in self.walked.best:
            yield np.array(table, dtype=np.int8).reshape(4, -1)


def search_exact(
    result: Exact,
    workers: Workers,
    results: Results | None = None,
    progress: Callable[[int], object] = lambda nodes: None,
) -> None:
    """Walk the whole tree, adding to ``result``; whoever interrupts this still has what was walked.

    ``results`` keeps what each job found, and gives what it has already. ``progress`` is called with the number of
    nodes walked.
    """
    in_jobs(
        partial(walk, result.problem),
        Walked,
        result.walked.add,
        workers,
        results,
        lambda: progress(result.walked.nodes),
    )
