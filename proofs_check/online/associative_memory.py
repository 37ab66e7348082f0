"""The online associative memory, for all ``d``, all numbers of rows, all streams and all states of memory.

The rows above row ``i`` hold ``y[a] [x[a], 1]``, the others are 0. ``D[a, b, k]`` says whether two cells of row ``a`` that are
neighbours, the first of them a feature within ``k - 1`` columns of column ``b``, show different signs; ``F[a, b, k]``
whether in some row ``a' < a`` no such two are known to column ``b`` in layer ``k - (a - a')``. The derivative of every
cell's next code is 1 by itself and 0 by its neighbours, so the gradient by a pixel is the head's slope
at the cell's last code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import product
from typing import Final

from proofs_check.online.ends import Of, check_stage_at_end
from proofs_check.online.learner import check_own_slopes, computing, own_slopes_invariant
from proofs_check.patterns.coverage import solvable
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.recurrences import Own, case, check_recurrence
from proofs_check.patterns.regions import as_tuple
from proofs_check.statement import Found, about_networks
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError

A, B, D, ROW, K, M, N, ABOVE = (variable(name) for name in ("a", "b", "d", "i", "k", "m", "n", "c"))
NAME: Final = "online associative memory"
BITS = (0, 1)
LABEL, FEATURES, WORK = (B - D - 1, D + 1 - B), (D - B,), (B - D - 2,)
STORED, WRITTEN_NEXT, LATER = (ROW - A - 1,), (A - ROW, ROW - A), (A - ROW - 1,)
SIZES = ((1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1), (3, 2))  #: ``d`` and rows

Row = tuple[int, ...]  #: ``3 W`` of a row, the value last; or the input ``[x, 1]``


def _found(above: int, differs: int) -> int:
    """A cell is told that the key is found if the one above was, or its row seems to match."""
    return int(bool(above) or not differs)


RECURRENCE: Final = {
    "D": Own(
        ("a", "b", "k"),
        BITS,
        (
            case("", lambda: 0, B * -1),
            case("", lambda: 0, B - D - 1),
            case("", lambda: 0, K * -1),
            case(
                "x[a, b]; z[b]; x[a, b+1]; z[b+1]",
                lambda x, z, east, shown: int(x * z != east * shown),
                K * -1 + 1,
            ),
            case(
                "D[a, b, k-1]; D[a, b-1, k-1]; D[a, b+1, k-1]", lambda *known: int(max(known) > 0)
            ),
        ),
    ),
    "F": Own(
        ("a", "b", "k"),
        BITS,
        (
            case("", lambda: 0, A * -1 + 1),
            case("", lambda: 0, K * -1 + 1),
            case("F[a-1, b, k-1]; D[a-1, b-1, k-2]", _found, B - D - 1),
            case("F[a-1, b, k-1]; D[a-1, b, k-1]", _found),
        ),
    ),
}


@about_networks(
    "Online, invariant",
    "the recurrence of what lies within reach says what every cell knows in every layer, and f at the end; slope 1 in itself",
    "all sizes, exact",
    computing(NAME),
    key="online associative memory, invariant",
)
def invariant(subject: Subject) -> Found:
    """All states of memory."""
    return own_slopes_invariant(subject, RECURRENCE, depth)


@about_networks(
    "Online, depth",
    "from layer L on, f is the value of the first row that matches, with slope 1 on that row; "
    "without one f = 0, with slope 1 on the first row that is not written",
    "all sizes, exact",
    computing(NAME),
    key="online associative memory, depth",
)
def depth(subject: Subject) -> Found:
    """The last layer of a memory with ``m + 1`` rows: outputs, and the gradient by every pixel.

    From layer ``L`` on, every pair of neighbours in a row is within reach of whatever a cell stands for, so ``D`` says whether
    the row differs from the input, and ``F`` whether a row above is equal to it.
    """
    check_own_slopes(subject, "streaming")
    scene = subject.outcome("streaming").scene
    check_recurrence(scene, RECURRENCE)
    # In layer n column d + 1 knows, of the row c at or above its own, pairs within n - (a - c) - 2
    # columns of column d; a column of features has one column more.
    within = (A - 1, M + 1 - A, ABOVE - 1, A - ABOVE, D - 1, M, D - 1 - (N - A + ABOVE - 2) - 1)
    if _solvable(*within, N - subject.depth):
        raise RefutedError("in the last layer a cell does not know of all columns of a row yet")
    if not _solvable(*within, N - subject.depth + 1):
        raise RefutedError("the last layer but one would do")

    def answers(of: Of) -> int:
        return int(not of["D[a, b - 1, n - 1]"] and not of["F[a, b, n]"])

    def matches(of: Of) -> int:
        known = ("D[a, b - 1, n - 1]", "D[a, b, n - 1]", "D[a, b + 1, n - 1]", "F[a, b, n]")
        return int(not any(of[name] for name in known))

    def unknown(of: Of) -> int:
        return int(not of["F[a, b, n]"])

    codes = _check_end(
        subject, (*STORED, *LABEL), lambda of: int(of["y[a]"]) * answers(of), answers
    )
    codes += _check_end(subject, (*STORED, *FEATURES), _nothing, matches)
    codes += _check_end(subject, (*WRITTEN_NEXT, *LABEL), _nothing, unknown)
    codes += _check_end(subject, (*WRITTEN_NEXT, *FEATURES), _nothing, unknown)
    codes += _check_end(subject, (*LATER, D + 1 - B), _nothing, _nothing)
    codes += _check_end(subject, WORK, _nothing, None)
    return Found(f"{codes} codes that can be left", {"L": str(subject.claims.depth)})


def _nothing(_: Of) -> int:
    return 0


def _solvable(*forms: Linear) -> bool:
    return solvable([as_tuple(form, ("a", "c", "d", "m", "n")) for form in forms])


def _check_end(
    subject: Subject,
    where: tuple[Linear, ...],
    output: Callable[[Of], int],
    slope: Callable[[Of], int] | None,
) -> int:
    """The cells there are in one stage from the claimed depth on, with these outputs and slopes."""
    scene = subject.scene("streaming")
    stages = Ends(scene, (N - subject.depth, *where)).stages()
    if len(stages) != 1:
        raise RefutedError("in the last layer the cells of a region can be in several stages")
    return check_stage_at_end(subject, scene, stages[0], None, output=output, slope=slope)


@about_networks(
    "Online, A",
    "the SGD step is the delta rule on one row: a new key is stored, a known one overwritten",
    "finite, exact",
    computing(NAME),
    key="online associative memory, A",
)
def meaning(subject: Subject) -> Found:
    """On every state of memory of small sizes: the recurrence's step is the delta rule, and a dictionary's.

    That the network has this recurrence, and the outputs and slopes of :func:`read`, is looked at first.
    """
    invariant(subject)
    inputs = 0
    for d, count in SIZES:
        signs = list(product((1, -1), repeat=d + 1))
        for written in range(count + 1):
            for memory in product(signs, repeat=written):
                for x in product((1, -1), repeat=d):
                    inputs += 1
                    _check_steps(memory, count, (*x, 1))
    return Found(f"{inputs} states and inputs with up to {max(SIZES)[0]} features and 3 rows")


def _check_steps(memory: Sequence[Row], count: int, z: Row) -> None:
    """``memory`` are the written rows, of ``count``. Row ``v [k, 1]`` stores the value ``v`` of the key ``k``.

    The row whose slope is 1 holds ``v z`` where ``v`` is the output. So a step leaves ``v z + (y - v) z = y z`` there:
    the value ``y`` for the key of ``z``.
    """
    output, slopes = read(memory, count, z, len(z) - 1 + count)
    keys = [tuple(row[-1] * each for each in row) for row in memory]
    place = keys.index(z) if z in keys else len(keys)
    if output != (memory[place][-1] if place < len(keys) else 0):
        raise RefutedError(f"{z} in {memory} gives {output}, not the first value stored for it")
    if slopes != [[int(a == place)] * len(z) for a in range(count)]:
        raise RefutedError(f"{z} in {memory} gives the slopes {slopes}, not 1 in row {place + 1}")


def read(memory: Sequence[Row], count: int, z: Row, layer: int) -> tuple[int, list[list[int]]]:
    """The output, and the slope by every pixel of ``count`` rows, as the recurrence says of a layer that is the last."""
    d = len(z) - 1

    @cache
    def differs(a: int, b: int, k: int) -> int:
        if not 1 <= b <= d or k <= 0:
            return 0
        if k == 1:
            row = memory[a - 1]
            return int(row[b - 1] * z[b - 1] != row[b] * z[b])
        return max(differs(a, c, k - 1) for c in (b - 1, b, b + 1))

    @cache
    def found(a: int, b: int, k: int) -> int:
        if a <= 1 or k <= 1:
            return 0
        known = differs(a - 1, b - 1, k - 2) if b == d + 1 else differs(a - 1, b, k - 1)
        return _found(found(a - 1, b, k - 1), known)

    output, slopes = 0, [[0] * (d + 1) for _ in range(count)]
    for a, b in product(range(1, min(count, len(memory) + 1) + 1), range(1, d + 2)):
        told = (b - 1,) if b == d + 1 else (b - 1, b, b + 1)
        match = a > len(memory) or not any(differs(a, c, layer - 1) for c in told)
        slopes[a - 1][b - 1] = int(match and not found(a, b, layer))
        if b == d + 1 and a <= len(memory):
            output += memory[a - 1][-1] * slopes[a - 1][-1]
    return output, slopes
