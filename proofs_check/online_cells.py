"""Online row reduction: what a cell of a given kind can hold, and what it holds a layer later.

The variables are those of reducing an input by the stored rows, one after the other:

* ``x`` is the input's bit of a column (0 in the label column), ``r`` a stored row's bit there (in the
  label column, its label), and ``u = x ^ r`` what is left of ``r`` when the row's label is taken off;
* ``v`` is the input's reduced bit when it comes to a row; in the label column, the sum of the labels of
  the rows that were added so far;
* a row is *searching* for its first 1; there, it is *added* from now on if ``v`` is 1, else *skipped*;
* below the last row, *changed* is ``x ^ v``, *left* is ``v``, *left to the west* says whether any column
  to the west has a bit left, and ``p`` is the label column's ``v``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from proofs_check.cells import WORK_CODE
from proofs_check.unit_tables import Integers
from proofs_check.verdict import RefutedError

(
    PADDING, WORK, STORED, MASKED, HELD, ACTING, BEHIND, RESTING, VERDICT, DONE, TOLD, SPENT, LIVE,
    DECIDED, LATER, FLAT,
) = range(16)  # fmt: skip
FIRST_ROW, LABEL_COLUMN = 32, 64  #: added to a stage: a cell's *kind*
SEARCH, ADD, SKIP = MODES = range(3)
KNOWN = 2  #: a verdict: 0 and 1 are *new* with that ``p``

#: The columns of a case: its code, and the variables that the code stands for.
Cases = Mapping[str, Integers]


@dataclass(frozen=True)
class OnlineCodes:
    """The numbers of the codes, as the certificate has them; signs and bits are indices 0 and 1."""

    masked: Integers  #: (2, 2): by the sign that is shown, and the row's label
    held: Integers  #: (2,): by u
    showing: Integers  #: (2,): by x
    reducing: Integers  #: (2, 3, 2, 2): by u, mode, x, v
    behind: Integers  #: (2, 2, 2): by changed, left, left to the west
    resting: Integers  #: (2,): by changed
    told: Integers  #: (2, 3): by changed, verdict
    verdict: Integers  #: (2, 2): by p, left
    answer: Integers  #: (2,): by p
    spent: int
    live_minus: int


def read_codes(data: Any) -> OnlineCodes:
    """The codes in a certificate. Raises :class:`~proofs_check.verdict.RefutedError` without them."""
    shapes = {
        "masked": (2, 2), "held": (2,), "showing": (2,), "reducing": (2, 3, 2, 2),
        "behind": (2, 2, 2), "resting": (2,), "told": (2, 3), "verdict": (2, 2), "answer": (2,),
    }  # fmt: skip
    try:
        tables = {name: np.array(data[name], dtype=np.int64) for name in shapes}
        if any(tables[name].shape != shape for name, shape in shapes.items()):
            raise ValueError("a table of codes has the wrong shape")
        return OnlineCodes(**tables, spent=int(data["spent"]), live_minus=int(data["live minus"]))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise RefutedError(
            f"the certificate's codes are malformed ({type(error).__name__}: {error})"
        ) from None


def contents(kind: int, codes: OnlineCodes, padding: int) -> Cases:
    """Every case of a cell of this kind.

    The input's bit over the label column is 0, so there *changed* and *left* are the same. The first row
    is the dummy's, whose label is +1: in the label column it shows the bit 0.
    """
    stage = kind % FIRST_ROW
    if stage in (PADDING, WORK, FLAT, SPENT, LIVE, LATER):
        own = {PADDING: padding, SPENT: codes.spent, LIVE: 0, LATER: 0}.get(stage, WORK_CODE)
        return {"code": np.array([own])}
    if stage == DECIDED:
        return {"code": np.array([0, codes.live_minus, WORK_CODE])}
    if stage == DONE:
        return {"code": np.array([codes.spent, *codes.answer])}
    table, names = {
        STORED: (np.array([1, -1]), ("sign",)),
        MASKED: (codes.masked, ("sign", "label")),
        HELD: (codes.held, ("u",)),
        ACTING: (codes.reducing, ("u", "mode", "x", "v")),
        BEHIND: (codes.behind, ("changed", "left", "west_left")),
        RESTING: (codes.resting, ("changed",)),
        TOLD: (codes.told, ("changed", "verdict")),
        VERDICT: (codes.verdict, ("p", "left")),
    }[stage]
    if stage == ACTING and kind & FIRST_ROW:
        table, names = codes.showing, ("x",)
    places = np.indices(table.shape).reshape(table.ndim, -1)
    cases = {"code": table.ravel(), **dict(zip(names, places, strict=True))}
    good = np.ones(table.size, dtype=bool)
    if kind & LABEL_COLUMN:
        if stage in (MASKED, ACTING):
            good &= cases["sign" if stage == MASKED else "x"] == 0
        if stage in (STORED, MASKED, HELD) and kind & FIRST_ROW:
            good &= cases[{STORED: "sign", MASKED: "label", HELD: "u"}[stage]] == 0
        if stage == BEHIND:
            good &= cases["changed"] == cases["left"]
    return {name: column[good] for name, column in cases.items()}


def mode_after(cases: Cases) -> Integers:
    """What a row is doing east of an acting cell."""
    r = cases["u"] ^ cases["x"]
    decides = (cases["mode"] == SEARCH) & (r == 1)
    return np.where(decides, np.where(cases["v"] == 1, ADD, SKIP), cases["mode"])


def reduced_after(kind: int, cases: Cases) -> Integers:
    """The input's reduced bit south of an acting cell; the first row is the input itself."""
    if kind & FIRST_ROW:
        return cases["x"]
    r = cases["u"] ^ cases["x"]
    return np.where(mode_after(cases) == ADD, cases["v"] ^ r, cases["v"])


