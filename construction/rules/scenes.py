"""Scenes: what every cell holds in every layer. A program's invariant, in a form that can be checked.

A scene is a system of uniform recurrence equations (Karp, Miller and Winograd, 1967). A *variable* is a
family with linear indices, such as ``A[a, b, w]``, the bit of row ``a`` and column ``b`` after ``w`` waves; its
*cases* say what an instance is in terms of others. A *stage* says which code a cell ``(a, b)`` holds in layer
``n``; a cell is in the last stage all of whose conditions hold.

Which data are given (``y[a]``, ``x[a, b]``, ``z[b]``: the labels, the examples, the example that is shown
now) and what layer 0 shows is the same for all programs. ``docs/proof.md`` says how it is checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from construction.rules.codes import Code, Kind, Value
from construction.rules.forms import Form

#: What an instance or a field is: Python's syntax over instances with linear indices.
Expression = str | int

Where = Sequence[Form]  #: forms that are 0 or more


@dataclass(frozen=True)
class Variable:
    """A family of instances: its indices, its values, and what an instance is.

    The first of ``cases`` all of whose conditions hold applies. Instances on a right side have a smaller
    ``rank``, a form in the indices, so that there is always a solution.
    """

    name: str
    index: str
    values: Iterable[Value]
    rank: Form | int
    cases: Sequence[tuple[Where, Expression]]


@dataclass(frozen=True)
class Stage:
    """What a cell holds where all of ``where`` are 0 or more: a code with these ``fields``.

    The kind of code may depend on instances; then ``code`` is an expression, and ``fields`` are those of
    all kinds. ``slope`` is the derivative of the cell's next code by its own. ``name`` tells stages with
    codes of the same kind apart.
    """

    code: Kind | Code | str
    where: Where = ()
    fields: Mapping[str, Expression] = field(default_factory=dict)
    slope: Expression = 0
    name: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """As plain data."""
        own: Mapping[str, Expression] = {}
        kind: str | dict[str, str]
        if isinstance(self.code, str):
            kind = {"is": self.code}
        elif isinstance(self.code, Kind):
            kind = self.code.name
        else:
            kind = self.code.kind
            own = {
                name: repr(value) if isinstance(value, str) else value
                for name, value in self.code.fields.items()
            }
        return {
            "stage": self.name or kind,
            "where": [form.data for form in self.where],
            "kind": kind,
            "fields": {**own, **self.fields},
            "slope": self.slope,
        }


@dataclass(frozen=True)
class Scene:
    """Variables and stages. Scenes with the same beginning are sums: ``unmasked + Scene(...)``."""

    variables: tuple[Variable, ...] = ()
    stages: tuple[Stage, ...] = ()

    def __add__(self, other: Scene) -> Scene:
        return Scene(self.variables + other.variables, self.stages + other.stages)

    @property
    def data(self) -> dict[str, Any]:
        """As plain data, for a certificate."""
        return {
            "variables": {
                each.name: {"index": each.index.split(), "values": list(each.values)}
                for each in self.variables
            },
            "definitions": [
                {"of": each.name, "where": [form.data for form in where], "is": value}
                for each in self.variables
                for where, value in each.cases
            ],
            "rank": {each.name: (each.rank + Form()).data for each in self.variables},
            "stages": [stage.data for stage in self.stages],
        }
