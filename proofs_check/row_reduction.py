"""What the programs compute: row reduction, in plain Python, and what that has to do with parities.

:func:`reduce_rows` is the definition that the waves are checked against
(:mod:`proofs_check.waves` ties every cell and layer to one of its variables): go through the columns
from left to right; the first row from the top that has a 1 there is the pivot row; every row below
it that has a 1 there gets the pivot row added to it; the pivot row is emptied, unless it is the last
one, the test example. The answer is the label that the test example ends with.

:func:`predicted_label` says the same without any elimination, for labels that some parity explains.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from proofs_check.machine_steps import STAY, MachineTable
from proofs_check.verdict import RefutedError

Bits = Sequence[int]
LONG = 20  #: steps for each cell after which a run is left
MOVES = {"N": (-1, 0), "S": (1, 0), "E": (0, 1), "W": (0, -1)}


class LeftOutError(RefutedError):
    """A machine comes to a pair of state and symbol that it does not have."""


def reduce_rows(rows: Sequence[Bits]) -> int:
    """The answer's bit. ``rows`` are the examples, label last; the last is the test example, label 0."""
    table = [list(row) for row in rows]
    for column in range(len(table[0]) - 1):
        pivot: list[int] | None = None
        for index, row in enumerate(table):
            if not row[column]:
                continue
            if pivot is None:
                pivot = list(row)
                if index < len(table) - 1:
                    table[index] = [0] * len(row)
            else:
                table[index] = [bit ^ added for bit, added in zip(row, pivot, strict=True)]
    return table[-1][-1]


def predicted_label(examples: Sequence[Bits], labels: Bits, test: Bits) -> int | None:
    """``<theta, test>`` for the parity ``theta`` that explains all labels and is 0 on the free columns.

    A column is free if it is a sum of columns to its left. None when no parity explains the labels.
    """
    features = len(test)
    columns = [[row[c] for row in examples] for c in range(features)]
    spanned = {tuple([0] * len(examples))}
    free = set()
    for index, column in enumerate(columns):
        if tuple(column) in spanned:
            free.add(index)
        spanned |= {tuple(a ^ b for a, b in zip(column, each, strict=True)) for each in spanned}
    for theta in product((0, 1), repeat=features):
        explains = all(_parity(theta, row) == y for row, y in zip(examples, labels, strict=True))
        if explains and not any(theta[index] for index in free):
            return _parity(theta, test)
    return None


def _parity(theta: Bits, row: Bits) -> int:
    return sum(t & x for t, x in zip(theta, row, strict=True)) % 2


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
        if 0 <= row + down < len(tape) and 0 <= column + east < len(tape[0]):
            row, column, state = row + down, column + east, transition.to
        else:
            state = transition.blocked
    raise RefutedError(f"the machine takes more than {limit} steps on the data set {list(rows)}")


def comes_to_a_left_out_pair(machine: MachineTable, rows: Sequence[Bits], work: int) -> bool:
    """Whether the machine comes to a pair that it does not have, in as many steps as cells may need."""
    try:
        run_machine(machine, rows, work, LONG * len(rows) * len(rows[0]))
    except LeftOutError:
        return True
    except RefutedError:
        return False  # it is still running
    return False


def data_sets(examples: int, features: int) -> Iterator[list[tuple[int, ...]]]:
    """Every data set of a size with every test example, as rows of bits."""
    width = features + 1
    for bits in product((0, 1), repeat=examples * width + features):
        stored = [bits[i * width : (i + 1) * width] for i in range(examples)]
        yield [*stored, (*bits[examples * width :], 0)]


def check_parities(sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Compare row reduction with the parity of free columns 0 on every data set of these sizes.

    Returns how many data sets a parity explains, and how many there are.
    """
    explained = total = 0
    for examples, features in sizes:
        for rows in data_sets(examples, features):
            *stored, test = rows
            expected = predicted_label(
                [row[:-1] for row in stored], [row[-1] for row in stored], test[:-1]
            )
            total += 1
            if expected is None:
                continue
            explained += 1
            if reduce_rows(rows) != expected:
                raise RefutedError(f"row reduction does not predict {expected} on {rows}")
    return explained, total
