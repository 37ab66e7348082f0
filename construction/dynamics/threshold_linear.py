"""Threshold-linear networks, ``tau x' = -x + W relu(x) + i``, and all of their fixed points.

At a fixed point the neurons above 0, its *support*, satisfy a linear equation, and the others lie
where that equation puts them. So there is at most one fixed point for each support whose equation
has one solution, and all of them are found by going through the supports, in exact fractions.

A network has exactly one fixed point for *every* input if and only if ``I - W`` is a P-matrix: all
principal minors positive (Samelson, Thrall and Wesler; Hahnloser, Seung and Slotine).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Any, Final, Literal

import numpy as np

from construction.dynamics.exact import Matrix, is_stable, solve
from construction.errors import NetworkError

LARGEST: Final = 12  #: neurons of which all supports are listed: 4,096

Stability = Literal["stable", "not stable", "at a kink"]


@dataclass(frozen=True)
class FixedPoint:
    """A state ``x`` with ``x = W relu(x) + i``, exactly.

    *Stable*: small disturbances die out (every eigenvalue of the flow's Jacobian has a negative real
    part). ``leading`` is the largest real part, as a float and in units of ``1 / tau``. At a kink, where
    some ``x`` is 0, there is no Jacobian: then ``leading`` is None.
    """

    state: tuple[Fraction, ...]
    stability: Stability
    leading: float | None

    @property
    def support(self) -> tuple[int, ...]:
        """The neurons above their threshold, from 0."""
        return tuple(k for k, value in enumerate(self.state) if value > 0)


@dataclass(frozen=True, eq=False)
class ThresholdLinearNetwork:
    """``tau x' = -x + W relu(x) + i``: weights ``(n, n)``, the first index the receiving neuron, and input ``(n,)``.

    Floats are taken as the fractions that they are. Raises
    :class:`~construction.errors.NetworkError` when the shapes do not fit or a number is not finite.
    """

    weights: tuple[tuple[Fraction, ...], ...]
    input: tuple[Fraction, ...]

    @classmethod
    def of(cls, weights: Any, stimulus: Any) -> ThresholdLinearNetwork:
        """The network with these numbers: integers, floats, fractions, or text such as ``"-1/3"``."""
        rows = np.asarray(weights, dtype=object)
        if rows.ndim != 2 or rows.shape[0] != rows.shape[1] or not rows.size:
            raise NetworkError(
                f"the weights have shape {rows.shape}; it should be (n, n): one row for each "
                f"receiving neuron, one column for each sending one"
            )
        given = np.asarray(stimulus, dtype=object)
        if given.shape != rows.shape[:1]:
            raise NetworkError(
                f"the input has shape {given.shape}; it should be ({len(rows)},), a number for each "
                f"of the {len(rows)} neurons"
            )
        return cls(
            tuple(
                tuple(_fraction(entry, f"weight {r + 1}, {c + 1}") for c, entry in enumerate(row))
                for r, row in enumerate(rows)
            ),
            tuple(_fraction(entry, f"input {k + 1}") for k, entry in enumerate(given)),
        )

    @property
    def size(self) -> int:
        """The number of neurons."""
        return len(self.input)

    def drive(self, state: Sequence[Fraction]) -> list[Fraction]:
        """``W relu(x) + i - x``: the direction of the flow, 0 at a fixed point."""
        rates = [max(value, Fraction(0)) for value in state]
        return [
            sum((w * r for w, r in zip(row, rates, strict=True) if r), own) - value
            for row, own, value in zip(self.weights, self.input, state, strict=True)
        ]

    def on_support(self, support: Sequence[int]) -> tuple[Fraction, FixedPoint | None]:
        """The principal minor of ``I - W`` of these neurons, and their fixed point, if there is one."""
        minor, rates = solve(self._leak(support), [self.input[k] for k in support])
        if rates is None or any(rate <= 0 for rate in rates):
            return minor, None
        state = [Fraction(0)] * self.size
        for k, rate in zip(support, rates, strict=True):
            state[k] = rate
        outside = self.drive(state)
        for k in range(self.size):
            if k not in support:
                state[k] = outside[k]
                if state[k] > 0:
                    return minor, None
        return minor, self._fixed_point(tuple(state), support)

    @cached_property
    def _all(self) -> list[tuple[Fraction, FixedPoint | None]]:
        if self.size > LARGEST:
            raise NetworkError(
                f"the network has {self.size} neurons; all fixed points are listed for at most "
                f"{LARGEST}, for there are 2^n supports"
            )
        return [self.on_support(support) for support in _supports(self.size)]

    @property
    def fixed_points(self) -> list[FixedPoint]:
        """All fixed points with a support on which ``I - W`` is regular.

        Raises :class:`~construction.errors.NetworkError` for more than :data:`LARGEST` neurons.
        """
        return [point for _, point in self._all if point is not None]

    @property
    def singular_supports(self) -> int:
        """Supports on which ``I - W`` is singular: there may be none or infinitely many fixed points."""
        return sum(minor == 0 for minor, _ in self._all)

    @property
    def always_one(self) -> bool:
        """Is there exactly one fixed point, whatever the input? (``I - W`` is a P-matrix.)"""
        return all(minor > 0 for minor, _ in self._all)

    def _leak(self, support: Sequence[int]) -> Matrix:
        return [[Fraction(int(r == c)) - self.weights[r][c] for c in support] for r in support]

    def _fixed_point(self, state: tuple[Fraction, ...], support: Sequence[int]) -> FixedPoint:
        if any(value == 0 for value in state):
            return FixedPoint(state, "at a kink", None)
        # Neurons below 0 send nothing, so their own eigenvalues are -1.
        flow = [[-entry for entry in row] for row in self._leak(support)]
        spectrum = np.linalg.eigvals(np.array(flow, dtype=float)) if flow else np.array([-1.0])
        below = [-1.0] * (len(support) < self.size)
        leading = max(*spectrum.real.tolist(), *below, float("-inf"))
        return FixedPoint(state, "stable" if is_stable(flow) else "not stable", leading)


def _supports(size: int) -> Iterator[tuple[int, ...]]:
    for count in range(size + 1):
        yield from combinations(range(size), count)


def _fraction(entry: object, where: str) -> Fraction:
    try:
        if isinstance(entry, bool) or not isinstance(entry, (int, float, str, Fraction, np.number)):
            raise TypeError
        return Fraction(entry.item() if isinstance(entry, np.number) else entry)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        raise NetworkError(
            f"{where} is {entry!r}; it should be a finite number, or text such as '-1/3'"
        ) from None
