"""Online row reduction, for all ``d``, all streams and all states of memory.

``i - 1`` rows of memory are written, the first of which is the dummy, so that it shows the input ``z``; the others
are 0. The input is reduced by one row after the other. ``M[a, b]`` is what row ``a`` does when the reduction comes
to column ``b``: it *searches* for its first 1, and from there on it is *added* or *skipped*. ``V[a, b]`` is the input's
bit when it comes to row ``a``; in the label column, the sum of the labels of the rows that were added. ``W[a, b]``
says whether a bit is left after row ``a`` to the west of column ``b``.
"""

from __future__ import annotations

from itertools import product
from typing import Final

from proofs_check.lemma1.on_data_sets import bit_of
from proofs_check.online.ends import check_live_row, check_stage_at_end
from proofs_check.online.learner import answering, computing, reduction_invariant
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.linear import variable
from proofs_check.patterns.recurrences import Own, case
from proofs_check.statement import Found, about_networks
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError

A, B, D, ROW, M, N = (variable(name) for name in ("a", "b", "d", "i", "m", "n"))
NAME: Final = "online row reduction"
SIGNS, BITS, MODES = (1, -1), (0, 1), ("search", "add", "skip")
SEARCH, ADD, SKIP = MODES
LARGEST_D = 3  #: features up to which every state of memory is listed
LABELS, FIRST_COLUMN, FIRST_ROWS = B - D - 1, B * -1 + 1, A * -1 + 2


def _mode_after(mode: str, reduced: int, sign: int) -> str:
    """What a row does east of a cell, from what it did before, the input's bit there, and its own sign."""
    if mode != SEARCH or not bit_of(sign):
        return mode
    return ADD if reduced else SKIP


def _reduced(above: int, mode: str, sign: int) -> int:
    """The input's bit after a row; ``mode`` is what the row does east of the cell."""
    return above ^ bit_of(sign) if mode == ADD else above


RECURRENCE: Final = {
    "X": Own(("a", "b"), SIGNS, (case("y[a]", lambda y: y, LABELS), case("x[a, b]", lambda x: x))),
    "M": Own(
        ("a", "b"),
        MODES,
        (
            case("", lambda: SEARCH, FIRST_COLUMN),
            case("M[a, b-1]; V[a, b-1]; y[a]", _mode_after, LABELS - 1),
            case("M[a, b-1]; V[a, b-1]; x[a, b-1]", _mode_after),
        ),
    ),
    "V": Own(
        ("a", "b"),
        BITS,
        (
            case("z[b]", bit_of, FIRST_ROWS),
            case("V[a-1, b]; M[a-1, b+1]; y[a-1]", _reduced, LABELS),
            case("V[a-1, b]; M[a-1, b+1]; x[a-1, b]", _reduced),
        ),
    ),
    "W": Own(
        ("a", "b"),
        BITS,
        (
            case("", lambda: 0, FIRST_COLUMN),
            case("W[a, b-1]; V[a+1, b-1]", lambda west, bit: west or bit),
        ),
    ),
}


@about_networks(
    "Online, invariant",
    "the recurrence of reducing x by the stored rows says what every cell holds in every layer, and f at the end; slopes too",
    "all sizes, exact",
    computing(NAME),
    key="online row reduction, invariant",
)
def invariant(subject: Subject) -> Found:
    """The dummy's step on an empty memory, and every later step."""
    return reduction_invariant(subject, RECURRENCE, depth)


