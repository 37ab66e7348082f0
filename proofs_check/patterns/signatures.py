"""Which patterns a scene makes: what the tests say at points.

What a scene says of a patch depends on the point through finitely many *tests*, comparisons of linear forms
with 0: in which stage each cell is, whether it is inside the grid, which definition applies to an
instance that a cell stands for, or to one in its definition, and which instances are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np

from proofs_check.patterns.expressions import Ref
from proofs_check.patterns.instances import Shift
from proofs_check.patterns.linear import Linear
from proofs_check.patterns.regions import Region, value
from proofs_check.patterns.scene import Layer0, Scene
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import Integers

PADDING, NO_STAGE = -2, -1  #: what stands for a stage outside of the grid, and where there is none


@dataclass(frozen=True)
class ShownAt:
    """Where all of ``where`` are 0 or more, the cell must show these numbers: the last that applies.

    With ``after`` it is asked of the layer after each that is looked at.
    """

    where: tuple[Linear, ...]
    shown: tuple[Layer0, ...]
    after: bool = False
    what: str = "the memory layer"


class Signatures:
    """The patterns of a scene. The last of the ``shifts`` is the cell itself a layer later."""

    def __init__(
        self,
        scene: Scene,
        shifts: Sequence[Shift],
        marks: Sequence[Linear],
        shown: Sequence[ShownAt],
    ) -> None:
        self.scene = scene
        self.shifts = tuple(shifts)
        given = scene.given
        base = [ShownAt(where, given.layer0) for where in given.start if given.layer0]
        self.shown = (*base, *shown)
        self.marks = tuple(marks)

    def _marks(self, region: Region) -> list[list[Linear]]:
        """Where something must be shown, and the marks, as forms of the region that hold all at once."""
        shown = [
            [region.form(form, later=int(each.after)) for form in each.where] for each in self.shown
        ]
        return [*shown, *([region.form(mark)] for mark in self.marks)]

    def _refs(self, region: Region, stages: Sequence[int]) -> set[Ref]:
        """What the cells at the shifts stand for, if they are in these stages, as forms of the region."""
        found: set[Ref] = set()
        for shift, stage in zip(self.shifts, stages, strict=True):
            if stage >= 0:
                found |= self._stage_refs(region, shift, stage)
        return found

    @cache  # noqa: B019
    def _stage_refs(self, region: Region, shift: Shift, stage: int) -> frozenset[Ref]:
        return frozenset(
            Ref(ref.variable, tuple(region.form(form, *shift) for form in ref.index))
            for ref in self.scene.stages[stage].refs
        )

    @cache  # noqa: B019
    def _possible_stages(self, region: Region, shift: Shift) -> tuple[int, ...]:
        """The stages that the cell at a displacement can be in: none before one that always holds."""
        found: list[int] = []
        for number in reversed(range(len(self.scene.stages))):
            where = [region.form(form, *shift) for form in self.scene.stages[number].where]
            if region.possible(*where):
                found.insert(0, number)
            if not any(region.possible(form * -1 - 1) for form in where):
                break
        return tuple(found)

    def _definitions(self, ref: Ref, region: Region) -> list[tuple[tuple[Linear, ...], list[Ref]]]:
        """The conditions of an instance's definitions, and what they speak of, as forms of the region."""
        index = self.scene.variables[ref.variable].index
        put = {**region.put, **dict(zip(index, ref.index, strict=True))}
        return [
            (
                tuple(form.put(put) for form in each.where),
                [inner.put(put) for inner in each.value.refs],
            )
            for each in self.scene.definitions[ref.variable]
        ]

    def _tests_of(self, region: Region, roots: set[Ref]) -> set[Linear]:
        """Which definitions apply to instances, to those in their definitions, and which are the same."""
        tests: set[Linear] = set()
        everything = set(roots)
        level = set(roots)
        for _ in range(2):
            inner: set[Ref] = set()
            for ref in level:
                for where, refs in self._definitions(ref, region):
                    tests.update(where)
                    inner.update(refs)
            level = inner - everything
            everything |= inner
        slots: dict[tuple[str, int], set[Linear]] = {}
        for ref in everything:
            for slot, form in enumerate(ref.index):
                slots.setdefault((ref.variable, slot), set()).add(form)
        for forms in slots.values():
            for one, other in product(forms, repeat=2):
                tests.add(one - other)
        return {test for test in tests if test.terms}

    def all_tests(self, region: Region) -> list[Linear]:
        """All that the patterns of a region depend on: forms that are 0 or more, or not."""
        tests: set[Linear] = set()
        roots: set[Ref] = set()
        for down, east, later in self.shifts:
            tests.update(region.edges(down, east))
            for number in self._possible_stages(region, (down, east, later)):
                where = self.scene.stages[number].where
                tests.update(region.form(form, down, east, later) for form in where)
                roots |= self._stage_refs(region, (down, east, later), number)
        tests.update(form for forms in self._marks(region) for form in forms)
        for each in self.shown:
            tests |= self._shown_tests(region, each)
            roots |= self._shown_refs(region, each)
        return sorted(tests | self._tests_of(region, roots), key=str)

    def _shown_tests(self, region: Region, wanted: ShownAt) -> set[Linear]:
        return {region.form(form) for each in wanted.shown for form in each.where}

    def _shown_refs(self, region: Region, wanted: ShownAt) -> set[Ref]:
        return {
            Ref(ref.variable, tuple(region.form(form) for form in ref.index))
            for each in wanted.shown
            for ref in each.code.refs
        }

    def patterns(
        self, region: Region, points: Integers
    ) -> Iterator[tuple[tuple[int, ...], bytes, dict[str, int]]]:
        """Stages and marks, the truth of everything else, and a point, of each pattern at these points."""
        values: dict[tuple[tuple[str, int], ...], Integers] = {}

        def holds(test: Linear) -> np.ndarray:
            if test.terms not in values:
                values[test.terms] = value(region, points, Linear(test.terms))
            return np.asarray(values[test.terms] >= -test.constant)

        columns = []
        for down, east, later in self.shifts:
            stage = np.full(points.shape[1], NO_STAGE, dtype=np.int64)
            for number in self._possible_stages(region, (down, east, later)):
                each = self.scene.stages[number]
                here = np.ones(points.shape[1], dtype=bool)
                for form in each.where:
                    here &= holds(region.form(form, down, east, later))
                stage[here] = number
            for edge in region.edges(down, east):
                stage[~holds(edge)] = PADDING
            columns.append(stage)
        for forms in self._marks(region):
            columns.append(np.all([holds(form) for form in forms], axis=0).astype(np.int64))
        key = np.zeros(points.shape[1], dtype=np.int64)
        base = len(self.scene.stages) - PADDING  # the smallest of what stands for a stage
        if base ** len(columns) >= 2**63:
            raise RefutedError(f"a scene of {len(self.scene.stages)} stages has too many to list")
        for column in columns:
            key = key * base + (column - PADDING)
        order = np.argsort(key, kind="stable")
        _, first = np.unique(key[order], return_index=True)
        for members in np.split(order, first[1:]):
            own = tuple(int(column[members[0]]) for column in columns)
            tests = self._tests_of_group(region, own)
            truth = np.zeros((len(members), 0), dtype=bool)
            if tests:
                truth = np.stack([holds(test)[members] for test in tests], axis=1)
            packed = np.packbits(truth, axis=1)
            _, index = np.unique(packed, axis=0, return_index=True)
            for place in index.tolist():
                point = points[:, members[place]].tolist()
                yield own, packed[place].tobytes(), dict(zip(region.distances, point, strict=True))

    @cache  # noqa: B019
    def _tests_of_group(self, region: Region, own: tuple[int, ...]) -> tuple[Linear, ...]:
        count = len(self.shifts)
        roots = self._refs(region, own[:count])
        more: set[Linear] = set()
        for holds, each in zip(own[count:], self.shown, strict=False):
            if holds:
                roots |= self._shown_refs(region, each)
                more |= self._shown_tests(region, each)
        return tuple(sorted(self._tests_of(region, roots) | more, key=str))
