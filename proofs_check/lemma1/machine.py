"""One layer = one step of the machine, on every patch that a tape with one head can show.

The next code of a cell depends on the cell and its neighbours. Whatever the size of the tape, a patch
shows a symbol or the wall in each position, and the head in at most one of them. All of these are
listed. So if a grid shows a configuration of the machine, the next layer shows the next one: the
cell where the head was, the cell where it is now, and every other cell are centres of such patches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from construction.rules.patch import OFFSETS, POSITIONS
from proofs_check.lemma1.data_sets import SMALL_SIZES, data_sets
from proofs_check.lemma1.machine_runs import LONG, STAY, End, end_of_run, of_covered_runs
from proofs_check.patterns.codes import CodeBook
from proofs_check.patterns.expressions import parse
from proofs_check.patterns.given import LABEL_COLUMN, LAST_ROW, WORK_CODE, WORK_COLUMNS
from proofs_check.patterns.linear import variable
from proofs_check.patterns.scene import Layer0
from proofs_check.plain_data import Place
from proofs_check.statement import Found, about_networks
from proofs_check.verdict import RefutedError
from proofs_check.weights.free_codes import check_decided
from proofs_check.weights.tables import CENTRE, Integers, UnitTables

if TYPE_CHECKING:
    from proofs_check.certificate import Gate
    from proofs_check.subject import Subject
    from proofs_check.weights.head import HeadTable

IMPOSSIBLE = -(2**31)  #: stands for a head in a pair that the machine does not have
MOST_PATCHES = 2**25  #: that the steps of a machine show; 12 states on 12 symbols have 19.6 million
TOGETHER = 2**18  #: patches that are listed together


@dataclass(frozen=True)
class Transition:
    """What a head in ``state`` on ``symbol`` does; it halts if ``output`` is not None."""

    state: str
    symbol: str
    code: int
    write: str = ""
    move: str = STAY
    to: str = ""
    blocked: str = ""
    output: int | None = None


@dataclass(frozen=True)
class MachineTable:
    """The machine of a certificate, with the codes of its symbols and heads."""

    start: str
    blank: str
    bits: tuple[str, str]
    symbols: Mapping[str, int]
    transitions: Mapping[tuple[str, str], Transition]

    @property
    def states(self) -> frozenset[str]:
        return frozenset(state for state, _ in self.transitions)

    @property
    def codes(self) -> tuple[int, ...]:
        """The codes of all symbols and heads."""
        return *self.symbols.values(), *(head.code for head in self.transitions.values())

    @property
    def start_codes(self) -> tuple[int, int]:
        """The codes of a new head on a bit 0 and on a bit 1."""
        zero, one = (self.transitions[self.start, bit].code for bit in self.bits)
        return zero, one


def read_machine(place: Place, book: CodeBook) -> MachineTable:
    """The machine in a certificate; its codes are those that the code book has for it.

    Raises :class:`~proofs_check.verdict.RefutedError` when it is none, or contradicts itself.
    """
    place.mapping(("start", "blank", "bits", "symbols", "transitions"))
    bits = [each.word() for each in place["bits"]]
    symbols = {name: each.integer() for name, each in place["symbols"].items()}
    transitions: dict[tuple[str, str], Transition] = {}
    for each in place["transitions"]:
        transition = _transition(each, symbols)
        key = transition.state, transition.symbol
        if key in transitions:
            raise each.fail(f"the only transition of {key}")
        if transition.code != book.number("head", {"state": key[0], "symbol": key[1]}):
            raise each["code"].fail("the code of that head")
        transitions[key] = transition
    if len(bits) != 2 or bits[0] == bits[1]:
        raise place["bits"].fail("two different symbols")
    blank, start = place["blank"].word(), place["start"].word()
    for symbol, code in symbols.items():
        known = WORK_CODE if symbol == blank else book.number("symbol", {"symbol": symbol})
        if code != known:
            raise place["symbols"][symbol].fail(f"the code of that symbol, {known}")
    for bit in bits:
        if bit not in symbols or (start, bit) not in transitions:
            raise place["start"].fail(f"a state with a transition on the bit {bit!r}")
    if blank not in symbols:
        raise place["blank"].fail("one of the symbols")
    return MachineTable(start, blank, (bits[0], bits[1]), symbols, transitions)


def _transition(place: Place, symbols: Mapping[str, int]) -> Transition:
    state, symbol, code = place["state"].word(), place["symbol"].word(), place["code"].integer()
    if "output" in place.mapping():
        place.mapping(("state", "symbol", "code", "output"))
        return Transition(state, symbol, code, output=place["output"].integer())
    place.mapping(("state", "symbol", "code", "write", "move", "to", "blocked"))
    words = {name: place[name].word() for name in ("write", "move", "to", "blocked")}
    if words["move"] not in ("N", "S", "E", "W", STAY):
        raise place["move"].fail("N, S, E, W or stay")
    for name, word in (("symbol", symbol), ("write", words["write"])):
        if word not in symbols:
            raise place[name].fail("one of the symbols")
    return Transition(
        state, symbol, code, words["write"], words["move"], words["to"], words["blocked"]
    )


def tape(machine: MachineTable, book: CodeBook) -> tuple[Layer0, ...]:
    """What the grid must show when the machine starts: the data, and the head in the top-left cell."""
    a, b = variable("a"), variable("b")
    corner = (a * -1 + 1, b * -1 + 1)
    signs = (((), "x[a, b]"), (LABEL_COLUMN, "y[a]"), (LAST_ROW, "z[b]"))
    zero, one = (machine.symbols[bit] for bit in machine.bits)
    at_zero, at_one = machine.start_codes
    shown = [
        *((where, f"{zero} if {sign} == 1 else {one}") for where, sign in signs),
        *(((*where, *corner), f"{at_zero} if {sign} == 1 else {at_one}") for where, sign in signs),
        (WORK_COLUMNS, str(WORK_CODE)),
    ]
    return tuple(Layer0(where, parse(text, "the tape")) for where, text in shown)


def patches_of_steps(
    machine: MachineTable, tables: UnitTables
) -> Iterator[tuple[Integers, Integers]]:
    """:func:`patches` of the positions that a network reads."""
    return patches(machine, tables.positions, tables)


def patches(
    machine: MachineTable, positions: tuple[int, ...], tables: UnitTables
) -> Iterator[tuple[Integers, Integers]]:
    """All patches with at most one head, and the codes that should follow.

    Listed is every position that the network reads, and every one that the machine's moves lead to
    or come from, whether the network reads it or not. Left out are patches after which the head is in a pair that the machine does not have: it is
    never there, if the machine is right about what cannot happen.
    """
    symbols = list(machine.symbols.values())
    moves = {t.move for t in machine.transitions.values() if t.output is None and t.move != STAY}
    ahead = {POSITIONS.index(move) for move in moves}
    behind = {8 - position for position in ahead}  # opposite in the patch
    positions = tuple(sorted({*positions, *ahead, *behind, CENTRE}))
    columns = {p: symbols if p == CENTRE else [*symbols, tables.padding] for p in positions}
    _check_count(len(machine.transitions), [len(column) for column in columns.values()])
    for place in (None, *positions):
        heads = [None] if place is None else list(machine.transitions.values())
        for head in heads:
            shown = columns if head is None or place is None else {**columns, place: [head.code]}
            each = product(*shown.values())
            while listed := list(islice(each, TOGETHER)):
                whole = np.zeros((len(listed), 9), dtype=np.int64)
                for position in range(9):
                    whole[:, position] = tables.at(position)[
                        0
                    ]  # what no unit reads does not matter
                whole[:, list(positions)] = listed
                expected = _expected(machine, whole, place, head, tables.padding)
                keep = expected != IMPOSSIBLE
                yield whole[keep], expected[keep]


def _check_count(heads: int, shown: Sequence[int]) -> None:
    """Raises :class:`~proofs_check.verdict.RefutedError` when there are more patches than can be listed.

    ``shown`` are the symbols, and the wall, that each position can show.
    """
    alone = prod(shown)
    count = alone + sum(heads * alone // each for each in shown)
    if count > MOST_PATCHES:
        raise RefutedError(
            f"the steps of the machine show {count} patches; the checker lists at most {MOST_PATCHES}"
        )


def _expected(
    machine: MachineTable,
    whole: Integers,
    place: int | None,
    head: Transition | None,
    padding: int,
) -> Integers:
    """The centre's next code, by the machine's table."""
    centre = whole[:, CENTRE].copy()
    if head is None or place is None or head.output is not None:
        return centre
    if place == CENTRE:
        if head.move == STAY:
            return np.full(len(centre), _head_code(machine, head.to, head.write))
        blocked = whole[:, POSITIONS.index(head.move)] == padding
        at_wall = _head_code(machine, head.blocked, head.write)
        return np.where(blocked, at_wall, machine.symbols[head.write])
    if head.move == STAY or OFFSETS[POSITIONS[place]] != _back(head.move):
        return centre
    arriving = {
        code: _head_code(machine, head.to, symbol) for symbol, code in machine.symbols.items()
    }
    return np.array([arriving[int(code)] for code in centre], dtype=np.int64)


def _back(move: str) -> tuple[int, int]:
    """Where a head that makes this move comes from, as seen from where it goes."""
    down, right = OFFSETS[move]  # type: ignore[index]
    return -down, -right


def _head_code(machine: MachineTable, state: str, symbol: str) -> int:
    transition = machine.transitions.get((state, symbol))
    return IMPOSSIBLE if transition is None else transition.code


@about_networks(
    "Lemma 1, machine = rule",
    lambda subject: of_covered_runs(
        "from the head's birth on, a layer is a step of the machine", subject
    ),
    "all sizes, exact",
    lambda subject: subject.has_machine,
)
def machine_is_rule(subject: Subject) -> Found:
    """Every patch with at most one head; and only a halting head has an output. A scene ends with the head's birth."""
    machine = subject.machine
    count = subject.machine_steps
    subject.check_prediction()
    return Found(
        f"{len(machine.transitions)} transitions, {len(machine.codes)} codes, {count} patches "
        f"with at most one head",
        {"states": str(len(machine.states)), "symbols": str(len(machine.symbols))},
    )


