"""All the patterns that a schedule makes, on grids of every size.

A pattern is what the schedule says of the cells of one patch: the stage of each, and whether it lies
in the last row or the label column. :mod:`proofs_check.coverage` shows that the grids of a small box
show every pattern there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from proofs_check.coverage import Box, Form, Space, prove_box
from proofs_check.schedule import LAYER, SHIFTS, VARIABLES, Schedule, value
from proofs_check.unit_tables import CENTRE, Integers
from proofs_check.verdict import RefutedError

STEPS_BACK = 6  #: the most layers that a step of the descent goes back
LARGEST_SPACE = 30_000_000  #: points of a box that are listed


@dataclass(frozen=True)
class Pattern:
    """The kinds of a patch's cells, the centre's kind a layer later, and where it occurs first."""

    kinds: dict[int, int]
    after: int
    point: tuple[int, ...]

    def place(self) -> str:
        """Where the pattern occurs first."""
        above, below, left, right, layer = self.point[:5]
        return f"layer {layer}, m = {above + below}, d = {left + right}, row {above + 1}, column {left + 1}"


@dataclass(frozen=True, eq=False)
class Points:
    """Every point of a box, ``(variables, n)``, small grids first."""

    box: Box
    points: Integers


def domain(work: int) -> tuple[Form, ...]:
    """Grids of at least one example and one feature, and their cells, in every layer."""
    return (
        (1, 0, 0, 0, 0, 0),
        (0, 1, 0, 0, 0, 0),
        (0, 0, 1, 0, 0, 0),
        (0, 0, 0, 1, 0, work),
        (0, 0, 0, 0, 1, 0),
        (1, 1, 0, 0, 0, -1),
        (0, 0, 1, 1, 0, -1),
    )


def schedule_space(schedule: Schedule, positions: tuple[int, ...], work: int) -> Space:
    """What the patterns of a schedule depend on."""
    return Space(VARIABLES, domain(work), schedule.atoms(positions, work), (0, 1, 2, 3), (LAYER,))


def all_points(space: Space) -> Points:
    """The points of the smallest box that is shown to contain every pattern."""
    box = prove_box(space, STEPS_BACK)
    lows = [_least(space, size) for size in space.sizes]
    sizes = np.array(list(product(*(range(low, box.bound + 1) for low in lows))), dtype=np.int64).T
    # Later than this, no atom depends on the layer: its form is beyond all that it is compared with.
    latest = 0
    without = np.zeros((len(space.names), sizes.shape[1]), dtype=np.int64)
    without[list(space.sizes)] = sizes
    for atom in space.atoms:
        if atom.form[LAYER]:
            rest = np.abs(value(without, atom.form)).max()
            latest = max(latest, int(rest) + max(abs(atom.least), abs(atom.greatest)) + 1)
    if sizes.shape[1] * (latest + 1) > LARGEST_SPACE:
        raise RefutedError(
            f"the schedule needs grids with sizes up to {box.bound} and {latest} layers, too many "
            f"to list"
        )
    layers = np.arange(latest + 1)
    points = np.repeat(without, len(layers), axis=1)
    points[LAYER] = np.tile(layers, sizes.shape[1])
    for form in space.domain:
        points = points[:, value(points, form) >= 0]
    return Points(box, points[:, np.argsort(np.abs(points).sum(axis=0), kind="stable")])


def _least(space: Space, size: int) -> int:
    """A size's lower bound in the domain."""
    for form in space.domain:
        if form[size] == 1 and not any(c for i, c in enumerate(form[:-1]) if i != size):
            return -form[-1]
    raise AssertionError("every size has a lower bound")


def patterns(
    schedule: Schedule, points: Integers, positions: tuple[int, ...], work: int
) -> Iterator[Pattern]:
    """The different patterns at these points."""
    columns = [schedule.kinds(points, SHIFTS[p], 0, work) for p in positions]
    columns.append(schedule.kinds(points, SHIFTS[CENTRE], 1, work))
    yield from distinct_patterns(columns, positions, points)


def distinct_patterns(
    columns: list[Integers], positions: tuple[int, ...], points: Integers
) -> Iterator[Pattern]:
    """One pattern for each different row of ``columns``, the last being the centre's next kind."""
    known = np.unique(np.concatenate([np.unique(column) for column in columns]))
    key = np.zeros(points.shape[1], dtype=np.int64)
    assert len(known) ** len(columns) < 2**63
    for column in columns:
        key = key * len(known) + np.searchsorted(known, column)
    _, first = np.unique(key, return_index=True)
    for index in sorted(first):
        *kinds, after = (int(column[index]) for column in columns)
        yield Pattern(
            dict(zip(positions, kinds, strict=True)),
            after,
            tuple(int(v) for v in points[:, index]),
        )
