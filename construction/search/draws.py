"""Uniform restarts: random tables, one after the other, each drawn only as far as the battery needs it.

Draw number ``i`` of a seed is the same table whoever draws it, so counts do not depend on how the draws are
shared out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final, Self

import numpy as np

from construction.kernels import inlined_kernel, kernel
from construction.search.interval import clopper_pearson
from construction.search.random_numbers import below, start
from construction.search.results import Results
from construction.search.run import (
    ACTION,
    GOES_ON,
    HALTS,
    LONGEST,
    MOVES,
    NEXT,
    RIGHT,
    WALL,
    WRITE,
    begin_lap,
    load,
    run,
)
from construction.search.trials import RandomSearch, Trials, try_all
from construction.search.workers import Workers

DRAWS_PER_JOB: Final = 1_000_000
KEPT: Final = 8


@kernel
def all_entries(s, g):  # type: ignore[no-untyped-def]
    """The ``2 + 4 g s^2`` entries that there are, as rows of four parts; -1 is what a halt does not say."""
    entries = np.full((HALTS + MOVES * g * s * s, 4), -1, dtype=np.int8)
    for number in range(entries.shape[0]):
        if number < HALTS:
            entries[number, ACTION] = number
            continue
        rest, move = divmod(number - HALTS, MOVES)
        entries[number, ACTION] = HALTS + move
        rest, entries[number, WRITE] = divmod(rest, g)
        entries[number, WALL], entries[number, NEXT] = divmod(rest, s)
    return entries


@inlined_kernel
def decide_entry(random, entries, table, entry):  # type: ignore[no-untyped-def]
    """Draw an entry: one of all, all alike."""
    drawn = below(random, entries.shape[0])
    for part in range(4):
        table[part, entry] = entries[drawn, part]


@kernel
def draw(arrays, sizes, seed, first, count, found, numbers_found):  # type: ignore[no-untyped-def]
    """Draws ``first`` to ``first + count - 1``; how many are right on the battery, and on larger sizes too.

    ``sizes`` is (inputs of the battery, s, g). The first right ones go to ``found`` ``(n, 4, s g)``, those that
    are right on larger sizes in the place of others, and their numbers to ``numbers_found``. A run on a larger size
    that is too long (see ``LONGEST``) is not right there.
    """
    battery, s, g = sizes[0], sizes[1], sizes[2]
    entries = all_entries(s, g)
    most_cells = arrays[0].shape[1]
    table = np.zeros((4, s * g), dtype=np.int8)
    tape = np.zeros(most_cells, dtype=np.int8)
    kept = np.zeros(most_cells, dtype=np.int8)
    laps = np.zeros(4, dtype=np.int64)
    random = np.zeros(1, dtype=np.uint64)
    right = right_on_larger = 0
    for number in range(first, first + count):
        start(random, seed, number)
        for index in range(s * g):
            table[ACTION, index] = -1
        load(arrays, 0, tape, 0)
        position, state, at, seen = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
        begin_lap(laps)
        while True:
            event, entry, position, state, at, seen = run(
                arrays, g, table, tape, 0, kept, laps, LONGEST, position, state, at, seen
            )
            if event == GOES_ON and at < battery:
                continue
            if event > WALL:
                break
            decide_entry(random, entries, table, entry)
            begin_lap(laps)
        if at < battery:
            continue
        right += 1
        place = right - 1
        if event == RIGHT:
            place = right_on_larger
            right_on_larger += 1
        if place < numbers_found.size:
            found[place] = table
            for index in range(s * g):
                if table[ACTION, index] < 0:
                    found[place, :, index] = -1
            numbers_found[place] = number
    return right, right_on_larger


@dataclass(frozen=True)
class Lottery(RandomSearch):
    """Tables drawn uniformly."""

    method = "restarts"

    @property
    def key(self) -> dict[str, Any]:
        """What a result depends on."""
        return {**super().key, "longest": LONGEST}

    @cached_property
    def _kernel(self) -> tuple[Any, Any]:
        return self.battery.arrays, np.array([len(self.battery.inputs), self.s, self.g])


@dataclass
class Drawn(Trials):
    """Counts of draws, and some that were right."""

    draws: int = 0
    right: int = 0
    right_on_larger: int = 0

    def add(self, other: Self) -> None:
        """Add other draws; the first right ones are kept."""
        super().add(other)
        self.draws += other.draws
        self.right += other.right
        self.right_on_larger += other.right_on_larger
        del self.tables[KEPT:]

    @property
    def interval(self) -> tuple[float, float]:
        """The probability of a right draw, with 95 % confidence (Clopper and Pearson)."""
        return clopper_pearson(self.right, self.draws)


def draw_some(lottery: Lottery, job: tuple[int, int]) -> Drawn:
    """Draws from a number on: ``job`` is (first, how many)."""
    first, count = job
    arrays, sizes = lottery._kernel
    found = np.zeros((KEPT, 4, lottery.s * lottery.g), dtype=np.int8)
    numbers_found = np.full(KEPT, -1, dtype=np.int64)
    right, on_larger = draw(arrays, sizes, lottery.seed, first, count, found, numbers_found)
    tables = [
        (int(number), table.ravel().tolist())
        for number, table in zip(numbers_found, found, strict=True)
        if number >= 0
    ]
    return Drawn(tables, count, int(right), int(on_larger))


def jobs(draws: int) -> Iterator[tuple[int, int]]:
    """So many draws, in jobs."""
    for first in range(0, draws, DRAWS_PER_JOB):
        yield first, min(DRAWS_PER_JOB, draws - first)


def search_by_draws(
    result: Drawn,
    lottery: Lottery,
    draws: int,
    workers: Workers,
    results: Results | None = None,
    progress: Callable[[int], object] = lambda done: None,
) -> None:
    """So many draws, added to ``result``."""
    try_all(
        result,
        partial(draw_some, lottery),
        jobs(draws),
        workers,
        results,
        lambda _: progress(result.draws),
    )
