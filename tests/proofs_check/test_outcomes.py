"""What is worked out of a network with its certificate: inductions, the patches that they saw, codes."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

import numpy as np
import pytest

from proofs_check import subject as subjects
from proofs_check.outcome import Outcome, unique_rows
from proofs_check.patterns import regions
from proofs_check.patterns.induction import Covered
from proofs_check.patterns.regions import ANY
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.subjects import bundled
from tests.proofs_check.test_toy import subject as toy


def test_an_induction_is_done_once(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = toy()
    asked: list[tuple[str, int | None]] = []
    answers: list[Any] = []

    def play(name: str, work: int | None) -> Outcome:
        asked.append((name, work))
        answer = answers.pop(0)
        if isinstance(answer, RefutedError):
            raise answer
        none = np.zeros((0, 9), dtype=np.int16)
        return Outcome(whole.scene(name), Covered(), (), none, work)

    monkeypatch.setattr(whole, "_play", play)
    answers += ["holds"]
    assert whole.outcome("predicting") is whole.outcome("predicting")
    assert whole.outcome("predicting").work_columns == "any number"
    assert asked == [("predicting", ANY)]
    answers += [RefutedError("one"), RefutedError("two")]
    for _ in range(2):
        with pytest.raises(RefutedError, match="two"):
            whole.outcome("memorising")
    assert asked[1:] == [("memorising", ANY), ("memorising", 1)]
    other = toy()
    monkeypatch.setattr(other, "_play", play)
    answers += [RefutedError("one"), "holds"]
    assert other.outcome("memorising").work_columns == "1 (refuted for other numbers)"


def test_on_a_line_the_work_columns_are_those_of_the_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = bundled("line-row-reduction")
    other = Subject(whole.network, whole.data)
    none = np.zeros((0, 9), dtype=np.int16)
    monkeypatch.setattr(
        other,
        "_play",
        lambda name, work: Outcome(whole.scene(name), Covered(), (), none, work),
    )
    assert other.outcome("memorising").work == 1
    assert other.outcome("memorising").work_columns == "1"


def test_without_a_work_column_nothing_is_played() -> None:
    whole = toy()
    object.__setattr__(whole.network, "work_columns", 0)
    with pytest.raises(RefutedError, match="the network has no work column"):
        Subject(whole.network, whole.data).outcome("predicting")


@pytest.mark.parametrize("held", [1, 50])
def test_patterns_do_not_depend_on_how_many_points_are_held(
    held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was seen in one part is passed over in the next, and what comes after it is not."""
    known("predicting")
    monkeypatch.setattr(regions, "CHUNK", held)
    found, wanted = toy().outcome("predicting"), known("predicting")
    assert found.covered == wanted.covered == Covered(74, 403, 3, 64)
    assert len(found.seen) == 74
    assert set(map(tuple, found.patches)) == set(map(tuple, wanted.patches))


@cache
def known(name: str) -> Outcome:
    return toy().outcome(name)


def test_what_an_induction_saw() -> None:
    whole = toy()
    outcome = whole.outcome("predicting")
    assert outcome.work is ANY
    assert len(outcome.seen) == outcome.covered.patterns
    book = whole.certificate.book
    steps = {(seen.now, seen.after): seen.steps.tolist() for seen in outcome.seen}
    plus, minus = (book.number("asked", {"sign": sign}) for sign in (1, -1))
    after = [book.number("answer", {"sign": sign}) for sign in (1, -1)]
    assert sorted(steps["asked", "answer"]) == sorted([[plus, 0, after[0]], [minus, 0, after[1]]])
    assert all(len(seen.place) == 5 for seen in outcome.seen)
    patches = whole.patches
    assert patches.dtype == np.int64
    assert len(unique_rows([patches.astype(np.int16)])) == len(patches)
    every = {*map(tuple, outcome.patches), *map(tuple, whole.outcome("memorising").patches)}
    assert set(map(tuple, patches)) == every


def test_patches_that_cover_no_program_are_made_up_at_random(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = bundled("majority")
    other = Subject(whole.network, {**whole.data, "claims": None, "scenes": {}})
    monkeypatch.setattr(subjects, "RANDOM_PATCHES", 50)
    patches = other.patches
    assert 40 < len(patches) <= 50
    centre = patches[:, 4]
    assert whole.network.padding not in centre
    assert whole.network.padding in patches[:, 0]
    monkeypatch.setattr(subjects, "SAMPLED", 7)
    sample = other.sample()
    step = -(-len(patches) // 7)
    assert sample.tolist() == patches[::step].tolist()


def test_a_machines_patches_are_those_of_its_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bundled("row-reduction-machine")
    other = Subject(whole.network, whole.data)
    few = np.arange(18, dtype=np.int64).reshape(2, 9)
    monkeypatch.setattr(
        subjects, "patches_of_steps", lambda machine, tables: [(few, few[:, 4])] * 2
    )
    none = np.zeros((0, 9), dtype=np.int16)
    for name in other.names_of_scenes:
        other._outcomes[name] = Outcome(other.scene(name), Covered(), (), none, None)
    assert other.patches.tolist() == few.tolist()
    wrong = Subject(whole.network, whole.data)
    wrong._outcomes = other._outcomes
    asked = []

    def no_step(*given: Any) -> int:
        asked.append(given)
        raise RefutedError("no step of it")

    monkeypatch.setattr(subjects, "check_steps", no_step)
    for ask in (lambda: wrong.patches, lambda: wrong.machine_steps, wrong.check_prediction):
        with pytest.raises(RefutedError, match="no step of it"):
            ask()
    assert asked == [(wrong.machine, wrong.tables, wrong.head, wrong.certificate.gates)]


def test_the_codes_of_a_stage() -> None:
    """Each with the values of the instances that it stands for; of values without a code nothing is said."""
    data: Any = deepcopy(toy().data)
    scene = data["scenes"]["predicting"]
    scene["variables"] = {"Q": {"index": ["a"], "values": [1, 0, -1]}}
    scene["definitions"] = [{"of": "Q", "is": "y[a]"}]
    scene["rank"] = {"Q": {"a": 1}}
    answer = next(each for each in scene["stages"] if each["stage"] == "answer")
    answer["fields"]["sign"] = "Q[a]"
    whole = Subject(toy().network, data)
    predicting, number = whole.scene("predicting"), whole.certificate.book.number
    found = {
        each.name: set(whole.codes_of(predicting, each))
        for each in predicting.stages
        if each.name in ("answer", "asked", "done")
    }
    assert found == {
        "answer": {((sign,), number("answer", {"sign": sign})) for sign in (1, -1)},
        "asked": {((sign,), number("asked", {"sign": sign})) for sign in (1, -1)},
        "done": {((), number("done", {}))},
    }


def test_rows_are_kept_once_in_order() -> None:
    one = np.array([[9] * 9, [1] * 9, [9] * 9], dtype=np.int16)
    other = np.array([[1] * 9, [5] * 9], dtype=np.int16)
    assert unique_rows([one, other]).tolist() == [[9] * 9, [1] * 9, [5] * 9]
