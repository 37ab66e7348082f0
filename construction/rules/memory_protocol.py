"""The memory protocol: the part of a rule that every program shares.

While SGD writes the memory, it keeps the row that is being written at value 0 with slope 1 and
everything else flat, so that one SGD step stores one example (Lemma 1, memorisation). Once the
memory is full it takes the masks off: pixel ``(a, b)`` starts as ``y_a x_ab x_b`` and ends as the
code of the bit ``x_ab`` (Lemma 1, computation).

**Unmasking takes two waves, and both are additions.** A *west wave* leaves the label column, which
has the work column's code to its east, and tells each cell of the row the row's label ``y``: a cell
of sign ``r`` becomes ``r + west[y]``, and the table of the next layer turns that into the code that
holds the sign ``u = r y``. When the wave passes a cell of the last row, that cell's bit ``x`` starts
a *north wave* up its column, and ``held[u]`` becomes ``held[u] + north[x]``, then the code of the bit
whose sign is ``u x``. Nothing needs a product: a code carries two signs until the next table looks
up what they multiply to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from construction.rules.codes import MINUS, PLUS, SIGNS, Code, Kind, Signal
from construction.rules.forms import a, b, d, i, m, n
from construction.rules.scenes import Scene, Stage, Variable, Where
from construction.rules.symbolic import Cell, Part, gate

PADDING: Final = Kind("padding", role="blank")()
STORED: Final = Kind("stored", {"sign": SIGNS}, "stored {sign}", "{sign}", role="memory")
UNWRITTEN: Final = Kind("unwritten", shows=".", role="memory")()
WORK: Final = Kind("work", shows=" ", role="blank")()
MASKED: Final = Kind(
    "masked",
    {"sign": SIGNS, "label": SIGNS},
    "masked {sign}, label {label}",
    shows="{sign}",
    mark="<",
    role="masked",
)
HELD: Final = Kind("held", {"sign": SIGNS}, "held {sign}", "{sign}", role="masked")
UNMASKING: Final = Kind(
    "unmasking",
    {"sign": SIGNS, "example": SIGNS},
    "unmasking {sign}, example {example}",
    shows="{sign}",
    mark="^",
    role="masked",
)

WEST: Final = {PLUS: Signal("west +"), MINUS: Signal("west -")}  #: the row's label
NORTH: Final = {PLUS: Signal("north +"), MINUS: Signal("north -")}  #: the test example's bit

WORK_NUMBER: Final = 3  #: a pixel of 1, in thirds
#: Outside the grid. Its number is below every other, so that "is there a wall?" is one threshold.
EDGE: Final = Cell(PADDING, number=-2)


def work_column() -> Part:
    """The work column's 1, three thirds; also the blank symbol of a tape."""
    return Part((Cell(WORK, number=WORK_NUMBER),))


def unwritten_rows() -> Part:
    """Memory that SGD has not written, and the work column.

    The row that SGD is writing stays 0, with slope 1. The rows below it become work codes in the
    first layer, and those are flat.
    """
    unwritten = Cell(UNWRITTEN, number=0, slope=1, output_slope=1)
    later = gate("a later row of memory", WORK, unless={"C": WORK}, C=UNWRITTEN, N=UNWRITTEN)
    return Part((unwritten, *work_column().cells), (later,))


def storing() -> Part:
    """The part that stores one example for each SGD step, and otherwise leaves the memory alone."""
    signs = (Cell(STORED(sign), number=sign) for sign in SIGNS)
    unwritten = unwritten_rows()
    return Part((*signs, *unwritten.cells), unwritten.gates)


def west_wave(*, last_row: bool) -> Part:
    """Multiplying each stored row by its label; the last row too, if ``last_row`` says so."""
    cells = [Cell(HELD(u)) for u in SIGNS]
    cells += [
        Cell(MASKED(r, y), STORED(r) + WEST[y], becomes=HELD(r * y), west=WEST[y])
        for r in SIGNS
        for y in SIGNS
    ]
    # The label column's sign is its own label, so what the label masks there is the sign +1.
    start = gate(
        "the label column starts the west wave",
        {STORED(y): MASKED(PLUS, y) - STORED(y) for y in SIGNS},
        unless={"E": [MASKED, STORED]} if last_row else {"E": [MASKED, STORED], "S": PADDING},
        E=WORK,
    )
    return Part((*cells,), (start,))


