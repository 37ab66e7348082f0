"""Random machines, local rules, grids and data sets, for every test that wants one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, cast

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from construction.machines.machine import MOVES, Direction, Halt, Machine, Pair, Step, Transition
from construction.rules.codes import Code
from construction.rules.patch import POSITIONS, Position
from construction.rules.rule import Alphabet, Gate, LocalRule
from construction.rules.tables import Number, Table
from construction.training.memory import expected_memory, memory_grid, with_one

Integers = npt.NDArray[np.int64]

SLOPES: Final = (-1, 0, 1)


# --- Machines ------------------------------------------------------------------------------------


def reachable_pairs(machine: Machine) -> frozenset[Pair]:
    """The pairs that can occur on a tape of bits and blanks, or a few more (never fewer)."""
    states = {machine.start}
    symbols = {machine.blank, *(machine.bits or machine.symbols)}
    while True:
        pairs = {(q, a) for q in states for a in symbols}
        steps = [t for pair in pairs if isinstance(t := machine.transitions[pair], Step)]
        new_states = states.union(*({step.to, step.if_blocked} for step in steps))
        new_symbols = symbols.union(step.write for step in steps)
        if (new_states, new_symbols) == (states, symbols):
            return frozenset(pairs)
        states, symbols = new_states, new_symbols


@st.composite
def machines(
    draw: DrawFn,
    *,
    max_states: int = 4,
    max_symbols: int = 5,
    partial: bool | None = None,
    moves: Sequence[Direction] = tuple(MOVES),
) -> Machine:
    """A random machine with bits: moves of all kinds, states at walls, halts.

    A partial machine declares some pairs impossible that cannot occur on a tape of bits and blanks.
    """
    states = tuple(f"q{i}" for i in range(draw(st.integers(1, max_states))))
    symbols = tuple(
        draw(st.permutations([f"s{i}" for i in range(draw(st.integers(3, max_symbols)))]))
    )
    state = st.sampled_from(states)
    step = st.builds(
        Step,
        write=st.sampled_from(symbols),
        move=st.sampled_from(moves),
        to=state,
        blocked=st.none() | state,
    )
    # Mostly steps, or few machines would do anything before they halt.
    halt = st.builds(Halt, st.sampled_from(cast("list[Literal[-1, 0, 1]]", [-1, 0, 1])))
    transition = st.one_of(step, step, step, halt)
    transitions: dict[Pair, Transition] = {
        (q, a): draw(transition) for q in states for a in symbols
    }
    bits = draw(st.permutations(symbols))[:2]
    blank = draw(st.sampled_from([a for a in symbols if a not in bits]))
    total = Machine(
        "random machine", states, symbols, draw(state), blank, transitions, bits=(bits[0], bits[1])
    )
    wanted = draw(st.booleans()) if partial is None else partial
    never = sorted(transitions.keys() - reachable_pairs(total))
    if not (wanted and never):
        return total
    impossible = draw(st.sets(st.sampled_from(never), min_size=1))
    return Machine(
        "random partial machine",
        states,
        symbols,
        total.start,
        blank,
        {pair: t for pair, t in transitions.items() if pair not in impossible},
        frozenset(impossible),
        total.bits,
    )


def one_tape_machines(*, max_states: int = 4, max_symbols: int = 5) -> SearchStrategy[Machine]:
    """A random machine that moves only east and west."""
    return machines(max_states=max_states, max_symbols=max_symbols, moves=("E", "W", "stay"))


@st.composite
def tapes(draw: DrawFn, machine: Machine, *, max_side: int = 5) -> list[list[str]]:
    """A rectangle of bits and blanks."""
    symbols = [machine.blank, *(machine.bits or ())]
    rows, columns = draw(st.integers(1, max_side)), draw(st.integers(1, max_side))
    return [[draw(st.sampled_from(symbols)) for _ in range(columns)] for _ in range(rows)]


# --- Local rules ---------------------------------------------------------------------------------


@st.composite
def codes(draw: DrawFn, *, max_codes: int = 8, span: int = 24) -> Alphabet:
    """Some numbers with gaps, the smallest of which is the padding."""
    numbers = draw(st.sets(st.integers(-span // 3, span), min_size=2, max_size=max_codes))
    return Alphabet({number: Code(f"code {number}") for number in numbers}, min(numbers))


@st.composite
def code_tables(draw: DrawFn, among: tuple[int, ...], *, largest: int = 20) -> Table:
    """A table with values of either sign and slopes -1, 0 and +1 at any code."""
    values = draw(st.dictionaries(st.sampled_from(among), st.integers(-largest, largest)))
    slopes = draw(st.dictionaries(st.sampled_from(among), st.sampled_from(SLOPES)))
    return Table(values, slopes)


@st.composite
def gates(draw: DrawFn, among: Alphabet, name: str, *, largest: int = 20) -> Gate:
    """A gate with a constant or a table for its amount; slopes where the amount is not 0."""
    when: dict[Position, frozenset[int]] = {}
    unless: dict[Position, frozenset[int]] = {}
    for position in sorted(draw(st.sets(st.sampled_from(POSITIONS), max_size=4))):
        possible = among.at(position)
        some = draw(st.sets(st.sampled_from(possible), min_size=1))
        if draw(st.booleans()) and len(some) < len(possible):
            unless[position] = frozenset(some)
        else:
            when[position] = frozenset(some)
    if draw(st.booleans()):
        return Gate(name, when, draw(st.integers(-largest, largest)), unless=unless)
    position = draw(st.sampled_from(POSITIONS))
    values = draw(
        st.dictionaries(
            st.sampled_from(among.at(position)),
            st.integers(-largest, largest).filter(bool),
            min_size=1,
        )
    )
    slopes = draw(st.dictionaries(st.sampled_from(sorted(values)), st.sampled_from(SLOPES)))
    return Gate(name, when, Table(values, slopes), position, unless)


@st.composite
def local_rules(draw: DrawFn, *, max_codes: int = 8, max_gates: int = 4) -> LocalRule:
    """A rule with tables at any positions and gates of every kind.

    Its values are any integers: one step may lead to numbers that are no codes.
    """
    own = draw(codes(max_codes=max_codes))
    positions = draw(st.sets(st.sampled_from(POSITIONS)))
    tables = {position: draw(code_tables(own.at(position))) for position in sorted(positions)}
    number = draw(st.integers(0, max_gates))
    slopes = draw(st.dictionaries(st.sampled_from(own.cells), st.sampled_from(SLOPES)))
    values: dict[int, Number] = dict(
        draw(st.dictionaries(st.sampled_from(own.cells), st.sampled_from([-1, 0, 1])))
    )
    return LocalRule(
        "random rule",
        own,
        tables,
        tuple(draw(gates(own, f"gate {i}")) for i in range(number)),
        Table(values, slopes),
    )


@st.composite
def closed_rules(draw: DrawFn, *, max_codes: int = 8) -> LocalRule:
    """A rule that never leaves its codes, so that it can be iterated.

    Cells are numbered without gaps from 0, and what a cell becomes is looked up from its own code
    and changed by gates that move between two codes, at most one of which can hold.
    """
    number = draw(st.integers(2, max_codes - 1))
    padding = draw(st.integers(-4, -1))
    own = Alphabet(
        {padding: Code("padding"), **{k: Code(f"code {k}") for k in range(number)}}, padding
    )
    cells = st.integers(0, number - 1)
    nexts = {k: draw(cells) for k in own.cells}
    changed: list[Gate] = []
    for k in sorted(draw(st.sets(cells, max_size=4))):
        others = draw(st.sets(st.sampled_from([p for p in POSITIONS if p != "C"]), max_size=3))
        when: dict[Position, frozenset[int]] = {"C": frozenset([k])}
        for position in sorted(others):
            when[position] = frozenset(draw(st.sets(st.sampled_from(own.seen), min_size=1)))
        changed.append(Gate(f"code {k} changes", when, draw(cells) - nexts[k]))
    return LocalRule(
        "random closed rule",
        own,
        {"C": Table(nexts, draw(st.dictionaries(cells, st.sampled_from(SLOPES))))},
        tuple(changed),
        Table({}),
    )


@st.composite
def grids(
    draw: DrawFn, among: Alphabet, *, max_side: int = 6, max_batch: int | None = None
) -> Integers:
    """A grid of codes, ``(rows, columns)``; a batch of them, if ``max_batch`` is given."""
    shape = [draw(st.integers(1, max_side)), draw(st.integers(1, max_side))]
    if max_batch is not None:
        shape.insert(0, draw(st.integers(1, max_batch)))
    return _array(draw, st.sampled_from(among.cells), tuple(shape))


@st.composite
def patches(draw: DrawFn, among: Alphabet, *, size: int = 50) -> Integers:
    """Patches of codes, ``(size, 9)``; the padding may stand anywhere but at the centre."""
    columns = [_array(draw, st.sampled_from(among.at(position)), (size,)) for position in POSITIONS]
    return np.stack(columns, axis=1)


# --- Data sets -----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class DataSet:
    """Examples ``(m, d)`` with labels ``(m,)``, and test examples ``(n, d)``; all are signs."""

    examples: Integers
    labels: Integers
    tests: Integers

    @property
    def m(self) -> int:
        return int(self.examples.shape[0])

    @property
    def d(self) -> int:
        return int(self.examples.shape[1])

    def __repr__(self) -> str:
        return (
            f"DataSet(examples={self.examples.tolist()}, labels={self.labels.tolist()}, "
            f"tests={self.tests.tolist()})"
        )


@st.composite
def data_sets(draw: DrawFn, *, max_m: int = 7, max_d: int = 5, max_tests: int = 4) -> DataSet:
    """Examples of any number (0 too), any rank, with labels that a parity explains or not."""
    m, d = draw(st.integers(0, max_m)), draw(st.integers(1, max_d))
    bit = st.integers(0, 1)
    if draw(st.booleans()):
        bits = _array(draw, bit, (m, d))
    else:
        rank = draw(st.integers(0, d))
        bits = _array(draw, bit, (m, rank)) @ _array(draw, bit, (rank, d)) % 2
    labels = bits @ _array(draw, bit, (d,)) % 2 if draw(st.booleans()) else _array(draw, bit, (m,))
    tests = _array(draw, bit, (draw(st.integers(1, max_tests)), d))
    return DataSet(1 - 2 * bits, 1 - 2 * labels, 1 - 2 * tests)


def first_grids(data: DataSet, *, work_columns: int = 1) -> Integers:
    """The grid of each test example after Algorithm 1 (Lemma 1, memorisation)."""
    examples = np.concatenate([data.examples, np.ones((1, data.d), dtype=np.int64)])
    memory = expected_memory(examples, np.append(data.labels, 1), data.m + 1)
    return memory_grid(memory, with_one(data.tests), work_columns)


def tape_of(
    machine: Machine, data: DataSet, test: Integers, work_columns: int = 1
) -> list[list[str]]:
    """The tape that a learning machine finds: data and labels, the test example, blanks."""
    assert machine.bits is not None
    signs = np.concatenate([data.examples, test[None]])
    labels = np.append(data.labels, 1)
    return [
        [machine.bits[int(sign == -1)] for sign in (*row, label)] + [machine.blank] * work_columns
        for row, label in zip(signs, labels, strict=True)
    ]


def _array(draw: DrawFn, entries: SearchStrategy[int], shape: tuple[int, ...]) -> Integers:
    size = int(np.prod(shape))
    flat = draw(st.lists(entries, min_size=size, max_size=size))
    return np.array(flat, dtype=np.int64).reshape(shape)


def rationals(largest: int = 8) -> SearchStrategy[Fraction]:
    """Small exact numbers."""
    return st.fractions(-largest, largest, max_denominator=largest)
