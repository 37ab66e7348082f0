"""Lemma 1, computation: the network takes every pattern of the schedule to the next one.

By induction over the layers this makes the schedule true on every grid: it is true of layer 0,
which the memory layer writes, and if it is true of a layer, it is true of the next, because the next
code of a cell depends on the codes of its patch alone, and every patch is one of the patterns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from construction.rules.patch import POSITIONS
from proofs_check.cells import (
    ADD,
    LEAVE,
    NO_BIT,
    PIVOT,
    UNKNOWN,
    WORK_CODE,
    Cell,
    contents,
)
from proofs_check.patterns import Pattern
from proofs_check.schedule import (
    ACTING,
    ANSWER,
    DECIDED,
    DECIDING,
    FINAL,
    HEAD,
    LAST_ROW,
    PADDING,
    RUNNING,
    STORED,
    UNMASKED,
    WORK,
    Schedule,
)
from proofs_check.unit_tables import CENTRE, Integers, UnitTables
from proofs_check.verdict import RefutedError

NORTH, SOUTH, EAST, WEST = (POSITIONS.index(p) for p in ("N", "S", "E", "W"))
ROWS = {p: p // 3 for p in range(9)}
COLUMNS = {p: p % 3 for p in range(9)}
SPREADING = (ACTING, DECIDING)


@dataclass(frozen=True, eq=False)
class Step:
    """The patches of a pattern, every case of its signs and bits, and the codes that should follow."""

    pattern: Pattern
    patches: Integers
    expected: Integers


def steps(
    found: Iterator[Pattern],
    schedule: Schedule,
    tables: UnitTables,
    start_codes: tuple[int, int],
) -> Iterator[Step]:
    """The cases of each pattern. Those in which a machine is already running are left out."""
    for pattern in found:
        stages = {kind % LAST_ROW for kind in (*pattern.kinds.values(), pattern.after)}
        if pattern.kinds[CENTRE] == PADDING or RUNNING in stages:
            continue
        yield _step(pattern, schedule, tables, start_codes)


def _step(
    pattern: Pattern, schedule: Schedule, tables: UnitTables, start_codes: tuple[int, int]
) -> Step:
    cells = {
        position: contents(kind, schedule, tables.padding, start_codes)
        for position, kind in pattern.kinds.items()
    }
    joint = consistent(cells, pattern)
    patches = np.zeros((len(joint[CENTRE].code), 9), dtype=np.int64)
    for position in range(9):
        patches[:, position] = tables.at(position)[0]  # what no unit reads does not matter
        if position in joint:
            patches[:, position] = joint[position].code
    expected = _next(pattern, joint, schedule, start_codes)
    named = set(tables.codes) - {tables.padding}
    if not named.issuperset(np.unique(expected).tolist()):
        raise RefutedError(f"the schedule uses a number that is no code ({pattern.place()})")
    if not set(tables.codes).issuperset(np.unique(patches).tolist()):
        raise RefutedError(f"the schedule uses a number that is no code ({pattern.place()})")
    return Step(pattern, patches, expected)


def consistent(cells: dict[int, Cell], pattern: Pattern) -> dict[int, Cell]:
    """All joint cases of a patch's cells that agree on what they share."""
    positions = sorted(cells, key=lambda p: (p != CENTRE, p))
    joint: dict[int, Cell] = {}
    count = 1
    for position in positions:
        new = cells[position]
        size = len(new.code)
        old_index = np.repeat(np.arange(count), size)
        new_index = np.tile(np.arange(size), count)
        joint = {p: held.take(old_index) for p, held in joint.items()}
        joint[position] = new.take(new_index)
        good = np.ones(count * size, dtype=bool)
        for other in joint:
            good &= _agree(other, joint[other], position, joint[position])
        good &= _found_agrees(joint, pattern, position)
        keep = np.flatnonzero(good)
        joint = {p: held.take(keep) for p, held in joint.items()}
        count = len(keep)
    return joint


def _agree(p: int, one: Cell, q: int, other: Cell) -> npt.NDArray[np.bool_]:
    """Cells of a row share their label, cells of a column their bit of the test example."""
    good = np.ones(len(one.code), dtype=bool)
    for same, left, right in (
        (ROWS[p] == ROWS[q], one.label, other.label),
        (COLUMNS[p] == COLUMNS[q], one.example, other.example),
    ):
        if same:
            good &= (left == right) | (left == UNKNOWN) | (right == UNKNOWN)
    return good


def _found_agrees(joint: dict[int, Cell], pattern: Pattern, position: int) -> npt.NDArray[np.bool_]:
    """Whether a pivot was found above this row: what the north says is what the west knows.

    The northern and the western neighbour are passed by the same wave in the same layer.
    """
    good = np.ones(len(joint[position].code), dtype=bool)
    if position not in (NORTH, WEST) or not {NORTH, WEST} <= joint.keys():
        return good
    if pattern.kinds[WEST] % LAST_ROW not in SPREADING:
        return good
    west = joint[WEST].found
    if pattern.kinds[NORTH] == PADDING:
        return np.asarray(west == 0)
    if pattern.kinds[NORTH] % LAST_ROW in SPREADING:
        return np.asarray(west == _found_below(joint[NORTH]))
    return good


def _found_below(cell: Cell) -> Integers:
    """Whether there is a pivot above the row below this cell's."""
    return np.asarray(np.maximum(cell.found, cell.decision == PIVOT))


