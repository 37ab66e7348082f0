"""A machine as a local rule: one head, and cells that know only their neighbours.

A symbol has a code, and a head in state ``q`` on symbol ``a`` has the code of ``a`` plus the
displacement of ``q``. So a head that arrives adds its state's displacement to whatever symbol is
there, and the rule is a sum of tables: a cell's own code says what the head on it writes, and a
neighbour's code says which head, if any, arrives from there. The four walls are the only gates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from construction.errors import MachineError
from construction.machines.machine import Direction, Halt, Machine
from construction.rules.memory_protocol import (
    MINUS,
    PADDING,
    PLUS,
    UNWRITTEN,
    WORK,
    Fragment,
    MemoryProtocol,
    WestWave,
    assemble,
    distinct,
)
from construction.rules.patch import Position
from construction.rules.rule import Gate, LocalRule, gate
from construction.rules.tables import Table

#: Where a head that moves in this direction comes from, as seen by the cell it moves to.
ARRIVES_FROM: Mapping[Direction, Position] = {"N": "S", "S": "N", "E": "W", "W": "E"}


@dataclass(frozen=True)
class MachineCodes:
    """The codes of a machine: ``symbols[a]``, and ``states[q]`` to add for a head in state ``q``.

    ``wave`` and ``north`` number the memory protocol, which a machine that learns needs besides.
    """

    machine: Machine
    symbols: Mapping[str, int]
    states: Mapping[str, int]
    wave: WestWave
    north: Mapping[int, int]

    @classmethod
    def of(cls, machine: Machine) -> MachineCodes:
        """Symbols from the blank's code upwards, then the heads, packed in the order of states.

        The memory protocol follows.
        """
        ordered = [machine.blank, *(a for a in machine.symbols if a != machine.blank)]
        symbols = {symbol: WORK + index for index, symbol in enumerate(ordered)}
        taken = set(symbols.values())
        states: dict[str, int] = {}
        for state in machine.states:
            own = [symbols[a] for q, a in machine.pairs if q == state]
            displacement = 1
            while any(code + displacement in taken for code in own):
                displacement += 1
            states[state] = displacement
            taken |= {code + displacement for code in own}
        first = max(taken) + 2
        wave = WestWave(
            west={PLUS: first, MINUS: first + 4}, held={PLUS: first + 7, MINUS: first + 8}
        )
        return cls(machine, symbols, states, wave, north={PLUS: 2, MINUS: 4})

    def head(self, state: str, symbol: str) -> int:
        """The code of a head in ``state`` on ``symbol``."""
        return self.symbols[symbol] + self.states[state]

    def fragment(self) -> Fragment:
        """The machine as a part of a rule."""
        names = [
            (code, f"symbol {symbol}") for symbol, code in self.symbols.items() if code != WORK
        ]
        own = {code: code for code in self.symbols.values() if code != WORK}
        arrive: dict[Position, dict[int, int]] = {"N": {}, "S": {}, "E": {}, "W": {}}
        blocked: dict[Position, dict[int, int]] = {"N": {}, "S": {}, "E": {}, "W": {}}
        readout: dict[int, int] = {}
        for state, symbol in self.machine.pairs:
            transition = self.machine.transitions[state, symbol]
            code = self.head(state, symbol)
            names.append((code, f"head {state} on {symbol}"))
            if isinstance(transition, Halt):
                own[code] = code
                readout[code] = transition.output
            elif transition.move == "stay":
                own[code] = self.head(transition.to, transition.write)
            else:
                own[code] = self.symbols[transition.write]
                arrive[ARRIVES_FROM[transition.move]][code] = self.states[transition.to]
                blocked[transition.move][code] = self.states[transition.if_blocked]
        tables: dict[Position, Table] = {"C": Table(own)}
        tables |= {position: Table(heads) for position, heads in arrive.items() if heads}
        walls = tuple(
            Gate(f"a wall to the {side}", {side: frozenset([PADDING])}, Table(heads))
            for side, heads in blocked.items()
            if heads
        )
        blank = {WORK: f"symbol {self.machine.blank}"}
        return Fragment(distinct(names), tables, walls, Table(readout), aliases=blank)


def machine_protocol(codes: MachineCodes) -> MemoryProtocol:
    """The memory protocol of a learning machine."""
    assert codes.machine.bits is not None
    zero, one = (codes.symbols[bit] for bit in codes.machine.bits)
    return MemoryProtocol(codes.wave, codes.north, bits=(zero, one))


def machine_rule(codes: MachineCodes) -> LocalRule:
    """The rule of a learning machine: the memory protocol, the head's birth, and the machine.

    The head is born in the top-left cell, the last to be unmasked. A machine that takes ``t`` steps
    on ``m`` examples with ``d`` features stands on its halting pair after ``t + m + d + 2`` layers.

    Raises :class:`~construction.errors.MachineError` when the machine does not say which symbols are
    the bits, or cannot start on one of them.
    """
    machine = codes.machine
    if machine.bits is None:
        raise MachineError(
            f"machine {machine.name!r} does not say which symbols are the bits 0 and 1, so it "
            f"cannot read a data set; give it bits"
        )
    for bit in machine.bits:
        if (machine.start, bit) not in machine.transitions:
            raise MachineError(
                f"machine {machine.name!r} starts in state {machine.start!r} on a data bit, but that "
                f"state has no transition on symbol {bit!r}, which is one; add one"
            )
    protocol = machine_protocol(codes)
    birth = gate(
        "the head is born",
        codes.states[machine.start],
        C=protocol.ready,
        N=PADDING,
        W=PADDING,
    )
    return assemble(
        machine.name,
        protocol.fragment(),
        Fragment({}, {}, (birth,), Table({}, {UNWRITTEN: 1})),
        codes.fragment(),
    )
