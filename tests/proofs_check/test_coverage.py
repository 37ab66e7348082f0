from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.sources.names import compilable
from proofs_check.coverage import solvable
from proofs_check.lemma1 import Lemma1
from proofs_check.patterns import patterns
from proofs_check.schedule import value

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


@pytest.mark.parametrize("name", ["systolic-row-reduction", "row-reduction-machine"])
@settings(max_examples=200)
@given(data=st.data())
def test_no_grid_however_large_shows_a_pattern_that_the_box_does_not(
    name: str, data: st.DataObject
) -> None:
    lemma = Lemma1(*compilable(name).compiled())
    known = _known(lemma, name)
    sizes = data.draw(st.tuples(*[st.integers(0, 60)] * 3, st.integers(-1, 60)))
    above, below, left, right = sizes
    times = [*lemma.schedule.times, lemma.schedule.start]
    if lemma.schedule.row_reduction is not None:
        times += [lemma.schedule.row_reduction.first_wave, lemma.schedule.row_reduction.decides]
    form = data.draw(st.sampled_from(times))
    near = int(value(np.array([*sizes, 0])[:, None], form)[0])
    layer = max(0, near + data.draw(st.integers(-6, 6)))
    if above + below < 1 or left + right < 1:
        return
    point = np.array([*sizes, layer], dtype=np.int64)[:, None]
    for pattern in patterns(lemma.schedule, point, lemma.tables.positions, 1):
        assert (tuple(pattern.kinds.items()), pattern.after) in known


_KNOWN: dict[str, set[object]] = {}


def _known(lemma: Lemma1, name: str) -> set[object]:
    if name not in _KNOWN:
        found = patterns(lemma.schedule, lemma.points.points, lemma.tables.positions, 1)
        _KNOWN[name] = {(tuple(each.kinds.items()), each.after) for each in found}
    return _KNOWN[name]
