"""One literal: the first column that equals the target, or is its complement.

A *literal* is a feature or its negation. If the labels are a literal of the features, this learner
finds it: it takes the first column, from the left, that agrees with the label in every example or
disagrees in every example, and answers with that feature of the test example, or with its complement.

**The memory is the algorithm.** As SGD leaves it, pixel ``(a, b)`` is the product ``y_a x_ab x_b`` of a
label, a feature, and the same feature of the test example. If feature ``b`` equals the target, then
``y_a x_ab = +1`` for all ``a``, and the whole column shows ``x_b``. If it is the target's complement, the
whole column shows ``-x_b``. So the learner need not unmask anything: *a column fits if its rows are
all equal, and then what they show is the prediction*. Whether they are, a wave up each column finds
out, and a search along the top row takes the first (:mod:`construction.programs.column_scan`).

The label column is the column of a feature that is always +1, so it comes out as the literal of a
constant: if all labels are equal and no feature fits, the answer is that label. If nothing fits at
all, the answer is +1; and so it is without any examples.

In learning theory: ``2 d`` literals and two constants, a finite class. If the target is one of them,
any hypothesis that fits ``m >= (ln(2 d + 2) + ln(1/delta)) / eps`` examples has error at most ``eps`` with
probability ``1 - delta`` (Occam's razor), and so does this one. Run on labels that no literal fits, it
does not look for the best literal: it is a learner for the realisable case.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from construction.programs.column_scan import ColumnScan
from construction.programs.layouts import bundled_layout
from construction.programs.program import Program, Signs
from construction.rules.codes import MINUS, PLUS, SIGNS
from construction.rules.forms import ONE, Form, d, m
from construction.rules.memory_protocol import (
    EDGE,
    SHOWN_SIGN,
    STORED,
    STORED_CELLS,
    storing,
    while_storing,
)
from construction.rules.symbolic import SymbolicRule, assemble

NAME: Final = "one-literal"

SCAN: Final = ColumnScan(
    cells={STORED(MINUS): "-", STORED(PLUS): "+"},
    start="nothing yet",
    change={
        ("nothing yet", "+"): "all +",
        ("nothing yet", "-"): "all -",
        ("all +", "+"): "all +",
        ("all +", "-"): "mixed",
        ("all -", "+"): "mixed",
        ("all -", "-"): "all -",
        ("mixed", "+"): "mixed",
        ("mixed", "-"): "mixed",
    },
    verdict={"nothing yet": 0, "all +": +1, "all -": -1, "mixed": 0},
    otherwise=+1,
    last_row={STORED(sign): STORED(sign) for sign in SIGNS},
)


def rule() -> SymbolicRule:
    """Rows are stored, and every column is asked whether its rows are equal."""
    return assemble(NAME, EDGE, storing(), SCAN.part())


def one_literal_meaning(examples: Signs, labels: Signs, tests: Signs) -> Signs:
    """The first feature that fits, as it is or negated; else the constant, else +1."""
    for feature in range(examples.shape[1]):
        for sign in (+1, -1):
            if len(labels) and (sign * examples[:, feature] == labels).all():
                return sign * tests[:, feature]
    constant = -1 if len(labels) and (labels == -1).all() else +1
    return np.full(len(tests), constant)


def one_literal() -> Program:
    """The first column that equals the target, or is its complement."""
    return Program(
        name=NAME,
        summary="the first feature that equals the target or is its complement",
        source=rule(),
        layout=bundled_layout(NAME),
        layers=m + d + 3,
        scenes={
            "memorising": while_storing(),
            "predicting": SCAN.invariant(
                f"'+' if {SHOWN_SIGN} == 1 else '-'", Form({ONE: 1}), [STORED_CELLS]
            ),
        },
        computes="one literal",
        meaning=one_literal_meaning,
    )
