"""A cellular automaton as a network: one layer is one generation."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Final

import numpy as np
import numpy.typing as npt

from construction.arguments import checked
from construction.arrays import as_bits
from construction.compiling.compiler import compile_rule
from construction.errors import ConstructionError, DataError, SizeError
from construction.executors.catalogue import load_executor
from construction.formats.golly import CELL_LIMIT, format_cells
from construction.rules.cellular_automaton import CellularAutomaton

Cells = npt.NDArray[np.int64]

PIXELS_KEPT: Final = 2**26  #: pixels of several generations that are kept at a time


@dataclass(frozen=True)
class Evolution:
    """What happened; the fields are those of ``rcnn run RULE --json``.

    ``cells`` are the lines of the last generation in plain text, without the dead margin around the
    living cells, and ``row`` and ``column`` say where the first of them stands, counted from 1 at the first
    cell of the rectangle that was given. ``still`` says that a generation was equal to the one before it, so that no later
    one differs. ``populations`` are the network's outputs, from generation 0 on.
    """

    rule: str
    generations: int
    still: bool
    populations: list[int]
    cells: list[str]
    row: int
    column: int
    pixels: int
    nodes: int
    seconds: float


def as_cells(cells: npt.ArrayLike) -> Cells:
    """The cells as an array. Raises :class:`~construction.errors.DataError` unless there are some, all 0 or 1."""
    grid = as_bits(cells, "cells", "(rows, columns)")
    if not grid.size:
        raise DataError(f"cells: an array of shape {grid.shape}; there should be one cell or more")
    return grid.astype(np.int64)


@checked
def evolve(
    automaton: CellularAutomaton, cells: Cells, generations: int, executor_name: str
) -> tuple[Evolution, Cells]:
    """Run the automaton's network on ``cells`` ``(rows, columns)``; the report, and what to show.

    To show are the living part of the last generation, or, if there is but one row, all generations,
    a row each, as elementary automata are usually drawn. Nothing outside the rectangle is alive.
    """
    began = perf_counter()
    cells = as_cells(cells)
    if generations < 0:
        raise ConstructionError(f"{generations} generations; it should be 0 or more")
    executor = load_executor(executor_name, compile_rule(automaton.rule()))
    grid = automaton.codes(cells)
    populations = executor.network.output(grid[None])
    rows = [grid]  # of all generations; needed only if each is a single row
    still = False
    while len(populations) <= generations:
        layers = min(generations + 1 - len(populations), max(1, PIXELS_KEPT // cells.size))
        run = executor.run(grid[None], layers, record=True)
        after = [run.at(layer)[0] for layer in range(1, layers + 1)]
        populations += executor.network.output(np.stack(after))
        rows += after if len(cells) == 1 else []
        grid, still = after[-1], run.computed < layers
    whole = automaton.cells(grid)
    last = crop(whole)
    living = np.argwhere(whole)
    row, column = living.min(axis=0) + 1 if len(living) else (1, 1)
    report = Evolution(
        rule=automaton.name,
        generations=generations,
        still=still,
        populations=[int(population) for population in populations],
        cells=format_cells(last).splitlines(),
        row=int(row),
        column=int(column),
        pixels=cells.size,
        nodes=executor.network.nodes(cells.size, generations),
        seconds=round(perf_counter() - began, 3),
    )
    return report, last if len(cells) > 1 else automaton.cells(np.concatenate(rows))


@checked
def with_margin(
    automaton: CellularAutomaton, cells: Cells, generations: int, margin: int | None = None
) -> Cells:
    """The cells with ``margin`` dead ones around them, above and below only if the rule looks there.

    As many as there are generations, unless said otherwise, so that nothing that starts in the cells
    comes to the edge. Raises :class:`~construction.errors.SizeError` when that is too large a grid.
    """
    cells = as_cells(cells)
    wide = generations if margin is None else margin
    if wide < 0:
        raise ConstructionError(f"a margin of {wide} cells; it should be 0 or more")
    high = wide if any(position[0] in "NS" for position in automaton.weights) else 0
    rows, columns = (size + 2 * m for size, m in zip(cells.shape, (high, wide), strict=True))
    if rows * columns > CELL_LIMIT:
        raise SizeError(
            f"a pattern with {wide:,} dead cells around it makes {rows:,} x {columns:,} pixels, more "
            f"than the limit of {CELL_LIMIT:,}; use a smaller --margin"
        )
    return np.pad(cells, ((high, high), (wide, wide)))


def crop(cells: Cells) -> Cells:
    """The smallest rectangle that holds all living cells; one dead cell if there is none."""
    rows, columns = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
    if not rows.size:
        return np.zeros((1, 1), dtype=np.int64)
    return cells[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
