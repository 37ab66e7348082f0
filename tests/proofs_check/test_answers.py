"""Where outputs come from at the end: each condition refutes what only it would see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from proofs_check.lemma1.column_scan import check_end
from proofs_check.lemma1.prediction import answer
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.ends import fresh, with_outputs
from tests.proofs_check.subjects import bundled
from tests.proofs_check.test_toy import subject as toy


def code(whole: Subject, kind: str, **fields: Any) -> int:
    return whole.certificate.book.number(kind, fields)


SCAN = fresh("one-literal")


def test_the_outputs_of_a_scan() -> None:
    assert check_end(SCAN).startswith(
        "outputs in the top row alone: V[1, b] where R[b], and 1 behind"
    )


def refused(check: Callable[[Subject], object], other: Subject) -> bool:
    """Whether outputs or slopes are refuted."""
    try:
        check(other)
    except RefutedError as refutation:
        return "another output than" in str(refutation) or "head's slope" in str(refutation)
    return False


def test_another_output_of_any_code_at_the_end_is_refuted() -> None:
    """Each code that a cell can hold from the depth on is said to have the output 2."""
    codes = set(SCAN.certificate.book.numbers.values())
    found = {each for each in codes if refused(check_end, with_outputs(SCAN, {each: 2}))}
    assert {each for each in SCAN.head.codes if SCAN.head.value(each)} < found


@pytest.mark.parametrize("depth", [-1, 1])
def test_another_depth_of_a_scan_is_refuted(depth: int) -> None:
    with pytest.raises(
        RefutedError, match=r"a cell can be in|the cells with an output|can end before"
    ):
        check_end(with_outputs(SCAN, {}, depth))


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
    with pytest.raises(RefutedError, match="'answer' is there before layer"):
        answer(with_outputs(whole, {}, 1))


def test_which_rows_there_are() -> None:
    def names(whole: Subject) -> list[str]:
        shown = [each for each in of_network(whole) if each.id.startswith(("Lemma 1", "Online"))]
        return [f"{each.id.split(', ')[1]}{'' if each.claimed else ' -'}" for each in shown]

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
    assert names(bundled("majority"))[:-1] == [*stored[:-1], "prediction -", "depth -", "A"]
