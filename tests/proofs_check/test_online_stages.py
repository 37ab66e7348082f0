"""Stages in the last layer of online learners: slopes in a row that is taken, and what the gradient needs."""

from __future__ import annotations

from typing import Any

import pytest

from proofs_check.online import triangular
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.linear import Linear
from tests.proofs_check.ends import only, remember, with_scene
from tests.proofs_check.online_learners import PIVOTS, REDUCTION, depth, refuse, stage, whole


@pytest.fixture(autouse=True)
def _remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    remember(monkeypatch)


TAKING = "(K[a] == 'take') * (1 - 2 * ((z[b] == -1) ^ V[a, b]))"


@pytest.mark.parametrize(
    ("name", "slope", "good"),
    [
        # Before the input comes by, and after it: 1 in rows that are not written.
        ("memory", "1", True),
        ("memory", "u[a]", False),
        ("turning", "1", True),
        ("turning", "u[a]", False),
        ("turning", "-1", False),
        ("done", "R[a]", True),
        ("done", "0 if R[a+1] else R[a] * 2", False),
        ("done", "0 if R[a+1] else u[a]", False),
        ("done", "0 if R[a+1] else 0 - R[a]", False),
        ("answer", "R[a]", True),
        ("answer", "0 if R[a+1] else u[a]", False),
        # In that layer: what the bits say, in a row that takes the input.
        ("the wave", f"{TAKING} if R[a] and not u[a] else 5", True),
        ("the wave", "1 if R[a] else not u[a]", False),
        ("the wave", f"0 - {TAKING}", False),
        ("the wave", "1 - 2 * V[a, b]", False),
        ("the wave at the labels", f"{TAKING} if R[a] and not u[a] else 5", True),
        ("the wave at the labels", "1", False),
        ("the wave at the labels", "1 - 2 * V[a, b]", False),
        # The diagonal is part of it; what is west of it, and the first row, are not.
        ("the wave on the diagonal", "7", False),
        ("decided", "R[a]", True),
        ("decided", "0 if R[a+1] else 2 * R[a]", False),
        ("leading", "7", True),
        ("below the diagonal", "7", True),
        ("showing", "7", True),
    ],
)
def test_slopes_in_the_row_that_takes_the_input(name: str, slope: str, good: bool) -> None:
    def change(scene: Any) -> None:
        stage(scene, name)["slope"] = slope

    if good:
        depth(PIVOTS, with_scene(whole(PIVOTS), change))
    else:
        refuse(PIVOTS, change, "the slope -?[0-9]+ in a row that is taken")


@pytest.mark.parametrize(
    ("name", "entries", "words"),
    [
        ("done", {"where": [*only("a", "", 2)[:1]]}, "several stages|both sides of the diagonal"),
        ("done", {"where": [{"b": 1, "a": -1, "1": 2}, {"a": 1, "1": -2}, {"n": 1, "a": -1, "b": -1, "1": -1}]},
         "both sides of the diagonal"),
        ("done", {"kind": {"is": "'stored' if u[a] else 'unwritten'"}, "slope": 0}, "which row is live"),
        ("done", {"kind": {"is": "'spent' if R[a+1] else 'stored' if u[a] else 'unwritten'"},
                  "slope": 0}, "head's slope|which row is live"),
        ("answer", {"fields": {"sign": "x[a, b] * z[b]", "parity": 0}}, r"should depend on V\[a \+ 1, b\]"),
        ("answer", {"fields": {"parity": "V[a+1, b]"}, "kind": "answer", "slope": 0},
         r"should depend on R\[a \+ 1\]"),
    ],
)  # fmt: skip
def test_stages_that_do_not_say_what_the_gradient_needs(
    name: str, entries: dict[str, Any], words: str
) -> None:
    refuse(PIVOTS, lambda scene: stage(scene, name).update(entries), words)


@pytest.mark.parametrize(
    ("name", "entries", "words"),
    [
        ("verdict", {"where": [*only("a", "i", -1), *only("b", "d", 1)]}, ""),
        ("known or spent", {"fields": {"parity": "V[a+1, b]"}}, "should depend on .* alone"),
        ("decided", {"kind": {"is": "'work' if W[i-1, d+1] else 'work'"}}, "depend on|head's slope"),
        ("decided label", {"kind": {"is": "'minus' if V[a, b] else 'unwritten'"}}, "should depend on"),
        ("decided label", {"kind": {"is": "'work' if not W[i-1, d+1] else 'unwritten'"}}, "depend on|slope"),
        ("decided", {"where": [*only("a", "i")[:1], {"n": 1, "d": -3, "i": -1, "b": 1, "1": -5}]},
         "the live row can be in several"),
        ("decided label", {"where": [*only("a", "i")[:1], {"n": 1, "d": -3, "i": -1, "b": 1, "1": -6},
                                     *only("b", "d", 1)]}, "the live row can be in several"),
    ],
)  # fmt: skip
def test_stages_of_a_reduction_that_do_not_say_the_verdict(
    name: str, entries: dict[str, Any], words: str
) -> None:
    if words:
        refuse(REDUCTION, lambda scene: stage(scene, name).update(entries), words)
    else:
        depth(REDUCTION, with_scene(whole(REDUCTION), lambda s: stage(s, name).update(entries)))


def test_what_the_last_layer_of_triangular_row_reduction_is_asked_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of memories of ``d + 1`` rows, from the depth on or in the layer before."""
    subject = whole(PIVOTS)
    asked: list[tuple[Linear, ...]] = []

    def note(scene: Any, among: tuple[Linear, ...]) -> Ends:
        asked.append(among)
        return Ends(scene, among)

    monkeypatch.setattr(triangular, "Ends", note)
    depth(PIVOTS, subject)
    m, d, n = triangular.M, triangular.D, triangular.N
    last = [among for among in asked if n - subject.depth in among]
    assert len(last) == 3
    assert all({m - d, d - m} <= set(among) for among in last)
    (before,) = (among for among in asked if n - subject.depth + 1 in among)
    assert {m - d, d - m, subject.depth - 1 - n} <= set(before)