def _next(
    pattern: Pattern, joint: dict[int, Cell], schedule: Schedule, start_codes: tuple[int, int]
) -> Integers:
    """The codes that the schedule says the centre has in the next layer."""
    centre = joint[CENTRE]
    now, after = pattern.kinds[CENTRE] % LAST_ROW, pattern.after % LAST_ROW
    if after == WORK:
        return np.full(len(centre.code), WORK_CODE)
    if after == STORED and now == STORED:
        return centre.code
    if UNMASKED <= after < schedule.bit_stage and STORED <= now <= after:
        table = schedule.codes[after - UNMASKED]
        return np.array(
            [
                table[int(r), int(y), int(x)]
                for r, y, x in zip(centre.sign, centre.label, centre.example, strict=True)
            ],
            dtype=np.int64,
        )
    bit = _bit_after(pattern, centre, schedule)
    if bit is not None:
        if after in (schedule.bit_stage, FINAL):
            return np.where(bit, schedule.bits[1], schedule.bits[0])
        if after == HEAD:
            return np.where(bit, start_codes[1], start_codes[0])
        assert schedule.row_reduction is not None
        reduction = schedule.row_reduction
        if after == ANSWER:
            return np.where(bit, reduction.answer[1], reduction.answer[0])
        if after == DECIDING:
            found = _from_north(pattern, joint)
            table2 = np.array([[reduction.deciding[b, f] for f in (0, 1)] for b in (0, 1)])
            return np.asarray(table2[bit, found])
        if after == ACTING:
            return _acting(pattern, joint, bit, schedule)
    if after == DECIDED and now in (DECIDING, DECIDED):
        assert schedule.row_reduction is not None
        return np.full(len(centre.code), schedule.row_reduction.decided)
    raise RefutedError(f"the schedule is inconsistent ({pattern.place()})")


def _bit_after(pattern: Pattern, centre: Cell, schedule: Schedule) -> Integers | None:
    """The bit that the centre holds when the layer is done, if it holds one."""
    now = pattern.kinds[CENTRE] % LAST_ROW
    if now in (schedule.bit_stage, FINAL, ANSWER):
        return centre.bit
    if now < schedule.bit_stage:
        return (centre.sign * centre.label * centre.example < 0).astype(np.int64)
    if now == ACTING:
        added = np.where(centre.decision == ADD, centre.bit ^ np.maximum(centre.handed, 0), 0)
        # The pivot row is emptied, unless it is the last row, the test example's.
        kept = pattern.kinds[CENTRE] & LAST_ROW > 0
        pivot = np.where(centre.decision == PIVOT, centre.bit * kept, 0)
        left = np.where(centre.decision == LEAVE, centre.bit, 0)
        return np.asarray(added + pivot + left)
    return None


def _from_north(pattern: Pattern, joint: dict[int, Cell]) -> Integers:
    """Whether there is a pivot above the centre's row, for the wave that comes next."""
    north = pattern.kinds[NORTH]
    if north == PADDING:
        return np.zeros(len(joint[CENTRE].code), dtype=np.int64)
    if north % LAST_ROW not in SPREADING:
        raise RefutedError(
            f"no wave is north of a cell that a wave is about to pass ({pattern.place()})"
        )
    return _found_below(joint[NORTH])


def _acting(
    pattern: Pattern, joint: dict[int, Cell], bit: Integers, schedule: Schedule
) -> Integers:
    """The centre takes part in the next wave: decision from the west, pivot bit from the north."""
    assert schedule.row_reduction is not None
    if pattern.kinds[WEST] % LAST_ROW not in SPREADING:
        raise RefutedError(
            f"no wave is west of a cell that a wave is about to pass ({pattern.place()})"
        )
    decision = joint[WEST].decision
    if pattern.kinds[NORTH] == PADDING:
        handed = np.full(len(bit), NO_BIT)
    elif pattern.kinds[NORTH] % LAST_ROW == ACTING:
        north = joint[NORTH]
        handed = np.where(north.decision == PIVOT, north.bit, north.handed)
    else:
        raise RefutedError(
            f"no wave is north of a cell that a wave is about to pass ({pattern.place()})"
        )
    names = {LEAVE: "leave", ADD: "add", PIVOT: "pivot"}
    table = schedule.row_reduction.acting
    try:
        return np.array(
            [
                table[int(b), names[int(q)], int(h)]
                for b, q, h in zip(bit, decision, handed, strict=True)
            ],
            dtype=np.int64,
        )
    except KeyError as error:
        raise RefutedError(
            f"the schedule has no code for the case {error} ({pattern.place()})"
        ) from None


def check_step(step: Step, tables: UnitTables) -> int:
    """The number of patches of a pattern; raises at the first that the network gets wrong."""
    inputs = tables.inputs(step.patches)
    got = tables.outputs(inputs)
    wrong = (got != step.expected * tables.scale) | tables.at_kink(step.patches, inputs)
    if wrong.any():
        index = int(np.flatnonzero(wrong)[0])
        refute(step.pattern.place(), step.patches, inputs, step.expected, index, tables)
    return len(got)


def refute(
    place: str,
    patches: Integers,
    inputs: Integers,
    expected: Integers,
    index: int,
    tables: UnitTables,
) -> None:
    """Raise with the patch, the layer, and the units that decide about it."""
    shown = dict(zip(POSITIONS, patches[index].tolist(), strict=True))
    if tables.at_kink(patches, inputs)[index]:
        at_kink = [n for n, v in zip(tables.units, inputs[index], strict=True) if v == 0]
        name = at_kink[0] if at_kink else "of the first layer"
        raise RefutedError(f"{place}: unit {name!r} stands at its kink on the patch {shown}")
    on = [name for name, v in zip(tables.units, inputs[index], strict=True) if v > 0]
    got = int(tables.outputs(inputs[index : index + 1])[0])
    raise RefutedError(
        f"{place}: on the patch {shown} the network gives {got}/{tables.scale}; it should be "
        f"{int(expected[index])}; the units that are on: {', '.join(on)}"
    )
