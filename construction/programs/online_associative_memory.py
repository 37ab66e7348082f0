"""An associative memory learned online: the SGD step is the delta rule.

Memory has a row for each key. A row that stores the value ``v`` for the key ``k`` is ``v [k; 1]`` thirds, and
shows ``v k_b x_b`` on the input ``x``: all of its cells have one sign, the value's, just when the key is the input. The
network outputs the value of the first row that matches, with gradient 1 by the cells of this row and 0 by all others.
If no row matches, the output is 0, and the gradient is 1 by the first unwritten row. So with ``f`` the value that is
read, the step writes

    W_r  <-  W_r + (y - f) [x; 1] / 3

into one row ``r``: the delta rule. A new key is stored, a known value is left alone, and another one is overwritten.

How it runs:

* In the first layer every cell tells its sign to the west, so each knows whether its neighbour in the east *differs*.
* From then on a cell in whose row some neighbours differ tells that to both sides, in every layer. The label cell is
  told, too, and does not tell it on. A row in which nothing differs matches.
* A cell of a row that matches, as far as it knows, tells the cell below that the key is *found*; so does one that
  is told so. What is told is told anew in every layer: a cell that has learned that its row does not match
  takes it back.
* The first unwritten row stays 0, with slope 1, plus what it is told: found, it is flat for the head.

A cell's next code is a number that its code says, plus what it is told, with slope 1 by its own code at
every layer. So the gradient by a pixel of memory is the head's slope at the cell's last code. No gate touches a slope.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from construction.programs.layouts import bundled_layout
from construction.programs.program import Program
from construction.rules.codes import BITS, NOTHING, SIGNS, Kind, Signal
from construction.rules.forms import a, b, d, i, m, n, name
from construction.rules.memory_protocol import (
    EDGE,
    LATER_ROWS,
    SHOWN_SIGN,
    STORED,
    UNWRITTEN,
    WORK,
    WORK_COLUMNS,
    unwritten_rows,
)
from construction.rules.scenes import Scene, Stage, Variable
from construction.rules.symbolic import Cell, Part, SymbolicRule, assemble, gate

NAME: Final = "online-associative-memory"

#: A feature's cell in the first layer: its sign plus that of its neighbour in the east.
COMPARING: Final = Kind(
    "comparing", {"sum": (-2, 0, 2)}, "signs add up to {sum}", "{sum}", "c", "masked"
)
#: A feature's cell afterwards: how many of it and its two neighbours know of signs that differ, and is the
#: key found above?
ROW: Final = Kind("row", {"differ": (0, 1, 2, 3), "found": BITS}, shows="{differ}", mark="r")
#: The label cell: the value, whether signs differ, and is the key found above?
VALUE: Final = Kind(
    "value",
    {"sign": SIGNS, "differ": BITS, "found": BITS},
    shows="{sign}",
    mark="!",
    role="answer",
)
#: The first unwritten row where the key is found above it.
KNOWN: Final = Kind("known", words="unwritten, key found", shows=".", mark="k", role="memory")()

TELL: Final = Signal("sign")  #: to the west, in the first layer, with the sign itself
DIFFER: Final = Signal("differ")  #: to both sides: signs differ in this row
FOUND: Final = Signal("found")  #: to the south: a row matches


def cells() -> Iterator[Cell]:
    """A code is what is known of the cell plus what it is told, and its own slope is always 1."""
    for sign in SIGNS:
        yield Cell(STORED(sign), number=sign, west=TELL + STORED(sign), slope=1)
    matches = ROW(0, 0)
    for signs in (-2, 0, 2):
        differs = int(signs == 0)
        one, other = {-2: (-1, -1), 0: (-1, 1), 2: (1, 1)}[signs]
        yield Cell(
            COMPARING(signs),
            STORED(one) + STORED(other) + TELL,
            becomes=matches + DIFFER * differs,
            west=DIFFER * differs,
            east=DIFFER * differs,
            south=NOTHING if differs else FOUND,
            slope=1,
        )
    for differ, found in product(range(4), BITS):
        differs = int(differ > 0)
        yield Cell(
            ROW(differ, found),
            matches + DIFFER * differ + FOUND * found if differ or found else None,
            becomes=matches + DIFFER * differs,
            west=DIFFER * differs,
            east=DIFFER * differs,
            south=FOUND * (found or not differs),
            slope=1,
            output_slope=int(not differ and not found),
        )
    for sign, differs, found in product(SIGNS, BITS, BITS):
        answers = not differs and not found
        yield Cell(
            VALUE(sign, differs, found),
            VALUE(sign, 0, 0) + DIFFER * differs + FOUND * found if differs or found else None,
            becomes=VALUE(sign, 0, 0),
            south=FOUND * (found or not differs),
            slope=1,
            output=sign if answers else 0,
            output_slope=int(answers),
        )
    yield Cell(KNOWN, UNWRITTEN + FOUND, becomes=UNWRITTEN, slope=1)


def rule() -> SymbolicRule:
    """What the cells tell each other, and one gate for the label cell."""
    label = gate(
        "the label cell",
        {STORED(sign): VALUE(sign, 0, 0) - STORED(sign) for sign in SIGNS},
        E=WORK,
        unless={"E": STORED},
    )
    return assemble(NAME, EDGE, unwritten_rows(), Part((*cells(),), (label,)))


def invariant() -> dict[str, Scene]:
    """The rows above row ``i`` store any values for any keys.

    ``D[a, b, k]`` says whether, in layer ``k``, the cell of a feature knows that signs in its row differ; ``F[a, b, k]``
    whether it is told that the key is found above.
    """
    k, label = name("k"), b >= d + 1
    differ = Variable("D", "a b k", BITS, k, [
        ([b <= 0], 0),
        ([label], 0),
        ([k <= 0], 0),
        ([k <= 1], "x[a, b] * z[b] != x[a, b+1] * z[b+1]"),
        ([], "D[a, b, k-1] or D[a, b-1, k-1] or D[a, b+1, k-1]"),
    ])  # fmt: skip
    found = Variable("F", "a b k", BITS, k, [
        ([a <= 1], 0),
        ([k <= 1], 0),
        ([label], "F[a-1, b, k-1] or not D[a-1, b-1, k-2]"),
        ([], "F[a-1, b, k-1] or not D[a-1, b, k-1]"),
    ])  # fmt: skip
    streaming = Scene((differ, found), (
        Stage(STORED, fields={"sign": SHOWN_SIGN}, slope=1),
        Stage(COMPARING, [n >= 1], {"sum": "y[a] * x[a, b] * z[b] + y[a] * x[a, b+1] * z[b+1]"}, slope=1),
        Stage(ROW, [n >= 2], {
            "differ": "D[a, b, n-1] + D[a, b-1, n-1] + D[a, b+1, n-1]", "found": "F[a, b, n]",
        }, slope=1),
        Stage(VALUE, [label, n >= 1], {
            "sign": "y[a]", "differ": "D[a, b-1, n-1]", "found": "F[a, b, n]",
        }, slope=1),
        Stage("'known' if F[a, b, n] else 'unwritten'", [a >= i], slope=1, name="first unwritten row"),
        LATER_ROWS,
        WORK_COLUMNS,
    ))  # fmt: skip
    return {"streaming": streaming}


def online_associative_memory() -> Program:
    """Keys and values of a stream."""
    return Program(
        name=NAME,
        summary="keys and values of a stream: SGD is the delta rule, and overwrites",
        source=rule(),
        layout=bundled_layout(NAME),
        layers=m + d + 1,
        scenes=invariant(),
        computes="online associative memory",
        rows=m + 1,
        dummy="never",
    )
