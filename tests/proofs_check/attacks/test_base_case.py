"""What a certificate says of layer 0 must be what the memory layer shows there, for every program."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from construction.compiling.certificate import certificate
from construction.compiling.compiler import compile_rule
from construction.executors.sweep.dense import DenseExecutor
from construction.programs.catalogue import load_program
from construction.rules.codes import Code
from construction.rules.rule import LocalRule, gate
from construction.training.memory import empty_memory
from construction.training.sgd import sgd_step
from tests.proofs_check.attacks.verdicts import refuted


def stores_one_example() -> LocalRule:
    """Majority, but a row under a stored row becomes work, so that only one example is stored."""
    rule = load_program("majority").rule
    number = rule.codes.numbers
    stored = {number[Code("stored", sign=sign)] for sign in (-1, 1)}
    work, unwritten = number[Code("work")], number[Code("unwritten")]
    extra = gate("nothing under a stored row", work, C=unwritten, N=stored)
    return replace(rule, gates=(*rule.gates, extra))


def storing(*, lie: bool) -> dict[str, Any]:
    """The schedule; if it lies, all written cells are *held* from layer 0 on."""
    schedule = load_program("majority").schedule
    assert schedule is not None
    stages = [dict(stage) for stage in schedule["storing"]["stages"]]
    if lie:
        stages = [{**stage, "from": {"1": 0}} for stage in stages]
    return {"storing": {**schedule["storing"], "stages": stages}}


def test_the_network_stores_one_example() -> None:
    executor = DenseExecutor(compile_rule(stores_one_example()))
    memory = empty_memory(3, 2)
    for _ in range(2):
        memory = sgd_step(executor, memory, np.array([1, -1]), 1, 7).memory
    assert memory.any(axis=1).tolist() == [True, False, False]


@pytest.mark.parametrize("lie", [False, True])
def test_it_is_not_said_to_memorise(lie: bool) -> None:
    rule = stores_one_example()
    proof = certificate(rule, storing(lie=lie), load_program("majority").claims)
    assert "Lemma 1, memorisation" in refuted(compile_rule(rule), proof)
