"""Where outputs come from at the end: each condition refutes what only it would see."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest

from construction.programs.catalogue import load_program
from proofs_check.lemma1 import column_scan, rising_bits
from proofs_check.lemma1.column_scan import check_end
from proofs_check.lemma1.prediction import answer, depth
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.linear import variable
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.ends import cell, fresh, only, remember, with_outputs, with_scene
from tests.proofs_check.subjects import bundled, changed
from tests.proofs_check.test_toy import subject as toy


def code(whole: Subject, kind: str, **fields: Any) -> int:
    return whole.certificate.book.number(kind, fields)


@cache
def scan(name: str) -> Subject:
    return fresh(name)


SCANNING = ("one-literal", "conjunction")


@pytest.mark.parametrize("name", SCANNING)
def test_the_outputs_of_a_scan(name: str) -> None:
    otherwise = {"one-literal": 1, "conjunction": -1}[name]
    assert check_end(scan(name)) == (
        f"outputs in the top row alone: V[1, b] where R[b], and {otherwise} behind the last column if R[d+2]"
    )


@pytest.mark.parametrize(
    "name", [*SCANNING, "majority", "row-reduction-machine", "line-row-reduction"]
)
def test_a_depth_of_a_scene_that_is_not_played_is_refuted(name: str) -> None:
    """Each of the scenes of a prediction is looked at, also if nothing else of it is asked."""
    whole = bundled(name)
    for scene in whole.of_predictions:
        other = Subject(whole.network, whole.data)
        for each in whole.names_of_scenes:
            other._outcomes[each] = RefutedError("not played") if each == scene else played(each)
        with pytest.raises(RefutedError, match="not played"):
            depth(other)


@pytest.mark.parametrize("name", [*SCANNING, "majority"])
def test_a_cell_with_an_output_in_no_stage_is_refuted(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ends, "stages", lambda self: [])
    with pytest.raises(RefutedError, match="can be in the stages ; it should be one"):
        depth(scan(name))


def played(name: str) -> Any:
    return SimpleNamespace(scene=None, name=name)


@pytest.mark.parametrize("name", SCANNING)
def test_another_output_of_any_code_at_the_end_is_refuted(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each code that a cell can hold from the depth on is said to have the output 2, and then all others."""
    remember(monkeypatch)
    whole = scan(name)
    check_end(whole)
    scene = whole.scene("predicting")
    late = [scene.stages[k] for k in Ends(scene, (variable("n") - whole.depth,)).stages()]
    last = {number for each in late for _, number in whole.codes_of(scene, each)}
    assert {each for each in whole.head.codes if whole.head.value(each)} <= last
    for each in last:
        with pytest.raises(RefutedError, match="another output than"):
            check_end(with_outputs(whole, {each: 2}))
    check_end(with_outputs(whole, dict.fromkeys(set(whole.head.codes) - last, 2)))


@pytest.mark.parametrize(
    ("depth", "words"),
    [
        (-1, "the cells with an output can be in the stages|where it should be"),
        (1, "can end before"),
    ],
)
@pytest.mark.parametrize("name", SCANNING)
def test_another_depth_of_a_scan_is_refuted(name: str, depth: int, words: str) -> None:
    with pytest.raises(RefutedError, match=words):
        check_end(with_outputs(scan(name), {}, depth))


def test_another_recurrence_of_a_scan_is_refuted() -> None:
    def change(whole: Any) -> None:
        whole["definitions"][-1]["is"] = 0

    with pytest.raises(RefutedError, match="R is 0 for"):
        check_end(with_scene(scan("one-literal"), change, "predicting"))


