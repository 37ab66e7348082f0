"""Triangular row reduction, for all ``d``, all memories and all examples: every pivot has a row of its own.

Row 1 of memory is the dummy, so that it shows the input ``z``. Row ``p + 1`` is 0, or written from column ``p`` on; ``u[a]``
says which. The input is reduced by one row after the other. ``R[a]`` says whether it comes to row ``a``: no row above takes
it. ``V[a, b]`` is its bit there, in the label column the sum of the labels on the way. ``K[a]`` is what row ``a`` does: with a 0
at its pivot the input *skips* it; with a 1 an unwritten row *takes* the input, and a written one is added, with the
mask that its pivot shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from proofs_check.learners import PIVOTS_LEARNER
from proofs_check.lemma1.on_data_sets import bit_of
from proofs_check.online.ends import Of
from proofs_check.online.learner import answering, computing, reduction_invariant
from proofs_check.patterns.codes import NO_CODE, stage_cases
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.given import LAST_ROW
from proofs_check.patterns.linear import variable
from proofs_check.patterns.recurrences import Own, case
from proofs_check.patterns.scene import Scene, Stage
from proofs_check.statement import Found, about_networks
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError

A, B, D, M, N = (variable(name) for name in ("a", "b", "d", "m", "n"))
BITS = (0, 1)
SKIP, TAKE, PLUS, MINUS = "skip", "take", "add +", "add -"
LABELS, FIRST_ROWS = B - D - 1, A * -1 + 2
LABEL = (B - D - 1, D + 1 - B)
#: Cells that can be live: from the diagonal on, in the rows below the dummy's.
ABOVE_DIAGONAL = (A - 2, B - A + 1, D + 1 - B)
WEST_OF_DIAGONAL = (A - B - 2,)
#: What is known of a cell in a row that takes the input.
TAKEN: Final[Of] = {"R[a]": 1, "R[a + 1]": 0, "K[a]": TAKE, "u[a]": 0}


def does(reduced: int, written: int, pivot: int) -> str:
    """What a row does with an input, from the input's bit at its pivot and what is stored there."""
    if not reduced:
        return SKIP
    # The stored bit is 1, the sign -1, so what is stored is the mask's opposite.
    return TAKE if not written else PLUS if bit_of(pivot) else MINUS


def below(reduced: int, action: str, stored: int) -> int:
    """The input's bit below a row; the mask comes off what is stored."""
    if action not in (PLUS, MINUS):
        return reduced
    return reduced ^ bit_of(stored if action == PLUS else -stored)


def label_below(parity: int, action: str, stored: int) -> int:
    """The labels' sum below a row; labels have no mask."""
    return parity ^ bit_of(stored) if action in (PLUS, MINUS) else parity


def comes_below(comes: int, action: str) -> int:
    """Does the input come to the row below?"""
    return int(comes and action != TAKE)


RECURRENCE: Final = {
    "R": Own(("a",), BITS, (case("", lambda: 1, FIRST_ROWS), case("R[a-1]; K[a-1]", comes_below))),
    "V": Own(
        ("a", "b"),
        BITS,
        (
            case("z[b]", bit_of, FIRST_ROWS),
            case("V[a-1, b]; K[a-1]; x[a-1, b]", label_below, LABELS),
            case("V[a-1, b]; K[a-1]; x[a-1, b]", below),
        ),
    ),
    "K": Own(("a",), (SKIP, TAKE, PLUS, MINUS), (case("V[a, a-1]; u[a]; x[a, a-1]", does),)),
}


is_ours = computing(PIVOTS_LEARNER)


@about_networks(
    "Online, invariant",
    "the recurrence of reducing x by the pivots' rows says what every cell holds in every layer, and f at the end; slopes too",
    "all sizes, exact",
    is_ours,
    key="triangular row reduction, invariant",
)
def invariant(subject: Subject) -> Found:
    """The dummy's step on an empty memory, and every later step."""
    return reduction_invariant(subject, RECURRENCE, depth)


