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

from collections.abc import Iterator, Mapping
from typing import Final

from construction.programs.layouts import bundled_layout
from construction.programs.program import Program
from construction.programs.row_reduction import row_reduction_meaning
from construction.rules.codes import BITS, NOTHING, Code, Kind, Signal, Term, Value
from construction.rules.forms import a, b, d, m, n, w
from construction.rules.memory_protocol import (
    DATA,
    EDGE,
    HELD,
    MASKED,
    PADDING,
    STORED,
    UNMASKING,
    UNWRITTEN,
    WORK,
    unmasking,
    while_unmasking,
)
from construction.rules.scenes import Scene, Stage, Variable
from construction.rules.symbolic import Cell, Part, SymbolicRule, assemble, gate

NAME: Final = "systolic-row-reduction"

DECISIONS: Final = ("leave", "add", "pivot")

BIT: Final = Kind("bit", {"bit": BITS}, "bit {bit}", "{bit}", role="data")
#: The wave passes: the cell's bit before it, what the row does, and the pivot row's bit in this column.
ACTING: Final = Kind(
    "acting",
    {"bit": BITS, "decision": DECISIONS, "handed": ("none", *BITS)},
    shows="{bit}",
    mark="a",
)
#: A cell of the column that the wave began in: its bit, and is there a pivot above?
DECIDING: Final = Kind("deciding", {"bit": BITS, "found": BITS}, shows="{bit}", mark="d")
DECIDED: Final = Kind("decided", mark="x", role="done")()
ANSWER: Final = Kind("answer", {"bit": BITS}, "answer {bit}", "{bit}", "!", role="answer")

#: From the west: the row's bit in the wave's column; with 1 it is the pivot row or gets it added.
ROW: Final = (Signal("zero"), Signal("one"))
#: From the north: the pivot row's bit; nothing if there is no pivot yet.
HANDED: Final[Mapping[Value, Term]] = {
    "none": NOTHING,
    0: Signal("pivot bit 0"),
    1: Signal("pivot bit 1"),
}
DECIDE: Final = Signal("decide")  #: from the north, or to start a wave: decide, no pivot above
FOUND: Final = Signal("found")  #: with it: there is a pivot above
HALT: Final = Signal("halt")  #: turns the answer's bit into a halting code


def cells() -> Iterator[Cell]:
    """The codes, what they become, and what they tell their neighbours."""
    yield Cell(DECIDED)
    for bit in BITS:
        yield Cell(BIT(bit))
        for handed in HANDED:
            for row_bit in BITS:
                decision = "leave" if not row_bit else "pivot" if handed == "none" else "add"
                yield Cell(
                    ACTING(bit, decision, handed),
                    BIT(bit) + ROW[row_bit] + HANDED[handed],
                    becomes=BIT(bit ^ (decision == "add" and handed == 1)),
                    east=ROW[row_bit],
                    south=HANDED[bit if decision == "pivot" else handed],
                )
        for found in BITS:
            yield Cell(
                DECIDING(bit, found),
                BIT(bit) + DECIDE + FOUND * found,
                becomes=DECIDED,
                east=ROW[bit],
                south=DECIDE + FOUND * (found or bit),
            )
        yield Cell(ANSWER(bit), BIT(bit) + HALT, output=-1 if bit else 1)


