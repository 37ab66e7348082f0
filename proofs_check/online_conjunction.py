"""The online conjunction learner, for all ``d``, all streams and all states of memory.

Memory is one row. Either it is all 0, or its label column shows 2 (thirds) and each feature's cell shows 2
(satisfied), -2 (violated) or 0 (does not matter). In layer ``n`` a feature's cell knows

* *violated*: whether one of the ``n`` cells to the west shows -2;
* *seen*: whether the label column shows 2 and is fewer than ``n`` places to the east.

Both are what the neighbour knew a layer earlier, so it is enough to look at a cell and its two
neighbours: there are finitely many cases. In layer ``d + 1`` the label cell knows about all features, and
all features know about the label cell. The derivative of every cell's next code is 1 by itself and
0 by its neighbours, so the gradient by a pixel is the head's slope at the cell's last code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from construction.rules.patch import POSITIONS
from proofs_check.cells import WORK_CODE
from proofs_check.head import HeadTable
from proofs_check.schedule import part_of
from proofs_check.unit_tables import CENTRE, UnitTables
from proofs_check.verdict import Found, RefutedError

WEST, EAST = POSITIONS.index("W"), POSITIONS.index("E")
VIOLATED, NOTHING, SATISFIED = SHOWN = (-2, 0, 2)
FALSE, TRUE = 1, -1  #: outputs
DEPTH = {"d": 1, "1": 1}


@dataclass(frozen=True)
class ConjunctionCodes:
    """Codes by what a cell shows and knows."""

    cell: Mapping[tuple[int, int, int], int]  #: (shows, violated, seen)
    label: Mapping[tuple[int, int], int]  #: (shows, violated), from layer 1 on


@dataclass(frozen=True)
class Place:
    """A cell in one of its cases: its code, and what the codes next to it learn from it."""

    code: int
    shows: int = NOTHING
    violated: int = 0
    seen: int = 0

    @property
    def tells_east(self) -> int:
        return int(self.violated or self.shows == VIOLATED)


def codes_of(schedule: Mapping[str, Any]) -> ConjunctionCodes:
    """The codes in a certificate. Raises :class:`~proofs_check.verdict.RefutedError` without them."""
    try:
        data = part_of(schedule, "online conjunction")["codes"]
        cell = {(int(s), int(v), int(n)): int(code) for s, v, n, code in data["cell"]}
        label = {(int(s), int(v)): int(code) for s, v, code in data["label"]}
    except (KeyError, TypeError, ValueError) as error:
        raise RefutedError(
            f"the certificate's codes are malformed ({type(error).__name__}: {error})"
        ) from None
    if set(cell) != set(product(SHOWN, (0, 1), (0, 1))) or set(label) != {(0, 0), (2, 0), (2, 1)}:
        raise RefutedError("the certificate lacks a code")
    if any(cell[shows, 0, 0] != shows for shows in SHOWN):
        raise RefutedError("a cell that knows nothing should show what is in memory")
    return ConjunctionCodes(cell, label)


def check_layers(codes: ConjunctionCodes, tables: UnitTables, work: int) -> Found:
    """Every case of a cell and its neighbours: the next code, and the derivatives."""
    if work != 1:
        raise RefutedError(f"the network has {work} work columns; the cases are those of one")
    if not set(tables.positions) <= {CENTRE, WEST, EAST}:
        raise RefutedError("the network should read the cell and its western and eastern neighbour")
    wall, blank = Place(tables.padding), Place(WORK_CODE)
    patches, expected = [], []

    def add(west: Place, centre: Place, east: Place, after: int) -> None:
        patch = [tables.padding] * 9
        patch[WEST], patch[CENTRE], patch[EAST] = west.code, centre.code, east.code
        patches.append(patch)
        expected.append(after)

    for empty in (True, False):
        features = [
            Place(code, *known)
            for known, code in codes.cell.items()
            if not empty or known == (NOTHING, 0, 0)
        ]
        shows = NOTHING if empty else SATISFIED
        later = [
            Place(code, shows, violated, int(not empty))
            for (shown, violated), code in codes.label.items()
            if shown == shows
        ]
        labels = [Place(shows, shows), *later]  # in layer 0, and later
        for centre, west in product(features, [wall, *features]):
            for east in (*features, *labels):
                key = (centre.shows, west.tells_east, east.seen)
                add(west, centre, east, codes.cell[key])
        for centre, west in product(labels, features):
            add(west, centre, blank, codes.label[shows, west.tells_east])
        for west in labels:
            add(west, blank, wall, WORK_CODE)
    _check(np.array(patches), np.array(expected), tables)
    return Found(f"{len(patches)} cases of a cell and its neighbours, values and derivatives")


def _check(patches: np.ndarray, expected: np.ndarray, tables: UnitTables) -> None:
    if not set(tables.codes).issuperset(np.unique([*patches.ravel(), *expected]).tolist()):
        raise RefutedError("the certificate uses a number that is no code")
    inputs = tables.inputs(patches)
    slopes = np.zeros((1, 9), dtype=np.int64)
    slopes[0, CENTRE] = tables.scale
    wrong = (tables.outputs(inputs) != expected * tables.scale) | tables.at_kink(patches, inputs)
    wrong |= (tables.jacobians(patches, inputs) != slopes).any(axis=1)
    if wrong.any():
        index = int(np.flatnonzero(wrong)[0])
        shown = {POSITIONS[p]: int(patches[index, p]) for p in (WEST, CENTRE, EAST)}
        got = int(tables.outputs(inputs[index : index + 1])[0])
        raise RefutedError(
            f"on the patch {shown} the network gives {got}/{tables.scale}; it should be "
            f"{int(expected[index])}, with slope 1 by the cell itself and no unit at its kink"
        )


def check_ends(codes: ConjunctionCodes, head: HeadTable, depth: object) -> Found:
    """The head in the last layer: the prediction, and slope -1 on what a true label should change."""
    if depth != DEPTH:
        raise RefutedError(f"the certificate says that the depth is {depth}, not {DEPTH}")
    wanted = {
        WORK_CODE: (0, 0),
        codes.cell[NOTHING, 0, 0]: (0, -1),  # an empty memory
        codes.label[NOTHING, 0]: (FALSE, -1),
        codes.label[SATISFIED, 0]: (TRUE, 0),
        codes.label[SATISFIED, 1]: (FALSE, 0),
    }
    for shows, violated in product(SHOWN, (0, 1)):
        wanted[codes.cell[shows, violated, 1]] = (0, -(shows == VIOLATED))
    for code, (value, slope) in wanted.items():
        index = code - head.lowest
        if code not in head.codes or head.kinks[index]:
            raise RefutedError(f"the head stands at its kink on code {code}")
        got = int(head.values[index]), int(head.slopes[index])
        if got != (value * head.scale, slope * head.scale):
            raise RefutedError(
                f"the head gives code {code} value and slope {got}, over {head.scale}; it should be "
                f"{value} and {slope}"
            )
    return Found(f"{len(wanted)} codes that can be left", {"L": "d + 1"})


def check_elimination(largest: int = 3) -> Found:
    """What the step then does is elimination of literals, on every state and example of small ``d``."""
    cases = 0
    for d in range(1, largest + 1):
        for state in (None, *product((-1, 0, 1), repeat=d)):
            for x, y in product(product((1, -1), repeat=d), (FALSE, TRUE)):
                cases += 1
                literals = _literals(state, d)
                violated = {(b, sign) for b, sign in literals if x[b] != sign}
                after = literals - violated if y == TRUE else literals
                if _literals(_step(state, x, y), d) != after:
                    raise RefutedError(f"the step from {state} on {x}, {y} is not elimination")
    return Found(f"{cases} steps with d up to {largest}")


def _literals(state: tuple[int, ...] | None, d: int) -> set[tuple[int, int]]:
    """The literals, as a feature and the sign that it must have; all of them for an empty memory."""
    if state is None:
        return set(product(range(d), (1, -1)))
    return {(b, sign) for b, sign in enumerate(state) if sign}


def _step(state: tuple[int, ...] | None, x: tuple[int, ...], y: int) -> tuple[int, ...] | None:
    """``W + (y - f) diag(z) G / 3`` in units of two thirds, with the head's output and slopes."""
    weights = (0,) * (len(x) + 1) if state is None else (*state, 1)
    z = (*x, 1)
    shown = [w * sign for w, sign in zip(weights, z, strict=True)]
    output = FALSE if state is None or -1 in shown else TRUE
    slopes = [-(state is None or each == -1) for each in shown]
    new = [
        w + (y - output) * sign * slope // 2
        for w, sign, slope in zip(weights, z, slopes, strict=True)
    ]
    return tuple(new[:-1]) if new[-1] else None
