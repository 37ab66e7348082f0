"""Majority by bits that rise: the checker's recurrence against counting, and networks that it has to refuse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.programs.catalogue import load_program
from construction.programs.majority import ANSWER, EMPTY, WORD
from construction.rules.codes import Code
from construction.rules.tables import Table
from proofs_check.lemma1 import rising_bits
from proofs_check.lemma1.data_sets import Bits
from proofs_check.lemma1.rising_bits import answered, answers, leaves, stays
from proofs_check.lemma1.small_sizes import majority
from proofs_check.verdict import RefutedError
from tests.proofs_check.ends import fresh
from tests.proofs_check.subjects import bundled, changed, known_to_play, refuted, with_rule

RULE = load_program("majority").rule
NUMBER = RULE.codes.numbers
RECURRENCE = "Lemma 1, recurrence"


@pytest.mark.parametrize(
    ("holds", "comes", "stay", "leave"),
    [
        ("none", "nothing", "none", "nothing"),
        ("none", 1, "none", 1),
        ("none", "cancelled", "none", "cancelled"),
        (0, "nothing", "none", 0),
        (1, "nothing", "none", 1),
        (1, 1, 1, 1),
        (0, 1, "none", "cancelled"),
        (1, 0, "none", "cancelled"),
        (0, "cancelled", 0, "cancelled"),
    ],
)
def test_what_a_cell_does(holds: object, comes: object, stay: object, leave: object) -> None:
    assert stays(holds, comes) == stay  # type: ignore[arg-type]
    assert leaves(holds, comes) == leave  # type: ignore[arg-type]


def test_the_first_that_does_not_say_cancelled_is_kept() -> None:
    assert [answered("none", left) for left in ("cancelled", "nothing", 0, 1)] == ["none", 1, 0, 1]
    assert [answered(0, left) for left in ("cancelled", "nothing", 0, 1)] == [0, 0, 0, 0]


@settings(max_examples=50)
@given(st.lists(st.integers(0, 1), max_size=15), st.integers(0, 20))
def test_the_answer_is_the_majority_and_comes_after_all_pairs(
    labels: list[int], waves: int
) -> None:
    ones = sum(labels)
    pairs = min(ones, len(labels) - ones + 1)  # with the test row's 0
    expected = int(2 * ones > len(labels)) if waves > pairs else "none"
    rows = [(label,) for label in (*labels, 0)]
    assert answers(len(labels), waves)(rows) == [expected]


def test_a_recurrence_that_is_not_the_majoritys_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    subject = bundled("majority")
    monkeypatch.setattr(rising_bits, "MOST_EXAMPLES", 3)
    rising_bits.recurrence(subject)
    for name, wrong in (
        ("majority", lambda rows: 0),
        ("answers", lambda *_: lambda rows: ["none"] * 2),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(rising_bits, name, wrong)
            with pytest.raises(RefutedError, match="waves the recurrence does not say"):
                rising_bits.recurrence(subject)


@pytest.mark.parametrize("number", range(7))
def test_each_definition_is_compared(number: int) -> None:
    definitions = load_program("majority").certificate["scenes"]["predicting"]["definitions"]
    own = [k for k, each in enumerate(definitions) if each["of"] in "SKE"]
    place = own[number]
    word = {"S": "'none'", "K": "'cancelled'", "E": "1"}[definitions[place]["of"]]
    path = f"scenes/predicting/definitions/{place}/is"
    assert RECURRENCE in refuted(changed("majority", path, word), RECURRENCE)


def test_an_answer_that_is_not_kept_is_refuted() -> None:
    """The first wave after the answer changes it."""
    values = dict(RULE.tables["C"].values)
    values[NUMBER[ANSWER(1, "nothing")]] = NUMBER[ANSWER(0, "nothing")]
    rule = replace(RULE, tables={**RULE.tables, "C": Table(values, RULE.tables["C"].slopes)})
    found = refuted(
        with_rule("majority", rule), "Lemma 1, prediction", "Lemma 1, depth", "Lemma 1, A"
    )
    assert list(found) == ["Lemma 1, prediction", "Lemma 1, depth", "Lemma 1, A"]


@pytest.mark.parametrize("code", [ANSWER(1, 0), ANSWER(0, "nothing"), EMPTY, WORD])
def test_an_output_that_is_not_the_answers_is_refuted(code: Code) -> None:
    """Also of codes that no run comes to, since a stage speaks of them."""
    wrong = {0: 1, 1: -1, -1: 1}[int(RULE.readout.values.get(NUMBER[code], 0))]
    readout = Table({**RULE.readout.values, NUMBER[code]: wrong}, RULE.readout.slopes)
    subject = known_to_play(with_rule("majority", replace(RULE, readout=readout)), "majority")
    found = refuted(subject, "Lemma 1, depth")
    assert "another output" in found["Lemma 1, depth"]


def test_fewer_waves_are_refuted() -> None:
    subject = known_to_play(changed("majority", "claims/depth", {"m": 2, "1": 2}), "majority")
    found = refuted(subject, "Lemma 1, depth")
    assert "can be less than m + 1 waves" in found["Lemma 1, depth"]


def test_a_cell_that_speaks_of_two_answers_is_refuted() -> None:
    stages = load_program("majority").certificate["scenes"]["predicting"]["stages"]
    top = next(k for k, each in enumerate(stages) if each["stage"].startswith("top"))
    subject = changed("majority", f"scenes/predicting/stages/{top}/fields/bit", "E[n-m-3]")
    played = bundled("majority").outcome("predicting")
    subject._outcomes["predicting"] = replace(played, scene=subject.scene("predicting"))
    with pytest.raises(RefutedError, match="should speak of one instance of E"):
        rising_bits.check_end(subject)


def test_all_labels_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """That the network plays its scene is taken for granted."""
    whole = fresh("majority")
    tried = set()

    def note(rows: Sequence[Bits]) -> int:
        tried.add(tuple(rows))
        return majority(rows)

    monkeypatch.setattr(rising_bits, "majority", note)
    monkeypatch.setattr(rising_bits, "MOST_EXAMPLES", 3)
    rising_bits.recurrence(whole)
    assert len(tried) == 1 + 2 + 4 + 8
