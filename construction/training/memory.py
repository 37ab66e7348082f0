"""The memory layer of Definition 5: ``f_mem(z) = [W diag(z) | 1]``, in codes.

``W`` is held as the integer matrix ``3 W`` of shape ``(m + 1, d + 1)``: a stored sign is a third.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from construction.arrays import Signs
from construction.network.layers import PIXEL_UNIT

Memory = npt.NDArray[np.int64]  #: the matrix 3 W


def empty_memory(rows: int, features: int) -> Memory:
    """The memory before training, ``(rows, features + 1)``."""
    return np.zeros((rows, features + 1), dtype=np.int64)


def memory_grid(
    memory: Memory, inputs: Signs, work_columns: int, *, line: bool = False
) -> npt.NDArray[np.int64]:
    """The first grid for each input: codes, ``(batch, rows, columns)``; ``(batch, 1, pixels)`` on a line.

    ``inputs`` is ``(batch, d + 1)``, the last entry of each being the 1 that Algorithm 1 appends.
    """
    masked = memory[None, :, :] * inputs[:, None, :]
    work = np.full((*masked.shape[:2], work_columns), PIXEL_UNIT)
    grids = np.concatenate([masked, work], axis=2)
    return grids.reshape(len(grids), 1, -1) if line else grids


class Change(NamedTuple):
    """``amounts[k]`` is added to entry ``(rows[k], columns[k])`` of ``3 W``; no entry occurs twice."""

    rows: Signs
    columns: Signs
    amounts: Signs


class Version:
    """The memory between two changes, whose array is made when it is asked for.

    To make one takes time for all of the memory, and a step changes a row of it. So a version knows the ``next``
    one and what stood there before the change that leads to it, and the newest one the array that is written to.
    An interrupt at any time leaves a version's memory as it is.
    """

    def __init__(self, newest: Memory, own: Memory | None = None) -> None:
        self._newest = newest
        self._next: tuple[Version, Change] | None = None  # the entries before the change
        self._own = own

    def changed(self, change: Change) -> Version:
        """The next version; this one must be the newest."""
        after = Version(self._newest)
        rows, columns, amounts = change
        entries = self._newest[rows, columns]
        # Known before they are overwritten.
        self._next = after, Change(rows, columns, entries)
        self._newest[rows, columns] = entries + amounts
        return after

    def memory(self) -> Memory:
        """The matrix ``3 W``, an array of its own that is never written to."""
        if self._own is None:
            later: list[Change] = []
            version = self
            while version._own is None and version._next is not None:
                version, change = version._next
                later.append(change)
            own = (version._newest if version._own is None else version._own).copy()
            for rows, columns, entries in reversed(later):
                own[rows, columns] = entries
            self._own = own
        return self._own


class MemoryGrids:
    """The first grids of a memory that SGD writes, in 16-bit codes.

    The one for an input is :attr:`grid` times its :meth:`signs`. ``version`` is the memory ``3 W``.
    """

    def __init__(self, memory: Memory, work_columns: int, *, line: bool = False) -> None:
        self._memory = memory.copy()
        self.version = Version(self._memory, memory)
        self._work_columns = work_columns
        self._line = line
        self._largest = int(np.abs(memory).max(initial=0))
        rows, columns = memory.shape
        # By columns, as an input's signs are; a line is by rows.
        self._codes = np.full(
            (rows, columns + work_columns), PIXEL_UNIT, dtype=np.int16, order="C" if line else "F"
        )
        self._codes[:, :columns] = memory

    @property
    def grid(self) -> npt.NDArray[np.integer]:
        """The first grid for an input of ones, which the next change may be written into.

        It is ``(rows, columns)``, or ``(1, pixels)`` on a line.
        """
        if self._largest > np.iinfo(np.int16).max:
            ones = np.ones((1, self._memory.shape[1]), dtype=np.int64)
            (grid,) = memory_grid(self._memory, ones, self._work_columns, line=self._line)
            return np.asarray(grid)
        return self._codes.reshape(1, -1) if self._line else self._codes

    def signs(self, inputs: Signs) -> Signs:
        """By what each input ``[x; 1]`` multiplies the columns of the grid, ``(batch, columns)``."""
        rows, columns = self._codes.shape
        work = np.ones((len(inputs), columns - inputs.shape[1]), dtype=np.int64)
        signs = np.hstack([inputs, work])
        return np.tile(signs, (1, rows)) if self._line else signs

    def places(self, rows: Signs, columns: Signs) -> tuple[Signs, Signs]:
        """Rows and columns of ``[W diag(z) | 1]`` for those of the grid."""
        return np.divmod(columns, self._codes.shape[1]) if self._line else (rows, columns)

    def add(self, change: Change) -> None:
        """Change the memory; nothing happens if all amounts are 0."""
        rows, columns, amounts = change
        if not amounts.any():
            return
        self.version = self.version.changed(change)
        written = self._memory[rows, columns]
        self._largest = max(self._largest, int(np.abs(written).max()))
        self._codes[rows, columns] = written.astype(np.int16)


def with_one(examples: Signs) -> Signs:
    """``[x; 1]`` for each row ``x``."""
    return np.concatenate([examples, np.ones((len(examples), 1), dtype=np.int64)], axis=1)


def expected_memory(examples: Signs, labels: Signs, rows: int) -> Memory:
    """What Lemma 1 says ``3 W`` is once the examples are stored: ``y_a [x_a, 1]``, then zeros."""
    memory = np.zeros((rows, examples.shape[1] + 1), dtype=np.int64)
    memory[: len(examples)] = labels[:, None] * with_one(examples)
    return memory
