"""A machine that learns one of a class of targets, for one ``d`` and every number of examples.

:mod:`~proofs_check.lemma1.rows_above` finds all that can stand above a row, whatever the number of rows is: how the head comes to the row, what the
rows above answer if it goes up again, and which targets explain them; an example's row leaves those that give its label. How
many work columns there are can matter, as the head may be blocked east of the last; so they are as many as the
network has.

Required: the head leaves each example's row to the south when it first comes there. In the last row, where a move south is
blocked, and with all that it does above, it halts with what all targets that are left say of the test example, where they say the same.
Where they do not, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from proofs_check.lemma1.machine import MachineTable
from proofs_check.lemma1.row_steps import most_steps
from proofs_check.lemma1.rows_above import (
    Left,
    Passage,
    Row,
    RowsAbove,
    Way,
    rows_above,
    where,
)
from proofs_check.statement import Found, about_networks
from proofs_check.verdict import RefutedError

if TYPE_CHECKING:
    from proofs_check.certificate import Learns
    from proofs_check.subject import Subject


@dataclass(frozen=True)
class Met:
    """All that can stand above a row; and at most ``slope m + constant`` steps on ``m >= 1`` examples and a test example."""

    rows: RowsAbove
    slope: int
    constant: int


def check_learner(machine: MachineTable, learns: Learns, work: int) -> Met:
    """That the machine says what the targets do, whatever the number of examples; all that can be met.

    Raises :class:`~proofs_check.verdict.RefutedError` otherwise, with the row on which it goes wrong.
    """
    inputs = list(enumerate(product((0, 1), repeat=learns.features)))
    targets = [[int(bit) for bit in target] for target in learns.targets]

    def symbols(*bits: int) -> tuple[str, ...]:
        return (*(machine.bits[bit] for bit in bits), *[machine.blank] * work)

    def follow(left: Left) -> Iterator[tuple[tuple[str, ...], Left]]:
        for index, x in inputs:
            for label in sorted({targets[each][index] for each in left}):
                yield symbols(*x, label), tuple(e for e in left if targets[e][index] == label)

    def last(rows: RowsAbove) -> list[Passage]:
        passages: list[Passage] = []
        # Before the first example, which is entered first, there is no test example.
        for kind, way in rows.entered[1:]:
            left = rows.kinds[kind].left
            for index, x in inputs:
                said = {targets[each][index] for each in left}
                if len(said) == 1:
                    test = Row(kind, symbols(*x, 0), left)
                    passages.append(_right_passage(rows, test, way, 1 - 2 * min(said)))
        return passages

    rows, passages = rows_above(machine, tuple(range(len(targets))), follow, last)
    # Different targets are told apart by some examples, so there are passages through the last row.
    return Met(rows, *most_steps(rows, passages))


def _right_passage(rows: RowsAbove, test: Row, way: Way, answer: int) -> Passage:
    """The passage through the row of the test example, at the end of which the machine must have halted with the answer."""
    passage = rows.passage(test, way, last=True)
    if passage.end == answer:
        return passage
    wrong = passage.end
    if isinstance(wrong, int):
        wrong = f"the machine says {wrong}; all targets that are left say {answer}"
    raise RefutedError(f"{where(test.symbols, way, last=True)} {wrong}")


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
    if learns.steps["m"] < met.slope or learns.steps.at({"m": 1}) < met.slope + met.constant:
        raise RefutedError(
            f"the certificate claims {learns.steps} steps; the machine may take {met.slope} m + {met.constant}"
        )
    return Found(
        f"the values {', '.join(learns.targets)} on all inputs; {len(met.rows.kinds) - 1} kinds of rows above, by the targets that are "
        f"left and by what they do; {len(met.rows.entered) - 1} ways to come to a row below them; work columns: {work}",
        {"steps, where they agree": f"at most {met.slope} m + {met.constant}"},
    )
