"""Why finitely many points of space and time are all there is to check.

What stands at a cell in a layer, and in the cells around it, depends on the point ``(row, column,
m, d, layer)`` only through finitely many *atoms*: comparisons of linear forms, such as "layer minus
the time at which the wave passes", with constants. Two points at which every atom has the same
truth value show the same pattern.

:func:`prove_box` shows that every point, however large ``m`` and ``d``, has the pattern of a point
in a small box. It shows it by descent: from every point outside the box some step out of a given
list leads to a point with a smaller sum of sizes at which no atom has changed. For a point to be stuck, every step of
the list must change some atom, and an atom ``f >= c`` changes with a step of ``k`` only where ``f``
lies within ``k`` of ``c``: that is a system of linear inequalities. It is shown to have no integer
solution, for every choice of which atom each step changes, by Fourier-Motzkin elimination.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import gcd

from proofs_check.verdict import RefutedError

#: Integer coefficients, one for each variable, and the constant last.
Form = tuple[int, ...]

LARGEST_BOUND = 40


@dataclass(frozen=True)
class Windowed:
    """A linear form, and the least and the greatest constant that it is compared with."""

    form: Form
    least: int
    greatest: int


@dataclass(frozen=True)
class Space:
    """Points of integers, and what their patterns depend on.

    ``sizes`` are the indices of variables that grow with ``m`` and ``d``; the others (``times``) are
    bounded by the atoms once the sizes are. ``domain`` are forms that must be at least 0. With
    ``pairs`` a step may lower a second size by 1 as well, as it must along a diagonal.
    """

    names: tuple[str, ...]
    domain: tuple[Form, ...]
    atoms: tuple[Windowed, ...]
    sizes: tuple[int, ...]
    times: tuple[int, ...]
    pairs: bool = False


@dataclass(frozen=True)
class Box:
    """Sizes up to ``bound``; every point has the pattern of one with such sizes."""

    bound: int
    systems: int  #: systems of inequalities shown to have no solution


@cache
def prove_box(space: Space, steps_back: int) -> Box:
    """A box of sizes that contains every pattern, with a proof by descent; without pairs the smallest.

    ``steps_back``: a size goes down by 1 while each time goes down by at most this many. Raises
    :class:`~proofs_check.verdict.RefutedError` when no bound up to ``LARGEST_BOUND`` could be proved.
    """
    # With pairs a bound takes seconds to refute, so not every one is tried.
    stride = 4 if space.pairs else 1
    for bound in range(stride, LARGEST_BOUND, stride):
        proof = _Descent(space, bound)
        if all(proof.size_descends(size, steps_back) for size in space.sizes):
            return Box(bound, proof.systems)
    raise RefutedError(
        f"no box with sizes up to {LARGEST_BOUND} could be shown to contain every pattern of the "
        f"scene"
    )


class _Descent:
    def __init__(self, space: Space, bound: int) -> None:
        self.space = space
        self.bound = bound
        self.systems = 0
        # The domain is an atom as well, so that a step does not leave it.
        self.atoms = (*space.atoms, *(Windowed(form, 0, 0) for form in space.domain))

    def size_descends(self, size: int, steps_back: int) -> bool:
        """Whether every point with this size beyond the bound has a smaller equal point."""
        count = len(self.space.names)
        outside = (*(int(i == size) for i in range(count)), -self.bound - 1)
        ranges = [range(steps_back + 1)] * len(self.space.times)
        steps = []
        others = self.space.sizes if self.space.pairs else (size,)
        for other, *back in product(others, *ranges):
            step = [0] * count
            step[size] = step[other] = -1
            for time, amount in zip(self.space.times, back, strict=True):
                step[time] = -amount
            steps.append(step)
        return not self._stuck([*self.space.domain, outside], steps)

    def _stuck(self, system: list[Form], steps: Sequence[Sequence[int]]) -> bool:
        """Whether a point could be such that each of ``steps`` changes an atom."""
        self.systems += 1
        if not solvable(system):
            return False
        if not steps:
            return True
        step, *others = self._fewest_first(system, steps) if self.space.pairs else steps
        return any(self._stuck([*system, *changed], others) for changed in self._changes(step))

    def _changes(self, step: Sequence[int]) -> Iterator[tuple[Form, Form]]:
        """For each atom that a step could change, where it does."""
        for atom in self.atoms:
            change = sum(c * s for c, s in zip(atom.form, step, strict=False))
            if change:
                # f >= c changes truth for some c in the window only if f lies in here.
                low = atom.least + min(0, -change)
                high = atom.greatest - 1 + max(0, -change)
                above = (*atom.form[:-1], atom.form[-1] - low)
                below = (*(-c for c in atom.form[:-1]), high - atom.form[-1])
                yield above, below

    def _fewest_first(
        self, system: list[Form], steps: Sequence[Sequence[int]]
    ) -> list[Sequence[int]]:
        """The steps, one with the fewest changes first: with many steps that saves most of the work."""
        first, fewest = 0, len(self.atoms) + 1
        for number, step in enumerate(steps):
            possible = 0
            for changed in self._changes(step):
                possible += solvable([*system, *changed])
                if possible >= fewest:
                    break
            if possible < fewest:
                first, fewest = number, possible
            if not fewest:
                break
        return [steps[first], *steps[:first], *steps[first + 1 :]]


def _pairs(coefficients: Sequence[int]) -> int:
    """How many pairs of opposite signs there are."""
    zero = coefficients.count(0)
    positive = len([c for c in coefficients if c > 0])
    return positive * (len(coefficients) - zero - positive)


def solvable(system: Sequence[Form]) -> bool:
    """Whether forms can all be at least 0 at once; False only if no integer point does it.

    Fourier-Motzkin elimination over the rationals, with constants rounded down to what integers
    can attain.
    """
    tightest: dict[tuple[int, ...], int] = {}

    def keep(target: dict[tuple[int, ...], int], form: Form) -> bool:
        *coefficients, constant = form
        divisor = gcd(*coefficients)
        if divisor == 0:
            return constant >= 0
        key = tuple(c // divisor for c in coefficients)
        constant = constant // divisor
        target[key] = min(target.get(key, constant), constant)
        return True

    for form in system:
        if not keep(tightest, form):
            return False
    remaining = set(range(len(system[0]) - 1))
    while remaining:
        variable = min(remaining, key=lambda v: _pairs([key[v] for key in tightest]))
        remaining.remove(variable)
        upper = [(*key, c) for key, c in tightest.items() if key[variable] < 0]
        lower = [(*key, c) for key, c in tightest.items() if key[variable] > 0]
        rest: dict[tuple[int, ...], int] = {
            key: c for key, c in tightest.items() if key[variable] == 0
        }
        for below in upper:
            for above in lower:
                weight, other = above[variable], -below[variable]
                form = tuple(weight * b + other * a for a, b in zip(above, below, strict=True))
                if not keep(rest, form):
                    return False
        tightest = rest
    return True
