"""A line's second clock: compared with the layers and places that it stands for, on all of small lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest

from proofs_check.lemma1 import line
from proofs_check.patterns.clock import EAST, WEST, Clock
from proofs_check.patterns.clock_regions import clock_regions
from proofs_check.patterns.given import PREDICTING, REDUCING, UNMASKING
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.regions import value
from proofs_check.patterns.scene import Given
from proofs_check.verdict import RefutedError

GIVEN = {WEST: replace(UNMASKING, line=True), EAST: replace(REDUCING, line=True)}
SIZES = [(0, 1), (0, 2), (1, 1), (2, 2)]
FURTHEST = 4  #: distances that are listed
SHIFTS = [(0, -1, 0), (0, 0, 0), (0, 1, 0), (0, 0, 1)]
clocks = pytest.mark.parametrize("clock", GIVEN, ids=["west", "east"])


def turn(m: int, d: int) -> int:
    """The layer in which the test example has come to the first cell."""
    return (m + 2) * (d + 2) - 1


def last_layer(m: int, d: int) -> int:
    return (3 * m + 4) * (d + 2) - 3


def place(clock: Clock, m: int, d: int, cell: int, layer: int) -> dict[str, int]:
    """A cell in a layer by the clock, by definition."""
    columns = d + 2
    first = (m + 1) * columns - 1 if clock is WEST else turn(m, d)
    train, before = divmod(layer - first + (cell if clock is WEST else -cell), columns)
    car = columns - before if clock is WEST else before + 1
    a, b = divmod(cell, columns)
    return {"m": m, "d": d, "a": a + 1, "b": b + 1, "r": train + 1, "c": car}


def meant(clock: Clock) -> Iterator[tuple[dict[str, int], int]]:
    """Every cell and layer that a scene speaks of, on small lines."""
    for m, d in SIZES:
        end = turn(m, d)
        layers = range(end) if clock is WEST else range(end, last_layer(m, d) + d + 4)
        for cell, layer in product(range((m + 1) * (d + 2)), layers):
            yield place(clock, m, d, cell, layer), layer


def key(where: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(where.items()))


@cache
def listed(clock: Clock) -> list[tuple[Any, dict[str, int], dict[str, int]]]:
    """Regions with their points of small distances, and the places that these stand for."""
    found = []
    for region in clock_regions(GIVEN[clock], 1):
        names = region.distances
        points = np.array(list(product(range(FURTHEST + 1), repeat=len(names)))).T
        small = np.all([value(region, points, form) >= 0 for form in region.domain], axis=0)
        sizes = (value(region, points, region.put[name]).tolist() for name in ("m", "d"))
        small &= np.array([size in SIZES for size in zip(*sizes, strict=True)])
        for numbers in points.T[small].tolist():
            point = dict(zip(names, numbers, strict=True))
            found.append((region, point, {k: form.at(point) for k, form in region.put.items()}))
    return found


@clocks
def test_every_cell_in_every_layer_is_listed_once(clock: Clock) -> None:
    keys = [key(where) for _, _, where in listed(clock)]
    once = set(keys)
    assert len(keys) == len(once)
    for where, layer in meant(clock):
        assert clock.layer(where) == layer
        if abs(where["r"]) <= FURTHEST:
            assert key(where) in once
    for where in (where for _, _, where in listed(clock)):
        assert 1 <= where["a"] <= where["m"] + 1
        assert 1 <= where["b"] <= where["d"] + 2
        assert 1 <= where["c"] <= where["d"] + 2


@clocks
def test_the_scenes_begin_and_end_at_the_cells_that_the_regions_say(clock: Clock) -> None:
    """At the ends of the line no other counts are listed: so no layer before 0 or the turn, and none after it."""
    for _, _, where in listed(clock):
        a, b, columns = where["a"], where["b"], where["d"] + 2
        before = columns - where["c"] if clock is WEST else where["c"] - 1
        count = (where["r"] - 1) * columns + before
        if clock is EAST:
            assert count >= 0 or (a, b) != (1, 1)
        else:
            assert count >= 0 or (a, b) != (where["m"] + 1, columns)
            assert count < columns or (a, b) != (1, 1)


@clocks
def test_neighbours_and_the_next_layer_are_where_they_should_be(clock: Clock) -> None:
    """As forms of a region, and as numbers; outside of the line just where an edge says so."""
    forms = {name: variable(name) for name in ("a", "b", "r", "c", "m", "d")}
    for region, point, where in listed(clock):
        columns = where["d"] + 2
        cell = (where["a"] - 1) * columns + where["b"] - 1
        for shift in SHIFTS:
            _, east, later = shift
            there = place(clock, where["m"], where["d"], cell + east, clock.layer(where) + later)
            assert GIVEN[clock].moved(where, shift) == there
            assert {k: region.form(form, *shift).at(point) for k, form in forms.items()} == there
            inside = all(form.at(point) >= 0 for form in region.edges(0, east))
            assert inside == (0 <= cell + east < (where["m"] + 1) * columns)


def holds(forms: tuple[Linear, ...], where: dict[str, int]) -> bool:
    return all(form.at(where) >= 0 for form in forms)


@clocks
def test_the_base_case_is_about_all_cells_of_the_first_layer(clock: Clock) -> None:
    """And in the first scene about nothing from layer 1 on that the last cell holds."""
    for m, d in SIZES:
        first = 0 if clock is WEST else turn(m, d)
        for cell in range((m + 1) * (d + 2)):
            where = place(clock, m, d, cell, first)
            assert any(holds(forms, where) for forms in GIVEN[clock].start)
    assert not any(holds(forms, place(WEST, 1, 2, 7, 1)) for forms in UNMASKING.start)
    for layer in range(turn(1, 2) + 1, last_layer(1, 2)):
        assert not any(holds(forms, place(EAST, 1, 2, 0, layer)) for forms in REDUCING.start)


def test_the_turn_is_about_all_cells_of_its_layer() -> None:
    for m, d in SIZES:
        for cell in range((m + 1) * (d + 2)):
            assert any(holds(forms, place(WEST, m, d, cell, turn(m, d))) for forms in line.AT_TURN)
    assert not any(holds(forms, place(WEST, 1, 2, 0, turn(1, 2) - 1)) for forms in line.AT_TURN)


def test_the_answer_comes_in_the_claimed_layer() -> None:
    for m, d in SIZES:
        where = place(EAST, m, d, (m + 1) * (d + 2) - 1, last_layer(m, d))
        assert (where["r"], where["c"]) == (m + 1, d + 2)
        assert line.DEPTH.at({"m": m, "d": d, "m d": m * d}) == last_layer(m, d)


@pytest.mark.parametrize(
    ("given", "work"), [(UNMASKING, 1), (GIVEN[EAST], 2), (replace(PREDICTING, line=True), 1)]
)
def test_the_clock_is_a_line_s_with_one_work_column(given: Given, work: int) -> None:
    with pytest.raises(RefutedError, match="about a line with one work column"):
        list(clock_regions(given, work))


@pytest.mark.parametrize("shift", [(1, 0, 0), (0, 1, 1)])
def test_a_line_reads_its_neighbours_alone(shift: tuple[int, int, int]) -> None:
    region, *_ = clock_regions(GIVEN[WEST], 1)
    with pytest.raises(RefutedError, match="their two neighbours alone"):
        region.form(variable("a"), *shift)
