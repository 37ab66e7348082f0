"""Uniform restarts: random tables, one after the other, each drawn only as far as the battery needs it.

Draw number ``i`` of a seed is the same table whoever draws it, so counts do not depend on how the draws are
shared out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Final

import numpy as np

from construction.kernels import kernel
from construction.search.battery import Battery
from construction.search.interval import clopper_pearson
from construction.search.random_numbers import below, start
from construction.search.results import Results
from construction.search.run import ACTION, HALTS, MOVES, NEXT, RIGHT, WALL, WRITE, load, run
from construction.search.table import Table, check_size
from construction.search.workers import Workers

DRAWS_PER_JOB: Final = 1_000_000
KEPT: Final = 8


@kernel
def decide_entry(random, s, g, table, entry):  # type: ignore[no-untyped-def]
    """Draw an entry: one of ``2 + 4 g s^2``, all alike."""
    drawn = below(random, HALTS + MOVES * g * s * s)
    if drawn < HALTS:
        table[ACTION, entry] = drawn
        return
    drawn -= HALTS
    table[ACTION, entry] = HALTS + drawn % MOVES
    drawn //= MOVES
    table[WRITE, entry] = drawn % g
    drawn //= g
    table[NEXT, entry] = drawn % s
    table[WALL, entry] = drawn // s


@kernel
def draw(arrays, sizes, seed, first, count, found, numbers_found):  # type: ignore[no-untyped-def]
    """Draws ``first`` to ``first + count - 1``; how many are right on the battery, and on larger sizes too.

    ``sizes`` is (inputs of the battery, s, g). The first right ones go to ``found`` ``(n, 4, s g)``, those that
    are right on larger sizes in the place of others, and their numbers to ``numbers_found``.
    """
    battery, s, g = sizes[0], sizes[1], sizes[2]
    most_cells = arrays[0].shape[1]
    table = np.zeros((4, s * g), dtype=np.int8)
    tape = np.zeros(most_cells, dtype=np.int8)
    kept = np.zeros(most_cells, dtype=np.int8)
    where = np.zeros(3, dtype=np.int64)
    random = np.zeros(1, dtype=np.uint64)
    right = right_on_larger = 0
    for number in range(first, first + count):
        start(random, seed, number)
        table[:] = -1
        load(arrays, 0, tape, where)
        while True:
            event, entry = run(arrays, g, table, tape, kept, where)
            if event > WALL:
                break
            decide_entry(random, s, g, table, entry)
        if where[2] < battery:
            continue
        right += 1
        place = right - 1
        if event == RIGHT:
            place = right_on_larger
            right_on_larger += 1
        if place < numbers_found.size:
            found[place] = table
            numbers_found[place] = number
    return right, right_on_larger


@dataclass(frozen=True)
class Lottery:
    """A battery, the size of the machines, and a seed.

    Raises :class:`~construction.errors.SizeError` when such tables cannot be searched.
    """

    battery: Battery
    s: int
    g: int
    seed: int = 0

    def __post_init__(self) -> None:
        check_size(self.s, self.g)

    @property
    def key(self) -> dict[str, Any]:
        """What a result depends on."""
        return {
            "method": "restarts",
            "task": self.battery.task,
            "battery": self.battery.digest,
            "states": self.s,
            "symbols": self.g,
            "seed": self.seed,
        }

    @cached_property
    def _kernel(self) -> tuple[Any, Any]:
        return self.battery.arrays, np.array([len(self.battery.inputs), self.s, self.g])


@dataclass
class Drawn:
    """Counts of draws, and some that were right."""

    draws: int = 0
    right: int = 0
    right_on_larger: int = 0
    tables: list[tuple[int, list[int]]] = field(default_factory=list)

    def add(self, other: Drawn) -> None:
        """Add other draws."""
        self.draws += other.draws
        self.right += other.right
        self.right_on_larger += other.right_on_larger
        self.tables = sorted([*self.tables, *other.tables])[:KEPT]

    @property
    def interval(self) -> tuple[float, float]:
        """The probability of a right draw, with 95 % confidence (Clopper and Pearson)."""
        return clopper_pearson(self.right, self.draws)

    def arrays(self) -> list[Table]:
        """The right tables that were kept."""
        return [np.array(table, dtype=np.int8).reshape(4, -1) for _, table in self.tables]


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
    return Drawn(count, int(right), int(on_larger), tables)


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
    """So many draws, added to ``result``; whoever interrupts this still has what was drawn."""

    def pending() -> Iterator[tuple[int, int]]:
        for job in jobs(draws):
            stored = None if results is None else results.load(list(job))
            if stored is None:
                yield job
            else:
                result.add(Drawn(**stored))

    for job, drawn in workers.run(partial(draw_some, lottery), pending()):
        if results is not None:
            results.save(list(job), vars(drawn))
        result.add(drawn)
        progress(result.draws)
