"""What the proofs of online learners share: which learner it is, its invariant, and the cell with the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from proofs_check.lemma1.memorisation import check_gradient
from proofs_check.outcome import BELOW, MEMORY, Outcome
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.recurrences import Own, check_recurrence
from proofs_check.patterns.scene import Scene
from proofs_check.statement import Found
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError

D, M, N = (variable(name) for name in ("d", "m", "n"))
Recurrence = Mapping[str, Own]


def computing(name: str) -> Callable[[Subject], bool]:
    """Does the certificate say that this is what the program computes?"""
    return lambda subject: subject.computes == name


def reduction_invariant(
    subject: Subject, recurrence: Recurrence, depth: Callable[[Subject], object]
) -> Found:
    """Row reduction: the dummy's step on an empty memory, and every later step; the recurrence is the checker's own.

    ``depth`` checks that the network ends with what the recurrence says: that its definitions are the checker's does not
    mean that a cell speaks of them.
    """
    start = subject.outcome("starting")
    check_gradient(subject, start)
    return _found(subject, recurrence, [start], depth)


def own_slopes_invariant(
    subject: Subject,
    recurrence: Recurrence,
    depth: Callable[[Subject], object],
    starts: Sequence[str] = (),
) -> Found:
    """:func:`check_own_slopes`, and the rest as :func:`reduction_invariant`. ``starts`` are scenes about an empty memory."""
    check_own_slopes(subject, *starts, "streaming")
    return _found(subject, recurrence, [subject.outcome(name) for name in starts], depth)


def check_own_slopes(subject: Subject, *scenes: str) -> None:
    """Every cell of memory has slope 1 by itself in all layers of these scenes.

    Then the gradient by a pixel is the head's slope at the cell's last code. In rows below the one that is written
    next, the head is 0 and flat.
    """
    for name in scenes:
        _check_slopes(subject, subject.outcome(name))


def _check_slopes(subject: Subject, outcome: Outcome) -> None:
    for seen in outcome.seen:
        for _, slope, after in seen.steps.tolist() if seen.marks[MEMORY] else ():
            if seen.marks[BELOW]:
                if subject.head.value(after) or subject.head.slope(after):
                    raise RefutedError(
                        f"{seen.after!r}: the head is not 0 and flat at code {after}"
                    )
            elif slope != 1:
                raise RefutedError(f"{seen.now!r}: the slope of a cell by itself is not 1")


def _found(
    subject: Subject,
    recurrence: Recurrence,
    starts: Sequence[Outcome],
    depth: Callable[[Subject], object],
) -> Found:
    outcome = subject.outcome("streaming")
    count = check_recurrence(outcome.scene, recurrence)
    depth(subject)
    empty = "".join(f"; an empty memory, {each.covered.cases} cases" for each in starts)
    many = f"{len(recurrence)} variables" if len(recurrence) > 1 else "1 variable"
    return Found(
        f"{outcome.covered}{empty}; {count} values of {many}",
        {"work columns": outcome.work_columns},
    )


def answering(subject: Subject, recurrence: Recurrence, *where: Linear) -> tuple[Scene, Ends, int]:
    """The scene, its layers from the claimed depth on with a memory of ``d + 1`` rows, and the stage of the cell with the answer.

    That cell is where all of ``where`` are 0 or more. It is in one stage, and no other cell is.
    """
    scene = subject.outcome("streaming").scene
    check_recurrence(scene, recurrence)
    end = Ends(scene, (N - subject.depth, M - D, D - M))
    answers = Ends(scene, (*end.among, *where)).stages()
    if len(answers) != 1:
        raise RefutedError("in the last layer the cell with the answer can be in several stages")
    (answer,) = answers
    end.check_only(answer, *where)
    return scene, end, answer
