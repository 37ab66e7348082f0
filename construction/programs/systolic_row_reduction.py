"""Row reduction as a systolic array: a cellular program, in which nothing has to walk.

Every cell of the grid is a tiny processor that holds one bit. Row reduction needs, for each column
``b`` from left to right, a *pivot*: the first row from the top that has a 1 there and has not been
a pivot yet. Every row below it with a 1 in column ``b`` gets the pivot row added. One *wave* for
each column does it, and cell ``(a, c)`` takes part in wave ``b`` at time ``a + 2 b + (c - b)``: one step
after its northern and its western neighbour, and right after the wave before.

* In column ``b`` a cell **decides** for its row, from its own bit and from whether a pivot was found
  above it: a first 1 makes it the pivot row, a later 1 means *add*, a 0 means *leave*.
* The decision travels **east** along the row, cell by cell.
* The pivot row's bits travel **south**, each in its own column. Where both meet, a cell of an *add*
  row adds the bit from the north to its own.
* A row that was the pivot is emptied behind the wave: its bits are 0 from then on, so it is never a
  pivot and never adds again. The last row, the test example, is not: it may well come out as
  "pivot", when no other row has a 1 in that column, but nothing lies below it.
* In the top row, the cell to the east of a decided column starts the next wave.
* When column ``d`` has been decided, the label cell of the last row holds the answer.

A decision compares two bits, and adding is an exclusive or; neither needs a gate. The code of a
cell is the *sum* of what it held, what comes from the west and what comes from the north, and only
the next layer's tables say what that sum means. Four gates remain, all at the edges of the grid.
"""

from __future__ import annotations

from typing import Final

from construction.programs.program import Program
from construction.rules.memory_protocol import (
    PADDING,
    UNWRITTEN,
    WORK,
    Fragment,
    MemoryProtocol,
    WestWave,
    assemble,
)
from construction.rules.rule import Gate, LocalRule, gate
from construction.rules.tables import Table

# Displacements. Any numbers do that keep the sums apart; these need few thresholds (found by a
# search over the number of weights).
BIT: Final = (30, 31)  #: a bit at rest
LEAVE: Final = 6  #: from the west: leave the row as it is
ADD: Final = 14  #: from the west: add the pivot row
PIVOT: Final = 2  #: from the west: this is the pivot row
PIVOT_BIT: Final = (2, 4)  #: from the north: the pivot row's bit; nothing if there is no pivot yet
DECIDE: Final = 30  #: from the north, or to start a wave: decide, no pivot above
FOUND: Final = 2  #: with it: there is a pivot above
DONE: Final = 80  #: a column that has been decided
HALT: Final = 90  #: turns the answer's bit into a halting code

PROTOCOL: Final = MemoryProtocol(
    WestWave(west={1: 6, -1: 10}, held={1: 13, -1: 14}), north={1: 3, -1: 5}, bits=BIT
)


def pivot_code(bit: int) -> int:
    """A cell of the pivot row, while the wave passes."""
    return BIT[bit] + PIVOT


def leave_code(bit: int, pivot_bit: int | None) -> int:
    """A cell of a row that is left as it is; ``pivot_bit`` is handed on to the south."""
    return BIT[bit] + LEAVE + (0 if pivot_bit is None else PIVOT_BIT[pivot_bit])


def add_code(old_bit: int, pivot_bit: int) -> int:
    """A cell of a row that the pivot row is added to: its bit is now ``old_bit ^ pivot_bit``."""
    return BIT[old_bit] + ADD + PIVOT_BIT[pivot_bit]


def decide_code(bit: int, found: int) -> int:
    """A cell of the column that the wave began in; ``found``: is there a pivot above it?"""
    return BIT[bit] + DECIDE + FOUND * found


def halt_code(bit: int) -> int:
    """The answer."""
    return BIT[bit] + HALT


def _wave() -> Fragment:
    """The codes, and the tables of the cell itself, its northern and its western neighbour."""
    names = {BIT[0]: "bit 0", BIT[1]: "bit 1", DONE: "decided"}
    own = {BIT[0]: BIT[0], BIT[1]: BIT[1], DONE: DONE}
    to_east: dict[int, int] = {}
    to_south: dict[int, int] = {}
    for bit in (0, 1):
        pivot = pivot_code(bit)
        names[pivot] = f"pivot row, bit {bit}"
        own[pivot], to_east[pivot], to_south[pivot] = BIT[bit], PIVOT, PIVOT_BIT[bit]
        for handed in (None, 0, 1):
            leave = leave_code(bit, handed)
            names[leave] = f"left, bit {bit}, " + (
                "no pivot above" if handed is None else f"pivot bit {handed}"
            )
            own[leave], to_east[leave] = BIT[bit], LEAVE
            to_south[leave] = 0 if handed is None else PIVOT_BIT[handed]
        for handed in (0, 1):
            add = add_code(bit, handed)
            names[add] = f"added to, bit {bit}, pivot bit {handed}"
            own[add], to_east[add], to_south[add] = BIT[bit ^ handed], ADD, PIVOT_BIT[handed]
        for found in (0, 1):
            decide = decide_code(bit, found)
            names[decide] = f"deciding, bit {bit}, " + (
                "pivot above" if found else "no pivot above"
            )
            own[decide] = DONE
            to_east[decide] = LEAVE if not bit else ADD if found else PIVOT
            to_south[decide] = DECIDE + (FOUND if found or bit else 0)
        names[halt_code(bit)] = f"answer {bit}"
        own[halt_code(bit)] = halt_code(bit)
    readout = Table({halt_code(0): +1, halt_code(1): -1}, slopes={UNWRITTEN: 1})
    tables = {"C": Table(own), "W": Table(to_east), "N": Table(to_south)}
    return Fragment(names, tables, _edges(names, to_east), readout)  # type: ignore[arg-type]


def _edges(names: dict[int, str], to_east: dict[int, int]) -> tuple[Gate, ...]:
    """The gates: what is different at the edges of the grid."""
    deciding = {decide_code(bit, found) for bit in (0, 1) for found in (0, 1)}
    halted = {halt_code(0), halt_code(1)}
    holds_bit = names.keys() - deciding - halted - {DONE}
    return (
        gate(
            "the top row starts a wave",
            DECIDE,
            C=holds_bit | PROTOCOL.ready,
            N=PADDING,
            W={PADDING, DONE},
            unless={"E": WORK},
        ),
        gate(
            "the work column stays as it is",
            Table({code: -arrives for code, arrives in to_east.items()}),
            "W",
            C=WORK,
        ),
        gate(
            "the pivot row is emptied, but not the last row",
            BIT[0] - BIT[1],
            C=pivot_code(1),
            unless={"S": PADDING},
        ),
        gate("the test row's label is the answer", HALT, C=holds_bit, W=DONE, E=WORK, S=PADDING),
    )


def systolic_rule() -> LocalRule:
    """The whole rule: the memory protocol and the waves of row reduction."""
    return assemble("systolic-row-reduction", PROTOCOL.fragment(), _wave())


def systolic_row_reduction() -> Program:
    """Row reduction as a systolic array."""
    return Program(
        name="systolic-row-reduction",
        summary="row reduction by waves through the grid, one for each column",
        rule=systolic_rule(),
        depth=lambda m, d: 2 * m + 3 * d + 2,
        depth_formula="2 m + 3 d + 2",
    )
