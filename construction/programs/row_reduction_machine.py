"""Row reduction as a two-dimensional machine.

The tape holds a data bit, a label bit or a blank in each cell; the last row is the test example
with label bit 0, and the column to the right of the labels is blank. The machine goes through the
columns from left to right. In a column it does what a person does on paper:

1. *find*: go down from the top to the first 1 and blank out the zeros on the way. That row is the
   pivot; its cell becomes ``P``. (If the first 1 is in the last row, there is no pivot: the test
   example is never one.)
2. *flag*: go on down. A row with a 1 in this column needs the pivot row added to it: its cell
   becomes the flag ``x``. The other cells of the column are blanked out.
3. *rise*: come back up and move every flag one column to the right, onto the bit there (``f0`` and
   ``f1`` are a flagged 0 and 1), until the pivot row's ``P``; blank it out.
4. *read* the pivot row's next bit, put ``P`` in its place, and go *down*: with bit 1, every flagged
   bit is flipped. Then *rise* again; and so on through the label column.
5. When the pivot row is used up, it is blank, so it is never seen again. Go down to the test row
   (*south*) and *west* along it to the columns that are blank already; *peek* and *check* whether
   the column next to them is the label column. If so, the test row's label is the *answer*; if not,
   go back to the *top* of that column.

The test row is treated like every row below a pivot, so in the end its features are 0 but for free
columns, and its label is the sum of the labels of the rows that were added: the prediction of the
solution whose free variables are 0.
"""

from __future__ import annotations

from typing import Final

from construction.machines.machine import Halt, Machine, Step, Transition
from construction.programs.layouts import bundled_layout
from construction.programs.program import Program, machine_program
from construction.programs.row_reduction import row_reduction_meaning

# state, symbols, symbol to write ("=": leave), move, next state, state at a wall
_TABLE: Final = """
find    _ 0      _    S  find    west
find    1        P    S  flag    west
flag    _ 0      _    S  flag    rise
flag    1        x    S  flag    rise
rise    _ 0 1    =    N  rise    -
rise    f0       0    E  mark    -
rise    f1       1    E  mark    -
rise    x        _    E  mark    -
rise    P        _    E  read    -
mark    0        f0   W  rise    -
mark    1        f1   W  rise    -
mark    _        _    W  rise    -
read    0        P    S  down0   -
read    1        P    S  down1   -
read    _        _    W  south   -
down0   _ 0 1    =    S  down0   rise
down0   f0 f1    =    S  down0   rise
down1   _ 0 1    =    S  down1   rise
down1   f0       f1   S  down1   rise
down1   f1       f0   S  down1   rise
south   _ 0 1    =    S  south   west
west    0 1      =    W  west    -
west    _ P      _    E  peek    -
peek    0 1      =    E  check   -
check   _        _    W  answer  -
check   0 1      =    W  top     -
top     _ 0 1    =    N  top     find
"""

_STATES: Final = (
    "answer", "read", "down1", "down0", "south", "find", "flag",
    "top", "rise", "west", "peek", "mark", "check",
)  # fmt: skip
_SYMBOLS: Final = ("0", "1", "f1", "f0", "x", "_", "P")


def row_reduction_machine() -> Machine:
    """The machine. Every pair of state and symbol that its table leaves out is impossible."""
    transitions: dict[tuple[str, str], Transition] = {
        ("answer", "0"): Halt(+1),
        ("answer", "1"): Halt(-1),
    }
    for line in _TABLE.strip().splitlines():
        state, *symbols, write, move, to, blocked = line.split()
        for symbol in symbols:
            transitions[state, symbol] = Step(
                symbol if write == "=" else write,
                move,  # type: ignore[arg-type]
                to,
                None if blocked == "-" else blocked,
            )
    every_pair = {(state, symbol) for state in _STATES for symbol in _SYMBOLS}
    return Machine(
        name="row-reduction-machine",
        states=_STATES,
        symbols=_SYMBOLS,
        start="find",
        blank="_",
        transitions=transitions,
        impossible=frozenset(every_pair - transitions.keys()),
        bits=("0", "1"),
    )


#: A bound on :func:`worst_case_steps` as a formula, for the machine in a file.
STEP_BOUND: Final = "d * ((d + 1) * (4 * m + 2) + 3 * m + d + 7)"


def worst_case_steps(examples: int, features: int) -> int:
    """The most steps that the machine takes on ``m`` examples with ``d`` features.

    Attained when column ``c`` finds its pivot in row ``c`` and every row below needs it added.
    """
    rows = examples + 1
    steps = 0
    for column in range(1, features + 1):
        pivot = column if column <= examples else None
        if pivot is None:
            steps += rows  # find, down to the wall
        else:
            below = rows - pivot
            sweep = 2 * below + 2 * below + 2  # down; up, and over and back in each row; P
            steps += pivot + sweep - 1  # find, and the column's own sweep
            steps += (features + 1 - column) * sweep  # the columns to its right
            steps += 1 + below + 1  # read a blank, go south
            steps += features + 1 - column  # west
        steps += 3  # a step east, peek, check
        if column < features:
            steps += rows  # top
    return steps


def row_reduction_machine_program() -> Program:
    """Row reduction as a machine, compiled to a rule."""
    return machine_program(
        row_reduction_machine(),
        worst_case_steps,
        layout=bundled_layout("row-reduction-machine"),
        summary="row reduction by a machine with one head that walks over the data",
        meaning=row_reduction_meaning,
        computes="row reduction",
    )
