"""A task's inputs as arrays, in the order in which machines are tried on them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from construction.errors import DataError
from construction.machines.bit_formula import MOST_FEATURES, MOST_TARGETS
from construction.search.tasks import Input, Task

LAST_BIT: Final = 63  #: of the cells as bits
BLANK: Final = 2  #: symbols 0 and 1 are the bits, 2 is the blank
HELD_BACK: Final = 32  #: inputs of each larger size, drawn once, where there are more
DIRECTIONS: Final = ((-1, 0), (1, 0), (0, 1), (0, -1))  #: north, south, east, west

Bytes = npt.NDArray[np.int8]
Numbers = npt.NDArray[np.int64]


class Arrays(NamedTuple):
    """Inputs as the kernels read them.

    ``tapes`` ``(n, cells)`` holds grids row after row, ``neighbours`` ``(shapes, cells, 4)`` where each move
    leads, -1 at a wall. ``answers``, ``shapes`` and ``cells`` have one entry for each input; and so has ``ones``,
    the cells that hold a 1, as bits. Bit 63 stands for all cells from there on, and differs from the input before.
    """

    tapes: Bytes
    neighbours: npt.NDArray[np.int16]
    answers: Bytes
    shapes: Numbers
    cells: Numbers
    ones: Numbers


@dataclass(frozen=True)
class Battery:
    """The inputs that a machine must get right, and those of larger sizes that are held back.

    ``classes`` are those of the task's targets that a file can claim to be learned, for numbers of features that there are: each
    target is its values on all inputs in lexicographic order.

    Raises :class:`~construction.errors.DataError` when no input counts.
    """

    task: str
    inputs: tuple[Input, ...]
    larger: tuple[Input, ...] = ()
    classes: tuple[tuple[int, tuple[str, ...]], ...] = ()

    def __post_init__(self) -> None:
        if not self.inputs:
            raise DataError(
                f"task {self.task}: no input counts: on every data set the class of targets leaves no "
                f"answer, or several; give it other targets, or larger sizes"
            )

    @cached_property
    def arrays(self) -> Arrays:
        """The inputs, then the larger ones."""
        return to_arrays((*self.inputs, *self.larger))

    @cached_property
    def digest(self) -> str:
        """What the inputs are and in which order, in 64 hexadecimal digits."""
        return hashlib.sha256(repr((self.inputs, self.larger)).encode()).hexdigest()

    def extended(self) -> Battery:
        """The same with the first half of the larger sizes among the inputs; the other half is still held back."""
        sizes = list(dict.fromkeys((len(i.examples), len(i.test)) for i in self.larger))
        taken = sizes[: len(sizes) // 2]
        of_taken = [(len(i.examples), len(i.test)) in taken for i in self.larger]
        pairs = list(zip(self.larger, of_taken, strict=True))
        more = tuple(each for each, yes in pairs if yes)
        left = tuple(each for each, yes in pairs if not yes)
        return replace(self, inputs=(*self.inputs, *more), larger=left)

    def beginning_with(self, first: Sequence[Input]) -> Battery:
        """The same inputs, these before the others."""
        others = tuple(each for each in self.inputs if each not in set(first))
        return replace(self, inputs=(*first, *others))

    def shuffled(self, seed: int) -> Battery:
        """The same inputs in another order."""
        order = np.random.default_rng(seed).permutation(len(self.inputs))
        return replace(self, inputs=tuple(self.inputs[i] for i in order))


def battery(task: Task) -> Battery:
    """All inputs of the task's sizes that count, and up to 32 of each larger size, the same every time."""
    inputs = tuple(each for size in task.sizes for each in task.inputs(size))
    rng = np.random.default_rng(0)
    larger: list[Input] = []
    for size in task.larger:
        found = _all_or_some(task, size, rng)
        larger += found
    return Battery(task.name, inputs, tuple(larger), tuple(_classes(task)))


def _classes(task: Task) -> Iterator[tuple[int, tuple[str, ...]]]:
    if task.targets is None:
        return
    for d in sorted({d for _, d in (*task.sizes, *task.larger) if d <= MOST_FEATURES}):
        inputs = list(product((0, 1), repeat=d))
        values = ("".join(str(target(x)) for x in inputs) for target in task.targets(d))
        found = tuple(dict.fromkeys(values))
        if len(found) <= MOST_TARGETS:
            yield d, found


def _all_or_some(task: Task, size: tuple[int, int], rng: np.random.Generator) -> list[Input]:
    """Every input of the size, or a sample: a target and examples at random, or labels at random."""
    m, d = size
    if 2 ** (m * d + m + d) <= 2 * HELD_BACK:
        return list(task.inputs(size))
    found: dict[Input, None] = {}
    for _ in range(16 * HELD_BACK):
        bits = rng.integers(0, 2, (m + 1, d)).tolist()
        *examples, test = (tuple(row) for row in bits)
        targets = [] if task.targets is None else task.targets(d)
        if len(targets) > 1:
            target = targets[int(rng.integers(len(targets)))]
            labels = tuple(target(x) for x in examples)
        else:
            labels = tuple(rng.integers(0, 2, m).tolist())
        answer = task.answer(examples, labels, test)
        if answer is not None:
            found[Input(tuple(examples), labels, test, answer)] = None
        if len(found) == HELD_BACK:
            break
    return list(found)


def tape(each: Input) -> list[list[int]]:
    """The grid: examples with their labels, the test example with label bit 0, one blank work column."""
    rows = [*zip(each.examples, each.labels, strict=True), (each.test, 0)]
    return [[*x, y, BLANK] for x, y in rows]


def to_arrays(inputs: Sequence[Input]) -> Arrays:
    """The inputs as the kernels read them."""
    grids = [tape(each) for each in inputs]
    sizes = sorted({(len(grid), len(grid[0])) for grid in grids})
    most = max(rows * columns for rows, columns in sizes)
    tapes = np.full((len(grids), most), BLANK, dtype=np.int8)
    neighbours = np.full((len(sizes), most, 4), -1, dtype=np.int16)
    for index, (rows, columns) in enumerate(sizes):
        for cell in range(rows * columns):
            row, column = divmod(cell, columns)
            for direction, (down, right) in enumerate(DIRECTIONS):
                if 0 <= row + down < rows and 0 <= column + right < columns:
                    neighbours[index, cell, direction] = cell + down * columns + right
    for index, grid in enumerate(grids):
        flat = [symbol for row in grid for symbol in row]
        tapes[index, : len(flat)] = flat
    return Arrays(
        tapes,
        neighbours,
        np.array([each.answer for each in inputs], dtype=np.int8),
        np.array([sizes.index((len(grid), len(grid[0]))) for grid in grids], dtype=np.int64),
        np.array([len(grid) * len(grid[0]) for grid in grids], dtype=np.int64),
        np.array([_ones(grid, at) for at, grid in enumerate(grids)], dtype=np.uint64).view(
            np.int64
        ),
    )


def _ones(grid: list[list[int]], at: int) -> int:
    """The cells of input ``at`` that hold a 1, as bits."""
    flat = [symbol for row in grid for symbol in row]
    return sum((symbol == 1) << cell for cell, symbol in enumerate(flat[:LAST_BIT])) | (
        at % 2 << LAST_BIT
    )
