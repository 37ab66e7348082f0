"""Lemma 1, computation: what every cell holds in every layer, and the output after the last one.

By induction over the layers the scene *predicting* is true on every grid: it is true of layer 0, which the
memory layer writes, and if it is true of a layer, it is true of the next, because the next code of a cell
depends on the codes of its patch alone, and every patch is one of the patterns.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from proofs_check.lemma1 import column_scan, line, rising_bits
from proofs_check.lemma1.machine_runs import of_covered_runs
from proofs_check.lemma1.outputs import stages_with_output
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.expressions import Ref
from proofs_check.patterns.linear import Linear, variable
from proofs_check.statement import NOT_CLAIMED, Applies, Found, about_networks
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError

A, B, D, M, N = (variable(name) for name in ("a", "b", "d", "m", "n"))
ROWS = (Linear((), 1), M + 1)
COLUMNS = (Linear((), 1), D + 1, D + 2)


def _applies(subject: Subject) -> Applies:
    if subject.online:
        return False
    return bool(subject.of_predictions) or NOT_CLAIMED


def _text(subject: Subject) -> str:
    if subject.has_machine:
        return "until the head's birth every cell holds what the recurrence says; then the grid is the machine's tape"
    return "in every layer every cell holds what the recurrence of the program says"


@about_networks(
    "Lemma 1, prediction",
    _text,
    "all sizes, exact",
    _applies,
)
def prediction(subject: Subject) -> Found:
    """The induction; for a machine, until its head is born and the grid is its tape.

    On a line there is one until the turn, which the other begins with.
    """
    outcomes = [subject.outcome(name) for name in subject.of_predictions]
    covered = "; then ".join(str(outcome.covered) for outcome in outcomes)
    return Found(covered, {"work columns": outcomes[0].work_columns})


@dataclass(frozen=True)
class Answer:
    """Where the output comes from: the only cell that has one, what it depends on, and how."""

    row: Linear
    column: Linear
    refs: tuple[Ref, ...]
    outputs: tuple[tuple[tuple[int | str, ...], Fraction], ...]

    def __str__(self) -> str:
        of = ", ".join(map(str, self.refs))
        values = ", ".join(f"{', '.join(map(str, v))}: {output}" for v, output in self.outputs)
        return f"row {self.row}, column {self.column}: {of} ({values})"


def _text_of_depth(subject: Subject) -> str:
    """Of a machine's runs that do not halt nothing is said."""
    halts = "if the machine halts after t steps, " if subject.has_machine else ""
    return of_covered_runs(f"{halts}from layer L on, f([x; 1]) = A(S)[x]", subject)


@about_networks(
    "Lemma 1, depth",
    _text_of_depth,
    "all sizes, exact",
    _applies,
)
def depth(subject: Subject) -> Found:
    """From the claimed depth on, the output is the answer."""
    subject.check_prediction()
    shown = {"L": str(subject.claims.depth)}
    if line.predicts(subject):
        return Found(line.check_end(subject), shown)
    if subject.has_machine:
        born = "the steps of the machine count from the layer in which its head is born"
        return Found(f"{born}{subject.lost_runs}", shown)
    if subject.computes in column_scan.SCANS:
        return Found(column_scan.check_end(subject), shown)
    if subject.computes == rising_bits.COMPUTES:
        return Found(rising_bits.check_end(subject), shown)
    return Found(f"the only cell with an output, which has none before: {answer(subject)}", shown)


def answer(subject: Subject) -> Answer:
    """The only cell that has an output from the claimed depth on, and not before.

    Raises :class:`~proofs_check.verdict.RefutedError` when there is no such cell.
    """
    scene = subject.outcome("predicting").scene
    last = Ends(scene, (N - subject.depth,))
    with_output = stages_with_output(subject, last)
    if len(with_output) != 1:
        names = ", ".join(sorted(scene.stages[number].name for number in with_output))
        raise RefutedError(
            f"from layer {subject.depth} on, cells in {len(with_output)} stages have an output ({names}); "
            f"it should be one"
        )
    (number,) = with_output
    stage = scene.stages[number]
    for row in ROWS:
        for column in COLUMNS:
            here = (A - row, row - A, B - column, column - B)
            try:
                last.check_only(number, *here)
            except RefutedError:
                continue
            if stages_with_output(subject, Ends(scene, (subject.depth - 1 - N, *here))):
                raise RefutedError(f"the cell can have an output before layer {subject.depth}")
            at = {"a": row, "b": column}
            outputs = tuple(
                (values, subject.head.value(code))
                for values, code in subject.codes_of(scene, stage)
            )
            return Answer(row, column, tuple(ref.put(at) for ref in stage.refs), outputs)
    raise RefutedError(
        f"from layer {subject.depth} on, the cells in {stage.name!r}, which have an output, are not just "
        f"one in a corner"
    )
