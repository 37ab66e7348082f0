"""The tree of decisions walked on an NVIDIA GPU, by the same functions, compiled once more.

Each of many threads walks a part of the tree. A thread that has ended takes the next part of a queue; at the
end of a launch each thread that is still at work puts the largest part of its own that it has not begun into the
queue of the next. All count in one histogram, so a job's result is the one that a processor's core finds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from math import prod
from time import perf_counter
from types import FunctionType
from typing import Any, Final

import numba
import numpy as np
import numpy.typing as npt

from construction.errors import ConstructionError
from construction.extras import missing_extra
from construction.search.exact import LEAVES_KEPT, Exact, Problem, Walked, best_leaves, split, walk
from construction.search.jobs import Job, Part
from construction.search.results import Results
from construction.search.run import NO_LIMIT
from construction.search.tree import DECIDE, explore, scratch_shapes, tell, wanted

cuda: Any = import_module("numba.cuda")  # what it holds depends on where it runs
SIMULATED: Final = bool(vars(numba.config)["ENABLE_CUDASIM"])  #: by Numba, without a GPU, for tests
#: Simulated threads of a block disturb each other.
THREADS_PER_BLOCK: Final = 1 if SIMULATED else 64
BLOCKS_PER_MULTIPROCESSOR: Final = 8  #: what the registers are enough for
STEPS: Final = 16  #: of a machine in a round, so that threads that run together do not wait long for one another
ROUNDS: Final = 64  #: rounds after which a thread that has ended takes another part
SLICES: Final = 16  #: of each thread in a launch, when there is work for all; one, else
FEW: Final = (
    512  #: threads; what so few work on for so many launches runs long, and is left to a processor
)
LAUNCHES_OF_FEW: Final = 32
NODES_PER_JOB: Final = 2_000_000_000  #: a few seconds, after which a result can be kept
PARTS: Final = 600  #: of a tree of several jobs
KEPT_BY_A_THREAD: Final = 2  #: of the best leaves

#: What a launch counts: parts that were taken and offered, threads that are at work, nodes.
TAKEN, OFFERED, BUSY, NODES = range(4)


def tell_together(histogram, leaf, alike):  # type: ignore[no-untyped-def]
    """Count leaves while other threads do."""
    cuda.atomic.add(histogram, leaf, alike)


def for_device(kernel: Any) -> Any:
    """What a kernel's function is on the GPU, with all that it calls; there it counts together with others."""
    if kernel is tell:
        return cuda.jit(tell_together, device=True)
    plain = kernel.py_func
    names = dict(plain.__globals__)
    for name in plain.__code__.co_names:
        if hasattr(names.get(name), "py_func"):
            names[name] = for_device(names[name])
    return cuda.jit(FunctionType(plain.__code__, names, plain.__name__), device=True)


@cache
def compiled() -> Any:
    """The kernel: every thread walks so many slices of ``rounds``, of its own part and of those in the queue.

    ``scratch`` has a row for each thread, and so have ``leaves``, ``scores``, ``threads``, the depth of its stack (0
    if it has no part), and ``parts``, the part that it is at. A part is a path, its length and the first option, and
    so have ``queue`` and ``offers`` three arrays.
    """
    explore_there = for_device(explore)

    @cuda.jit
    def launch(  # type: ignore[no-untyped-def]
        arrays, sizes, answers, shape, scratch, threads, parts, queue, size, offers, counters, slices, rounds, steps,
        histogram, leaves, scores,
    ):  # fmt: skip
        thread = cuda.grid(1)
        if thread >= threads.size:
            return
        table, kept, laps, tapes, nodes_at, seen_at, counts, stack, widths = scratch
        own_stack, own_widths = stack[thread], widths[thread]
        own = (
            table[thread],
            kept[thread],
            laps[thread],
            tapes[thread],
            nodes_at[thread],
            seen_at[thread],
            counts[thread],
            own_stack,
            own_widths,
        )
        path, depth = parts[0][thread], np.int64(threads[thread])
        base, first = np.int64(parts[1][thread]), np.int64(parts[2][thread])
        nodes = np.int64(0)
        for _ in range(slices):
            if depth == 0:
                part = cuda.atomic.add(counters, TAKEN, 1)
                if part >= size:
                    break
                base, first = np.int64(queue[1][part]), np.int64(queue[2][part])
                for level in range(base):
                    path[level] = queue[0][part, level]
            walked, depth = explore_there(
                arrays, sizes, answers, shape, path, base, first, depth,
                (NO_LIMIT, rounds, steps, 0), own,
                histogram, leaves[thread], scores[thread],
            )  # fmt: skip
            nodes += walked
        threads[thread], parts[1][thread], parts[2][thread] = depth, base, first
        cuda.atomic.add(counters, NODES, nodes)
        if depth == 0:
            return
        cuda.atomic.add(counters, BUSY, 1)
        if counters[TAKEN] < size:
            return
        for level in range(base, depth - 1):
            following = own_stack[level] + 1
            if following < own_widths[level]:
                offered = cuda.atomic.add(counters, OFFERED, 1)
                for above in range(level):
                    offers[0][offered, above] = own_stack[above]
                offers[1][offered], offers[2][offered] = level, following
                own_widths[level] = following
                return

    return launch