def code_after(
    kinds: Mapping[str, int], joint: Mapping[str, Cases], after: int, codes: OnlineCodes
) -> Integers | None:
    """The code of the cell C a layer later, when it is of the kind ``after``; None if it cannot be.

    ``kinds`` and ``joint`` are those of the cells C, N, W and E.
    """
    own = joint["C"]
    stages = {position: kind % FIRST_ROW for position, kind in kinds.items()}
    now, stage = stages["C"], after % FIRST_ROW
    count = len(own["code"])
    if stage == now and now in (WORK, STORED, HELD, RESTING, DONE, SPENT, LIVE, DECIDED, FLAT):
        return own["code"]
    if (now, stage) == (LATER, FLAT):
        return np.full(count, WORK_CODE)
    if (now, stage) == (STORED, MASKED):
        if after & LABEL_COLUMN:
            return np.asarray(codes.masked[0, own["sign"]])
        if stages["E"] != MASKED:
            return None
        return np.asarray(codes.masked[own["sign"], joint["E"]["label"]])
    u = own["sign"] ^ own["label"] if now == MASKED else own.get("u")
    if u is not None and stage == HELD:
        return np.asarray(codes.held[u])
    if u is not None and stage == ACTING and now in (MASKED, HELD):
        return _acting(kinds, joint, u, codes)
    if (now, stage) == (ACTING, BEHIND) and stages["W"] in (PADDING, BEHIND):
        left = reduced_after(kinds["C"], own)
        west = np.zeros(count, dtype=np.int64)
        if stages["W"] == BEHIND:
            west = joint["W"]["left"] | joint["W"]["west_left"]
        return np.asarray(codes.behind[own["x"] ^ left, left, west])
    if (now, stage) == (BEHIND, RESTING):
        return np.asarray(codes.resting[own["changed"]])
    if (now, stage) == (BEHIND, VERDICT):
        return np.asarray(codes.verdict[own["changed"], own["west_left"]])
    if (now, stage) == (VERDICT, DONE):
        return np.where(own["left"] == 1, codes.spent, codes.answer[own["p"]])
    if (now, stage) == (RESTING, TOLD) and stages["E"] in (TOLD, VERDICT):
        return np.asarray(codes.told[own["changed"], _verdict(joint["E"])])
    if (now, stage) == (TOLD, SPENT):
        return np.full(count, codes.spent)
    if (now, stage) == (LIVE, DECIDED) and stages["N"] in (TOLD, VERDICT):
        verdict = _verdict(joint["N"])
        # In the label column there is nothing to flip but the label's own sign.
        flipped = joint["N"].get("changed", np.zeros(count, dtype=np.int64)) ^ (verdict == 1)
        return np.where(verdict == KNOWN, WORK_CODE, np.where(flipped, codes.live_minus, 0))
    return None


def _acting(
    kinds: Mapping[str, int], joint: Mapping[str, Cases], u: Integers, codes: OnlineCodes
) -> Integers | None:
    """The reduction passes: the row's mode from the west, the input's bits from the north."""
    north, west = (kinds[position] % FIRST_ROW for position in "NW")
    if west not in (PADDING, ACTING):
        return None
    if kinds["C"] & FIRST_ROW:
        return np.asarray(codes.showing[u])
    if north != ACTING:
        return None
    mode = mode_after(joint["W"]) if west == ACTING else np.full(len(u), SEARCH)
    return np.asarray(
        codes.reducing[u, mode, joint["N"]["x"], reduced_after(kinds["N"], joint["N"])]
    )


def _verdict(cases: Cases) -> Integers:
    """What a cell that has been told, or the label cell itself, says."""
    if "verdict" in cases:
        return cases["verdict"]
    return np.where(cases["left"] == 1, cases["p"], KNOWN)


def joint_cases(kinds: Mapping[int, int], codes: OnlineCodes, padding: int) -> dict[int, Cases]:
    """All combinations of the cases of a patch's cells."""
    cells = {position: contents(kind, codes, padding) for position, kind in kinds.items()}
    sizes = [len(cases["code"]) for cases in cells.values()]
    index = np.indices(sizes).reshape(len(sizes), -1)
    return {
        position: {name: column[index[place]] for name, column in cases.items()}
        for place, (position, cases) in enumerate(cells.items())
    }


def reduce_by_cells(rows: list[tuple[int, ...]], x: tuple[int, ...]) -> tuple[list[int], int]:
    """What these variables make of an input: its reduced bits, and ``p``. Rows end with their label."""
    reduced = [*x, 0]
    for row in rows:
        mode = SEARCH
        for b, (r, v) in enumerate(zip(row, list(reduced), strict=True)):
            if mode == SEARCH and r:
                mode = ADD if v else SKIP
            if mode == ADD:
                reduced[b] = v ^ r
    return reduced[:-1], reduced[-1]


def subset_sums(rows: list[tuple[int, ...]]) -> dict[tuple[int, ...], int]:
    """Every sum of some of the rows' features, with the sum of their labels."""
    sums: dict[tuple[int, ...], int] = {}
    for chosen in product((0, 1), repeat=len(rows)):
        total = [0] * len(rows[0]) if rows else [0]
        for take, row in zip(chosen, rows, strict=True):
            total = [a ^ (take & b) for a, b in zip(total, row, strict=True)]
        sums[tuple(total[:-1])] = total[-1]
    return sums
