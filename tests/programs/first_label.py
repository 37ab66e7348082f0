"""The label of the first example: a program in one file.

A wave leaves the last row, which is written only when the memory is full, and goes up the label column.
When it comes to the top, the cell there answers with its own sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from construction.arrays import Signs
from construction.programs.program import Program
from construction.rules.codes import SIGNS, Kind, Signal
from construction.rules.forms import a, b, d, m, n
from construction.rules.memory_protocol import (
    EDGE,
    PADDING,
    STORED,
    STORED_CELLS,
    WORK,
    WORK_COLUMNS,
    storing,
    while_storing,
)
from construction.rules.scenes import Scene, Stage
from construction.rules.symbolic import Cell, Part, assemble, gate

ASKED: Final = Kind("asked", {"sign": SIGNS}, shows="{sign}", mark="^")
DONE: Final = Kind("done", role="done")()
ANSWER: Final = Kind("answer", {"sign": SIGNS}, shows="{sign}", mark="!", role="answer")
UP: Final = Signal("up")  #: the wave, from the south


def cells() -> Iterator[Cell]:
    """What the cells of the label column become, and tell."""
    yield Cell(DONE)
    for sign in SIGNS:
        yield Cell(ASKED(sign), STORED(sign) + UP, becomes=DONE, north=UP)
        yield Cell(ANSWER(sign), output=sign)


GATES: Final = (
    gate("the last label starts the wave", UP, C=STORED, E=WORK, S=PADDING),
    gate("the first label is the answer", {ASKED(s): ANSWER(s) - DONE for s in SIGNS}, N=PADDING),
)

PREDICTING: Final = Scene(
    stages=(
        STORED_CELLS,
        Stage(ASKED, [b >= d + 1, n >= m + 2 - a], {"sign": "y[a]"}),
        Stage(DONE, [b >= d + 1, n >= m + 3 - a]),
        Stage(ANSWER, [b >= d + 1, n >= m + 2, a <= 1], {"sign": "y[a]"}),
        WORK_COLUMNS,
    )
)


def meaning(examples: Signs, labels: Signs, tests: Signs) -> Signs:
    """The first label, +1 without examples, for every test example."""
    return np.full(len(tests), labels[0] if len(labels) else 1)


FIRST_LABEL: Final = Program(
    name="first-label",
    summary="the label of the first example",
    source=assemble("first-label", EDGE, storing(), Part((*cells(),), GATES)),
    layers=m + 2,
    scenes={"memorising": while_storing(), "predicting": PREDICTING},
    meaning=meaning,
)
