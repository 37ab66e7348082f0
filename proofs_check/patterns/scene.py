"""A scene: what every cell holds in every layer, in terms of variables that recurrences define.

This is a system of uniform recurrence equations (Karp, Miller and Winograd): a *variable* is a family
with linear indices, a *definition* says what an instance is in terms of others, and a *stage* says, of a
cell ``(a, b)`` in layer ``n``, which kind of code it holds and what the code's fields are. A cell is in the
last stage all of whose conditions hold, and outside of the grid there is padding.

What a scene is about, the *given* data and what layer 0 shows, comes from the checker
(:mod:`proofs_check.patterns.given`), never from a certificate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from proofs_check.patterns.clock import Clock
from proofs_check.patterns.expressions import Expression, Ref, Value, parse
from proofs_check.patterns.linear import Linear, variable
from proofs_check.plain_data import Place
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import Integers

SIZES = ("m", "d", "i")
PLACE = ("a", "b", "n")
ON_CLOCK = ("a", "b", "r", "c")  #: the place, the train and the car in place of the layer
FIRST_LAYER = ((variable("n") * -1,),)  #: layer 0


@dataclass(frozen=True)
class Variable:
    """A family of instances: the names of its indices, and the values that an instance can have."""

    name: str
    index: tuple[str, ...]
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Definition:
    """What an instance is where all of ``where`` are 0 or more."""

    where: tuple[Linear, ...]
    value: Expression


@dataclass(frozen=True)
class Stage:
    """What a cell holds: a kind of code, its fields, and the slope of its next code by itself."""

    name: str
    where: tuple[Linear, ...]
    kind: Expression
    fields: Mapping[str, Expression]
    slope: Expression

    @property
    def refs(self) -> tuple[Ref, ...]:
        """The instances that the cell's code stands for."""
        parts = (self.kind, *self.fields.values(), self.slope)
        return tuple(dict.fromkeys(ref for part in parts for ref in part.refs))


@dataclass(frozen=True)
class Layer0:
    """What layer 0 shows, as a number, where all of ``where`` are 0 or more; the last that applies."""

    where: tuple[Linear, ...]
    code: Expression


@dataclass(frozen=True)
class Given:
    """What a scene is about. ``definitions`` are facts about the given variables at the edges.

    With ``boundary`` the rows ``first <= i <= m + last`` are told apart: those above ``i`` and the others.
    ``rows`` is the most that the number of rows less one can be, if that is fixed, and ``row`` the row that SGD
    writes. ``diagonal``: cells on a diagonal differ from others. On a
    ``line`` the rows stand one after the other: west of a row's first cell is the work column of the row above.
    With a ``clock`` a layer is told by a train and its car. In the first layer all forms of one of ``start`` are 0 or more.
    """

    name: str
    variables: tuple[Variable, ...]
    definitions: Mapping[str, tuple[Definition, ...]]
    layer0: tuple[Layer0, ...]
    boundary: tuple[int, int] | None = None
    rows: Linear | int | None = None
    row: Linear | None = None
    slopes: bool = True
    diagonal: bool = False
    text: str = ""
    line: bool = False
    clock: Clock | None = None
    start: tuple[tuple[Linear, ...], ...] = FIRST_LAYER

    @property
    def place(self) -> tuple[str, ...]:
        """The names of a cell's place and of the layer."""
        return PLACE if self.clock is None else ON_CLOCK

    def moved(self, place: Mapping[str, int], shift: tuple[int, int, int]) -> dict[str, int]:
        """The place so many rows down, columns to the east and layers later."""
        down, east, later = shift
        moved = {**place, "a": place["a"] + down, "b": place["b"] + east}
        if self.line:
            rows, column = divmod(moved["b"] - 1, place["d"] + 2)
            moved |= {"a": moved["a"] + rows, "b": column + 1}
        if self.clock is None:
            return {**moved, "n": place["n"] + later}
        return moved | self.clock.moved(place, self.clock.later(east, later))

    @property
    def sizes(self) -> tuple[str, ...]:
        """The names of the sizes: ``i`` only where rows are told apart."""
        return tuple(name for name in SIZES if name != "i" or self.boundary is not None)


@dataclass(frozen=True, eq=False)
class Scene:
    """A scene of a certificate, with what is given."""

    given: Given
    variables: Mapping[str, Variable]
    definitions: Mapping[str, tuple[Definition, ...]]
    stages: tuple[Stage, ...]
    tables: dict[tuple[str, Definition], Integers] = field(default_factory=dict)

    def stage(self, name: str) -> int:
        """The number of the stage of this name."""
        return next(k for k, stage in enumerate(self.stages) if stage.name == name)


