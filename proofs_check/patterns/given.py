"""The scenes: what the memory holds, by the definition of the network and of Algorithm 1.

In each the grid has rows ``a = 1..m+1``, columns ``b = 1..d+1`` of memory, the last of which is the labels',
and one or more work columns. Layer 0 shows ``W diag(z)`` in thirds, and 3 in the work columns. ``y[a]`` is
the label of the example in row ``a``, ``x[a, b]`` its features, ``z[b]`` the example that is shown now; all are
signs, and in the label column ``x`` and ``z`` are the 1 that Algorithm 1 appends.
"""

from __future__ import annotations

from collections.abc import Sequence

from proofs_check.patterns.clock import EAST, WEST
from proofs_check.patterns.expressions import parse
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.scene import Definition, Given, Layer0, Variable

SIGNS = (1, -1)
WORK_CODE = 3  #: three thirds
A, B, CAR, D, ROW, M, TRAIN = (variable(name) for name in ("a", "b", "c", "d", "i", "m", "r"))
LABEL_COLUMN = (B - D - 1,)
WORK_COLUMNS = (B - D - 2,)
LAST_ROW = (A - M - 1,)
FIRST_ROW = (A * -1 + 1,)
FROM_BOUNDARY = (A - ROW,)

EXAMPLES = (
    Variable("y", ("a",), SIGNS),
    Variable("x", ("a", "b"), SIGNS),
    Variable("z", ("b",), SIGNS),
)


def _facts(*dummy: tuple[Linear, ...]) -> dict[str, tuple[Definition, ...]]:
    """Ones in the label column, and in the row of the dummy example if there is one."""
    one = parse(1, "a fact")
    in_dummy = tuple(Definition(where, one) for where in dummy)
    label = Definition(LABEL_COLUMN, one)
    return {"x": (label, *in_dummy), "z": (label,), "y": in_dummy}


def _layer0(*shown: tuple[tuple[Linear, ...], str | int]) -> tuple[Layer0, ...]:
    parts: Sequence[tuple[tuple[Linear, ...], str | int]] = (*shown, (WORK_COLUMNS, WORK_CODE))
    return tuple(Layer0(where, parse(code, "layer 0")) for where, code in parts)


FIRST = Linear((), 1)
STORED = "y[a] * x[a, b] * z[b]"

MEMORISING = Given(
    "memorising",
    EXAMPLES,
    _facts(),
    _layer0(((), STORED), (FROM_BOUNDARY, 0)),
    boundary=(1, 1),
    row=ROW,
    text="step i of SGD: the rows above row i are written, the others are 0",
)
PREDICTING = Given(
    "predicting",
    EXAMPLES,
    _facts(LAST_ROW),
    _layer0(((), STORED)),
    slopes=False,
    text="all rows are written, the last one is the dummy example",
)
UNMASKING = Given(
    "unmasking",
    EXAMPLES,
    _facts(LAST_ROW),
    _layer0(((), STORED)),
    slopes=False,
    text="all rows are written, on a line, from layer 0 until the turn",
    clock=WEST,
    start=((TRAIN * -1,), (TRAIN * -1 + 1, CAR - D - 2)),  # a count of 0 or less
)
REDUCING = Given(
    "reducing",
    EXAMPLES,
    _facts(LAST_ROW),
    (),
    slopes=False,
    text="all rows stand there without masks, on a line, from the turn on",
    clock=EAST,
    # Before train 1, but in the first cell train 1, car 1.
    start=((TRAIN * -1,), (*FIRST_ROW, B * -1 + 1, TRAIN * -1 + 1, CAR * -1 + 1)),
)
STARTING = Given(
    "starting",
    EXAMPLES,
    _facts(),
    _layer0(((), 0)),
    row=FIRST,
    text="the first step of SGD: all rows are 0",
)
STREAMING = Given(
    "streaming",
    EXAMPLES,
    _facts(FIRST_ROW),
    _layer0(((), STORED), (FROM_BOUNDARY, 0)),
    boundary=(2, 2),
    row=ROW,
    text="the rows above row i are written, the first with the dummy example, and the others are 0",
)
KEYS = Given(
    "streaming",
    EXAMPLES,
    _facts(),
    _layer0(((), STORED), (FROM_BOUNDARY, 0)),
    boundary=(1, 2),
    row=ROW,
    text="the rows above row i store any values for any keys, and the others are 0",
)
ONE_ROW = Given(
    "starting",
    EXAMPLES,
    _facts(),
    _layer0(((), 0)),
    rows=0,
    row=FIRST,
    text="the one row of memory is 0",
)
LITERALS = Given(
    "streaming",
    (Variable("s", ("b",), (-2, 0, 2)),),
    {"s": (Definition(LABEL_COLUMN, parse(2, "a fact")),)},
    _layer0(((), "s[b]")),
    rows=0,
    row=FIRST,
    text="the one row of memory holds literals, and 2 in the label column",
)
_ONE = parse(1, "a fact")
PIVOTS = Given(
    "streaming",
    (Variable("u", ("a",), (0, 1)), *EXAMPLES[1:]),
    {
        "u": (Definition(FIRST_ROW, _ONE),),
        "x": (Definition(FIRST_ROW, _ONE),),
        "z": (Definition(LABEL_COLUMN, _ONE),),
    },
    _layer0(((), 0), ((B - A + 1,), "u[a] * x[a, b] * z[b]")),
    rows=D,
    diagonal=True,
    text="any rows are written, each from its diagonal on; the first is, with the dummy example",
)
