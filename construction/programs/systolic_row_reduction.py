"""Row reduction as a systolic array: a cellular program, in which nothing has to walk.

Every cell of the grid is a tiny processor that holds one bit. Row reduction needs, for each column
``b`` from left to right, a *pivot*: the first row from the top that has a 1 there and has not been
a pivot yet. Every row below it with a 1 in column ``b`` gets the pivot row added. One *wave* for
each column does it, and cell ``(a, c)`` takes part in wave ``b`` at time ``a + 2 b + (c - b)``: one step
after its northern and its western neighbour, and right after the wave before.

* In column ``b`` a cell **decides** for its row: it learns from the north whether there is a pivot
  above it. It tells the south whether there is one now, and the east its own bit.
* The bit travels **east** along the row, cell by cell: with 1, the row needs the pivot row added, or
  it is the pivot row itself.
* The pivot row's bits travel **south**, each in its own column. Where the bit 1 from the west meets a
  pivot bit from the north, the cell adds it to its own; where it meets none, this is the pivot row.
* A row that was the pivot is emptied behind the wave: its bits are 0 from then on, so it is never a
  pivot and never adds again. The last row, the test example, is not: it may well come out as
  "pivot", when no other row has a 1 in that column, but nothing lies below it.
* In the top row, the cell to the east of a decided column starts the next wave.
* When column ``d`` has been decided, the label cell of the last row holds the answer.

None of this needs a gate, not even the exclusive or. The code of a cell is the *sum* of what it held,
what comes from the west and what comes from the north, and only the next layer's tables say what that
sum means. Four gates remain, all at the edges of the grid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from construction.programs.program import Program
from construction.programs.row_reduction import row_reduction_meaning
from construction.rules.memory_protocol import (
    MINUS,
    PADDING,
    PLUS,
    UNWRITTEN,
    WORK,
    Fragment,
    MemoryProtocol,
    WestWave,
    assemble,
    distinct,
)
from construction.rules.patch import Position
from construction.rules.rule import Gate, LocalRule, gate
from construction.rules.schedule import START, plus, unmasking
from construction.rules.tables import Table


@dataclass(frozen=True)
class SystolicCodes:
    """The numbers of the codes, as displacements that add up.

    Any numbers do that keep the sums apart. The defaults need few thresholds, and so few weights;
    ``python -m benchmarks.layouts`` searches for them.
    """

    bit_0: int = 33
    bit_1: int = 37
    zero: int = 30  #: from the west: the row has 0 in the wave's column
    one: int = 16  #: from the west: it has 1, and is the pivot row or gets it added
    pivot_bit_0: int = -2  #: from the north: the pivot row's bit; nothing if there is no pivot yet
    pivot_bit_1: int = 6
    decide: int = 53  #: from the north, or to start a wave: decide, no pivot above
    found: int = 1  #: with it: there is a pivot above
    done: int = 97  #: a column that has been decided
    halt: int = 66  #: turns the answer's bit into a halting code
    west_plus: int = 10
    west_minus: int = 18
    held_plus: int = 6
    held_minus: int = 7
    north_plus: int = 28
    north_minus: int = 37

    @property
    def protocol(self) -> MemoryProtocol:
        """The memory protocol with these numbers."""
        return MemoryProtocol(
            WestWave(
                west={PLUS: self.west_plus, MINUS: self.west_minus},
                held={PLUS: self.held_plus, MINUS: self.held_minus},
            ),
            north={PLUS: self.north_plus, MINUS: self.north_minus},
            bits=(self.bit_0, self.bit_1),
        )

    def bit(self, bit: int) -> int:
        """A cell that no wave is passing."""
        return self.bit_1 if bit else self.bit_0

    def acting(self, bit: int, row_bit: int, pivot_bit: int | None) -> int:
        """A cell that held ``bit``, while the wave passes.

        ``row_bit`` is the row's bit in the wave's column, and ``pivot_bit`` what comes from the north,
        or None if there is no pivot above.
        """
        return self.bit(bit) + (self.one if row_bit else self.zero) + self.handed(pivot_bit)

    def deciding(self, bit: int, found: int) -> int:
        """A cell of the column that the wave began in, with or without a pivot above it."""
        return self.bit(bit) + self.decide + self.found * found

    def answer(self, bit: int) -> int:
        """The test row's label, when all is done."""
        return self.bit(bit) + self.halt

    def handed(self, pivot_bit: int | None) -> int:
        """What comes from the north, along a column: the pivot row's bit, if there is a pivot."""
        if pivot_bit is None:
            return 0
        return self.pivot_bit_1 if pivot_bit else self.pivot_bit_0


BITS: Final = (0, 1)


