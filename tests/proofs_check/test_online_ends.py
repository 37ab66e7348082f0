"""The last layer of online learners: each condition refutes what only it would see."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from proofs_check.patterns.ends import Ends
from proofs_check.statement import Found
from proofs_check.verdict import RefutedError
from tests.proofs_check.ends import cell, fresh, remember, with_outputs, with_scene
from tests.proofs_check.online_learners import (
    LEARNERS,
    LITERALS,
    MEMORY,
    PIVOTS,
    REDUCTION,
    Change,
    depth,
    refuse,
    whole,
)

QUICK = [name for name in LEARNERS if name != PIVOTS]


@pytest.fixture(autouse=True)
def _remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    remember(monkeypatch)


@pytest.mark.parametrize(
    ("name", "values", "codes", "layers"),
    [
        (REDUCTION, "60 values of 4 variables", 20, "4 d + 4"),
        (LITERALS, "8 values of 1 variable", 12, "d + 1"),
        (MEMORY, "37 values of 2 variables", 22, "d + m + 1"),
        (PIVOTS, "51 values of 3 variables", 11, "2 d + 3"),
    ],
)
def test_what_is_found(name: str, values: str, codes: int, layers: str) -> None:
    """A network that nothing was seen of has no wrong slope."""
    found = LEARNERS[name].invariant(whole(name))
    start = "" if name == MEMORY else "; an empty memory, 0 cases"
    assert found.covered.endswith(f"(0 systems of inequalities){start}; {values}")
    assert found.constants == {"work columns": "any number"}
    assert depth(name) == Found(f"{codes} codes that can be left", {"L": layers})


#: The codes that a cell can hold at the end, and of these those whose slope is prescribed there.
LAST = {
    REDUCTION: ["answer", "rest", "spent", "told", "minus", "unwritten", "work"],
    LITERALS: ["label", "literal", "work"],
    MEMORY: ["known", "row", "unwritten", "value", "work"],
    PIVOTS: ["answer", "diagonal", "live", "spent", "stored", "unwritten", "work"],
}
NO_SLOPE = {
    REDUCTION: ["answer", "rest", "spent", "told"],
    LITERALS: ["work"],
    MEMORY: [],
    PIVOTS: ["work"],
}


def is_last(name: str, kind: str, fields: dict[str, Any]) -> bool:
    """Of a conjunction no literal is still unseen, but in an empty memory, where none matters."""
    unseen = name == LITERALS and kind == "literal" and not fields["seen"]
    empty = not fields.get("violated") and fields.get("shows") == "does not matter"
    return kind in LAST[name] and (not unseen or empty)


@pytest.mark.parametrize("name", LEARNERS)
def test_another_output_or_slope_of_a_code_at_the_end_is_refuted(name: str) -> None:
    head = whole(name).head
    rest = set(head.codes)
    for (kind, fields), code in whole(name).certificate.book.numbers.items():
        if not is_last(name, kind, dict(fields)):
            continue
        rest.discard(code)
        with pytest.raises(RefutedError, match=r"another output than|the output of code"):
            depth(name, with_outputs(whole(name), {code: 2}))
        if kind not in NO_SLOPE[name]:
            slope = 2 if head.slope(code) == 0 else -int(head.slope(code))
            with pytest.raises(RefutedError, match="head's slope"):
                depth(name, with_outputs(whole(name), {}, slopes={code: slope}))
        else:
            depth(name, with_outputs(whole(name), {}, slopes={code: 2}))
    loud = dict.fromkeys(rest, 2)
    assert depth(name, with_outputs(whole(name), loud, slopes=loud)) == depth(name)


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        (REDUCTION, -1, "the cell with the answer can be in several stages"),
        (REDUCTION, 1, "the last layer but one would do"),
        (LITERALS, -1, "'literal': the head's slope"),
        (LITERALS, 1, "the last layer but one would do"),
        (MEMORY, -1, "does not know of all columns of a row yet"),
        (MEMORY, 1, "the last layer but one would do"),
        (PIVOTS, -1, "the cell with the answer can be in several stages"),
        (PIVOTS, 1, "the last layer but one would do"),
    ],
)
def test_another_depth_is_refuted(name: str, more: int, words: str) -> None:
    with pytest.raises(RefutedError, match=words):
        depth(name, with_outputs(whole(name), {}, more))


@pytest.mark.parametrize("name", [REDUCTION, PIVOTS])
def test_cells_without_a_stage_are_refuted(name: str) -> None:
    def change(scene: Any) -> None:
        for each in scene["stages"]:
            each["where"].append({"1": -1})

    refuse(name, change, "the cell with the answer can be in several stages")


@pytest.mark.parametrize(
    ("name", "call", "words"),
    [
        (PIVOTS, 1, "the cell with the answer"),
        (MEMORY, 1, "the cells of a region"),
        (REDUCTION, 1, "the cell with the answer"),
        (REDUCTION, 2, "the cells of the live row"),
        (REDUCTION, 3, "the cells of the live row"),
    ],
)
def test_a_cell_in_no_stage_at_all_is_refuted(
    name: str, call: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First the cell with the answer is asked; of a reduction then the features of the live row, and its label."""
    right, calls = Ends.stages, count(1)
    monkeypatch.setattr(Ends, "stages", lambda self: [] if next(calls) == call else right(self))
    with pytest.raises(RefutedError, match=f"{words}.* can be in several stages"):
        depth(name)


