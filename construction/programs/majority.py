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

from typing import Final

import numpy as np

from construction.programs.program import Program, Signs
from construction.rules.memory_protocol import (
    PADDING,
    UNWRITTEN,
    WORK,
    Fragment,
    MemoryProtocol,
    WestWave,
    assemble,
    distinct,
)
from construction.rules.patch import Position
from construction.rules.rule import LocalRule, gate
from construction.rules.schedule import storing, unmasking
from construction.rules.tables import Table

# Displacements: what lies in a cell, and what is falling through it. Any numbers do that keep the
# sums apart; these need few thresholds (found by a search over the number of weights).
EMPTY: Final = 67
PILE: Final = (10, -3)  #: a 0, a 1 of the pile
FALLING: Final = (9, -2)  #: a falling 0, 1
MARK: Final = 44  #: what marks the last one
LAST: Final = (FALLING[0] + MARK, FALLING[1] + MARK)

PROTOCOL: Final = MemoryProtocol(
    WestWave(west={1: 6, -1: 12}, held={1: 18, -1: 15}),
    north={1: 24, -1: 40},
    bits=(EMPTY + FALLING[0], EMPTY + FALLING[1]),
)


def majority_rule() -> LocalRule:
    """The rule: the memory protocol, and the falling bits."""
    names = [(EMPTY, "empty")]
    own = {EMPTY: EMPTY}
    to_south: dict[int, int] = {}
    to_north: dict[int, int] = {}
    at_bottom: dict[int, int] = {}
    for bit in (0, 1):
        pile, falling, last = EMPTY + PILE[bit], EMPTY + FALLING[bit], EMPTY + LAST[bit]
        names += [(pile, f"pile of {bit}"), (falling, f"falling {bit}"), (last, f"last {bit}")]
        own |= {pile: pile, falling: EMPTY, last: EMPTY}
        to_south |= {falling: FALLING[bit], last: LAST[bit]}

        same, answer = pile + FALLING[bit], pile + LAST[bit]
        names += [(same, f"{bit} onto pile of {bit}"), (answer, f"answer {bit}")]
        own |= {same: pile, answer: answer}
        to_north[same] = PILE[bit]

        cancel, last_cancel = pile + FALLING[1 - bit], pile + LAST[1 - bit]
        names += [
            (cancel, f"{1 - bit} cancels {bit}"),
            (last_cancel, f"last {1 - bit} cancels {bit}"),
        ]
        own |= {cancel: EMPTY, last_cancel: EMPTY}
        to_south[last_cancel] = LAST[bit]

        # With nothing below, a bit comes to rest, and the last bit has decided. When the last bit
        # cancels all that was left, there was one 1 more among the examples.
        at_bottom |= {falling: PILE[bit], last: answer - EMPTY, last_cancel: PILE[1] + LAST[1]}
    tables: dict[Position, Table] = {"C": Table(own), "N": Table(to_south), "S": Table(to_north)}
    gates = (
        gate("the top label is the last", MARK, C=PROTOCOL.ready, N=PADDING, E=WORK),
        gate("the bottom of the column", Table(at_bottom), S=PADDING),
    )
    answers = {EMPTY + PILE[0] + LAST[0]: +1, EMPTY + PILE[1] + LAST[1]: -1}
    readout = Table(answers, slopes={UNWRITTEN: 1})
    return assemble(
        "majority", PROTOCOL.fragment(), Fragment(distinct(names), tables, gates, readout)
    )


def majority_meaning(examples: Signs, labels: Signs, tests: Signs) -> Signs:
    """The label that most examples have, +1 if there is a tie, for every test example."""
    return np.full(len(tests), 1 if labels.sum() >= 0 else -1)


def majority() -> Program:
    """The constant that most labels have."""
    return Program(
        name="majority",
        summary="the label that most examples have, by bits that fall and cancel",
        rule=majority_rule(),
        depth=lambda m, d: 2 * m + 3,
        depth_formula="2 m + 3",
        schedule=storing(unmasking(PROTOCOL)[:2], label_is_sign=False),
        computes="majority",
        meaning=majority_meaning,
    )