def test_the_end_of_the_majority(monkeypatch: pytest.MonkeyPatch) -> None:
    remember(monkeypatch)
    whole = scan("majority")
    assert rising_bits.check_end(whole).startswith("row 1, column d + 1 alone has an output: E[")
    scene = whole.scene("predicting")
    late = [scene.stages[k] for k in Ends(scene, (variable("n") - whole.depth,)).stages()]
    last = {number for each in late for _, number in whole.codes_of(scene, each)}
    for each in last:
        with pytest.raises(RefutedError, match="another output than"):
            rising_bits.check_end(with_outputs(whole, {each: 2}))
    rising_bits.check_end(with_outputs(whole, dict.fromkeys(set(whole.head.codes) - last, 2)))
    with pytest.raises(RefutedError, match=r"can be less than m . 1 waves|should be one"):
        rising_bits.check_end(with_outputs(whole, {}, -1))
    for kind in ("'work' if E[n+7] == E[n] else 'work'", "'work'"):

        def speaks(data: Any, kind: str = kind) -> None:
            top = next(each for each in data["stages"] if each["stage"].startswith("top of"))
            top |= {"kind": {"is": kind}, "fields": {}}

        with pytest.raises(RefutedError, match="should speak of one instance of E"):
            rising_bits.check_end(with_scene(whole, speaks, "predicting"))
    monkeypatch.setattr(rising_bits, "MOST_EXAMPLES", 2)
    assert rising_bits.recurrence(whole).covered.endswith("labels of up to 2 examples: 7")
    monkeypatch.setattr(rising_bits, "RECURRENCE", column_scan.SCANS["conjunction"].recurrence())
    with pytest.raises(RefutedError, match="should have the indices"):
        rising_bits.check_end(whole)


def stage(scene: Any, name: str) -> Any:
    return next(each for each in scene["stages"] if each["stage"] == name)


@pytest.mark.parametrize(
    "where",
    [
        cell("", 1, "", 1),
        cell("", 1, "d", 1),
        cell("", 1, "d", 2),
        cell("", 1, "d", 3),
        cell("", 2, "", 1),
        cell("", 2, "d", 1),
        cell("m", 1, "d", 2),
    ],
)
def test_no_other_cell_may_have_an_output(where: list[dict[str, int]]) -> None:
    """A stage of its own, from the depth on, whose code has an output."""
    whole = scan("conjunction")
    form = whole.data["claims"]["depth"]
    late = {"n": 1, **{key: -value for key, value in form.items()}}
    number = code(whole, "stored", sign=1)

    def change(scene: Any) -> None:
        own = {"stage": "loud", "kind": "stored", "fields": {"sign": 1}, "where": [late, *where]}
        scene["stages"].append(own)

    other = with_scene(whole, change, "predicting")
    with pytest.raises(
        RefutedError,
        match=r"can be in the stages .*, .*; it should be one|another output than 0|depend",
    ):
        check_end(with_outputs(other, {number: 1}))


def test_the_only_cell_that_answers() -> None:
    whole = toy()
    whole.outcome("predicting")
    found = answer(whole)
    assert str(found) == "row 1, column d + 1: y[1] (1: 1, -1: -1)"
    done = code(whole, "done")
    with pytest.raises(RefutedError, match=r"cells in 2 stages have an output \(answer, done\)"):
        answer(with_outputs(whole, {done: 1}))
    silent = {code(whole, "answer", sign=sign): 0 for sign in (1, -1)}
    with pytest.raises(RefutedError, match="cells in 0 stages have an output"):
        answer(with_outputs(whole, silent))
    with pytest.raises(RefutedError, match="are not just one in a corner"):
        answer(with_outputs(whole, {**silent, done: 1}))
    with pytest.raises(RefutedError, match="can have an output before layer"):
        answer(with_outputs(whole, {}, 1))


@pytest.mark.parametrize("row", ["1", "m + 1"])
@pytest.mark.parametrize("column", ["1", "d + 1", "d + 2"])
def test_where_the_cell_that_answers_can_be(row: str, column: str) -> None:
    """The stages of the small program are said to be elsewhere; what was seen of them stays."""
    played = toy()
    seen = played.outcome("predicting")
    rows = {"1": only("a", "", 1), "m + 1": only("a", "m", 1)}
    columns = {"1": only("b", "", 1), "d + 1": only("b", "d", 1), "d + 2": only("b", "d", 2)}

    def change(scene: Any) -> None:
        stage(scene, "answer")["where"] = [
            {"n": 1, "m": -1, "1": -2},
            *rows[row],
            *columns[column],
        ]
        scene["stages"].remove(stage(scene, "work"))

    whole = with_scene(played, change, "predicting")
    whole._outcomes["predicting"] = replace(seen, scene=whole.scene("predicting"))
    found = answer(whole)
    assert (str(found.row), str(found.column)) == (row, column)
    refs = "1" if row == "1" else "m + 1"
    assert [str(each) for each in found.refs] == [f"y[{refs}]"]


