"""Several tasks in one walk: the tree of the inputs that they have in common is walked once.

Nearly all machines fail on the first inputs, where many tasks want the same answers. Only below a leaf that is right
on these does each task go its own way. So a table of probabilities takes little longer than one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import permutations
from math import prod
from time import thread_time
from typing import Any, Final, Self

import numpy as np

from construction.errors import ConstructionError
from construction.search.battery import Battery
from construction.search.exact import LEAVES_KEPT, Exact, Problem, Walked, best_leaves
from construction.search.jobs import Job, Part, halves, in_jobs, parts_left
from construction.search.results import Results
from construction.search.together_kernel import explore_together
from construction.search.tree import RIGHT_ON_ALL, scratch_shapes, wanted
from construction.search.workers import Workers

PAIRS: Final = 32  #: of inputs to begin with, that are tried
PROBES: Final = 10_000  #: ways down the tree, for each of them


def best_beginning(problem: Problem) -> Problem:
    """The problem with the two inputs first that make the tree smallest, as far as estimates of some pairs tell.

    The order of a battery changes no probability, but with four symbols the tree of one order is three times as
    large as that of another. The choice is the same every time.
    """
    battery = problem.battery
    pairs = list(permutations(battery.inputs, 2))
    chosen = np.random.default_rng(0).permutation(len(pairs))[:PAIRS]
    tried = [
        replace(problem, battery=battery.beginning_with(pair))
        for pair in (battery.inputs[:2], *(pairs[number] for number in chosen))
    ]
    return min(tried, key=lambda each: each.estimate(PROBES)[0])


class Together:
    """Problems of one size whose batteries have inputs in common, and the problem of these.

    In ``problems`` each battery begins with them, in the order of :func:`best_beginning`. Raises :class:`~construction.errors.ConstructionError` unless both
    answers are among them: a leaf lacks an answer only where it is wanted.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        others = [set(each.battery.inputs) for each in problems[1:]]
        common = tuple(
            each for each in first.battery.inputs if all(each in other for other in others)
        )
        sizes = {(each.s, each.g, each.entries) for each in problems}
        if len(sizes) > 1 or {each.answer for each in common} != {0, 1}:
            raise ConstructionError(
                f"{', '.join(each.battery.task for each in problems)} cannot be walked together; give tasks with "
                f"common inputs, with both answers among them, and machines of one size"
            )
        self.shared = best_beginning(
            Problem(Battery("the shared inputs", common), first.s, first.g, first.most)
        )
        self.problems = tuple(
            replace(each, battery=each.battery.beginning_with(self.shared.battery.inputs))
            for each in problems
        )

    @property
    def tasks(self) -> list[str]:
        """Their names."""
        return [each.battery.task for each in self.problems]

    @property
    def key(self) -> dict[str, Any]:
        """What a result depends on."""
        return {
            **self.shared.key,
            "task": self.tasks,
            "batteries": [each.battery.digest for each in self.problems],
        }

    @cached_property
    def _kernel(self) -> tuple[Any, ...]:
        return self.shared._kernel, tuple(each._kernel for each in self.problems)


@dataclass
class WalkedTogether:
    """What a job found: in the shared tree, and for each task below it; and the jobs that it left over."""

    shared: Walked
    own: list[Walked]

    @property
    def nodes(self) -> int:
        """Of all these trees."""
        return self.shared.nodes + sum(each.nodes for each in self.own)

    @property
    def rest(self) -> tuple[Job, ...]:
        """What is left over of the shared tree; below it everything was walked."""
        return self.shared.rest

    def to_json(self) -> dict[str, Any]:
        """The result as plain data."""
        return {"walked": [each.to_json() for each in (self.shared, *self.own)]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of :meth:`to_json`."""
        shared, *own = map(Walked.from_json, data["walked"])
        return cls(shared, own)


def walk_together(together: Together, job: Job) -> WalkedTogether:
    """Do a job of the shared tree, and what is below it for each task."""
    began = thread_time()
    shared, tasks = together._kernel
    problem = together.shared
    s, g, shape = problem.s, problem.g, problem.shape
    count = len(tasks) + 1
    histograms = np.zeros((count, prod(shape)), dtype=np.int64)
    leaves = np.zeros((count, LEAVES_KEPT, 4, s * g), dtype=np.int8)
    scores = np.full((count, LEAVES_KEPT), -np.inf)
    most_cells = max(each[0].tapes.shape[1] for each in (shared, *tasks))
    scratch, second = (
        tuple(np.zeros(shape, dtype) for shape, dtype in scratch_shapes(s, g, most_cells))
        for _ in range(2)
    )
    nodes = below = 0
    rest: list[Part] = []
    for index, (path, first) in enumerate(job.parts):
        if nodes + below >= job.budget:
            rest += job.parts[index:]
            break
        walked, depth, of_tasks = explore_together(
            shared,
            tasks,
            wanted(shared[0]),
            np.array(shape, dtype=np.int64),
            np.array(path, dtype=np.int8),
            len(path),
            first,
            job.budget - nodes - below,
            scratch,
            second,
            histograms,
            leaves,
            scores,
        )
        nodes += walked
        below += of_tasks
        rest += parts_left(scratch[-2][:depth].tolist(), scratch[-1], len(path))
    of_shared = Walked(
        problem.counted(histograms[0]), [], nodes, thread_time() - began, halves(rest, job.budget)
    )
    own = [
        Walked(problem.counted(histogram), best_leaves(*kept))
        for histogram, *kept in zip(histograms[1:], leaves[1:], scores[1:], strict=True)
    ]
    own[0].nodes = int(below)
    return WalkedTogether(of_shared, own)


def search_together(
    found: Sequence[Exact],
    together: Together,
    workers: Workers,
    results: Results | None = None,
    progress: Callable[[int], object] = lambda nodes: None,
) -> int:
    """Walk the trees of all problems, adding to ``found``, one for each; returns the number of nodes of all together.

    As :func:`~construction.search.exact.search_exact`.
    """
    total = 0

    def add(walked: WalkedTogether) -> None:
        nonlocal total
        total += walked.nodes
        common = Counter(
            {leaf: n for leaf, n in walked.shared.leaves.items() if leaf[0] != RIGHT_ON_ALL}
        )
        for exact, each in zip(found, walked.own, strict=True):
            exact.walked.add(Walked(common))
            exact.walked.add(each)

    do = partial(walk_together, together)
    in_jobs(do, WalkedTogether, add, workers, results, lambda: progress(total))
    return total
