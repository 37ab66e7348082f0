"""What is drawn is the network of its certificate's machine, in layers that Definition 5 has."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN
from construction.sources.names import compilable
from proofs_check.lemma1 import machine as machines
from proofs_check.statement import check
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.theorem1 import sampling
from proofs_check.theorem1.weight_set import weight_set, weights_in
from proofs_check.verdict import RefutedError
from tests.proofs_check.subjects import refuted

NAME = "found-parity"
OF_STATES = "Definition 5", "Lemma 1, weights"
OF_DRAWS = "Theorem 1, probability", "Corollary 2, no restarts"


@pytest.fixture(scope="module")
def parity() -> Subject:
    return Subject(*compilable(NAME).compiled())


def changed(whole: Subject, network: RCNN, data: Any = None, *, played: bool = True) -> Subject:
    """Another network, or another certificate, of which it is known that the scenes are the same."""
    subject = Subject(network, data or whole.data)
    if played:
        for name in whole.names_of_scenes:
            subject._outcomes[name] = whole.outcome(name)
    return subject


def test_what_holds_without(parity: Subject) -> None:
    assert refuted(parity, *OF_STATES, *OF_DRAWS) == {}
    found = {each.id: check(each) for each in of_network(parity) if each.id in OF_DRAWS}
    assert found[OF_DRAWS[0]].covered == "4 models of sampling, s = 2, g = 3"
    assert parity.states == 2


def test_states_of_another_machine_are_not_the_networks(parity: Subject) -> None:
    """The verdicts are exchanged: the certificate's machine is one that the network does not run."""
    data: Any = deepcopy(parity.data)
    halting = [each for each in data["machine"]["transitions"] if "output" in each]
    for each in halting:
        each["output"] = -each["output"]
    found = refuted(changed(parity, parity.network, data), *OF_STATES, *OF_DRAWS)
    assert set(found) == {*OF_STATES, *OF_DRAWS}
    assert all("the head gives code" in reason for reason in found.values())


def with_constants(network: RCNN, count: int, value: int = 1) -> RCNN:
    """So many more units that always have a value: they read nothing, and nothing reads them."""
    first, second, *others = network.convolution
    more = replace(
        first,
        weights=np.concatenate([first.weights, np.zeros((count, 9), dtype=np.int64)]),
        biases=np.append(first.biases, np.full(count, first.scale * value)),
        names=(*first.names, *(f"one {k}" for k in range(count))),
    )
    unread = np.zeros((second.width, count), dtype=np.int64)
    weights = np.concatenate([second.weights, unread], axis=1)
    return replace(network, convolution=(more, replace(second, weights=weights), *others))


def with_more_of_the_head(network: RCNN, count: int) -> RCNN:
    hidden, output = network.head
    more = WeightLayer(
        np.concatenate([hidden.weights, np.zeros((count, 1), dtype=np.int64)]),
        np.append(hidden.biases, np.full(count, hidden.scale)),
        hidden.scale,
        (*hidden.names, *(f"one {k}" for k in range(count))),
    )
    unread = np.hstack([output.weights, np.zeros((1, count), dtype=np.int64)])
    return replace(network, head=(more, replace(output, weights=unread)))


def with_layers(network: RCNN, count: int) -> RCNN:
    """So many layers that hand on what they get, as Definition 5's form has two."""
    *hidden, last = network.convolution
    before = hidden[-1]
    lift = np.full(before.width, before.scale)
    for number in range(count):
        identity = np.eye(before.width, dtype=np.int64)
        bias = np.zeros_like(lift) if number else lift
        hidden.append(WeightLayer(identity, bias, before.scale, before.names))
    last = replace(last, biases=last.biases - (last.weights @ lift if count else 0))
    return replace(network, convolution=(*hidden, last))


@pytest.mark.parametrize(
    ("change", "fits", "reason"),
    [
        (with_constants, lambda network: 200 - network.convolution[0].width, "the width 201 is mo"),
        (with_more_of_the_head, lambda network: 100 - network.head[0].width, "the head has weight"),
        (with_layers, lambda _: 2, "has 6 weight layers; Definition 5 has 5"),
    ],
)
def test_what_is_larger_than_definition_5_is_never_drawn(
    change: Callable[[RCNN, int], RCNN],
    fits: Callable[[RCNN], int],
    reason: str,
    parity: Subject,
) -> None:
    largest = fits(parity.network)
    wide = changed(parity, change(parity.network, largest))
    assert refuted(wide, *OF_DRAWS, "Definition 5") == {}
    wider = changed(parity, change(parity.network, largest + 1))
    found = refuted(wider, *OF_DRAWS, "Definition 5")
    assert set(found) == {*OF_DRAWS, "Definition 5"}
    assert all(reason in each for each in found.values())


def test_a_weight_that_no_draw_has_is_refuted(parity: Subject) -> None:
    """Of a unit that nothing reads, in a layer that counts all of its units as used."""
    bound = weight_set(2).bound
    rows = (*OF_DRAWS, "Lemma 1, weights")
    assert refuted(changed(parity, with_constants(parity.network, 1, bound)), *rows) == {}
    found = refuted(changed(parity, with_constants(parity.network, 1, bound + 1)), *rows)
    assert set(found) == set(rows)
    assert all("is not in U_2" in each for each in found.values())


