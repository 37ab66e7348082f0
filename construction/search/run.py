"""Compiled: a machine with a table that is decided only as far as it has been needed.

A table is ``(4, s g)``: for each pair of state and symbol, ``state * g + symbol``, its **action**, the
symbol to **write**, the **next** state, and the state at a **wall**; -1 is undecided. Action 0 halts with
+1 (bit 0), 1 halts with -1 (bit 1), and 2 to 5 move north, south, east, west. A cell whose symbol is not
decided yet holds ``g`` plus the entry that wrote it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from construction.kernels import inlined_kernel
from construction.search.battery import LAST_BIT

HALTS: Final = 2
MOVES: Final = 4
FIXED_SYMBOLS: Final = 3  #: the bits and the blank; further symbols are alike

#: The rows of a table.
ACTION, WRITE, NEXT, WALL = range(4)
#: What :func:`run` came back for: a part of an entry to decide (its row, above), the end, or to be called again.
WRONG, LOOPS, RIGHT, GOES_ON = range(4, 8)

NO_LIMIT: Final = 2**62  #: of steps
#: Steps of a run on a larger size after which nobody waits for its end: a machine that counts would take 4^25 of them.
LONGEST: Final = 2**12
FIRST_LAP: Final = 2  #: steps before the first configuration is kept for comparison


@inlined_kernel
def load(arrays, at, tapes, first):  # type: ignore[no-untyped-def]
    """Put input ``at`` on the tape that begins at ``tapes[first]``."""
    source = arrays[0]
    for cell in range(arrays[4][at]):
        tapes[first + cell] = source[at, cell]


@inlined_kernel
def following(arrays, at, seen):  # type: ignore[no-untyped-def]
    """The next input after one that is right; those between differ from it in no cell that its run has seen.

    So the same happens on them, and they want the same answer. ``seen`` has a bit for each cell.
    """
    _, _, answers, shapes, _, ones = arrays
    after = at + 1
    while (
        after < answers.size
        and shapes[after] == shapes[at]
        and answers[after] == answers[at]
        and (ones[after] ^ ones[at]) & seen == 0
    ):
        after += 1
    return after


@inlined_kernel
def begin_lap(laps):  # type: ignore[no-untyped-def]
    """No configuration is kept for comparison yet."""
    laps[0], laps[1], laps[2], laps[3] = 0, FIRST_LAP, -1, -1


@inlined_kernel
def run(  # type: ignore[no-untyped-def]
    arrays, g, table, tapes, first, kept, laps, limit, position, state, at, seen
):
    """Run on one input after the other, until a part of the table is needed, to the end, or ``limit`` steps on one.

    The tape begins at ``tapes[first]``; ``seen`` are the cells that the head has been on, as bits. Returns what was
    met and the entry that it is about, then the head's cell, its state, the input's number, and the cells seen.
    That it loops is proved (Brent): the same configuration occurs twice. Steps, the step at which a configuration is
    kept next, and the head's cell and state in the one that is kept, are in ``laps`` when the run goes on.
    """
    _, neighbours, answers, shapes, cells, _ = arrays
    steps, lap = np.int64(laps[0]), np.int64(laps[1])
    kept_position, kept_state = np.int64(laps[2]), np.int64(laps[3])
    last = steps + limit
    stop = min(lap, last)
    while True:
        seen |= np.int64(1) << min(position, LAST_BIT)
        symbol = tapes[first + position]
        if symbol >= g:
            writer = symbol - g
            symbol = table[WRITE, writer]
            if symbol < 0:
                return WRITE, np.int64(writer), position, state, at, seen
            tapes[first + position] = symbol
        entry = state * g + symbol
        action = table[ACTION, entry]
        if action < 0:
            return ACTION, entry, position, state, at, seen
        if action < HALTS:
            if action != answers[at]:
                return WRONG, entry, position, state, at, seen
            at = following(arrays, at, seen)
            if at == answers.size:
                return RIGHT, entry, position, state, at, seen
            load(arrays, at, tapes, first)
            position, state, seen = np.int64(0), np.int64(0), np.int64(0)
            last = limit
            steps, lap, kept_position = np.int64(0), np.int64(FIRST_LAP), np.int64(-1)
            stop = min(lap, last)
            continue
        target = np.int64(neighbours[shapes[at], position, action - HALTS])
        part = NEXT if target >= 0 else WALL
        to = np.int64(table[part, entry])
        if to < 0:
            return part, entry, position, state, at, seen
        written = table[WRITE, entry]
        tapes[first + position] = written if written >= 0 else g + entry
        if target >= 0:
            position = target
        state = to
        steps += 1
        if position == kept_position and state == kept_state:
            # Before it may be time to stop: else a loop of as many steps as a call takes would never be seen.
            same = True
            for cell in range(cells[at]):
                if kept[cell] != tapes[first + cell]:
                    same = False
                    break
            if same:
                return LOOPS, entry, position, state, at, seen
        if steps == stop:
            if steps == lap:
                lap *= 2
                kept_position, kept_state = position, state
                for cell in range(cells[at]):
                    kept[cell] = tapes[first + cell]
            if steps == last:
                laps[0], laps[1], laps[2], laps[3] = steps, lap, kept_position, kept_state
                return GOES_ON, entry, position, state, at, seen
            stop = min(lap, last)