def read_scene(place: Place, given: Given, kinds: Mapping[str, tuple[str, ...]]) -> Scene:
    """A scene in a certificate; ``kinds`` are the fields of each kind of code.

    Raises :class:`~proofs_check.verdict.RefutedError`, naming the place, when it is none.
    """
    place.mapping(("variables", "definitions", "rank", "stages"))
    variables = {each.name: each for each in given.variables}
    for name, each in place["variables"].items():
        if name in variables:
            raise RefutedError(f"{each.path} is given with the scene; it cannot be defined")
        each.mapping(("index", "values"))
        index = tuple(part.word() for part in each["index"])
        values = tuple(part.integer_or_word() for part in each["values"])
        if not values or len({*index, *SIZES}) < len(index) + len(SIZES):
            raise each.fail("a family with distinct indices, and with values")
        variables[name] = Variable(name, index, values)
    definitions = _definitions(place["definitions"], variables, given)
    _check_ranks(place["rank"], variables, definitions, given)
    stages = tuple(_stage(each, variables, kinds, given) for each in place["stages"])
    if len({stage.name for stage in stages}) < len(stages):
        raise place["stages"].fail("a list of stages with different names")
    return Scene(given, variables, {**definitions, **given.definitions}, stages)


def _definitions(
    place: Place, variables: Mapping[str, Variable], given: Given
) -> dict[str, tuple[Definition, ...]]:
    own = {name for name in variables if all(name != each.name for each in given.variables)}
    found: dict[str, tuple[Definition, ...]] = dict.fromkeys(own, ())
    for each in place:
        each.mapping(("of", "is"), ("where",))
        name = each["of"].word()
        if name not in own:
            raise each["of"].fail(f"one of {', '.join(sorted(own))}")
        index = variables[name].index
        names = (*index, *given.sizes)
        where = _where(each, *names)
        value = _expression(each["is"], variables, names)
        found[name] = (*found[name], Definition(where, value))
    for name, parts in found.items():
        if not parts:
            raise RefutedError(f"{place.path} has no definition of {name}")
    return found


def _where(place: Place, *names: str) -> tuple[Linear, ...]:
    if "where" not in place.mapping():
        return ()
    return tuple(form.form(*names) for form in place["where"])


def _expression(
    place: Place, variables: Mapping[str, Variable], names: tuple[str, ...]
) -> Expression:
    expression = parse(place.value, place.path)
    for ref in expression.refs:
        variable = variables.get(ref.variable)
        if variable is None:
            raise RefutedError(f"{place.path} speaks of {ref}, but there is no such variable")
        if len(ref.index) != len(variable.index):
            raise RefutedError(f"{place.path}: {ref} should have {len(variable.index)} indices")
        unknown = {name for form in ref.index for name in form.names} - set(names)
        if unknown:
            raise RefutedError(f"{place.path}: {ref} depends on {min(unknown)!r}")
    return expression


def _check_ranks(
    place: Place,
    variables: Mapping[str, Variable],
    definitions: Mapping[str, tuple[Definition, ...]],
    given: Given,
) -> None:
    """Every right side has a smaller rank than its left side, by a constant.

    So any finitely many definitions can be satisfied at once, one rank after the other; as an instance
    has finitely many values, all of them can (compactness): what follows is never about nothing.
    """
    place.mapping(tuple(definitions))
    ranks = {name: place[name].form(*variables[name].index, *given.sizes) for name in definitions}
    for name, parts in definitions.items():
        for ref in (ref for part in parts for ref in part.value.refs):
            if ref.variable not in ranks:
                continue
            index = dict(zip(variables[ref.variable].index, ref.index, strict=True))
            smaller = ranks[ref.variable].put(index)
            less = ranks[name] - smaller
            if less.terms or less.constant < 1:
                raise RefutedError(
                    f"the rank of {ref}, in the definition of {name}, is not smaller"
                )


def _stage(
    place: Place,
    variables: Mapping[str, Variable],
    kinds: Mapping[str, tuple[str, ...]],
    given: Given,
) -> Stage:
    names = (*given.place, *given.sizes)
    place.mapping(("stage", "kind"), ("where", "fields", "slope"))
    if isinstance(place.value["kind"], Mapping):
        place["kind"].mapping(("is",))
        kind = _expression(place["kind"]["is"], variables, names)
    else:
        kind = parse(repr(place["kind"].word()), place["kind"].path)
    fields = {}
    if "fields" in place.mapping():
        fields = {k: _expression(each, variables, names) for k, each in place["fields"].items()}
    needed = {name for word in kind.words & kinds.keys() for name in kinds[word]}
    if not kind.words & kinds.keys() or needed != set(fields):
        raise RefutedError(
            f"{place.path} is of the kind {kind.text} with the fields {sorted(fields)}; codes of that "
            f"kind have {sorted(needed)}"
        )
    slope = parse(0, place.path)
    if "slope" in place.mapping():
        slope = _expression(place["slope"], variables, names)
        if not given.slopes and slope.text != "0":
            raise place["slope"].fail(f"0, as no derivative is looked at in {given.name!r}")
    return Stage(place["stage"].word(), _where(place, *names), kind, fields, slope)
