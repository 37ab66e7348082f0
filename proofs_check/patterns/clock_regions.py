"""Where a cell can stand and which train there can be, in independent distances.

Clock and place are known by their order: which of row ``a``, train ``r``, the first row and the last comes first, and by how
much; the same for column ``b``, car ``c`` and column ``d + 2``. All that a scene compares is then a sum of distances.

All points ``(a, b, r, c)`` are listed that are a cell in a layer that the scene speaks of, and some more, so that conditions
stay linear. ``WEST``, from layer 0 until before the turn: the last cell of the line has a count of 0 or more, the first cell one below ``d + 2``, and any
cell ``b`` of row 1 one below ``d + 1 + b``. ``EAST``, from the turn on: the first cell has a count of 0 or more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from proofs_check.patterns.clock import WEST, Clock
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.regions import Region
from proofs_check.patterns.scene import Given
from proofs_check.verdict import RefutedError

ABOVE, BELOW, GAP, PAST, BEFORE, LEFT, RIGHT, APART = (
    variable(name) for name in ("above", "below", "gap", "past", "before", "left", "right", "apart")
)
D, ONE = variable("d"), Linear((), 1)


@dataclass(frozen=True, eq=False)
class ClockRegion(Region):
    """A region whose points have a train and a car.

    ``turns`` is -1 for car 1, 1 for car ``d + 2``, else 0: what would be beyond is in another train.
    """

    clock: Clock = WEST
    turns: int = 0

    def form(self, of_cell: Linear, down: int = 0, east: int = 0, later: int = 0) -> Linear:
        """A form of a cell's place, train, car and sizes, at a displacement from the point."""
        cars = self.clock.later(east, later)
        if abs(cars) > 1 or down:
            raise RefutedError("cells on a line see their two neighbours alone, and one layer back")
        ahead = -self.clock.slant * cars
        moved = of_cell + of_cell["c"] * ahead
        if ahead and ahead == self.turns:
            moved = of_cell + of_cell["r"] * cars - (D + 1) * (of_cell["c"] * ahead)
        return super().form(moved, down, east)


@dataclass(frozen=True)
class Order:
    """Column and car: what they are, and whether either is 1 (-1), ``d + 2`` (1), or between them (0)."""

    low: dict[str, int]
    put: dict[str, Linear]
    wraps: int
    turns: int


def orders() -> Iterator[Order]:
    """Every order of column and car."""
    ends = ((-1, ONE), (1, D + 2))
    low = {"left": 1}
    for wraps, b in ends:
        for turns, c in ends:
            put = {"d": LEFT, "b": b.put({"d": LEFT}), "c": c.put({"d": LEFT})}
            yield Order(low, put, wraps, turns)
    low, d = {"left": 1, "right": 0}, LEFT + RIGHT
    for end, of_end in ends:
        at = of_end.put({"d": d})
        yield Order(low, {"d": d, "b": at, "c": LEFT + 1}, end, 0)
        yield Order(low, {"d": d, "b": LEFT + 1, "c": at}, 0, end)
    yield Order(low, {"d": d, "b": LEFT + 1, "c": LEFT + 1}, 0, 0)
    low, d = {"left": 1, "apart": 1, "right": 0}, LEFT + APART + RIGHT
    yield Order(low, {"d": d, "b": LEFT + 1, "c": LEFT + APART + 1}, 0, 0)
    yield Order(low, {"d": d, "b": LEFT + APART + 1, "c": LEFT + 1}, 0, 0)


Rows = tuple[dict[str, int], dict[str, Linear], tuple[Linear, ...]]


def _rows_west(order: Order) -> Iterator[Rows]:
    """Before the train, the train, and after it."""
    a, m, r = ABOVE + 1, ABOVE + BELOW, PAST + 2
    below = int(order.wraps > 0)  # there is no layer before 0, so not at the end of the line
    yield {"above": 0, "before": 0, "below": below}, {"a": a, "r": BEFORE * -1, "m": m}, ()
    yield {"above": 0, "below": 0}, {"a": a, "r": ONE, "m": m}, ()
    yield {"above": 1, "below": 0, "past": 0}, {"a": a, "r": r, "m": m}, ()
    if order.wraps >= 0:
        # In row 1 the layers before the turn are those of few more cars than the cell has cells to its west.
        second = () if order.turns > 0 else (order.put["b"] - 3,)
        yield {"below": 0}, {"a": ONE, "r": ONE + 1, "m": BELOW}, second


def _rows_east(order: Order) -> Iterator[Rows]:
    """Before the trains, trains of rows above, the row's own, those of rows below, and after all."""
    a, m = ABOVE + 1, ABOVE + BELOW
    above = int(order.wraps < 0)  # no layer before the turn is looked at, so not the first cell
    yield {"above": above, "before": 0, "below": 0}, {"a": a, "r": BEFORE * -1, "m": m}, ()
    yield {"above": 0, "below": 0}, {"a": a, "r": a, "m": m}, ()
    later = a + GAP
    yield {"above": 0, "gap": 1, "below": 0}, {"a": later, "r": a, "m": later + BELOW - 1}, ()
    yield {"above": 0, "gap": 1, "below": 0}, {"a": a, "r": later, "m": later + BELOW - 1}, ()
    yield {"above": 0, "below": 0, "past": 2}, {"a": a, "r": m + PAST, "m": m}, ()


def clock_regions(given: Given, work: int | None) -> Iterator[Region]:
    """The regions of a scene with a clock. Raises :class:`~proofs_check.verdict.RefutedError` if it is about no line."""
    clock = given.clock
    if clock is None or not given.line or work != 1:
        raise RefutedError(f"{given.name} is about a line with one work column")
    for order in orders():
        for rows, of_rows, more in _rows_west(order) if clock is WEST else _rows_east(order):
            low = {**rows, **order.low}
            domain = tuple(variable(name) - least for name, least in low.items())
            put = {**of_rows, **order.put}
            yield ClockRegion(
                tuple(low),
                put,
                (*domain, *more),
                rest=None,
                line=True,
                wraps=order.wraps,
                clock=clock,
                turns=order.turns,
            )
