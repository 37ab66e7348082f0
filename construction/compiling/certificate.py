"""The certificate that goes with a network: what its codes mean, and what its weights should do.

It is plain data, for a checker that does not trust the compiler:

* ``codes``: what every number means, the padding's included;
* ``rule``: the rule as its author wrote it, and in ``chosen`` the sets of codes on which each gate holds
  once the compiler has decided about free codes;
* ``scenes``: what every cell holds in every layer (:mod:`construction.rules.scenes`);
* ``machine``: the machine that the rule comes from, if there is one;
* ``claims``: what the program computes, its layers, its rows of memory, its dummy example and its steps, and what it learns for one ``d``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from construction.compiling.free_codes import with_chosen_codes
from construction.machines.machine import Halt, Machine
from construction.rules.machine_rule import MachineCodes
from construction.rules.patch import Position
from construction.rules.rule import Gate, LocalRule
from construction.rules.scenes import Scene
from construction.rules.tables import Table

CERTIFICATE_VERSION: Final = 2


def certificate(
    rule: LocalRule,
    scenes: Mapping[str, Scene] | None = None,
    claims: Mapping[str, Any] | None = None,
    machine: Machine | None = None,
) -> dict[str, Any]:
    """The certificate of the network that :func:`~construction.compiling.compiler.compile_rule` makes.

    Without scenes and claims it holds the rule alone.
    """
    chosen = with_chosen_codes(rule).gates
    data: dict[str, Any] = {
        "version": CERTIFICATE_VERSION,
        "program": rule.name,
        "padding": rule.codes.padding,
        "codes": [
            {"code": number, "kind": code.kind, "fields": dict(code.fields)}
            for number, code in rule.codes.meanings.items()
        ],
        "rule": {
            "tables": {position: _table(table) for position, table in rule.tables.items()},
            "gates": [_gate(*both, rule) for both in zip(rule.gates, chosen, strict=True)],
            "readout": _table(rule.readout),
        },
        "scenes": {name: scene.data for name, scene in (scenes or {}).items()},
        "claims": dict(claims) if claims else None,
    }
    if machine is not None:
        data["machine"] = _machine(machine, rule)
    return data


def _table(table: Table) -> dict[str, list[list[int | str]]]:
    return {
        what: [[code, entry if isinstance(entry, int) else str(entry)] for code, entry in entries]
        for what, entries in (("values", table.values.items()), ("slopes", table.slopes.items()))
    }


def _gate(gate: Gate, chosen: Gate, rule: LocalRule) -> dict[str, Any]:
    def holds(position: Position) -> list[int]:
        codes = rule.codes.at(position)
        return [code for code in codes if not chosen.excluded(position, [code])]

    conditions = sorted({*gate.when, *gate.unless})
    return {
        "name": gate.name,
        "when": {position: sorted(codes) for position, codes in gate.when.items()},
        "unless": {position: sorted(codes) for position, codes in gate.unless.items()},
        "chosen": {position: holds(position) for position in conditions},
        "position": gate.position,
        "amount": _table(gate.amount) if isinstance(gate.amount, Table) else gate.amount,
    }


def _machine(machine: Machine, rule: LocalRule) -> dict[str, Any]:
    codes, number = MachineCodes(machine), rule.codes.numbers
    transitions = []
    for state, symbol in machine.pairs:
        transition = machine.transitions[state, symbol]
        entry = {"state": state, "symbol": symbol, "code": number[codes.head(state, symbol)]}
        if isinstance(transition, Halt):
            entry["output"] = transition.output
        else:
            entry["write"], entry["move"] = transition.write, transition.move
            entry["to"], entry["blocked"] = transition.to, transition.if_blocked
        transitions.append(entry)
    return {
        "start": machine.start,
        "blank": machine.blank,
        "bits": list(machine.bits or ()),
        "symbols": {symbol: number[codes.symbol(symbol)] for symbol in machine.symbols},
        "transitions": transitions,
    }
