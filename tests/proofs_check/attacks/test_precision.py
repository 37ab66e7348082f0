"""Numbers that are stored in the head, or in a middle layer, count as those of the first layers do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from construction.network.definition5 import five_layer_form
from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN
from proofs_check.statement import Row, check
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.theorem1 import precision
from proofs_check.theorem1.bits import Needs
from proofs_check.verdict import RefutedError
from tests.programs.first_label import FIRST_LABEL
from tests.proofs_check.test_toy import subject as toy

FLOAT32 = "bit-identical in float32"


def with_units(network: RCNN, weights: list[int], biases: list[int], out: list[int]) -> RCNN:
    """More hidden units of the head, which together add nothing."""
    hidden, output = network.head
    more = replace(
        hidden,
        weights=np.concatenate([hidden.weights, np.array(weights)[:, None]]),
        biases=np.concatenate([hidden.biases, biases]),
        names=(*hidden.names, *map(str, weights)),
    )
    nothing = np.hstack([output.weights, [out]])
    return replace(network, head=(more, replace(output, weights=nothing)))


def in_the_head(network: RCNN) -> RCNN:
    """relu(1001 c + 1001) - relu(1000 c + 999) - relu(c + 2), which is 0; the first takes up to 14 bits."""
    scale = network.head[1].scale
    return with_units(network, [1001, 1000, 1], [1001, 999, 2], [scale, -scale, -scale])


def in_a_middle_layer(network: RCNN) -> RCNN:
    """The first middle layer of the five adds 4097 instead of 1, and the last takes as much away."""
    first, units, lifts, hands_on, last = five_layer_form(network).convolution
    lifted = lifts.biases * 4097
    taken = last.biases - last.weights @ (lifted - lifts.biases)
    layers = first, units, replace(lifts, biases=lifted), hands_on, replace(last, biases=taken)
    return replace(network, convolution=layers)


def too_large(network: RCNN) -> RCNN:
    """relu(2^15 (c + 1)) twice: few bits, but more than float16 can hold."""
    return with_units(network, [2**15, 2**15], [2**15, 2**15], [1, -1])


def too_small(network: RCNN) -> RCNN:
    """Units over a scale that is 2^24 times as large: the same bits, but less than float16 can hold."""
    first, units, last = network.convolution
    return replace(network, convolution=(first, replace(units, scale=units.scale * 2**24), last))


def row(network: RCNN) -> Row:
    whole = Subject(network, FIRST_LABEL.certificate)
    (mine,) = [each for each in of_network(whole) if each.id == "Theorem 1, precision"]
    return check(mine)


def test_what_holds_without() -> None:
    found = row(toy().network)
    assert f"{FLOAT32}; float16, sums in float32" in found.covered
    assert row(five_layer_form(toy().network)).constants == found.constants


@pytest.mark.parametrize("change", [in_the_head, in_a_middle_layer, too_large, too_small])
def test_float16_is_not_said_to_be_enough(change: Callable[[RCNN], RCNN]) -> None:
    found = row(change(toy().network))
    assert found.holds, found.counterexample
    assert FLOAT32 in found.covered
    assert "; float16" not in found.covered


def test_what_float32_cannot_hold_is_exact_in_float64(monkeypatch: pytest.MonkeyPatch) -> None:
    """n relu(c + 1), less (n - 1) relu(c + 1) and relu(c + 1), with n = 2^24 + 1, which float32 would round."""
    units = [2**24 + 1, 2**24, 1]
    network = with_units(toy().network, units, units, [8, -8, -8])
    assert row(network).covered.endswith("bit-identical in float64")
    monkeypatch.setattr(precision, "needed_bits", lambda *_: Needs(24, 24))
    assert "float32: on the code" in row(network).counterexample


def test_the_head_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Said to take few bits, such a head is refuted by running it."""
    monkeypatch.setattr(precision, "needed_bits", lambda *_: Needs(11, 24))
    wrong = in_the_head(toy().network)
    with pytest.raises(RefutedError, match=r"float16, sums in float32: on the code \[\d+\]"):
        precision.check_bits(Subject(wrong, FIRST_LABEL.certificate))


def test_a_last_scale_that_is_no_power_of_2_divides_the_sum() -> None:
    """The convolution over 3 times its scale: weights of a third are never stored."""
    *others, last = toy().network.convolution
    thirds = replace(last, weights=last.weights * 3, biases=last.biases * 3, scale=last.scale * 3)
    assert row(replace(toy().network, convolution=(*others, thirds))).holds
    hidden = WeightLayer(np.array([[1]]), np.array([0]), 1, ("n",))
    ninth = WeightLayer(np.array([[8]]), np.array([1]), 72, ("f",))
    found = precision.float_layers((hidden, ninth), np.array([[1], [10]]), precision.to_float16)
    assert found.tolist() == [np.float32(0.125), np.float32(1.125)]