@pytest.mark.parametrize(
    ("name", "scenes"), [(LITERALS, ["starting", "streaming"]), (MEMORY, ["streaming"])]
)
def test_slopes_on_the_way_are_looked_at(
    name: str, scenes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(LEARNERS[name], "check_own_slopes", lambda _, *names: asked.extend(names))
    depth(name)
    assert asked == scenes


def test_the_label_cell_has_to_know_of_all_features() -> None:
    data = whole(LITERALS).data
    claims = {**data["claims"], "depth": {"1": 5}}
    with pytest.raises(RefutedError, match="does not know of all features yet"):
        depth(LITERALS, fresh(LITERALS, {**data, "claims": claims}))


@pytest.mark.parametrize(
    "form", [{"m": 2, "d": 1}, {"m": 1, "d": 2, "1": -1}, {"m": 1, "d": 1}, {"d": 3, "1": 5}]
)
def test_a_memory_that_is_too_shallow_for_few_rows_or_columns(form: dict[str, int]) -> None:
    data = whole(MEMORY).data
    claims = {**data["claims"], "depth": form}
    with pytest.raises(RefutedError, match="does not know of all columns of a row yet"):
        depth(MEMORY, fresh(MEMORY, {**data, "claims": claims}))


@pytest.mark.parametrize("name", LEARNERS)
def test_another_recurrence_is_refuted(name: str) -> None:
    """Of each variable one definition is changed, to another of its values."""
    for variable, own in LEARNERS[name].RECURRENCE.items():
        for place in range(len(own.cases)):

            def change(
                scene: Any, variable: str = variable, place: int = place, values: Any = own.values
            ) -> None:
                mine = [each for each in scene["definitions"] if each["of"] == variable]
                same = f"({mine[place]['is']}) == {values[-1]!r}"
                mine[place]["is"] = f"{values[0]!r} if {same} else {values[-1]!r}"

            other = with_scene(whole(name), change)
            for check in (LEARNERS[name].invariant, LEARNERS[name].depth):
                with pytest.raises(RefutedError, match=f"{variable} is .* it should be"):
                    check(other)


def loud(name: str, where: list[dict[str, int]]) -> tuple[Change, dict[int, int]]:
    """A stage of its own at some cells, from the claimed depth on: they show a code with an output of its own."""
    form = whole(name).data["claims"]["depth"]
    late = {"n": 1, **{key: -value for key, value in form.items()}}
    own = {"stage": "loud", "where": [late, *where], **LOUD[name]}
    number = whole(name).certificate.book.number(LOUD[name]["kind"], LOUD[name]["fields"])
    return lambda scene: scene["stages"].append(own), {number: 5}


#: Codes of each learner that no cell of the last layer holds.
LOUD: dict[str, Any] = {
    REDUCTION: {"kind": "stored", "fields": {"sign": 1}},
    LITERALS: {"kind": "literal", "fields": {"shows": "violated", "violated": 1, "seen": 0}},
    MEMORY: {"kind": "stored", "fields": {"sign": 1}},
    PIVOTS: {"kind": "marked", "fields": {"holds": 1}},
}


@pytest.mark.parametrize(
    "where",
    [
        cell("", 1, "d", 1),
        cell("i", -1, "d", 1),
        cell("i", -1, "d", 0),
        cell("i", 0, "", 1),
        cell("i", 0, "d", 0),
        cell("i", 0, "d", 1),
        cell("i", 1, "d", 1),
        cell("i", 1, "", 1),
        cell("m", 1, "d", 0),
        cell("", 1, "d", 2),
        cell("m", 1, "d", 2),
        cell("m", 1, "d", 3),
    ],
)
@pytest.mark.parametrize("name", [REDUCTION, MEMORY])
def test_no_other_cell_may_have_an_output(name: str, where: list[dict[str, int]]) -> None:
    change, outputs = loud(name, where)
    refuse(name, change, "several stages|another output than|should depend on", outputs)


@pytest.mark.parametrize("where", [cell("", 1, "d", east) for east in range(4)])
def test_no_other_cell_of_literals_may_have_an_output(where: list[dict[str, int]]) -> None:
    change, outputs = loud(LITERALS, where)
    refuse(LITERALS, change, "another output than|should depend on", outputs)


@pytest.mark.parametrize(
    "where",
    [
        cell("", 1, "", 1),
        cell("", 2, "d", 0),
        cell("m", 0, "d", 1),
        cell("m", 1, "d", 1),
        cell("m", 1, "d", 2),
    ],
)
def test_no_other_cell_of_pivots_may_have_an_output(where: list[dict[str, int]]) -> None:
    change, outputs = loud(PIVOTS, where)
    refuse(PIVOTS, change, "several stages|output of code|should depend on", outputs)
