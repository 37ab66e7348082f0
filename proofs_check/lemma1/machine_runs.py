"""Runs of a certificate's machine on data sets, step by step in plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Final

from proofs_check.lemma1.data_sets import Bits
from proofs_check.verdict import RefutedError

if TYPE_CHECKING:
    from proofs_check.lemma1.machine import MachineTable
    from proofs_check.subject import Subject

STAY: Final = "stay"
MOVES: Final = {"N": (-1, 0), "S": (1, 0), "E": (0, 1), "W": (0, -1)}
LONG = 20  #: steps for each cell after which a run is left


def of_covered_runs(text: str, subject: Subject) -> str:
    """A row's text, which of a machine says about which of its runs it is."""
    if not subject.has_machine:
        return text
    return f"{text}; on runs that meet no pair of state and symbol which the machine leaves out"


class End(Enum):
    """How a run ends: the machine halts, comes to a pair that it does not have, or is left while it runs."""

    HALTED, LEFT_OUT, RUNNING = range(3)


class LeftOutError(RefutedError):
    """A machine comes to a pair of state and symbol that it does not have."""


def run_machine(
    machine: MachineTable, rows: Sequence[Bits], work: int, limit: int
) -> tuple[int, int]:
    """Output and number of steps of the machine on a data set.

    Raises :class:`~proofs_check.verdict.RefutedError` when it meets a pair that it does not have, or
    takes more than ``limit`` steps.
    """
    tape = [[machine.bits[bit] for bit in row] + [machine.blank] * work for row in rows]
    row, column, state = 0, 0, machine.start
    for step in range(limit + 1):
        transition = machine.transitions.get((state, tape[row][column]))
        if transition is None:
            raise LeftOutError(
                f"the machine meets the pair ({state!r}, {tape[row][column]!r}), which it does not "
                f"have, on the data set {list(rows)}"
            )
        if transition.output is not None:
            return transition.output, step
        tape[row][column] = transition.write
        if transition.move == STAY:
            state = transition.to
            continue
        down, east = MOVES[transition.move]
        if row + down in range(len(tape)) and column + east in range(len(tape[0])):
            row, column, state = row + down, column + east, transition.to
        else:
            state = transition.blocked
    raise RefutedError(f"the machine takes more than {limit} steps on the data set {list(rows)}")


def end_of_run(
    machine: MachineTable, rows: Sequence[Bits], work: int, steps: int | None = None
) -> End:
    """How the machine ends on a data set, in as many steps as cells may need.

    Raises :class:`~proofs_check.verdict.RefutedError` when it takes more ``steps`` than are claimed.
    """
    limit = LONG * len(rows) * len(rows[0]) if steps is None else steps
    try:
        run_machine(machine, rows, work, limit)
    except LeftOutError:
        return End.LEFT_OUT
    except RefutedError:
        if steps is not None:
            raise
        return End.RUNNING
    return End.HALTED
