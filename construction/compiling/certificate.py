"""The certificate that goes with a network: what its codes mean and what its weights should do.

It is plain data, for a checker that does not trust the compiler: the local rule, written out, and
the program's schedule (:mod:`construction.rules.schedule`).
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from construction.compiling.free_codes import with_chosen_codes
from construction.rules.rule import Gate, LocalRule
from construction.rules.tables import Table

CERTIFICATE_VERSION: Final = 1


def certificate(
    rule: LocalRule,
    schedule: Mapping[str, Any] | None = None,
    claims: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The certificate of the network that :func:`~construction.compiling.compiler.compile_rule` makes.

    ``schedule`` is the program's; without it the certificate holds the rule alone. ``claims`` is what
    is said of the program as a whole (:attr:`construction.programs.program.Program.claims`).
    """
    rule = with_chosen_codes(rule)
    return {
        "version": CERTIFICATE_VERSION,
        "program": rule.name,
        "padding": rule.codes.padding,
        "rule": {
            "tables": {position: _table(table) for position, table in rule.tables.items()},
            "gates": [_gate(each, rule) for each in rule.gates],
            "readout": _table(rule.readout),
        },
        # A copy: a program is kept, and its certificate may be changed.
        "schedule": deepcopy(dict(schedule or {})),
        "claims": dict(claims or {}),
    }


def _table(table: Table) -> dict[str, list[list[int | str]]]:
    return {
        what: [[code, entry if isinstance(entry, int) else str(entry)] for code, entry in entries]
        for what, entries in (("values", table.values.items()), ("slopes", table.slopes.items()))
    }


def _gate(gate: Gate, rule: LocalRule) -> dict[str, Any]:
    conditions = {*gate.when, *gate.unless}
    return {
        "name": gate.name,
        "when": {
            position: [
                code
                for code in rule.codes.at(position)
                if code not in gate.excluded(position, [code])
            ]
            for position in sorted(conditions)
        },
        "position": gate.position,
        "amount": _table(gate.amount) if isinstance(gate.amount, Table) else gate.amount,
    }
