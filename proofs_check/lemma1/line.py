"""Row reduction on a line: rows travel along it, and reduce the rows below that they come to.

Until the *turn* the test example goes west and takes off the masks; what the grid shows then is :func:`handover`. From then on
row after row goes east. ``A[a, b, r]`` is the bit of row ``a`` in column ``b`` after the trains of rows ``1..r``, and ``D[a, b, r]`` what row ``a`` does with
column ``b`` of the train of row ``r``: it looks for the train's first 1 (*search*), adds the train from there on (*add*), or leaves it,
as it has no 1 there.

Why the last label is then row reduction's is argued in ``docs/proof.md``; here the recurrence is run on every data set of small sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from proofs_check.lemma1.data_sets import Bits
from proofs_check.lemma1.elimination import reduce_rows
from proofs_check.lemma1.on_data_sets import bits_where, compare_on_data_sets, on_data_sets
from proofs_check.lemma1.outputs import stages_with_output
from proofs_check.patterns.codes import NO_CODE, CodeBook
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.expressions import Ref, Value, parse
from proofs_check.patterns.given import LABEL_COLUMN, LAST_ROW, WORK_COLUMNS
from proofs_check.patterns.given import REDUCING as GIVEN
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.recurrences import Own, case, check_recurrence
from proofs_check.patterns.scene import Layer0
from proofs_check.patterns.signatures import ShownAt
from proofs_check.statement import Found, about_networks
from proofs_check.verdict import RefutedError

if TYPE_CHECKING:
    from proofs_check.claimed import Claimed
    from proofs_check.subject import Subject

UNMASKING, REDUCING = "unmasking", "reducing"  #: its scenes of a prediction
A, B, C, D, M, R = (variable(name) for name in ("a", "b", "c", "d", "m", "r"))
FIRST_CELL: Final = (A * -1 + 1, B * -1 + 1)
#: By the clock of the first scene the count at the turn is ``a (d + 2) + b - 1``, so it is of train ``a + 1``:
#: in row 1 of train 2, in other rows of train 3 or a later one.
AT_TURN: Final = ((A * -1 + 1, R - 2), (R - 3,))

BITS: Final = (0, 1)
START, LABELS, FIRST_COLUMN = R * -1, B - D - 1, B * -1 + 1


def after(own: int, passing: int, does: Value) -> int:
    """A row's bit after a train's: it adds from the first column on in which both are 1."""
    return own ^ passing if does == "add" or (does == "search" and own) else own


def label_after(own: int, passing: int, does: Value) -> int:
    """A row's label: it is added only if a feature was found."""
    return own ^ passing if does == "add" else own


def goes_on(does: Value, own: int, passing: int) -> Value:
    """What a row does in the next column."""
    if does != "search" or not passing:
        return does
    return "add" if own else "leave"


HERE = "A[a, b, r-1]; A[r, b, r-1]; D[a, b, r]"
RECURRENCE: Final = {
    "A": Own(
        ("a", "b", "r"),
        BITS,
        (
            *bits_where(START),
            case(HERE, label_after, LABELS),
            case(HERE, after),
        ),
    ),
    "D": Own(
        ("a", "b", "r"),
        ("search", "add", "leave"),
        (
            case("", lambda: "search", FIRST_COLUMN),
            case("D[a, b-1, r]; A[a, b-1, r-1]; A[r, b-1, r-1]", goes_on),
        ),
    ),
}
ANSWER: Final = Ref("A", (M + 1, D + 1, M))
#: The answer comes to place ``(m + 1)(d + 2) - 1`` with as many cars after the turn, which is in layer ``(m + 2)(d + 2) - 1``.
DEPTH: Final = Linear.of({"m d": 3, "m": 6, "d": 4, "1": 5})


#: Where and when no answer stands: in other rows, in other columns, before the last row's last car.
NO_ANSWER: Final = ((M - A,), (D - B + 1,), (M - R,), (M - R + 1, D - C + 1))
_END: Final = (A - M - 1, B - D - 2)
#: Where it stands: in the last cell, from that car on.
ANSWERED: Final = ((*_END, R - M - 1, C - D - 2), (*_END, R - M - 2))