@about_networks(
    "Online, depth",
    "from layer L on, f is the answer, or 0 with slopes that make SGD write x into its pivot's row",
    "all sizes, exact",
    is_ours,
    key="triangular row reduction, depth",
)
def depth(subject: Subject) -> Found:
    """The last layer: outputs, and the gradient by every pixel of memory.

    The gradient by a cell's pixel is the head's slope at its last code times the slopes of all layers. The head has
    slope 1 in the row that takes the input, from the diagonal on, and 0 elsewhere. In that row one layer has the
    slope that the input's bit and its reduced bit say, and all others 1.
    """
    scene, end, answers = answering(subject, RECURRENCE, *LAST_ROW, *LABEL)
    codes = set()
    for number in end.stages():
        stage = scene.stages[number]
        for of, code, _ in _cases(subject, scene, stage):
            codes.add(code)
            wanted = _answer(of) if number == answers else 0
            if subject.head.value(code) != wanted:
                raise RefutedError(f"{stage.name!r}: the output of code {code} is not {wanted}")
    _check_slopes(subject, scene)
    before = subject.depth - 1
    early = Ends(scene, (N - before, before - N, M - D, D - M, *LAST_ROW, *LABEL)).stages()
    if early == [answers]:
        raise RefutedError("the last layer but one would do")
    return Found(f"{len(codes)} codes that can be left", {"L": str(subject.claims.depth)})


def _answer(of: Of) -> int:
    """The output: the sign of the labels' sum, if no row takes the input."""
    return (1 - 2 * int(_of(of, "V[a + 1, b]"))) if _of(of, "R[a + 1]") else 0


def _check_slopes(subject: Subject, scene: Scene) -> None:
    memory = Ends(scene, (N - subject.depth, M - D, D - M, D + 1 - B)).stages()
    reachable = Ends(scene, (N - subject.depth, M - D, D - M, *ABOVE_DIAGONAL)).stages()
    for number in memory:
        stage = scene.stages[number]
        for of, code, _ in _cases(subject, scene, stage):
            live = number in reachable and of.get("R[a]") == 1 and of.get("R[a + 1]") == 0
            if subject.head.slope(code) != int(live):
                raise RefutedError(f"{stage.name!r}: the head's slope at {code} is not {int(live)}")
    west = Ends(scene, (N - subject.depth, M - D, D - M, *WEST_OF_DIAGONAL)).stages()
    for number in reachable:
        if number in west:
            raise RefutedError(
                f"{scene.stages[number].name!r} holds on both sides of the diagonal, but SGD writes from it on"
            )
    for stage in (scene.stages[number] for number in reachable):
        if not {"R[a]", "R[a + 1]"} <= {str(ref) for ref in stage.refs}:
            raise RefutedError(f"{stage.name!r} does not say which row is live")
    passing = (N - A - B, A + B - N)
    for layers in ((A + B - N - 1,), passing, (N - A - B - 1,)):
        for number in Ends(scene, (*ABOVE_DIAGONAL, *layers)).stages():
            stage = scene.stages[number]
            for of, _, slope in _cases(subject, scene, stage):
                if any(of.get(name, value) != value for name, value in TAKEN.items()):
                    continue
                changes = layers == passing and bit_of(_of(of, "z[b]")) ^ _of(of, "V[a, b]")
                if slope != (-1 if changes else 1):
                    raise RefutedError(f"{stage.name!r}: the slope {slope} in a row that is taken")


def _of(of: Of, name: str) -> Any:
    if name not in of:
        raise RefutedError(f"a stage should depend on {name}, but speaks of {sorted(of)}")
    return of[name]


def _cases(subject: Subject, scene: Scene, stage: Stage) -> Iterator[tuple[Of, int, int]]:
    """Values of the instances that a stage speaks of, by name, with its code and slope, where it has a code."""
    names = [str(ref) for ref in stage.refs]
    for values, code, slope in stage_cases(scene, stage, subject.certificate.book):
        if code != NO_CODE:
            yield dict(zip(names, values, strict=True)), code, slope
