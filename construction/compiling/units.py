"""Gates as second-layer units: each unit is the ReLU of a sum of tables, one for each position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from construction.rules.patch import Position
from construction.rules.rule import Alphabet, Gate, LocalRule
from construction.rules.tables import Number, Table


@dataclass(frozen=True)
class Unit:
    """``outgoing * relu(sum over positions of tables[p](code at p) + bias)``."""

    name: str
    tables: Mapping[Position, Table]
    bias: Number
    outgoing: int


def linear_unit(rule: LocalRule) -> tuple[Unit, int]:
    """The rule's tables as one unit that is always on, and the shift that keeps it so.

    The unit's input is the sum of the rule's tables plus the shift, at least 1 on every patch.
    """
    least = sum(
        min(table.value(code) for code in rule.codes.at(position))
        for position, table in rule.tables.items()
    )
    shift = 1 - int(least)
    return Unit("the tables of all positions", rule.tables, shift, 1), shift


def gate_units(gate: Gate, codes: Alphabet) -> Iterator[Unit]:
    """A gate as one unit; two when its amount takes both signs."""
    excluded = {p: gate.excluded(p, codes.at(p)) for p in gate.when.keys() | gate.unless.keys()}
    if not isinstance(gate.amount, Table):
        tables = {position: Table.constant_on(never, -2) for position, never in excluded.items()}
        yield Unit(gate.name, tables, 1, gate.amount)
        return
    never = excluded.pop(gate.position, frozenset())
    for sign, mark in ((1, "+"), (-1, "-")):
        amounts = {
            code: sign * value for code, value in gate.amount.values.items() if sign * value > 0
        }
        if not amounts:
            continue
        penalty = 1 + max(amounts.values())
        tables = {p: Table.constant_on(codes_, -penalty) for p, codes_ in excluded.items()}
        tables[gate.position] = Table(
            {
                code: -1 if code in never else amounts.get(code, -1)
                for code in codes.at(gate.position)
            },
            {
                code: sign * slope
                for code, slope in gate.amount.slopes.items()
                if code in amounts and code not in never
            },
        )
        name = gate.name if len(amounts) == len(gate.amount.values) else f"{gate.name} ({mark})"
        yield Unit(name, tables, 0, sign)