def north_wave(bits: tuple[Code, Code]) -> Part:
    """Multiplying each column by the test example's bit, which leaves the bits 0 and 1.

    The last row is the test example under the label +1: what the west wave reaches there is a bit
    ``x``, which ends as the sign +1 times ``x``.
    """
    bit_of = {PLUS: bits[0], MINUS: bits[1]}
    cells = (
        Cell(UNMASKING(u, x), HELD(u) + NORTH[x], becomes=bit_of[u * x], north=NORTH[x])
        for u in SIGNS
        for x in SIGNS
    )
    turn = gate(
        "the last row turns the wave north",
        {STORED(x): UNMASKING(PLUS, x) - STORED(x) for x in SIGNS},
        unless={"E": STORED},
        S=PADDING,
        E=[UNMASKING, WORK],
    )
    return Part((*cells,), (turn,))


def unmasking(bits: tuple[Code, Code]) -> tuple[Part, ...]:
    """The whole protocol of a program that reads a data set and a test example."""
    return storing(), west_wave(last_row=False), north_wave(bits)


# --- The invariant -------------------------------------------------------------------------------

WEST_PASSES: Final = d - b + 2  #: the layer in which the west wave passes
NORTH_PASSES: Final = d + m - a - b + 3  #: and the north wave
START: Final = m + d + 2  #: the layer in which the program starts: all bits are there

#: What ends up in a cell, as a sign: the test example in the last row, labels, features.
DATA: Final[Sequence[tuple[Where, str]]] = (
    ([a >= m + 1], "z[b]"),
    ([b >= d + 1], "y[a]"),
    ([], "x[a, b]"),
)
_DATUM: Final = Variable("X", "a b", SIGNS, 0, DATA)

#: What layer 0 shows of a stored sign.
SHOWN_SIGN: Final = "y[a] * x[a, b] * z[b]"

STORED_CELLS: Final = Stage(STORED, fields={"sign": SHOWN_SIGN})
#: Stored rows on the west wave; ``X[a, b]`` is what belongs into the cell.
STORED_ROWS: Final = (
    STORED_CELLS,
    Stage(MASKED, [n >= WEST_PASSES], {"sign": "X[a, b] * z[b] * y[a]", "label": "y[a]"}),
    Stage(HELD, [n >= WEST_PASSES + 1], {"sign": "X[a, b] * z[b]"}),
)
LATER_ROWS: Final = Stage(
    WORK, [a >= i + 1, n >= 1], name="later row"
)  #: below the row being written
FURTHER_ROWS: Final = Stage(WORK, [a >= 2, n >= 1], name="further row")  #: below row 1, the first
WORK_COLUMNS: Final = Stage(WORK, [b >= d + 2])


def while_storing(
    stored: Sequence[Stage] = (STORED_CELLS,), variables: Sequence[Variable] = ()
) -> Scene:
    """Step ``i`` of SGD: what stored rows go through, row ``i``, and the rows below it."""
    unwritten = Stage(UNWRITTEN, [a >= i], slope=1)
    return Scene((*variables,), (*stored, unwritten, LATER_ROWS, WORK_COLUMNS))


def while_unmasking(
    bits: Stage, stages: Sequence[Stage] = (), variables: Sequence[Variable] = ()
) -> dict[str, Scene]:
    """Both scenes of a program that unmasks: ``bits`` says how a cell shows its bit, from ``START`` on.

    Then come the program's own ``stages``.
    """
    north = (
        Stage(UNMASKING, [n >= NORTH_PASSES], {"sign": "X[a, b] * z[b]", "example": "z[b]"}),
        replace(bits, where=[n >= NORTH_PASSES + 1, *bits.where]),
    )
    predicting = Scene((_DATUM, *variables), (*STORED_ROWS, *north, *stages, WORK_COLUMNS))
    return {"memorising": while_storing(STORED_ROWS, [_DATUM]), "predicting": predicting}
