"""Linear algebra in integers and fractions, for networks of a few neurons."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

Matrix = Sequence[Sequence[Fraction]]


def solve(matrix: Matrix, right: Sequence[Fraction]) -> tuple[Fraction, list[Fraction] | None]:
    """The determinant of a square matrix, and ``matrix^-1 right``: None if the determinant is 0.

    Bareiss' elimination: in integers, without a fraction on the way.
    """
    size = len(matrix)
    scales = [lcm(*(entry.denominator for entry in row)) for row in matrix]
    shared = lcm(1, *(entry.denominator for entry in right))
    rows = [
        [int(entry * scale) for entry in row] + [int(entry * scale * shared)]
        for row, entry, scale in zip(matrix, right, scales, strict=True)
    ]
    divisor, sign = 1, 1
    for k in range(size):
        pivot = next((r for r in range(k, size) if rows[r][k]), None)
        if pivot is None:
            return Fraction(0), None
        if pivot != k:
            rows[k], rows[pivot], sign = rows[pivot], rows[k], -sign
        head = rows[k]
        for r in range(size):
            if r != k:
                row, factor = rows[r], rows[r][k]
                rows[r] = [
                    (head[k] * a - factor * b) // divisor for a, b in zip(row, head, strict=True)
                ]
        divisor = head[k]
    total = 1
    for scale in scales:
        total *= scale
    determinant = Fraction(sign * divisor, total)
    return determinant, [Fraction(rows[r][-1], divisor * shared) for r in range(size)]


def characteristic(matrix: Matrix) -> list[Fraction]:
    """The coefficients of ``det(x I - matrix)``, the highest power first (Faddeev and LeVerrier)."""
    size = len(matrix)
    coefficients = [Fraction(1)]
    power = [[Fraction(0)] * size for _ in range(size)]
    for k in range(1, size + 1):
        for i in range(size):
            power[i][i] += coefficients[-1]
        power = [
            [
                sum((a * row[j] for a, row in zip(line, power, strict=True)), Fraction(0))
                for j in range(size)
            ]
            for line in matrix
        ]
        coefficients.append(-sum((power[i][i] for i in range(size)), Fraction(0)) / k)
    return coefficients


def is_stable(matrix: Matrix) -> bool:
    """Whether every eigenvalue has a negative real part (Routh's array, exactly)."""
    coefficients = characteristic(matrix)
    above, below = coefficients[0::2], coefficients[1::2]
    while below:
        # Stable polynomials have positive entries in the first column, and no zero there.
        if below[0] <= 0:
            return False
        factor = above[0] / below[0]
        padded = [*below[1:], *[Fraction(0)] * (len(above) - len(below))]
        above, below = below, [a - factor * b for a, b in zip(above[1:], padded, strict=True)]
    return True
