"""The busy-beaver community's standard text format, like ``1RB1LA_1LA1RZ``.

The states ``A``, ``B``, ... are separated by underscores; for each symbol ``0``, ``1``, ... there are three
characters: the symbol to write, the move (``L`` or ``R``) and the next state. ``---`` stands for a pair
on which the machine halts without a step. A state that is not listed, usually ``Z`` or ``H``, is a
halting state: the step that leads there is still done.
"""

from __future__ import annotations

import re
import string
from typing import Final

from construction.formats.text import FormatError, Source
from construction.machines.machine import Direction, Halt, Machine, Pair, Step, Transition
from construction.machines.on_tape import MachineOnTape

UNDEFINED: Final = "---"
MOVES: Final[dict[str, Direction]] = {"L": "W", "R": "E"}
_LIKE_ONE: Final = re.compile(r"[0-9A-Z-]+(_[0-9A-Z-]+)+|([0-9][LR][A-Z]|---)+")


def is_busy_beaver(text: str) -> bool:
    """Does the text look like the format? It may still be no machine."""
    return _LIKE_ONE.fullmatch(text) is not None


def read_busy_beaver(text: str) -> MachineOnTape:
    """The machine that the text describes, on a blank tape.

    Raises :class:`~construction.formats.text.FormatError` when it describes none.
    """
    source = Source(text, f"machine {text!r}")
    rows = text.split("_")
    symbols = tuple(string.digits[: len(rows[0]) // 3])
    states = tuple(string.ascii_uppercase[: len(rows)])
    if len(rows) > len(string.ascii_uppercase):
        start = len("_".join(rows[: len(string.ascii_uppercase)])) + 1
        raise FormatError(source.at(0, start), "this is state number 27", "states are A to Z")
    if not symbols:
        raise FormatError(source.at(0, 0), "a state has no transition", "write one like 1RB")
    transitions: dict[Pair, Transition] = {}
    start = 0
    for state, row in zip(states, rows, strict=True):
        if len(row) != 3 * len(symbols):
            raise FormatError(
                source.at(0, start),
                f"state {state} has {len(row)} characters",
                f"it should have {3 * len(symbols)}, three for each of {len(symbols)} symbols",
            )
        for index, symbol in enumerate(symbols):
            place = start + 3 * index
            transitions[state, symbol] = _transition(
                source, place, row[3 * index : 3 * index + 3], symbols
            )
        start += len(row) + 1
    targets = {each.to for each in transitions.values() if isinstance(each, Step)}
    halting = tuple(sorted(targets - set(states)))
    transitions |= {(state, symbol): Halt(0) for state in halting for symbol in symbols}
    return MachineOnTape(Machine(text, (*states, *halting), symbols, "A", "0", transitions))


def _transition(source: Source, place: int, text: str, symbols: tuple[str, ...]) -> Transition:
    if text == UNDEFINED:
        return Halt(0)
    expected = (
        (symbols, f"the symbol to write should be one of {', '.join(symbols)}"),
        (MOVES, "the move should be L or R"),
        (string.ascii_uppercase, "the next state should be a letter from A to Z"),
    )
    for offset, (known, correction) in enumerate(expected):
        if text[offset] not in known:
            where = source.at(0, place + offset)
            raise FormatError(where, f"{text[offset]!r} in the transition {text!r}", correction)
    return Step(text[0], MOVES[text[1]], text[2])
