"""The gadgets: how a table over codes becomes ReLU units, with formulas, values and margins.

**Hinge.** ``hinge_j(v) = relu(4 v - j)`` for odd ``j``. Value 0 for ``v <= j/4``, slope 4 above.
The kink lies at ``j/4``, a quarter away from the nearest integer, and never on a code.

**Step.** ``step_k(v) = (hinge_{4k-3}(v) - hinge_{4k-1}(v)) / 2``. Value 0 for ``v <= k - 3/4``, value 1
for ``v >= k - 1/4``, slope 2 in between. Within 1/4 of every integer it is flat, so it passes
no gradient, and noise below 1/4 is erased.

**Table.** A table with values ``t(k)`` and slopes ``t'(k)`` is the piecewise-linear function that is
``t(k) + t'(k) (v - k)`` for ``|v - k| <= 1/4``, linear in between, and constant beyond the first and
the last code. For a flat table that is the sum of ``(t(k) - t(k-1)) step_k``, so a threshold is
needed only where the table changes. Where numbers are left out between two codes the function is
flat and then rises in the last unit, unless one straight line carries it across.

**Gate.** With one table a position, 0 on the codes of the condition and -2 elsewhere, and the bias 1,
``relu(sum of tables + 1)`` is 1 when every condition holds and 0 otherwise; the unit's input is 1 or
at most -1, at distance 1 from the kink. With an amount ``a(k) >= 1`` where it is not 0, the tables
are ``a`` (-1 where ``a`` is 0) and 0 or ``-1 - max a``, and there is no bias: the unit is ``a(k)`` when
every condition holds, and its input is at most -1 otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final

from construction.rules.tables import Number, Table

HINGE_WEIGHT: Final = 4  #: kinks lie at odd multiples of a quarter


def hinges(table: Table, codes: Sequence[int]) -> tuple[dict[int, Fraction], Fraction]:
    """A table as a sum of hinges: ``base + sum of coefficients[j] * relu(4 v - j)``.

    ``codes`` are the codes that can occur, ascending; what the function does at other integers
    does not matter. Returns the coefficients by ``j``, without zeros, and the base.
    """
    points: list[tuple[int, Number]] = []
    rise_before: Number = 0
    for code in codes:
        slope, value = table.slope(code), table.value(code)
        rise = Fraction(slope, 4) if slope else 0
        if points and rise == rise_before == 0 and value == points[-1][1]:
            points[-1] = (4 * code + 1, value)
            continue
        if points and points[-1][0] < 4 * code - 3:
            end, last = points[-1]
            straight = Fraction(value - rise - last, 4 * code - 1 - end)
            if straight not in (rise, rise_before):
                points.append((4 * code - 3, last))
        points += [(4 * code - 1, value - rise), (4 * code + 1, value + rise)]
        rise_before = rise
    coefficients: dict[int, Fraction] = {}
    incline_before = Fraction(0)
    for (left, low), (right, high) in pairwise(points):
        incline = Fraction(high - low, right - left)
        if incline != incline_before:
            coefficients[left] = incline - incline_before
        incline_before = incline
    if incline_before:
        coefficients[points[-1][0]] = -incline_before
    return coefficients, Fraction(points[0][1])
