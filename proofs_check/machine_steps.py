"""One layer = one step of the machine, on every patch that a tape with one head can show.

The next code of a cell depends on the cell and its neighbours. Whatever the size of the tape, a patch
shows a symbol or the wall in each position, and the head in at most one of them. All of these are
listed. So if a grid shows a configuration of the machine, the next layer shows the next one: the
cell where the head was, the cell where it is now, and every other cell are centres of such patches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from construction.rules.patch import OFFSETS, POSITIONS
from proofs_check.cells import WORK_CODE
from proofs_check.head import HeadTable
from proofs_check.unit_tables import CENTRE, Integers, UnitTables
from proofs_check.verdict import RefutedError

STAY = "stay"
IMPOSSIBLE = -(2**31)  #: stands for a head in a pair that the machine does not have


@dataclass(frozen=True)
class Transition:
    """What a head in ``state`` on ``symbol`` does; it halts if ``output`` is not None."""

    state: str
    symbol: str
    code: int
    write: str = ""
    move: str = STAY
    to: str = ""
    blocked: str = ""
    output: int | None = None


@dataclass(frozen=True)
class MachineTable:
    """The machine of a certificate, with the codes of its symbols and heads."""

    start: str
    blank: str
    bits: tuple[str, str]
    symbols: Mapping[str, int]
    transitions: Mapping[tuple[str, str], Transition]

    @property
    def states(self) -> frozenset[str]:
        return frozenset(state for state, _ in self.transitions)

    @property
    def start_codes(self) -> tuple[int, int]:
        """The codes of a new head on a bit 0 and on a bit 1."""
        zero, one = (self.transitions[self.start, bit].code for bit in self.bits)
        return zero, one


def read_machine(data: Mapping[str, Any]) -> MachineTable:
    """The machine in a certificate's schedule.

    Raises :class:`~proofs_check.verdict.RefutedError` when there is none, or when it contradicts itself.
    """
    try:
        zero, one = data["bits"]
        transitions = {}
        for entry in data["transitions"]:
            transition = Transition(**entry)
            key = (transition.state, transition.symbol)
            if key in transitions:
                raise ValueError(f"two transitions of {key}")
            transitions[key] = transition
        table = MachineTable(
            str(data["start"]),
            str(data["blank"]),
            (str(zero), str(one)),
            {str(symbol): int(code) for symbol, code in data["symbols"].items()},
            transitions,
        )
        if zero == one:
            raise ValueError(f"one symbol, {zero!r}, for both bits")
        for transition in transitions.values():
            known = {transition.symbol, *([transition.write] if transition.write else [])}
            if not known <= table.symbols.keys() or (
                transition.output is None and transition.move not in ("N", "S", "E", "W", STAY)
            ):
                raise ValueError(f"a bad transition: {transition}")
        if len(table.start_codes) != 2 or table.blank not in table.symbols:
            raise ValueError("no start")
        return table
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RefutedError(
            f"the certificate's machine is malformed ({type(error).__name__}: {error})"
        ) from None


def check_codes(machine: MachineTable, bits: tuple[int, int], head: HeadTable) -> int:
    """The tape that the unmasking leaves is the machine's, and only a halting head has an output.

    Returns the number of codes checked.
    """
    codes = [*machine.symbols.values(), *(t.code for t in machine.transitions.values())]
    if len(set(codes)) < len(codes):
        raise RefutedError("two symbols or heads of the machine share a code")
    shown = tuple(machine.symbols[bit] for bit in machine.bits)
    if shown != bits:
        raise RefutedError(f"unmasked bits are {bits}; the machine's bits are {shown}")
    if machine.symbols[machine.blank] != WORK_CODE:
        raise RefutedError(f"the blank is code {machine.symbols[machine.blank]}, not the work's 3")
    outputs = dict.fromkeys(machine.symbols.values(), 0)
    outputs |= {t.code: t.output or 0 for t in machine.transitions.values()}
    for code, output in outputs.items():
        if code not in head.codes:
            raise RefutedError(f"the machine's code {code} is no code of the network")
        if int(head.values[code - head.lowest]) != output * head.scale:
            raise RefutedError(f"the head gives code {code} another output than {output}")
    return len(outputs)


def patches(
    machine: MachineTable, positions: tuple[int, ...], tables: UnitTables
) -> Iterator[tuple[Integers, Integers]]:
    """All patches with at most one head, and the codes that should follow.

    Listed is every position that the network reads, and every one that the machine's moves lead to
    or come from, whether the network reads it or not. Left out are patches after which the head is in a pair that the machine does not have: it is
    never there, if the machine is right about what cannot happen.
    """
    symbols = list(machine.symbols.values())
    moves = {t.move for t in machine.transitions.values() if t.output is None and t.move != STAY}
    ahead = {POSITIONS.index(move) for move in moves}
    behind = {8 - position for position in ahead}  # opposite in the patch
    positions = tuple(sorted({*positions, *ahead, *behind, CENTRE}))
    for place in (None, *positions):
        heads = [None] if place is None else list(machine.transitions.values())
        for head in heads:
            columns = [
                symbols if position == CENTRE else [*symbols, tables.padding]
                for position in positions
            ]
            if head is not None and place is not None:
                columns[positions.index(place)] = [head.code]
            listed = np.array(list(product(*columns)), dtype=np.int64)
            whole = np.zeros((len(listed), 9), dtype=np.int64)
            for position in range(9):
                whole[:, position] = tables.at(position)[0]  # what no unit reads does not matter
            whole[:, list(positions)] = listed
            expected = _expected(machine, whole, place, head, tables.padding)
            keep = expected != IMPOSSIBLE
            yield whole[keep], expected[keep]


def _expected(
    machine: MachineTable,
    whole: Integers,
    place: int | None,
    head: Transition | None,
    padding: int,
) -> Integers:
    """The centre's next code, by the machine's table."""
    centre = whole[:, CENTRE].copy()
    if head is None or place is None or head.output is not None:
        return centre
    if place == CENTRE:
        if head.move == STAY:
            return np.full(len(centre), _head_code(machine, head.to, head.write))
        blocked = whole[:, POSITIONS.index(head.move)] == padding
        at_wall = _head_code(machine, head.blocked, head.write)
        return np.where(blocked, at_wall, machine.symbols[head.write])
    if head.move == STAY or OFFSETS[POSITIONS[place]] != _back(head.move):
        return centre
    arriving = {
        code: _head_code(machine, head.to, symbol) for symbol, code in machine.symbols.items()
    }
    return np.array([arriving[int(code)] for code in centre], dtype=np.int64)


def _back(move: str) -> tuple[int, int]:
    """Where a head that makes this move comes from, as seen from where it goes."""
    down, right = OFFSETS[move]  # type: ignore[index]
    return -down, -right


def _head_code(machine: MachineTable, state: str, symbol: str) -> int:
    transition = machine.transitions.get((state, symbol))
    return IMPOSSIBLE if transition is None else transition.code


def check_steps(machine: MachineTable, positions: tuple[int, ...], tables: UnitTables) -> int:
    """The number of patches on which one layer was compared with one step of the machine."""
    count = 0
    for whole, expected in patches(machine, positions, tables):
        inputs = tables.inputs(whole)
        wrong = tables.outputs(inputs) != expected * tables.scale
        wrong |= tables.at_kink(whole, inputs)
        if wrong.any():
            index = int(np.flatnonzero(wrong)[0])
            shown = dict(zip(POSITIONS, whole[index].tolist(), strict=True))
            got = int(tables.outputs(inputs[index : index + 1])[0])
            raise RefutedError(
                f"on the patch {shown} the network gives {got}/{tables.scale}; a step of the machine "
                f"gives {int(expected[index])}"
            )
        count += len(whole)
    return count
