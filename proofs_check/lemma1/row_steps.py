"""How many steps a machine takes on all rows together, at most: so many for each example and so many more.

A visit to the rows above costs the steps of a passage through the lowest of them, and what its own visits cost. Where visits never come
back to what they began with, that is at most a number, whatever the number of rows is: the visit is *bounded*. Any other visit is *far*: to ``i``
rows it costs at most ``slope i + constant`` if the constants satisfy an inequality for each passage: the steps, the bounds of all visits that are
bounded, and ``slope (i - 1) + constant`` of the far one, if there is one, are no more. For that is an induction on ``i``. The slope is the smallest for
which the method of Bellman and Ford finds constants.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from proofs_check.lemma1.rows_above import Passage, RowsAbove, Visit
from proofs_check.verdict import RefutedError

MOST_SLOPE: Final = 1000  #: visits that double the cost of others make it as large as one likes

Costs = Mapping[Visit, int]
Through = Mapping[Visit, Collection[Passage]]  #: the passages that a visit can come to


def most_steps(rows: RowsAbove, last: Sequence[Passage]) -> tuple[int, int]:
    """Slope and constant: at most so many steps for each of ``m >= 1`` examples, and so many more, with ``last`` in the last row.

    Raises :class:`~proofs_check.verdict.RefutedError` when no such bound is found.
    """
    visits = _visits(rows, last)
    bounded = _bounded(visits)
    far = {visit: passages for visit, passages in visits.items() if visit not in bounded}
    if any(visit in far for each in rows.first for visit in each.visits):
        raise RefutedError("the machine may come up to all rows above in each example's row")
    each_row = max(_steps(each, bounded) for each in rows.first)
    for slope in range(MOST_SLOPE):
        constants = _constants(far, bounded, slope)
        if constants is not None:
            return each_row + slope, max(
                _constant(each, bounded, constants, slope) for each in last
            )
    raise RefutedError(
        f"the machine may take {MOST_SLOPE} steps or more in each row above the last"
    )


def _visits(rows: RowsAbove, last: Sequence[Passage]) -> Through:
    """All visits that are made, each with the passages through the rows that it can come to."""
    found: dict[Visit, set[Passage]] = {}
    while True:
        passages = [*rows.first, *last, *_all(found)]
        more: dict[Visit, set[Passage]] = {v: set() for each in passages for v in each.visits}
        for row in {each.end[1] for each in passages if isinstance(each.end, tuple)}:
            for way, passage in rows.passages[row].items():
                if (visit := (rows.kind_of[row], way)) in more:
                    more[visit].add(passage)
        if more == found:
            return found
        found = more


def _all(through: Through) -> list[Passage]:
    return [passage for passages in through.values() for passage in passages]


def _bounded(visits: Through) -> Costs:
    """What visits cost at most that never come back to what they began with."""
    costs: Costs = {}
    while True:
        more = {
            visit: max(_steps(each, costs) for each in passages)
            for visit, passages in visits.items()
            if all(other in costs for each in passages for other in each.visits)
        }
        if more == costs:
            return costs
        costs = more


def _steps(passage: Passage, bounded: Costs) -> int:
    """The steps of a passage with those visits that are bounded."""
    return passage.steps + sum(bounded.get(visit, 0) for visit in passage.visits)


def _constants(far: Through, bounded: Costs, slope: int) -> Costs | None:
    """A constant for each far visit with this slope; None if there are none."""
    constants = dict.fromkeys(far, -slope)
    for _ in range(len(far) + 1):
        needed = {
            visit: max(_constant(each, bounded, constants, slope) - slope for each in passages)
            for visit, passages in far.items()
        }
        if all(needed[visit] <= constants[visit] for visit in far):
            return constants
        constants = {visit: max(needed[visit], constants[visit]) for visit in far}
    return None


def _constant(passage: Passage, bounded: Costs, constants: Costs, slope: int) -> int:
    """A constant for a passage below ``i`` rows, which takes at most ``slope i + constant`` steps with its visits."""
    far = [visit for visit in passage.visits if visit not in bounded]
    if len(far) > 1:
        raise RefutedError("the machine may come up to all rows above another more than once")
    most = _steps(passage, bounded)
    # With a visit there is a row above at least.
    return most + constants[far[0]] if far else most - slope * bool(passage.visits)
