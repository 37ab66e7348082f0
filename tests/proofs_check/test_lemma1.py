from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from construction.compiling.compiler import compile_rule
from construction.machines.machine import Machine
from construction.programs.catalogue import load_program
from construction.programs.program import machine_program
from construction.strategies import machines
from proofs_check.lemma1 import machine as machine_steps
from proofs_check.statement import check
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from tests.proofs_check.subjects import bundled, changed, refuted, with_rule

MACHINE = "row-reduction-machine"
#: What holds of any machine; the row *depth* asks whether its runs come to pairs that it leaves out.
ANY_MACHINE = [
    f"Lemma 1, {part}"
    for part in ("network = rule", "head = readout", "memorisation", "prediction", "machine = rule")
]


@settings(max_examples=4)
@given(machines(max_states=3, max_symbols=4))
def test_lemma_1_holds_for_any_machine(machine: Machine) -> None:
    program = machine_program(machine, None, summary="")
    subject = Subject(compile_rule(program.rule), program.certificate)
    for statement in of_network(subject):
        if statement.id in ANY_MACHINE:
            assert check(statement).counterexample == ""


def headless() -> Subject:
    rule = load_program(MACHINE).rule
    gates = tuple(gate for gate in rule.gates if gate.name != "the head is born")
    assert len(gates) == len(rule.gates) - 1
    return with_rule(MACHINE, replace(rule, gates=gates))


def test_a_network_without_a_head_is_refuted() -> None:
    assert list(refuted(headless(), "Lemma 1, prediction")) == ["Lemma 1, prediction"]


def test_a_start_that_depends_on_the_cell_is_refuted() -> None:
    """Were the cells around the top-left one said to run first, no pattern would show the birth."""
    data: Any = headless().data
    claims = {**data["claims"], "depth": {"m": 2, "d": 2, "a": -2, "b": -2, "1": 6, "t": 1}}
    subject = Subject(headless().network, {**data, "claims": claims})
    assert "depends on 'a'" in refuted(subject, "Lemma 1, prediction")["Lemma 1, prediction"]


def test_without_a_head_in_the_scene_the_grid_is_not_the_tape() -> None:
    """Network and scene say together that no head is born."""
    data: Any = dict(headless().data)
    scene = dict(data["scenes"]["predicting"])
    scene["stages"] = [each for each in scene["stages"] if each["kind"] != "head"]
    data["scenes"] = {**data["scenes"], "predicting": scene}
    found = refuted(Subject(headless().network, data), "Lemma 1, prediction")
    assert "does not show what the tape" in found["Lemma 1, prediction"]


def test_the_steps_of_a_machine_count_once() -> None:
    depth = dict(load_program(MACHINE).certificate["claims"]["depth"])
    for wrong in ({**depth, "t": 2}, {**depth, "t": 0}):
        subject = changed(MACHINE, "claims/depth", wrong)
        assert (
            "each of a machine's steps once" in refuted(subject, "Lemma 1, depth")["Lemma 1, depth"]
        )
    subject = changed("one-literal", "claims/depth", {"t": 1, "m": 1, "d": 1, "1": 3})
    assert "each of a machine's steps once" in refuted(subject, "Lemma 1, depth")["Lemma 1, depth"]


def test_a_network_that_reads_no_neighbour_is_compared_with_every_arriving_head() -> None:
    subject = bundled(MACHINE)
    machine, tables = subject.machine, subject.tables
    everything = list(machine_steps.patches(machine, tables.positions, tables))
    listed = list(machine_steps.patches(machine, (4,), tables))
    assert sum(len(found) for found, _ in listed) == sum(len(found) for found, _ in everything)


def test_one_symbol_cannot_be_both_bits() -> None:
    found = refuted(changed(MACHINE, "machine/bits", ["0", "0"]), "Lemma 1, machine = rule")
    assert "two different symbols" in found["Lemma 1, machine = rule"]


@pytest.mark.parametrize(
    ("name", "claim", "reason"),
    [
        ("line-row-reduction", "row reduction", "no scene 'predicting'"),
        ("majority", "the best parity", "should be one of conjunction, majority"),
    ],
)
def test_a_claim_about_another_program_is_refuted(name: str, claim: str, reason: str) -> None:
    found = refuted(changed(name, "claims/computes", claim), "Lemma 1, A")
    assert reason in found["Lemma 1, A"]


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("one-literal", "conjunction"),
        ("conjunction", "one literal"),
        ("one-literal", "row reduction"),
        ("one-literal", "majority"),
        ("majority", "one literal"),
    ],
)
def test_a_scene_of_another_recurrence_is_refuted(name: str, claim: str) -> None:
    found = refuted(changed(name, "claims/computes", claim), "Lemma 1, recurrence")
    assert list(found) == ["Lemma 1, recurrence"]


def test_derivatives_that_vanish_modulo_2_to_the_64_are_not_taken_for_0() -> None:
    """Two steep hinges that cancel at the only code at which they are on; their slopes do not."""
    whole = bundled("majority")
    network = whole.network
    hinges, units, last = network.convolution
    steep = np.zeros((2, 9), dtype=np.int64)
    steep[:, 4] = 2**40, 2**41
    added = replace(
        hinges,
        weights=np.vstack([hinges.weights, steep]),
        biases=np.concatenate([hinges.biases, 1 - network.highest * steep[:, 4]]),
        names=(*hinges.names, "steep", "steeper"),
    )
    reads = np.tile(np.array([2**24, -(2**24)]), (units.width, 1))
    more = replace(units, weights=np.hstack([units.weights, reads]))
    wrong = Subject(replace(network, convolution=(added, more, last)), whole.data)
    found = refuted(wrong, "Lemma 1, network = rule")
    assert "derivatives" in found["Lemma 1, network = rule"]


@pytest.mark.parametrize("name", ["one-literal", "majority"])
def test_a_network_that_computes_a_constant_holds_no_recurrence(name: str) -> None:
    whole = bundled(name)
    *layers, last = whole.network.convolution
    constant = replace(last, weights=np.zeros_like(last.weights))
    network = replace(whole.network, convolution=(*layers, constant))
    row = "Lemma 1, recurrence"
    assert row in refuted(Subject(network, whole.data), row)
