"""The table of a network's machine, with the codes of its symbols and heads, as a file for Coq."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from proofs_check.lemma1.machine import MachineTable, Transition
from proofs_check.verdict import RefutedError

MOVES: Final = {"N": "North", "S": "South", "E": "East", "W": "West", "stay": "Stay"}


def machine_table(machine: MachineTable, source: str) -> str:
    """The Coq file. ``source`` says, in its first line, what it was made from.

    Raises :class:`~proofs_check.verdict.RefutedError` when a state or symbol has a name from which no
    name in Coq can be made.
    """
    states = {state: f"q_{state}" for state in _states(machine)}
    symbols = {
        symbol: "s_blank" if symbol == machine.blank else f"s_{symbol}"
        for symbol in sorted(machine.symbols, key=lambda symbol: machine.symbols[symbol])
    }
    for name in (*states.values(), *symbols.values()):
        if not name.isascii() or not name.isidentifier():
            raise RefutedError(f"{name!r} is no name in Coq")
    if len({*states.values(), *symbols.values()}) < len(states) + len(symbols):
        raise RefutedError("two symbols would have the same name in Coq")
    transitions = list(machine.transitions.values())
    displacements = _displacements(machine, states)
    zero, one = machine.bits
    return "\n".join(
        [
            f"(** Made by [python -m proofs_check.coq] from {source}: do not edit. *)",
            "",
            "From Coq Require Import List ZArith.",
            "From RCNN Require Import Machine.",
            "Import ListNotations.",
            "Local Open Scope Z_scope.",
            "",
            _inductive("state", states.values()),
            _inductive("symbol", symbols.values()),
            _list("all_states", "state", states.values()),
            _list("all_symbols", "symbol", symbols.values()),
            f"Definition start : state := {states[machine.start]}.",
            f"Definition blank : symbol := {symbols[machine.blank]}.",
            f"Definition bit (b : bool) : symbol := if b then {symbols[one]} else {symbols[zero]}.",
            "",
            "Definition machine : table state symbol := fun q a =>",
            "  match q, a with",
            *(
                f"  | {states[t.state]}, {symbols[t.symbol]} => Some ({_action(t, states, symbols)})"
                for t in transitions
            ),
            *(["  | _, _ => None"] if len(transitions) < len(states) * len(symbols) else []),
            "  end.",
            "",
            "(** The code of a symbol; a head on it adds its state's displacement. *)",
            "Definition symbol_code (a : symbol) : Z :=",
            "  match a with",
            *(f"  | {name} => {machine.symbols[symbol]}" for symbol, name in symbols.items()),
            "  end.",
            "",
            "Definition displacement (q : state) : Z :=",
            "  match q with",
            *(f"  | {name} => {displacements[state]}" for state, name in states.items()),
            "  end.",
            "",
        ]
    )


def _states(machine: MachineTable) -> list[str]:
    """All states, in the order in which the certificate names them."""
    names: list[str] = []
    for each in machine.transitions.values():
        names += [each.state] if each.output is not None else [each.state, each.to, each.blocked]
    return list(dict.fromkeys([*(t.state for t in machine.transitions.values()), *names]))


def _displacements(machine: MachineTable, states: Iterable[str]) -> dict[str, int]:
    """What a head in a state adds to the code of the symbol that it stands on."""
    found: dict[str, int] = {}
    for each in machine.transitions.values():
        added = each.code - machine.symbols[each.symbol]
        if found.setdefault(each.state, added) != added:
            raise RefutedError(
                f"a head in state {each.state!r} adds {found[each.state]} to one symbol's code and "
                f"{added} to another's; it should add the same to all"
            )
    return {state: found.get(state, 0) for state in states}


def _inductive(name: str, constructors: Iterable[str]) -> str:
    return f"Inductive {name} := {' | '.join(constructors)}.\n"


def _list(name: str, kind: str, entries: Iterable[str]) -> str:
    return f"Definition {name} : list {kind} := [{'; '.join(entries)}].\n"


def _action(transition: Transition, states: dict[str, str], symbols: dict[str, str]) -> str:
    if transition.output is not None:
        return f"Halt ({transition.output})"
    return (
        f"Step {symbols[transition.write]} {MOVES[transition.move]} "
        f"{states[transition.to]} {states[transition.blocked]}"
    )
