from __future__ import annotations

import re

import pytest
from hypothesis import given

from construction.errors import RuleError
from construction.rules.interpreter import RuleInterpreter
from construction.rules.memory_protocol import (
    PADDING,
    UNWRITTEN,
    WORK,
    Fragment,
    MemoryProtocol,
    WestWave,
    assemble,
)
from construction.rules.tables import Table
from construction.training.memory import expected_memory, memory_grid, with_one
from tests.strategies import DataSet, data_sets, first_grids

WAVE = WestWave(west={1: 6, -1: 10}, held={1: 13, -1: 14})
PROTOCOL = MemoryProtocol(WAVE, north={1: 3, -1: 5}, bits=(30, 31))
RESTING = Fragment({30: "bit 0", 31: "bit 1"}, {"C": Table({30: 30, 31: 31})})


@pytest.mark.parametrize(
    ("protocol", "message"),
    [
        (
            MemoryProtocol(
                WestWave(west={1: 6, -1: 8}, held={1: 13, -1: 14}), {1: 3, -1: 5}, (30, 31)
            ),
            "the number 7 would be both 'masked -, label -' and 'masked +, label +'; every code",
        ),
        (
            MemoryProtocol(
                WestWave(west={1: 6, -1: 10}, held={1: 3, -1: 14}), {1: 3, -1: 5}, (30, 31)
            ),
            "the number 3 would be both 'work' and 'held +'",
        ),
        (
            MemoryProtocol(WAVE, north={1: 3, -1: 4}, bits=(30, 31)),
            "the number 17 would be both 'unmasking -, example +' and 'unmasking +, example -'",
        ),
        (
            MemoryProtocol(WAVE, north={1: 1, -1: 5}, bits=(30, 31)),
            "the number 14 would be both 'held -' and 'unmasking +, example +'",
        ),
    ],
)
def test_no_two_codes_of_the_protocol_may_be_one_number(
    protocol: MemoryProtocol, message: str
) -> None:
    with pytest.raises(RuleError, match=re.escape(message)):
        protocol.fragment()


def test_no_two_fragments_may_claim_one_number() -> None:
    claim = Fragment({WORK: "mine"}, {})
    with pytest.raises(RuleError, match="the number 3 would be both 'work' and 'mine'"):
        assemble("r", PROTOCOL.fragment(), claim)


def test_an_alias_is_a_second_name_of_a_code() -> None:
    blank = Fragment({}, {}, aliases={WORK: "blank"})
    assert assemble("r", PROTOCOL.fragment(), blank).codes.name(WORK) == "work, blank"
    with pytest.raises(RuleError, match="rule 'r': 'blank' is an alias of 3, which is no code"):
        assemble("r", Fragment({PADDING: "padding", 0: "zero"}, {}), blank)


@given(data_sets())
def test_the_waves_unmask_every_bit(data: DataSet) -> None:
    interpreter = RuleInterpreter(assemble("r", PROTOCOL.fragment(), RESTING))
    grids = first_grids(data)
    for _ in range(data.m + data.d + 2):
        grids = interpreter.step(grids)
    for grid, test in zip(grids, data.tests, strict=True):
        assert (grid[:-1, : data.d] == 30 + (data.examples == -1)).all()
        assert (grid[:-1, data.d] == 30 + (data.labels == -1)).all()
        assert (grid[-1, : data.d] == 30 + (test == -1)).all()
        assert grid[-1, data.d] == 30  # the test example's label is bit 0
        assert (grid[:, data.d + 1] == WORK).all()


@given(data_sets())
def test_the_row_that_is_being_written_is_live_and_all_else_is_flat(data: DataSet) -> None:
    """Lemma 1, memorisation, in the rule: every layer keeps row i at 0, with slope 1 in itself."""
    interpreter = RuleInterpreter(assemble("r", PROTOCOL.fragment(), RESTING))
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
            assert not (grid[written + 1 :] == UNWRITTEN).any()
            assert not (grid[:written] == UNWRITTEN).any()
            assert layer == 0 or live.sum() == data.d + 1
