"""Row reduction online: SGD does not store the data, it is the algorithm.

Memory has ``d + 1`` rows however long the stream of examples is. Row 1 holds the all-ones example, so
it shows the current input ``x``. The rows below it hold a reduced basis of the examples so far. On
an input the network reduces ``x`` by the stored rows. If nothing is left of it, ``x`` lies in their
span, and the network outputs what the stored labels say, with slope 0 everywhere. If something is
left, it outputs 0 and leaves the first free row *live*, with slope +1 or -1 in each column, such that
the SGD step writes exactly the reduced example with its reduced label.

How it runs:

* **West wave**: each stored row is multiplied by its label (the protocol that all programs share).
  What a cell then holds is ``u = x'_b x_b``, the row's bit ``x'_b`` masked by the input.
* **Reduction**: a wave from the top-left cell, one step a layer to the east and to the south. From the
  north a cell gets the input's bit ``x_b`` and its reduced bit ``v_b``; from the west, whether its row
  is still *searching* for its own first 1, or is being *added*, or *skipped*. At a row's first 1 the
  input's reduced bit decides: 1 means add, 0 means skip. The label column takes part like any
  other, with the sum ``p`` of the added labels as its reduced bit.
* **What is left**: one layer behind the wave, each row learns from the west whether any bit is left.
* **Verdict**: the label cell of the last stored row (below it: unwritten memory, or the wall) knows
  whether something is left, and ``p``. If nothing is left, it halts with ``p``. Its verdict travels west
  along the row, and every cell tells the unwritten cell below it what becomes of its slope:
  *known* turns it into a work cell, which is flat; *new* leaves it at slope +1 if
  ``x_b v_b = (-1)^p``, and otherwise makes it the code *minus*, which the head reads with slope -1.

An all-zero pixel never moves in the forward pass but for that last step, so the derivative of the
output by it is the head's slope at its last code: 0, +1 or -1. No gate touches a slope.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from construction.programs.layouts import bundled_layout
from construction.programs.program import Program
from construction.rules.codes import BITS, MINUS, NOTHING, PLUS, SIGNS, Code, Kind, Signal, Term
from construction.rules.forms import a, b, d, i, n
from construction.rules.memory_protocol import (
    EDGE,
    FURTHER_ROWS,
    HELD,
    LATER_ROWS,
    MASKED,
    PADDING,
    STORED,
    STORED_ROWS,
    UNWRITTEN,
    WORK,
    WORK_COLUMNS,
    storing,
    west_wave,
)
from construction.rules.scenes import Scene, Stage, Variable, Where
from construction.rules.symbolic import Cell, Part, SymbolicRule, assemble, gate

NAME: Final = "online-row-reduction"
MODES: Final = ("search", "add", "skip")
VERDICTS: Final = ("new 0", "new 1", "known")  #: something is left, and the labels' sum; nothing is

#: A cell of row 1 while the wave passes: the input's bit.
SHOWING: Final = Kind("showing", {"input": BITS}, "input bit {input}", "{input}", "i")
#: A cell while the wave passes: what it holds, its row's mode, the input's bit and its reduced bit.
REDUCING: Final = Kind(
    "reducing",
    {"sign": SIGNS, "mode": MODES, "input": BITS, "reduced": BITS},
    shows="{sign}",
    mark="r",
)
#: A cell one layer behind the wave: do the input's bit and its reduced bit differ, is the reduced bit 1,
#: is anything left to the west?
REDUCED: Final = Kind(
    "reduced", {"changed": BITS, "left": BITS, "left to the west": BITS}, shows="{left}", mark="b"
)
RESTING: Final = Kind("rest", {"changed": BITS}, role="done")
#: The label cell in the layer of its verdict: the labels' sum, and is anything left?
VERDICT: Final = Kind("verdict", {"parity": BITS, "left": BITS}, shows="{parity}", mark="v")
ANSWER: Final = Kind("answer", {"parity": BITS}, "answer {parity}", "{parity}", "!", "answer")
#: A cell that hears the verdict.
TOLD: Final = Kind("told", {"changed": BITS, "verdict": VERDICTS}, shows="{changed}", mark="t")
SPENT: Final = Kind("spent", role="done")()  #: its verdict has been told
LIVE_MINUS: Final = Kind("minus", words="unwritten, slope -1", shows=".", mark="-", role="memory")()

START: Final = Signal("input")  #: from the west, or to start the wave: a cell of row 1
#: From the west: the row is being added, or skipped; nothing while it is searching.
MODE: Final[Mapping[str, Term]] = {"search": NOTHING, "add": Signal("add"), "skip": Signal("skip")}
#: From the north: the input's bit and its reduced bit.
BELOW: Final = {(x, v): Signal(f"input {x}, reduced {v}") for x in BITS for v in BITS}
CHANGED: Final = Signal("changed")
LEFT: Final = Signal("left")
WEST_LEFT: Final = Signal("left to the west")
REST_CHANGED: Final = Signal("rest changed")
NEWS: Final = {verdict: Signal(verdict) for verdict in VERDICTS}  #: from the east: the verdict


def reduction() -> Iterator[Cell]:
    """The wave that reduces the input, and what it leaves behind."""
    for bit in BITS:
        yield Cell(
            SHOWING(bit),
            HELD(1 - 2 * bit) + START,
            becomes=REDUCED(0, bit, 0),
            east=START,
            south=BELOW[bit, bit],
        )
    for u, mode, x, v in product(SIGNS, MODES, BITS, BITS):
        row_bit = int(u == MINUS) ^ x
        now = mode if mode != "search" or not row_bit else "add" if v else "skip"
        after = v ^ row_bit if now == "add" else v
        yield Cell(
            REDUCING(u, mode, x, v),
            HELD(u) + MODE[mode] + BELOW[x, v],
            becomes=REDUCED(x ^ after, after, 0),
            east=MODE[now],
            south=BELOW[x, after],
        )
    yield Cell(REDUCED(0, 0, 0), becomes=RESTING(0))
    for changed, left, west_left in [*product(BITS, BITS, BITS)][1:]:
        yield Cell(
            REDUCED(changed, left, west_left),
            REDUCED(0, 0, 0) + CHANGED * changed + LEFT * left + WEST_LEFT * west_left,
            becomes=RESTING(changed),
            east=WEST_LEFT * (left or west_left),
        )
    yield Cell(RESTING(0))
    yield Cell(RESTING(1), RESTING(0) + REST_CHANGED)


def verdict() -> Iterator[Cell]:
    """What the label cell finds, and what the cells to its west and below hear of it."""
    yield Cell(SPENT)
    yield Cell(LIVE_MINUS, slope=1, output_slope=-1)
    minus = (NOTHING, LIVE_MINUS)
    for p in BITS:
        output, new, known = -1 if p else 1, NEWS[f"new {p}"], NEWS["known"]
        yield Cell(VERDICT(p, 1), becomes=SPENT, west=new, south=minus[p])
        yield Cell(VERDICT(p, 0), becomes=ANSWER(p), west=known, south=WORK, output=output)
        yield Cell(ANSWER(p), output=output)
    for changed, told in product(BITS, VERDICTS):
        below = {"new 0": minus[changed], "new 1": minus[1 - changed], "known": WORK}[told]
        total = RESTING(changed) + NEWS[told]
        yield Cell(TOLD(changed, told), total, becomes=SPENT, west=NEWS[told], south=below)


def rule() -> SymbolicRule:
    """Storing, the west wave, the reduction and its verdict."""
    wave, after = tuple(reduction()), tuple(verdict())
    acting = [SHOWING, REDUCING]
    behind: list[Code | Kind] = [REDUCED, RESTING, VERDICT, ANSWER, TOLD, SPENT, LIVE_MINUS]
    at_label = {
        REDUCED(p, p, left): VERDICT(p, left) - RESTING(p) for p, left in product(BITS, BITS)
    }
    gates = (
        gate(
            "the wave starts",
            START,
            C=[MASKED(r, PLUS) for r in SIGNS],
            N=PADDING,
            W=PADDING,
            unless={"C": [UNWRITTEN, STORED, SHOWING, *behind]},
        ),
        gate(
            "the work column stays as it is",
            {cell.code: -cell.east for cell in wave if cell.east != NOTHING},
            "W",
            C=WORK,
            unless={"C": [HELD, *acting]},
        ),
        gate(
            "unwritten memory stays unwritten",
            {cell.code: -cell.south for cell in wave if cell.south != NOTHING},
            "N",
            C=UNWRITTEN,
            unless={"C": HELD},
        ),
        gate(
            "the verdict",
            at_label,
            E=WORK,
            S=[UNWRITTEN, PADDING],
            unless={"E": acting, "S": acting},
        ),
    )
    parts = storing(), west_wave(last_row=True), Part((*wave, *after), gates)
    return assemble(NAME, EDGE, *parts)


REDUCES: Final = d + a + b  #: the layer in which the reduction passes a cell
ARRIVES: Final = (
    3 * d + i - b + 3
)  #: in which the verdict comes to a column, in the last written row


def invariant() -> dict[str, Scene]:
    """The very first step, when no row is written, and every other, when the rows above row ``i`` are.

    ``M[a, b]`` is what row ``a`` is doing when the reduction comes to column ``b``, and ``V[a, b]`` is the
    input's reduced bit there; in the label column, the sum of the labels of the rows that were added.
    ``W[a, b]`` says whether row ``a`` leaves anything to the west.
    """

    def decide(sign: str) -> str:
        decided = f"('add' if V[a, b-1] else 'skip') if {sign} == -1 else 'search'"
        return f"M[a, b-1] if M[a, b-1] != 'search' else {decided}"

    def reduce(sign: str) -> str:
        return f"V[a-1, b] ^ ({sign} == -1) if M[a-1, b+1] == 'add' else V[a-1, b]"

    label = b >= d + 1
    variables = (
        Variable("X", "a b", SIGNS, 0, [([label], "y[a]"), ([], "x[a, b]")]),
        Variable("M", "a b", MODES, 2 * a + b, [
            ([b <= 1], "'search'"),
            ([b >= d + 2], decide("y[a]")),
            ([], decide("x[a, b-1]")),
        ]),
        Variable("V", "a b", BITS, 2 * a + b, [
            ([a <= 2], "z[b] == -1"),
            ([label], reduce("y[a-1]")),
            ([], reduce("x[a-1, b]")),
        ]),
        Variable("W", "a b", BITS, 2 * a + b + 2, [([b <= 1], 0), ([], "W[a, b-1] or V[a+1, b-1]")]),
    )  # fmt: skip
    shown, changed = "z[b] == -1", "(z[b] == -1) ^ V[a+1, b]"
    left, parity = "W[i-1, d+1]", "V[i, d+1]"
    verdict = f"'known' if not {left} else 'new 1' if {parity} else 'new 0'"
    last = a >= i - 1

    def verdict_below(name: str, where: Where, minus: str) -> Stage:
        kind = f"'work' if not {left} else 'minus' if {minus} else 'unwritten'"
        return Stage(kind, [a >= i, n >= ARRIVES + 1, *where], slope=left, name=name)

    streaming = Scene(variables, (
        *STORED_ROWS,
        Stage(REDUCING, [n >= REDUCES], {
            "sign": "X[a, b] * z[b]", "mode": "M[a, b]", "input": shown, "reduced": "V[a, b]",
        }),
        Stage(SHOWING, [n >= REDUCES, a <= 1], {"input": shown}),
        Stage(REDUCED, [n >= REDUCES + 1], {
            "changed": changed, "left": "V[a+1, b]", "left to the west": "W[a, b]",
        }),
        Stage(RESTING, [n >= REDUCES + 2], {"changed": changed}),
        Stage(TOLD, [last, n >= ARRIVES], {"changed": changed, "verdict": verdict}),
        Stage(SPENT, [last, n >= ARRIVES + 1]),
        Stage(VERDICT, [last, label, n >= ARRIVES], {"parity": parity, "left": left}),
        Stage(f"'spent' if {left} else 'answer'", [last, label, n >= ARRIVES + 1],
              {"parity": parity}, name="known or spent"),
        Stage(UNWRITTEN, [a >= i], slope=1),
        verdict_below("decided", [], f"(z[b] == -1) ^ V[i, b] ^ {parity}"),
        verdict_below("decided label", [label], parity),
        LATER_ROWS,
        WORK_COLUMNS,
    ))  # fmt: skip
    starting = Scene((), (Stage(UNWRITTEN, slope=1), FURTHER_ROWS, WORK_COLUMNS))
    return {"starting": starting, "streaming": streaming}


def online_row_reduction() -> Program:
    """Row reduction of a stream."""
    return Program(
        name=NAME,
        summary="row reduction of a stream: SGD stores a basis, not the data",
        source=rule(),
        layout=bundled_layout(NAME),
        layers=4 * d + 4,
        scenes=invariant(),
        computes="online row reduction",
        rows=d + 1,
        dummy="first",
    )
