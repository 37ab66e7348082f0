"""The schedule: in which stage a cell is, as a function of where it stands and of the layer.

A cell is known by four distances to the edges of the memory, all independent of each other: the
rows *above* and *below* it, the columns to its *left* and to its *right* up to the label column. So
``a = above + 1``, ``m = above + below``, ``b = left + 1`` and ``d = left + right``. A work column lies to
the right of the label column; there ``right`` is -1, -2, ... Times in the certificate are linear in
``m, d, a, b``, and so in the four distances.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from construction.rules.patch import OFFSETS, POSITIONS
from proofs_check.coverage import Form, Windowed
from proofs_check.unit_tables import CENTRE, Integers
from proofs_check.verdict import RefutedError

#: Variables of a point; every form has a coefficient for each, and a constant.
ABOVE, BELOW, LEFT, RIGHT, LAYER = range(5)
VARIABLES = ("above", "below", "left", "right", "layer")

PADDING, WORK, STORED, UNMASKED = 0, 1, 2, 3
#: Unmasking stages have the numbers UNMASKED, UNMASKED + 1, ...; the last shows the bit. There are few
#: enough of them to keep below all other stages.
MOST_STAGES = 7
ACTING, DECIDING, DECIDED, FINAL, ANSWER, HEAD, RUNNING = range(20, 27)
LAST_ROW, LABEL_COLUMN = 64, 128  #: added to a stage: a cell's *kind*

SHIFTS = tuple(OFFSETS[position] for position in POSITIONS)


@dataclass(frozen=True)
class RowReduction:
    """The part of a schedule that is about the waves of row reduction."""

    first_wave: Form
    decides: Form
    acting: Mapping[tuple[int, str, int], int]  #: (bit, decision, bit handed down; -1: none)
    deciding: Mapping[tuple[int, int], int]  #: (bit, is there a pivot above?)
    decided: int
    answer: tuple[int, int]

    def check_times(self) -> None:
        """Waves follow each other through the grid as the invariant says.

        A wave comes one layer later for each row and each column, so a cell's northern and western
        neighbours are passed by the same wave; and a cell of column ``c`` decides in wave ``c``.
        """
        south = self.first_wave[ABOVE] - self.first_wave[BELOW]
        east = self.first_wave[LEFT] - self.first_wave[RIGHT]
        if (south, east) != (1, 1):
            raise RefutedError(
                f"a wave comes {south} layers later in the next row and {east} in the next column; "
                f"it should be 1 and 1"
            )
        between = tuple(
            late - early for late, early in zip(self.decides, self.first_wave, strict=True)
        )
        if between != (0, 0, 1, 0, 0, 0):
            raise RefutedError("a cell of column c should decide c - 1 layers after its first wave")


@dataclass(frozen=True)
class Schedule:
    """The schedule of a program, with times as forms over the point's variables."""

    times: tuple[Form, ...]  #: of the unmasking stages
    codes: tuple[Mapping[tuple[int, int, int], int], ...]  #: by (sign, label, test bit)
    start: Form
    depth: Form
    row_reduction: RowReduction | None
    steps: int = 0  #: how often the depth counts the steps of a machine
    label_is_sign: bool = False  #: does a label count as the sign of its own cell, or as +1?

    @property
    def bit_stage(self) -> int:
        return UNMASKED + len(self.times) - 1

    @property
    def bits(self) -> tuple[int, int]:
        """The codes of a bit 0 and a bit 1 that is unmasked and at rest."""
        return self.codes[-1][1, 1, 1], self.codes[-1][-1, 1, 1]

    def all_codes(self) -> set[int]:
        """Every code that some stage uses."""
        codes = {code for table in self.codes for code in table.values()}
        if self.row_reduction is not None:
            codes |= {*self.row_reduction.acting.values(), *self.row_reduction.deciding.values()}
            codes |= {self.row_reduction.decided, *self.row_reduction.answer}
        return codes

    def kinds(self, points: Integers, shift: tuple[int, int], later: int, work: int) -> Integers:
        """The kind of the cell at a displacement from each point ``(5, n)``, ``later`` layers on."""
        down, east = shift
        moved = points.copy()
        moved[ABOVE] += down
        moved[BELOW] -= down
        moved[LEFT] += east
        moved[RIGHT] -= east
        moved[LAYER] += later
        above, below, left, right, _ = moved
        inside = (above >= 0) & (below >= 0) & (left >= 0) & (right >= -work)
        stage = np.full(points.shape[1], STORED)
        for index, time in enumerate(self.times):
            stage[reached(moved, time)] = UNMASKED + index
        last, label = below == 0, right == 0
        if self.row_reduction is None:
            started = reached(moved, self.start)
            stage[started] = self.bit_stage
            stage[started & (above == 0) & (left == 0)] = HEAD
            stage[reached(moved, later_than(self.start, 1))] = RUNNING
        else:
            waves = reached(moved, self.row_reduction.first_wave)
            stage[waves] = ACTING
            decides = waves & reached(moved, self.row_reduction.decides)
            after = waves & reached(moved, later_than(self.row_reduction.decides, 1))
            stage[decides] = DECIDING
            stage[after] = DECIDED
            stage[decides & label] = FINAL
            stage[decides & label & last] = ANSWER
        stage = stage + LAST_ROW * last + LABEL_COLUMN * label
        return np.where(inside, np.where(right < 0, WORK, stage), PADDING)

    def atoms(self, positions: tuple[int, ...], work: int) -> tuple[Windowed, ...]:
        """Everything that the kinds of these positions, now and in the next layer, depend on."""
        times = [*self.times, self.start, later_than(self.start, 1), self.depth]
        if self.row_reduction is not None:
            decides = self.row_reduction.decides
            times += [self.row_reduction.first_wave, decides, later_than(decides, 1)]
        zero: Form = (0, 0, 0, 0, 0, 0)
        shifts = [(SHIFTS[p], 0) for p in (*positions, CENTRE)] + [((0, 0), 1)]
        atoms = [
            _windowed(since(time), 0, 0, shifts) for time in (*times, zero, (0, 0, 0, 0, 0, 1))
        ]
        atoms += [
            _windowed((1, 0, 0, 0, 0, 0), 0, 1, shifts),
            _windowed((0, 1, 0, 0, 0, 0), 0, 1, shifts),
            _windowed((0, 0, 1, 0, 0, 0), 0, 1, shifts),
            _windowed((0, 0, 0, 1, 0, 0), -work, 1, shifts),
        ]
        return tuple(atoms)


