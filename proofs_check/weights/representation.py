"""The representation theorem: prescribed values and Jacobians at finitely many points.

Given points ``p_1..p_N`` in ``Q^n`` that differ pairwise, values ``v_i`` and gradients ``g_i``, there is a ReLU
network of two hidden layers with ``f(p_i) = v_i`` and ``grad f(p_i) = g_i``, exactly. Around each point the
network *is* the affine function, in a box of half-width ``h``.

Let two different values of a coordinate differ by at least ``4 h``. The first layer has, for each
coordinate ``j`` and each value ``w`` that some point has there, the units ``relu(x_j - w + h)``,
``relu(x_j - w - h)`` and ``relu(w - x_j - h)``. The first minus the second is ``x_j - w + h`` near ``w`` and stays
between 0 and ``2 h``; the last two add up to the distance beyond ``h``: 0 near ``w``, and at least ``2 h`` near
any other value. The second layer has one unit for each point,

    ``relu(B + v_i + sum_j g_ij (ramp_ij - h) - M sum_j beyond_ij)``,

with ``B`` so large that it is at least 1 near ``p_i``, and ``M`` so large that it is at most -1 near every
other point. The output is the sum of these units, minus ``B``. No unit stands at its kink on a point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, lcm

import numpy as np

from proofs_check.statement import Found, about_the_construction
from proofs_check.verdict import RefutedError

Point = Sequence[Fraction]
Matrix = tuple[tuple[Fraction, ...], ...]
Layer = tuple[Matrix, tuple[Fraction, ...]]  #: weights, a row for each unit, and biases


@dataclass(frozen=True)
class ReLUNetwork:
    """``W3 relu(W2 relu(W1 x + b1) + b2) + b3`` with exact rational weights."""

    layers: tuple[Layer, ...]

    def value_and_jacobian(self, point: Point) -> tuple[Fraction, tuple[Fraction, ...]]:
        """The output and the gradient at a point. Raises :class:`ValueError` at a unit's kink."""
        count = len(point)
        values = list(point)
        slopes = [[Fraction(int(i == j)) for j in range(count)] for i in range(count)]
        *hidden, last = self.layers
        for layer in hidden:
            inputs, rates = _through(layer, values, slopes)
            if 0 in inputs:
                raise ValueError("a unit stands at its kink")
            values = [max(v, Fraction(0)) for v in inputs]
            slopes = [
                rate if v > 0 else [Fraction(0)] * count
                for v, rate in zip(inputs, rates, strict=True)
            ]
        (output,), (gradient,) = _through(last, values, slopes)
        return output, tuple(gradient)

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of the hidden layers."""
        return tuple(len(biases) for _, biases in self.layers[:-1])

    def weights(self) -> list[Fraction]:
        """Every non-zero weight and bias."""
        return [
            entry
            for weights, biases in self.layers
            for row in (*weights, biases)
            for entry in row
            if entry
        ]


def _through(
    layer: Layer, values: Sequence[Fraction], slopes: Sequence[Sequence[Fraction]]
) -> tuple[list[Fraction], list[list[Fraction]]]:
    """The inputs of a layer's units, and their gradients by the point."""
    weights, biases = layer
    columns = list(zip(*slopes, strict=True))
    return (
        [bias + _dot(row, values) for row, bias in zip(weights, biases, strict=True)],
        [[_dot(row, column) for column in columns] for row in weights],
    )


def _dot(row: Sequence[Fraction], column: Sequence[Fraction]) -> Fraction:
    return sum((w * v for w, v in zip(row, column, strict=True) if w), Fraction(0))


@dataclass(frozen=True)
class WeightBound:
    """The stated set: the multiples of ``1 / denominator`` from ``-largest`` to ``largest``."""

    denominator: int
    largest: Fraction

    def __contains__(self, weight: Fraction) -> bool:
        return abs(weight) <= self.largest and (weight * self.denominator).denominator == 1


