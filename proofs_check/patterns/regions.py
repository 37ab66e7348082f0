"""Where a cell can stand, in independent distances; and all points of a box of them.

Rows are told apart by whether they lie above the boundary ``i``, if a scene has one, and columns by
whether they are the memory's or work columns. In each region a cell is known by distances that are
independent of each other, so that :mod:`proofs_check.patterns.coverage` can lower one at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from proofs_check.patterns.coverage import Box, Form, Space, Windowed, prove_box, solvable
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.scene import Given
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import Integers

STEPS_BACK = 6  #: the most layers that a step of the descent goes back
DIAGONAL_STEPS_BACK = 2  #: the same where two sizes go down together
LARGEST_SPACE = 60_000_000  #: points of a box that are listed
CHUNK = 1_000_000  #: points that are held at a time
LAYER = "n"
ANY = None  #: any number of work columns
D = variable("d")


@dataclass(frozen=True, eq=False)
class Region:
    """Cells of one kind. ``put`` has the place, the layer and the sizes in terms of the distances.

    ``domain`` are forms that are at least 0 on its points. ``rest`` counts the columns to the right of a
    work column, and is None where there always is one. On a ``line`` a row goes on in the next one: ``wraps``
    is the side, -1 for the west and 1 for the east, on which the cells' neighbours are in another row.
    """

    distances: tuple[str, ...]
    put: Mapping[str, Linear]
    domain: tuple[Linear, ...]
    rest: Linear | None
    line: bool = False
    wraps: int = 0
    diagonal: bool = False

    def form(self, of_cell: Linear, down: int = 0, east: int = 0, later: int = 0) -> Linear:
        """A form of a cell's place, layer and sizes, at a displacement from the point."""
        moved = of_cell + of_cell["n"] * later
        if east and east == self.wraps:
            # From column 1 to column d + 2 of the row above, or the other way.
            moved = moved + of_cell["a"] * (down + east) - (D + 1) * (of_cell["b"] * east)
        else:
            moved = moved + of_cell["a"] * down + of_cell["b"] * east
        return moved.put(self.put)

    def possible(self, *forms: Linear) -> bool:
        """Whether forms of the distances can all be 0 or more at a point; False only if they cannot."""
        system = [as_tuple(form, self.distances) for form in (*self.domain, *forms)]
        return solvable(system)

    def edges(self, down: int, east: int) -> tuple[Linear, ...]:
        """Forms that are all 0 or more just where the cell at this displacement is inside the grid."""
        a, b, m = variable("a"), variable("b"), variable("m")
        edges = (a - 1, m - a + 1) if self.line else (a - 1, m - a + 1, b - 1)
        inside = tuple(self.form(form, down, east) for form in edges)
        return inside if self.rest is None else (*inside, self.rest - east)


def regions(given: Given, work: int | None, until: Linear | None = None) -> Iterator[Region]:
    """The regions of a scene. ``until``: only what is 0 or more of this form is looked at.

    ``work`` is the number of work columns, or :data:`ANY` for every number of one or more.
    """
    for rows, of_rows in _rows(given):
        for columns, of_columns, rest, wraps in _columns(work, line=given.line):
            names = (*rows, *columns, LAYER)
            put = {**of_rows, **of_columns, LAYER: variable(LAYER)}
            low = [variable(name) - least for name, least in {**rows, **columns, LAYER: 0}.items()]
            d = put["d"]
            region = Region(names, put, (), rest, given.line, wraps)
            more = [d - 1]
            if given.rows is not None:
                more.append((variable("m") * -1 + given.rows).put(put))
            more.append(put["m"])
            if until is not None:
                more.append(region.form(until))
            if work is not ANY and rest is not None:
                columns_left = put["d"] - put["b"] + 1 + work - rest
                more += [columns_left, columns_left * -1]
            yield Region(names, put, (*low, *more), rest, given.line, wraps, given.diagonal)


def _rows(given: Given) -> Iterator[tuple[dict[str, int], dict[str, Linear]]]:
    above, below, gap = variable("above"), variable("below"), variable("gap")
    if given.boundary is None:
        yield {"above": 0, "below": 0}, {"a": above + 1, "m": above + below}
        return
    first, last = given.boundary
    # Above the boundary: at least one row down to it; ``below`` counts up to the last boundary.
    i = above + gap + 1
    yield {"above": 0, "gap": 1, "below": 0}, {"a": above + 1, "i": i, "m": i + below - last}
    i = above + first
    yield {"above": 0, "below": 0}, {"a": i, "i": i, "m": i + below - 1}
    yield {"above": 0, "gap": 1, "below": 0}, {"a": i + gap, "i": i, "m": i + gap + below - 1}


Columns = tuple[dict[str, int], dict[str, Linear], Linear | None, int]


