"""Tables over codes: a value, and a slope, for each code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

Number = int | Fraction


@dataclass(frozen=True)
class Table:
    """A function of one code with a prescribed slope at every code.

    ``values[k]`` is the function's value at code ``k`` and ``slopes[k]`` its derivative there, per
    code. Codes that are not listed have value 0 and slope 0. Almost every slope is 0: a table is
    flat at a code, unless the gradient must pass there (memory that SGD is about to write).
    """

    values: Mapping[int, Number]
    slopes: Mapping[int, Number] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _without_zeros(self.values))
        object.__setattr__(self, "slopes", _without_zeros(self.slopes))

    @classmethod
    def constant_on(cls, codes: Iterable[int], value: Number) -> Table:
        """The table that is ``value`` on ``codes`` and 0 elsewhere."""
        return cls(dict.fromkeys(codes, value))

    @classmethod
    def union(cls, *tables: Table) -> Table:
        """One table from several that speak of different codes."""
        values: dict[int, Number] = {}
        slopes: dict[int, Number] = {}
        for table in tables:
            twice = (values.keys() & table.values.keys()) | (slopes.keys() & table.slopes.keys())
            if twice:
                raise ValueError(f"two tables both prescribe code {min(twice)}")
            values |= table.values
            slopes |= table.slopes
        return cls(values, slopes)

    @property
    def codes(self) -> frozenset[int]:
        """The codes with a non-zero value or slope."""
        return frozenset(self.values) | frozenset(self.slopes)

    def value(self, code: int) -> Number:
        return self.values.get(code, 0)

    def slope(self, code: int) -> Number:
        return self.slopes.get(code, 0)


def _without_zeros(entries: Mapping[int, Number]) -> Mapping[int, Number]:
    return MappingProxyType({code: entries[code] for code in sorted(entries) if entries[code]})