def check_steps(
    machine: MachineTable, tables: UnitTables, head: HeadTable, gates: Sequence[Gate]
) -> int:
    """A layer is a step of the machine, and only a halting head has an output; on how many patches.

    Raises :class:`~proofs_check.verdict.RefutedError` when it is another, stands at a kink, or the rule's ``gates``
    leave it open.
    """
    if len(set(machine.codes)) < len(machine.codes):
        raise RefutedError("two symbols or heads of the machine share a code")
    outputs = dict.fromkeys(machine.symbols.values(), 0)
    outputs |= {t.code: t.output or 0 for t in machine.transitions.values()}
    for code, output in outputs.items():
        if head.value(code) != output:
            raise RefutedError(f"the head gives code {code} another output than {output}")
    count = 0
    for whole, expected in patches_of_steps(machine, tables):
        inputs = tables.inputs(whole)
        wrong = tables.outputs(inputs) != expected * tables.scale
        wrong |= tables.at_kink(whole, inputs)
        if wrong.any():
            index = int(np.flatnonzero(wrong)[0])
            shown = dict(zip(POSITIONS, whole[index].tolist(), strict=True))
            got = int(tables.outputs(inputs[index : index + 1])[0])
            raise RefutedError(
                f"on the patch {shown} the network gives {got}/{tables.scale}; a step of the machine "
                f"gives {int(expected[index])}"
            )
        check_decided(gates, whole)
        count += len(whole)
    return count


