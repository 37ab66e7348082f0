"""What a search reports, whatever the method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

import numpy as np

from construction.search.anneal import Annealed, Annealing
from construction.search.battery import Battery
from construction.search.draws import Drawn, Lottery
from construction.search.exact import Exact
from construction.search.found import Found, judge
from construction.search.table import Table, completed, to_machine

SHOWN: Final = 3  #: machines that are judged and reported


@dataclass(frozen=True)
class Outcome:
    """The result of a search.

    ``probability`` is exact, or an estimate with a confidence ``interval``; None when the method gives none.
    ``masses`` are exact fractions that sum to 1, or counts. ``notes`` are further figures, with names; those of larger
    sizes are None where none were held back.
    """

    task: str
    states: int
    symbols: int
    method: str
    complete: bool
    probability: Fraction | float | None
    masses: Mapping[str, Fraction | int]
    found: Sequence[Found]
    interval: tuple[float, float] | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain data; a fraction is text, ``p/q``."""
        return {
            "task": self.task,
            "states": self.states,
            "symbols": self.symbols,
            "method": self.method,
            "complete": self.complete,
            "probability": _plain(self.probability),
            "interval": self.interval,
            "masses": {name: _plain(mass) for name, mass in self.masses.items()},
            "found": [each.to_json() for each in self.found],
            **{name: _plain(value) for name, value in self.notes.items()},
        }


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Fraction) else value


def judged(tables: Sequence[Table], battery: Battery, s: int, g: int) -> list[Found]:
    """The machines of some tables; what a table leaves undecided is drawn, the same every time."""
    rng = np.random.default_rng(0)
    return [
        judge(
            to_machine(completed(table, s, g, rng), s, g, f"found-{battery.task}-{number}"), battery
        )
        for number, table in enumerate(tables[:SHOWN], start=1)
    ]


def exact_outcome(result: Exact) -> Outcome:
    """The outcome of the exact method; of what was walked, if it was interrupted."""
    problem = result.problem
    held_back = bool(problem.battery.larger)
    leaves = [[*leaf, count] for leaf, count in sorted(result.walked.leaves.items())]
    return Outcome(
        problem.battery.task,
        problem.s,
        problem.g,
        "exact",
        result.complete,
        result.probability,
        result.masses,
        judged(list(result.tables()), problem.battery, problem.s, problem.g),
        notes={
            "probability_on_larger": result.probability_on_larger if held_back else None,
            "unresolved_on_larger": result.unresolved_on_larger if held_back else None,
            "nodes": result.walked.nodes,
            "core_seconds": round(result.walked.seconds, 3),
            "leaves": leaves,
        },
    )


def draws_outcome(result: Drawn, lottery: Lottery, *, complete: bool) -> Outcome:
    """The outcome of uniform restarts; the masses are counts of draws."""
    return Outcome(
        lottery.battery.task,
        lottery.s,
        lottery.g,
        "restarts",
        complete,
        result.right / result.draws if result.draws else None,
        {"correct": result.right, "not correct": result.draws - result.right},
        judged(result.arrays(), lottery.battery, lottery.s, lottery.g),
        interval=result.interval,
        notes={
            "draws": result.draws,
            "right_on_larger": result.right_on_larger if lottery.battery.larger else None,
        },
    )


def annealing_outcome(result: Annealed, problem: Annealing, *, complete: bool) -> Outcome:
    """The outcome of annealing: the probability is that of a run, and the masses are counts of runs that have ended.

    Every machine that was found is judged; the ones that are right on most of the larger sizes are reported.
    """
    runs = len(result.tables)
    machines = [
        judge(
            to_machine(table, problem.s, problem.g, f"found-{problem.battery.task}-{number + 1}"),
            problem.battery,
        )
        for (number, _), table in zip(result.tables, result.arrays(), strict=True)
    ]
    machines.sort(key=lambda found: -found.larger.right)
    return Outcome(
        problem.battery.task,
        problem.s,
        problem.g,
        "anneal",
        complete,
        runs / result.runs if result.runs else None,
        {"correct": runs, "not correct": result.runs - runs},
        machines[:SHOWN],
        interval=result.interval,
        notes={
            "runs": result.runs,
            "interrupted_runs": len(result.interrupted),
            "interrupted_least_cost": min(result.interrupted, default=None),
            "changes_of_a_run": problem.changes,
            "three_way": problem.three_way,
            "rise": problem.rise,
            "temperatures": (problem.hot, problem.cold),
            "found_at_temperatures": sorted(result.found_at),
            "changes": result.changes,
            "core_seconds": round(result.seconds, 3),
            "least_cost": result.least,
            "right_on_larger": sum(found.larger.all_right for found in machines)
            if problem.battery.larger
            else None,
        },
    )
