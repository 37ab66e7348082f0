"""The flow ``x' = F(x) - x`` of row reduction in waves, with one layer ``F`` on real numbers, does not compute.

Euler's method with steps of 1/4 is followed in exact numbers: fractions over a common denominator. When every cell is
within the margin of a code, and these codes are a grid that a layer maps to itself, all of them flat, then ``F`` is
constant there; so the rest of the way leads straight to that grid. (Steps of 1 are the network itself.)
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from proofs_check.dynamics.runs import first_grids, next_grids, output, patches, runs
from proofs_check.lemma1.data_sets import in_words
from proofs_check.statement import Found, about_networks
from proofs_check.subject import Subject
from proofs_check.theorem1.precision import is_quiet, margin
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import Integers

SIZES: Final = ((1, 1), (1, 2))
PART: Final = 4  #: a step is one over this
LONGEST: Final = 40  #: steps
Big = npt.NDArray[np.object_]  #: Python's integers


def rest_of_flow(subject: Subject, grid: Integers, least: Fraction) -> tuple[Integers, int]:
    """The grid of codes ``(rows, columns)`` that Euler's method leads to, and the steps until that is sure.

    ``least`` is the margin.

    Raises :class:`~proofs_check.verdict.RefutedError` when it is not sure after :data:`LONGEST` steps.
    """
    state, under = grid.astype(object), 1  # what x is, times ``under``
    for step in range(LONGEST):
        nearest = (2 * state + under) // (2 * under)
        off = abs(state - nearest * under).max()
        near = off * least.denominator < least.numerator * under
        if step and near and _stays(subject, nearest):
            return nearest.astype(np.int64), step
        scale = int(subject.network.convolution[-1].scale)
        # x + (F(x) - x) / 4, over the old denominator times 4 times that of F.
        state = (PART - 1) * scale * state + _layer(subject, state, under)
        under *= PART * scale
    raise RefutedError(f"after {LONGEST} steps the flow is near no grid at rest")


def _stays(subject: Subject, nearest: Big) -> bool:
    codes = set(subject.network.codes) - {subject.network.padding}
    if not set(nearest.reshape(-1).tolist()) <= codes:
        return False
    grid: Integers = nearest.astype(np.int64)
    around = patches(subject, grid[None])
    quiet = is_quiet(subject.tables, around).all()
    return bool(quiet) and np.array_equal(next_grids(subject, grid[None])[0], grid)


def _layer(subject: Subject, state: Big, under: int) -> Big:
    """The convolution of ``state / under``, times ``under`` and its last scale."""
    rows, columns = state.shape
    framed = np.full((rows + 2, columns + 2), subject.network.padding * under, dtype=object)
    framed[1:-1, 1:-1] = state
    values: Big = np.lib.stride_tricks.sliding_window_view(framed, (3, 3)).reshape(-1, 9)
    first, *others, last = subject.network.convolution
    reads = np.argmax(first.weights != 0, axis=1)
    weights = first.weights[np.arange(first.width), reads].astype(object)
    values = np.maximum(values[:, reads] * weights + first.biases.astype(object) * under, 0)
    for layer in (*others, last):
        parts = []
        for row, bias in zip(layer.weights, layer.biases, strict=True):
            used = np.flatnonzero(row)
            parts.append(values[:, used] @ row[used].astype(object) + int(bias) * under)
        values = np.stack(parts, axis=1)
        if layer is not last:
            values = np.maximum(values, 0)
    result: Big = values.reshape(state.shape)
    return result


@about_networks(
    "Flow",
    "Euler's method for x' = F(x) - x, in steps of 1/4, comes to rest on another grid, with another output",
    "finite, exact",
    lambda subject: subject.computes == "row reduction" and not subject.has_machine,
)
def check_flow(subject: Subject) -> Found:
    """On every data set of the smallest sizes; the network's own way is run to its end, past the claimed depth."""
    longest = total = 0
    network = runs(subject)
    least = margin(subject.network, subject.tables)
    for m, d in SIZES:
        answers = network[m, d].answers
        for grid, answer in zip(first_grids(subject, m, d), answers, strict=True):
            rest, steps = rest_of_flow(subject, grid, least)
            longest, total = max(longest, steps), total + 1
            if output(subject, rest[None])[0] == answer * subject.head.scale:
                raise RefutedError(
                    f"the flow gives the network's answer, from the first grid {grid.tolist()}"
                )
    return Found(
        f"every data set with m x d = {in_words(SIZES)}, {total}: the answer is another on all of them; at most "
        f"{longest} steps until that is sure"
    )
