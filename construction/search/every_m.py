"""Of a machine that never moves up: whether it learns for every number of examples, and in how many steps.

What such a machine does on a row depends on where and in which state it enters it alone, so finitely many cases are all. What is
found here is claimed in the machine's file, and the checker of ``rcnn verify`` finds out on its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final, NamedTuple

from construction.machines.bit_formula import TargetClass, as_formula
from construction.machines.machine import Halt, Machine
from construction.search.tasks import Bits

STEPS_PER_CELL: Final = 100  #: of a row, as in the checker
_EASTWARD: Final = {"W": -1, "E": 1}


class Learned(NamedTuple):
    """One of ``targets``, in at most ``steps`` steps for each example's row and ``last`` in the last."""

    targets: TargetClass
    steps: int
    last: int


class _Left(NamedTuple):
    """How a head leaves a row: below in this column and state, or with an output."""

    steps: int
    column: int
    state: str
    output: int | None


def learned(machine: Machine, classes: Sequence[tuple[int, tuple[str, ...]]]) -> Learned | None:
    """What it learns for every number of examples, of these classes: ``d`` and each target's values on all inputs.

    It is that with the most features; None if there is none.
    """
    for features, values in sorted(classes, reverse=True):
        steps = _most_steps(machine, features, values)
        if steps is not None:
            return Learned(TargetClass(features, tuple(map(as_formula, values))), *steps)
    return None


def _most_steps(machine: Machine, features: int, targets: Sequence[str]) -> tuple[int, int] | None:
    """The most steps in an example's row and in the last one, or None if it is no learner."""
    inputs = list(enumerate(product((0, 1), repeat=features)))
    seen: set[tuple[int, str, frozenset[str]]] = set()
    new = [(0, machine.start, frozenset(targets))]
    steps = last = 0
    while new:
        column, state, left = new.pop()
        for index, x in inputs:
            for label in {target[index] for target in left}:
                row = _through(machine, (*x, int(label)), column, state, last=False)
                if row is None or row.output is not None:
                    return None
                steps = max(steps, row.steps)
                still = frozenset(target for target in left if target[index] == label)
                below = row.column, row.state, still
                if below not in seen:
                    seen.add(below)
                    new.append(below)
    for column, state, left in seen:
        for index, x in inputs:
            said = {target[index] for target in left}
            if len(said) > 1:
                continue
            row = _through(machine, (*x, 0), column, state, last=True)
            if row is None or row.output != 1 - 2 * int(said.pop()):
                return None
            last = max(last, row.steps)
    return steps, last


def _through(machine: Machine, bits: Bits, column: int, state: str, *, last: bool) -> _Left | None:
    """How it leaves a row that it enters so; None if it moves up, or takes too long."""
    assert machine.bits is not None
    cells = [*(machine.bits[bit] for bit in bits), machine.blank]
    for steps in range(STEPS_PER_CELL * len(cells) + 1):
        transition = machine.transitions.get((state, cells[column]))
        if isinstance(transition, Halt):
            return _Left(steps, column, state, transition.output)
        if transition is None or transition.move == "N":
            return None
        cells[column] = transition.write
        if transition.move == "S" and not last:
            return _Left(steps + 1, column, transition.to, None)
        to = column + _EASTWARD.get(transition.move, 0)
        if transition.move == "S" or not 0 <= to < len(cells):
            state = transition.if_blocked
        else:
            column, state = to, transition.to
    return None
