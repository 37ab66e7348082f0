"""Spectra where an online learner rests: which cells are asked, and each slope decides."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from proofs_check.dynamics import settling
from proofs_check.dynamics.stages import N, check_slopes
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.linear import Linear, variable
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.ends import fresh, remember, with_scene
from tests.proofs_check.subjects import bundled, refuted


def cells(first: int, last: int, columns: int) -> list[tuple[int, int]]:
    """Rows from the first to the last, with all of so many columns; both are counted from 1."""
    return list(product(range(first, last + 1), range(1, columns + 1)))


def test_the_spectrum_of_an_online_learner_holds() -> None:
    """Of the others it does, too, if the network plays its scenes: see below."""
    assert refuted(bundled("online-conjunction"), "Spectrum, online") == {}


#: Each learner's cases, and where a slope is asked for in layer L of a memory with d = 2, and of one that is empty.
SPECTRA = {
    "online-row-reduction": (53, cells(1, 3, 5), cells(1, 3, 5)),
    "online-conjunction": (18, cells(1, 1, 5), cells(1, 1, 5)),
    "online-associative-memory": (29, cells(1, 3, 5), []),
    "triangular-row-reduction": (34, cells(2, 3, 3), cells(1, 1, 3)),
}


@pytest.mark.parametrize("name", SPECTRA)
def test_which_cells_of_an_online_learner_are_asked(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That the network plays its scene is taken for granted."""
    asked: dict[str, list[tuple[Linear, Any]]] = {"streaming": [], "starting": []}

    def note(subject: Subject, scene: str, since: Linear, where: Any, wanted: Any) -> int:
        asked[scene].append((since, where))
        return check_slopes(subject, scene, since, where, wanted)

    monkeypatch.setattr(settling, "check_slopes", note)
    whole = fresh(name)
    cases, *expected = SPECTRA[name]
    assert settling.online_spectrum(whole).covered == f"{cases} cases"
    m = d = 2
    rows = 1 if name == "online-conjunction" else m + 1
    for a, i, b in product(range(1, rows + 1), range(1, rows + 1), range(1, d + 4)):
        at = {"a": a, "b": b, "d": d, "m": rows - 1, "i": i}
        for of_scene, known in zip(asked.values(), expected, strict=True):
            found = [where for _, where in of_scene if all(form.at(at) >= 0 for form in where)]
            assert bool(found) == ((a, b) in known), at
    since = whole.depth.at({"m": 5, "d": 7})
    wanted = 0 if name == "online-conjunction" else since
    every = (each for of_scene in asked.values() for each, _ in of_scene)
    assert {each.at({"m": 5, "d": 7}) for each in every} == {wanted}


#: Stages of which the row says nothing: that of the triangular learner is about the row that takes an example.
FREE = {
    ("triangular-row-reduction", "streaming"): ["spent", "work"],
    ("triangular-row-reduction", "starting"): ["unwritten", "work"],
}


@pytest.mark.parametrize(
    ("name", "scene"),
    [
        (name, scene)
        for name in SPECTRA
        for scene in ("streaming", "starting")
        if (name, scene) != ("online-associative-memory", "starting")
    ],
)
def test_each_slope_at_the_end_of_an_online_learner_decides(
    name: str, scene: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One stage after the other, in which cells of a whole memory can be at the end, gets another slope."""
    remember(monkeypatch)
    whole = fresh(name)
    stages = whole.data["scenes"][scene]["stages"]
    m, d = variable("m"), variable("d")
    full = () if name == "online-conjunction" else (m - d, d - m)
    late = Ends(whole.scene(scene), (N - whole.depth, *full)).stages()
    passed = []
    for number in late:

        def steeper(data: Any, number: int = number) -> None:
            data["stages"][number]["slope"] = 2

        try:
            settling.online_spectrum(with_scene(whole, steeper, scene))
        except RefutedError:
            continue
        passed.append(stages[number]["stage"])
    assert passed == FREE.get((name, scene), [])


def test_another_spectrum_of_an_online_learner_is_refuted() -> None:
    """The associative memory has no row of all ones: it is not the conjunctions' learner."""
    subject = bundled("online-associative-memory")
    with pytest.raises(RefutedError, match="has the slope"):
        check_slopes(subject, "streaming", settling.ALWAYS, (), lambda _: 1)