def rule() -> SymbolicRule:
    """The memory protocol, the waves, and what is different at the edges of the grid."""
    waves = tuple(cells())
    before: list[Code | Kind] = [UNWRITTEN, STORED, MASKED, HELD]
    edges = (
        gate(
            "the top row starts a wave",
            DECIDE,
            C=[BIT, ACTING, UNMASKING],
            N=PADDING,
            W=[PADDING, DECIDED],
            E=[BIT, ACTING],
            unless={
                "C": [*before, DECIDING, DECIDED],
                "W": [*before, UNMASKING, BIT, ACTING, DECIDING],
                "E": WORK,
            },
        ),
        gate(
            "the work column stays as it is",
            {cell.code: -cell.east for cell in waves if cell.east != NOTHING},
            "W",
            C=WORK,
            unless={"C": [BIT, ACTING]},
        ),
        gate(
            "the pivot row is emptied, but not the last row",
            BIT(0) - BIT(1),
            C=ACTING(1, "pivot", "none"),
            unless={"S": PADDING},
        ),
        gate(
            "the test row's label is the answer",
            HALT,
            C=[BIT, ACTING],
            W=DECIDED,
            E=WORK,
            S=PADDING,
            unless={"C": [ANSWER, WORK], "W": [*before, UNMASKING, BIT, ACTING, DECIDING]},
        ),
    )
    return assemble(NAME, EDGE, *unmasking((BIT(0), BIT(1))), Part(waves, edges))


FIRST: Final = m + d + a + b  #: the layer in which the first wave passes a cell
WAVE: Final = n - FIRST + 1  #: the wave that passes it in layer n


def invariant() -> dict[str, Scene]:
    """Cell ``(a, b)`` takes part in wave ``w`` in layer ``FIRST + w - 1``, until it decides in wave ``b``.

    ``A[a, b, w]`` is its bit after ``w`` waves. In wave ``w``, ``F[a, w]`` says whether a pivot lies above
    row ``a``, ``D[a, w]`` what the row does, and ``H[a, b, w]`` is the pivot row's bit. The label column never
    decides; its last cell answers instead.
    """
    summed = "A[a, b, w-1] ^ H[a, b, w]"
    after = f"{summed} if D[a, w] == 'add' else A[a, b, w-1]"
    emptied = f"{summed} if D[a, w] == 'add' else 0 if D[a, w] == 'pivot' else A[a, b, w-1]"
    bits = [([w <= 0, *where], f"{sign} == -1") for where, sign in DATA]
    variables = (
        Variable("A", "a b w", BITS, 2 * a + 2 * w + 2, [*bits, ([a >= m + 1], after), ([], emptied)]),
        Variable("F", "a w", BITS, 2 * a + 2 * w, [
            ([a <= 1], 0),
            ([], "F[a-1, w] or D[a-1, w] == 'pivot'"),
        ]),
        Variable("D", "a w", DECISIONS, 2 * a + 2 * w + 1, [
            ([], "'leave' if A[a, w, w-1] == 0 else 'add' if F[a, w] else 'pivot'"),
        ]),
        Variable("H", "a b w", BITS, 2 * a + 2 * w, [
            ([a <= 1], 0),
            ([], "A[a-1, b, w-1] if D[a-1, w] == 'pivot' else H[a-1, b, w]"),
        ]),
    )  # fmt: skip
    bit, found = f"A[a, b, {WAVE - 1:*}]", f"F[a, {WAVE:*}]"
    handed = f"H[a, b, {WAVE:*}] if {found} else 'none'"
    label = b >= d + 1
    return while_unmasking(
        Stage(BIT, fields={"bit": "A[a, b, 0]"}),
        [
            Stage(ACTING, [n >= FIRST], {
                "bit": bit, "decision": f"D[a, {WAVE:*}]", "handed": handed,
            }),
            Stage(DECIDING, [n >= FIRST + b - 1], {"bit": bit, "found": found}),
            Stage(DECIDED, [n >= FIRST + b]),
            Stage(BIT, [label, n >= FIRST + d], {"bit": "A[a, b, d]"}, name="reduced label"),
            Stage(ANSWER, [label, a >= m + 1, n >= FIRST + d], {"bit": "A[a, b, d]"}),
        ],
        variables,
    )  # fmt: skip


def systolic_row_reduction() -> Program:
    """Row reduction as a systolic array."""
    return Program(
        name=NAME,
        summary="row reduction by waves through the grid, one for each column",
        source=rule(),
        layout=bundled_layout(NAME),
        layers=2 * m + 3 * d + 2,
        scenes=invariant(),
        meaning=row_reduction_meaning,
        computes="row reduction",
    )
