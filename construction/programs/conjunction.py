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

from itertools import product
from typing import Any, Final

import numpy as np

from construction.programs.column_scan import ColumnScan
from construction.programs.program import Program, Signs
from construction.rules.memory_protocol import (
    MINUS,
    PLUS,
    SHOWN,
    SIGNS,
    WORK,
    Fragment,
    assemble,
    storing_rows,
)
from construction.rules.rule import LocalRule, gate
from construction.rules.schedule import WEST, plus, storing
from construction.rules.tables import Table

# Any numbers do that keep the codes apart; these need few thresholds (found by a search).
LABEL: Final = {PLUS: 6, MINUS: 15}  #: the displacement of the wave that tells a row its label
SETTLED: Final = {"negative": 19, "agree": 29, "differ": 18}  #: what a cell has to say, afterwards


def _masked(sign: int, label: int) -> int:
    """A stored sign, while the wave of its row's label passes."""
    return sign + LABEL[label]


def _holds(sign: int, label: int) -> str:
    return "negative" if label == PLUS else "agree" if sign == MINUS else "differ"


SCAN: Final = ColumnScan(
    cells={code: holds for holds, code in SETTLED.items()},
    findings={"none agrees": 39, "one agrees": 43},
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
    last_row={_masked(sign, PLUS): SETTLED["negative"] for sign in SIGNS},
    judged={+1: 33, 0: 26},
    at_last_row=41,
    search=-1,
)


def conjunction_rule() -> LocalRule:
    """The rule: rows are stored, told their label, and every column is asked who agrees."""
    names: dict[int, str] = {code: holds for holds, code in SETTLED.items()}
    own = {code: code for code in SETTLED.values()}
    to_west: dict[int, int] = {}
    for label in SIGNS:
        for sign in SIGNS:
            code = _masked(sign, label)
            names[code] = f"stored {sign:+d} in a row with label {label:+d}"
            own[code], to_west[code] = SETTLED[_holds(sign, label)], LABEL[label]
    start = gate("the label column starts a wave", Table(LABEL), E=WORK)
    labels = Fragment(names, {"C": Table(own), "E": Table(to_west)}, (start,))
    return assemble("conjunction", storing_rows(), labels, SCAN.fragment())


def _stages() -> list[dict[str, Any]]:
    """What a stored cell goes through on the west wave: its code by stored sign and label."""
    masked, settled = {}, {}
    for r, y, x in product(SIGNS, repeat=3):
        key = "".join(SHOWN[sign] for sign in (r, y, x))
        masked[key], settled[key] = _masked(r, y), SETTLED[_holds(r, y)]
    return [
        {"stage": "masked", "from": WEST, "codes": masked},
        {"stage": "settled", "from": plus(WEST, {"1": 1}), "codes": settled},
    ]


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
        name="conjunction",
        summary="an and of literals: all that no positive example contradicts",
        rule=conjunction_rule(),
        depth=lambda m, d: m + 2 * d + 4,
        depth_formula="m + 2 d + 4",
        schedule=storing(_stages(), label_is_sign=True),
        computes="conjunction",
        meaning=conjunction_meaning,
    )
