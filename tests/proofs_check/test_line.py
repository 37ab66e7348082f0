"""Row reduction on a line: its two scenes, its recurrence, and its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofs_check.lemma1 import line
from proofs_check.lemma1.elimination import reduce_rows
from proofs_check.patterns.codes import CodeBook
from proofs_check.patterns.expressions import Value
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.ends import fresh, with_outputs, with_scene
from tests.proofs_check.subjects import bundled

NAME = "line-row-reduction"


def whole() -> Subject:
    return fresh(NAME)


@settings(max_examples=60)
@given(st.data())
def test_the_recurrence_is_row_reduction(data: st.DataObject) -> None:
    """On rows of any rank and with any labels, beyond the sizes that the row lists."""
    d, bit = data.draw(st.integers(1, 5)), st.integers(0, 1)
    row = st.lists(bit, min_size=d + 1, max_size=d + 1)
    stored = data.draw(st.lists(row, max_size=7))
    rows = [*stored, [*data.draw(row)[:-1], 0]]
    assert line.by_recurrence(len(stored), d)(rows) == reduce_rows(rows)


def test_the_turn_needs_its_codes() -> None:
    book = bundled(NAME).certificate.book
    assert len(line.handover(book)) == 7
    for kind, *_ in (key for key in book.numbers if key[0] in ("bit", "sending", "separator")):
        numbers = {key: number for key, number in book.numbers.items() if key[0] != kind}
        with pytest.raises(RefutedError, match="lacks codes of the kinds 'bit', 'sending'"):
            line.handover(CodeBook(numbers, book.padding))


def test_what_the_grid_shows_at_the_turn() -> None:
    """Cell by cell: bits of the data, separators, and a marker with its bit in the first cell."""
    shown = line.handover(bundled(NAME).certificate.book)
    for m, d in ((1, 1), (2, 3)):
        for a, b in product(range(1, m + 2), range(1, d + 3)):
            at = {"a": a, "b": b, "m": m, "d": d}
            *_, last = [each for each in shown if all(form.at(at) >= 0 for form in each.where)]
            if b == d + 2:
                assert (last.code.refs, last.code.value({})) == ((), code("separator"))
                continue
            (ref,) = last.code.refs
            assert str(ref) == ("z[b]" if a == m + 1 else "y[a]" if b == d + 1 else "x[a, b]")
            kind = "sending" if (a, b) == (1, 1) else "bit"
            assert [last.code.value({ref: sign}) for sign in (1, -1)] == [
                code(kind, bit=0),
                code(kind, bit=1),
            ]


def test_the_answer_is_the_only_output() -> None:
    assert "which has none before: row m + 1, column d + 2: A[m + 1, d + 1, m]" in line.check_end(
        whole()
    )


def code(kind: str, **fields: Value) -> int:
    return bundled(NAME).certificate.book.number(kind, fields)


@pytest.mark.parametrize(
    ("kind", "fields", "output", "reason"),
    [
        ("offering", {"bit": 1}, 1, "before the turn 'offering' has an output"),
        ("memory is full", {}, -1, "before the turn 'memory is full' has an output"),
        ("sent", {"bit": 0}, 1, "'sent' has an output elsewhere"),
        ("next row's turn", {}, 1, "has an output elsewhere, or before"),
        ("done", {}, 1, "has an output elsewhere, or before"),
        ("answer", {"bit": 0}, -1, "the output of 'answer' is not the sign of the bit"),
        ("answer", {"bit": 1}, 0, "the output of 'answer' is not the sign of the bit"),
    ],
)
def test_other_outputs_are_refuted(
    kind: str, fields: dict[str, Value], output: int, reason: str
) -> None:
    with pytest.raises(RefutedError, match=reason):
        line.check_end(with_outputs(whole(), {code(kind, **fields): output}))


@pytest.mark.parametrize("more", [-1, 1])
def test_another_depth_is_refuted(more: int) -> None:
    with pytest.raises(RefutedError, match="the last row's turn ends in layer"):
        line.check_end(with_outputs(whole(), {}, depth=more))


def stages(scene: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    return [each for each in scene["stages"] if each["stage"] in names]


def test_an_answer_that_is_another_bit_is_refuted() -> None:
    def change(scene: dict[str, Any]) -> None:
        for stage in stages(scene, "answer stays"):
            stage["fields"] = {"bit": "A[m+1, d, m]"}

    with pytest.raises(RefutedError, match="the output of 'answer stays' is not the sign"):
        line.check_end(with_scene(whole(), change, line.REDUCING))


@pytest.mark.parametrize("name", ["answer", "answer stays"])
def test_an_answer_that_is_not_there_is_refuted(name: str) -> None:
    """In the layer of the answer, or in one after it."""

    def change(scene: dict[str, Any]) -> None:
        for stage in stages(scene, name):
            stage.update(kind="separator", fields={})

    with pytest.raises(RefutedError, match="has no output, where the answer should stand"):
        line.check_end(with_scene(whole(), change, line.REDUCING))


@pytest.mark.parametrize(
    "when",
    [
        [{"r": 1, "m": -1, "1": -1}, {"r": -1, "m": 1, "1": 1}, {"c": 1, "d": -1, "1": -2}],
        [{"r": 1, "m": -1, "1": -2}, {"r": -1, "m": 1, "1": 2}, {"c": -1, "1": 1}],
        [{"r": 1, "m": -1, "1": -3}],
    ],
)
def test_an_answer_that_is_away_for_a_while_is_refuted(when: list[dict[str, int]]) -> None:
    """In its first layer, with the first car of the next train, or later."""
    there = [{"a": 1, "m": -1, "1": -1}, {"b": 1, "d": -1, "1": -2}]

    def change(scene: dict[str, Any]) -> None:
        gap = {"stage": "away", "where": [*there, *when], "kind": "separator", "fields": {}}
        scene["stages"].append(gap)

    with pytest.raises(RefutedError, match="'away' has no output, where the answer should stand"):
        line.check_end(with_scene(whole(), change, line.REDUCING))


@pytest.mark.parametrize(
    ("missing", "instead"),
    [
        ({"a": 1, "m": -1, "1": -1}, {}),  # in every row
        ({"b": 1, "d": -1, "1": -2}, {"b": 1, "d": -1, "1": -1}),  # also in the label column
        ({"c": 1, "d": -1, "1": -2}, {"c": 1, "d": -1, "1": -1}),  # a layer before
        ({"r": 1, "a": -1}, {"r": 1, "a": -1, "1": 1}),  # a train before
    ],
)
def test_an_answer_that_comes_elsewhere_is_refuted(
    missing: dict[str, int], instead: dict[str, int]
) -> None:
    def change(scene: dict[str, Any]) -> None:
        for stage in stages(scene, "answer"):
            assert missing in stage["where"]
            stage["where"] = [instead if form == missing else form for form in stage["where"]]

    with pytest.raises(RefutedError, match="'answer' has an output elsewhere, or before layer"):
        line.check_end(with_scene(whole(), change, line.REDUCING))


@pytest.mark.parametrize("check", [line.check_end, line.recurrence])
def test_another_recurrence_is_refuted(check: Callable[[Subject], object]) -> None:
    def change(scene: dict[str, Any]) -> None:
        for each in scene["definitions"]:
            if each["of"] == "D" and each["where"]:
                each["is"] = "'add'"

    with pytest.raises(RefutedError, match="D is 'add' for ; it should be 'search'"):
        check(with_scene(whole(), change, line.REDUCING))


def test_a_line_on_which_nothing_moves_is_refuted() -> None:
    """Its definitions are the checker's own; no cell speaks of them, and none has an output."""

    def change(scene: dict[str, Any]) -> None:
        at = {"kind": "bit", "fields": {"bit": "A[a, b, 0]"}}
        kept = [each for each in scene["stages"] if each["kind"] == "separator"]
        scene["stages"] = [{"stage": "bit", "where": [], **at}, kept[-1]]

    with pytest.raises(RefutedError, match="has no output, where the answer should stand"):
        line.recurrence(with_scene(whole(), change, line.REDUCING))


def test_the_row_runs_the_recurrence_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the case of the labels these would be added where no feature was found."""
    right = line.RECURRENCE["A"]
    wrong = replace(right, cases=(*right.cases[:3], right.cases[4]))
    monkeypatch.setattr(line, "check_recurrence", lambda *_: 0)
    monkeypatch.setitem(line.RECURRENCE, "A", wrong)
    with pytest.raises(RefutedError, match="the recurrence is not row reduction on the data set"):
        line.recurrence(whole())