def since(time: Form) -> Form:
    """The form "layer minus time"."""
    return (*(int(v == LAYER) - c for v, c in enumerate(time[:-1])), -time[-1])


def later_than(time: Form, layers: int) -> Form:
    """The time some layers after ``time``."""
    return (*time[:-1], time[-1] + layers)


def reached(points: Integers, time: Form) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """At which points the layer is at least ``time``."""
    return np.asarray(value(points, since(time)) >= 0)


def value(points: Integers, form: Form) -> Integers:
    """A form at each point ``(variables, n)``."""
    return np.asarray(np.array(form[:-1]) @ points + form[-1])


def _windowed(
    form: Form, least: int, greatest: int, shifts: list[tuple[tuple[int, int], int]]
) -> Windowed:
    """A form compared with ``least..greatest``, at the cell and at each of the shifted cells."""
    by = [
        down * (form[ABOVE] - form[BELOW]) + east * (form[LEFT] - form[RIGHT]) + later * form[LAYER]
        for (down, east), later in shifts
    ]
    return Windowed(form, least - max(by), greatest - min(by))


def read_schedule(data: Mapping[str, Any]) -> Schedule:
    """The schedule in a certificate. Raises :class:`~proofs_check.verdict.RefutedError` when it is none."""
    try:
        reduction = data.get("row reduction")
        if reduction is None and "row reduction" in data:
            raise RefutedError(
                "the schedule's row reduction is null; leave it out, or say what it is"
            )
        _check_count(data["unmasking"], least=1)
        shown = _signed(data["unmasking"][-1]["codes"])
        for (r, y, x), code in shown.items():
            if code != shown[r * y * x, 1, 1]:
                raise RefutedError("the last stage of unmasking should show a bit and nothing else")
        return Schedule(
            times=tuple(_form(stage["from"]) for stage in data["unmasking"]),
            codes=tuple(_signed(stage["codes"]) for stage in data["unmasking"]),
            start=_of_the_grid("start", data["start"]),
            depth=_of_the_grid(
                "depth", {name: c for name, c in data["depth"].items() if name != "t"}
            ),
            row_reduction=None if reduction is None else _row_reduction(reduction),
            steps=int(data["depth"].get("t", 0)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RefutedError(
            f"the certificate's schedule is malformed ({type(error).__name__}: {error})"
        ) from None


def part_of(schedule: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A part of a certificate's schedule.

    Raises :class:`~proofs_check.verdict.RefutedError` when it is no mapping.
    """
    part = schedule.get(name)
    if not isinstance(part, Mapping):
        raise RefutedError(f"the schedule's {name} is {part!r}; it should be a mapping")
    return part


def read_storing(data: Mapping[str, Any]) -> Schedule:
    """What a certificate without an unmasking schedule says of the cells while memory is written.

    Raises :class:`~proofs_check.verdict.RefutedError` when it says nothing that can be read.
    """
    never = (0, 0, 0, 0, 0, 0)
    try:
        storing = data["storing"]
        _check_count(storing["stages"], least=0)
        return Schedule(
            times=tuple(_form(stage["from"]) for stage in storing["stages"]),
            codes=tuple(_signed(stage["codes"]) for stage in storing["stages"]),
            start=never,
            depth=never,
            row_reduction=None,
            label_is_sign=bool(storing["label is sign"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RefutedError(
            f"the certificate's schedule of storing is malformed ({type(error).__name__}: {error})"
        ) from None


def _check_count(stages: Sequence[Any], least: int) -> None:
    if not least <= len(stages) <= MOST_STAGES:
        raise RefutedError(
            f"the schedule has {len(stages)} stages of unmasking; it should have from {least} to "
            f"{MOST_STAGES}"
        )


def _form(data: Mapping[str, Any]) -> Form:
    """A linear form in ``m, d, a, b`` as one in the four distances."""
    unknown = set(data) - {"m", "d", "a", "b", "1"}
    if unknown:
        raise ValueError(f"unknown name {min(unknown)!r} in a time")
    m, d, a, b, one = (int(data.get(name, 0)) for name in ("m", "d", "a", "b", "1"))
    return (m + a, m, d + b, d, 0, one + a + b)


def _of_the_grid(what: str, data: Mapping[str, Any]) -> Form:
    """A time that is one for the whole grid, linear in ``m`` and ``d`` alone."""
    unknown = set(data) - {"m", "d", "1"}
    if unknown:
        raise RefutedError(
            f"the {what} depends on {min(unknown)!r}; it should be the same for every cell of a grid"
        )
    return _form(data)


def _signed(data: Mapping[str, Any]) -> dict[tuple[int, int, int], int]:
    sign = {"+": 1, "-": -1}
    codes = {}
    for key, code in data.items():
        r, y, x = tuple(key)
        codes[sign[r], sign[y], sign[x]] = int(code)
    if len(codes) != 8:
        raise ValueError(f"{len(codes)} combinations of three signs instead of 8")
    return codes


def _row_reduction(data: Mapping[str, Any]) -> RowReduction:
    acting = {}
    for key, code in data["acting"].items():
        bit, decision, handed = key.split()
        acting[int(bit), str(decision), -1 if handed == "none" else int(handed)] = int(code)
    deciding = {}
    for key, code in data["deciding"].items():
        bit, found = key.split()
        deciding[int(bit), int(found)] = int(code)
    zero, one = data["answer"]
    return RowReduction(
        _form(data["first wave"]),
        _form(data["decides"]),
        acting,
        deciding,
        int(data["decided"]),
        (int(zero), int(one)),
    )
