"""The induction: if a scene is true of a layer, the network makes it true of the next one.

The next code of a cell depends on its patch. What the scene says of a patch depends on the point, the
cell's place, the layer and the sizes, through finitely many *tests*: comparisons of linear forms with 0,
which say in which stage each cell of the patch is, which definition applies to an instance, and which
instances are the same. One combination of their truth is a *pattern*; a box of small sizes shows all of
them. For each pattern every value of the instances is listed that the definitions allow, and the network's
own tables must give the code that the next stage prescribes, with no unit at its kink.

An instance that no cell of the patch stands for may have any value, unless its definition speaks of
instances that are known. So more cases are checked than occur, and no relation between cells is
assumed that is not a definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from construction.rules.patch import OFFSETS, POSITIONS
from proofs_check.patterns.cases import Cases, check_network
from proofs_check.patterns.clock_regions import clock_regions
from proofs_check.patterns.codes import NO_CODE, CodeBook, stage_cases
from proofs_check.patterns.instances import Instances
from proofs_check.patterns.linear import Linear
from proofs_check.patterns.regions import Region, all_points, regions
from proofs_check.patterns.relations import joint
from proofs_check.patterns.scene import Scene
from proofs_check.patterns.signatures import NO_STAGE, PADDING, ShownAt, Signatures
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import CENTRE, Integers, UnitTables

#: What relations speak of, besides instances.
CODE, SLOPE, NEXT, SHOWN = "code", "slope", "next", "shown"


@dataclass
class Covered:
    """What an induction covered."""

    patterns: int = 0
    cases: int = 0
    bound: int = 0
    systems: int = 0

    def __str__(self) -> str:
        return (
            f"{self.patterns} patterns with {self.cases} cases; sizes up to {self.bound} show all patterns "
            f"({self.systems} systems of inequalities)"
        )


class Induction:
    """A scene and the network that it is about.

    ``marks`` are forms of the cell's place, layer and sizes whose truth every pattern tells. ``shown`` is
    what cells must show besides what the memory layer gives in layer 0. ``work`` is
    the number of work columns (:func:`~proofs_check.patterns.regions.regions`), ``until`` a form that is
    0 or more in all layers that are looked at.
    """

    def __init__(
        self,
        scene: Scene,
        book: CodeBook,
        tables: UnitTables,
        marks: Sequence[Linear] = (),
        *,
        shown: Sequence[ShownAt] = (),
        work: int | None = None,
        until: Linear | None = None,
    ) -> None:
        self.scene = scene
        self.book = book
        self.tables = tables
        self.work = work
        self.until = until
        self.positions = tuple(sorted({*tables.positions, CENTRE}))
        self.shifts = [(*OFFSETS[POSITIONS[p]], 0) for p in self.positions] + [(0, 0, 1)]
        self.signatures = Signatures(scene, self.shifts, marks, shown)
        self.shown = self.signatures.shown
        self.covered = Covered()
        self._structures: set[object] = set()

    def check(self) -> Iterator[Cases]:
        """Check all patterns; yields each.

        Raises :class:`~proofs_check.verdict.RefutedError` at the first that the network gets wrong, or that the
        scene says nothing of, and when there is none at all.
        """
        for cases in self.cases():
            check_network(cases, self.tables)
            self.covered.patterns += 1
            self.covered.cases += len(cases.patches)
            yield cases
        if not self.covered.patterns:
            raise RefutedError(f"no layer of {self.scene.given.name} is looked at")

    def cases(self) -> Iterator[Cases]:
        """All patterns with their cases; the base case is checked on the way."""
        given = self.scene.given
        for region in (
            regions(given, self.work, self.until)
            if given.clock is None
            else clock_regions(given, self.work)
        ):
            points = all_points(region, self.signatures.all_tests(region))
            self.covered.bound = max(self.covered.bound, points.box.bound)
            self.covered.systems += points.box.systems
            known: set[tuple[tuple[int, ...], bytes]] = set()
            for part in points.parts():
                for key, truth, point in self.signatures.patterns(region, part):
                    cases = None
                    if (key, truth) not in known:
                        cases = self._cases(region, key, point)
                    known.add((key, truth))
                    if cases is not None:
                        yield cases

    def _cases(self, region: Region, own: tuple[int, ...], point: dict[str, int]) -> Cases | None:
        """The cases of a pattern. None if instances are related as in one that was seen before."""
        place = {name: form.at(point) for name, form in region.put.items()}
        count = len(self.shifts)
        *stages, after = own[:count]
        marks = tuple(bool(each) for each in own[count:])
        centre = stages[self.positions.index(CENTRE)]
        if NO_STAGE in own[:count]:
            raise RefutedError(f"{self._where(place)}: a cell is in no stage of the scene")
        assert centre >= 0, "the point itself is inside the grid"
        for holds, each in zip(marks, self.shown, strict=False):
            if holds:
                self._check_shown(place, each, after if each.after else centre)
        instances = Instances(self.scene, place)
        for position, shift, stage in zip(self.positions, self.shifts, stages, strict=False):
            if stage == PADDING:
                instances.add([(CODE, position)], np.array([[self.book.padding]]))
            else:
                own_slope = [SLOPE] if position == CENTRE else [None]
                instances.add_stage(
                    [(CODE, position), *own_slope], self._table(stage), stage, shift
                )
        instances.add_stage([NEXT, None], self._table(after), after, (0, 0, 1))
        instances.expand()
        structure = own, instances.structure()
        if structure in self._structures:
            return None
        self._structures.add(structure)
        wanted = [*((CODE, p) for p in self.positions), SLOPE, NEXT]
        found = joint(instances.relations, wanted)
        if not len(found.rows):
            raise RefutedError(f"{self._where(place)}: the definitions allow no case at all")
        patches = np.zeros((len(found.rows), 9), dtype=np.int64)
        for position in range(9):
            patches[:, position] = self.tables.at(position)[0]  # what no unit reads does not matter
            if position in self.positions:
                patches[:, position] = found.column((CODE, position))
        now, then = self.scene.stages[centre], self.scene.stages[after]
        expected = found.column(NEXT)
        if (patches == NO_CODE).any() or (expected == NO_CODE).any():
            at = stages[int(np.argmax((patches == NO_CODE).any(axis=0)[list(self.positions)]))]
            wrong = then if (expected == NO_CODE).any() else self.scene.stages[at]
            raise RefutedError(
                f"{self._where(place)}: there is no code for some values of the fields of {wrong.name!r}"
            )
        return Cases(
            self.scene,
            place,
            marks[len(self.shown) :],
            now,
            then,
            patches,
            found.column(SLOPE),
            expected,
        )

    def _where(self, place: Mapping[str, int]) -> str:
        shown = ", ".join(f"{name} = {number}" for name, number in sorted(place.items()))
        return f"{self.scene.given.name} ({shown})"

    @cache  # noqa: B019
    def _table(self, stage: int) -> Integers:
        """The cases of a stage's code: code, slope, and the values of its instances."""
        each = self.scene.stages[stage]
        domains = [self.scene.variables[ref.variable].values for ref in each.refs]
        rows = [
            [code, slope, *(domain.index(v) for domain, v in zip(domains, given, strict=True))]
            for given, code, slope in stage_cases(self.scene, each, self.book)
        ]
        return np.array(rows, dtype=np.int64)

    def _check_shown(self, place: Mapping[str, int], wanted: ShownAt, stage: int) -> None:
        """The cell's code is what it must show, whatever the data."""
        instances = Instances(self.scene, place)
        shift = 0, 0, int(wanted.after)
        instances.add_stage([(CODE, CENTRE), None], self._table(stage), stage, shift)
        shown = [each for each in wanted.shown if all(form.at(place) >= 0 for form in each.where)][
            -1
        ]
        domains = [self.scene.variables[ref.variable].values for ref in shown.code.refs]
        rows = [
            [number, *(domain.index(v) for domain, v in zip(domains, given, strict=True))]
            for given, number in shown.code.table(domains)
        ]
        keys = [instances.key(ref, (0, 0, 0)) for ref in shown.code.refs]
        instances.add([SHOWN, *keys], np.array(rows, dtype=np.int64))
        instances.expand()
        found = joint(instances.relations, [(CODE, CENTRE), SHOWN])
        wrong = found.column((CODE, CENTRE)) != found.column(SHOWN)
        if wrong.any() or not len(found.rows):
            number = found.column(SHOWN)[wrong][:1].tolist()
            raise RefutedError(
                f"{self._where(place)}: in {self.scene.stages[stage].name!r} the cell does not show what "
                f"{wanted.what} has there ({number})"
            )
