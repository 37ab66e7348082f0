"""Learners that ask every column a question and answer with the first that has something to say.

``T[a, b]`` is what a cell holds, ``P[a, b]`` the finding of the rows from the last one up to row ``a``, ``V[a, b]`` its
verdict, and ``R[b]`` whether all columns to the left of ``b`` have the verdict 0 in the top row. The output is
the first verdict of the top row that is not 0, and *otherwise* a constant: of all cells only those
with ``R[b]`` and a verdict have one, and as ``R[b+1]`` holds just if ``R[b]`` does and ``V[1, b]`` is 0, that is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from proofs_check.lemma1.data_sets import Bits
from proofs_check.lemma1.on_data_sets import compare_on_data_sets, on_data_sets
from proofs_check.lemma1.outputs import check_outputs, only_stage_there
from proofs_check.lemma1.small_sizes import DEFINITIONS
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.expressions import Ref
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.recurrences import Own, case, check_recurrence
from proofs_check.statement import Found, about_networks
from proofs_check.verdict import RefutedError

if TYPE_CHECKING:
    from proofs_check.subject import Subject

A, B, D, M, N = (variable(name) for name in ("a", "b", "d", "m", "n"))

FIRST_ROW: Final = Linear((), 1)
BIT: Final = {1: 0, -1: 1}  #: of a sign


@dataclass(frozen=True)
class Scan:
    """A scan: what a cell holds by ``y``, ``x`` and ``z``, and what findings and verdicts are."""

    holds: Callable[[int, int, int], str]
    values: tuple[str, ...]
    start: str
    change: Callable[[str, str], str]
    verdict: Mapping[str, int]
    otherwise: int

    def recurrence(self) -> dict[str, Own]:
        """The variables of the scan, as the checker has them."""
        last, first = A - M - 1, B * -1 + 1
        return {
            "T": Own(("a", "b"), self.values, (case("y[a]; x[a, b]; z[b]", self.holds),)),
            "P": Own(
                ("a", "b"),
                tuple(self.verdict),
                (
                    case("", lambda: self.start, last),
                    case("P[a+1, b]; T[a, b]", self.change),
                ),
            ),
            "V": Own(("a", "b"), (-1, 0, 1), (case("P[a, b]", lambda found: self.verdict[found]),)),
            "R": Own(
                ("b",),
                (0, 1),
                (
                    case("", lambda: 1, first),
                    case("R[b-1]; V[1, b-1]", lambda reached, verdict: reached and verdict == 0),
                ),
            ),
        }

    def predict(self, m: int, d: int) -> Callable[[Sequence[Bits]], int | None]:
        """The bit that the recurrence itself predicts, as a function of data sets of this size.

        It is that of the sum over the cells that have an output by :func:`check_end`; None if that is no sign.
        """
        columns = [Linear((), column) for column in range(1, d + 3)]
        reached = [Ref("R", (column,)) for column in columns]
        verdicts = [Ref("V", (FIRST_ROW, column)) for column in columns[:-1]]
        run = on_data_sets(self.recurrence(), m, d, *reached, *verdicts)

        def predicted(rows: Sequence[Bits]) -> int | None:
            values = run(rows)
            says = [*values[d + 2 :], self.otherwise]
            return BIT.get(sum(int(v) for r, v in zip(values[: d + 2], says, strict=True) if r))

        return predicted


def _same_signs(found: str, holds: str) -> str:
    return f"all {holds}" if found in ("nothing yet", f"all {holds}") else "mixed"


def _agreement(found: str, holds: str) -> str:
    return "one agrees" if found == "one agrees" or holds == "agree" else "none agrees"


#: The programs that are scans, by what they compute.
SCANS: Final[Mapping[object, Scan]] = {
    "one literal": Scan(
        holds=lambda y, x, z: "+" if y * x * z > 0 else "-",
        values=("+", "-"),
        start="nothing yet",
        change=_same_signs,
        verdict={"nothing yet": 0, "all +": 1, "all -": -1, "mixed": 0},
        otherwise=1,
    ),
    "conjunction": Scan(
        holds=lambda y, x, z: "negative" if y > 0 else "agree" if x == z else "differ",
        values=("negative", "agree", "differ"),
        start="none agrees",
        change=_agreement,
        verdict={"none agrees": 1, "one agrees": 0},
        otherwise=-1,
    ),
}


def _claimed(subject: Subject) -> bool:
    # With a machine the row *depth* does not tie the answer to the scan's variables.
    scans = subject.computes in SCANS and not subject.has_machine
    return scans and subject.has_scene("predicting")


@about_networks(
    "Lemma 1, recurrence",
    "the checker's own recurrence of a scan of the columns says what the cells hold, and f from layer L on",
    "all sizes, exact",
    _claimed,
    key="recurrence of a scan",
)
def recurrence(subject: Subject) -> Found:
    """The cells hold the definitions, the output is theirs, and on small sizes they predict what the program is said to compute."""
    name = str(subject.computes)
    scan = SCANS[subject.computes]
    count = check_recurrence(subject.outcome("predicting").scene, scan.recurrence())
    check_end(subject)
    covered = compare_on_data_sets(scan.predict, DEFINITIONS[name], "does not predict as defined")
    return Found(f"{count} values of 4 variables; {covered}")


def check_end(subject: Subject) -> str:
    """From the depth on the outputs are those of the scan; in words what was covered.

    Raises :class:`~proofs_check.verdict.RefutedError` when they are not, or are there before.
    """
    scan = SCANS[subject.computes]
    scene = subject.outcome("predicting").scene
    check_recurrence(scene, scan.recurrence())
    ends = Ends(scene, (N - subject.depth,))
    top = (A * -1 + 1,)
    memory, end = (*top, D - B + 1), (*top, B - D - 2, D - B + 2)
    verdicts, otherwise = (only_stage_there(ends, *where) for where in (memory, end))
    check_outputs(
        subject, verdicts, lambda of: of["V[a, b]"] if of["R[b]"] else 0, {"R[b]", "V[a, b]"}
    )
    check_outputs(subject, otherwise, lambda of: scan.otherwise if of["R[b]"] else 0, {"R[b]"})
    for number in ends.stages():
        if number not in (verdicts, otherwise):
            check_outputs(subject, number, lambda of: 0)
    if Ends(scene, (subject.depth - 1 - N, *end)).in_stage(otherwise):
        raise RefutedError(f"the search can end before layer {subject.depth}")
    return (
        f"outputs in the top row alone: V[1, b] where R[b], and {scan.otherwise} behind the last column "
        f"if R[d+2]"
    )
