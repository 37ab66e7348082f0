"""A machine that says the parity of the test example, for all sizes.

Its head walks straight down the first column, on bits alone, and so comes to the last row, which nobody has changed,
in its start state. In the last row it never goes north or west, and a move south is blocked; so what it does to a
cell before it leaves to the east depends on the state in which it came and on the cell's bit, and it comes to the
next cell in a state that these two decide. By induction from west to east it is met in each cell in a state that
goes with the parity of the bits so far: all pairs of a state and a parity that there can be are found, and there
are finitely many. The label bit of the last row is 0. On the first work column, a blank, it halts with the parity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proofs_check.lemma1.machine import MachineTable
from proofs_check.lemma1.small_sizes import PARITY
from proofs_check.statement import Found, about_networks
from proofs_check.verdict import RefutedError

if TYPE_CHECKING:
    from proofs_check.subject import Subject

SOUTH, EAST = "S", "E"


@dataclass(frozen=True)
class Left:
    """How a head leaves a cell of the last row: to the east in ``state``, or with ``output``; after ``steps``."""

    steps: int
    state: str = ""
    output: int | None = None


def cross(machine: MachineTable, state: str, symbol: str) -> Left:
    """What a head that comes to a cell of the last row with this symbol does until it leaves it.

    Raises :class:`~proofs_check.verdict.RefutedError` when it goes north or west, never leaves, or meets a pair that
    the machine does not have.
    """
    seen = set()
    steps = 0
    while (state, symbol) not in seen:
        seen.add((state, symbol))
        transition = machine.transitions.get((state, symbol))
        if transition is None:
            raise RefutedError(
                f"in the last row the machine meets {(state, symbol)}, which it has not"
            )
        if transition.output is not None:
            return Left(steps, output=transition.output)
        steps += 1
        if transition.move == EAST:
            return Left(steps, transition.to)
        if transition.move != SOUTH:
            raise RefutedError(f"in the last row the machine moves {transition.move} in {state!r}")
        state, symbol = transition.blocked, transition.write
    raise RefutedError(f"in the last row the machine never leaves a cell that it met in {state!r}")


def check_parity(machine: MachineTable) -> tuple[int, int, int]:
    """That the machine says the parity of the last row's bits: the pairs of state and parity, and two bounds.

    These are the most steps on a cell and on the blank. Raises :class:`~proofs_check.verdict.RefutedError` otherwise.
    """
    for bit in machine.bits:
        down = machine.transitions.get((machine.start, bit))
        if down is None or (down.move, down.to) != (SOUTH, machine.start):
            raise RefutedError(f"in the start state on {bit!r} the machine does not walk down")
    pairs = {(machine.start, 0)}
    new = list(pairs)
    on_a_cell = on_the_blank = 0
    while new:
        state, parity = new.pop()
        end = cross(machine, state, machine.blank)
        if end.output != 1 - 2 * parity:
            raise RefutedError(
                f"on the blank, in {state!r}, the machine should halt with the parity {parity}"
            )
        on_the_blank = max(on_the_blank, end.steps)
        for value, bit in enumerate(machine.bits):
            left = cross(machine, state, bit)
            if left.output is not None:
                raise RefutedError(f"the machine halts in the last row on a bit, in {state!r}")
            on_a_cell = max(on_a_cell, left.steps)
            pair = left.state, parity ^ value
            if pair not in pairs:
                pairs.add(pair)
                new.append(pair)
    return len(pairs), on_a_cell, on_the_blank


@about_networks(
    "Lemma 1, A, all sizes",
    "the machine halts with the parity of the test example's bits, for all m and d",
    "all sizes, exact",
    lambda subject: subject.has_machine and subject.computes == PARITY,
)
def parity_of_the_test_example(subject: Subject) -> Found:
    """Down the first column, then from west to east; and the steps are as few as is claimed.

    The network predicts what the machine does: its scene ends with the tape, and a layer is a step.
    """
    subject.check_prediction()
    count, on_a_cell, on_the_blank = check_parity(subject.machine)
    for (m, d), steps in (subject.claims.steps or {}).items():
        if m + on_a_cell * (d + 1) + on_the_blank > steps:
            raise RefutedError(
                f"for m = {m}, d = {d} the certificate claims {steps} steps; the machine may take more"
            )
    return Found(
        f"{count} pairs of a state and the parity so far, on every symbol of the last row",
        {"steps": f"at most m + {on_a_cell} (d + 1) + {on_the_blank}"},
    )
