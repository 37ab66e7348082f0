"""Writes a machine as the YAML that :mod:`construction.formats.yaml_reader` reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import yaml

from construction.formats.yaml_reader import IMPOSSIBLE, MOVE_KEYS
from construction.machines.machine import Halt, Machine, Step
from construction.machines.on_tape import MachineOnTape, symbols_of

_KEY_OF_MOVE: Final = {move: key for key, move in MOVE_KEYS.items()}
_PLAIN: Final = re.compile(r"[A-Za-z0-9_+.]([A-Za-z0-9_+.\- ]*[A-Za-z0-9_+.\-])?")
_LINE: Final = 88  #: columns before a list of symbols is broken into several keys


def write_yaml(file: MachineOnTape) -> str:
    """The text of a machine and its tape: reading it gives an equal ``MachineOnTape``.

    A machine without walls, verdicts and long symbols comes out as turingmachine.io takes it.
    """
    machine = file.machine
    lines = [f"name: {_scalar(machine.name)}"]
    if file.input:
        lines.append(f"input: {_scalar(file.input)}")
    lines += [f"blank: {_scalar(machine.blank)}", f"start state: {_scalar(machine.start)}"]
    if file.head:
        lines.append(f"head: {file.head + 1}")
    if machine.bits:
        lines.append(f"bits: {_list(machine.bits)}")
    if file.steps:
        lines.append(f"steps: {_scalar(file.steps.text)}")
    if file.work:
        lines.append(f"work columns: {_scalar(file.work.text)}")
    if file.learns:
        targets = _list(file.learns.targets)
        lines.append(f"learns: {{features: {file.learns.features}, targets: {targets}}}")
    if machine.symbols != _order_of_appearance(file):
        lines.append(f"symbols: {_list(machine.symbols)}")
    lines.append("table:")
    for state in machine.states:
        lines.append(f"  {_scalar(state)}:")
        for instruction, symbols in _row(machine, state).items():
            for keys in _keys(symbols):
                lines.append(f"    {keys}: {instruction}")
    return "\n".join(lines) + "\n"


def _row(machine: Machine, state: str) -> dict[str, list[str]]:
    """The instructions of a state, each with the symbols that it is for."""
    row: dict[str, list[str]] = {}
    for symbol in machine.symbols:
        if (state, symbol) in machine.impossible:
            row.setdefault(IMPOSSIBLE, []).append(symbol)
            continue
        transition = machine.transitions[state, symbol]
        if transition != Halt(0):
            row.setdefault(_instruction(state, symbol, transition), []).append(symbol)
    return row


def _instruction(state: str, symbol: str, transition: Step | Halt) -> str:
    if isinstance(transition, Halt):
        return f"{{halt: {transition.output:+d}}}"
    move = _KEY_OF_MOVE[transition.move]
    parts = [] if transition.write == symbol else [f"write: {_scalar(transition.write)}"]
    parts.append(move if transition.to == state else f"{move}: {_scalar(transition.to)}")
    if transition.blocked is not None and transition.move != "stay":
        parts.append(f"wall: {_scalar(transition.blocked)}")
    return parts[0] if parts == [move] else f"{{{', '.join(parts)}}}"


def _order_of_appearance(file: MachineOnTape) -> tuple[str, ...] | None:
    """The symbols in the order in which a reader meets them; None when they must be listed."""
    machine = file.machine
    if any(len(symbol) != 1 for symbol in machine.symbols):
        return None
    seen = dict.fromkeys([machine.blank])
    for state in machine.states:
        for symbols in _row(machine, state).values():
            for symbol in symbols:
                seen[symbol] = None
                transition = machine.transitions.get((state, symbol))
                if isinstance(transition, Step):
                    seen[transition.write] = None
    seen |= dict.fromkeys(machine.bits or ()) | dict.fromkeys(symbols_of(file.input, ()))
    return tuple(seen)


def _keys(symbols: list[str]) -> Iterable[str]:
    """The symbols as keys: alone, or as lists that fit on a line."""
    if len(symbols) == 1:
        return [_scalar(symbols[0])]
    lines: list[list[str]] = [[]]
    for symbol in symbols:
        if len(_list([*lines[-1], symbol])) > _LINE and lines[-1]:
            lines.append([])
        lines[-1].append(symbol)
    return [_list(line) for line in lines]


def _list(names: Iterable[str]) -> str:
    return f"[{', '.join(map(_scalar, names))}]"


def _scalar(text: str) -> str:
    """The text as a YAML scalar on one line, quoted where plain text would be read otherwise."""
    if text.isascii() and text.isdigit() and len(text) == 1:
        return text
    plain = _PLAIN.fullmatch(text)
    # A line break in quotes would fold, unless it is written as an escape.
    style = None if plain else "'" if text.isprintable() else '"'
    dumped = yaml.dump(text, default_style=style, allow_unicode=True, width=float("inf"))
    return str(dumped).removesuffix("\n").removesuffix("\n...")
