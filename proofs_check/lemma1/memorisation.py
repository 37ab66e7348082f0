"""Lemma 1, memorisation: SGD step ``i`` writes row ``i`` and nothing else, on grids of every size.

The induction over the layers shows what every cell holds, with no unit at its kink, and that the derivative of a
cell's next code is its stage's slope by the cell itself and 0 by its neighbours. What is left:

* the head is 0 on all codes from layer 1 on (on a line, from layer ``d + 2`` on, and the network is as deep), with slope 1 by the pixel on row ``i`` of the memory and slope 0
  everywhere else;
* in row ``i`` the slope of every cell in every layer is 1; above it, it is 0 in layer 0.

Hence ``f = 0``; and backwards from the head, the derivative of ``f`` is 1 by every pixel of row ``i`` and 0 by every other
pixel of the memory. So the step adds ``eta (y - 0) diag(z) 1`` to row ``i``: that is ``(y_i / 3) [x_i, 1]``.
"""

from __future__ import annotations

from proofs_check.outcome import ABOVE, BELOW, LAYER0, MEMORY, SETTLED, Outcome
from proofs_check.statement import NOT_CLAIMED, Applies, Found, about_networks
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError


def _applies(subject: Subject) -> Applies:
    if subject.online:
        return False
    return subject.has_scene("memorising") or NOT_CLAIMED


@about_networks(
    "Lemma 1, memorisation",
    "SGD step i adds (y_i/3) [x_i, 1] to row i of W, and nothing to any other row",
    "all sizes, exact",
    _applies,
)
def memorisation(subject: Subject) -> Found:
    """Step ``i`` of SGD writes row ``i``."""
    if subject.network.line:
        _ = subject.settled  # raises unless the network is as deep
    outcome = subject.outcome("memorising")
    check_gradient(subject, outcome)
    return Found(
        f"{outcome.covered}; values and derivatives", {"work columns": outcome.work_columns}
    )


def check_gradient(subject: Subject, outcome: Outcome) -> None:
    """The output is 0, and so is its gradient but on row ``i``, where it is 1."""
    for seen in outcome.seen:
        above, below, memory = (seen.marks[mark] for mark in (ABOVE, BELOW, MEMORY))
        own_row = memory and not above and not below
        for _, slope, after in seen.steps.tolist():
            value, gradient = subject.head.value(after), subject.head.slope(after)
            read = not subject.network.line or seen.marks[SETTLED]
            if read and (value or gradient != int(own_row)):
                raise RefutedError(
                    f"{seen.after!r}: the head gives code {after} the value {value} and the slope "
                    f"{gradient}; it should be 0 and {int(own_row)}"
                )
            wanted = 1 if own_row else 0 if above and seen.marks[LAYER0] and memory else slope
            if slope != wanted:
                raise RefutedError(
                    f"{seen.now!r}: a cell has the slope {slope}; it should have {wanted} in the row that "
                    f"is written, and 0 above it"
                )
