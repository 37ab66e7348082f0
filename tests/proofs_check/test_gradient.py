"""What is asked of a gradient, step by step, on outcomes that are made up: each condition refutes what only it would see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from proofs_check.lemma1.memorisation import check_gradient
from proofs_check.online import conjunction
from proofs_check.online.ends import check_live_row, check_stage_at_end
from proofs_check.online.row_reduction import reduce_by_rows, subset_sums
from proofs_check.outcome import ABOVE, BELOW, LAYER0, MEMORY, SETTLED, Outcome, Seen
from proofs_check.patterns.codes import CodeBook
from proofs_check.patterns.given import STREAMING
from proofs_check.patterns.scene import Scene, read_scene
from proofs_check.plain_data import Place
from proofs_check.verdict import RefutedError

FLAT, STEEP, LOUD, WORK = 0, 1, 2, 3  #: codes, by what the head does with them
ROW, FIRST = (MEMORY,), (MEMORY, LAYER0)


class Made:
    """A subject with a head of a few codes, and one outcome."""

    def __init__(self, *steps: tuple[int, int, int], marks: tuple[int, ...] = ()) -> None:
        shown = tuple(mark in marks for mark in range(5))
        seen = Seen({}, shown, "now", "after", np.array(steps, dtype=np.int64).reshape(-1, 3))
        scene: Any = None
        covered: Any = None
        self.made = Outcome(scene, covered, (seen,), np.zeros((0, 9), dtype=np.int16), None)
        self.head: Any = self
        self.network = SimpleNamespace(line=False)
        self.book = CodeBook({("bit", (("sign", s),)): c for s, c in ((1, 1), (-1, 2))}, -9)

    def outcome(self, name: str) -> Outcome:
        assert name == "streaming"
        return self.made

    def value(self, code: int) -> Fraction:
        return Fraction(int(code == LOUD))

    def slope(self, code: int) -> Fraction:
        return Fraction(int(code == STEEP))

    def codes_of(self, scene: Scene, stage: Any) -> list[tuple[tuple[Any, ...], int]]:
        return [((sign,), code) for sign, code in ((1, STEEP), (-1, LOUD))]


def test_the_marks_are_those_of_a_pattern() -> None:
    assert (SETTLED, ABOVE, BELOW, MEMORY, LAYER0) == (0, 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("step", "marks", "good"),
    [
        # Row i of the memory: head steep, cell steep.
        ((FLAT, 1, STEEP), ROW, True),
        ((FLAT, 0, STEEP), ROW, False),
        ((FLAT, 2, STEEP), ROW, False),
        ((FLAT, 1, FLAT), ROW, False),
        ((FLAT, 1, LOUD), ROW, False),
        # Above it: flat head; in layer 0 no slope, later any.
        ((FLAT, 0, FLAT), (ABOVE, *FIRST), True),
        ((FLAT, 1, FLAT), (ABOVE, *FIRST), False),
        ((FLAT, 1, FLAT), (ABOVE, MEMORY), True),
        ((FLAT, 0, STEEP), (ABOVE, MEMORY), False),
        # Below it, and in work columns: flat head, any slope.
        ((FLAT, 1, FLAT), (BELOW, *FIRST), True),
        ((FLAT, 0, STEEP), (BELOW, *FIRST), False),
        ((FLAT, 1, FLAT), (LAYER0,), True),
        ((FLAT, 1, FLAT), (ABOVE, LAYER0), True),
        ((FLAT, 0, STEEP), (), False),
        ((FLAT, 0, LOUD), (), False),
    ],
)
def test_the_gradient_of_a_step_of_sgd(
    step: tuple[int, int, int], marks: tuple[int, ...], good: bool
) -> None:
    subject: Any = Made(step, marks=marks)
    if good:
        check_gradient(subject, subject.made)
        return
    with pytest.raises(RefutedError, match=r"the head gives code|a cell has the slope"):
        check_gradient(subject, subject.made)


@pytest.mark.parametrize(
    ("step", "marks", "good"),
    [
        ((FLAT, 1, FLAT), ROW, True),
        ((FLAT, 0, FLAT), ROW, False),
        ((FLAT, 0, FLAT), (), True),
        ((WORK, 0, WORK), ROW, True),
        ((WORK, 0, FLAT), ROW, False),
        ((FLAT, 0, WORK), ROW, False),
        ((FLAT, 0, STEEP), (ABOVE, *FIRST), True),
        ((FLAT, 1, FLAT), (ABOVE, *FIRST), False),
        ((FLAT, 1, FLAT), (ABOVE, MEMORY), True),
        ((FLAT, 1, FLAT), (ABOVE, LAYER0), True),
        ((FLAT, 1, FLAT), (BELOW, *FIRST), True),
        ((FLAT, 1, STEEP), (BELOW, *FIRST), False),
    ],
)
def test_the_gradient_of_an_online_learner(
    step: tuple[int, int, int], marks: tuple[int, ...], good: bool
) -> None:
    subject: Any = Made(step, marks=marks)
    if good:
        check_live_row(subject)
        return
    with pytest.raises(RefutedError, match="the gradient is not the head's slope in the row"):
        check_live_row(subject)


def test_a_work_code_at_which_the_head_is_steep_has_to_have_its_slope() -> None:
    subject: Any = Made((WORK, 0, WORK), marks=ROW)
    subject.slope = lambda code: Fraction(1)
    with pytest.raises(RefutedError, match="the gradient is not"):
        check_live_row(subject)


def one_stage() -> Scene:
    """Every cell shows the label of its row."""
    data: dict[str, Any] = {
        "variables": {},
        "definitions": [],
        "rank": {},
        "stages": [{"stage": "only", "kind": "bit", "fields": {"sign": "y[a]"}}],
    }
    return read_scene(Place(data), STREAMING, {"bit": ("sign",)})


@pytest.mark.parametrize(
    ("refs", "output", "slope", "reason"),
    [
        (None, lambda of: int(of["y[a]"] == -1), None, ""),
        ({"y[a]"}, lambda of: int(of["y[a]"] == -1), lambda of: int(of["y[a]"] == 1), ""),
        ({"z[b]"}, lambda of: int(of["y[a]"] == -1), None, "should depend on"),
        (None, lambda of: of["z[b]"], None, "should depend on 'z.b.', too"),
        (None, lambda of: 0, None, "gives code 2 another output than 0"),
        (None, lambda of: int(of["y[a]"] == -1), lambda of: 1, "slope at code 2 should be 1"),
        (None, lambda of: int(of["y[a]"] == -1), lambda of: 0, "slope at code 1 should be 0"),
    ],
)
def test_a_stage_at_the_end(
    refs: set[str] | None,
    output: Callable[[Mapping[str, Any]], int],
    slope: Callable[[Mapping[str, Any]], int] | None,
    reason: str,
) -> None:
    subject: Any = Made()
    if not reason:
        count = check_stage_at_end(subject, one_stage(), 0, refs, output=output, slope=slope)
        assert count == 2
        return
    with pytest.raises(RefutedError, match=reason):
        check_stage_at_end(subject, one_stage(), 0, refs, output=output, slope=slope)


def test_without_an_output_there_should_be_none() -> None:
    subject: Any = Made()
    with pytest.raises(RefutedError, match="another output than 0"):
        check_stage_at_end(subject, one_stage(), 0, None)


def test_rows_are_reduced_one_after_the_other() -> None:
    rows: list[tuple[int, ...]] = [(0, 1, 1, 1), (1, 1, 0, 0)]  # features, label last
    assert reduce_by_rows(rows, (1, 0, 1)) == ([0, 1, 1], 0)
    assert reduce_by_rows(rows, (0, 1, 1)) == ([0, 0, 0], 1)
    assert reduce_by_rows(rows, (1, 1, 1)) == ([0, 1, 0], 1)
    assert reduce_by_rows([], (1, 0)) == ([1, 0], 0)
    assert subset_sums([], 2) == {(0, 0): 0}
    assert subset_sums(rows, 3) == {(0, 0, 0): 0, (0, 1, 1): 1, (1, 1, 0): 0, (1, 0, 1): 1}


def test_steps_of_elimination() -> None:
    """Memory of ``x1 and not x2``, as signs; ``TRUE`` is -1."""
    step, true, false = conjunction.step, conjunction.TRUE, conjunction.FALSE
    assert step(None, (1, -1), true) == (1, -1)
    assert step(None, (1, -1), false) is None
    assert step((1, -1), (1, -1), true) == (1, -1)
    assert step((1, -1), (1, 1), true) == (1, 0)
    assert step((1, -1), (-1, 1), true) == (0, 0)
    assert step((1, -1), (-1, 1), false) == (1, -1)
    assert step((0, 0), (-1, 1), true) == (0, 0)
    assert conjunction._literals(None, 1) == {(0, 1), (0, -1)}
    assert conjunction._literals((0, -1), 2) == {(1, -1)}
