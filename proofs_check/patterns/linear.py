"""Linear forms in named integers: times, places and indices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

ONE = "1"  #: the name of the constant in plain data


@dataclass(frozen=True)
class Linear:
    """``sum of coefficient * name + constant``. ``terms`` are sorted, without zeros."""

    terms: tuple[tuple[str, int], ...] = ()
    constant: int = 0

    @classmethod
    def of(cls, coefficients: Mapping[str, int]) -> Linear:
        """From plain data: ``{"d": 1, "b": -1, "1": 2}`` is ``d - b + 2``."""
        terms = {name: c for name, c in coefficients.items() if c and name != ONE}
        return cls(tuple(sorted(terms.items())), coefficients.get(ONE, 0))

    @cached_property
    def coefficients(self) -> Mapping[str, int]:
        return dict(self.terms)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.coefficients)

    def __getitem__(self, name: str) -> int:
        return self.coefficients.get(name, 0)

    def __add__(self, other: Linear | int) -> Linear:
        if isinstance(other, int):
            return Linear(self.terms, self.constant + other)
        total = dict(self.terms)
        for name, c in other.terms:
            total[name] = total.get(name, 0) + c
        return Linear.of(total | {ONE: self.constant + other.constant})

    def __mul__(self, factor: int) -> Linear:
        scaled = {name: factor * c for name, c in self.terms}
        return Linear.of(scaled | {ONE: factor * self.constant})

    def __sub__(self, other: Linear | int) -> Linear:
        return self + other * -1

    def put(self, values: Mapping[str, Linear]) -> Linear:
        """With forms for names; names without one stay."""
        total: dict[str, int] = {ONE: self.constant}
        for name, c in self.terms:
            form = values.get(name)
            if form is None:
                total[name] = total.get(name, 0) + c
                continue
            total[ONE] += c * form.constant
            for inner, factor in form.terms:
                total[inner] = total.get(inner, 0) + c * factor
        return Linear.of(total)

    def at(self, point: Mapping[str, int]) -> int:
        return self.constant + sum(c * point[name] for name, c in self.terms)

    def __str__(self) -> str:
        parts = []
        for name, c in self.terms:
            number = "" if abs(c) == 1 else f"{abs(c)} "
            parts.append(f"{'-' if c < 0 else '+'} {number}{name}")
        if self.constant or not parts:
            parts.append(f"{'-' if self.constant < 0 else '+'} {abs(self.constant)}")
        return " ".join(parts).removeprefix("+ ")


def variable(name: str) -> Linear:
    """The form that is one name."""
    return Linear(((name, 1),))
