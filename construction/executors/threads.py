"""Work for all cores, by threads, in slices: compiled code runs without the interpreter's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import perf_counter
from typing import Protocol, TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Map(Protocol):
    """Applies a function to each part, in any order, and returns the results in order."""

    def __call__(
        self, function: Callable[[Part], Result], parts: Sequence[Part], /
    ) -> list[Result]: ...


@contextmanager
def worker_threads(most: int) -> Iterator[Map]:
    """A map over up to ``most`` threads; with one, everything runs in the caller's own thread."""
    workers = min(cores(), most)
    if workers <= 1:
        yield lambda function, parts: [function(part) for part in parts]
        return
    with ThreadPoolExecutor(workers) as pool:
        try:
            yield lambda function, parts: list(pool.map(function, parts))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def slices(layers: int, *, shortest: bool = False) -> Iterator[int]:
    """Numbers of layers that add up to ``layers``, each of which takes a fraction of a second.

    Between them the interpreter has its turn, so that an interrupt is noticed.
    """
    count = 1 if shortest else 256
    while layers > 0:
        begun = perf_counter()
        yield min(count, layers)
        layers -= count
        if not shortest:
            elapsed = perf_counter() - begun
            count = 4 * count if elapsed < 0.05 else max(1, count // 2) if elapsed > 0.5 else count
