"""Linear forms in named integers: times, places and numbers of layers.

``m + d + 2``, ``2 * m - a``: write them with the names of this module, of which ``m`` is the number of
examples, ``d`` that of features, ``a`` and ``b`` a cell's row and column, both from 1, ``n`` the layer, ``i``
the row that SGD is writing, ``t`` a machine's steps, and ``w`` an index of a recurrence. On a line ``r`` and ``c`` are a train and its car. ``md`` is the
product of ``m`` and ``d``, for the depth of a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

ONE: Final = "1"  #: the name of the constant
PRODUCT: Final = "m d"  #: the name of the product of examples and features


@dataclass(frozen=True)
class Form:
    """``sum of coefficient * name``; the constant has the name ``"1"``.

    >>> form = 2 * m + 3 * d + 2
    >>> print(form), form.at(m=4, d=3)
    2 m + 3 d + 2
    (None, 19)
    """

    coefficients: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kept = {name: count for name, count in self.coefficients.items() if count}
        ordered = {name: kept[name] for name in sorted(kept, key=lambda name: name == ONE)}
        object.__setattr__(self, "coefficients", MappingProxyType(ordered))

    def __add__(self, other: Form | int) -> Form:
        total = dict(self.coefficients)
        for name, count in _form(other).coefficients.items():
            total[name] = total.get(name, 0) + count
        return Form(total)

    __radd__ = __add__

    def __neg__(self) -> Form:
        return self * -1

    def __sub__(self, other: Form | int) -> Form:
        return self + -_form(other)

    def __rsub__(self, other: int) -> Form:
        return _form(other) - self

    def __mul__(self, times: int) -> Form:
        return Form({name: times * count for name, count in self.coefficients.items()})

    __rmul__ = __mul__

    def __ge__(self, other: Form | int) -> Form:
        """A condition: the form that is 0 or more where it holds."""
        return self - other

    def __le__(self, other: Form | int) -> Form:
        return other - self

    def at(self, **values: int) -> int:
        """The value for these values of the names."""
        return sum(
            count * (1 if name == ONE else values[name])
            for name, count in self.coefficients.items()
        )

    @property
    def data(self) -> dict[str, int]:
        """Its coefficients, as plain data."""
        return dict(self.coefficients)

    def _written(self, times: str) -> str:
        parts = []
        for name, count in self.coefficients.items():
            size = abs(count)
            term = str(size) if name == ONE else name if size == 1 else f"{size}{times}{name}"
            parts.append(f"{'-' if count < 0 else '+'} {term}")
        return " ".join(parts).removeprefix("+ ") or "0"

    def __str__(self) -> str:
        return self._written(" ")

    def __format__(self, spec: str) -> str:
        """With ``spec`` between number and name: ``f"A[a, {2 * w:*}]"`` is Python, ``A[a, 2*w]``."""
        return self._written(spec or " ")


def _form(value: Form | int) -> Form:
    return Form({ONE: value}) if isinstance(value, int) else value


def name(letter: str) -> Form:
    """The form that is one name."""
    return Form({letter: 1})


m, d, a, b, n, i, t, w, r, c = map(name, "mdabnitwrc")
md = name(PRODUCT)
