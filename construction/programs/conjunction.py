"""Conjunctions, by elimination of literals.

The target is an *and* of literals, such as ``x1 and not x4``; bit 1 means true. Valiant's algorithm
starts with all ``2 d`` literals, looks at every positive example (label 1), and crosses out the
literals that are false in it. The *and* of what is left is the hypothesis: it is true in every
positive example, and every literal of the target is still in it.

What does that hypothesis say of a test example ``x``? A literal of feature ``b`` that is left says that
all positive examples have one and the same bit there. It is false in ``x`` if ``x`` has the other bit. So:
*the prediction is false if there is a feature in which every positive example differs from x, and
true otherwise*. With no positive example nothing was crossed out, and the prediction is false.

**How the cells do it.** Pixel ``(a, b)`` is ``y_a x_ab x_b``, so in a positive row (``y_a = -1``) it is -1
where example and test agree, and +1 where they differ. A wave from the label column tells each row
its label, and each cell then knows what it has to say: *agree*, *differ*, or, in a negative row,
nothing. A wave up each column finds out whether some positive example agrees with ``x`` there, and a
search along the top row stops at the first column in which none does: false. If it comes to the
end: true. (:mod:`construction.programs.column_scan`; the label column has no say: it agrees as soon as
there is a positive example.)

In learning theory: if the target is a conjunction, the hypothesis is never wrong on a negative
example, and with ``m >= (2 d / eps) (ln(2 d) + ln(1/delta))`` examples its error is at most ``eps`` with
probability ``1 - delta`` (Valiant 1984). The number of hypotheses is exponential in ``d``, and one pass
over the examples finds the right one. Disjunctions come for free: exchange 0 and 1 everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

import numpy as np

from construction.programs.column_scan import ColumnScan
from construction.programs.layouts import bundled_layout
from construction.programs.program import Program, Signs
from construction.rules.codes import MINUS, PLUS, SIGNS, Kind, Signal
from construction.rules.forms import d, m, n
from construction.rules.memory_protocol import (
    EDGE,
    SHOWN_SIGN,
    STORED,
    STORED_CELLS,
    WEST_PASSES,
    WORK,
    storing,
    while_storing,
)
from construction.rules.scenes import Stage
from construction.rules.symbolic import Cell, Part, SymbolicRule, assemble, gate

NAME: Final = "conjunction"
ANSWERS: Final = ("negative", "agree", "differ")

#: The wave of the row's label passes.
TOLD: Final = Kind(
    "told",
    {"sign": SIGNS, "label": SIGNS},
    "stored {sign} in a row with label {label}",
    shows="{sign}",
    mark="<",
    role="masked",
)
#: What a cell has to say, afterwards.
SETTLED: Final = Kind("settled", {"says": ANSWERS}, "{says}", "{says}", role="data")

LABEL: Final = {PLUS: Signal("label +"), MINUS: Signal("label -")}  #: tells a row its label


def says(sign: int, label: int) -> str:
    """What a stored sign has to say in a row with this label."""
    return "negative" if label == PLUS else "agree" if sign == MINUS else "differ"


SCAN: Final = ColumnScan(
    cells={SETTLED(each): each for each in ANSWERS},
    start="none agrees",
    change={
        ("none agrees", "negative"): "none agrees",
        ("none agrees", "agree"): "one agrees",
        ("none agrees", "differ"): "none agrees",
        ("one agrees", "negative"): "one agrees",
        ("one agrees", "agree"): "one agrees",
        ("one agrees", "differ"): "one agrees",
    },
    verdict={"none agrees": +1, "one agrees": 0},
    otherwise=-1,
    last_row={TOLD(sign, PLUS): SETTLED("negative") for sign in SIGNS},
)


def cells() -> Iterator[Cell]:
    """The wave from the label column."""
    for each in ANSWERS:
        yield Cell(SETTLED(each))
    for sign, label in product(SIGNS, SIGNS):
        yield Cell(
            TOLD(sign, label),
            STORED(sign) + LABEL[label],
            becomes=SETTLED(says(sign, label)),
            west=LABEL[label],
        )


def rule() -> SymbolicRule:
    """Rows are stored, told their label, and every column is asked who agrees."""
    labels = {STORED(label): LABEL[label] for label in SIGNS}
    start = gate("the label column starts a wave", labels, E=WORK)
    return assemble(NAME, EDGE, storing(), Part((*cells(),), (start,)), SCAN.part())


#: What a cell has to say.
SAYS: Final = f"'negative' if y[a] == 1 else 'agree' if {SHOWN_SIGN} == -1 else 'differ'"
#: What a stored cell goes through on the west wave.
STAGES: Final = (
    STORED_CELLS,
    Stage(TOLD, [n >= WEST_PASSES], {"sign": SHOWN_SIGN, "label": "y[a]"}),
    Stage(SETTLED, [n >= WEST_PASSES + 1], {"says": SAYS}),
)


def conjunction_meaning(examples: Signs, labels: Signs, tests: Signs) -> Signs:
    """True (-1) where the test example satisfies every literal that all positive examples do.

    Without positive examples the literals contradict each other, and the answer is +1.
    """
    positive = examples[labels == -1]
    literals = [(feature, sign) for feature in range(examples.shape[1]) for sign in SIGNS]
    kept = [(b, sign) for b, sign in literals if (positive[:, b] == sign).all()]
    satisfied = np.ones(len(tests), dtype=bool)
    for feature, sign in kept:
        satisfied &= tests[:, feature] == sign
    return np.where(satisfied, -1, +1)


def conjunction() -> Program:
    """Conjunctions, by elimination of literals."""
    return Program(
        name=NAME,
        summary="an and of literals: all that no positive example contradicts",
        source=rule(),
        layout=bundled_layout(NAME),
        layers=m + 2 * d + 4,
        scenes={
            "memorising": while_storing(STAGES),
            "predicting": SCAN.invariant(SAYS, WEST_PASSES + 1, STAGES),
        },
        computes="conjunction",
        meaning=conjunction_meaning,
    )
