"""Online row reduction, for all ``d``, all streams and all states of memory.

``k`` rows of memory are written, the first of which is the dummy, so that it shows the input; the other
rows are 0. A cell is known by the columns to its left and to its right, and, in a written row, by the
rows *above* it, the *gap* to the last written row, and the unwritten rows *below* that; in an unwritten
row, by the written rows above the last written one, the gap from that, and the rows below.

The reduction passes cell ``(a, b)`` in layer ``d + a + b``; the label cell of the last written row has its
verdict in layer ``V = 2 d + k + 3``, and the column ``c`` places to the west is told in layer ``V + c``;
the unwritten cell below it follows a layer later. That these times, and what is held at them
(:mod:`proofs_check.online_cells`), are what the network does, is checked on every pattern.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from construction.rules.patch import POSITIONS
from proofs_check.cells import WORK_CODE
from proofs_check.coverage import Box, Form, Space, Windowed
from proofs_check.head import HeadTable
from proofs_check.online_cells import (
    ACTING,
    BEHIND,
    DECIDED,
    DONE,
    FIRST_ROW,
    FLAT,
    HELD,
    LABEL_COLUMN,
    LATER,
    LIVE,
    MASKED,
    PADDING,
    RESTING,
    SPENT,
    STORED,
    TOLD,
    VERDICT,
    WORK,
    OnlineCodes,
    code_after,
    contents,
    joint_cases,
    read_codes,
    reduce_by_cells,
    subset_sums,
)
from proofs_check.patterns import Pattern, all_points, distinct_patterns
from proofs_check.schedule import SHIFTS, part_of
from proofs_check.unit_tables import CENTRE, Integers, UnitTables
from proofs_check.verdict import Found, RefutedError

ABOVE, BELOW, LEFT, RIGHT, LAYER, GAP = range(6)
NAMES = ("above", "below", "left", "right", "layer", "gap")
DEPTH = {"d": 4, "1": 4}
LARGEST_MEMORY = 6  #: d up to which the last layer's kinds are listed
LARGEST_D = 3  #: features up to which every state of memory is listed


@dataclass(frozen=True)
class Covered:
    """What was covered."""

    boxes: tuple[Box, ...]
    patterns: int
    patches: int


#: The layer minus the time of the west wave, of the reduction, and of the verdict's arrival in a
#: written and in an unwritten row, by the variables and a constant.
SINCE_WEST: Form = (0, 0, 0, -1, 1, 0, -1)
SINCE_REDUCTION: Form = (-1, 0, -2, -1, 1, 0, -2)
SINCE_ARRIVAL: dict[bool, Form] = {
    True: (-1, 0, -2, -3, 1, -1, -4),
    False: (-1, 0, -2, -3, 1, 0, -4),
}


def spaces(work: int) -> tuple[Space, Space]:
    """Cells of written rows, and cells of unwritten rows: in both, independent sizes."""
    result = []
    for least_gap, written in ((0, True), (1, False)):
        # A neighbour is one row and one column away, and the next layer is one later.
        atoms = [
            Windowed(SINCE_WEST, -2, 2),
            Windowed(SINCE_REDUCTION, -2, 5),
            Windowed(SINCE_ARRIVAL[written], -2, 2),
        ]
        for variable in range(6):
            form = (*(int(variable == each) for each in range(6)), 0)
            atoms.append(Windowed(form, -work - 1 if variable == RIGHT else -1, 3))
        domain: tuple[Form, ...] = (
            (1, 0, 0, 0, 0, 0, 0),
            (0, 1, 0, 0, 0, 0, 0),
            (0, 0, 1, 0, 0, 0, 0),
            (0, 0, 0, 1, 0, 0, work),
            (0, 0, 0, 0, 1, 0, 0),
            (0, 0, 0, 0, 0, 1, -least_gap),
            (0, 0, 1, 1, 0, 0, -1),
        )
        sizes = (ABOVE, BELOW, LEFT, RIGHT, GAP)
        result.append(Space(NAMES, domain, tuple(atoms), sizes, (LAYER,)))
    return result[0], result[1]


def kinds(
    points: Integers, shift: tuple[int, int], later: int, work: int, *, written: bool
) -> Integers:
    """The kind of the cell at a displacement from each point, ``later`` layers on."""
    down, east = shift
    left, right, layer = points[LEFT] + east, points[RIGHT] - east, points[LAYER] + later
    d = left + right
    if written:  # rows are counted from the last written row
        row, first, last = down - points[GAP], -points[ABOVE] - points[GAP], points[BELOW]
    else:
        row, first, last = points[GAP] + down, -points[ABOVE], points[GAP] + points[BELOW]
    west = layer - right - 1
    reduction = layer - (d + 2 + (row - first) + left)
    arrival = layer - (2 * d + 4 - first + right)
    stage = np.full(points.shape[1], STORED)
    stage[west == 0] = MASKED
    stage[west > 0] = HELD
    stage[reduction == 0] = ACTING
    stage[reduction == 1] = BEHIND
    stage[reduction > 1] = RESTING
    end, label = row == 0, right == 0
    stage[end & ~label & (arrival == 0)] = TOLD
    stage[end & ~label & (arrival > 0)] = SPENT
    stage[end & label & (arrival == 0)] = VERDICT
    stage[end & label & (arrival > 0)] = DONE
    stage[row == 1] = np.where(arrival > 0, DECIDED, LIVE)[row == 1]
    stage[row > 1] = np.where(layer > 0, FLAT, LATER)[row > 1]
    kind = stage + FIRST_ROW * (row == first) + LABEL_COLUMN * label
    inside = (row >= first) & (row <= last) & (left >= 0) & (right >= -work)
    return np.where(inside, np.where(right < 0, WORK, kind), PADDING)


@cache
def found_patterns(positions: tuple[int, ...], work: int) -> tuple[tuple[Pattern, Box], ...]:
    """Every pattern, with the box that contains it."""
    found = []
    for space, written in zip(spaces(work), (True, False), strict=True):
        points = all_points(space)
        columns = [kinds(points.points, SHIFTS[p], 0, work, written=written) for p in positions]
        columns.append(kinds(points.points, SHIFTS[CENTRE], 1, work, written=written))
        for pattern in distinct_patterns(columns, positions, points.points):
            found.append((pattern, points.box))
    return tuple(found)


def check_layers(codes: OnlineCodes, tables: UnitTables, work: int) -> Covered:
    """Values and derivatives on every pattern.

    The derivative of a cell's next code is 1 by itself where it is 0 or *minus*, and otherwise 0. Raises
    :class:`~proofs_check.verdict.RefutedError` at the first pattern that the network gets wrong.
    """
    boxes, count, listed = [], 0, 0
    names = {POSITIONS[p]: p for p in tables.positions}
    for pattern, box in found_patterns(tables.positions, work):
        if box not in boxes:
            boxes.append(box)
        if pattern.kinds[CENTRE] == PADDING:
            continue
        joint = joint_cases(pattern.kinds, codes, tables.padding)
        expected = code_after(
            {name: pattern.kinds[p] for name, p in names.items()},
            {name: joint[p] for name, p in names.items()},
            pattern.after,
            codes,
        )
        held_after = contents(pattern.after, codes, tables.padding)["code"]
        if expected is None or not np.isin(expected, held_after).all():
            raise RefutedError(f"the schedule is inconsistent ({where(pattern)})")
        patches = np.zeros((len(expected), 9), dtype=np.int64)
        for position in range(9):
            held = joint[position]["code"] if position in joint else tables.at(position)[0]
            patches[:, position] = held
        _check(where(pattern), patches, expected, codes, tables)
        count += 1
        listed += len(patches)
    return Covered(tuple(boxes), count, listed)


def check_empty(codes: OnlineCodes, tables: UnitTables, head: HeadTable) -> int:
    """The dummy's step, on a memory that is 0: ``f = 0``, and slope 1 in the first row alone.

    The first row stays 0, and the rows below are work codes after one layer. Returns the number of
    patches of a cell and its four neighbours.
    """
    reads = [POSITIONS[p] for p in tables.positions]
    if not set(reads) <= set("CNWES"):
        raise RefutedError(f"the network reads {' '.join(reads)}; it should read no diagonal")
    wall, zero, work = tables.padding, 0, WORK_CODE
    cases = [
        *product([zero], [wall], [wall, zero], [zero, work], [zero, work], [zero]),
        *product([zero], [zero], [wall, zero], [zero, work], [zero, wall], [work]),
        *product([work], [zero, work], [wall, work], [work], [work, wall], [work]),
        *product([work], [wall, zero, work], [zero, work], [wall], [zero, work, wall], [work]),
    ]
    patches = np.full((len(cases), 9), wall, dtype=np.int64)
    for place, position in enumerate("CNWES"):
        patches[:, POSITIONS.index(position)] = [case[place] for case in cases]
    _check("an empty memory", patches, np.array([case[-1] for case in cases]), codes, tables)
    for code, slope in ((zero, 1), (work, 0)):
        index = code - head.lowest
        if head.values[index] or head.slopes[index] != slope * head.scale:
            raise RefutedError(f"an empty memory: the head gives code {code} an output or a slope")
    return len(cases)


def _check(
    place: str, patches: Integers, expected: Integers, codes: OnlineCodes, tables: UnitTables
) -> None:
    if not set(tables.codes).issuperset(np.unique([*patches.ravel(), *expected]).tolist()):
        raise RefutedError(f"the schedule uses a number that is no code ({place})")
    inputs = tables.inputs(patches)
    wrong = (tables.outputs(inputs) != expected * tables.scale) | tables.at_kink(patches, inputs)
    slopes = np.zeros_like(patches)
    slopes[:, CENTRE] = tables.scale * np.isin(patches[:, CENTRE], (0, codes.live_minus))
    wrong |= (tables.jacobians(patches, inputs) != slopes).any(axis=1)
    if wrong.any():
        index = int(np.flatnonzero(wrong)[0])
        shown = dict(zip(POSITIONS, patches[index].tolist(), strict=True))
        got = int(tables.outputs(inputs[index : index + 1])[0])
        jacobian = tables.jacobians(patches[index : index + 1], inputs[index : index + 1])[0]
        raise RefutedError(
            f"{place}: on the patch {shown} the network gives {got}/{tables.scale} with "
            f"derivatives {jacobian.tolist()}/{tables.scale}; it should be {int(expected[index])} "
            f"with {(slopes[index] // tables.scale).tolist()} and no unit at its kink"
        )


def check_ends(codes: OnlineCodes, head: HeadTable, depth: object, work: int) -> Found:
    """The depth, and the head on every code that is left in the last layer.

    With ``k`` of ``d + 1`` rows written, layer ``4 d + 4`` is ``left + d + 1 - k`` layers after the arrival of
    the verdict in a column. So every unwritten cell is decided, the last of them just then if ``k = d``, and
    the label cell has had its verdict. That follows from the times' coefficients, for all ``d``; and
    :func:`kinds` says the same for every cell of small memories, and that a layer less is too few.

    Backwards, only the first unwritten row is left with a slope, which is the head's: a stored sign has
    derivative 0 in the first layer, and a 0 below another 0 in the second, as it is flat by then.
    """
    if depth != DEPTH:
        raise RefutedError(f"the certificate says that the depth is {depth}, not {DEPTH}")
    for form, written, least in (
        (SINCE_WEST, True, 1),
        (SINCE_REDUCTION, True, 2),
        (SINCE_ARRIVAL[True], True, 0),
        (SINCE_ARRIVAL[False], False, 1),
    ):
        *coefficients, constant = at_the_end(form)
        if min(coefficients) < 0 or constant + coefficients[-1] * (not written) < least:
            raise RefutedError(f"{form} can be less than {least} in layer 4 d + 4")
    if at_the_end(SINCE_ARRIVAL[True])[1] < 1:
        raise RefutedError("the label cell, which is d columns from the left, has no verdict yet")
    left = {WORK, FLAT, RESTING, TOLD, SPENT, DONE, DECIDED}
    for d in range(1, LARGEST_MEMORY + 1):
        for layer in (4 * d + 4, 4 * d + 3):
            found = _memory_kinds(d, layer, work)
            if (found <= left) != (layer == 4 * d + 4):
                raise RefutedError(f"d = {d}: the kinds of cells in layer {layer} are {found}")
    outputs = {int(code): 1 - 2 * p for p, code in enumerate(codes.answer)}
    slopes = {0: 1, codes.live_minus: -1}
    held = {int(code) for kind in left for code in contents(kind, codes, 0)["code"]}
    for code in sorted(held):
        index = code - head.lowest
        if code not in head.codes or head.kinks[index]:
            raise RefutedError(f"the head stands at its kink on code {code}")
        value, slope = int(head.values[index]), int(head.slopes[index])
        wanted = outputs.get(code, 0), slopes.get(code, 0)
        if (value, slope) != (wanted[0] * head.scale, wanted[1] * head.scale):
            raise RefutedError(
                f"the head gives code {code} the value {value} and the slope {slope}, over "
                f"{head.scale}; it should be {wanted[0]} and {wanted[1]}"
            )
    return Found(
        f"{len(held)} codes that can be left; 4 times; all memories with d up to {LARGEST_MEMORY}",
        {"L": "4 d + 4"},
    )


def at_the_end(form: Form) -> tuple[int, int, int, int, int]:
    """A form in layer ``4 d + 4`` of a memory with ``d + 1`` rows.

    Its coefficients by below, left, right and gap, none of which is negative, and the constant.
    """
    above, below, left, right, layer, gap, constant = form
    # layer = 4 (left + right) + 4, and above = left + right - below - gap.
    by_d = 4 * layer + above
    return below - above, left + by_d, right + by_d, gap - above, constant + 4 * layer


def _memory_kinds(d: int, layer: int, work: int) -> set[int]:
    """The stages of all cells of all memories with ``d + 1`` rows."""
    found: set[int] = set()
    for last, b in product(range(d + 1), range(d + 1)):
        for written, rows in ((True, range(last + 1)), (False, range(last + 1, d + 1))):
            for row in rows:
                gap, above = abs(last - row), row if written else last
                below = d - last if written else d - row
                point = np.array([above, below, b, d - b, layer, gap])[:, None]
                found.add(int(kinds(point, (0, 0), 0, work, written=written)[0]) % FIRST_ROW)
    return found


def check_reduction() -> Found:
    """On every state of memory with few features: what the cells compute is what a basis says.

    It knows an input just when it is a sum of stored rows, its answer is then the sum of their labels, and
    what it stores otherwise leaves the sums the old ones and those with the input.
    """
    states = inputs = 0
    for d in range(1, LARGEST_D + 1):
        frontier: list[list[tuple[int, ...]]] = [[]]
        while frontier:
            states += len(frontier)
            grown = []
            for rows in frontier:
                sums = subset_sums(rows) if rows else {(0,) * d: 0}
                for x in product((0, 1), repeat=d):
                    inputs += 1
                    reduced, p = reduce_by_cells(rows, x)
                    if any(reduced) == (x in sums) or sums.get(x, p) != p:
                        raise RefutedError(f"reducing {x} by {rows} gives {reduced} and {p}")
                    if not any(reduced):
                        continue
                    for y in (0, 1):
                        new = [*rows, (*reduced, p ^ y)]
                        if subset_sums(new).get(x) != y:
                            raise RefutedError(f"{x} with label {y} is not stored in {new}")
                        grown.append(new)
            frontier = grown
    return Found(f"{states} states of memory and {inputs} inputs with d up to {LARGEST_D}")


def where(pattern: Pattern) -> str:
    """Where a pattern occurs first."""
    above, below, left, right, layer, gap = pattern.point
    return (
        f"layer {layer}, d = {left + right}, column {left + 1}, {gap} rows from the last written row, "
        f"{above} rows above and {below} below the two"
    )


def codes_of(schedule: Mapping[str, Any]) -> OnlineCodes:
    """The codes of the schedule's part on online row reduction."""
    return read_codes(part_of(schedule, "online row reduction").get("codes"))
