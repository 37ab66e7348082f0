"""Row reduction of a stream, or of batches: every pivot has a row of its own.

Memory has ``d + 1`` rows. Row 1 holds the all-ones example, so it shows the current input ``x``. Row ``p + 1`` is for
an example whose first 1, once it is reduced, stands in feature ``p``: its *pivot*. On an input the network goes through
the pivots in order: where the reduced input has a 1, it adds the pivot's row. The first pivot with a 1 and no
row *takes* the input: that row is live, and the SGD step writes the reduced input there. If no row takes it, the input
is known, and the network outputs the sum of the labels.

So which row is live depends on the example, and examples of a batch with different pivots are written into different
rows by one SGD step on the sum of their losses, exactly as if they had come one by one.

How it runs:

* **Diagonal**: a token leaves the top-left cell and goes down a stair, south and east in turn. It marks the cells ``(p + 1, p)``.
* **Reduction**: a wave follows one layer behind, one step a layer to the east and to the south, above the diagonal alone. From
  the north a cell gets the input's bit and its reduced bit. A diagonal cell decides, and tells the row to its east: *skip*, *take*, or
  *add*, with the row's mask.
* **Masks**: SGD multiplies what it writes by the label ``y`` that it sees, so row ``p + 1`` holds ``y v_b``, and in the label
  column ``y`` times the sum of the labels on the way, which is the reduced label. The reduced bit at the pivot is 1,
  so the diagonal cell shows the mask, and nothing has to come from the east.
* **Slopes**: a cell that takes passes its gradient on with the sign of the input's bit times that of its reduced bit, which
  it knows; in the label column, the sign of the labels' sum. Then it is *live*: the head has slope 1 there, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from construction.programs.layouts import bundled_layout
from construction.programs.program import Program
from construction.rules.codes import BITS, MINUS, NOTHING, PLUS, SIGNS, Code, Kind, Signal, Term
from construction.rules.forms import a, b, d, m, n
from construction.rules.memory_protocol import (
    EDGE,
    PADDING,
    STORED,
    UNWRITTEN,
    WORK,
    WORK_COLUMNS,
    work_column,
)
from construction.rules.scenes import Scene, Stage, Variable
from construction.rules.symbolic import Cell, Part, SymbolicRule, assemble, gate

NAME: Final = "triangular-row-reduction"
MODES: Final = ("skip", "add +", "add -")  #: what a written row does; its mask
HOLDS: Final = (MINUS, 0, PLUS)  #: what memory shows: a sign, or 0 where nothing is written

#: The top-left cell sends the token, one layer before the wave starts there.
LEADING: Final = Kind("leading", {"sign": SIGNS}, shows="{sign}", mark="*")
#: A cell of row 1 while the wave passes: the input's bit.
SHOWING: Final = Kind("showing", {"input": BITS}, "input bit {input}", "{input}", "i")
#: The label cell of row 1: it waits for the wave, and starts the labels' sum.
TOP: Final = Kind("top", role="memory")()
SUM_STARTS: Final = Kind("sum starts", mark="i")()
#: The token: on the diagonal, and on the cell east of it.
MARKED: Final = Kind("marked", {"holds": HOLDS}, shows="{holds}", mark="\\", role="memory")
TURNING: Final = Kind("turning", {"holds": HOLDS}, shows="{holds}", mark="|", role="memory")
DIAGONAL: Final = Kind("diagonal", {"holds": HOLDS}, shows="{holds}", role="memory")
#: The wave: a diagonal cell, a written one, an unwritten one that takes the input, or passes it on.
DECIDING: Final = Kind(
    "deciding", {"holds": HOLDS, "input": BITS, "reduced": BITS}, shows="{reduced}", mark="d"
)
REDUCING: Final = Kind(
    "reducing",
    {"sign": SIGNS, "mode": MODES, "input": BITS, "reduced": BITS},
    shows="{sign}",
    mark="r",
)
TAKING: Final = Kind("taking", {"input": BITS, "reduced": BITS}, shows="{reduced}", mark="t")
PASSING: Final = Kind("passing", {"input": BITS, "reduced": BITS}, shows="{reduced}", mark="p")
#: The same in the label column, with the sum of the labels.
SUMMING: Final = Kind("summing", {"sign": SIGNS, "mode": MODES, "parity": BITS}, shows="{parity}", mark="r")  # fmt: skip
TAKING_LABEL: Final = Kind("taking label", {"parity": BITS}, shows="{parity}", mark="t")
PASSING_LABEL: Final = Kind("passing label", {"parity": BITS}, shows="{parity}", mark="p")
LIVE: Final = Kind("live", shows=".", mark="+", role="memory")()
SPENT: Final = Kind("spent", role="done")()
ANSWER: Final = Kind("answer", {"parity": BITS}, "answer {parity}", "{parity}", "!", "answer")

BEGIN: Final = Signal("begin")
TOKEN: Final = Signal("token")  #: from the north: this is a diagonal cell
TURN: Final = Signal("turn")  #: from the west: the diagonal goes on below
START: Final = Signal("input")  #: from the west: a cell of row 1
TAKE: Final = Signal("take")  #: from the west: an unwritten row that takes the input
#: From the west: what a written row does.
MODE: Final[Mapping[str, Term]] = {
    "skip": NOTHING,
    "add +": Signal("add +"),
    "add -": Signal("add -"),
}
#: From the north: the input's bit and its reduced bit; in the label column, the sum of the labels.
BELOW: Final = {(x, v): Signal(f"input {x}, reduced {v}") for x in BITS for v in BITS}
PARITY: Final = {p: Signal(f"parity {p}") for p in BITS}


def memory(holds: int) -> Code:
    """The code of what memory shows."""
    return STORED(holds) if holds else UNWRITTEN


def sign(bit: int) -> int:
    """Bit 1 is -1."""
    return 1 - 2 * bit


def bit_of(shown: int, mode: str) -> int:
    """What a written row adds: its bit if it is added, from what is left to unmask."""
    return 0 if mode == "skip" else int(shown == (MINUS if mode == "add +" else PLUS))


def diagonal() -> Iterator[Cell]:
    """The token on its way, and what the diagonal cells decide."""
    for holds in HOLDS:
        unwritten = int(holds == 0)
        yield Cell(
            MARKED(holds), memory(holds) + TOKEN, DIAGONAL(holds), east=TURN, slope=unwritten
        )
        yield Cell(
            TURNING(holds), memory(holds) + TURN, memory(holds), south=TOKEN, slope=unwritten
        )
        yield Cell(DIAGONAL(holds))
        for x, v in product(BITS, BITS):
            takes = unwritten * v
            # The row's bit is 1 here, so what is shown is the sign -1, times the input's, times the mask.
            mask = MINUS * holds * sign(x)
            mode = "skip" if v == 0 or unwritten else "add +" if mask == PLUS else "add -"
            yield Cell(
                DECIDING(holds, x, v),
                DIAGONAL(holds) + BELOW[x, v],
                becomes=LIVE if takes else SPENT,
                east=TAKE if takes else MODE[mode],
                slope=takes * sign(x ^ v),
            )


def reduction() -> Iterator[Cell]:
    """The wave in row 1, and right of the diagonal."""
    for s in SIGNS:
        yield Cell(LEADING(s), STORED(s) + BEGIN, STORED(s) + START, south=TOKEN)
    for x in BITS:
        yield Cell(SHOWING(x), STORED(sign(x)) + START, SPENT, east=START, south=BELOW[x, x])
    for x, v in product(BITS, BITS):
        below = BELOW[x, v]
        yield Cell(TAKING(x, v), UNWRITTEN + TAKE + below, LIVE, east=TAKE, slope=sign(x ^ v))
        yield Cell(PASSING(x, v), UNWRITTEN + below, SPENT, south=below)
        for s, mode in product(SIGNS, MODES):
            after = v ^ bit_of(s * sign(x), mode)
            yield Cell(
                REDUCING(s, mode, x, v),
                STORED(s) + MODE[mode] + below,
                becomes=SPENT,
                east=MODE[mode],
                south=BELOW[x, after],
            )


def labels() -> Iterator[Cell]:
    """The label column, where nothing is masked: it sums the labels of the rows that are added."""
    yield Cell(TOP)
    yield Cell(SUM_STARTS, TOP + START, SPENT, south=PARITY[0])
    for p in BITS:
        yield Cell(TAKING_LABEL(p), UNWRITTEN + TAKE + PARITY[p], LIVE, slope=sign(p))
        yield Cell(PASSING_LABEL(p), UNWRITTEN + PARITY[p], SPENT, south=PARITY[p])
        for s, mode in product(SIGNS, MODES):
            after = p ^ (mode != "skip" and s == MINUS)
            total = STORED(s) + MODE[mode] + PARITY[p]
            yield Cell(SUMMING(s, mode, p), total, SPENT, south=PARITY[after])
        yield Cell(ANSWER(p), output=sign(p))


def answers() -> Mapping[Code, Term]:
    """What a label cell of the last row becomes: the answer."""
    found: dict[Code, Term] = {PASSING_LABEL(p): ANSWER(p) - SPENT for p in BITS}
    for s, mode, p in product(SIGNS, MODES, BITS):
        after = p ^ (mode != "skip" and s == MINUS)
        found[SUMMING(s, mode, p)] = ANSWER(after) - SPENT
    return found


def rule() -> SymbolicRule:
    """The memory, the token, the wave, the labels, and what is different at the edges."""
    written = (Cell(STORED(s), number=s) for s in SIGNS)
    store = Part(
        (
            *written,
            Cell(UNWRITTEN, number=0, slope=1),
            Cell(LIVE, slope=1, output_slope=1),
            Cell(SPENT),
            *work_column().cells,
        ),
        (
            gate(
                "the first row is live while memory is empty",
                LIVE - UNWRITTEN,
                C=UNWRITTEN,
                N=PADDING,
                unless={"C": [STORED, WORK, LEADING, SHOWING, TOP, SUM_STARTS, SPENT, LIVE]},
            ),
            gate(
                "the token starts",
                BEGIN,
                C=STORED,
                N=PADDING,
                W=PADDING,
                unless={"C": [UNWRITTEN, LIVE, LEADING, SHOWING, SPENT]},
            ),
            gate("the top label waits", TOP - STORED(PLUS), C=STORED, N=PADDING, E=WORK),
            gate("the last row answers", answers(), S=PADDING),
        ),
    )
    return assemble(NAME, EDGE, store, Part((*diagonal(), *reduction(), *labels())))


def invariant() -> dict[str, Scene]:
    """The very first step, when no row is written, and every other: ``u[a]`` says whether row ``a`` is written.

    ``R[a]`` says whether the wave comes to row ``a``, that is, no row above takes the input; ``V[a, b]`` is the input's
    reduced bit there, in the label column the sum of the labels, and ``K[a]`` what row ``a`` does.
    """
    diagonal, right, label = [b >= a - 1, b <= a - 1], [b >= a, a >= 2], [b >= d + 1, a >= 2]
    first, wave = a <= 1, n >= a + b

    def reduce(row: str) -> str:
        bit = f"({row} == (-1 if K[a-1] == 'add +' else 1))"
        return f"V[a-1, b] ^ {bit} if K[a-1] == 'add +' or K[a-1] == 'add -' else V[a-1, b]"

    def reduce_label() -> str:
        adds = "K[a-1] == 'add +' or K[a-1] == 'add -'"
        return f"V[a-1, b] ^ (x[a-1, b] == -1) if {adds} else V[a-1, b]"

    mask = "'add +' if x[a, a-1] == -1 else 'add -'"
    variables = (
        Variable("R", "a", BITS, 2 * a, [
            ([a <= 2], 1),
            ([], "R[a-1] and K[a-1] != 'take'"),
        ]),
        Variable("V", "a b", BITS, 2 * a, [
            ([a <= 2], "z[b] == -1"),
            ([b >= d + 1], reduce_label()),
            ([], reduce("x[a-1, b]")),
        ]),
        Variable("K", "a", (*MODES, "take"), 2 * a + 1, [
            ([], f"'skip' if not V[a, a-1] else 'take' if not u[a] else {mask}"),
        ]),
    )  # fmt: skip
    shown, holds = "x[a, b] * z[b]", "u[a] * x[a, b] * z[b]"
    kept, unwritten = "'stored' if u[a] else 'unwritten'", "not u[a]"
    signs, tokens = {"sign": shown}, {"holds": holds}
    wave_fields = {"input": "z[b] == -1", "reduced": "V[a, b]"}
    fields = {**signs, "mode": "K[a]"}
    takes = "R[a] and K[a] == 'take'"
    changed = "(1 - 2 * ((z[b] == -1) ^ V[a, b]))"

    def moving(written: str, taking: str, passing: str) -> str:
        return f"'{written}' if R[a] and u[a] else '{taking}' if {takes} else '{passing}' if R[a] else {kept}"

    done = f"'spent' if R[a+1] else 'live' if R[a] else {kept}"
    done_slope = f"0 if R[a+1] else 1 if R[a] else {unwritten}"
    slope = f"({changed} if K[a] == 'take' else 0) if R[a] else "
    streaming = Scene(variables, (
        Stage(UNWRITTEN, slope=1, name="below the diagonal"),
        Stage(kept, [b >= a - 1], signs, slope=unwritten, name="memory"),
        Stage(MARKED, [*diagonal, n >= 2 * b], tokens, slope=unwritten),
        Stage(TURNING, [*right, b <= a, n >= 2 * b - 1, n <= 2 * b - 1], tokens, slope=unwritten),
        Stage("'deciding' if R[a] else 'diagonal'", [*diagonal, wave], {**tokens, **wave_fields},
              slope=f"{slope}0", name="the wave on the diagonal"),
        Stage("'spent' if R[a+1] else 'live' if R[a] else 'diagonal'", [*diagonal, n >= a + b + 1], tokens,
              slope="0 if R[a+1] else R[a]", name="decided"),
        Stage(moving("reducing", "taking", "passing"), [*right, wave], {**fields, **wave_fields},
              slope=f"{slope}{unwritten}", name="the wave"),
        Stage(moving("summing", "taking label", "passing label"), [*label, b >= a, wave],
              {**fields, "parity": "V[a, b]"}, slope=f"{slope}{unwritten}", name="the wave at the labels"),
        Stage(done, [*right, n >= a + b + 1], signs, slope=done_slope, name="done"),
        Stage(f"'answer' if R[a+1] else 'live' if R[a] else {kept}", [*label, a >= m + 1, n >= a + b + 1],
              {**signs, "parity": "V[a+1, b]"}, slope=done_slope, name="answer"),
        Stage(LEADING, [first, b <= 1, n >= 1], {"sign": "z[b]"}),
        Stage(TOP, [first, b >= d + 1, n >= 1]),
        Stage(SHOWING, [first, wave], {"input": "z[b] == -1"}),
        Stage(SUM_STARTS, [first, b >= d + 1, wave]),
        Stage(SPENT, [first, n >= a + b + 1]),
        WORK_COLUMNS,
    ))  # fmt: skip
    starting = Scene((), (
        Stage(UNWRITTEN, slope=1), Stage(LIVE, [first, n >= 1], slope=1), WORK_COLUMNS,
    ))  # fmt: skip
    return {"starting": starting, "streaming": streaming}


def triangular_row_reduction() -> Program:
    """Row reduction of a stream, or of batches."""
    return Program(
        name=NAME,
        summary="row reduction of a stream or of batches: every pivot has a row of its own",
        source=rule(),
        layout=bundled_layout(NAME),
        layers=2 * d + 3,
        scenes=invariant(),
        computes="triangular row reduction",
        rows=d + 1,
        dummy="first",
    )
