"""``rcnn run`` with a cellular automaton: one layer of the network is one generation."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

import numpy as np
import numpy.typing as npt

from construction.compiling.compiler import compile_rule
from construction.errors import ConstructionError, RuleError, SizeError
from construction.executors.catalogue import load_executor
from construction.rules.cellular_automaton import CellularAutomaton, parse_automaton
from construction.rules.patterns import CELL_LIMIT, Pattern, format_cells, parse_pattern

Cells = npt.NDArray[np.int64]

PIXELS_KEPT: Final = 2**26  #: pixels of several generations that are kept at a time


@dataclass(frozen=True)
class Evolution:
    """What happened; the fields are those of ``rcnn run RULE --json``.

    ``cells`` are the lines of the last generation in plain text, without the dead margin around the
    living cells. ``still`` says that a generation was equal to the one before it, so that no later
    one differs. ``populations`` are the network's outputs, from generation 0 on.
    """

    rule: str
    generations: int
    still: bool
    populations: list[int]
    cells: list[str]
    pixels: int
    nodes: int
    seconds: float


def evolve(
    automaton: CellularAutomaton, cells: Cells, generations: int, executor_name: str
) -> tuple[Evolution, Cells]:
    """Run the automaton's network on ``cells`` ``(rows, columns)``; the report, and what to show.

    To show are the living part of the last generation, or, if there is but one row, all generations,
    a row each, as elementary automata are usually drawn. Nothing outside the rectangle is alive.
    """
    began = perf_counter()
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
    last = crop(automaton.cells(grid))
    report = Evolution(
        rule=automaton.name,
        generations=generations,
        still=still,
        populations=[int(population) for population in populations],
        cells=format_cells(last).splitlines(),
        pixels=cells.size,
        nodes=executor.network.nodes(cells.size, generations),
        seconds=round(perf_counter() - began, 3),
    )
    return report, last if len(cells) > 1 else automaton.cells(np.concatenate(rows))


def run_automaton(
    name: str,
    pattern: str | None,
    generations: int,
    margin: int | None,
    executor: str,
    *,
    as_json: bool,
) -> int:
    """The command. ``pattern`` is a file, or one row of ``.`` and ``O``.

    ``margin`` dead cells stand around the pattern: as many as there are generations, unless said
    otherwise, so that nothing that starts in the pattern comes to the edge.
    """
    automaton = parse_automaton(name)
    if pattern is None:
        raise ConstructionError(
            f"{automaton.name} needs a pattern to start from; give --input a file (.cells or RLE), "
            f"or a row of . and O"
        )
    start = read_pattern(pattern)
    if start.rule is not None and parse_automaton(start.rule).name != automaton.name:
        raise RuleError(
            f"{pattern}: the pattern is made for {start.rule}, not for {automaton.name}; run "
            f"{start.rule}, or take the rule out of the file"
        )
    wide = generations if margin is None else margin
    high = wide if any(position[0] in "NS" for position in automaton.weights) else 0
    rows, columns = (size + 2 * m for size, m in zip(start.cells.shape, (high, wide), strict=True))
    if rows * columns > CELL_LIMIT:
        raise SizeError(
            f"a pattern with {wide:,} dead cells around it makes {rows:,} x {columns:,} pixels, more "
            f"than the limit of {CELL_LIMIT:,}; use a smaller --margin"
        )
    cells = np.pad(start.cells, ((high, high), (wide, wide)))
    report, shown = evolve(automaton, cells, generations, executor)
    if as_json:
        print(json.dumps(asdict(report)))
        return 0
    print(format_cells(shown), end="")
    print(
        f"{report.rule}: generation {generations:,}, {report.populations[-1]:,} alive"
        + (" (it stands still)" if report.still else "")
        + f"; {report.pixels:,} pixels, {report.nodes:,} nodes, {report.seconds:.1f} s"
    )
    return 0


def read_pattern(text: str) -> Pattern:
    """The pattern in the file of this name, or the row of cells that the text is."""
    if text and not set(text) - set(".O*"):
        return parse_pattern(text)
    try:
        return parse_pattern(Path(text).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if text and isinstance(error, OSError) else "it is no text"
        raise ConstructionError(
            f"cannot read the pattern {text!r}: {reason}; it should be a file, or a row of . and O"
        ) from None
    except RuleError as error:
        raise RuleError(f"{text}, {error}") from None


def crop(cells: Cells) -> Cells:
    """The smallest rectangle that holds all living cells; one dead cell if there is none."""
    rows, columns = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
    if not rows.size:
        return np.zeros((1, 1), dtype=np.int64)
    return cells[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
