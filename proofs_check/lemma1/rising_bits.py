"""Majority by bits that rise and cancel: the checker's own recurrence, and the cell that answers.

``S[a, b, w]`` is what row ``a`` of a column holds after ``w`` waves; in wave ``w``, ``K[a, b, w]`` comes to row ``a`` from below, and ``K[0, b, w]``
leaves the top row. ``E[w]`` is the answer after ``w`` waves: the first that left the label column's top row and was not *cancelled*.

Why ``E[w]`` is the majority for every ``w > (m + 1) / 2`` is argued in ``docs/proof.md``; here the recurrence is run on all labels of small sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import TYPE_CHECKING, Final

from proofs_check.lemma1.data_sets import Bits
from proofs_check.lemma1.on_data_sets import bits_where, on_data_sets
from proofs_check.lemma1.outputs import check_outputs, only_stage_there
from proofs_check.lemma1.small_sizes import majority
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.expressions import Ref, Value
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.recurrences import Own, case, check_recurrence
from proofs_check.statement import Found, about_networks
from proofs_check.verdict import RefutedError

if TYPE_CHECKING:
    from proofs_check.subject import Subject

COMPUTES: Final = "majority"
A, B, D, M, N, W = (variable(name) for name in ("a", "b", "d", "m", "n", "w"))
TOP_LABEL: Final = (A * -1 + 1, B - D - 1, D - B + 1)
MOST_EXAMPLES: Final = 10  #: the recurrence is run on the labels of up to so many
FURTHER_WAVES: Final = 5  #: in which the answer must stay as it is

HOLDS: Final = ("none", 0, 1)
COMES: Final = ("nothing", 0, 1, "cancelled")


def stays(holds: Value, comes: Value) -> Value:
    """What a cell holds after a wave."""
    return holds if comes in (holds, "cancelled") else "none"


def leaves(holds: Value, comes: Value) -> Value:
    """What a cell sends up."""
    if holds == "none" or comes in (holds, "cancelled"):
        return comes
    return holds if comes == "nothing" else "cancelled"


def answered(before: Value, left: Value) -> Value:
    """The answer after what left the top row; if that is nothing, there was one 1 more than 0s."""
    if before != "none" or left == "cancelled":
        return before
    return 1 if left == "nothing" else left


START = W * -1
RECURRENCE: Final = {
    "S": Own(
        ("a", "b", "w"),
        HOLDS,
        (
            *bits_where(START),
            case("S[a, b, w-1]; K[a, b, w]", stays),
        ),
    ),
    "K": Own(
        ("a", "b", "w"),
        COMES,
        (
            case("", lambda: "nothing", A - M - 1),
            case("S[a+1, b, w-1]; K[a+1, b, w]", leaves),
        ),
    ),
    "E": Own(
        ("w",),
        HOLDS,
        (
            case("", lambda: "none", START),
            case("E[w-1]; K[0, d+1, w]", answered),
        ),
    ),
}


def answers(m: int, *waves: int) -> Callable[[Sequence[Bits]], list[Value]]:
    """``E`` after each of these numbers of waves, by :data:`RECURRENCE` itself, as a function of ``m`` labels and the test example's 0."""
    wanted = [Ref("E", (Linear((), number),)) for number in waves]
    return on_data_sets(RECURRENCE, m, 0, *wanted)


@about_networks(
    "Lemma 1, recurrence",
    "the checker's own recurrence of bits that rise and cancel says what the cells hold, and f from layer L on",
    "all sizes, exact",
    lambda subject: (
        subject.computes == COMPUTES and not subject.has_machine and subject.has_scene("predicting")
    ),
    key="recurrence of rising bits",
)
def recurrence(subject: Subject) -> Found:
    """The cells hold the definitions, the output is theirs, and on small sizes they predict the majority."""
    count = check_recurrence(subject.outcome("predicting").scene, RECURRENCE)
    check_end(subject)
    total = 0
    for m in range(MOST_EXAMPLES + 1):
        waves = m + 1, m + 1 + FURTHER_WAVES
        answered_after = answers(m, *waves)
        for labels in product((0, 1), repeat=m):
            total += 1
            rows = [(label,) for label in (*labels, 0)]
            wanted = majority(rows)
            for number, found in zip(waves, answered_after(rows), strict=True):
                if found != wanted:
                    raise RefutedError(
                        f"after {number} waves the recurrence does not say {wanted} for the labels {labels}"
                    )
    return Found(
        f"{count} values of 3 variables; the recurrence run on all labels of up to {MOST_EXAMPLES} examples: {total}"
    )


def check_end(subject: Subject) -> str:
    """From the depth on the output is ``E`` after ``m + 1`` waves or more; in words what was covered.

    Raises :class:`~proofs_check.verdict.RefutedError` when it is not.
    """
    scene = subject.outcome("predicting").scene
    check_recurrence(scene, RECURRENCE)
    ends = Ends(scene, (N - subject.depth,))
    top = only_stage_there(ends, *TOP_LABEL)
    found = [ref for ref in scene.stages[top].refs if ref.variable == "E"]
    if len(found) != 1:
        raise RefutedError(f"{scene.stages[top].name!r} should speak of one instance of E")
    (ref,) = found
    waves = ref.index[0]
    if ends.possible(*TOP_LABEL, waves * -1 + M):
        raise RefutedError(f"from layer {subject.depth} on {ref} can be less than m + 1 waves")
    says = {"none": 0, 0: 1, 1: -1}
    check_outputs(subject, top, lambda of: says[of[str(ref)]])
    for number in ends.stages():
        if number != top:
            check_outputs(subject, number, lambda of: 0)
    shown = waves.put({"a": Linear((), 1), "b": D + 1})
    return f"row 1, column d + 1 alone has an output: E[{shown}] (0: 1, 1: -1), n >= L, so at least m + 1 waves"
