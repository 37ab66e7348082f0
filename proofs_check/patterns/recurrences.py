"""Recurrences of the checker's own: running one, and comparing a certificate's with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from proofs_check.patterns.expressions import Expression, Ref, Value, parse
from proofs_check.patterns.linear import Linear
from proofs_check.patterns.scene import Scene
from proofs_check.verdict import RefutedError


@dataclass(frozen=True)
class Case:
    """What an instance is where all of ``where`` are 0 or more: a formula in Python of ``refs``."""

    where: tuple[Linear, ...]
    refs: tuple[Ref, ...]
    formula: Callable[..., Value]


@dataclass(frozen=True)
class Own:
    """A variable of the checker's own recurrence: its indices, its values, and the first case that applies."""

    index: tuple[str, ...]
    values: tuple[Value, ...]
    cases: tuple[Case, ...]


def case(refs: str, formula: Callable[..., Value], *where: Linear) -> Case:
    """A case of these instances, written as in a certificate and parted by semicolons."""
    parts = [
        parse(text.strip(), "a recurrence").refs[0] for text in refs.split(";") if text.strip()
    ]
    return Case(where, tuple(parts), formula)


def unrolled(
    own: Mapping[str, Own], sizes: Mapping[str, int], *wanted: Ref
) -> Callable[[Mapping[str, Callable[..., Value]]], list[Value]]:
    """A recurrence for one size: a function from what is given, as functions of the indices, to the instances that are wanted.

    Of each instance's cases the first that applies counts. Cases do not depend on data, so they are chosen once.
    """
    places: dict[tuple[str, tuple[int, ...]], int] = {}
    steps: list[tuple[str | Callable[..., Value], Sequence[int]]] = []

    def place(ref: Ref, at: Mapping[str, int]) -> int:
        name, index = ref.variable, tuple(form.at(at) for form in ref.index)
        if (name, index) not in places:
            step: tuple[str | Callable[..., Value], Sequence[int]] = name, index
            if name in own:
                here = {**sizes, **dict(zip(own[name].index, index, strict=True))}
                found = next(
                    each for each in own[name].cases if all(f.at(here) >= 0 for f in each.where)
                )
                step = found.formula, [place(each, here) for each in found.refs]
            places[name, index] = len(steps)
            steps.append(step)
        return places[name, index]

    ends = [place(ref, sizes) for ref in wanted]

    def run(given: Mapping[str, Callable[..., Value]]) -> list[Value]:
        values: list[Value] = []
        for what, of in steps:
            if isinstance(what, str):
                values.append(given[what](*of))
            else:
                values.append(what(*[values[k] for k in of]))
        return [values[k] for k in ends]

    return run


def check_recurrence(scene: Scene, own: Mapping[str, Own]) -> int:
    """A scene's definitions are these, for all indices and on all values; returns how many values.

    Raises :class:`~proofs_check.verdict.RefutedError` at the first that differs.
    """
    count = 0
    for name, wanted in own.items():
        found = scene.variables.get(name)
        if found is None or found.index != wanted.index or set(found.values) != set(wanted.values):
            raise RefutedError(f"the scene's {name} should have the indices {wanted.index} and the values "
                               f"{wanted.values}")  # fmt: skip
        definitions = scene.definitions[name]
        if [frozenset(each.where) for each in definitions] != [
            frozenset(each.where) for each in wanted.cases
        ]:
            raise RefutedError(f"the definitions of {name} apply elsewhere than they should")
        for definition, each in zip(definitions, wanted.cases, strict=True):
            count += check_formula(scene, definition.value, each.refs, each.formula, name)
    return count


def check_formula(
    scene: Scene, found: Expression, refs: Sequence[Ref], formula: Callable[..., Value], what: str
) -> int:
    """An expression is this function of these instances; returns how many values were compared."""
    if not set(found.refs) <= set(refs):
        extra = next(ref for ref in found.refs if ref not in refs)
        raise RefutedError(f"{what} should not depend on {extra}")
    domains = [scene.variables[ref.variable].values for ref in refs]
    whole = Expression(found.text, tuple(refs), found.tree)
    table = whole.table(domains)
    for given, value in table:
        expected = formula(*given)
        expected = int(expected) if isinstance(expected, bool) else expected
        if value != expected:
            shown = ", ".join(f"{ref} = {v}" for ref, v in zip(refs, given, strict=True))
            raise RefutedError(f"{what} is {value!r} for {shown}; it should be {expected!r}")
    return len(table)
