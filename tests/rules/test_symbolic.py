"""Rules in codes: what they are with numbers, and which ones are refused."""

from __future__ import annotations

import pytest

from construction.errors import RuleError
from construction.rules.codes import Kind, Signal
from construction.rules.symbolic import Cell, Part, SymbolicRule, assemble, gate
from construction.rules.tables import Table

EDGE = Cell(Kind("padding")(), number=-2)
BIT = Kind("bit", {"bit": (0, 1)}, "bit {bit}")
TOLD = Kind("told", {"bit": (0, 1)}, "told, bit {bit}")
WAVE = Signal("wave")


def rule(*cells: Cell, gates: tuple[object, ...] = ()) -> SymbolicRule:
    return assemble("r", EDGE, Part(cells, gates))  # type: ignore[arg-type]


BOTH = (
    Cell(BIT(0)),
    Cell(BIT(1), output=-1),
    Cell(TOLD(0), BIT(0) + WAVE, becomes=BIT(0), south=WAVE),
    Cell(TOLD(1), BIT(1) + WAVE, becomes=BIT(0), south=WAVE, slope=1, output_slope=2),
)


def test_cells_become_tables() -> None:
    edge = gate("edge", {BIT(0): TOLD(1) - BIT(0)}, C=[BIT], N=EDGE.code, unless={"S": TOLD(0)})
    found = rule(*BOTH, gates=(edge,)).numbered({"bit 0": 4, "bit 1": 6, "wave": 3})
    assert found.codes.names == {
        -2: "padding",
        4: "bit 0",
        6: "bit 1",
        7: "told, bit 0",
        9: "told, bit 1",
    }
    # What a cell tells the south, the southern cell sees in the north.
    assert found.tables == {
        "C": Table({4: 4, 6: 6, 7: 4, 9: 4}, {9: 1}),
        "N": Table({7: 3, 9: 3}),
    }
    assert found.readout == Table({6: -1}, {9: 2})
    (made,) = found.gates
    assert dict(made.when) == {"C": {4, 6}, "N": {-2}}
    assert dict(made.unless) == {"S": {7}}
    assert made.amount == Table({4: 5})


def test_a_code_without_a_cell() -> None:
    lost = Cell(BIT(0), becomes=BIT(1))
    with pytest.raises(RuleError, match="'r': the code bit 1 is used, but there is no cell for it"):
        rule(lost).unnumbered()


def test_two_things_of_one_name() -> None:
    with pytest.raises(RuleError, match="'bit 0' is the name of two codes or signals"):
        rule(Cell(BIT(0), north=Signal("bit 0"))).numbered({"bit 0": 4})
