"""A machine on a tape that is given: its rule without a memory, and its configurations as grids."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from construction.errors import MachineError, RuleError
from construction.machines.interpreter import Configuration
from construction.machines.machine import Machine
from construction.rules.interpreter import Grid
from construction.rules.machine_rule import (
    MachineCodes,
    machine_part,
    tape_layout,
)
from construction.rules.memory_protocol import EDGE, work_column
from construction.rules.rule import LocalRule
from construction.rules.symbolic import assemble


def tape_rule(machine: Machine) -> LocalRule:
    """The rule of a machine that starts on a given tape: one layer is one step, and all is symbols.

    A machine that takes ``t`` steps stands on its halting pair after ``t`` layers, and nothing changes
    after that.
    """
    rule = assemble(machine.name, EDGE, work_column(), machine_part(machine))
    return rule.numbered(tape_layout(machine))


def tape_grid(
    machine: Machine, rows: Sequence[Sequence[str]], row: int = 0, column: int = 0
) -> Grid:
    """The grid for a tape with a head in the start state at ``(row, column)``.

    Raises :class:`~construction.errors.MachineError` when the head stands on a pair that was declared
    impossible.
    """
    codes = MachineCodes(machine)
    number = codes.numbers(tape_layout(machine))
    symbols = {symbol: number[codes.symbol(symbol)] for symbol in machine.symbols}
    grid = np.array([[symbols[symbol] for symbol in line] for line in rows], dtype=np.int64)
    symbol = rows[row][column]
    if (machine.start, symbol) not in machine.transitions:
        raise MachineError(
            f"machine {machine.name!r} starts in state {machine.start!r} on symbol {symbol!r}, a "
            f"pair that was declared impossible"
        )
    grid[row, column] = number[codes.head(machine.start, symbol)]
    return grid


def read_grid(machine: Machine, grid: npt.NDArray[np.integer], steps: int) -> Configuration:
    """The configuration that a grid ``(rows, columns)`` stands for.

    Raises :class:`~construction.errors.RuleError` unless there is one head, and symbols everywhere
    else.
    """
    codes = MachineCodes(machine)
    number = codes.numbers(tape_layout(machine))
    symbols = {number[codes.symbol(symbol)]: symbol for symbol in machine.symbols}
    heads = {number[codes.head(*pair)]: pair for pair in machine.pairs}
    places = np.argwhere(np.isin(grid, list(heads)))
    if len(places) != 1:
        raise RuleError(
            f"machine {machine.name!r}: the grid has {len(places)} heads; it should have 1"
        )
    row, column = (int(index) for index in places[0])
    state, symbol = heads[int(grid[row, column])]
    symbols[int(grid[row, column])] = symbol
    other = np.argwhere(~np.isin(grid, list(symbols)))
    if len(other):
        where = ", ".join(str(int(index) + 1) for index in other[0])
        raise RuleError(f"machine {machine.name!r}: there is no symbol at row, column {where}")
    tape = tuple(tuple(symbols[int(code)] for code in line) for line in grid)
    return Configuration(steps, state, row, column, tape)
