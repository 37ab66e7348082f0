"""Noise reaches the head as well as the convolution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from construction.compiling.certificate import certificate
from construction.compiling.compiler import compile_rule
from construction.network.rcnn import RCNN
from construction.programs.catalogue import load_program
from construction.rules.codes import Code
from construction.rules.rule import LocalRule
from construction.rules.tables import Table
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.theorem1 import precision
from proofs_check.verdict import RefutedError
from proofs_check.weights.head import head_table
from proofs_check.weights.tables import CENTRE
from tests.programs.first_label import ANSWER, ASKED, DONE, FIRST_LABEL
from tests.proofs_check.attacks.test_end_to_end import says
from tests.proofs_check.subjects import bundled, known_to_play, refuted, with_rule


def with_a_bump(network: RCNN) -> RCNN:
    """The head gets a bump of height 5/2 between a verdict of value -1 and the next code."""
    hidden, output = network.head
    answer = load_program(network.name).rule.codes.numbers[Code("search", verdict=-1)]
    kinks = np.array([20 * answer + 3, 20 * answer + 4, 20 * answer + 5])
    more = replace(
        hidden,
        weights=np.concatenate([hidden.weights, np.full((3, 1), 20)]),
        biases=np.concatenate([hidden.biases, -kinks]),
        names=(*hidden.names, "up", "down", "back"),
    )
    rise = 5 * output.scale // 2
    bump = np.array([[rise, -2 * rise, rise]])
    return replace(network, head=(more, replace(output, weights=np.hstack([output.weights, bump]))))


def test_noise_that_turns_an_answer_is_beyond_the_margin() -> None:
    """1/5 of a code turns the answer -1 into +3/2; the margin that is said to be safe is less."""
    whole = bundled("one-literal")
    broken = with_a_bump(whole.network)
    assert broken.head_table().tolist() == whole.network.head_table().tolist()
    found = precision.check_margin(Subject(broken, whole.data))
    assert found.constants["margin"].startswith("3/20 of a code")


def test_noise_on_the_head_is_run() -> None:
    """Said to be 1/4, the margin would be refuted by running the head."""
    broken = with_a_bump(bundled("one-literal").network)
    with pytest.raises(RefutedError, match="the head's output"):
        precision.check_head(broken, head_table(broken), precision.NOISE_SCALE // 4 - 1)


def with_slope(rule: LocalRule, code: Code, *, of_the_head: bool) -> Subject:
    """The label of the first example, with a slope at one more code: of the next code, or of the output."""
    number = rule.codes.numbers[code]

    def steeper(table: Table) -> Table:
        slopes: Mapping[int, int | Fraction] = {**table.slopes, number: 1}
        return replace(table, slopes=slopes)

    if of_the_head:
        rule = replace(rule, readout=steeper(rule.readout))
    else:
        rule = replace(rule, tables={**rule.tables, "C": steeper(rule.tables["C"])})
    data = certificate(rule, FIRST_LABEL.scenes, FIRST_LABEL.certificate["claims"], None)
    return Subject(compile_rule(rule), data)


@pytest.mark.parametrize("of_the_head", [False, True])
@pytest.mark.parametrize("code", [ASKED(sign=1), ANSWER(sign=-1), DONE])
def test_a_prediction_that_passes_noise_on_is_refuted(
    code: Code, of_the_head: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every output is right, and all rows of Lemma 1 hold; but noise on this code goes on."""
    subject = with_slope(FIRST_LABEL.rule, code, of_the_head=of_the_head)
    status, printed = says(subject, tmp_path, capsys, "Lemma 1", "noise")
    assert status == 1
    assert "1 fail" in printed
    assert "a patch of the computation has a code that passes noise on" in printed


def test_what_the_row_about_noise_says() -> None:
    """Of memory that is being written it says nothing, so of that only what passes no noise on is meant."""
    toy = Subject(compile_rule(FIRST_LABEL.rule), FIRST_LABEL.certificate)
    texts = [
        next(each.text for each in of_network(whole) if each.id == "Theorem 1, noise")
        for whole in (toy, bundled("online-conjunction"))
    ]
    assert texts[0] == f"{texts[1]}; in no layer of a prediction does one"
    assert texts[1].endswith("if none of its codes passes noise on")
    found = precision.check_margin(toy)
    assert found.constants["margin"] == "1/4 of a code, 1/12 of a pixel"


def test_a_code_that_passes_noise_on_in_the_middle_of_a_prediction_is_no_secret() -> None:
    """No cell has it at rest; but a layer of a prediction does not erase the noise on it."""
    rule = load_program("one-literal").rule
    patches = bundled("one-literal").outcome("predicting").patches
    middle = int(patches[:, CENTRE].max())
    slopes: Mapping[int, int | Fraction] = {**rule.tables["C"].slopes, middle: 1}
    steeper = replace(rule.tables["C"], slopes=slopes)
    wrong = with_rule("one-literal", replace(rule, tables={**rule.tables, "C": steeper}))
    reason = "a patch of the computation has a code that passes noise on"
    known_to_play(wrong, "one-literal")
    assert refuted(wrong, "Spectrum", "Theorem 1, noise") == {
        "Spectrum": reason,
        "Theorem 1, noise": reason,
    }
    assert refuted(bundled("one-literal"), "Spectrum") == {}
