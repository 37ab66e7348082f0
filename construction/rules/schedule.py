"""What the codes mean, layer by layer, as plain data: the part of a certificate that a program adds.

A time is a linear form in ``m``, ``d`` and the cell's row ``a`` and column ``b``, both counted from 1,
written as its coefficients, ``"1"`` being the constant: ``{"d": 1, "b": -1, "1": 2}`` is ``d + 2 - b``.
Layer 0 is the network's input.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any, Final

from construction.machines.machine import Halt, Machine
from construction.rules.codes import MINUS, PLUS, SIGNS, Code
from construction.rules.machine_rule import MachineCodes
from construction.rules.memory_protocol import HELD, MASKED, UNMASKING

SHOWN: Final = {MINUS: "-", PLUS: "+"}

Form = dict[str, int]

WEST: Final[Form] = {"d": 1, "b": -1, "1": 2}  #: the layer in which the west wave passes
NORTH: Final[Form] = {"d": 1, "b": -1, "m": 1, "a": -1, "1": 3}  #: and the north wave
START: Final[Form] = {"m": 1, "d": 1, "1": 2}  #: the layer in which the program starts


def plus(*forms: Form) -> Form:
    """The sum of linear forms, without zeros."""
    total: Form = {}
    for form in forms:
        for name, coefficient in form.items():
            total[name] = total.get(name, 0) + coefficient
    return {name: coefficient for name, coefficient in total.items() if coefficient}


def unmasking_stages(number: Mapping[Code, int], bits: tuple[Code, Code]) -> list[dict[str, Any]]:
    """The stages of a cell of the memory until it shows its bit, in the order of time.

    A cell is in the last of them that has begun. ``codes`` goes by three signs: the cell's sign, the
    row's label and the column's bit of the test example. A cell's sign is what it shows in layer 0,
    but +1 in the label column and in the last row.
    """
    stages: list[tuple[str, Form, dict[str, int]]] = [
        ("masked", WEST, {}),
        ("held", plus(WEST, {"1": 1}), {}),
        ("unmasking", NORTH, {}),
        ("bit", plus(NORTH, {"1": 1}), {}),
    ]
    for r, y, x in product(SIGNS, repeat=3):
        codes = (
            MASKED(r, y),
            HELD(r * y),
            UNMASKING(r * y, x),
            bits[0 if r * y * x == PLUS else 1],
        )
        for stage, code in zip(stages, codes, strict=True):
            stage[2]["".join(SHOWN[sign] for sign in (r, y, x))] = number[code]
    return [{"stage": name, "from": form, "codes": codes} for name, form, codes in stages]


def storing_schedule(stages: list[dict[str, Any]], *, label_is_sign: bool) -> dict[str, Any]:
    """The schedule of a program that unmasks in a way of its own, or not at all: only its beginning.

    ``stages`` are those that a cell goes through while SGD still writes rows below it. In the label
    column a cell's own sign is its label, if ``label_is_sign``; otherwise it counts as +1.
    """
    return {"storing": {"stages": stages, "label is sign": label_is_sign}}


def machine_schedule(machine: Machine, number: Mapping[Code, int]) -> dict[str, Any]:
    """The schedule of a learning machine: unmasking, then the machine's own steps."""
    codes = MachineCodes(machine)
    transitions = []
    for state, symbol in machine.pairs:
        transition = machine.transitions[state, symbol]
        entry: dict[str, Any] = {
            "state": state,
            "symbol": symbol,
            "code": number[codes.head(state, symbol)],
        }
        if isinstance(transition, Halt):
            entry["output"] = transition.output
        else:
            entry |= {
                "write": transition.write,
                "move": transition.move,
                "to": transition.to,
                "blocked": transition.if_blocked,
            }
        transitions.append(entry)
    assert machine.bits is not None
    zero, one = (codes.symbol(bit) for bit in machine.bits)
    return {
        "unmasking": unmasking_stages(number, (zero, one)),
        "start": START,
        "depth": plus(START, {"t": 1}),
        "machine": {
            "start": machine.start,
            "blank": machine.blank,
            "bits": list(machine.bits),
            "symbols": {
                symbol: number[codes.symbol(symbol)] for symbol in (machine.blank, *machine.symbols)
            },
            "transitions": transitions,
        },
    }
