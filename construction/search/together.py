"""Several tasks in one walk: the tree of the inputs that all of them begin with is walked once.

Nearly all machines fail on the first inputs, where many tasks want the same answers. Only below a leaf that is right
on these does each task go its own way. So a table of probabilities takes little longer than one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from heapq import heappop, heappush
from math import prod
from time import thread_time
from typing import Any, Final

import numpy as np

from construction.errors import ConstructionError
from construction.search.battery import Battery
from construction.search.exact import (
    LEAVES_KEPT,
    Exact,
    Job,
    Part,
    Problem,
    Walked,
    best_leaves,
    halves,
    parts_left,
)
from construction.search.results import Results
from construction.search.run import NO_LIMIT
from construction.search.tree import (
    RIGHT_ON_ALL,
    explore_together,
    scratch_shapes,
    wanted,
)
from construction.search.workers import Workers

PARTS: Final = 300  #: of the tree, dealt to so many jobs
JOBS: Final = 60


class Together:
    """Problems of one size whose batteries begin alike, and the problem of that beginning.

    Raises :class:`~construction.errors.ConstructionError` unless both answers are among the inputs that they begin
    with: a leaf lacks an answer only where it is wanted.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        alike = 0
        for inputs in zip(*(each.battery.inputs for each in self.problems), strict=False):
            if any(each != inputs[0] for each in inputs):
                break
            alike += 1
        beginning = first.battery.inputs[:alike]
        sizes = {(each.s, each.g, each.entries) for each in self.problems}
        if len(sizes) > 1 or {each.answer for each in beginning} != {0, 1}:
            raise ConstructionError(
                f"{', '.join(self.tasks)} cannot be walked together; give tasks whose inputs begin alike, with "
                f"both answers, and machines of one size"
            )
        self.shared = Problem(Battery("the shared inputs", beginning), first.s, first.g, first.most)

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


def walk_together(together: Together, job: Job) -> list[Walked]:
    """Do a job of the shared tree: what it found there, with the jobs it left over, and for each task what is below."""
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
        if nodes >= job.budget:
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
            job.budget - nodes,
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
    return [of_shared, *own]


def split_together(together: Together) -> tuple[list[list[Walked]], list[Job]]:
    """The shared tree near its root, walked, and jobs for the rest; the same every time."""
    near_root: list[list[Walked]] = []
    waiting: list[tuple[int, Part]] = [(0, ((), 0))]
    while waiting and len(waiting) < PARTS:
        walked = walk_together(together, Job((heappop(waiting)[1],), budget=1))
        near_root.append(walked)
        for path, first in (part for job in walked[0].rest for part in job.parts):
            heappush(waiting, (len(path), (path, first)))
    dealt = [tuple(part for _, part in sorted(waiting)[number::JOBS]) for number in range(JOBS)]
    return near_root, [Job(each, NO_LIMIT) for each in dealt if each]


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

    def add(walked: Sequence[Walked]) -> None:
        nonlocal total
        shared, *own = walked
        total += shared.nodes + sum(each.nodes for each in own)
        common = Counter(
            {leaf: count for leaf, count in shared.leaves.items() if leaf[0] != RIGHT_ON_ALL}
        )
        for exact, each in zip(found, own, strict=True):
            exact.walked.add(Walked(common))
            exact.walked.add(each)
        progress(total)

    near_root, jobs = split_together(together)
    for walked in near_root:
        add(walked)

    def pending() -> Iterator[Job]:
        for job in jobs:
            stored = None if results is None else results.load(job.key)
            if stored is None:
                yield job
            else:
                add([Walked.from_json(each) for each in stored["walked"]])

    for job, walked in workers.run(partial(walk_together, together), pending()):
        if results is not None:
            results.save(job.key, {"walked": [each.to_json() for each in walked]})
        add(walked)
    return total