def runs_that_are_covered(
    machine: MachineTable,
    work: int,
    steps: Mapping[tuple[int, int], int] | None,
    room: Mapping[tuple[int, int], int] | None = None,
) -> str:
    """How many of the runs on small data sets do not halt, in words: nothing is said of their output.

    Some come to a pair that the machine does not have, others are left after :data:`LONG` steps for each cell. ``steps``
    are bounds that are claimed for some sizes, ``room`` work columns in place of ``work``. Raises
    :class:`~proofs_check.verdict.RefutedError` if a run takes more, and if none halts: nothing is proved of such a machine.
    """
    ends = Counter(
        end_of_run(machine, rows, (room or {}).get((m, d), work), (steps or {}).get((m, d)))
        for m, d in SMALL_SIZES
        for rows in data_sets(m, d)
    )
    runs = ends.total()
    ways = {
        End.LEFT_OUT: "come to a pair that it leaves out",
        End.RUNNING: f"do not halt in {LONG} steps for each cell",
    }
    others = [f"{ends[end]} of {runs} runs {way}" for end, way in ways.items() if ends[end]]
    if not ends[End.HALTED]:
        raise RefutedError(
            f"no run of the machine on small data sets halts, so nothing is said of its output: {', '.join(others)}"
        )
    return f"; on small sizes {', '.join(others)}" if others else ""
