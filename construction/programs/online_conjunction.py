"""A conjunction learned online by elimination: one row of memory, and SGD is the algorithm.

The target is a conjunction of literals: some features that must be bit 1 and some that must be bit
0. The learner keeps the literals that no example has contradicted. It says *true* when none of them
is violated. When it says *false* and the label is *true*, it drops the literals that this example
violates; the first true example leaves, of each feature, the literal that it satisfies.

Memory is the conjunction itself: one row of ``d + 1`` weights, ``W_b = 0`` when feature ``b`` does not
matter, and two thirds with a sign that says which bit it must be. Masked by the input, a cell shows
2 where ``x`` satisfies the literal and -2 where it violates it, so the network needs no look at
``x`` itself, and no dummy example. The label column is 0 until a true example has been seen.

The output is always the prediction, +1 for *false* and -1 for *true*. So when the prediction is right
``y - f`` is 0, and SGD changes nothing, whatever the slopes are; when it is wrong, ``y - f`` is
``2 y``. Slope -1 stands on every cell that shows -2, and, before the first true example, on every
cell. A violated cell makes the network say *false*, so a label *false* never moves a weight, and a
label *true* takes every violated literal to 0.

How it runs: two signals that never end. *Violated* travels east from every cell that shows -2;
*seen* travels west from the label cell, once that is not 0. A cell's code is what its memory
shows plus the displacements that arrive, and so the slope of a code by the cell's first pixel is 1 at
every layer: signals add up and never touch the gradient. There is no gate.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from construction.programs.conjunction import conjunction_meaning
from construction.programs.program import Program
from construction.rules.memory_protocol import UNWRITTEN, WORK
from construction.rules.rule import Codes, LocalRule
from construction.rules.tables import Number, Table

PADDING: Final = -3
VIOLATED: Final = -2
SATISFIED: Final = 2
SHOWS: Final = {VIOLATED: "violated", UNWRITTEN: "does not matter", SATISFIED: "satisfied"}
FALSE, TRUE = +1, -1  #: the network's output; bit 1 is *true*


@dataclass(frozen=True)
class ConjunctionCodes:
    """The numbers of the codes, as displacements that add up.

    Any numbers do that keep the sums apart; these need few thresholds.
    """

    violated: int = 6  #: from the west: some literal there is violated
    seen: int = 14  #: from the east: a true example has been seen
    label: int = 9  #: from the work column: this is the label cell

    def cell(self, shows: int, violated: int, seen: int) -> int:
        """A feature's cell: what its memory shows, and the signals that arrive (0 or 1)."""
        return shows + self.violated * violated + self.seen * seen

    def label_cell(self, shows: int, violated: int) -> int:
        """The label cell, which the signal *seen* starts from."""
        return shows + self.label + self.violated * violated


def conjunction_rule(codes: ConjunctionCodes = ConjunctionCodes()) -> LocalRule:
    """The whole rule."""
    names = {PADDING: "padding", WORK: "work"}
    own = {WORK: WORK}
    to_east: dict[int, int] = {}
    to_west = {WORK: codes.label}
    outputs: dict[int, Number] = {}
    slopes: dict[int, Number] = {}
    for shows, violated, seen in product(SHOWS, (0, 1), (0, 1)):
        code = codes.cell(shows, violated, seen)
        signals = ", violated to the west" * violated + ", a true example seen" * seen
        names[code] = SHOWS[shows] + signals
        own[code] = shows
        to_east[code] = codes.violated * (violated or shows == VIOLATED)
        to_west[code] = codes.seen * seen
        slopes[code] = -(shows == VIOLATED or (shows == UNWRITTEN and not seen))
    for shows, violated in ((UNWRITTEN, 0), (SATISFIED, 0), (SATISFIED, 1)):
        code = codes.label_cell(shows, violated)
        output = TRUE if shows == SATISFIED and not violated else FALSE
        seen_or_not = "a true example seen" if shows == SATISFIED else "no true example seen"
        names[code] = f"label, {seen_or_not}, output {output:+d}"
        own[code] = shows
        to_west[code] = codes.seen * (shows == SATISFIED)
        outputs[code] = output
        slopes[code] = -(shows == UNWRITTEN)
    return LocalRule(
        "online-conjunction",
        Codes(names, PADDING),
        {
            "C": Table(own, slopes=dict.fromkeys(own, 1)),
            "W": Table(to_east),
            "E": Table(to_west),
        },
        (),
        Table(outputs, slopes),
    )


def conjunction_schedule(codes: ConjunctionCodes = ConjunctionCodes()) -> dict[str, Any]:
    """What the codes mean, as plain data: rows that end with the code."""
    cells = product(SHOWS, (0, 1), (0, 1))
    labels = ((UNWRITTEN, 0), (SATISFIED, 0), (SATISFIED, 1))
    return {
        "online conjunction": {
            "codes": {
                "cell": [[*known, codes.cell(*known)] for known in cells],
                "label": [[*known, codes.label_cell(*known)] for known in labels],
            },
            "depth": {"d": 1, "1": 1},
        }
    }


def online_conjunction() -> Program:
    """Elimination of literals."""
    return Program(
        name="online-conjunction",
        summary="a conjunction of a stream: SGD drops the literals that a true example violates",
        rule=conjunction_rule(),
        depth=lambda m, d: d + 1,
        depth_formula="d + 1",
        schedule=conjunction_schedule(),
        meaning=conjunction_meaning,
        memory_rows=lambda m, d: 1,
        dummy="never",
    )
