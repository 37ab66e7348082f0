"""Codes that carry their meaning, and sums of them.

A :class:`Code` says what a cell holds: a *kind* and its *fields*, such as
``Code("acting", bit=1, decision="add", handed=0)``. It has no number. Numbers are a *layout*
(:mod:`construction.rules.layout`), so that a program speaks of meanings alone.

Codes add up: what a cell becomes is what it held plus what its neighbours tell it. What they tell is a
:class:`Signal`. A :class:`Sum` of codes and signals is a number as soon as a layout says what each of
them is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from types import MappingProxyType
from typing import Final, Literal

Value = int | str  #: what a field holds: a bit 0 or 1, a sign -1 or +1, or a word

MINUS: Final = -1  #: the sign of bit 1
PLUS: Final = +1  #: the sign of bit 0
SIGNS: Final = (MINUS, PLUS)
BITS: Final = (0, 1)

#: What a picture of a grid tells apart by colour: memory as SGD leaves it, memory whose masks are coming
#: off, the blank cells of a tape, data, what works on the data, what is done with, and the answer.
Role = Literal["memory", "masked", "blank", "data", "working", "done", "answer"]


@dataclass(frozen=True)
class Sum:
    """A sum of codes and signals, each with how often it counts."""

    terms: Mapping[Code | Signal, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kept = {term: count for term, count in self.terms.items() if count}
        object.__setattr__(self, "terms", MappingProxyType(kept))

    def __add__(self, other: Term) -> Sum:
        total = dict(self.terms)
        for term, count in as_sum(other).terms.items():
            total[term] = total.get(term, 0) + count
        return Sum(total)

    def __sub__(self, other: Term) -> Sum:
        return self + -other

    def __neg__(self) -> Sum:
        return self * -1

    def __mul__(self, times: int) -> Sum:
        return Sum({term: times * count for term, count in self.terms.items()})

    def __str__(self) -> str:
        parts = [
            f"{'-' if count < 0 else '+'} {'' if abs(count) == 1 else f'{abs(count)} '}[{term}]"
            for term, count in self.terms.items()
        ]
        return " ".join(parts).removeprefix("+ ") or "0"


@dataclass(frozen=True)
class Signal:
    """What a cell tells its neighbour: a number that is added to the neighbour's code."""

    name: str

    def __add__(self, other: Term) -> Sum:
        return Sum({self: 1}) + other

    def __sub__(self, other: Term) -> Sum:
        return Sum({self: 1}) - other

    def __neg__(self) -> Sum:
        return Sum({self: -1})

    def __mul__(self, times: int) -> Sum:
        return Sum({self: times})

    def __str__(self) -> str:
        return self.name


class Code:
    """What a cell holds: a kind, and the values of its fields. Equal if these are.

    How it looks is the business of its :class:`Kind`, if it was made by one.
    """

    __slots__ = ("_hash", "_look", "fields", "kind")

    def __init__(self, kind: str, /, **fields: Value) -> None:
        self.kind = kind
        self.fields: Mapping[str, Value] = MappingProxyType(fields)
        self._look: Kind | None = None
        self._hash = hash((kind, tuple(fields.items())))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Code):
            return NotImplemented
        return self.kind == other.kind and self.fields == other.fields

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (self.kind, dict(self.fields), self._look)

    def __add__(self, other: Term) -> Sum:
        return Sum({self: 1}) + other

    def __sub__(self, other: Term) -> Sum:
        return Sum({self: 1}) - other

    def __neg__(self) -> Sum:
        return Sum({self: -1})

    def __mul__(self, times: int) -> Sum:
        return Sum({self: times})

    def __repr__(self) -> str:
        given = (f"{name}={value!r}" for name, value in self.fields.items())
        return f"Code({', '.join([repr(self.kind), *given])})"

    def __str__(self) -> str:
        """Its name: what it means, in words."""
        shown = self._in_words()
        if self._look is not None and self._look.words:
            return self._look.words.format(**shown)
        return ", ".join([self.kind, *(f"{name} {value}" for name, value in shown.items())])

    @property
    def text(self) -> str:
        """The symbol, bit or sign that a picture writes into the cell; empty if there is none."""
        return "" if self._look is None else self._look.shows.format(**self._in_words())

    @property
    def mark(self) -> str:
        """A letter or sign that tells codes of this kind from others with the same text."""
        return "" if self._look is None else self._look.mark

    @property
    def role(self) -> Role:
        """The class of colour in a picture."""
        return "data" if self._look is None else self._look.role

    def _in_words(self) -> dict[str, str]:
        """The fields as a reader sees them: a sign is + or -."""
        signs: frozenset[str] = frozenset() if self._look is None else self._look.signs
        return {
            name: ("-" if value == MINUS else "+") if name in signs else str(value)
            for name, value in self.fields.items()
        }


Term = Code | Signal | Sum

NOTHING: Final = Sum()


def as_sum(term: Term) -> Sum:
    """A single code or signal as a sum."""
    return term if isinstance(term, Sum) else Sum({term: 1})


@dataclass(frozen=True)
class Kind:
    """A kind of code: its fields with the values that they can take, and how it looks.

    ``words`` is the name of such a code, with fields in braces; without, the kind and all fields. A
    picture of a grid writes ``shows``, with fields in braces, and the ``mark`` into a cell, in the colour
    of ``role``.

    >>> ACTING = Kind("acting", {"bit": (0, 1), "label": (-1, 1)}, shows="{bit}", mark="a")
    >>> ACTING(0, label=-1)
    Code('acting', bit=0, label=-1)
    >>> print(ACTING(0, -1), len(list(ACTING.codes())))
    acting, bit 0, label - 4
    """

    name: str
    fields: Mapping[str, Iterable[Value]] = field(default_factory=dict)
    words: str = ""
    shows: str = ""
    mark: str = ""
    role: Role = "working"

    def __call__(self, *values: Value, **named: Value) -> Code:
        """The code with these values, in the order of the fields or by their names."""
        given = dict(zip(self.fields, values, strict=False)) | named
        given = {name: int(v) if isinstance(v, bool) else v for name, v in given.items()}
        if given.keys() != self.fields.keys() or len(values) + len(named) != len(self.fields):
            raise TypeError(f"a code of kind {self.name!r} has the fields {', '.join(self.fields)}")
        for name, value in given.items():
            if value not in self._values[name]:
                raise ValueError(
                    f"{value!r} is no value of the field {name!r} of {self.name!r}; it should be one "
                    f"of {', '.join(map(repr, self.fields[name]))}"
                )
        return _restored(self.name, {name: given[name] for name in self.fields}, self)

    @cached_property
    def _values(self) -> Mapping[str, frozenset[Value]]:
        return {name: frozenset(values) for name, values in self.fields.items()}

    @cached_property
    def signs(self) -> frozenset[str]:
        """The fields that are signs."""
        return frozenset(name for name, values in self.fields.items() if tuple(values) == SIGNS)

    def codes(self) -> Iterable[Code]:
        """A code for every combination of values."""
        return (self(*values) for values in product(*self.fields.values()))

    def __hash__(self) -> int:
        return hash(self.name)


def _restored(kind: str, fields: dict[str, Value], look: Kind | None) -> Code:
    code = Code(kind, **fields)
    code._look = look
    return code
