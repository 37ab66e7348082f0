"""Lemma 1, memorisation: SGD step ``i`` writes row ``i`` and nothing else, on grids of every size.

In SGD step ``i`` the rows above row ``i`` are written, and row ``i`` and those below are 0. What this
module checks, pattern by pattern:

* a written row starts its west wave and then stays as it is; row ``i`` stays 0; the rows below
  become work codes in the first layer, and stay that;
* in every layer the derivatives of the next code of a cell of row ``i`` are 1 by the cell itself and 0
  by its neighbours, and no unit stands at its kink;
* the head is 0 on all of these codes from layer 1 on, with slope 1 by the pixel on row ``i`` and slope 0
  everywhere else.

Hence ``f = 0``; and backwards from the head, the derivative of ``f`` is 1 by every pixel of row ``i`` and 0
by every other pixel, in every layer down to the first. So the step adds ``eta (y - 0) diag(z) 1`` to row
``i``, and that is ``(y_i / 3) [x_i, 1]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from construction.rules.patch import POSITIONS
from proofs_check.cells import WORK_CODE, Cell, cell
from proofs_check.coverage import Box, Form, Space, Windowed
from proofs_check.head import HeadTable
from proofs_check.patterns import Pattern, all_points, distinct_patterns
from proofs_check.schedule import (
    LABEL_COLUMN,
    LAST_ROW,
    PADDING,
    SHIFTS,
    STORED,
    UNMASKED,
    WORK,
    Schedule,
    reached,
    since,
)
from proofs_check.unit_tables import CENTRE, Integers, UnitTables
from proofs_check.verdict import RefutedError
from proofs_check.waves import consistent

LIVE, LATER, LATER_FLAT = 10, 11, 12  #: row i; the rows below in layer 0; and from layer 1 on
SLOPED = (LIVE, LATER)  #: kinds of cells that have slope 1 in themselves
#: A written cell's stage; the unmasking stages before the north wave keep their own numbers.
ABOVE, BELOW, LEFT, RIGHT, LAYER, GAP = range(6)
NAMES = ("above", "below", "left", "right", "layer", "gap")


@dataclass(frozen=True)
class Memorised:
    """What was covered."""

    boxes: tuple[Box, ...]
    patterns: int
    patches: int


def west_stages(schedule: Schedule) -> int:
    """How many unmasking stages come before the north wave: their codes ignore the test example."""
    count = 0
    for codes in schedule.codes:
        if any(codes[r, y, 1] != codes[r, y, -1] for r, y in product((1, -1), repeat=2)):
            break
        count += 1
    return count


def spaces(schedule: Schedule, positions: tuple[int, ...], work: int) -> tuple[Space, Space]:
    """Cells above the live row, and cells in it or below: in both, independent sizes.

    In the first, ``gap >= 1`` rows lie between a cell and the live row (counting it), and ``below``
    counts from the live row; in the second, ``above`` counts down to the live row, which lies ``gap >= 0``
    rows above the cell.
    """
    times = [_widen(since(time)) for time in schedule.times[: west_stages(schedule)]]
    atoms = []
    for form in times:
        by = [SHIFTS[p][1] * (form[LEFT] - form[RIGHT]) for p in (*positions, CENTRE)]
        by.append(form[LAYER])
        atoms.append(Windowed(form, -max(by), -min(by)))
    for variable in (ABOVE, BELOW, LEFT, RIGHT, LAYER, GAP):
        form = (*(int(variable == each) for each in range(6)), 0)
        # A neighbour is one row and one column away, and the next layer is one later.
        atoms.append(Windowed(form, -work - 1 if variable == RIGHT else -1, 2))
    result = []
    for least_gap in (1, 0):
        domain: tuple[Form, ...] = (
            (1, 0, 0, 0, 0, 0, 0),
            (0, 1, 0, 0, 0, 0, 0),
            (0, 0, 1, 0, 0, 0, 0),
            (0, 0, 0, 1, 0, 0, work),
            (0, 0, 0, 0, 1, 0, 0),
            (0, 0, 0, 0, 0, 1, -least_gap),
            (1, 1, 0, 0, 0, 1, -1),
            (0, 0, 1, 1, 0, 0, -1),
        )
        result.append(Space(NAMES, domain, tuple(atoms), (0, 1, 2, 3, GAP), (LAYER,)))
    return result[0], result[1]


def _widen(form: Form) -> Form:
    """A form in the five variables of a schedule as one in six; times depend on columns alone here."""
    if form[ABOVE] or form[BELOW]:
        raise RefutedError("the time of the west wave depends on the row")
    return (*form[:-1], 0, form[-1])


def kinds(
    schedule: Schedule,
    points: Integers,
    shift: tuple[int, int],
    later: int,
    work: int,
    *,
    written: bool,
) -> Integers:
    """The kind of the cell at a displacement from each point, ``later`` layers on."""
    down, east = shift
    left, right = points[LEFT] + east, points[RIGHT] - east
    layer = points[LAYER] + later
    if written:
        row = down - points[GAP]  # the row, counted from the live row
        first = -points[ABOVE] - points[GAP]
        last = points[BELOW]
    else:
        row = points[GAP] + down
        first = -points[ABOVE]
        last = points[BELOW] + points[GAP]
    inside = (row >= first) & (row <= last) & (left >= 0) & (right >= -work)
    moved = np.stack([points[ABOVE], points[BELOW], left, right, layer])
    stage = np.full(points.shape[1], STORED)
    for index, time in enumerate(schedule.times[: west_stages(schedule)]):
        stage[reached(moved, time)] = UNMASKED + index
    stage = np.where(row == 0, LIVE, stage)
    stage = np.where(row > 0, np.where(layer == 0, LATER, LATER_FLAT), stage)
    stage = stage + LABEL_COLUMN * (right == 0)
    return np.where(inside, np.where(right < 0, WORK, stage), PADDING)


def contents(kind: int, schedule: Schedule, padding: int) -> Cell:
    """Every case of a cell of this kind."""
    stage = kind % LAST_ROW
    if stage in (PADDING, WORK):
        return cell(code=[padding if stage == PADDING else WORK_CODE])
    if stage in (LIVE, LATER):
        return cell(code=[0])
    if stage == LATER_FLAT:
        return cell(code=[WORK_CODE])
    cases = [
        (sign, label)
        for sign, label in product((1, -1), repeat=2)
        if not kind & LABEL_COLUMN or sign == (label if schedule.label_is_sign else 1)
    ]
    if stage == STORED:
        codes = [label if kind & LABEL_COLUMN else sign for sign, label in cases]
    else:
        codes = [schedule.codes[stage - UNMASKED][sign, label, 1] for sign, label in cases]
    return cell(code=codes, sign=[sign for sign, _ in cases], label=[y for _, y in cases])


def found_patterns(
    schedule: Schedule, positions: tuple[int, ...], work: int
) -> Iterator[tuple[Pattern, Box]]:
    """Every pattern of every SGD step."""
    for space, written in zip(spaces(schedule, positions, work), (True, False), strict=True):
        points = all_points(space)
        columns = [
            kinds(schedule, points.points, SHIFTS[p], 0, work, written=written) for p in positions
        ]
        _check_first_layer(columns[positions.index(CENTRE)], points.points)
        columns.append(kinds(schedule, points.points, SHIFTS[CENTRE], 1, work, written=written))
        for pattern in distinct_patterns(columns, positions, points.points):
            yield pattern, points.box


def _check_first_layer(own: Integers, points: Integers) -> None:
    """Layer 0 is what the memory layer gives: stored signs, zeros, and work columns."""
    begun = ~np.isin(own % LAST_ROW, (PADDING, STORED, LIVE, LATER, WORK))
    wrong = begun & (points[LAYER] == 0)
    if wrong.any():
        point = tuple(points[:, int(np.flatnonzero(wrong)[0])].tolist())
        raise RefutedError(
            f"the schedule of storing does not start with the stored memory "
            f"({where(Pattern({}, 0, point))})"
        )


def check_memorisation(
    schedule: Schedule, tables: UnitTables, head: HeadTable, work: int
) -> Memorised:
    """Check all patterns. Raises :class:`~proofs_check.verdict.RefutedError` at the first that fails."""
    boxes: list[Box] = []
    count = listed = 0
    for pattern, patches, expected in all_cases(schedule, tables, work, boxes):
        check_pattern(pattern, patches, expected, tables)
        check_head(pattern, expected, head)
        count += 1
        listed += len(patches)
    return Memorised(tuple(boxes), count, listed)


def all_cases(
    schedule: Schedule, tables: UnitTables, work: int, boxes: list[Box] | None = None
) -> Iterator[tuple[Pattern, Integers, Integers]]:
    """Every pattern with its patches and the codes that should follow; notes the boxes it used."""
    for pattern, box in found_patterns(schedule, tables.positions, work):
        if boxes is not None and box not in boxes:
            boxes.append(box)
        if pattern.kinds[CENTRE] != PADDING:
            yield pattern, *cases(pattern, schedule, tables)


def cases(pattern: Pattern, schedule: Schedule, tables: UnitTables) -> tuple[Integers, Integers]:
    """The patches of a pattern, every case of its signs, and the codes that should follow."""
    cells = {p: contents(kind, schedule, tables.padding) for p, kind in pattern.kinds.items()}
    joint = consistent(cells, pattern)
    centre = joint[CENTRE]
    patches = np.zeros((len(centre.code), 9), dtype=np.int64)
    for position in range(9):
        held = joint[position].code if position in joint else tables.at(position)[0]
        patches[:, position] = held
    now, after = pattern.kinds[CENTRE] % LAST_ROW, pattern.after % LAST_ROW
    if after in (WORK, LATER_FLAT):
        expected = np.full(len(patches), WORK_CODE)
    elif after == LIVE:
        expected = np.zeros(len(patches), dtype=np.int64)
    elif after == STORED and now == STORED:
        expected = centre.code
    elif STORED <= now <= after:
        table = schedule.codes[after - UNMASKED]
        pairs = zip(centre.sign, centre.label, strict=True)
        expected = np.array([table[int(r), int(y), 1] for r, y in pairs], dtype=np.int64)
    else:
        raise RefutedError(
            f"the schedule is inconsistent while memory is written ({where(pattern)})"
        )
    if not set(tables.codes).issuperset(np.unique(patches).tolist()):
        raise RefutedError(f"the schedule uses a number that is no code ({where(pattern)})")
    return patches, expected


def check_pattern(
    pattern: Pattern, patches: Integers, expected: Integers, tables: UnitTables
) -> None:
    """Values, kinks and derivatives."""
    inputs = tables.inputs(patches)
    wrong = tables.outputs(inputs) != expected * tables.scale
    wrong |= tables.at_kink(patches, inputs)
    stage = pattern.kinds[CENTRE] % LAST_ROW
    slopes = np.zeros((1, 9), dtype=np.int64)
    if stage in SLOPED:
        # The rows below the live row are flat from layer 1 on, so nothing reaches this slope.
        slopes[0, CENTRE] = tables.scale
    wrong |= (tables.jacobians(patches, inputs) != slopes).any(axis=1)
    if wrong.any():
        index = int(np.flatnonzero(wrong)[0])
        shown = dict(zip(POSITIONS, patches[index].tolist(), strict=True))
        got = int(tables.outputs(inputs[index : index + 1])[0])
        jacobian = tables.jacobians(patches[index : index + 1], inputs[index : index + 1])[0]
        on = [name for name, v in zip(tables.units, inputs[index], strict=True) if v > 0]
        raise RefutedError(
            f"{where(pattern)}: on the patch {shown} the network gives {got}/{tables.scale} with "
            f"derivatives {jacobian.tolist()}/{tables.scale}; it should be {int(expected[index])} with "
            f"{(slopes[0] // tables.scale).tolist()} and no unit at its kink; the units that are on: "
            f"{', '.join(on)}"
        )


def check_head(pattern: Pattern, after: Integers, head: HeadTable) -> None:
    """The head is 0 on the codes of a layer after the first, and has slope 1 on the live row alone."""
    slope = head.scale if pattern.after % LAST_ROW == LIVE else 0
    for code in np.unique(after).tolist():
        index = code - head.lowest
        if code not in head.codes or head.kinks[index]:
            raise RefutedError(f"{where(pattern)}: the head stands at its kink on code {code}")
        if head.values[index] or head.slopes[index] != slope:
            raise RefutedError(
                f"{where(pattern)}: the head gives code {code} the value {head.values[index]} and the "
                f"slope {head.slopes[index]}, over {head.scale}; it should be 0 and {slope}"
            )


def where(pattern: Pattern) -> str:
    """Where a pattern occurs first."""
    above, below, left, right, layer, gap = pattern.point
    return (
        f"layer {layer} of an SGD step, d = {left + right}, column {left + 1}, {gap} rows from the row "
        f"that is written, {above} rows above and {below} below the two"
    )