def _columns(work: int | None, *, line: bool) -> Iterator[Columns]:
    """The kinds of columns: their distances, the rest, and on which side a line goes on in another row."""
    left, right, past, rest = (variable(name) for name in ("left", "right", "past", "rest"))
    if line:
        if work != 1:
            raise RefutedError("rows on a line are told apart by one work column")
        yield {"left": 1}, {"b": left + 2, "d": left}, None, 1
        yield {"right": 1}, {"b": Linear((), 1), "d": right}, None, -1
        yield {"left": 1, "right": 0}, {"b": left + 1, "d": left + right}, None, 0
        return
    # The work columns first: that is where a rule for one work column goes wrong with more.
    if work != 1:
        yield {"left": 1, "past": 2, "rest": 0}, {"b": left + past + 1, "d": left}, rest, 0
    yield {"left": 1, "rest": 0}, {"b": left + 2, "d": left}, rest, 0
    yield {"left": 0, "right": 0}, {"b": left + 1, "d": left + right}, None, 0


@dataclass(frozen=True, eq=False)
class Points:
    """Every point of a box, in parts, with what its box was shown to contain."""

    region: Region
    box: Box
    latest: int

    def parts(self) -> Iterator[Integers]:
        """Points as ``(distances, points)``, the layer last if there is one, a part at a time."""
        sizes = [name for name in self.region.distances if name != LAYER]
        lows = [_least(self.region, name) for name in sizes]
        ranges = [range(low, self.box.bound + 1) for low in lows]
        layers = np.arange(self.latest + 1, dtype=np.int32)
        count = max(1, CHUNK // len(layers))
        listed = np.array(list(product(*ranges)), dtype=np.int32).reshape(-1, len(sizes))
        listed = listed[np.argsort(listed.sum(axis=1), kind="stable")]
        for first in range(0, len(listed), count):
            some = listed[first : first + count]
            rows = [np.repeat(some.T, len(layers), axis=1)]
            if LAYER in self.region.distances:
                rows.append(np.tile(layers, len(some))[None])
            points: Integers = np.concatenate(rows)
            good = np.ones(points.shape[1], dtype=bool)
            for form in self.region.domain:
                good &= value(self.region, points, form) >= 0
            if good.any():
                yield points[:, good]


def all_points(region: Region, tests: Sequence[Linear]) -> Points:
    """The points of the smallest box that is shown to contain every truth of ``tests >= 0``.

    Raises :class:`~proofs_check.verdict.RefutedError` when none is found, or it is too large.
    """
    names = region.distances
    windows: dict[tuple[tuple[str, int], ...], list[int]] = {}
    for test in tests:
        if region.possible(test) and region.possible(test * -1 - 1):
            # The form or its negative, whichever begins with a positive coefficient: -f >= -c is f < c + 1.
            flipped = test.terms[0][1] < 0
            terms = (test * -1).terms if flipped else test.terms
            windows.setdefault(terms, []).append(test.constant + 1 if flipped else -test.constant)
    atoms = tuple(
        Windowed(as_tuple(Linear(terms), names), min(bounds), max(bounds))
        for terms, bounds in windows.items()
    )
    domain = tuple(as_tuple(form, names) for form in region.domain)
    sizes = tuple(k for k, name in enumerate(names) if name != LAYER)
    times = tuple(k for k, name in enumerate(names) if name == LAYER)
    space = Space(names, domain, atoms, sizes, times, pairs=region.diagonal)
    box = prove_box(space, DIAGONAL_STEPS_BACK if region.diagonal else STEPS_BACK)
    # Later than this, no test depends on the layer: its form is beyond all that it is compared with.
    latest = 0
    for terms, bounds in windows.items():
        form = Linear(terms)
        if form[LAYER]:
            reach = sum(abs(c) * (box.bound + 1) for name, c in terms if name != LAYER)
            latest = max(latest, reach + max(map(abs, bounds)) + 1)
    count = (box.bound + 1) ** len(sizes) * (latest + 1)
    if count > LARGEST_SPACE:
        raise RefutedError(
            f"the scene needs grids with sizes up to {box.bound} and {latest} layers, too many to list"
        )
    return Points(region, box, latest)


def value(region: Region, points: Integers, form: Linear) -> Integers:
    """A form at each point.

    Raises :class:`~proofs_check.verdict.RefutedError` where 32 bits would not do.
    """
    most = int(points.max())
    if abs(form.constant) + sum(abs(c) * most for _, c in form.terms) >= 2**31:
        raise RefutedError(
            f"the form {form} has coefficients that are too large to list its values"
        )
    total: Integers = np.full(points.shape[1], form.constant, dtype=np.int32)
    for name, c in form.terms:
        total += np.int32(c) * points[region.distances.index(name)]
    return total


def as_tuple(form: Linear, names: Sequence[str]) -> Form:
    """A form as coefficients and constant."""
    return (*(form[name] for name in names), form.constant)


def _least(region: Region, name: str) -> int:
    """A distance's lower bound."""
    return next(-form.constant for form in region.domain if form.terms == ((name, 1),))