@about_networks(
    "Online, depth",
    "from layer L on, f is the answer, or 0 with slopes that make SGD store x reduced",
    "all sizes, exact",
    computing(NAME),
    key="online row reduction, depth",
)
def depth(subject: Subject) -> Found:
    """The last layer of a memory with ``d + 1`` rows: outputs, and the gradient by every pixel.

    The gradient by a cell's pixel is the head's slope at its last code times the slopes of all layers.
    """
    last_row, label = (A - ROW + 1, ROW - A - 1), (B - D - 1, D + 1 - B)
    scene, end, answers = answering(subject, RECURRENCE, *last_row, *label)
    check_live_row(subject)
    live = (A - ROW, ROW - A)
    features = Ends(scene, (*end.among, *live, D - B)).stages()
    labels = Ends(scene, (*end.among, *live, *label)).stages()
    if (len(features), len(labels)) != (1, 1):
        raise RefutedError("in the last layer the cells of the live row can be in several stages")
    (feature,), (label_stage,) = features, labels
    parity, something_left = "V[i, d + 1]", "W[i - 1, d + 1]"
    codes = check_stage_at_end(
        subject,
        scene,
        answers,
        {parity, something_left},
        output=lambda of: 0 if of[something_left] else 1 - 2 * int(of[parity]),
    )
    for stage, own in ((feature, "V[i, b]"), (label_stage, "")):

        def slope(of: dict[str, int], own: str = own) -> int:
            if not of[something_left]:
                return 0
            # The sign of V[i, b], times the sign of z[b], times that of the labels' sum; z = 1 and
            # V = the labels' sum in the label column, whose reduced label is that sum.
            changed = bit_of(of["z[b]"]) ^ of[own] if own else 0
            return 1 - 2 * (changed ^ of[parity])

        refs = {parity, something_left, *({"z[b]", own} if own else ())}
        codes += check_stage_at_end(subject, scene, stage, refs, slope=slope)
    for stage in end.stages():
        if stage not in (answers, feature, label_stage):
            codes += check_stage_at_end(subject, scene, stage, None)
    before = (N - subject.depth + 1, subject.depth - 1 - N)
    early = Ends(scene, (*before, M - D, D - M, *live, D - B + 1))
    if not set(early.stages()) - {feature, label_stage}:
        raise RefutedError("the last layer but one would do")
    return Found(f"{codes} codes that can be left", {"L": str(subject.claims.depth)})


@about_networks(
    "Online, A",
    "x is known just when it is a sum of stored rows, and then its label is theirs",
    "finite, exact",
    computing(NAME),
    key="online row reduction, A",
)
def meaning(subject: Subject) -> Found:
    """On every state of memory with few features: what the cells compute is what a basis says.

    It knows an input just when it is a sum of stored rows, its answer is then the sum of their labels, and
    what it stores otherwise leaves the sums the old ones and those with the input. That the network's cells compute
    this, and that SGD stores it, is looked at first.
    """
    invariant(subject)
    states = inputs = 0
    for d in range(1, LARGEST_D + 1):
        frontier: list[list[tuple[int, ...]]] = [[]]
        while frontier:
            states += len(frontier)
            grown = []
            for rows in frontier:
                sums = subset_sums(rows, d)
                for x in product((0, 1), repeat=d):
                    inputs += 1
                    reduced, p = reduce_by_rows(rows, x)
                    if any(reduced) == (x in sums) or sums.get(x, p) != p:
                        raise RefutedError(f"reducing {x} by {rows} gives {reduced} and {p}")
                    if not any(reduced):
                        continue
                    for y in (0, 1):
                        new = [*rows, (*reduced, p ^ y)]
                        if subset_sums(new, d).get(x) != y:
                            raise RefutedError(f"{x} with label {y} is not stored in {new}")
                        grown.append(new)
            frontier = grown
    return Found(f"{states} states of memory and {inputs} inputs with d up to {LARGEST_D}")


def reduce_by_rows(rows: list[tuple[int, ...]], x: tuple[int, ...]) -> tuple[list[int], int]:
    """What the recurrence makes of an input: its reduced bits, and ``p``. Rows end with their label."""
    reduced = [*x, 0]
    for row in rows:
        mode = SEARCH
        for b, (r, v) in enumerate(zip(row, list(reduced), strict=True)):
            mode = _mode_after(mode, v, 1 - 2 * r)
            reduced[b] = _reduced(v, mode, 1 - 2 * r)
    return reduced[:-1], reduced[-1]


def subset_sums(rows: list[tuple[int, ...]], d: int) -> dict[tuple[int, ...], int]:
    """Every sum of some of the rows' ``d`` features, with the sum of their labels."""
    sums: dict[tuple[int, ...], int] = {}
    for chosen in product((0, 1), repeat=len(rows)):
        total = [0] * (d + 1)
        for take, row in zip(chosen, rows, strict=True):
            total = [a ^ (take & b) for a, b in zip(total, row, strict=True)]
        sums[tuple(total[:-1])] = total[-1]
    return sums