def _wave(codes: SystolicCodes) -> Fragment:
    """The codes, and the tables of the cell itself, its northern and its western neighbour."""
    names = [(codes.bit(bit), f"bit {bit}") for bit in BITS] + [(codes.done, "decided")]
    own = {codes.bit(bit): codes.bit(bit) for bit in BITS} | {codes.done: codes.done}
    to_east: dict[int, int] = {}
    to_south: dict[int, int] = {}
    for bit in BITS:
        for row_bit in BITS:
            for handed in (None, *BITS):
                code = codes.acting(bit, row_bit, handed)
                names.append((code, _acting_name(bit, row_bit, handed)))
                to_east[code] = codes.one if row_bit else codes.zero
                is_pivot = row_bit and handed is None
                to_south[code] = codes.handed(bit if is_pivot else handed)
                own[code] = codes.bit(bit ^ (row_bit and (handed or 0)))
        for found in BITS:
            code = codes.deciding(bit, found)
            above = "pivot above" if found else "no pivot above"
            names.append((code, f"deciding, bit {bit}, {above}"))
            own[code] = codes.done
            to_east[code] = codes.one if bit else codes.zero
            to_south[code] = codes.decide + (codes.found if found or bit else 0)
        names.append((codes.answer(bit), f"answer {bit}"))
        own[codes.answer(bit)] = codes.answer(bit)
    tables: dict[Position, Table] = {"C": Table(own), "W": Table(to_east), "N": Table(to_south)}
    readout = Table({codes.answer(0): +1, codes.answer(1): -1}, slopes={UNWRITTEN: 1})
    return Fragment(distinct(names), tables, _edges(codes, set(own), to_east), readout)


def _acting_name(bit: int, row_bit: int, handed: int | None) -> str:
    if handed is None:
        return f"pivot row, bit {bit}" if row_bit else f"left, bit {bit}, no pivot above"
    return f"{'added to' if row_bit else 'left'}, bit {bit}, pivot bit {handed}"


def _edges(codes: SystolicCodes, own: set[int], to_east: dict[int, int]) -> tuple[Gate, ...]:
    """The gates: what is different at the edges of the grid."""
    deciding = {codes.deciding(bit, found) for bit in BITS for found in BITS}
    answers = {codes.answer(bit) for bit in BITS}
    holds_bit = own - deciding - answers - {codes.done}
    protocol = codes.protocol
    before = {UNWRITTEN, MINUS, PLUS, *protocol.wave.passing, *protocol.wave.held.values()}
    return (
        gate(
            "the top row starts a wave",
            codes.decide,
            C=holds_bit | protocol.ready,
            N=PADDING,
            W={PADDING, codes.done},
            E=holds_bit,
            unless={
                "C": before | deciding | {codes.done},
                "W": before | protocol.ready | holds_bit | deciding,
                "E": WORK,
            },
        ),
        gate(
            "the work column stays as it is",
            Table({code: -arrives for code, arrives in to_east.items()}),
            "W",
            C=WORK,
            unless={"C": holds_bit},
        ),
        gate(
            "the pivot row is emptied, but not the last row",
            codes.bit_0 - codes.bit_1,
            C=codes.acting(1, 1, None),
            unless={"S": PADDING},
        ),
        gate(
            "the test row's label is the answer",
            codes.halt,
            C=holds_bit,
            W=codes.done,
            E=WORK,
            S=PADDING,
            unless={"C": answers, "W": before | protocol.ready | holds_bit | deciding},
        ),
    )


def systolic_rule(codes: SystolicCodes = SystolicCodes()) -> LocalRule:
    """The whole rule: the memory protocol and the waves of row reduction."""
    return assemble("systolic-row-reduction", codes.protocol.fragment(), _wave(codes))


def systolic_schedule(codes: SystolicCodes = SystolicCodes()) -> dict[str, Any]:
    """What the codes mean in each layer: which wave acts on a cell, and which code says so.

    Cell ``(a, c)`` takes part in wave ``b = 1, 2, ...`` in layer ``first wave + b - 1``, until it decides
    in the wave of its own column. The label column never decides; its last cell answers instead.
    The keys of ``acting`` are the cell's bit, its row's decision and the bit handed down to it.
    """
    first = plus(START, {"a": 1, "b": 1, "1": -2})
    handed = {"none": None, "0": 0, "1": 1}
    acting = {f"{bit} pivot none": codes.acting(bit, 1, None) for bit in BITS}
    acting |= {
        f"{bit} leave {key}": codes.acting(bit, 0, handed[key]) for bit in BITS for key in handed
    }
    acting |= {f"{bit} add {pivot}": codes.acting(bit, 1, pivot) for bit in BITS for pivot in BITS}
    return {
        "unmasking": unmasking(codes.protocol),
        "start": START,
        "depth": {"m": 2, "d": 3, "1": 2},
        "row reduction": {
            "first wave": first,
            "decides": plus(first, {"b": 1, "1": -1}),
            "acting": acting,
            "deciding": {
                f"{bit} {found}": codes.deciding(bit, found) for bit in BITS for found in BITS
            },
            "decided": codes.done,
            "answer": [codes.answer(bit) for bit in BITS],
        },
    }


def systolic_row_reduction() -> Program:
    """Row reduction as a systolic array."""
    return Program(
        name="systolic-row-reduction",
        summary="row reduction by waves through the grid, one for each column",
        rule=systolic_rule(),
        depth=lambda m, d: 2 * m + 3 * d + 2,
        depth_formula="2 m + 3 d + 2",
        schedule=systolic_schedule(),
        meaning=row_reduction_meaning,
        computes="row reduction",
    )
