from __future__ import annotations

import re

import pytest
from hypothesis import given

from construction.errors import RuleError
from construction.rules.codes import Kind
from construction.rules.interpreter import RuleInterpreter
from construction.rules.memory_protocol import EDGE, WORK, storing, unmasking
from construction.rules.rule import LocalRule
from construction.rules.symbolic import Cell, Part, assemble
from construction.strategies import Sample, first_grids, samples
from construction.training.memory import expected_memory, memory_grid, with_one

BIT = Kind("bit", {"bit": (0, 1)}, "bit {bit}")
RESTING = Part((Cell(BIT(0)), Cell(BIT(1))))
SOURCE = assemble("r", EDGE, *unmasking((BIT(0), BIT(1))), RESTING)
LAYOUT = {
    "west +": 6,
    "west -": 10,
    "held +": 13,
    "held -": 14,
    "north +": 3,
    "north -": 5,
    "bit 0": 30,
    "bit 1": 31,
}


def protocol() -> LocalRule:
    return SOURCE.numbered(LAYOUT)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"west -": 8},
            "the number 7 would be both 'masked -, label -' and 'masked +, label +'; every code",
        ),
        ({"held +": 3}, "the number 3 would be both 'work' and 'held +'"),
        (
            {"north -": 4},
            "the number 17 would be both 'unmasking -, example +' and 'unmasking +, example -'",
        ),
        ({"north +": 1}, "the number 14 would be both 'held -' and 'unmasking +, example +'"),
    ],
)
def test_no_two_codes_of_the_protocol_may_be_one_number(
    change: dict[str, int], message: str
) -> None:
    with pytest.raises(RuleError, match=re.escape(message)):
        SOURCE.numbered(LAYOUT | change)


def test_two_parts_may_not_speak_of_one_code() -> None:
    with pytest.raises(RuleError, match="rule 'r': there are two cells for the code work"):
        assemble("r", EDGE, storing(), Part((Cell(WORK),)))


@given(samples())
def test_the_waves_unmask_every_bit(data: Sample) -> None:
    interpreter = RuleInterpreter(protocol())
    grids = first_grids(data)
    for _ in range(data.m + data.d + 2):
        grids = interpreter.step(grids)
    for grid, test in zip(grids, data.tests, strict=True):
        assert (grid[:-1, : data.d] == 30 + (data.examples == -1)).all()
        assert (grid[:-1, data.d] == 30 + (data.labels == -1)).all()
        assert (grid[-1, : data.d] == 30 + (test == -1)).all()
        assert grid[-1, data.d] == 30  # the test example's label is bit 0
        assert (grid[:, data.d + 1] == 3).all()


@given(samples())
def test_the_row_that_is_being_written_is_live_and_all_else_is_flat(data: Sample) -> None:
    """Lemma 1, memorisation, in the rule: every layer keeps row i at 0, with slope 1 in itself."""
    interpreter = RuleInterpreter(protocol())
    for written in range(data.m + 1):
        memory = expected_memory(data.examples[:written], data.labels[:written], data.m + 1)
        grid = memory_grid(memory, with_one(data.tests[:1]), 1)[0]
        for layer in range(data.m + data.d + 4):
            slopes = interpreter.slopes(grid)
            assert not slopes[..., [0, 1, 2, 3, 5, 6, 7, 8]].any()
            live = slopes[..., 4] == 1
            # In the first layer the rows below are still 0 as well, and lose their value there.
            assert live[written, : data.d + 1].all()
            grid = interpreter.step(grid)
            assert not grid[written, : data.d + 1].any()
            assert not (grid[written + 1 :] == 0).any()
            assert not (grid[:written] == 0).any()
            assert layer == 0 or live.sum() == data.d + 1
