"""Codes by what they mean, and the codes of a stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod

from proofs_check.patterns.expressions import LARGEST_TABLE, Value
from proofs_check.patterns.scene import Scene, Stage
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import CENTRE

LARGEST_SLOPE = 2**14  #: times a layer's scale, of at most 2^48, this is within 64 bits
NO_CODE = -(2**31)  #: what stands for fields that no code has


@dataclass(frozen=True)
class CodeBook:
    """The codes of a network's cells: their numbers by kind and fields; and the padding's number."""

    numbers: Mapping[tuple[str, tuple[tuple[str, Value], ...]], int]
    padding: int

    def number(self, kind: Value, fields: Mapping[str, Value]) -> int:
        if not isinstance(kind, str):
            return NO_CODE
        return self.numbers.get((kind, tuple(sorted(fields.items()))), NO_CODE)

    def at(self, position: int) -> tuple[int, ...]:
        """The codes that can stand at a position of a patch: no cell holds the padding's."""
        cells = tuple(self.numbers.values())
        return cells if position == CENTRE else (*cells, self.padding)

    @cached_property
    def kinds(self) -> Mapping[str, tuple[str, ...]]:
        """The fields of each kind."""
        return {kind: tuple(name for name, _ in fields) for kind, fields in self.numbers}


def stage_cases(
    scene: Scene, stage: Stage, book: CodeBook
) -> Iterator[tuple[tuple[Value, ...], int, int]]:
    """Values of the instances that a stage speaks of, with its code, or ``NO_CODE``, and its slope."""
    domains = [scene.variables[ref.variable].values for ref in stage.refs]
    if prod(len(domain) for domain in domains) > LARGEST_TABLE:
        raise RefutedError(f"the stage {stage.name!r} speaks of too many instances")
    for given in product(*domains):
        values = dict(zip(stage.refs, given, strict=True))
        kind = stage.kind.value(values)
        own = book.kinds.get(str(kind), ())
        fields = {name: stage.fields[name].value(values) for name in own if name in stage.fields}
        slope = stage.slope.value(values)
        if not isinstance(slope, int):
            raise RefutedError(f"the stage {stage.name!r} has the slope {slope!r}")
        if abs(slope) > LARGEST_SLOPE:
            raise RefutedError(
                f"the stage {stage.name!r} has the slope {slope}; it should be between -{LARGEST_SLOPE} and {LARGEST_SLOPE}"
            )
        yield given, book.number(kind, fields), slope
