"""Noise reaches the head as well as the convolution."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from construction.network.rcnn import RCNN
from construction.programs.catalogue import load_program
from construction.rules.codes import Code
from proofs_check.subject import Subject
from proofs_check.theorem1 import precision
from proofs_check.verdict import RefutedError
from proofs_check.weights.head import head_table
from tests.proofs_check.subjects import bundled


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
