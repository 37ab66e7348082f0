"""One-tape machines as learners: the class of learners that the paper speaks of, by compilation."""

from __future__ import annotations

from collections.abc import Callable

from construction.machines.machine import Machine
from construction.machines.snake import snake
from construction.programs.program import Program, machine_program
from construction.rules.machine_rule import MachineCodes


def one_tape_learner(
    machine: Machine, steps: Callable[[int, int], int], steps_formula: str
) -> Program:
    """A one-tape machine that reads data set and test example on its tape, as a program.

    The tape is the grid in the order of :mod:`construction.machines.snake`, ``(m + 1)(d + 2)`` cells
    with one work column. ``steps(m, d)`` bounds the machine's steps on it; the snake takes at most
    twice as many.

    Raises :class:`~construction.errors.MachineError` when the machine moves up or down, or does not say
    which symbols are the bits.
    """
    return machine_program(
        MachineCodes.of(snake(machine)),
        summary="a one-tape machine, its tape laid through the grid",
        depth=lambda m, d: 2 * steps(m, d) + m + d + 2,
        depth_formula=f"2 t + m + d + 2 with t = {steps_formula}",
    )