@pytest.mark.parametrize("row", ["1", "m + 1"])
def test_an_answer_in_no_corner_is_refuted(row: str) -> None:
    played = toy()
    seen = played.outcome("predicting")

    def change(scene: Any) -> None:
        where = only("a", "", 1) if row == "1" else only("a", "m", 1)
        stage(scene, "answer")["where"] = [{"n": 1, "m": -1, "1": -2}, *where, *only("b", "d", 0)]

    whole = with_scene(played, change, "predicting")
    whole._outcomes["predicting"] = replace(seen, scene=whole.scene("predicting"))
    with pytest.raises(RefutedError, match="are not just one in a corner"):
        answer(whole)


def test_which_rows_there_are() -> None:
    def names(whole: Subject) -> list[str]:
        shown = [each for each in of_network(whole) if each.id.startswith(("Lemma 1", "Online"))]
        return [f"{each.id.split(', ')[1]}{'' if each.claimed else ' -'}" for each in shown]

    def bounded(whole: Subject) -> bool:
        return "Definition 1" in [each.id for each in of_network(whole)]

    name = "row-reduction-machine"
    parity = changed(name, "claims/computes", " ".join(["parity of", "the test example"]))
    assert "Lemma 1, A, all sizes" in [each.id for each in of_network(parity)]
    machine_ = bundled(name)
    assert "Lemma 1, A, all sizes" not in [each.id for each in of_network(machine_)]
    assert bounded(machine_)
    assert not bounded(bundled("systolic-row-reduction"))
    assert not bounded(changed(name, "claims/computes", "conjunction"))
    always = ["network = rule", "head = readout"]
    stored = [*always, "memorisation", "prediction"]
    online = ["invariant", "depth", "A"]
    assert names(bundled("online-conjunction"))[:-1] == [*always, *online]
    assert names(bundled("online-row-reduction"))[:-1] == [*always, *online]
    assert names(toy())[:-1] == [*stored, "depth", "A -"]
    assert names(bundled("one-literal"))[:-1] == [*stored, "depth", "recurrence", "A"]
    assert names(bundled("conjunction"))[:-1] == [*stored, "depth", "recurrence", "A"]
    assert names(bundled("systolic-row-reduction"))[:-1] == [*stored, "depth", "recurrence", "A"]
    machine = names(bundled("row-reduction-machine"))[:-1]
    assert machine == [*stored, "machine = rule", "depth", "A"]
    assert names(bundled("majority"))[:-1] == [*stored, "depth", "recurrence", "A"]
    assert names(bundled("line-row-reduction"))[:-1] == [*stored, "depth", "recurrence", "A"]
    part = names(changed("line-row-reduction", "scenes/unmasking"))[:-1]
    assert part == [*stored[:-1], "prediction -", "depth -", "A"]


def test_an_answer_that_is_there_before_is_refuted() -> None:
    """In the same cell, under another stage's name."""
    data: Any = deepcopy(load_program("systolic-row-reduction").certificate)
    stages = data["scenes"]["predicting"]["stages"]
    number, stage = next((k, s) for k, s in enumerate(stages) if s["stage"] == "answer")
    later = [
        {**form, "1": form.get("1", 0) - 5} if "n" in form else form for form in stage["where"]
    ]
    stages.insert(number + 1, {**stage, "stage": "answer, later", "where": later})
    data["claims"]["depth"]["1"] += 5
    wrong = Subject(bundled("systolic-row-reduction").network, data)
    played = toy().outcome("predicting")  # of which only the scene is looked at
    wrong._outcomes["predicting"] = replace(played, scene=wrong.scene("predicting"))
    with pytest.raises(RefutedError, match="can have an output before layer 3 d"):
        answer(wrong)
