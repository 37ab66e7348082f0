"""Machines that somebody brings as learners: on the grid, or with one tape.

One-tape machines on data set and test example are the class of learners that the paper speaks of: they
are covered by compilation.
"""

from __future__ import annotations

from collections.abc import Callable

from construction.machines.machine import Machine
from construction.machines.one_tape import moves_in_one_row
from construction.machines.snake import snake
from construction.programs.program import Program, machine_program
from construction.rules.forms import t
from construction.rules.memory_protocol import START


def on_the_grid(machine: Machine) -> Machine:
    """The machine, and a one-tape machine laid through the grid in a snake."""
    return snake(machine) if moves_in_one_row(machine) else machine


def claimed_steps(machine: Machine, steps: Callable[[int, int], int]) -> Callable[[int, int], int]:
    """How many steps the machine takes on the grid: in a snake, at most twice its own."""
    return (lambda m, d: 2 * steps(m, d)) if moves_in_one_row(machine) else steps


def machine_learner(
    machine: Machine,
    steps: Callable[[int, int], int],
    steps_formula: str,
    work: Callable[[int, int], int] | None = None,
) -> Program:
    """A machine with bits as a program; ``steps(m, d)`` bounds its steps.

    It wants ``work(m, d)`` columns of blanks to the right of the data; one if nothing is said. A
    one-tape machine's tape is the grid in the order of :mod:`construction.machines.snake`,
    ``(m + 1)(d + 2)`` cells with one work column, and the snake takes at most twice as many steps.

    Raises :class:`~construction.errors.MachineError` when the machine cannot read a data set.
    """
    one_tape = moves_in_one_row(machine)
    return machine_program(
        on_the_grid(machine),
        steps,
        summary=f"a machine from a file, {'with one tape' if one_tape else 'on the grid'}",
        layers=(2 if one_tape else 1) * t + START,
        steps_formula=steps_formula,
        work=work,
    )
