"""How many steps a machine takes on all rows together, at most: so many for each example and so many more.

A visit to the rows above costs the steps of a passage through the lowest of them, and what its own visits cost. Where visits never come
back to what they began with, that is at most a number, whatever the number of rows is: the visit is *bounded*. Any visit to ``i``
rows costs at most ``slope i + constant`` if the constants satisfy an inequality for each passage: the steps, the bounds of all visits but
one, and ``slope (i - 1) + constant`` of that one are no more. For that is an induction on ``i``. The slope is the smallest for which the method
of Bellman and Ford finds constants.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from proofs_check.lemma1.rows_above import Passage, RowsAbove, Visit
from proofs_check.verdict import RefutedError

Costs = Mapping[Visit, int]


def most_steps(rows: RowsAbove, last: Sequence[Passage]) -> tuple[int, int]:
    """Slope and constant: at most so many steps for each of ``m >= 1`` examples, and so many more, with ``last`` in the last row.

    Raises :class:`~proofs_check.verdict.RefutedError` when no such bound is found.
    """
    visits = _visits(rows, last)
    bounded = _bounded(visits)
    if any(visit not in bounded for each in rows.first for visit in each.visits):
        raise RefutedError("the machine may come up to all rows above in each example's row")
    each_row = max(each.steps + sum(bounded[visit] for visit in each.visits) for each in rows.first)
    slope, constants = 0, bounded
    while any(visit not in constants for each in last for visit in each.visits):
        slope += 1
        constants = _constants(visits, bounded, slope)
    return each_row + slope, max(_constant(each, bounded, constants, slope) for each in last)


def _visits(rows: RowsAbove, last: Sequence[Passage]) -> dict[Visit, list[Passage]]:
    """All visits that are made, each with the passages through the rows that it can come to."""
    passages = [*rows.first, *last]
    size = -1
    while size < len(passages):
        size = len(passages)
        made = {visit for each in passages for visit in each.visits}
        standing = {each.end[1] for each in passages if isinstance(each.end, tuple)}
        through: dict[Visit, list[Passage]] = {visit: [] for visit in made}
        for row in standing:
            for way, passage in rows.passages[row].items():
                if (visit := (rows.kind_of[row], way)) in made:
                    through[visit].append(passage)
        passages = [*rows.first, *last, *(each for found in through.values() for each in found)]
    return through


def _bounded(visits: Mapping[Visit, Sequence[Passage]]) -> dict[Visit, int]:
    """What visits cost at most that never come back to what they began with."""
    costs: dict[Visit, int] = {}
    size = -1
    while size < len(costs):
        size = len(costs)
        for visit, passages in visits.items():
            if all(other in costs for each in passages for other in each.visits):
                costs[visit] = max(
                    each.steps + sum(costs[other] for other in each.visits) for each in passages
                )
    return costs


def _constants(
    visits: Mapping[Visit, Sequence[Passage]], bounded: Costs, slope: int
) -> dict[Visit, int]:
    """A constant for each visit with this slope; none if they are not found."""
    constants = dict.fromkeys(visits, -slope)
    for _ in range(len(visits) + 1):
        needed = {
            visit: max(_constant(each, bounded, constants, slope) - slope for each in passages)
            for visit, passages in visits.items()
        }
        if all(needed[visit] <= constants[visit] for visit in visits):
            return constants
        constants = {visit: max(needed[visit], constants[visit]) for visit in visits}
    return {}


def _constant(passage: Passage, bounded: Costs, constants: Costs, slope: int) -> int:
    """A constant for a passage below ``i`` rows, which takes at most ``slope i + constant`` steps with its visits."""
    far = [visit for visit in passage.visits if visit not in bounded]
    if len(far) > 1:
        raise RefutedError("the machine may come up to all rows above another more than once")
    most = passage.steps + sum(bounded.get(visit, 0) for visit in passage.visits)
    found = [most - bounded.get(visit, 0) + constants[visit] for visit in far or passage.visits]
    if not far:
        # With a visit there is a row above at least.
        found.append(most - slope * bool(passage.visits))
    return min(found)
