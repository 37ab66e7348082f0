"""The frames of a trace: grids of cells with a meaning, from a machine's run or from a network's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from construction.arguments import checked
from construction.arrays import Signs, as_signs, check_features, check_lengths
from construction.compiling.compiler import compile_rule
from construction.executors.sweep.dense import DenseExecutor
from construction.learning.training import Training
from construction.machines.interpreter import Configuration, MachineRun
from construction.machines.machine import Halt, Machine, Pair
from construction.machines.on_tape import MachineOnTape
from construction.machines.one_tape import OneTapeRun, has_unbounded_tape
from construction.programs.program import Program
from construction.rules.cellular_automaton import CellularAutomaton
from construction.rules.codes import Role
from construction.rules.machine_rule import MachineCodes
from construction.rules.rule import Alphabet
from construction.rules.tape_rule import read_grid, tape_grid, tape_rule
from construction.running.automaton import as_cells
from construction.training.memory import memory_grid, with_one

Phase = Literal["memory", "waves", "computing", "halted"]


@dataclass(frozen=True)
class Head:
    """The head, where there is one: row and column from 0, and its place as a reader counts it."""

    row: int
    column: int
    state: str
    symbol: str
    place: str


@dataclass(frozen=True)
class FrameCell:
    """A cell: the symbol, bit or sign that it holds, the kind of cell that it is, and its role."""

    text: str
    kind: str = "symbol"
    mark: str = ""
    role: Role = "data"


_DEAD, _LIVING = FrameCell(".", "dead"), FrameCell("O", "alive")


@dataclass(frozen=True)
class Frame:
    """A grid at one moment. ``unit`` says what ``number`` counts."""

    unit: Literal["step", "layer", "SGD step", "generation"]
    number: int
    phase: Phase
    cells: tuple[tuple[FrameCell, ...], ...]
    head: Head | None


@checked
def machine_frames(file: MachineOnTape) -> Iterator[Frame]:
    """The configurations of a machine, step after step, until it halts; perhaps for ever.

    The tape of a one-tape machine grows as the head leaves it.
    """
    if not has_unbounded_tape(file.machine):
        for configuration in MachineRun(file.machine, file.rows, 0, file.head).configurations():
            yield _frame(file.machine, configuration, "step", None)
        return
    for each in OneTapeRun(file.machine, file.rows[0], file.head).configurations():
        column = each.position - each.first
        configuration = Configuration(each.steps, each.state, 0, column, (each.cells,))
        yield _frame(file.machine, configuration, "step", -each.first)


@checked
def network_frames(file: MachineOnTape, layers: int) -> Iterator[Frame]:
    """The same configurations, read off the layers of the machine's network, up to ``layers``.

    A network's grid has a fixed size: the tape is as long as the run needs. Raises
    :class:`~construction.errors.SizeError` when that many grids do not fit in memory.
    """
    machine = file.machine
    rows, column, before = file.rows, file.head, None
    if has_unbounded_tape(machine):
        run = OneTapeRun(machine, rows[0], column)
        run.run(layers)
        first, last = run.span
        before, after = -first, last + 1 - len(rows[0])
        rows = ((machine.blank,) * before + rows[0] + (machine.blank,) * after,)
        column += before
    grid = tape_grid(machine, rows, 0, column)
    result = DenseExecutor(compile_rule(tape_rule(machine))).run(grid[None], layers, record=True)
    for layer in range(result.computed + 1):
        yield _frame(machine, read_grid(machine, result.at(layer)[0], layer), "layer", before)


@checked
def program_frames(
    program: Program, examples: Signs, labels: Signs, test: Signs
) -> Iterator[Frame]:
    """A program's network: the memory after each SGD step, and then each layer on a test example.

    ``examples`` is ``(m, d)``, ``labels`` ``(m,)`` and ``test`` ``(d,)``. The network has halted when it shows
    its answer and keeps it, or when nothing changes any more. The frames end with the last layer that changes anything.

    Raises :class:`~construction.errors.DataError` when they are no signs, or of other shapes.
    """
    examples = as_signs(examples, "examples", "(m, d)")
    labels = as_signs(labels, "labels", "(m,)")
    test = as_signs(test, "test", "(d,)")
    check_lengths(examples, labels)
    check_features(test, examples.shape[1])
    network = compile_rule(program.rule, work_columns=program.work_columns(*examples.shape))
    executor = DenseExecutor(network)
    training = Training(program, executor, *examples.shape)
    layers = training.layers
    reader = CodeReader(program.rule.codes, program.machine)
    plain = np.ones((1, examples.shape[1] + 1), dtype=np.int64)
    for number, step in enumerate(training.steps(zip(examples, labels.tolist(), strict=True)), 1):
        grid = memory_grid(step.memory, plain, network.work_columns, line=network.line)[0]
        # A line is shown with its rows below each other.
        cells = reader.cells(grid.reshape(training.rows, -1))
        yield Frame("SGD step", number, "memory", cells, None)
    inputs = with_one(test[None])
    start = memory_grid(training.memory, inputs, network.work_columns, line=network.line)
    # One layer more than are needed, to see that it changes nothing.
    result = executor.run(start, layers + 1, record=True)
    last = min(result.computed, layers)
    outputs = [network.output(result.at(layer))[0] for layer in range(last + 1)]
    answered = last
    while answered > 1 and outputs[answered - 1] == outputs[last] != 0:
        answered -= 1
    for layer in range(last + 1):
        grid = result.at(layer)[0].reshape(training.rows, -1)
        cells = reader.cells(grid)
        unknown = any(cell.role in ("memory", "masked") for line in cells for cell in line)
        phase: Phase = "memory" if layer == 0 else "waves" if unknown else "computing"
        if layer == result.computed or (layer >= answered and outputs[layer]):
            phase = "halted"
        yield Frame("layer", layer, phase, cells, reader.head(grid))


@checked
def automaton_frames(
    automaton: CellularAutomaton, cells: npt.NDArray[np.int64], generations: int
) -> Iterator[Frame]:
    """The generations of a cellular automaton on ``cells`` ``(rows, columns)``, read off its network.

    Nothing outside the rectangle is alive. The frames end when nothing changes any more. Raises
    :class:`~construction.errors.SizeError` when that many grids do not fit in memory.
    """
    executor = DenseExecutor(compile_rule(automaton.rule()))
    result = executor.run(automaton.codes(as_cells(cells))[None], generations, record=True)
    before = None
    for number in range(min(result.computed, generations) + 1):
        now = automaton.cells(result.at(number)[0])
        if before is not None and np.array_equal(now, before):
            return
        before = now
        still = number == result.computed < generations
        lines = tuple(tuple(_LIVING if cell else _DEAD for cell in row) for row in now)
        yield Frame("generation", number, "halted" if still else "computing", lines, None)


class CodeReader:
    """Reads codes by their meaning. A machine's work column is its blank symbol."""

    def __init__(self, alphabet: Alphabet, machine: Machine | None) -> None:
        self._heads: dict[int, Pair] = {}
        self._cells = {
            number: FrameCell(code.text, code.kind, code.mark, code.role)
            for number, code in alphabet.meanings.items()
        }
        if machine is not None:
            codes, numbers = MachineCodes(machine), alphabet.numbers
            self._cells[numbers[codes.symbol(machine.blank)]] = FrameCell(machine.blank)
            self._heads = {numbers[codes.head(*pair)]: pair for pair in machine.pairs}

    def cells(self, grid: npt.NDArray[np.integer]) -> tuple[tuple[FrameCell, ...], ...]:
        """The cells of a grid ``(rows, columns)``."""
        return tuple(tuple(self._cells[int(code)] for code in line) for line in grid)

    def head(self, grid: npt.NDArray[np.integer]) -> Head | None:
        """The head on a grid, if there is one."""
        for row, column in np.argwhere(np.isin(grid, list(self._heads))):
            place = f"row {row + 1}, column {column + 1}"
            return Head(int(row), int(column), *self._heads[int(grid[row, column])], place)
        return None


def _frame(
    machine: Machine,
    configuration: Configuration,
    unit: Literal["step", "layer"],
    before: int | None,
) -> Frame:
    """A configuration as a frame; of a one-tape machine, with ``before`` cells before the input."""
    row, column = configuration.row, configuration.column
    place = (
        f"row {row + 1}, column {column + 1}" if before is None else f"cell {column + 1 - before}"
    )
    here = configuration.state, configuration.symbol
    halted = isinstance(machine.transitions.get(here), Halt)
    return Frame(
        unit,
        configuration.steps,
        "halted" if halted else "computing",
        tuple(tuple(FrameCell(symbol) for symbol in line) for line in configuration.tape),
        Head(row, column, *here, place),
    )
