"""Online row reduction whose live row is flat in one layer and goes on: SGD then stores nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from construction.compiling.certificate import certificate
from construction.compiling.compiler import compile_rule
from construction.compiling.free_codes import with_chosen_codes
from construction.executors.sweep.dense import DenseExecutor
from construction.programs import online_row_reduction as online
from construction.programs.online_row_reduction import (
    ANSWER,
    ARRIVES,
    LIVE_MINUS,
    NEWS,
    RESTING,
    SPENT,
    TOLD,
    VERDICT,
    VERDICTS,
)
from construction.programs.program import Program
from construction.rules.codes import BITS, Kind
from construction.rules.forms import Form, a, b, d, i, n
from construction.rules.memory_protocol import UNWRITTEN, WORK
from construction.rules.rule import Gate
from construction.rules.scenes import Stage
from construction.rules.symbolic import Cell
from construction.rules.tables import Table
from construction.training.memory import empty_memory
from construction.training.sgd import sgd_step
from proofs_check.subject import Subject
from tests.proofs_check.subjects import refuted

SECOND = Kind("told2", {"bit": BITS}, shows="{bit}", mark="2")
THIRD = Kind("told3", {"bit": BITS}, shows="{bit}", mark="3")


def verdict() -> Iterator[Cell]:
    """The last row's verdict makes the live row's cells work codes, and says two layers later what they become."""
    yield Cell(SPENT)
    yield Cell(LIVE_MINUS, slope=1, output_slope=-1)
    for bit in BITS:
        yield Cell(SECOND(bit), becomes=THIRD(bit))
        yield Cell(THIRD(bit), becomes=SPENT)
        output, new, known = -1 if bit else 1, NEWS[f"new {bit}"], NEWS["known"]
        yield Cell(VERDICT(bit, 1), becomes=SECOND(bit), west=new, south=WORK)
        yield Cell(VERDICT(bit, 0), becomes=ANSWER(bit), west=known, south=WORK, output=output)
        yield Cell(ANSWER(bit), output=output)
    for changed, told in product(BITS, VERDICTS):
        after = {"new 0": SECOND(changed), "new 1": SECOND(1 - changed), "known": SPENT}[told]
        total = RESTING(changed) + NEWS[told]
        yield Cell(TOLD(changed, told), total, becomes=after, west=NEWS[told], south=WORK)


def stages() -> tuple[Stage, ...]:
    """What the cells of that rule are, told truthfully."""
    old = online.invariant()["streaming"].stages
    spent = next(k for k, stage in enumerate(old) if stage.code == SPENT)
    left, parity = "W[i-1, d+1]", "V[i, d+1]"
    last, label, changed = a >= i - 1, b >= d + 1, f"(z[b] == -1) ^ V[i, b] ^ {parity}"

    def below(name: str, minus: str, *where: Form) -> Stage:
        code = f"'work' if not {left} else 'minus' if {minus} else 'unwritten'"
        return Stage(code, [a >= i, n >= ARRIVES + 3, *where], slope=left, name=name)

    def above(code: str, layer: int, name: str, fields: dict[str, str], *where: Form) -> Stage:
        return Stage(code, [last, *where, n >= ARRIVES + layer], fields, name=name)

    both = {"bit": parity, "parity": parity}
    return (
        *old[:spent],
        above(f"'told2' if {left} else 'spent'", 1, "second", {"bit": changed}),
        above(f"'told3' if {left} else 'spent'", 2, "third", {"bit": changed}),
        Stage(SPENT, [last, n >= ARRIVES + 3]),
        old[spent + 1],
        above(f"'told2' if {left} else 'answer'", 1, "second label", both, label),
        above(f"'told3' if {left} else 'answer'", 2, "third label", both, label),
        above(f"'spent' if {left} else 'answer'", 3, "known", {"parity": parity}, label),
        old[spent + 3],
        Stage(WORK, [a >= i, n >= ARRIVES + 1], slope=0, name="flat"),
        Stage(WORK, [a >= i, n >= ARRIVES + 2], slope=left, name="back"),
        below("decided", changed),
        below("decided label", parity, label),
        *old[-2:],
    )


@pytest.fixture
def flat(monkeypatch: pytest.MonkeyPatch) -> Subject:
    monkeypatch.setattr(online, "verdict", verdict)
    scenes = online.invariant()
    scenes = {**scenes, "streaming": replace(scenes["streaming"], stages=stages())}
    program = Program(
        name="flat",
        summary="flat for a layer",
        source=online.rule(),
        layers=4 * d + 6,
        scenes=scenes,
        computes="online row reduction",
        rows=d + 1,
        dummy="first",
    )
    rule = program.rule
    number = rule.codes.numbers
    work = number[WORK]
    back = [
        Gate(
            f"back {bit}",
            {"C": frozenset([work]), "N": frozenset([number[THIRD(bit)]])},
            Table({work: number[code] - work}, {work: 1}),
        )
        for bit, code in ((0, UNWRITTEN), (1, LIVE_MINUS))
    ]
    rule = with_chosen_codes(replace(rule, gates=(*rule.gates, *back)))
    data = certificate(rule, program.scenes, program.certificate["claims"], None)
    return Subject(compile_rule(rule), data)


def test_a_live_row_that_was_flat_is_refuted(flat: Subject) -> None:
    executor, memory = DenseExecutor(flat.network), empty_memory(3, 2)
    for x, y in (((1, 1), 1), ((-1, 1), -1), ((1, -1), 1)):
        memory = sgd_step(executor, memory, np.array(x), y, 14).memory
    # Row reduction has three rows by now.
    assert memory.tolist() == [[1, 1, 1], [0, 0, 0], [0, 0, 0]]
    found = refuted(flat, "Online, depth")
    assert "'back': a cell of code 3, then 0, has the slope 1" in found["Online, depth"]
