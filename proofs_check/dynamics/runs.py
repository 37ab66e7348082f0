"""The layers of a network that stores examples, run on every data set of some small sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from proofs_check.lemma1.data_sets import data_sets
from proofs_check.patterns.given import WORK_CODE
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import Integers

SIZES: Final = ((1, 1), (1, 2), (1, 3), (2, 1), (3, 1), (2, 2))  #: m, d
PATIENCE: Final = 100  #: layers after the depth in which a grid must have come to rest


@dataclass(frozen=True, eq=False)
class Run:
    """All data sets of a size: their rows of bits, the answers ``+1`` and ``-1``, and the grids at rest.

    ``rest`` has the last layer that changes each grid.
    """

    rows: tuple[tuple[tuple[int, ...], ...], ...]
    answers: tuple[int, ...]
    grids: Integers
    rest: Integers


@cache
def runs(subject: Subject) -> Mapping[tuple[int, int], Run]:
    """The runs of all sizes, done once.

    Raises :class:`~proofs_check.verdict.RefutedError` when an output after layer ``L`` is no sign or is not
    final, or a grid does not come to rest.
    """
    return {size: _run(subject, *size) for size in SIZES}


def _run(subject: Subject, m: int, d: int) -> Run:
    layers = subject.layers(m, d)
    grids = first_grids(subject, m, d)
    rest = np.zeros(len(grids), dtype=np.int64)
    answers: Integers | None = None
    for layer in range(1, layers + PATIENCE):
        before, grids = grids, next_grids(subject, grids)
        changed = (before != grids).any(axis=(1, 2))
        rest[changed] = layer
        if layer < layers:
            continue
        outputs, part = np.divmod(output(subject, grids), subject.head.scale)
        if part.any() or (abs(outputs) != 1).any():
            raise RefutedError(f"after layer {layer} an output is neither 1 nor -1")
        if answers is None:
            answers = outputs
        if (outputs != answers).any():
            raise RefutedError(f"the output changes in layer {layer}, after layer {layers}")
        if not changed.any():
            rows = tuple(tuple(each) for each in data_sets(m, d))
            return Run(rows, tuple(answers.tolist()), grids, rest)
    raise RefutedError(f"{PATIENCE} layers after layer {layers} some grids still change")


def first_grids(subject: Subject, m: int, d: int) -> Integers:
    """Layer 0 for every data set of a size, ``(data sets, rows, columns)``, as Lemma 1 says that memory is."""
    signs = 1 - 2 * np.array(list(data_sets(m, d)))
    features, labels = signs[:, :, :d], signs[:, :, d:]
    examples = np.concatenate([features, np.ones_like(labels)], axis=2)
    memory = examples * labels
    memory[:, -1] = 1  # the dummy example
    shown = memory * examples[:, -1:]
    work = np.full((*shown.shape[:2], subject.network.work_columns), WORK_CODE)
    grids = np.concatenate([shown, work], axis=2)
    return grids.reshape(len(grids), 1, -1) if subject.network.line else grids


def patches(subject: Subject, grids: Integers) -> Integers:
    """The patch of each cell, ``(cells, 9)``."""
    framed = np.pad(grids, ((0, 0), (1, 1), (1, 1)), constant_values=subject.network.padding)
    return np.lib.stride_tricks.sliding_window_view(framed, (3, 3), axis=(1, 2)).reshape(-1, 9)


def next_grids(subject: Subject, grids: Integers) -> Integers:
    """One layer. Raises :class:`~proofs_check.verdict.RefutedError` when it leads to no code of a cell."""
    tables = subject.tables
    codes, rest = np.divmod(tables.outputs(tables.inputs(patches(subject, grids))), tables.scale)
    if rest.any() or not np.isin(codes, subject.head.codes).all():
        raise RefutedError("the convolution takes a patch to no code of a cell")
    return codes.reshape(grids.shape)


def output(subject: Subject, grids: Integers) -> Integers:
    """The outputs, times the head's scale."""
    return np.asarray(subject.head.values[grids - subject.head.lowest].sum(axis=(1, 2)))
