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
every layer: signals add up and never touch the gradient. One gate tells the label cell where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from construction.programs.conjunction import conjunction_meaning
from construction.programs.layouts import bundled_layout
from construction.programs.program import Program
from construction.rules.codes import BITS, Kind, Signal
from construction.rules.forms import ONE, Form, b, d, n, name
from construction.rules.memory_protocol import PADDING
from construction.rules.scenes import Scene, Stage, Variable
from construction.rules.symbolic import Cell, Part, SymbolicRule, assemble, gate

NAME: Final = "online-conjunction"

#: What memory shows of a literal, in thirds: the input violates it, it does not matter, it is satisfied.
SHOWS: Final = {"violated": -2, "does not matter": 0, "satisfied": 2}

#: A feature's cell: what its memory shows, and whether the two signals arrive.
LITERAL: Final = Kind(
    "literal",
    {"shows": (*SHOWS,), "violated": BITS, "seen": BITS},
    "{shows}, violated to the west {violated}, a true example seen {seen}",
    shows="{shows}",
    role="data",
)
#: The label cell: has a true example been seen, and is a literal violated?
LABEL: Final = Kind(
    "label", {"seen": BITS, "violated": BITS}, shows="{seen}", mark="!", role="answer"
)
WORK: Final = Kind("work", shows=" ", role="blank")()

VIOLATED: Final = Signal("violated")  #: from the west: some literal there is violated
SEEN: Final = Signal("seen")  #: from the east: a true example has been seen
AT_LABEL: Final = Signal("label")  #: this is the label cell: there is a work column to its east
FALSE, TRUE = +1, -1  #: the network's output; bit 1 is *true*


def cells() -> Iterator[Cell]:
    """A code is what memory shows plus the signals that arrive, so its own slope is always 1."""
    yield Cell(WORK, number=3, slope=1)
    for shows, violated, seen in product(SHOWS, BITS, BITS):
        memory = LITERAL(shows, 0, 0)
        arriving = VIOLATED * violated + SEEN * seen
        sloped = shows == "violated" or (shows == "does not matter" and not seen)
        yield Cell(
            LITERAL(shows, violated, seen),
            memory + arriving if violated or seen else None,
            becomes=memory,
            east=VIOLATED * (violated or shows == "violated"),
            west=SEEN * seen,
            slope=1,
            output_slope=-sloped,
            number=None if violated or seen else SHOWS[shows],
        )
    for seen, violated in ((0, 0), (1, 0), (1, 1)):
        memory = LITERAL("satisfied" if seen else "does not matter", 0, 0)
        yield Cell(
            LABEL(seen, violated),
            memory + AT_LABEL + VIOLATED * violated,
            becomes=memory,
            west=SEEN * seen,
            slope=1,
            output=TRUE if seen and not violated else FALSE,
            output_slope=-(not seen),
        )


def rule() -> SymbolicRule:
    """Two signals, and one gate. Memory can show -2, so what stands outside the grid is less."""
    label = gate("the label cell", AT_LABEL, E=WORK, unless={"C": WORK})
    return assemble(NAME, Cell(PADDING, number=-3), Part((*cells(),), (label,)))


def invariant() -> dict[str, Scene]:
    """The first step, on a memory of 0, and every other: ``s[b]`` is what memory shows, 2 at the label.

    ``P[b, k]`` says whether, ``k`` layers on, the signal *violated* has come to column ``b``.
    """
    label = b >= d + 1
    arrives = Variable("P", "b k", BITS, name("k"), [
        ([name("k") <= 0], 0),
        ([b <= 1], 0),
        ([], "P[b-1, k-1] or s[b-1] == -2"),
    ])  # fmt: skip
    shows = "'violated' if s[b] == -2 else 'satisfied' if s[b] == 2 else 'does not matter'"
    literal = {"shows": shows, "violated": "P[b, n]"}
    streaming = Scene((arrives,), (
        Stage(LITERAL, fields={**literal, "seen": 0}, slope=1),
        Stage(LITERAL, [n >= d - b + 2], {**literal, "seen": 1}, slope=1, name="seen"),
        Stage(LABEL, [label, n >= 1], {"seen": 1, "violated": "P[b, n]"}, slope=1),
        Stage(WORK, [b >= d + 2], slope=1),
    ))  # fmt: skip
    starting = Scene((), (
        Stage(LITERAL("does not matter", 0, 0), slope=1),
        Stage(LABEL(0, 0), [label, n >= 1], slope=1),
        Stage(WORK, [b >= d + 2], slope=1),
    ))  # fmt: skip
    return {"starting": starting, "streaming": streaming}


def online_conjunction() -> Program:
    """Elimination of literals."""
    return Program(
        name=NAME,
        summary="a conjunction of a stream: SGD drops the literals that a true example violates",
        source=rule(),
        layout=bundled_layout(NAME),
        layers=d + 1,
        scenes=invariant(),
        computes="online conjunction",
        meaning=conjunction_meaning,
        rows=Form({ONE: 1}),
        dummy="never",
    )
