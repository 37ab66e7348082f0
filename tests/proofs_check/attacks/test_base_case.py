"""What a certificate says of layer 0 must be what the memory layer shows there, for every program."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from construction.compiling.compiler import compile_rule
from construction.executors.sweep.dense import DenseExecutor
from construction.programs.catalogue import load_program
from construction.rules.memory_protocol import STORED, UNWRITTEN, WORK
from construction.rules.patch import Position
from construction.rules.rule import Gate, LocalRule
from construction.training.memory import empty_memory
from construction.training.sgd import sgd_step
from proofs_check.subject import Subject
from tests.proofs_check.subjects import refuted, with_rule


def stores_one_example() -> LocalRule:
    """Majority, but a row under a stored row becomes work, so that only one example is stored."""
    rule = load_program("majority").rule
    number = rule.codes.numbers
    under: dict[Position, frozenset[int]] = {
        "C": frozenset([number[UNWRITTEN]]),
        "N": frozenset(number[code] for code in STORED.codes()),
    }
    extra = Gate("nothing under a stored row", under, number[WORK])
    return replace(rule, gates=(*rule.gates, extra))


def test_the_network_stores_one_example() -> None:
    executor = DenseExecutor(compile_rule(stores_one_example()))
    memory = empty_memory(3, 2)
    for _ in range(2):
        memory = sgd_step(executor, memory, np.array([1, -1]), 1, 7).memory
    assert memory.any(axis=1).tolist() == [True, False, False]


def subject(*, lie: bool) -> Subject:
    """With its certificate; if it lies, all written cells are *held* from layer 0 on."""
    scenes: Any = deepcopy(load_program("majority").certificate["scenes"])
    if lie:
        for stage in scenes["memorising"]["stages"]:
            if stage["kind"] in ("masked", "held"):
                stage["where"] = []
    return with_rule("majority", stores_one_example(), scenes=scenes)


@pytest.mark.parametrize("lie", [False, True])
def test_it_is_not_said_to_memorise(lie: bool) -> None:
    found = refuted(subject(lie=lie), "Lemma 1, memorisation")["Lemma 1, memorisation"]
    assert ("does not show what the memory layer" in found) is lie


@pytest.mark.parametrize(
    ("name", "scene"),
    [
        ("systolic-row-reduction", "predicting"),
        ("one-literal", "predicting"),
        ("online-row-reduction", "starting"),
        ("online-row-reduction", "streaming"),
    ],
)
def test_every_scene_has_a_base_case(name: str, scene: str) -> None:
    """Said to hold only work codes, layer 0 is refuted, though work codes stay what they are."""
    scenes: Any = deepcopy(load_program(name).certificate["scenes"])
    scenes[scene]["stages"] = [{"stage": "work", "where": [], "kind": "work", "fields": {}}]
    subject = with_rule(name, load_program(name).rule, scenes=scenes)
    about = "Lemma 1, prediction" if scene == "predicting" else "Online, invariant"
    assert "does not show what the memory layer" in refuted(subject, about)[about]
