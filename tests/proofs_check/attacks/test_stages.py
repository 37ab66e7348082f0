"""Stages were numbers, and numbers can collide: with 18 stages of unmasking, the last was a wave's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from construction.compiling.certificate import certificate
from construction.compiling.compiler import compile_rule
from construction.executors.sweep.dense import DenseExecutor
from construction.programs.systolic_row_reduction import SystolicCodes, systolic_schedule
from construction.rules.memory_protocol import (
    MINUS,
    PADDING,
    PLUS,
    UNWRITTEN,
    WORK,
    Fragment,
    assemble,
    distinct,
)
from construction.rules.rule import LocalRule, gate
from construction.rules.tables import Table
from construction.training.memory import expected_memory, memory_grid, with_one
from tests.proofs_check.attacks.verdicts import refuted

CODES = SystolicCodes()
BITS = (0, 1)


def always_plus() -> LocalRule:
    """Unmasking, and then cells that go to rest with nothing done; the test row's label is still +1."""
    deciding = {CODES.deciding(bit, found) for bit in BITS for found in BITS}
    names = [(CODES.bit(bit), f"bit {bit}") for bit in BITS] + [(CODES.done, "decided")]
    own = {CODES.bit(bit): CODES.bit(bit) for bit in BITS} | {CODES.done: CODES.done}
    to_south = {}
    for bit in BITS:
        for found in BITS:
            code = CODES.deciding(bit, found)
            names.append((code, f"deciding {bit} {found}"))
            own[code] = CODES.done
            to_south[code] = CODES.decide + (CODES.found if found or bit else 0)
        names.append((CODES.answer(bit), f"answer {bit}"))
        own[CODES.answer(bit)] = CODES.answer(bit)
    bits = {CODES.bit(bit) for bit in BITS}
    ready = CODES.protocol.ready
    wave = CODES.protocol.wave
    before = {UNWRITTEN, MINUS, PLUS, *wave.passing, *wave.held.values()}
    gates = (
        gate(
            "the top row goes to rest",
            CODES.decide,
            C=bits | ready,
            N=PADDING,
            W={PADDING, CODES.done},
            E=bits,
            unless={
                "C": before | deciding | {CODES.done},
                "W": before | ready | bits | deciding,
                "E": WORK,
            },
        ),
        gate(
            "the test row's label is the answer",
            CODES.halt,
            C=bits,
            W=CODES.done,
            E=WORK,
            S=PADDING,
        ),
    )
    readout = Table({CODES.answer(0): 1, CODES.answer(1): -1}, slopes={UNWRITTEN: 1})
    tables: dict[Any, Table] = {"C": Table(own), "N": Table(to_south)}
    rest = Fragment(distinct(names), tables, gates, readout)
    return assemble("always +1", CODES.protocol.fragment(), rest)


def schedule(stages: int) -> dict[str, Any]:
    """The schedule of row reduction, its last stage of unmasking repeated, and no code of a wave."""
    data = systolic_schedule()
    *first, last = data["unmasking"]
    data["unmasking"] = [*first, *[last] * (stages - len(first))]
    data["row reduction"]["acting"] = {}
    return data


CLAIMS = {
    "computes": "row reduction",
    "depths": [[m, d, 2 * m + 3 * d + 2] for m in range(1, 7) for d in range(1, 7)],
}


def test_the_network_always_answers_plus() -> None:
    """It is no row reduction: from the example 1 with label 1, x = 1 should get 1."""
    network = compile_rule(always_plus())
    example, label = np.array([[-1]]), np.array([-1])
    memory = expected_memory(np.append(example, [[1]], axis=0), np.append(label, 1), 2)
    grid = memory_grid(memory, with_one(example), network.work_columns)
    run = DenseExecutor(network).run(grid, 7)
    assert network.output(run.grids) == [1]


@pytest.mark.parametrize("stages", [4, 8, 18, 24])
def test_it_is_not_said_to_be_row_reduction(stages: int) -> None:
    rule = always_plus()
    found = refuted(compile_rule(rule), certificate(rule, schedule(stages), CLAIMS))
    assert set(found) & {"Lemma 1, unmasking", "Lemma 1, invariant"}
