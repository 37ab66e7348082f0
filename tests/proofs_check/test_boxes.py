"""Boxes of points that show every pattern, and lists of all points of a region."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.patterns import given as scenes
from proofs_check.patterns import regions as region_points
from proofs_check.patterns.coverage import Space, Windowed, prove_box
from proofs_check.patterns.linear import variable
from proofs_check.patterns.regions import all_points, regions, value
from proofs_check.verdict import RefutedError

FORMS = st.tuples(st.integers(-2, 2), st.integers(-2, 2), st.just(0))


@settings(max_examples=25)
@given(st.lists(st.tuples(FORMS, st.integers(-2, 2), st.integers(0, 2)), min_size=1, max_size=3))
def test_a_box_shows_every_pattern(tests: list[tuple[tuple[int, int, int], int, int]]) -> None:
    atoms = tuple(Windowed(form, least, least + more) for form, least, more in tests)
    domain = ((1, 0, 0), (0, 1, 0))
    try:
        box = prove_box(Space(("x", "t"), domain, atoms, (0,), (1,)), 2)
    except RefutedError:
        return

    def pattern(x: int, t: int) -> tuple[bool, ...]:
        return tuple(
            form[0] * x + form[1] * t >= c
            for form, least, more in tests
            for c in range(least, least + more + 1)
        )

    late = 2 * (box.bound + 8)
    known = {pattern(x, t) for x in range(box.bound + 1) for t in range(late)}
    assert all(pattern(x, t) in known for x in range(12) for t in range(late))


def test_boxes_of_known_size() -> None:
    """x >= 3 needs x up to 3; 2 x = t too, with two steps back in time, but with one step no box does."""
    domain = ((1, 0, 0), (0, 1, 0))
    assert (
        prove_box(Space(("x", "t"), domain, (Windowed((1, 0, 0), 3, 3),), (0,), (1,)), 1).bound == 3
    )
    diagonal = Space(("x", "t"), domain, (Windowed((2, -1, 0), 0, 1),), (0,), (1,))
    assert prove_box(diagonal, 2).bound <= 3
    with pytest.raises(RefutedError, match="no box with sizes up to 40"):
        prove_box(diagonal, 1)


def test_all_points_of_a_region() -> None:
    (_, _, memory) = regions(scenes.PREDICTING, 2)
    found = all_points(memory, [variable("n") - 2, variable("left") - 1])
    listed = np.concatenate(list(found.parts()), axis=1)
    assert found.box.bound == 1
    assert found.latest >= 2
    assert {tuple(column[:-1]) for column in listed.T.tolist()} == {
        point for point in product(range(2), repeat=4) if point[2] + point[3] >= 1
    }
    assert set(listed[-1].tolist()) == set(range(found.latest + 1))
    assert value(memory, listed, variable("left") * 2 - 1).tolist() == (2 * listed[2] - 1).tolist()
    with pytest.raises(RefutedError, match="too many to list"):
        all_points(memory, [variable("n") - 2 * 10**7])


def test_how_many_points_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the whole box in every layer are counted: two for each distance."""
    (_, _, memory) = regions(scenes.PREDICTING, 2)
    tests = [variable("n") - 2, variable("left") - 1]
    most = 2**4 * (all_points(memory, tests).latest + 1)
    monkeypatch.setattr(region_points, "LARGEST_SPACE", most)
    all_points(memory, tests)
    monkeypatch.setattr(region_points, "LARGEST_SPACE", most - 1)
    with pytest.raises(RefutedError, match="too many to list"):
        all_points(memory, tests)


@pytest.mark.parametrize("factor", [1, 3])
def test_after_the_latest_layer_nothing_changes(factor: int) -> None:
    (_, _, memory) = regions(scenes.PREDICTING, 2)
    late = [variable("n") - variable("left") * factor - variable("above") * 2 - 5]
    tests = [*late, variable("n") - 1]
    found = all_points(memory, tests)
    reach = (factor + 2) * (found.box.bound + 1)
    assert found.latest == reach + 5
    for part in found.parts():
        for test in tests:
            last = part[-1] == found.latest
            later = value(memory, part, test) + 1000 * test["n"] >= 0
            assert ((value(memory, part, test) >= 0) == later)[last].all()


def test_where_rows_and_columns_go_down_together_a_wave_goes_back_two_layers() -> None:
    wave = variable("n") - variable("a") - variable("b")
    memory = [*regions(scenes.PIVOTS, 1)][-1]
    assert memory.diagonal
    assert all_points(memory, [memory.form(wave)]).box.bound < 20
