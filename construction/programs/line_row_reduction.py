"""Row reduction on one line: the memory's rows one after the other, and nothing is north or south.

The grid is a single line: row 1 of the memory, a separator, row 2, a separator, and so on; separators are the
work column's ones. A patch reads a cell, its western and its eastern neighbour.

One mechanism does all: *a row goes along the line, and meets every other row cell by cell.* A **marker** walks
over the row that is sent, at half the speed of light: a cell in two layers. Under it each cell sends its bit ahead, at full
speed. So the bits form a *train* without gaps, in the order in which the marker came to their cells. When a train
enters a row, its first bit starts a marker there, again of half speed: it is in the row's cell ``b`` just when the train's bit
``b`` is. The markers change the row, and the train goes on to the next one.

* **West.** Once the last row is stored, the last separator sends the test example west. In every row the marker starts in the
  label cell and takes the label ``y`` with it: a cell that shows ``y_a x_ab x_b`` adds the label and the train's bit, and holds
  ``x_ab``. So the train takes off both masks, and it also says that the program may start.
* **East.** In the first cell of row 1 the marker turns round. It now walks over the whole line, row after row, and sends each row
  east. In the rows that a train comes to, the marker *searches* for the train's first 1. If the row has a 1 there, too, it *adds*
  the rest of the train. So every row has been reduced by all rows above it when it is sent itself.
* When the marker comes to the last separator, the bit of the last label is the answer.

That is row reduction, row by row in place of column by column. A row ends as the example plus the rows above it that
make it 0 in their first columns. Pivot rows and their columns are the same in both orders, and the test row
ends with the same label, whether or not a parity explains the examples.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from construction.programs.layouts import bundled_layout
from construction.programs.line_codes import (
    ANSWER,
    ARMED,
    BIT,
    BUSY,
    BUSY_EAST,
    DONE,
    ENTERED,
    FIRST_EAST,
    FIRST_WEST,
    FULL,
    HOW,
    MEETS,
    NEXT,
    OFFERED,
    OFFERING,
    OPEN,
    OPEN_WEST,
    PASSING_EAST,
    PASSING_WEST,
    SENDING,
    SENT,
    TURN,
    TURNED,
    UNMASKS,
)
from construction.programs.line_scenes import MEMORISING, reducing, unmasking
from construction.programs.program import Program
from construction.programs.row_reduction import row_reduction_meaning
from construction.rules.codes import BITS, NOTHING, Signal
from construction.rules.forms import d, m, md
from construction.rules.memory_protocol import (
    EDGE,
    PADDING,
    UNWRITTEN,
    WORK,
    WORK_NUMBER,
)
from construction.rules.symbolic import Cell, Part, SymbolicRule, assemble, gate

NAME: Final = "line-row-reduction"

GO_WEST: Final = (Signal("west 0"), Signal("west 1"))
ENTER: Final = Signal("enter")  #: the train comes into a row; its first bit is the test label, 0
CARRY: Final = (Signal("carry 0"), Signal("carry 1"))  #: be next, under this label
UNMASK: Final = (Signal("unmask 0"), Signal("unmask 1"))
OFFER: Final = Signal("offer")
GO_EAST: Final = (Signal("east 0"), Signal("east 1"))
ARM: Final = {how: Signal(f"arm {how}") for how in HOW}
ACT: Final = {how: Signal(how) for how in HOW}
SEND: Final = Signal("send")


def memory() -> Iterator[Cell]:
    """What SGD writes: a stored sign is a bit, -1 being 1."""
    yield Cell(UNWRITTEN, number=0, slope=1, output_slope=1)
    yield Cell(WORK, number=WORK_NUMBER)
    yield Cell(DONE)
    for bit in BITS:
        yield Cell(BIT(bit), number=-1 if bit else 1)


def west() -> Iterator[Cell]:
    """The test example goes west. A marker makes way for the next in two layers."""
    yield Cell(FULL, becomes=OPEN, west=OFFER)
    yield Cell(OPEN)
    yield Cell(FIRST_WEST, WORK + GO_WEST[0], becomes=OPEN, west=ENTER)
    for bit in BITS:
        yield Cell(OPEN_WEST(bit), OPEN + GO_WEST[bit], becomes=OPEN, west=GO_WEST[bit])
        yield Cell(OFFERING(bit), BIT(bit) + OFFER, becomes=OFFERED(bit), west=GO_WEST[bit])
        yield Cell(OFFERED(bit), becomes=BIT(bit), west=OFFER)
        yield Cell(ENTERED(bit), BIT(bit) + ENTER, becomes=BIT(bit), west=GO_WEST[0] + CARRY[bit])
        for passing in BITS:
            here = BIT(bit) + GO_WEST[passing]
            yield Cell(PASSING_WEST(bit, passing), here, becomes=BIT(bit), west=GO_WEST[passing])
            for label in BITS:
                yield Cell(
                    NEXT(bit, passing, label),
                    here + CARRY[label],
                    becomes=BIT(bit) + UNMASK[label],
                    west=GO_WEST[passing],
                )
                yield Cell(
                    UNMASKS(bit, passing, label),
                    here + UNMASK[label],
                    becomes=BIT(bit ^ passing ^ label),
                    west=GO_WEST[passing] + CARRY[label],
                )


def east() -> Iterator[Cell]:
    """Row after row goes east."""
    yield Cell(BUSY, becomes=OPEN)
    yield Cell(TURN, BUSY + SEND, becomes=TURNED)
    yield Cell(TURNED, becomes=DONE, east=SEND)
    for bit in BITS:
        yield Cell(SENDING(bit), BIT(bit) + SEND, becomes=SENT(bit), east=GO_EAST[bit])
        yield Cell(SENT(bit), becomes=DONE, east=SEND)
        yield Cell(ANSWER(bit), output=-1 if bit else 1)
        yield Cell(
            FIRST_EAST(bit), OPEN + GO_EAST[bit], becomes=BUSY, east=GO_EAST[bit] + ACT["search"]
        )
        yield Cell(BUSY_EAST(bit), BUSY + GO_EAST[bit], becomes=BUSY, east=GO_EAST[bit])
        for passing in BITS:
            here = BIT(bit) + GO_EAST[passing]
            yield Cell(PASSING_EAST(bit, passing), here, becomes=BIT(bit), east=GO_EAST[passing])
            for how in ACT:
                # The marker still searches just if all bits so far were 0, the one that passes among them.
                if (passing, how) != (1, "search"):
                    yield Cell(
                        ARMED(bit, passing, how),
                        here + ARM[how],
                        becomes=BIT(bit) + ACT[how],
                        east=GO_EAST[passing],
                    )
                adds = how == "add" or (passing and bit)
                leaves = how == "search" and passing and not bit
                yield Cell(
                    MEETS(bit, passing, how),
                    here + ACT[how],
                    becomes=BIT(bit ^ passing if adds else bit),
                    east=GO_EAST[passing]
                    + (NOTHING if leaves else ARM["add"] if adds else ARM["search"]),
                )


def rule() -> SymbolicRule:
    """The two phases, and what is different at the ends of rows and of the line."""
    western, eastern = (*west(),), (*east(),)
    memory_gates = (
        gate(
            "memory that waits begins after a row that is not written",
            DONE - WORK,
            C=WORK,
            W=UNWRITTEN,
        ),
        gate("memory that waits", DONE, C=UNWRITTEN, W=DONE),
        gate("the memory is full", FULL - WORK, C=WORK, W=BIT, E=PADDING),
    )
    western_gates = (
        gate(
            "the western marker stays in its row",
            {
                cell.code: -CARRY[int(cell.code.fields["label"])]
                for cell in western
                if cell.code.kind == "unmasks"
            }
            | {OFFERED(bit): -OFFER for bit in BITS},
            "E",
            C=[FIRST_WEST, OPEN_WEST],
            unless={"C": [BIT, PASSING_WEST]},
        ),
        gate(
            "in the first cell of the line the marker turns round",
            dict.fromkeys(UNMASKS.codes(), SEND)
            | {OFFERING(bit): BIT(bit) + SEND - OFFERED(bit) for bit in BITS},
            W=PADDING,
        ),
    )
    eastern_gates = (
        gate(
            "the eastern marker stays in its row",
            {
                cell.code: -(cell.east - GO_EAST[int(cell.code.fields["east"])])
                for cell in eastern
                if cell.code.kind == "meets" and cell.code != MEETS(0, 1, "search")
            },
            "W",
            C=[FIRST_EAST, BUSY_EAST],
            unless={"C": [BIT, PASSING_EAST]},
        ),
        gate(
            "a row without features reduces nothing",
            BIT(1) - BIT(0),
            C=MEETS(1, 1, "search"),
            E=[FIRST_EAST, BUSY_EAST],
            unless={"E": [BIT, PASSING_EAST]},
        ),
        gate(
            "the last label is the answer",
            {SENT(bit): ANSWER(bit) - TURN for bit in BITS},
            "W",
            C=BUSY_EAST,
            E=PADDING,
        ),
    )
    return assemble(
        NAME,
        EDGE,
        Part((*memory(),), memory_gates),
        Part(western, western_gates),
        Part(eastern, eastern_gates),
        line=True,
    )


def line_row_reduction() -> Program:
    """Row reduction on one line."""
    return Program(
        name=NAME,
        summary="row reduction on one line: rows travel along it and reduce the others",
        source=rule(),
        layout=bundled_layout(NAME),
        layers=3 * md + 6 * m + 4 * d + 5,
        scenes={"memorising": MEMORISING, "unmasking": unmasking(), "reducing": reducing()},
        computes="row reduction on a line",
        meaning=row_reduction_meaning,
    )
