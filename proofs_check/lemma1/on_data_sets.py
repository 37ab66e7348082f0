"""Recurrences run on data sets: what all of them begin with, and a comparison on every data set of small sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from proofs_check.lemma1.data_sets import SMALL_SIZES, Bits, data_sets, in_words
from proofs_check.patterns.expressions import Ref, Value
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.recurrences import Case, Own, case, unrolled
from proofs_check.verdict import RefutedError

A, B, D, M = (variable(name) for name in ("a", "b", "d", "m"))
BITS: Final = {1: 0, -1: 1}


def bit_of(sign: int) -> int:
    """The bit that a sign stands for: 1 is -1."""
    return BITS[sign]


def bits_where(start: Linear) -> tuple[Case, ...]:
    """Where ``start`` is 0 or more, row ``a`` holds in column ``b`` the data's bit: of the test example, a label, or a feature."""
    return (
        case("z[b]", bit_of, start, A - M - 1),
        case("y[a]", bit_of, start, B - D - 1),
        case("x[a, b]", bit_of, start),
    )


def on_data_sets(
    own: Mapping[str, Own], m: int, d: int, *wanted: Ref
) -> Callable[[Sequence[Bits]], list[Value]]:
    """What a recurrence itself says, as a function of data sets of this size."""
    run = unrolled(own, {"m": m, "d": d}, *wanted)
    return lambda rows: run(as_given(rows))


def as_given(rows: Sequence[Bits]) -> dict[str, Callable[..., int]]:
    """A data set as what is given to scenes: signs, which are 1 in the dummy's row and, but for ``y``, in the label column."""
    signs = [[1 - 2 * bit for bit in row] for row in rows]
    m, d = len(rows) - 1, len(rows[0]) - 1
    return {
        "y": lambda a: signs[a - 1][d] if a <= m else 1,
        "x": lambda a, b: signs[a - 1][b - 1] if a <= m and b <= d else 1,
        "z": lambda b: signs[m][b - 1] if b <= d else 1,
    }


def compare_on_data_sets(
    predicted: Callable[[int, int], Callable[[Sequence[Bits]], object]],
    expected: Callable[[Sequence[Bits]], object],
    otherwise: str,
) -> str:
    """A recurrence's predictions, by size, are as expected on every data set of small sizes; in words which these are.

    Raises :class:`~proofs_check.verdict.RefutedError`, which says ``otherwise``, when one is not.
    """
    total = 0
    for m, d in SMALL_SIZES:
        of_this_size = predicted(m, d)
        for rows in data_sets(m, d):
            total += 1
            if of_this_size(rows) != expected(rows):
                raise RefutedError(f"the recurrence {otherwise} on the data set {rows}")
    return f"the recurrence run on every data set with m x d = {in_words(SMALL_SIZES)}: {total}"
