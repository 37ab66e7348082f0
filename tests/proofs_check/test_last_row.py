"""The all-sizes row about parity: whatever machine it accepts says the parity, and it refuses what does not."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from itertools import product

import pytest

from construction.sources.names import compilable
from proofs_check.lemma1.data_sets import SMALL_SIZES
from proofs_check.lemma1.last_row import check_parity, parity_of_the_test_example
from proofs_check.lemma1.machine import MachineTable
from proofs_check.lemma1.machine_runs import run_machine
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError


def found_parity() -> Subject:
    return Subject(*compilable("found-parity").compiled())


def says_the_parity(machine: MachineTable) -> bool:
    """On every data set with one example, and zeros above the test example."""
    for d in (1, 2, 3):
        for test in product((0, 1), repeat=d):
            for example in product((0, 1), repeat=d + 1):
                try:
                    output, _ = run_machine(machine, [example, (*test, 0)], 1, 40)
                except RefutedError:
                    return False
                if output != 1 - 2 * (sum(test) % 2):
                    return False
    return True


def test_what_it_accepts_says_the_parity() -> None:
    machine = found_parity().machine
    assert check_parity(machine) == (2, 2, 0)
    assert says_the_parity(machine)
    refused = 0
    for key, transition in machine.transitions.items():
        if transition.output is not None:
            changed = [replace(transition, output=-transition.output)]
        else:
            changed = [
                *(replace(transition, write=symbol) for symbol in machine.symbols),
                *(replace(transition, move=move) for move in ("N", "S", "E", "W")),
                *(replace(transition, to=state) for state in machine.states),
                *(replace(transition, blocked=state) for state in machine.states),
            ]
        for each in changed:
            other = replace(machine, transitions={**machine.transitions, key: each})
            try:
                check_parity(other)
            except RefutedError:
                refused += 1
            else:
                assert says_the_parity(other)
    assert refused > 15


def test_fewer_steps_than_it_takes_are_refused() -> None:
    subject = found_parity()
    steps = subject.data["claims"]["steps"]
    assert parity_of_the_test_example(subject).constants == {"steps": "at most m + 2 (d + 1) + 0"}
    assert [tuple(size) for *size, _ in steps] == list(SMALL_SIZES)
    for index, (m, d, most) in enumerate(steps):
        fewer = [*steps[:index], [m, d, most - 1], *steps[index + 1 :]]
        claims = {**subject.data["claims"], "steps": fewer}
        other = Subject(subject.network, {**subject.data, "claims": claims})
        other._outcomes = subject._outcomes
        with pytest.raises(RefutedError, match=f"m = {m}, d = {d} .*; the machine may take more"):
            parity_of_the_test_example(other)


def test_a_machine_that_no_scene_ties_to_the_network_is_refuted() -> None:
    found = found_parity()
    data = deepcopy(dict(found.data))
    del data["scenes"]["predicting"]
    with pytest.raises(RefutedError, match="no scene says"):
        parity_of_the_test_example(Subject(found.network, data))
