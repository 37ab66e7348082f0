"""Compiled: a machine with a table that is decided only as far as it has been needed.

A table is ``(4, s g)``: for each pair of state and symbol, ``state * g + symbol``, its **action**, the
symbol to **write**, the **next** state, and the state at a **wall**; -1 is undecided. Action 0 halts with
+1 (bit 0), 1 halts with -1 (bit 1), and 2 to 5 move north, south, east, west. A cell whose symbol is not
decided yet holds ``g`` plus the entry that wrote it.
"""

from __future__ import annotations

from typing import Final

from construction.kernels import kernel

HALTS: Final = 2
MOVES: Final = 4
FIXED_SYMBOLS: Final = 3  #: the bits and the blank; further symbols are alike

#: The rows of a table.
ACTION, WRITE, NEXT, WALL = range(4)
#: What :func:`run` came back for: a part of an entry to decide (its row, above), or the end.
WRONG, LOOPS, RIGHT = range(4, 7)

FIRST_LAP: Final = 4  #: steps before the first configuration is kept for comparison


@kernel
def load(arrays, at, tape, where):  # type: ignore[no-untyped-def]
    """Put input ``at`` on the tape and the head on its first cell, in state 0."""
    source = arrays[0]
    for cell in range(arrays[4][at]):
        tape[cell] = source[at, cell]
    where[0] = 0
    where[1] = 0
    where[2] = at


@kernel
def run(arrays, g, table, tape, kept, where):  # type: ignore[no-untyped-def]
    """Run on one input after the other, until a part of the table is needed, or to the end.

    ``where`` is the head's cell, its state, and the input's number. Returns what was met and the entry
    that it is about. That it loops is proved (Brent): the same configuration occurs twice.
    """
    _, neighbours, answers, shapes, cells = arrays
    position, state, at = where[0], where[1], where[2]
    steps, lap = 0, FIRST_LAP
    kept_position, kept_state = -1, -1
    while True:
        symbol = tape[position]
        if symbol >= g:
            writer = symbol - g
            symbol = table[WRITE, writer]
            if symbol < 0:
                where[0], where[1], where[2] = position, state, at
                return WRITE, writer
            tape[position] = symbol
        entry = state * g + symbol
        action = table[ACTION, entry]
        if action < 0:
            where[0], where[1], where[2] = position, state, at
            return ACTION, entry
        if action < HALTS:
            if action != answers[at]:
                where[2] = at
                return WRONG, entry
            if at + 1 == answers.size:
                where[2] = at + 1
                return RIGHT, entry
            load(arrays, at + 1, tape, where)
            position, state, at = where[0], where[1], where[2]
            steps, lap, kept_position = 0, FIRST_LAP, -1
            continue
        target = neighbours[shapes[at], position, action - HALTS]
        part = NEXT if target >= 0 else WALL
        to = table[part, entry]
        if to < 0:
            where[0], where[1], where[2] = position, state, at
            return part, entry
        written = table[WRITE, entry]
        tape[position] = written if written >= 0 else g + entry
        if target >= 0:
            position = target
        state = to
        steps += 1
        if steps == lap:
            lap *= 2
            kept_position, kept_state = position, state
            for cell in range(cells[at]):
                kept[cell] = tape[cell]
        elif position == kept_position and state == kept_state:
            same = True
            for cell in range(cells[at]):
                if kept[cell] != tape[cell]:
                    same = False
                    break
            if same:
                where[2] = at
                return LOOPS, entry
