"""The circuit of a network: against its layers as they are written down, and refuted by one wrong gate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN
from proofs_check.circuits import network as circuits
from proofs_check.circuits.gates import Circuit, Number
from proofs_check.dynamics import runs
from proofs_check.lemma1.data_sets import data_sets
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.attacks.test_wrapping import scaled
from tests.proofs_check.subjects import bundled, changed, refuted

NAME, ROW = "one-literal", "Circuit"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circuits, "SIZES", ((1, 1), (2, 2)))
    known = {size: runs.runs(bundled(NAME))[size] for size in ((1, 1), (2, 2))}
    monkeypatch.setattr(circuits, "runs", lambda subject: known)


def test_the_output_is_over_the_last_scale() -> None:
    circuit = Circuit(3)
    layers = [
        WeightLayer(np.array([[weight]]), np.array([0]), scale, ("unit",))
        for weight, scale in ((1, 1), (4, 2), (3, 6))
    ]
    found = circuits.run_layers(circuit, layers, [circuit.wires(np.array([-1, 0, 5]), -1, 5)])
    assert circuit.values(found).tolist() == [0, 0, 10]


def plain(network: RCNN, around: np.ndarray) -> np.ndarray:
    """The layers as Definition 5 says."""
    values = around
    for layer in network.convolution:
        values = values @ layer.weights.T + layer.biases
        if layer is not network.convolution[-1]:
            values = np.maximum(values, 0)
    assert not (values % network.convolution[-1].scale).any()
    return np.asarray(values[:, 0] // network.convolution[-1].scale)


@pytest.mark.parametrize("name", [NAME, "majority", "systolic-row-reduction"])
def test_the_circuit_is_the_layer_on_random_patches(name: str) -> None:
    network = scaled(bundled(name).network, 3)
    around = np.random.default_rng(0).choice(list(network.codes), (300, 9))
    found, gates = circuits.layer_on(network, around)
    assert np.array_equal(found, plain(network, around))
    assert gates == circuits.layer_on(network, around[:1])[1]  # the same circuit


@pytest.mark.usefixtures("few")
def test_what_is_covered() -> None:
    found = circuits.check_circuit(bundled(NAME))
    assert found.covered == (
        "832 patches, 20 codes; whole circuits on every data set with m x d = 1x1, 2x2, 264"
    )
    assert found.constants == {
        "gates of a cell in a layer": "8,089",
        "of the head at a cell": "1,125",
        "bits of a code": "8",
        "of the sum": "at most 5 (14 + log2 of the cells + 1) for each cell",
        "of the whole circuit with 2x2": "693,867",
    }


def test_which_programs_have_a_circuit() -> None:
    found = {
        name: [each.claimed for each in of_network(subject) if each.id == ROW]
        for name, subject in {
            NAME: bundled(NAME),
            "unnamed": changed(NAME, "claims/computes", None),
            "online": bundled("online-conjunction"),
        }.items()
    }
    assert found == {NAME: [True], "unnamed": [False], "online": []}


@pytest.mark.parametrize("position", [5, 2000, 8000])
def test_a_wrong_gate_is_refuted(position: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of the thousands gives the other value."""
    for name in ("both", "either", "differ", "negation"):
        monkeypatch.setattr(Circuit, name, wrong_at(getattr(Circuit, name), position))
    with pytest.raises(RefutedError):
        circuits.size_of(bundled(NAME))


def wrong_at(right: Any, position: int) -> Any:
    def gate(self: Circuit, *given: int) -> int:
        before = self.gates
        found: int = right(self, *given)
        # With a constant one gate asks another.
        own = before < position <= self.gates and not any(isinstance(each, bool) for each in given)
        return found ^ self._all if own else found

    return gate


def with_head(**changes: Any) -> Subject:
    whole = bundled(NAME)
    hidden, last = whole.network.head
    network = replace(whole.network, head=(hidden, replace(last, **changes)))
    subject = Subject(network, whole.data)
    for name in whole.names_of_scenes:
        subject._outcomes[name] = whole.outcome(name)
    return subject


@pytest.mark.usefixtures("few")
def test_another_head_gives_other_answers() -> None:
    last = bundled(NAME).network.head[1]
    wrong = with_head(weights=-last.weights, biases=-last.biases)
    assert "answer is not the network's" in refuted(wrong, ROW)[ROW]


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("sign", [0, 1])
def test_one_wrong_answer_is_refuted(sign: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever of both labels it is."""
    right = circuits.answers

    def wrong(*given: Any) -> Any:
        signs, gates = right(*given)
        signs[np.flatnonzero(signs == sign)[0]] ^= 1
        return signs, gates

    monkeypatch.setattr(circuits, "answers", wrong)
    assert "answer is not the network's" in refuted(bundled(NAME), ROW)[ROW]


@pytest.mark.usefixtures("few")
def test_a_head_that_is_not_its_circuit_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    right = circuits.head_on

    def wrong(network: RCNN, circuit: Circuit, code: Number) -> Number:
        found = right(network, circuit, code)
        return replace(found, wires=(True, *found.wires[1:]))

    monkeypatch.setattr(circuits, "head_on", wrong)
    assert "the head's circuit" in refuted(bundled(NAME), ROW)[ROW]


@pytest.mark.usefixtures("few")
def test_another_layer_of_a_whole_circuit_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    right = runs.next_grids
    monkeypatch.setattr(circuits, "next_grids", lambda subject, grids: right(subject, grids) + 1)
    assert "the circuit's layer 1 is another" in refuted(bundled(NAME), ROW)[ROW]


@pytest.mark.usefixtures("few")
def test_more_gates_than_are_said_are_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circuits, "ADDER", 0)
    assert "gates, not at most" in refuted(bundled(NAME), ROW)[ROW]


def test_the_bound_by_hand() -> None:
    """Six cells, each with two layers, the head, and an addition of 4 bits and 3 more; two signs are turned over."""
    size = circuits.Size(layer=10, head=7, bits=8, output=4)
    assert size.bound(m=1, d=1, layers=2, work=1) == 2 * 1 + 6 * (2 * 10 + 7 + 5 * (4 + 3))
    assert size.bound(m=3, d=2, layers=0, work=2) == 4 * 2 + 20 * (7 + 5 * (4 + 5))


def test_for_which_programs_it_is_shown_for_all_sizes() -> None:
    found = [
        next(each.method for each in of_network(subject) if each.id == ROW)
        for subject in (bundled(NAME), changed(NAME, "scenes/predicting"))
    ]
    assert found == ["all sizes, exact", "finite, exact"]


def test_layer_0_is_of_bits() -> None:
    """Examples (1, 1), test 1: the stored sign is +, the label's -, and the input turns the first over."""
    grids, gates = circuits.first_grids(bundled(NAME), 1, 1, [((1, 1), (1, 0)), ((0, 0), (0, 0))])
    assert grids.tolist() == [[[-1, -1, 3], [-1, 1, 3]], [[1, 1, 3], [1, 1, 3]]]
    assert (
        gates == 1
    )  # a sign of memory and one of the input; the dummy's row shows the input as it is


@pytest.mark.parametrize("name", [NAME, "line-row-reduction"])
@pytest.mark.parametrize(("m", "d"), [(1, 1), (1, 2), (2, 1)])
def test_layer_0_is_what_memory_shows(m: int, d: int, name: str) -> None:
    subject = bundled(name)
    found, _ = circuits.first_grids(subject, m, d, list(data_sets(m, d)))
    assert np.array_equal(found, runs.first_grids(subject, m, d))
