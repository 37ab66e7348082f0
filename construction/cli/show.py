"""``rcnn show``: the table of a program or a machine, for reading."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from construction.cli.console import Console
from construction.errors import ConstructionError
from construction.formats.yaml_writer import write_yaml
from construction.machines.formula import SizeFormula
from construction.machines.machine import Halt, Machine, Transition
from construction.machines.on_tape import MachineOnTape
from construction.programs.program import Program
from construction.programs.row_reduction_machine import STEP_BOUND
from construction.rules.cellular_automaton import CellularAutomaton
from construction.rules.patch import POSITIONS, Position
from construction.rules.rule import Gate, LocalRule
from construction.rules.tables import Table as CodeTable
from construction.sources.names import HELP, find

#: Where a table's entry goes, as seen by the cell whose code it speaks of.
_RECEIVER: dict[Position, str] = {
    "S": "N",
    "W": "E",
    "N": "S",
    "E": "W",
    "SW": "NE",
    "NW": "SE",
    "NE": "SW",
    "SE": "NW",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("name", metavar="NAME", help=HELP)
    parser.add_argument(
        "--yaml", action="store_true", help="print the machine as YAML, to edit and to run"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the table."""
    found = find(arguments.name)
    machine = None if isinstance(found, CellularAutomaton) else found.machine
    if arguments.yaml:
        if machine is None:
            raise ConstructionError(f"{arguments.name} is no machine, so there is no YAML for it")
        file = found
        if not isinstance(file, MachineOnTape):
            # The one bundled machine; without a bound on its steps the file could not learn.
            file = MachineOnTape(machine, steps=SizeFormula(STEP_BOUND))
        print(write_yaml(file), end="")
        return 0
    console = Console()
    if isinstance(found, Program):
        console.print(Text(f"{found.name}: {found.summary}"))
        console.print(Text(f"layers for m examples with d features: {found.depth_formula}"))
    if machine is not None:
        show_machine(console, machine)
    elif isinstance(found, Program):
        show_rule(console, found.rule)
    elif isinstance(found, CellularAutomaton):
        console.print(Text(f"{found.name}: one layer is one generation"))
        show_rule(console, found.rule())
    return 0


def show_machine(console: Console, machine: Machine) -> None:
    """A line for each state and each thing that it does."""
    console.print(
        Text(
            f"{len(machine.states)} states, {len(machine.symbols)} symbols, "
            f"{len(machine.transitions)} transitions"
        )
    )
    table = Table(box=box.SIMPLE, pad_edge=False)
    for heading in ("state", "on", "write", "move", "then", "at a wall"):
        table.add_column(heading, overflow="fold")
    order = [machine.start, *(state for state in machine.states if state != machine.start)]
    for state in order:
        name = state
        for cells, symbols in _lines(machine, state).items():
            table.add_row(*(Text(each) for each in (name, " ".join(symbols), *cells)))
            name = ""
        table.add_section()
    console.print_table(table)


def _lines(machine: Machine, state: str) -> dict[tuple[str, ...], list[str]]:
    """What a state does, each with the symbols that it does it on."""
    lines: dict[tuple[str, ...], list[str]] = {}
    for symbol in machine.symbols:
        if (state, symbol) in machine.transitions:
            cells = _cells(symbol, machine.transitions[state, symbol])
            lines.setdefault(cells, []).append(shown(symbol))
    return lines


def _cells(symbol: str, transition: Transition) -> tuple[str, ...]:
    if isinstance(transition, Halt):
        verdict = {1: "halt, +1", -1: "halt, -1", 0: "halt"}[transition.output]
        return "", "", verdict, ""
    write = "" if transition.write == symbol else shown(transition.write)
    wall = "" if transition.if_blocked == transition.to else transition.if_blocked
    return write, transition.move, transition.to, "" if transition.move == "stay" else wall


def shown(symbol: str) -> str:
    """A symbol so that it can be seen: a space is quoted."""
    return symbol if symbol.strip() else f"'{symbol}'"


def show_rule(console: Console, rule: LocalRule) -> None:
    """A line for each code, with what it adds where, and a line for each gate."""
    console.print(
        Text(
            "The next code of a cell is the sum of what it keeps, of what its neighbours give to it, "
            "and of what the gates add that hold for it."
        )
    )
    columns = _columns(rule)
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column("code", justify="right", no_wrap=True)
    table.add_column("meaning", overflow="fold", min_width=20)
    for heading in columns:
        table.add_column(heading, justify="right")
    for code, name in rule.codes.names.items():
        given = (each.value(code) for each in columns.values())
        table.add_row(str(code), Text(name), *("" if value == 0 else str(value) for value in given))
    console.print_table(table)
    gates = Table(box=box.SIMPLE, pad_edge=False)
    for heading in ("gate", "if", "adds"):
        gates.add_column(heading, overflow="fold")
    for gate in rule.gates:
        gates.add_row(Text(gate.name), Text(_conditions(rule, gate)), Text(_amount(rule, gate)))
    if rule.gates:
        console.print_table(gates)


def _columns(rule: LocalRule) -> dict[str, CodeTable]:
    """What a code keeps and what it gives to whom, by heading; equal gifts share a column."""
    columns = {"keeps": rule.tables["C"]} if "C" in rule.tables else {}
    gifts = [(_RECEIVER[p], rule.tables[p]) for p in _RECEIVER if p in rule.tables and p != "C"]
    while gifts:
        table = gifts[0][1]
        receivers = [name for name, other in gifts if other == table]
        gifts = [each for each in gifts if each[1] != table]
        heading = "to all around" if len(receivers) == 8 else "to " + ", ".join(receivers)
        columns[heading] = table
    return columns


def _conditions(rule: LocalRule, gate: Gate) -> str:
    """The codes that each position must show, or must not show if those are fewer."""
    lines = []
    for position in POSITIONS:
        among = rule.codes.at(position)
        excluded = gate.excluded(position, among)
        allowed = [code for code in among if code not in excluded]
        if excluded and len(allowed) <= len(excluded):
            lines.append(f"{position} is {_ranges(allowed, among)}")
        elif excluded:
            lines.append(f"{position} is not {_ranges(excluded, among)}")
    return "\n".join(lines)


def _amount(rule: LocalRule, gate: Gate) -> str:
    if not isinstance(gate.amount, CodeTable):
        return f"{gate.amount:+d}"
    among = rule.codes.at(gate.position)
    codes: dict[int, list[int]] = {}
    for code, value in gate.amount.values.items():
        codes.setdefault(int(value), []).append(code)
    return "\n".join(
        f"{value:+d} if {gate.position} is {_ranges(each, among)}" for value, each in codes.items()
    )


def _ranges(codes: Iterable[int], among: Sequence[int]) -> str:
    """Codes as ranges: ``a-b`` is every code of ``among`` from a to b."""
    chosen = set(codes)
    runs: list[list[int]] = []
    before = None
    for code in among:
        if code in chosen:
            if before in chosen and runs:
                runs[-1].append(code)
            else:
                runs.append([code])
        before = code
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)
