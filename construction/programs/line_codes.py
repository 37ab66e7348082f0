"""What the cells of :mod:`construction.programs.line_row_reduction` hold."""

from __future__ import annotations

from typing import Final

from construction.rules.codes import BITS, Kind

BIT: Final = Kind("bit", {"bit": BITS}, "bit {bit}", "{bit}", role="data")
DONE: Final = Kind("done", shows=".", role="done")()  #: a row that was sent, or memory that waits

# West: the test example takes off the masks.
_WEST: Final = {"bit": BITS, "west": BITS}
_MASKED: Final = {"bit": BITS, "west": BITS, "label": BITS}
PASSING_WEST: Final = Kind("passing west", _WEST, shows="{bit}", mark="<", role="masked")
ENTERED: Final = Kind("entered", {"label": BITS}, shows="{label}", mark="u", role="masked")
NEXT: Final = Kind("unmasks next", _MASKED, shows="{bit}", mark="(", role="masked")
UNMASKS: Final = Kind("unmasks", _MASKED, shows="{bit}", mark="u", role="masked")
OFFERING: Final = Kind("offering", {"bit": BITS}, shows="{bit}", mark="s", role="masked")
OFFERED: Final = Kind("offered", {"bit": BITS}, shows="{bit}", mark="s", role="masked")
FULL: Final = Kind("memory is full", shows=" ", mark="f", role="masked")()
FIRST_WEST: Final = Kind("train from the east", shows=" ", mark="{", role="blank")()
OPEN: Final = Kind("separator", shows=" ", mark=":", role="blank")()
OPEN_WEST: Final = Kind(
    "separator, train going west", {"west": BITS}, shows=" ", mark="<", role="blank"
)

# East: rows reduce the rows below.
HOW: Final = (
    "search",
    "add",
)  #: what a marker does: it looks for the train's first 1, or adds the train
_EAST: Final = {"bit": BITS, "east": BITS}
PASSING_EAST: Final = Kind("passing east", _EAST, shows="{bit}", mark=">")
ARMED: Final = Kind("meets next", {**_EAST, "how": HOW}, shows="{bit}", mark=")")
MEETS: Final = Kind("meets", {**_EAST, "how": HOW}, shows="{bit}", mark="a")
SENDING: Final = Kind("sending", {"bit": BITS}, shows="{bit}", mark="s")
SENT: Final = Kind("sent", {"bit": BITS}, shows="{bit}", mark="s")
FIRST_EAST: Final = Kind("train from the west", {"east": BITS}, shows=" ", mark="}", role="blank")
BUSY: Final = Kind("train has passed", shows=" ", mark="|", role="blank")()
BUSY_EAST: Final = Kind(
    "separator, train going east", {"east": BITS}, shows=" ", mark=">", role="blank"
)
TURN: Final = Kind("next row's turn", shows=" ", mark="s")()
TURNED: Final = Kind("next row's turn comes", shows=" ", mark="t")()
ANSWER: Final = Kind("answer", {"bit": BITS}, "answer {bit}", "{bit}", "!", role="answer")
