"""A machine as a local rule: one head, and cells that know only their neighbours.

A symbol has a code, and a head in state ``q`` on symbol ``a`` has the code of ``a`` plus the signal of
``q``. So a head that arrives adds its state's signal to whatever symbol is there, and the rule is a
sum of tables: a cell's own code says what the head on it writes, and a neighbour's code says which
head, if any, arrives from there. The four walls are the only gates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from construction.arguments import checked
from construction.errors import MachineError
from construction.machines.machine import Direction, Halt, Machine
from construction.rules.codes import Code, Kind, Signal, Term
from construction.rules.forms import a, b, n
from construction.rules.memory_protocol import (
    EDGE,
    PADDING,
    START,
    UNMASKING,
    WORK,
    WORK_NUMBER,
    unmasking,
    while_unmasking,
)
from construction.rules.rule import LocalRule
from construction.rules.scenes import Scene, Stage
from construction.rules.symbolic import Cell, Layout, Part, SymbolicRule, assemble, gate

SIDES: Final[Mapping[Direction, str]] = {"N": "north", "S": "south", "E": "east", "W": "west"}


class MachineCodes:
    """The codes and signals of a machine."""

    def __init__(self, machine: Machine) -> None:
        symbols = {"symbol": machine.symbols}
        self.machine = machine
        self.symbols = Kind("symbol", symbols, "symbol {symbol}", "{symbol}", role="data")
        self.heads = Kind(
            "head", {"state": machine.states} | symbols, "head {state} on {symbol}", "{symbol}"
        )

    def symbol(self, symbol: str) -> Code:
        """A symbol without a head. The blank is the work column's code."""
        return WORK if symbol == self.machine.blank else self.symbols(symbol)

    def head(self, state: str, symbol: str) -> Code:
        """A head in ``state`` on ``symbol``."""
        return self.heads(state, symbol)

    def state(self, state: str) -> Signal:
        """What a head in ``state`` adds to the symbol that it stands on."""
        return Signal(f"state {state}")

    def numbers(self, layout: Layout) -> dict[Code, int]:
        """The numbers of all symbols and heads."""
        symbols = {a: layout.get(str(self.symbol(a)), WORK_NUMBER) for a in self.machine.symbols}
        heads = {
            self.head(q, a): symbols[a] + layout[str(self.state(q))] for q, a in self.machine.pairs
        }
        return {self.symbol(a): number for a, number in symbols.items()} | heads


def machine_part(machine: Machine) -> Part:
    """The machine as a part of a rule; the blank's code belongs to another part."""
    codes = MachineCodes(machine)
    cells = [Cell(codes.symbol(each)) for each in machine.symbols if each != machine.blank]
    blocked: dict[Direction, dict[Code, Term]] = {side: {} for side in SIDES}
    for state, symbol in machine.pairs:
        transition = machine.transitions[state, symbol]
        code = codes.head(state, symbol)
        total = codes.symbol(symbol) + codes.state(state)
        if isinstance(transition, Halt):
            cells.append(Cell(code, total, output=transition.output))
            continue
        written = codes.symbol(transition.write)
        arriving = codes.state(transition.to)
        if transition.move == "stay":
            cells.append(Cell(code, total, becomes=written + arriving))
        else:
            move = {SIDES[transition.move]: arriving}
            cells.append(Cell(code, total, becomes=written, **move))  # type: ignore[arg-type]
            blocked[transition.move][code] = codes.state(transition.if_blocked)
    walls = (
        gate(f"a wall to the {side}", heads, **{side: PADDING})  # type: ignore[arg-type]
        for side, heads in blocked.items()
        if heads
    )
    return Part((*cells,), (*walls,))


def symbolic_machine_rule(machine: Machine) -> SymbolicRule:
    """The rule of a learning machine: the memory protocol, the head's birth, and the machine.

    The head is born in the top-left cell, the last to be unmasked. A machine that takes ``t`` steps
    on ``m`` examples with ``d`` features stands on its halting pair after ``t + m + d + 2`` layers.

    Raises :class:`~construction.errors.MachineError` when the machine does not say which symbols are
    the bits, or cannot start on one of them.
    """
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
    codes = MachineCodes(machine)
    zero, one = (codes.symbol(bit) for bit in machine.bits)
    start = codes.state(machine.start)
    birth = gate("the head is born", start, C=UNMASKING, N=PADDING, W=PADDING)
    return assemble(
        machine.name, EDGE, *unmasking((zero, one)), Part((), (birth,)), machine_part(machine)
    )


def machine_scenes(machine: Machine) -> dict[str, Scene]:
    """What every cell holds until the machine starts, in the top-left cell."""
    assert machine.bits is not None
    codes, bits = MachineCodes(machine), [repr(bit) for bit in machine.bits]
    symbol = f"{bits[1]} if X[a, b] == -1 else {bits[0]}"
    head = Stage(
        codes.heads,
        [n >= START, a <= 1, b <= 1],
        {"state": repr(machine.start), "symbol": symbol},
    )
    return while_unmasking(Stage(codes.symbols, fields={"symbol": symbol}), [head])


@checked
def machine_rule(machine: Machine, layout: Layout | None = None) -> LocalRule:
    """The rule of a learning machine, by default with the numbers of :func:`learner_layout`.

    Raises :class:`~construction.errors.MachineError` when the machine cannot read a data set.
    """
    return symbolic_machine_rule(machine).numbered(layout or learner_layout(machine))


def tape_layout(machine: Machine) -> dict[str, int]:
    """Numbers for a machine: symbols from the blank's code upwards, then the heads, state by state."""
    codes = MachineCodes(machine)
    ordered = [machine.blank, *(a for a in machine.symbols if a != machine.blank)]
    symbols = {symbol: WORK_NUMBER + index for index, symbol in enumerate(ordered)}
    layout = {str(codes.symbol(symbol)): symbols[symbol] for symbol in ordered[1:]}
    taken = set(symbols.values())
    on: dict[str, list[int]] = {state: [] for state in machine.states}
    for state, symbol in machine.pairs:
        on[state].append(symbols[symbol])
    for state in used_states(machine):
        displacement = 1
        while any(code + displacement in taken for code in on[state]):
            displacement += 1
        layout[str(codes.state(state))] = displacement
        taken |= {code + displacement for code in on[state]}
    return layout


def used_states(machine: Machine) -> list[str]:
    """The states, without those that no head is ever in."""
    used = {state for state, _ in machine.pairs}
    for each in machine.transitions.values():
        if not isinstance(each, Halt):
            used |= {each.to} if each.move == "stay" else {each.to, each.if_blocked}
    return [state for state in machine.states if state in used]


def learner_layout(machine: Machine) -> dict[str, int]:
    """Numbers for a machine that learns: the memory protocol's come behind the machine's own."""
    layout = tape_layout(machine)
    first = max(MachineCodes(machine).numbers(layout).values()) + 2
    protocol = {"west +": first, "west -": first + 4, "held +": first + 7, "held -": first + 8}
    return layout | protocol | {"north +": 2, "north -": 4}
