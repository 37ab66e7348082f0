"""The constant that most labels have: bits that rise, and cancel in pairs.

The simplest learner of all looks at no feature: it answers with the label that is more frequent
among the examples, +1 when both are equally frequent. How can cells find that out, none of which can
count? They let the labels rise.

* A bit to which nothing comes from below **rises**: it leaves its cell and goes up its column, one cell a
  layer. So in every layer one bit sets out from the column, the lowest that is left.
* It passes empty cells, and bits that are its equals. At the first bit that is *different* the two
  **cancel**: that cell is empty now, and word of it goes up, on which all other bits stay where they are.
* So the top cell hears one of three things of every wave. *Cancelled*: there was a 0 and a 1, and there is one
  less of each. *A bit*: no other was different, so it is in the majority. *Nothing*: there is no bit left.
* In the label column the first of these that is not *cancelled* is the answer, and the top cell keeps it.

The label column holds one bit more than there are examples: the test example's, which is 0. It
votes too, and that settles ties: if all bits cancel, then the examples had one 1 more than 0s, and
the answer is 1; if the examples were equal in number, a 0 is left over, and the answer is 0.

The columns of the features do the same; nothing reads them. A code is the sum of what a cell holds and what
comes to it from below, so tables say everything but one thing: which cell is the top of the label column.

In learning theory: the class of the two constant functions, of VC dimension 1. The majority is
empirical risk minimisation over it, so the learner is agnostic: its error is at most that of the
better constant plus ``O(sqrt(log(1/delta) / m))``, with probability ``1 - delta``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from construction.programs.layouts import bundled_layout
from construction.programs.program import Program, Signs
from construction.rules.codes import BITS, NOTHING, Code, Kind, Signal, Term, Value
from construction.rules.forms import a, b, d, m, n, w
from construction.rules.memory_protocol import (
    DATA,
    EDGE,
    NORTH_PASSES,
    PADDING,
    WORK,
    unmasking,
    while_unmasking,
)
from construction.rules.scenes import Scene, Stage, Variable
from construction.rules.symbolic import Cell, Part, SymbolicRule, assemble, gate

NAME: Final = "majority"

HOLDS: Final = ("none", *BITS)
#: What comes to a cell from below.
COMES: Final[Mapping[Value, Term]] = {
    "nothing": NOTHING,
    0: Signal("rising 0"),
    1: Signal("rising 1"),
    "cancelled": Signal("cancelled"),
}
_VOTE: Final = {"bit": BITS, "comes": tuple(COMES)}

VOTE: Final = Kind("vote", _VOTE, "vote {bit}, {comes} comes", "{bit}", role="data")
RISING: Final = Kind("rising", {"bit": BITS}, "rising {bit}", "{bit}", "r")
WORD: Final = Kind("word", words="word of two that cancelled", shows=" ", mark="x")()
EMPTY: Final = Kind("empty", shows=".", role="done")()
ANSWER: Final = Kind("answer", _VOTE, "answer {bit}, {comes} comes", "{bit}", "!", role="answer")

#: What a cell holds after a wave, and what leaves it for the cell above, by what it holds and what comes.
WAVE: Final[Mapping[tuple[Value, Value], tuple[Value, Value]]] = {
    **{("none", comes): ("none", comes) for comes in COMES},
    **{(bit, "nothing"): ("none", bit) for bit in BITS},
    **{(bit, bit): (bit, bit) for bit in BITS},
    **{(bit, 1 - bit): ("none", "cancelled") for bit in BITS},
    **{(bit, "cancelled"): (bit, "cancelled") for bit in BITS},
}
#: The answer by what leaves the top of the label column, except for *cancelled*.
SAYS: Final[Mapping[Value, int]] = {"nothing": 1, 0: 0, 1: 1}


def cell(holds: Value, comes: Value = "nothing") -> Code:
    """What a cell is that holds a bit or none."""
    if holds != "none":
        return VOTE(holds, comes)
    return {"nothing": EMPTY, "cancelled": WORD}.get(str(comes)) or RISING(comes)


def cells() -> Iterator[Cell]:
    """What cells hold, what comes to them, and what they do with it."""
    for (holds, comes), (after, leaves) in WAVE.items():
        here = cell(holds) + COMES[comes] if comes != "nothing" else None
        yield Cell(cell(holds, comes), here, becomes=cell(after), north=COMES[leaves])
    for bit in BITS:
        answer = ANSWER(bit, "nothing")
        for comes, signal in COMES.items():
            here = answer + signal if comes != "nothing" else None
            yield Cell(ANSWER(bit, comes), here, becomes=answer, output=-1 if bit else 1)


def rule() -> SymbolicRule:
    """The memory protocol, the rising bits, and the answer."""
    answers = {
        cell(holds, comes): ANSWER(SAYS[leaves], "nothing") - cell(after)
        for (holds, comes), (after, leaves) in WAVE.items()
        if leaves in SAYS
    }
    top = gate("the top of the label column answers", answers, N=PADDING, E=WORK)
    protocol = unmasking((cell(0), cell(1)))
    return assemble(NAME, EDGE, *protocol, Part((*cells(),), (top,)))


def invariant() -> dict[str, Scene]:
    """In layer ``NORTH_PASSES + w`` wave ``w`` is in cell ``(a, b)``.

    ``S[a, b, w]`` is what the cell holds after ``w`` waves. In wave ``w`` ``K[a, b, w]`` comes to row ``a``, and ``K[0, b, w]``
    leaves the top. ``E[w]`` is the answer after ``w`` waves, if there is one yet.
    """
    bits = [([w <= 0, *where], f"{sign} == -1") for where, sign in DATA]
    held, comes = "S[a, b, w-1]", "K[a, b, w]"
    stays = f"{comes} == {held} or {comes} == 'cancelled'"
    below, rises = "S[a+1, b, w-1]", "K[a+1, b, w]"
    passes = f"{below} == 'none' or {rises} == {below} or {rises} == 'cancelled'"
    leaves = "K[0, d+1, w]"
    says = f"'none' if {leaves} == 'cancelled' else 1 if {leaves} == 'nothing' else {leaves}"
    variables = (
        Variable("S", "a b w", HOLDS, 2 * w - 2 * a + 1, [
            *bits,
            ([], f"{held} if {held} != 'none' and ({stays}) else 'none'"),
        ]),
        Variable("K", "a b w", tuple(COMES), 2 * w - 2 * a, [
            ([a >= m + 1], "'nothing'"),
            ([], f"{rises} if {passes} else {below} if {rises} == 'nothing' else 'cancelled'"),
        ]),
        Variable("E", "w", HOLDS, 2 * w + 1, [
            ([w <= 0], "'none'"),
            ([], f"E[w-1] if E[w-1] != 'none' else {says}"),
        ]),
    )  # fmt: skip
    wave = n - NORTH_PASSES
    holds, comes = f"S[a, b, {wave - 1:*}]", f"K[a, b, {wave:*}]"
    empty = f"'empty' if {comes} == 'nothing' else 'word' if {comes} == 'cancelled' else 'rising'"
    kind = f"'vote' if {holds} != 'none' else {empty}"
    bit = f"{holds} if {holds} != 'none' else {comes}"
    answer = f"E[{wave - 1:*}]"
    return while_unmasking(
        Stage(kind, fields={"bit": bit, "comes": comes}, name="waves"),
        [
            Stage(
                f"'answer' if {answer} != 'none' else {kind}",
                [a <= 1, b >= d + 1, n >= NORTH_PASSES + 1],
                {"bit": f"{answer} if {answer} != 'none' else {bit}", "comes": comes},
                name="top of the label column",
            )
        ],
        variables,
    )


def majority_meaning(examples: Signs, labels: Signs, tests: Signs) -> Signs:
    """The label that most examples have, +1 if there is a tie, for every test example."""
    return np.full(len(tests), 1 if labels.sum() >= 0 else -1)


def majority() -> Program:
    """The constant that most labels have."""
    return Program(
        name=NAME,
        summary="the label that most examples have, by bits that rise and cancel",
        source=rule(),
        layout=bundled_layout(NAME),
        layers=2 * m + 3,
        scenes=invariant(),
        computes="majority",
        meaning=majority_meaning,
    )
