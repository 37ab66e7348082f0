"""What every cell of :mod:`construction.programs.line_row_reduction` holds in every layer.

While the network predicts, no scene speaks of layers: in which layer a train comes to a cell is a product of sizes. A cell in a
layer is named by the train ``r`` that passes it, and by the car ``c``: the column whose bit is there (``docs/proof.md``, step 3).
"""

from __future__ import annotations

from typing import Final

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
from construction.rules.codes import BITS, Kind
from construction.rules.forms import a, b, c, d, i, m, n, r
from construction.rules.memory_protocol import UNWRITTEN, WORK, WORK_COLUMNS
from construction.rules.scenes import Scene, Stage, Variable

SHOWN: Final = "y[a] * x[a, b] * z[b]"  #: what layer 0 shows of a stored sign

#: Step ``i`` of SGD: from the work column after row ``i`` on, cell after cell learns that it has to wait.
MEMORISING: Final = Scene(
    stages=(
        Stage(BIT, fields={"bit": f"{SHOWN} == -1"}),
        Stage(UNWRITTEN, [a >= i], slope=1),
        Stage(DONE, [a >= i + 1, n >= b + 1], name="waits"),
        WORK_COLUMNS,
        Stage(DONE, [a >= i, b >= d + 2, n >= 1], name="waiting begins"),
    )
)


def unmasking() -> Scene:
    """Until the turn: the test example is train 1, which goes west, and its bit of column ``c`` is car ``c``."""
    label, passing = "y[a] == -1", {"west": "z[c] == -1"}
    shown, own, test = ({"bit": f"{sign} == -1"} for sign in (SHOWN, "x[a, b]", "z[b]"))
    train, second, met, left = ([r >= 1, c <= last] for last in (d + 1, d, b, b - 1))
    after, label_cell, last_row = r >= 2, b >= d + 1, a >= m + 1
    separator, end = b >= d + 2, [b >= d + 2, a >= m + 1]
    first = [a <= 1, b <= 1, after]
    stages = (
        Stage(BIT, fields=shown),
        Stage(PASSING_WEST, train, {**shown, **passing}),
        Stage(NEXT, [*train, c <= b + 1], {**shown, **passing, "label": label}),
        Stage(UNMASKS, met, {**shown, **passing, "label": label}),
        Stage(PASSING_WEST, left, {**own, **passing}, name="passing an unmasked bit"),
        Stage(ENTERED, [label_cell, *train], {"label": label}),
        Stage(PASSING_WEST, [label_cell, *second], {"bit": label, **passing}, name="label"),
        Stage(BIT, [after], own, name="unmasked"),
        Stage(BIT, [label_cell, after], {"bit": label}, name="unmasked label"),
        Stage(BIT, [last_row], test, name="test example"),
        Stage(PASSING_WEST, [last_row, *train], {**test, **passing}, name="passing in its own row"),
        Stage(OFFERING, [last_row, *met], test),
        Stage(OFFERED, [last_row, *left], test),
        Stage(BIT, [last_row, r >= 1, c <= b - 2], test, name="sent"),
        Stage(BIT, [last_row, after], test, name="all sent"),
        Stage(OFFERED, [last_row, b <= 1, after, r <= 2, c >= d + 2], test, name="the last one"),
        Stage(SENDING, first, own),
        Stage(SENDING, [*first, last_row], test, name="sending the only row"),
        Stage(WORK, [separator]),
        Stage(FIRST_WEST, [separator, *train]),
        Stage(OPEN_WEST, [separator, *second], passing),
        Stage(OPEN, [separator, after]),
        Stage(WORK, end, name="end of the line"),
        Stage(FULL, [*end, *train]),
        Stage(OPEN, [*end, *second], name="open end"),
        Stage(OPEN, [*end, after], name="end that stays open"),
    )
    return Scene(stages=stages)


def reducing() -> Scene:
    """From the turn on: train ``r`` is row ``r``, and car ``c`` its bit in column ``c``.

    ``A[a, b, r]`` is the bit of row ``a`` after the trains of rows ``1..r``, and ``D[a, b, r]`` what the marker in row ``a`` does
    with train ``r`` when it comes to column ``b``.
    """
    own, passing, does = "A[a, b, r-1]", "A[r, b, r-1]", "D[a, b, r]"
    before = "A[a, b-1, r-1]", "A[r, b-1, r-1]", "D[a, b-1, r]"
    label, separator = b >= d + 1, b >= d + 2
    added = f"{own} ^ {passing} if {does} == 'add' else {own}"
    found = f"{own} ^ {passing} if {does} == 'add' or {does} == 'search' and {own} else {own}"
    goes_on = f"{before[2]} if {before[2]} != 'search' or not {before[1]} else 'add' if {before[0]} else 'leave'"
    variables = (
        Variable("A", "a b r", BITS, 2 * r + 2 * b + 1, [
            ([r <= 0, a >= m + 1], "z[b] == -1"),
            ([r <= 0, label], "y[a] == -1"),
            ([r <= 0], "x[a, b] == -1"),
            ([label], added),
            ([], found),
        ]),
        Variable("D", "a b r", ("search", "add", "leave"), 2 * r + 2 * b, [
            ([b <= 1], "'search'"),
            ([], goes_on),
        ]),
    )  # fmt: skip
    train = {"bit": own, "east": "A[r, c, r-1]"}
    bit, reduced = {"bit": own}, {"bit": "A[a, b, r]"}
    answer = {"bit": "A[m+1, d+1, m]"}

    def unless_it_leaves(kind: Kind) -> str:
        return f"'passing east' if {does} == 'leave' else {kind.name!r}"

    return Scene(
        variables,
        (
            Stage(BIT, fields=reduced),
            Stage(PASSING_EAST, [r >= 1], train),
            Stage(
                unless_it_leaves(ARMED), [r >= 1, c >= b - 1], {**train, "how": does}, name="next"
            ),
            Stage(unless_it_leaves(MEETS), [r >= 1, c >= b], {**train, "how": does}, name="meets"),
            Stage(PASSING_EAST, [r >= 1, c >= b + 1], {**train, **reduced}, name="met"),
            Stage(BIT, [r >= 1, c >= d + 2], reduced, name="between trains"),
            Stage(PASSING_EAST, [r >= a, r >= 1], train, name="own train"),
            Stage(SENDING, [r >= a, c >= b, r >= 1], bit),
            Stage(SENT, [r >= a, c >= b + 1, r >= 1], bit),
            Stage(DONE, [r >= a, c >= b + 2, r >= 1]),
            Stage(DONE, [r >= a + 1], name="rows above"),
            Stage(OPEN, [separator]),
            Stage(FIRST_EAST, [separator, r >= 1], {"east": "A[r, c, r-1]"}),
            Stage(BUSY_EAST, [separator, r >= 1, c >= 2], {"east": "A[r, c, r-1]"}),
            Stage(BUSY, [separator, r >= 1, c >= d + 2]),
            Stage(TURN, [separator, r >= a, c >= d + 2]),
            Stage(TURNED, [separator, r >= a + 1]),
            Stage(DONE, [separator, r >= a + 1, c >= 2], name="separator done"),
            Stage(DONE, [separator, r >= a + 2], name="separators above"),
            Stage(ANSWER, [separator, a >= m + 1, r >= a, c >= d + 2], answer),
            Stage(ANSWER, [separator, a >= m + 1, r >= a + 1], answer, name="answer stays"),
        ),
    )
