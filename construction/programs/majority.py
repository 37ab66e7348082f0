"""The constant that most labels have: bits that fall, pile up, and cancel in pairs.

The simplest learner of all looks at no feature: it answers with the label that is more frequent
among the examples, +1 when both are equally frequent. How can cells find that out, none of which can
count? They let the labels fall.

* Every unmasked bit **falls** down its column, one cell a layer. Bits are unmasked from the bottom to
  the top, one a layer, so between two falling bits there is always an empty cell.
* At the bottom of the column lies a **pile** of equal bits. A bit that falls on top of the pile moves
  into its topmost cell. If the two are *different*, they cancel, and the cell is empty. If they are
  *equal*, the pile pushes the newcomer back up by one cell, and is one bit higher.
* So the pile always holds what is left over after cancelling a 0 with a 1 as often as possible: the
  bit that leads, as often as it leads by. (This is the majority vote of Boyer and Moore, whose
  counter is the height of the pile.)
* The **last** bit of the label column, the one from the top row, is marked. If it meets its equal, or
  nothing, its own value is the answer. If it meets its opposite, the two cancel, and a marked copy of
  what was cancelled falls one cell further, onto the rest of the pile; its value is the answer.

The label column holds one bit more than there are examples: the test example's, which is 0. It
votes too, and that settles ties: if all bits cancel, then the examples had one 1 more than 0s, and
the answer is 1; if the examples were equal in number, a 0 is left over, and the answer is 0.

The columns of the features do the same, with no marked bit; nothing reads them. Two gates say what
is different in the top row and in the bottom row. A code is the sum of what lies in a cell and what
falls into it, so everything else is in the tables.

In learning theory: the class of the two constant functions, of VC dimension 1. The majority is
empirical risk minimisation over it, so the learner is agnostic: its error is at most that of the
better constant plus ``O(sqrt(log(1/delta) / m))``, with probability ``1 - delta``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from construction.programs.layouts import bundled_layout
from construction.programs.program import Program, Signs
from construction.rules.codes import BITS, Kind, Signal
from construction.rules.forms import m
from construction.rules.memory_protocol import (
    EDGE,
    PADDING,
    UNMASKING,
    WORK,
    unmasking,
    while_unmasking,
)
from construction.rules.scenes import Stage
from construction.rules.symbolic import Cell, Part, SymbolicRule, assemble, gate

NAME: Final = "majority"
ONE_BIT: Final = {"bit": BITS}

EMPTY: Final = Kind("empty", role="blank")()
PILE: Final = Kind("pile", ONE_BIT, "pile of {bit}", "{bit}", role="data")
FALLING: Final = Kind("falling", ONE_BIT, "falling {bit}", "{bit}", "v")
LAST: Final = Kind("last", ONE_BIT, "last {bit}", "{bit}", "*")
SAME: Final = Kind("same", ONE_BIT, "{bit} onto pile of {bit}", "{bit}", "+")
ANSWER: Final = Kind("answer", ONE_BIT, "answer {bit}", "{bit}", "!", role="answer")
#: What was the pile's topmost bit, which the opposite bit has just met.
CANCELLED: Final = Kind("cancelled", ONE_BIT, "falling bit cancels {bit}", "{bit}", "x")
LAST_CANCELS: Final = Kind("last cancels", ONE_BIT, "last bit cancels {bit}", "{bit}", "c")

LIES: Final = (Signal("lies 0"), Signal("lies 1"))  #: what a bit of the pile adds to EMPTY
FALLS: Final = (Signal("falls 0"), Signal("falls 1"))
MARK: Final = Signal("mark")  #: what marks the last one


def cells() -> Iterator[Cell]:
    """What lies in a cell, and what is falling through it."""
    yield Cell(EMPTY)
    for bit in BITS:
        other = 1 - bit
        last = FALLS[bit] + MARK
        yield Cell(PILE(bit), EMPTY + LIES[bit])
        yield Cell(FALLING(bit), EMPTY + FALLS[bit], becomes=EMPTY, south=FALLS[bit])
        yield Cell(LAST(bit), EMPTY + last, becomes=EMPTY, south=last)
        yield Cell(SAME(bit), PILE(bit) + FALLS[bit], becomes=PILE(bit), north=LIES[bit])
        yield Cell(ANSWER(bit), PILE(bit) + last, output=-1 if bit else 1)
        yield Cell(CANCELLED(bit), PILE(bit) + FALLS[other], becomes=EMPTY)
        yield Cell(LAST_CANCELS(bit), PILE(bit) + FALLS[other] + MARK, becomes=EMPTY, south=last)


def rule() -> SymbolicRule:
    """The memory protocol, and the falling bits."""
    at_bottom = {}
    for bit in BITS:
        # With nothing below, a bit comes to rest, and the last bit has decided. When the last bit
        # cancels all that was left, there was one 1 more among the examples.
        at_bottom[FALLING(bit)] = PILE(bit) - EMPTY
        at_bottom[LAST(bit)] = ANSWER(bit) - EMPTY
        at_bottom[LAST_CANCELS(bit)] = ANSWER(1) - EMPTY
    gates = (
        gate("the top label is the last", MARK, C=UNMASKING, N=PADDING, E=WORK),
        gate("the bottom of the column", at_bottom, S=PADDING),
    )
    protocol = unmasking((FALLING(0), FALLING(1)))
    return assemble(NAME, EDGE, *protocol, Part((*cells(),), gates))


def majority_meaning(examples: Signs, labels: Signs, tests: Signs) -> Signs:
    """The label that most examples have, +1 if there is a tie, for every test example."""
    return np.full(len(tests), 1 if labels.sum() >= 0 else -1)


def majority() -> Program:
    """The constant that most labels have."""
    return Program(
        name=NAME,
        summary="the label that most examples have, by bits that fall and cancel",
        source=rule(),
        layout=bundled_layout(NAME),
        layers=2 * m + 3,
        scenes={"memorising": while_unmasking(Stage(FALLING))["memorising"]},
        computes="majority",
        meaning=majority_meaning,
    )
