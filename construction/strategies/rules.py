"""Random local rules, grids and patches of their codes, and networks."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from construction.compiling.compiler import compile_rule
from construction.network.definition5 import five_layer_form
from construction.network.rcnn import RCNN
from construction.rules.codes import Code
from construction.rules.patch import POSITIONS, Position
from construction.rules.rule import Alphabet, Gate, LocalRule
from construction.rules.tables import Number, Table
from construction.strategies.arrays import Integers, array

SLOPES: Final = (-1, 0, 1)


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
    return array(draw, st.sampled_from(among.cells), tuple(shape))


@st.composite
def patches(draw: DrawFn, among: Alphabet, *, size: int = 50) -> Integers:
    """Patches of codes, ``(size, 9)``; the padding may stand anywhere but at the centre."""
    columns = [array(draw, st.sampled_from(among.at(position)), (size,)) for position in POSITIONS]
    return np.stack(columns, axis=1)


@st.composite
def networks(draw: DrawFn) -> RCNN:
    """A network that never leaves its codes, as the compiler writes it or with five layers."""
    network = compile_rule(draw(closed_rules()))
    return five_layer_form(network) if draw(st.booleans()) else network


@st.composite
def rules_with_slopes(draw: DrawFn) -> LocalRule:
    """A closed rule with slopes at any position, so that the gradient moves, splits and cancels."""
    rule = draw(closed_rules())
    slopes = st.sampled_from([-1, 0, 0, 1])
    tables = dict(rule.tables)
    for position in sorted(draw(st.sets(st.sampled_from(POSITIONS), max_size=3))):
        own = tables.get(position, Table({}))
        tables[position] = Table(own.values, {k: draw(slopes) for k in rule.codes.at(position)})
    readout = Table({}, {k: draw(slopes) for k in rule.codes.cells})
    return replace(rule, tables=tables, readout=readout)
