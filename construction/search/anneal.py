"""Annealing: from random tables, by changes of single entries, to a table that is right on the battery."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cached_property
from time import thread_time
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from construction.search.anneal_kernel import FALL, SOLVED, STEPS_PER_CELL, anneal
from construction.search.battery import Arrays, to_arrays
from construction.search.interval import clopper_pearson
from construction.search.results import Results
from construction.search.row_kernel import anneal_by_rows
from construction.search.rows import Rows, to_rows
from construction.search.run import ACTION, HALTS
from construction.search.trials import RandomSearch, Trials, try_all
from construction.search.workers import Workers

CHANGES: Final = 1_000_000  #: that a run tries
#: The temperatures between which a run cools down; a cost is at most 1. What was found was found between them
#: (docs/search.md says at which).
HOT: Final = 0.02
COLD: Final = 0.004
RISE: Final = 3e-4  #: of the weight of an input that is answered wrong, after each change that is taken, as a part of the first weight
MOST_ENTRIES: Final = 64


@dataclass(frozen=True)
class Annealing(RandomSearch):
    """Tables annealed in so many ``changes``, between two temperatures; a cost is at most 1.

    ``begin`` is a table of ``4 s g`` numbers to begin with; its undecided entries (-1) are drawn, as all are without.
    What is drawn never moves up if it is ``three_way``. By ``rise`` of its first weight an input that is answered wrong
    weighs more after each change that is taken; :data:`RISE` is what was tried.
    """

    method = "anneal"
    most_entries = MOST_ENTRIES

    changes: int = CHANGES
    hot: float = HOT
    cold: float = COLD
    begin: tuple[int, ...] = ()
    rise: float = 0.0
    three_way: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        table = np.array(self.begin, dtype=np.int8).reshape(4, -1)
        # The first of the moves is north.
        if self.three_way and (table[ACTION] == HALTS).any():
            raise ValueError("a machine that never moves up cannot begin with a table that does")

    @property
    def key(self) -> dict[str, Any]:
        """What a result depends on."""
        return {
            **super().key,
            "changes": self.changes,
            "hot": self.hot,
            "cold": self.cold,
            "begin": list(self.begin),
            "steps_per_cell": STEPS_PER_CELL,
            "rise": self.rise,
            "three_way": "by rows" if self.three_way else False,
            "fall": FALL,
        }

    def temperature(self, change: int) -> float:
        """The temperature at this change."""
        return float(self.hot * (self.cold / self.hot) ** (change / self.changes))

    @cached_property
    def _kernel(self) -> tuple[Arrays | Rows, npt.NDArray[np.float64]]:
        inputs = self.battery.inputs
        arrays = to_rows(inputs) if self.three_way else to_arrays(inputs)
        of_each = np.bincount(arrays.answers, minlength=2)
        kinds = np.count_nonzero(of_each)
        return arrays, 1.0 / (kinds * of_each[arrays.answers])


@dataclass
class Annealed(Trials):
    """Runs: how many changes they tried, and the tables that are right, one for each run that ended with one.

    Runs that were ``interrupted`` count nowhere else: these are the least errors that they had met.
    """

    runs: int = 0
    changes: int = 0
    seconds: float = 0.0  #: of one core
    least: float = 1.0
    found_at: list[float] = field(
        default_factory=list
    )  #: the temperature when each table was found; in no order
    interrupted: list[float] = field(default_factory=list)

    def add(self, other: Self) -> None:
        """Add other runs."""
        super().add(other)
        self.runs += other.runs
        self.changes += other.changes
        self.seconds += other.seconds
        self.least = min(self.least, other.least)
        self.found_at += other.found_at
        self.interrupted += other.interrupted

    @property
    def interval(self) -> tuple[float, float]:
        """The probability that a run ends with a right table, with 95 % confidence."""
        return clopper_pearson(len(self.tables), self.runs)


def anneal_once(
    problem: Annealing, number: int, stop: npt.NDArray[np.bool_] | None = None
) -> Annealed:
    """The run of this number; it is interrupted when ``stop[0]`` is set."""
    began = thread_time()
    arrays, weights = problem._kernel
    entries = problem.s * problem.g
    table = np.array(problem.begin or [-1] * (4 * entries), dtype=np.int8).reshape(4, entries)
    run = anneal_by_rows if problem.three_way else anneal
    least, tried = run(
        arrays,
        weights,
        problem.s,
        problem.g,
        table,
        problem.seed,
        number,
        problem.changes,
        problem.hot,
        problem.cold,
        problem.rise,
        np.zeros(1, dtype=np.bool_) if stop is None else stop,
    )
    solved = least < SOLVED  # a sum of floats, which may be less than 0
    if not solved and tried < problem.changes:
        return Annealed(interrupted=[float(least)])
    return Annealed(
        [(number, table.ravel().tolist())] if solved else [],
        1,
        int(tried),
        thread_time() - began,
        0.0 if solved else float(least),
        [problem.temperature(int(tried))] if solved else [],
    )


@dataclass
class Begun:
    """Runs of this process that have begun, until they are added to the others; another process begins with none."""

    problem: Annealing
    stop: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(1, dtype=np.bool_))
    runs: dict[int, Future[Annealed]] = field(default_factory=dict)

    def __reduce__(self) -> tuple[type[Begun], tuple[Annealing]]:
        return Begun, (self.problem,)

    def do(self, number: int) -> Annealed:
        """The run of this number."""
        run = self.runs[number] = Future()
        try:
            found = anneal_once(self.problem, number, self.stop)
        except BaseException as error:
            run.set_exception(error)
            raise
        run.set_result(found)
        return found

    def interrupt(self) -> dict[int, Annealed]:
        """End all runs, and what they found; a run ends within one change."""
        self.stop[0] = True
        return {number: run.result() for number, run in list(self.runs.items())}


def search_by_annealing(
    result: Annealed,
    problem: Annealing,
    runs: int,
    workers: Workers,
    results: Results | None = None,
    progress: Callable[[int], object] = lambda done: None,
) -> None:
    """So many runs, added to ``result``.

    Whoever interrupts this has, of the runs that have begun in this process, the least error so far.
    """
    begun = Begun(problem)

    def ended(number: int) -> None:
        begun.runs.pop(number, None)
        progress(result.runs)

    try:
        try_all(result, begun.do, range(runs), workers, results, ended)
    except KeyboardInterrupt:
        for number, found in begun.interrupt().items():
            if found.runs and results is not None:
                results.save(number, vars(found))
            result.add(found)
        raise
    finally:
        begun.stop[0] = True  # or whoever fails would wait for the runs that have begun