def with_heavy_units(network: RCNN, weight: int) -> RCNN:
    """Units that are always 1, 1, 1, 1 and 4, read with a weight, and the last with its negative: together 0."""
    first, second, last = network.convolution
    ones = np.array([1, 1, 1, 1, 4]) * second.scale
    more = replace(
        second,
        weights=np.concatenate([second.weights, np.zeros((5, first.width), dtype=np.int64)]),
        biases=np.append(second.biases, ones),
        names=(*second.names, *"abcde"),
    )
    read = np.array([[1, 1, 1, 1, -1]]) * weight * last.scale // second.scale
    heavy = replace(last, weights=np.hstack([last.weights, read]))
    return replace(network, convolution=(first, more, heavy))


def test_weights_of_the_form_with_five_layers_are_in_the_set_too(parity: Subject) -> None:
    """What its layers add is taken away in the last, and that is the sum of all weights of it."""
    rows = (*OF_DRAWS, "Lemma 1, weights")
    assert refuted(changed(parity, with_heavy_units(parity.network, 100)), *rows) == {}
    heavy = changed(parity, with_heavy_units(parity.network, 3 * weight_set(2).bound))
    weights_in(heavy.network, weight_set(2))  # as it stands, all of them are in
    found = refuted(heavy, *rows)
    assert set(found) == set(rows)
    assert all("(convolution 5, bias of" in each for each in found.values())


def test_a_bottleneck_has_few_units(parity: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without them one of the models is none of this network."""
    for bottleneck, models in ((7, 4), (6, 3)):
        monkeypatch.setattr(sampling, "BOTTLENECK", bottleneck)
        found = sampling.check_probability(parity)
        assert found.covered.startswith(f"{models} models of sampling")
        assert ("log10 P, bottleneck" in found.constants) == (models == 4)


def test_the_widest_of_the_later_layers_counts(
    parity: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    five: Any = SimpleNamespace(hidden_widths=(70, 7, 9, 8))
    monkeypatch.setattr(sampling, "definition5_form", lambda _: (five, 2))
    monkeypatch.setattr(sampling, "weights_in", lambda *_: 1)
    assert sampling.can_be_drawn(parity) == sampling.Drawn(2, 70, 9)


def test_a_network_that_stores_nothing_is_not_the_programs(parity: Subject) -> None:
    """The head has twice the slope: SGD stores something else, and predictions are as they were."""
    hidden, output = parity.network.head
    table = Subject(parity.network, parity.data).head
    live = [code for code in table.codes if table.slope(code)]
    assert live
    twice = replace(output, weights=output.weights * 2, biases=output.biases * 2)
    loud = changed(parity, replace(parity.network, head=(hidden, twice)))
    assert set(refuted(loud, *OF_DRAWS)) == set(OF_DRAWS)


def test_the_rows_that_say_so_are_asked(parity: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    """Storing, and the runs that a machine's proof covers; each once for all rows."""

    def lost(*_: Any) -> str:
        raise RefutedError("all are lost")

    def nothing(*_: Any) -> None:
        raise RefutedError("nothing is stored")

    whole = changed(parity, parity.network)
    with monkeypatch.context() as patch:
        patch.setattr("proofs_check.subject.runs_that_are_covered", lost)
        assert refuted(whole, *OF_DRAWS) == dict.fromkeys(OF_DRAWS, "all are lost")
    for row in ("memorisation", "depth"):
        with monkeypatch.context() as patch:
            patch.setattr(sampling, row, nothing)
            assert refuted(whole, *OF_DRAWS) == dict.fromkeys(OF_DRAWS, "nothing is stored")
    counted: list[int] = []

    def count(*of: Any) -> str:
        counted.append(1)
        return machines.runs_that_are_covered(*of)

    monkeypatch.setattr("proofs_check.subject.runs_that_are_covered", count)
    assert refuted(whole, *OF_DRAWS, "Lemma 1, depth") == {}
    assert counted == [1]


def test_runs_that_say_nothing_are_told(parity: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = "; on small sizes 3 of 9 runs come to a pair that it leaves out"
    monkeypatch.setattr("proofs_check.subject.runs_that_are_covered", lambda *_: lost)
    whole = changed(parity, parity.network)
    found = [check(each) for each in of_network(whole) if each.id in OF_DRAWS]
    assert [row.covered.endswith(lost) for row in found] == [True, True]


@pytest.mark.parametrize("scene", ["memorising", "predicting"])
def test_without_scenes_no_draw_is_claimed(scene: str, parity: Subject) -> None:
    data: Any = deepcopy(parity.data)
    del data["scenes"][scene]
    part = Subject(parity.network, data)
    assert {each.id: each.claimed for each in of_network(part) if each.id in OF_DRAWS} == (
        dict.fromkeys(OF_DRAWS, False)
    )
    if scene == "predicting":
        assert set(refuted(part, *OF_STATES)) == set(OF_STATES)
