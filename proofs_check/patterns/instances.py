"""The instances of one pattern, and which values they can have together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from proofs_check.patterns.expressions import Ref
from proofs_check.patterns.relations import Relation
from proofs_check.patterns.scene import Definition, Scene
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import Integers

Instance = tuple[str, tuple[int, ...]]  #: a variable and its indices
Shift = tuple[int, int, int]  #: rows down, columns to the east, layers later


class Instances:
    """The instances of one pattern, by their indices where it occurs first, and how they are related."""

    def __init__(self, scene: Scene, place: Mapping[str, int]) -> None:
        self.scene = scene
        self.place = place
        self.relations: list[Relation] = []
        self.tags: list[object] = []
        self.known: dict[Instance, None] = {}
        self.roots: dict[Instance, None] = {}

    def key(self, ref: Ref, shift: Shift) -> Instance:
        """The instance that a cell at this displacement speaks of; it is noted as known."""
        moved = self.scene.given.moved(self.place, shift)
        instance = ref.variable, tuple(form.at(moved) for form in ref.index)
        self.roots[instance] = None
        return instance

    def add(self, names: Sequence[object], rows: Integers, tag: object = None) -> None:
        kept = [k for k, name in enumerate(names) if name is not None]
        own = [names[k] for k in kept]
        # Columns of the same instance are merged, so which ones they are belongs to the structure.
        self.tags.append((tag, tuple(kept), tuple(own.index(name) for name in own)))
        self.relations.append(Relation.of(own, rows[:, kept]))

    def add_stage(self, names: Sequence[object], table: Integers, stage: int, shift: Shift) -> None:
        """What a cell holds that is in a stage."""
        keys = [self.key(ref, shift) for ref in self.scene.stages[stage].refs]
        self.add([*names, *keys], table, stage)

    def structure(self) -> object:
        """How the instances are related, whatever their indices are."""
        numbers: dict[object, int] = {}
        found = []
        for tag, relation in zip(self.tags, self.relations, strict=True):
            names = [
                (name[0], numbers.setdefault(name, len(numbers))) if name in self.known else name
                for name in relation.names
            ]
            found.append((tag, tuple(names)))
        return tuple(found)

    def expand(self) -> None:
        """The definitions of what is known, and then of what those speak of, if it adds nothing new."""
        known = self.known = dict(self.roots)
        for instance in self.roots:
            definition = self._definition(instance)
            if definition is not None:
                refs = self._inner(instance, definition)
                known |= dict.fromkeys(refs)
                self._relate(instance, definition, refs)
        waiting = [instance for instance in known if instance not in self.roots]
        while True:
            later = []
            for instance in waiting:
                definition = self._definition(instance, strict=False)
                if definition is None:
                    continue
                refs = self._inner(instance, definition)
                if all(ref in known for ref in refs):
                    self._relate(instance, definition, refs)
                else:
                    later.append(instance)
            if len(later) == len(waiting):
                return
            waiting = later

    def _definition(self, instance: Instance, *, strict: bool = True) -> Definition | None:
        """The first definition that applies. None for data, and where nothing is said."""
        name, index = instance
        variable_ = self.scene.variables[name]
        values = {**self.place, **dict(zip(variable_.index, index, strict=True))}
        for each in self.scene.definitions[name]:
            if all(form.at(values) >= 0 for form in each.where):
                return each
        if strict and name not in {each.name for each in self.scene.given.variables}:
            where = ", ".join(f"{key} = {number}" for key, number in sorted(self.place.items()))
            raise RefutedError(f"no definition says what {name}{list(index)} is ({where})")
        return None

    def _inner(self, instance: Instance, definition: Definition) -> list[Instance]:
        name, index = instance
        names = self.scene.variables[name].index
        values = {**self.place, **dict(zip(names, index, strict=True))}
        return [
            (ref.variable, tuple(form.at(values) for form in ref.index))
            for ref in definition.value.refs
        ]

    def _relate(self, instance: Instance, definition: Definition, refs: list[Instance]) -> None:
        key = instance[0], definition
        if key in self.scene.tables:
            self.add([instance, *refs], self.scene.tables[key], key)
            return
        own = self.scene.variables[instance[0]].values
        domains = [self.scene.variables[name].values for name, _ in refs]
        rows = []
        for given, result in definition.value.table(domains):
            if result not in own:
                raise RefutedError(
                    f"{definition.value.text!r} can be {result!r}, which is no value of {instance[0]}"
                )
            places = [domain.index(v) for domain, v in zip(domains, given, strict=True)]
            rows.append([own.index(result), *places])
        self.scene.tables[key] = np.array(rows, dtype=np.int64)
        self.add([instance, *refs], self.scene.tables[key], key)
