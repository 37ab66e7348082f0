"""Random machines, and tapes for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from construction.machines.machine import MOVES, Direction, Halt, Machine, Pair, Step, Transition


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
