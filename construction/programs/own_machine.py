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
from construction.rules.machine_rule import MachineCodes


def learner_codes(machine: Machine) -> MachineCodes:
    """The codes of a machine that learns; a one-tape machine is laid through the grid in a snake."""
    return MachineCodes.of(snake(machine) if moves_in_one_row(machine) else machine)


def machine_learner(
    machine: Machine,
    steps: Callable[[int, int], int],
    steps_formula: str,
) -> Program:
    """A machine with bits as a program; ``steps(m, d)`` bounds its steps.

    A one-tape machine's tape is the grid in the order of :mod:`construction.machines.snake`,
    ``(m + 1)(d + 2)`` cells with one work column, and the snake takes at most twice as many steps.

    Raises :class:`~construction.errors.MachineError` when the machine cannot read a data set.
    """
    one_tape = moves_in_one_row(machine)
    factor = 2 if one_tape else 1
    return machine_program(
        learner_codes(machine),
        summary=f"a machine from a file, {'with one tape' if one_tape else 'on the grid'}",
        depth=lambda m, d: factor * steps(m, d) + m + d + 2,
        depth_formula=f"{'2 t' if one_tape else 't'} + m + d + 2 with t = {steps_formula}",
    )
