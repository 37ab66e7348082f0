"""The tables that are drawn, and the machines that they are.

A machine has ``s`` states and ``g`` symbols, among them the bits and the blank. Each of its ``s g`` entries is
drawn independently and uniformly from ``2 + 4 g s^2``: halt with +1, halt with -1, or write one of ``g`` symbols,
move in one of 4 directions, and go on in one of ``s`` states, and in one of ``s`` if a wall is in the way.
The table is what the weights of a compiled machine spell out, the template around it being fixed: a draw
of it is a draw of those weights.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from construction.errors import SizeError
from construction.machines.interpreter import Configuration, MachineRun
from construction.machines.machine import Direction, Halt, Machine, Pair, Step, Transition
from construction.search.battery import BLANK
from construction.search.run import (
    ACTION,
    FIXED_SYMBOLS,
    HALTS,
    MOVES,
    NEXT,
    NO_LIMIT,
    WALL,
    WRITE,
)

Table = npt.NDArray[np.int8]  #: ``(4, s g)``, see :mod:`construction.search.run`

MOST_STATES: Final = 26
MOST_SYMBOLS: Final = 16
DIRECTIONS: Final[tuple[Direction, ...]] = ("N", "S", "E", "W")


def choices(s: int, g: int) -> int:
    """How many ways there are to fill an entry."""
    return HALTS + MOVES * g * s * s


def check_size(s: int, g: int, most_entries: int = MOST_STATES * MOST_SYMBOLS) -> None:
    """Raise :class:`~construction.errors.SizeError` unless tables of this size can be searched."""
    if not 1 <= s <= MOST_STATES:
        raise SizeError(f"{s} states were asked for; it should be 1 to {MOST_STATES}")
    if not FIXED_SYMBOLS <= g <= MOST_SYMBOLS:
        raise SizeError(
            f"{g} symbols were asked for; it should be {FIXED_SYMBOLS} (two bits and the blank) to "
            f"{MOST_SYMBOLS}"
        )
    if s * g > most_entries:
        raise SizeError(
            f"{s} states and {g} symbols make {s * g} entries; this method takes at most {most_entries}"
        )


def state_names(s: int) -> tuple[str, ...]:
    """A, B, C and so on."""
    return tuple(chr(ord("A") + index) for index in range(s))


def symbol_names(g: int) -> tuple[str, ...]:
    """The bits 0 and 1, the blank _, then a, b, c and so on."""
    extra = (chr(ord("a") + index) for index in range(g - FIXED_SYMBOLS))
    return ("0", "1", "_", *extra)


def completed(table: Table, s: int, g: int, rng: np.random.Generator) -> Table:
    """The table with everything that is undecided drawn uniformly."""
    whole = table.copy()
    for entry in range(s * g):
        if whole[ACTION, entry] < 0:
            drawn = int(rng.integers(choices(s, g)))
            whole[ACTION, entry] = drawn if drawn < HALTS else HALTS + drawn % MOVES
        for part, ways in ((WRITE, g), (NEXT, s), (WALL, s)):
            if whole[part, entry] < 0:
                whole[part, entry] = rng.integers(ways)
    return whole


def to_machine(table: Table, s: int, g: int, name: str) -> Machine:
    """The machine of a whole table."""
    states, symbols = state_names(s), symbol_names(g)
    transitions: dict[Pair, Transition] = {}
    for index, state in enumerate(states):
        for code, symbol in enumerate(symbols):
            action, write, to, wall = (int(part) for part in table[:, index * g + code])
            if action < HALTS:
                transitions[state, symbol] = Halt(-1 if action else 1)
            else:
                move = DIRECTIONS[action - HALTS]
                transitions[state, symbol] = Step(symbols[write], move, states[to], states[wall])
    return Machine(name, states, symbols, states[0], symbols[BLANK], transitions, bits=("0", "1"))


def from_machine(machine: Machine) -> Table:
    """The table of a machine whose bits and blank are its first symbols.

    What can never happen is a halt with +1.
    """
    g = len(machine.symbols)
    table = np.zeros((4, len(machine.states) * g), dtype=np.int8)
    for (state, symbol), transition in machine.transitions.items():
        entry = machine.states.index(state) * g + machine.symbols.index(symbol)
        if isinstance(transition, Halt):
            table[ACTION, entry] = int(transition.output == -1)
            continue
        table[ACTION, entry] = HALTS + DIRECTIONS.index(transition.move)
        table[WRITE, entry] = machine.symbols.index(transition.write)
        table[NEXT, entry] = machine.states.index(transition.to)
        table[WALL, entry] = machine.states.index(transition.if_blocked)
    return table


def plain_output(
    machine: Machine, grid: list[list[int]], limit: int = NO_LIMIT
) -> tuple[Literal[-1, 0, 1], int]:
    """What the plain interpreter says of a grid of symbol numbers, and its steps.

    It says 0 if the machine loops, that is, is in a configuration for the second time; or if it has not ended after
    ``limit`` steps, and then these are its steps, which they are in no other case.
    """
    run = MachineRun(machine, [[machine.symbols[symbol] for symbol in row] for row in grid])
    seen: set[tuple[object, ...]] = set()
    while run.steps < limit:
        now = _without_steps(run.configuration())
        if now in seen:
            return 0, run.steps
        seen.add(now)
        if not run.step():
            halted = run.halted
            return (0 if halted is None else halted.output), run.steps
    return 0, limit


def _without_steps(configuration: Configuration) -> tuple[object, ...]:
    c = configuration
    return c.state, c.row, c.column, c.tape
