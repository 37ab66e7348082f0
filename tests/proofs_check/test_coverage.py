from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.patterns.coverage import solvable
from proofs_check.patterns.induction import Induction
from proofs_check.patterns.regions import Region, all_points, regions
from tests.proofs_check.subjects import bundled

FORMS = st.lists(st.tuples(*[st.integers(-2, 2)] * 3, st.integers(-6, 6)), min_size=1, max_size=6)


@given(FORMS)
def test_a_system_with_a_solution_is_never_called_unsolvable(
    system: list[tuple[int, ...]],
) -> None:
    for point in product(range(-4, 5), repeat=3):
        if all(
            sum(c * v for c, v in zip(form[:-1], point, strict=True)) + form[-1] >= 0
            for form in system
        ):
            assert solvable(system)
            return


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ([(1, -3), (-1, 2)], False),  # x >= 3 and x <= 2
        ([(1, -3), (-1, 3)], True),
        ([(2, -1), (-2, 1)], False),  # 2 x = 1
        ([(1, -1, 0), (-1, 1, -1)], False),  # x >= y and y >= x + 1
        ([(1, 1, -5), (-1, 0, 2), (0, -1, 2)], False),
        ([(1, 1, -4), (-1, 0, 2), (0, -1, 2)], True),
    ],
)
def test_systems_whose_answer_is_known(system: list[tuple[int, ...]], expected: bool) -> None:
    assert solvable(system) is expected


@cache
def patterns(name: str, scene: str) -> tuple[Induction, list[tuple[Region, set[object]]]]:
    """A scene's induction, and the patterns that the box of each region shows."""
    subject = bundled(name)
    until, shown = subject.ends(scene)
    book, marks = subject.certificate.book, subject.marks(scene)
    induction = Induction(
        subject.scene(scene), book, subject.tables, marks, shown=shown, until=until
    )
    found = []
    for region in regions(induction.scene.given, None, until):
        points = all_points(region, induction.signatures.all_tests(region))
        known: set[object] = set()
        for part in points.parts():
            known.update(
                (own, truth) for own, truth, _ in induction.signatures.patterns(region, part)
            )
        found.append((region, known))
    return induction, found


@pytest.mark.parametrize(
    ("name", "scene"),
    [
        ("row-reduction-machine", "predicting"),
        ("one-literal", "predicting"),
        ("conjunction", "memorising"),
        ("online-conjunction", "streaming"),
        ("online-associative-memory", "streaming"),
    ],
)
@settings(max_examples=200)
@given(data=st.data())
def test_no_grid_however_large_shows_a_pattern_that_the_box_does_not(
    name: str, scene: str, data: st.DataObject
) -> None:
    induction, found = patterns(name, scene)
    region, known = data.draw(st.sampled_from(found))
    *sizes, _ = region.distances
    lengths = {each: data.draw(st.integers(0, 60)) for each in sizes}
    # A layer in which some test is about to change.
    tests = [test for test in induction.signatures.all_tests(region) if test["n"]]
    test = data.draw(st.sampled_from(tests))
    near = test.at({**lengths, "n": 0}) // -test["n"]
    point = {**lengths, "n": max(0, near + data.draw(st.integers(-4, 4)))}
    if any(form.at(point) < 0 for form in region.domain):
        return
    column = np.array([[point[each]] for each in region.distances])
    for own, truth, _ in induction.signatures.patterns(region, column):
        assert (own, truth) in known