def represent(
    points: Sequence[Point], values: Sequence[Fraction], jacobians: Sequence[Point]
) -> ReLUNetwork:
    """The network of the module's docstring.

    ``points`` and ``jacobians`` are ``N`` rows of ``n`` rationals, ``values`` are ``N``. Raises
    :class:`ValueError` when there are no points, when two are equal, or when the lengths differ.
    """
    if not points or len({len(p) for p in (*points, *jacobians)}) != 1:
        raise ValueError("there should be at least one point, and all rows of the same length")
    if len({tuple(p) for p in points}) < len(points):
        raise ValueError("two points are equal")
    h, base, penalty = _constants(points, values, jacobians)
    zero = Fraction(0)
    dimensions = range(len(points[0]))
    units: dict[tuple[int, Fraction, str], int] = {}
    first_weights: list[tuple[Fraction, ...]] = []
    first_biases: list[Fraction] = []
    for j in dimensions:
        for w in sorted({point[j] for point in points}):
            for kind, weight, bias in (
                ("up", 1, h - w),
                ("beyond", 1, -h - w),
                ("before", -1, w - h),
            ):
                units[j, w, kind] = len(first_weights)
                row = [zero] * len(points[0])
                row[j] = Fraction(weight)
                first_weights.append(tuple(row))
                first_biases.append(bias)
    second_weights, second_biases = [], []
    for point, value, jacobian in zip(points, values, jacobians, strict=True):
        row = [zero] * len(units)
        for j in dimensions:
            row[units[j, point[j], "up"]] = jacobian[j]
            row[units[j, point[j], "beyond"]] = -jacobian[j] - penalty
            row[units[j, point[j], "before"]] = -penalty
        second_weights.append(tuple(row))
        second_biases.append(base + value - h * sum(jacobian, zero))
    last = ((tuple([Fraction(1)] * len(points)),), (-base,))
    return ReLUNetwork(
        (
            (tuple(first_weights), tuple(first_biases)),
            (tuple(second_weights), tuple(second_biases)),
            last,
        )
    )


def stated_set(
    points: Sequence[Point], values: Sequence[Fraction], jacobians: Sequence[Point]
) -> WeightBound:
    """The set that the weights come from: from the sizes and denominators of what is prescribed."""
    h, base, penalty = _constants(points, values, jacobians)
    entries = [h, *values, *(e for row in (*points, *jacobians) for e in row)]
    denominator = lcm(*(entry.denominator for entry in entries))
    steepest = max(abs(e) for row in jacobians for e in row)
    farthest = max(abs(e) for row in points for e in row)
    highest = max(abs(v) for v in values)
    largest = max(
        Fraction(1),
        farthest + h,
        steepest + penalty,
        base + highest + h * len(points[0]) * steepest,
    )
    return WeightBound(denominator * h.denominator, largest)


def most_units(count: int, dimensions: int) -> tuple[int, int]:
    """The size formula: hidden units for ``N`` points in ``n`` dimensions, at most."""
    return 3 * dimensions * count, count


def _constants(
    points: Sequence[Point], values: Sequence[Fraction], jacobians: Sequence[Point]
) -> tuple[Fraction, Fraction, Fraction]:
    """Half the width of the boxes, the base ``B`` and the penalty ``M``."""
    gaps = [
        high - low
        for j in range(len(points[0]))
        for low, high in pairwise(sorted({point[j] for point in points}))
    ]
    h = min(gaps, default=Fraction(1)) / 4
    reach = max(
        abs(v) + h * sum(abs(e) for e in row) for v, row in zip(values, jacobians, strict=True)
    )
    base = Fraction(ceil(reach) + 1)
    penalty = Fraction(ceil((base + reach + 1) / (2 * h)))
    return h, base, penalty


@about_the_construction(
    "Representation",
    "values and Jacobians at N points: a ReLU network of at most 3 n N + N units",
    "property-based",
)
def check_representation(cases: int = 80) -> Found:
    """Random points, values and Jacobians: exact, of the stated size, with the stated weights."""
    rng = np.random.default_rng(0)
    largest = 0
    for _ in range(cases):
        n, count = int(rng.integers(1, 5)), int(rng.integers(1, 7))
        points = list({tuple(_rationals(rng, n)): None for _ in range(count)})
        values = _rationals(rng, len(points))
        jacobians = [tuple(_rationals(rng, n)) for _ in points]
        network = represent(points, values, jacobians)
        allowed = stated_set(points, values, jacobians)
        for point, value, jacobian in zip(points, values, jacobians, strict=True):
            if network.value_and_jacobian(point) != (value, jacobian):
                raise RefutedError(f"wrong at the point {point} of {points}")
        outside = [w for w in network.weights() if w not in allowed]
        widths, most = network.widths, most_units(len(points), n)
        if outside or widths[0] > most[0] or widths[1] > most[1]:
            raise RefutedError(f"too large for the points {points}")
        largest = max(largest, len(points))
    return Found(
        f"{cases} random cases with up to {largest} points in up to 4 dimensions, rationals",
        {"hidden units": "at most 3 n N and N", "weight layers": "3"},
    )


def _rationals(rng: np.random.Generator, count: int) -> list[Fraction]:
    return [
        Fraction(int(a), int(b))
        for a, b in zip(rng.integers(-9, 10, count), rng.integers(1, 5, count), strict=True)
    ]
