"""A machine of one head: its network's layers against the steps of a bare compiled interpreter."""

from __future__ import annotations

from typing import Final

import numpy as np

from benchmarks.measure import Row, seconds_of
from construction.compiling.compiler import compile_rule
from construction.errors import ConstructionError
from construction.executors.event.executor import EventExecutor
from construction.formats.busy_beaver import read_busy_beaver
from construction.kernels import kernel
from construction.machines.machine import Step
from construction.rules.tape_rule import read_grid, tape_grid, tape_rule

CHAMPION: Final = "1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA"
STEPS: Final = 47_176_870
CELLS: Final = 2**15  #: its tape, from the middle
GOAL: Final = 1.5


@kernel
def interpret(write, move, to, symbols, tape, position, halting, most):  # type: ignore[no-untyped-def]
    """Steps of a one-tape machine until it halts; states and symbols are numbers."""
    state = steps = 0
    while state != halting and steps < most:
        pair = state * symbols + tape[position]
        tape[position] = write[pair]
        position += move[pair]
        state = to[pair]
        steps += 1
    return steps


def one_head_row(most: int, repeats: int) -> Row:
    """The champion's first ``most`` steps, on either side."""
    machine = read_busy_beaver(CHAMPION).machine
    executor = EventExecutor(compile_rule(tape_rule(machine)))
    grid = tape_grid(machine, [[machine.blank] * CELLS], 0, CELLS // 2)[None]
    table = [t for t in machine.transitions.values() if isinstance(t, Step)]
    halting = machine.states.index("Z")
    arguments = (
        np.array([machine.symbols.index(each.write) for each in table], dtype=np.int8),
        np.array([1 if each.move == "E" else -1 for each in table]),
        np.array([machine.states.index(each.to) for each in table]),
        len(machine.symbols),
    )

    def network() -> str:
        run = executor.run(grid, most)
        return "".join(read_grid(machine, run.grids[0], most).tape[0])

    def interpreter() -> str:
        tape = np.zeros(CELLS, dtype=np.int8)
        interpret(*arguments, tape, CELLS // 2, halting, most)
        return "".join(map(str, tape))

    if network() != interpreter():
        raise ConstructionError("the champion's network and the interpreter end on different tapes")
    layers, steps = seconds_of(
        [
            lambda: executor.run(grid, most),
            lambda: interpret(
                *arguments, np.zeros(CELLS, dtype=np.int8), CELLS // 2, halting, most
            ),
        ],
        repeats,
    )
    return Row(
        f"event / bare interpreter, BB(5) champion, {most:,} steps, time",
        layers / steps,
        GOAL,
        "at most",
        details={"network, ns a layer": layers / most * 1e9, "bare, ns a step": steps / most * 1e9},
    )
