"""What a cell of a given kind can hold: its code, with the signs and bits that the code stands for.

A cell of the memory starts as the sign ``y_a x_ab x_b``, where ``y_a`` is the row's ``label`` and ``x_b`` the
column's bit of the test ``example``. In the label column it is ``y_a``, in the last row ``x_b``, in the
corner +1. Its ``sign`` is what it starts as, but +1 in the label column and in the last row. Then in
every cell ``sign * label * example`` is the sign of the data bit that belongs there: ``x_ab``, ``y_a``
or ``x_b``. While a wave of row reduction is passing, a cell knows its bit before
the wave, its row's decision, whether a pivot was found above its row, and the pivot row's bit in its
column.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from proofs_check.schedule import (
    ACTING,
    ANSWER,
    DECIDED,
    DECIDING,
    FINAL,
    HEAD,
    LABEL_COLUMN,
    LAST_ROW,
    PADDING,
    STORED,
    UNMASKED,
    WORK,
    Schedule,
)
from proofs_check.unit_tables import Integers
from proofs_check.verdict import RefutedError

UNKNOWN = 9  #: a quantity that the cell's code does not depend on
NO_BIT = -1  #: nothing is handed down: no pivot above
WORK_CODE = 3  #: a work column's 1, three thirds
LEAVE, ADD, PIVOT = range(3)  #: decisions
DECISIONS = {"leave": LEAVE, "add": ADD, "pivot": PIVOT}

FIELDS = (
    "code",
    "sign",
    "label",
    "example",
    "bit",  # before the wave that is passing, if one is
    "decision",
    "found",  # is there a pivot above this row, for the wave that is passing?
    "handed",  # the pivot row's bit in this column, or NO_BIT
)


@dataclass(frozen=True, eq=False)
class Cell:
    """Columns of equal length: what a cell holds in each case."""

    code: Integers
    sign: Integers
    label: Integers
    example: Integers
    bit: Integers
    decision: Integers
    found: Integers
    handed: Integers

    def take(self, index: Integers) -> Cell:
        return Cell(*(getattr(self, field)[index] for field in FIELDS))


def cell(**columns: list[int]) -> Cell:
    """A cell from the columns that are known."""
    count = len(columns["code"])
    return Cell(
        *(np.array(columns.get(field, [UNKNOWN] * count), dtype=np.int64) for field in FIELDS)
    )


def contents(kind: int, schedule: Schedule, padding: int, start_codes: tuple[int, int]) -> Cell:
    """Every case of a cell of this kind. ``start_codes``: of a new head on a bit 0 and on a bit 1."""
    stage = kind % LAST_ROW
    if stage in (PADDING, WORK):
        return cell(code=[padding if stage == PADDING else WORK_CODE])
    if stage == HEAD:
        return cell(code=list(start_codes), bit=[0, 1])
    if stage in (schedule.bit_stage, FINAL):
        return cell(code=list(schedule.bits), bit=[0, 1])
    if stage < schedule.bit_stage:
        cases = signs(kind)
        if stage == STORED:
            edge = kind & (LAST_ROW | LABEL_COLUMN)
            codes = [label * example if edge else sign for sign, label, example in cases]
        else:
            codes = [schedule.codes[stage - UNMASKED][case] for case in cases]
        columns = [list(column) for column in zip(*cases, strict=True)]
        return cell(code=codes, sign=columns[0], label=columns[1], example=columns[2])
    assert schedule.row_reduction is not None
    reduction = schedule.row_reduction
    if stage == ACTING:
        acting = [
            (reduction.acting.get((bit, decision, handed)), bit, DECISIONS[decision], handed)
            for decision, handings in (
                ("pivot", (NO_BIT,)),
                ("leave", (NO_BIT, 0, 1)),
                ("add", (0, 1)),
            )
            for bit, handed in product((0, 1), handings)
        ]
        if any(code is None for code, *_ in acting):
            raise RefutedError("the certificate lacks a code of a cell that a wave is passing")
        columns = [list(column) for column in zip(*acting, strict=True)]
        found = [int(handed != NO_BIT) for handed in columns[3]]
        return cell(
            code=columns[0], bit=columns[1], decision=columns[2], handed=columns[3], found=found
        )
    if stage == DECIDING:
        cases2 = [(bit, found) for bit in (0, 1) for found in (0, 1)]
        codes = [reduction.deciding[case] for case in cases2]
        return cell(
            code=codes,
            bit=[bit for bit, _ in cases2],
            found=[found for _, found in cases2],
            decision=[decide(bit, found) for bit, found in cases2],
        )
    if stage == DECIDED:
        return cell(code=[reduction.decided])
    assert stage == ANSWER
    return cell(code=list(reduction.answer), bit=[0, 1])


def signs(kind: int) -> list[tuple[int, int, int]]:
    """The cases of (sign, label, example) of a cell of the memory.

    The last row is the dummy example's, with label +1; the 1 that is appended to the test example
    stands over the label column.
    """
    last, label_column = bool(kind & LAST_ROW), bool(kind & LABEL_COLUMN)
    return [
        (sign, label, example)
        for sign, label, example in product((1, -1), repeat=3)
        if (sign == 1 or not (last or label_column))
        and (label == 1 or not last)
        and (example == 1 or not label_column)
    ]


def decide(bit: int, found: int) -> int:
    """What a row does in a wave: the first 1 is the pivot, a later 1 adds it, a 0 leaves the row."""
    if not bit:
        return LEAVE
    return ADD if found else PIVOT