class Device:
    """A GPU that does jobs of one problem.

    Raises :class:`~construction.errors.ConstructionError` when there is no GPU that Numba can use, and
    :class:`~construction.extras.MissingExtraError` when what it needs for that is not installed.
    """

    def __init__(self, problem: Problem, threads: int | None = None) -> None:
        check_device()
        self.problem = problem
        arrays, sizes = problem._kernel
        s, g, cells = problem.s, problem.g, arrays.tapes.shape[1]
        self.threads = threads or many_threads()
        shapes = scratch_shapes(s, g, cells)
        self._deepest = shapes[-1][0][0]
        there = cuda.to_device
        self._given = (
            tuple(map(there, arrays)),
            there(sizes),
            there(wanted(arrays)),
            there(np.array(problem.shape, dtype=np.int64)),
        )
        self._scratch = tuple(
            cuda.device_array((self.threads, *shape), dtype) for shape, dtype in shapes
        )
        self._parts, *self._queues = (self._queue(self.threads) for _ in range(3))

    def _queue(self, size: int) -> tuple[Any, Any, Any]:
        paths = cuda.device_array((size, self._deepest), np.int8)
        return paths, cuda.device_array(size, np.int16), cuda.device_array(size, np.int8)

    def walk(self, job: Job, progress: Callable[[int], object] = lambda nodes: None) -> Walked:
        """Walk all parts of a job, whatever its budget; a few that take long are left over."""
        began = perf_counter()
        paths = np.zeros((len(job.parts), self._deepest), dtype=np.int8)
        for row, (path, _) in zip(paths, job.parts, strict=True):
            row[: len(path)] = path
        lengths = np.array([len(path) for path, _ in job.parts], dtype=np.int16)
        firsts = np.array([first for _, first in job.parts], dtype=np.int8)
        queue: tuple[Any, ...] = tuple(map(cuda.to_device, (paths, lengths, firsts)))
        size = len(job.parts)
        histogram = cuda.to_device(np.zeros(prod(self.problem.shape), dtype=np.int64))
        entries = self.problem.s * self.problem.g
        shape = (self.threads, KEPT_BY_A_THREAD)
        leaves = cuda.to_device(np.zeros((*shape, 4, entries), dtype=np.int8))
        scores = cuda.to_device(np.full(shape, -np.inf))
        threads = cuda.to_device(np.zeros(self.threads, dtype=np.int16))
        blocks = -(-self.threads // THREADS_PER_BLOCK)
        offers, other = self._queues
        counts = np.zeros(4, dtype=np.int64)
        busy = few = 0
        while size > counts[TAKEN] or busy:
            at_work = busy + size - int(counts[TAKEN])
            few = few + 1 if at_work < FEW else 0
            if few > LAUNCHES_OF_FEW:
                break
            enough = at_work >= self.threads
            counters = cuda.to_device(counts)
            compiled()[blocks, THREADS_PER_BLOCK](
                *self._given, self._scratch, threads, self._parts, queue, size, offers, counters,
                SLICES if enough else 1, ROUNDS, STEPS, histogram, leaves, scores,
            )  # fmt: skip
            counts = counters.copy_to_host()
            busy = int(counts[BUSY])
            if counts[TAKEN] >= size:
                size = int(counts[OFFERED])
                queue, offers, other = offers, other, offers
                counts[TAKEN] = 0
            counts[OFFERED] = counts[BUSY] = 0
            progress(int(counts[NODES]))
        rest = self._left_over(threads.copy_to_host(), queue, int(counts[TAKEN]), size)
        found = best_leaves(
            leaves.copy_to_host().reshape(-1, 4, entries), scores.copy_to_host().ravel()
        )
        found.sort(key=lambda each: (-each[0], each[1]))
        return Walked(
            self.problem.counted(histogram.copy_to_host()),
            found[:LEAVES_KEPT],
            int(counts[NODES]) - sum(begun for _, begun in rest),
            perf_counter() - began,
            (Job(tuple(part for part, _ in rest)),) if rest else (),
        )

    def _left_over(
        self, threads: npt.NDArray[np.int16], queue: tuple[Any, ...], taken: int, size: int
    ) -> list[tuple[Part, bool]]:
        """The parts that are not walked, and whether the first option of each is counted as a node already."""
        rest: list[tuple[Part, bool]] = []
        for thread in np.flatnonzero(threads):
            path, (base,), (first,) = (
                each[thread : thread + 1].copy_to_host() for each in self._parts
            )
            depth = int(threads[thread])
            if depth <= base:
                rest.append(((tuple(path[0, :base].tolist()), int(first)), False))
                continue
            nodes_at, _, _, stack, widths = (
                each[thread].copy_to_host() for each in self._scratch[-5:]
            )
            options, begun = stack[:depth].tolist(), nodes_at[depth, 0] != DECIDE
            rest.append(((tuple(options[:-1]), options[-1]), bool(begun)))
            for level in range(base, depth - 1):
                if options[level] + 1 < widths[level]:
                    rest.append(((tuple(options[:level]), options[level] + 1), False))
        if taken < size:
            paths, lengths, firsts = (each[taken:size].copy_to_host() for each in queue)
            for path, length, first in zip(paths, lengths, firsts, strict=True):
                rest.append(((tuple(path[:length].tolist()), int(first)), False))
        return rest


def search_on_gpu(
    result: Exact,
    nodes: float,
    results: Results | None = None,
    progress: Callable[[int], object] = lambda nodes: None,
) -> None:
    """Walk the whole tree, of about so many ``nodes``, adding to ``result``.

    As :func:`~construction.search.exact.search_exact`; what a job leaves over is walked on a core.
    """
    problem = result.problem
    device = Device(problem)
    jobs: tuple[Job, ...] = (Job(budget=NO_LIMIT),)
    if nodes > NODES_PER_JOB:
        beginning = split(problem, PARTS, int(nodes // NODES_PER_JOB) + 1)
        result.walked.add(beginning)
        jobs = beginning.rest
    for job in jobs:
        stored = None if results is None else results.load(job.key)
        if stored is None:
            before = result.walked.nodes
            walked = device.walk(job, lambda done, before=before: progress(before + done))  # type: ignore[misc]
            left_over = list(walked.rest)
            walked.rest = ()
            while left_over:
                more = walk(problem, left_over.pop())
                walked.add(more)
                left_over += more.rest
            if results is not None:
                results.save(job.key, walked.to_json())
        else:
            walked = Walked.from_json(stored)
        result.walked.add(walked)
        progress(result.walked.nodes)


def check_device() -> None:
    """Raise an error that says what is missing, unless there is a GPU to work on."""
    if SIMULATED or cuda.is_available():
        return
    if find_spec("numba_cuda") is None:
        raise missing_extra("numba-cuda", "cuda")
    raise ConstructionError(
        "no NVIDIA GPU is there that Numba can use (nvidia-smi says whether the driver sees one); without "
        "--gpu the search works on the processor's cores"
    )


def many_threads() -> int:
    """As many as the GPU keeps at work."""
    if SIMULATED:
        return 4
    multiprocessors: int = cuda.get_current_device().MULTIPROCESSOR_COUNT
    return multiprocessors * BLOCKS_PER_MULTIPROCESSOR * THREADS_PER_BLOCK