def by_recurrence(m: int, d: int) -> Callable[[Sequence[Bits]], Value]:
    """The answer's bit by :data:`RECURRENCE` itself, as a function of data sets of this size."""
    run = on_data_sets(RECURRENCE, m, d, ANSWER)
    return lambda rows: run(rows)[0]


def handover(book: CodeBook) -> tuple[Layer0, ...]:
    """What the grid shows at the turn: the data's bits, separators, and in the first cell the marker.

    Raises :class:`~proofs_check.verdict.RefutedError` when there are no codes of these kinds.
    """
    bits, sending = (
        [book.number(kind, {"bit": bit}) for bit in BITS] for kind in ("bit", "sending")
    )
    separator = book.number("separator", {})
    if NO_CODE in (*bits, *sending, separator):
        raise RefutedError(
            "the certificate lacks codes of the kinds 'bit', 'sending' and 'separator'"
        )
    signs = (((), "x[a, b]"), (LABEL_COLUMN, "y[a]"), (LAST_ROW, "z[b]"))
    shown = [
        *((where, f"{bits[1]} if {sign} == -1 else {bits[0]}") for where, sign in signs),
        *(
            ((*where, *FIRST_CELL), f"{sending[1]} if {sign} == -1 else {sending[0]}")
            for where, sign in signs
        ),
        (WORK_COLUMNS, str(separator)),
    ]
    return tuple(Layer0(where, parse(text, "the turn")) for where, text in shown)


def shown_at_the_turn(name: str, book: CodeBook) -> tuple[ShownAt, ...]:
    """What cells of a scene must show: the first ends with the turn, with which the second begins."""
    begins = name == REDUCING
    where = GIVEN.start if begins else AT_TURN
    return tuple(ShownAt(each, handover(book), not begins, "the turn") for each in where)


def predicts(subject: Claimed) -> bool:
    """Does the certificate have both scenes of a prediction?"""
    return {UNMASKING, REDUCING} <= set(subject.names_of_scenes)


@about_networks(
    "Lemma 1, recurrence",
    "the checker's own recurrence of rows that reduce the rows below says what the cells hold, and f from layer L on",
    "all sizes, exact",
    predicts,
    key="recurrence of a line",
)
def recurrence(subject: Subject) -> Found:
    """The cells hold the definitions, the output is theirs, and on small sizes they are row reduction."""
    count = check_recurrence(subject.outcome(REDUCING).scene, RECURRENCE)
    check_end(subject)
    covered = compare_on_data_sets(by_recurrence, reduce_rows, "is not row reduction")
    return Found(f"{count} values of 2 variables; {covered}")


def check_end(subject: Subject) -> str:
    """The last cell of the line alone has an output, from the claimed depth on; in words which.

    Raises :class:`~proofs_check.verdict.RefutedError` when it is another one, or comes in another layer.
    """
    check_recurrence(subject.scene(REDUCING), RECURRENCE)
    if subject.claims.depth != DEPTH:
        raise RefutedError(
            f"the depth is said to be {subject.claims.depth}; the last row's turn ends in layer {DEPTH}"
        )
    before, ends = (Ends(subject.outcome(name).scene, ()) for name in (UNMASKING, REDUCING))
    for number in stages_with_output(subject, before):
        raise RefutedError(f"before the turn {before.scene.stages[number].name!r} has an output")
    answers = stages_with_output(subject, ends)
    for number in answers:
        stage = ends.scene.stages[number]
        if any(ends.in_stage(number, *elsewhere) for elsewhere in NO_ANSWER):
            raise RefutedError(f"{stage.name!r} has an output elsewhere, or before layer {DEPTH}")
        outputs = {
            values: subject.head.value(code) for values, code in subject.codes_of(ends.scene, stage)
        }
        if stage.refs != (ANSWER,) or outputs != {(0,): 1, (1,): -1}:
            raise RefutedError(f"the output of {stage.name!r} is not the sign of the bit {ANSWER}")
    for number, stage in enumerate(ends.scene.stages):
        if number not in answers and any(ends.in_stage(number, *there) for there in ANSWERED):
            raise RefutedError(f"{stage.name!r} has no output, where the answer should stand")
    return f"the only cell with an output, which has none before: row m + 1, column d + 2: {ANSWER} (0: 1, 1: -1)"
