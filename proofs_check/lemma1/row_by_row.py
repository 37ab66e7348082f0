"""A machine that never moves up and learns one of a class of targets, for one ``d`` and every number of examples.

Its head begins in the first cell of the first row, leaves every example's row to the south, and so meets each row as the
data have it: what it has written stands above, and it never goes there again. So all that it knows of the rows above
is in which column and in which state it enters the next one. What it does in a row depends on these two and on the
row's bits, and in the last row, where a move south is blocked, as well. With them goes the set of the targets that
explain all rows above: a row of an example leaves those that give its label. By induction on the rows, whatever
their number is, nothing else is met than what is found here; and it is finite, as a row has finitely many cells. How many
work columns there are can matter, as the head may be blocked east of the last; so they are as many as the network has.

Required of every row that is met: no step up, an end, and no verdict before the last row. There: where all targets
that are left say the same of the test example, the machine halts with that. Where they do not, nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

from proofs_check.lemma1.machine import MachineTable
from proofs_check.statement import Found, about_networks
from proofs_check.verdict import RefutedError

if TYPE_CHECKING:
    from proofs_check.certificate import Learns
    from proofs_check.subject import Subject

EASTWARD: Final = {"E": 1, "W": -1}
STEPS_PER_CELL: Final = 100  #: of a row; whoever takes more is refuted


@dataclass(frozen=True)
class Left:
    """How a head leaves a row after ``steps``: below in this column and state, or it has halted with ``output``."""

    steps: int
    column: int
    state: str
    output: int | None = None


@dataclass(frozen=True)
class Entered:
    """How a head comes to a row, and which targets explain the rows above, by their places in the class."""

    column: int
    state: str
    left: tuple[int, ...]


@dataclass(frozen=True)
class Met:
    """All that can be met after one example or more, and the most steps in an example's row and in the last."""

    entered: frozenset[Entered]
    steps: int
    last: int


def through_a_row(
    machine: MachineTable, symbols: Sequence[str], column: int, state: str, *, last: bool
) -> Left:
    """What a head that enters a row of these symbols does until it leaves the row or halts.

    Raises :class:`~proofs_check.verdict.RefutedError` when it moves up, takes more than :data:`STEPS_PER_CELL` steps for
    each cell, or meets a pair that the machine does not have.
    """
    cells = list(symbols)
    most = STEPS_PER_CELL * len(cells)
    for steps in range(most + 1):
        transition = machine.transitions.get((state, cells[column]))
        if transition is None:
            raise RefutedError(f"the machine meets {(state, cells[column])}, which it has not")
        if transition.output is not None:
            return Left(steps, column, state, transition.output)
        if transition.move == "N":
            raise RefutedError(f"the machine moves up in {state!r} on {cells[column]!r}")
        cells[column] = transition.write
        if transition.move == "S" and not last:
            return Left(steps + 1, column, transition.to)
        to = column + EASTWARD.get(transition.move, 0)
        if transition.move == "S" or to not in range(len(cells)):
            state = transition.blocked
        else:
            column, state = to, transition.to
    raise RefutedError(f"the machine takes more than {most} steps in this row")


def check_learner(machine: MachineTable, learns: Learns, work: int) -> Met:
    """That the machine says what the targets do, whatever the number of examples; all that can be met.

    Raises :class:`~proofs_check.verdict.RefutedError` otherwise, with the row on which it goes wrong.
    """
    inputs = list(enumerate(product((0, 1), repeat=learns.features)))
    targets = [[int(bit) for bit in target] for target in learns.targets]
    entered: set[Entered] = set()
    new = [Entered(0, machine.start, tuple(range(len(targets))))]
    steps: list[int] = []
    last: list[int] = []

    def ended(into: Entered, bits: tuple[int, ...], *, last: bool) -> Left:
        symbols = [*(machine.bits[bit] for bit in bits), *[machine.blank] * work]
        try:
            return through_a_row(machine, symbols, into.column, into.state, last=last)
        except RefutedError as refutation:
            raise RefutedError(f"{_where(into, bits, last=last)} {refutation}") from None

    while new:
        into = new.pop()
        for index, x in inputs:
            said = {targets[each][index] for each in into.left}
            for label in sorted(said):
                row = ended(into, (*x, label), last=False)
                if row.output is not None:
                    raise RefutedError(f"{_where(into, (*x, label), last=False)} the machine halts")
                steps.append(row.steps)
                left = tuple(each for each in into.left if targets[each][index] == label)
                below = Entered(row.column, row.state, left)
                if below not in entered:
                    entered.add(below)
                    new.append(below)
            # Before the first example there is no test example.
            if into in entered and len(said) == 1:
                end = ended(into, (*x, 0), last=True)
                if end.output != 1 - 2 * min(said):
                    raise RefutedError(
                        f"{_where(into, (*x, 0), last=True)} the machine says {end.output}; all targets that "
                        f"are left say {1 - 2 * min(said)}"
                    )
                last.append(end.steps)
    # Different targets are told apart by some examples, so there are steps in a last row.
    return Met(frozenset(entered), max(steps), max(last))


def _where(into: Entered, bits: tuple[int, ...], *, last: bool) -> str:
    row = "the last row" if last else "an example's row"
    shown = "".join(map(str, bits))
    return f"in {row}, {shown}, entered in column {into.column + 1} in {into.state!r}:"


@about_networks(
    "Lemma 1, A, every m",
    lambda subject: (
        f"for d = {subject.entry('claims', 'learns', 'features')} and every m: the machine halts with what all targets of a "
        f"class say that explain the examples, where they agree"
    ),
    "all sizes, exact",
    lambda subject: subject.has_machine and subject.entry("claims", "learns") is not None,
)
def learner_for_every_m(subject: Subject) -> Found:
    """By induction on the rows, from the machine's table; and the steps are as few as is claimed.

    The network predicts what the machine does: its scene ends with the tape, and a layer is a step.
    """
    subject.check_prediction()
    learns = subject.claims.learns
    if learns is None:
        raise RefutedError("the certificate does not say what the machine learns")
    work = subject.network.work_columns
    met = check_learner(subject.machine, learns, work)
    # For all m >= 1: at m = 1, and from one m to the next.
    if learns.steps["m"] < met.steps or learns.steps.at({"m": 1}) < met.steps + met.last:
        raise RefutedError(
            f"the certificate claims {learns.steps} steps; the machine may take {met.steps} m + {met.last}"
        )
    ways = {(each.column, each.state) for each in met.entered}
    return Found(
        f"the values {', '.join(learns.targets)} on all inputs; {len(met.entered)} cases: {len(ways)} ways to enter a row, with the "
        f"targets that are left; work columns: {work}",
        {"steps, where they agree": f"at most {met.steps} m + {met.last}"},
    )
