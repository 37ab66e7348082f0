"""Two-dimensional Turing machines on a walled grid: their description.

The tape is a rectangle of symbols. One head stands on a cell; in each step it writes a symbol,
moves to a neighbouring cell or stays, and changes its state. A wall around the rectangle blocks
a move: the head then stays where it is, in the state that the transition gives for that case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, NoReturn

from construction.arguments import check_fields
from construction.errors import MachineError
from construction.hints import closest

Direction = Literal["N", "S", "E", "W", "stay"]

#: (row, column) displacement of each move.
MOVES: Final[dict[Direction, tuple[int, int]]] = {
    "N": (-1, 0),
    "S": (1, 0),
    "E": (0, 1),
    "W": (0, -1),
    "stay": (0, 0),
}


@dataclass(frozen=True)
class Step:
    """Write ``write``, move, and go on in state ``to``; in state ``blocked`` if a wall is there.

    Without ``blocked`` a blocked head keeps to ``to`` as well.
    """

    write: str
    move: Direction
    to: str
    blocked: str | None = None

    @property
    def if_blocked(self) -> str:
        """The state of a head whose move a wall blocked."""
        return self.to if self.blocked is None else self.blocked


@dataclass(frozen=True)
class Halt:
    """The machine halts: it does nothing any more. ``output`` is +1, -1 or, without a verdict, 0."""

    output: Literal[-1, 0, 1]


Transition = Step | Halt
Pair = tuple[str, str]


@dataclass(frozen=True)
class Machine:
    """A validated machine.

    ``transitions[state, symbol]`` says what the head does. Every pair must be there, or among
    ``impossible``: the pairs that the machine's author knows never to occur.

    ``bits`` are the symbols of a data set's bits 0 and 1, for a machine that learns.

    Raises :class:`~construction.errors.MachineError`, naming the machine, state and symbol, when a
    transition is missing or names a state or symbol that does not exist.
    """

    name: str
    states: tuple[str, ...]
    symbols: tuple[str, ...]
    start: str
    blank: str
    transitions: Mapping[Pair, Transition]
    impossible: frozenset[Pair] = frozenset()
    bits: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        check_fields(self)
        object.__setattr__(self, "states", tuple(self.states))
        object.__setattr__(self, "symbols", tuple(self.symbols))
        object.__setattr__(self, "impossible", frozenset(self.impossible))
        object.__setattr__(self, "transitions", MappingProxyType(dict(self.transitions)))
        self._check_names("state", self.states)
        self._check_names("symbol", self.symbols)
        self._check_known("state", self.start, "the start state")
        self._check_known("symbol", self.blank, "the blank symbol")
        for symbol in self.bits or ():
            self._check_known("symbol", symbol, "a bit")
        if self.bits and len({*self.bits, self.blank}) < 3:
            self._fail(f"the bits {self.bits} and the blank {self.blank!r} must be three symbols")
        for (state, symbol), transition in self.transitions.items():
            self._check_transition(state, symbol, transition)
        for state, symbol in sorted(self.impossible):
            where = f"the impossible pair ({state!r}, {symbol!r})"
            self._check_known("state", state, where)
            self._check_known("symbol", symbol, where)
            if (state, symbol) in self.transitions:
                self._fail(f"{where} has a transition; it should have none, or not be impossible")
        self._check_total()

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The pairs (state, symbol) that can occur, in the order of states and symbols."""
        return tuple(
            (state, symbol)
            for state in self.states
            for symbol in self.symbols
            if (state, symbol) in self.transitions
        )

    def _check_names(self, kind: str, names: tuple[str, ...]) -> None:
        if not names:
            self._fail(f"there is no {kind}; at least one is needed")
        for name in names:
            if names.count(name) > 1:
                self._fail(f"{kind} {name!r} is listed twice")

    def _check_known(self, kind: Literal["state", "symbol"], name: str, where: str) -> None:
        known = self.states if kind == "state" else self.symbols
        if name not in known:
            self._fail(f"{where}: unknown {kind} {name!r}; {closest(name, known)}")

    def _check_transition(self, state: str, symbol: str, transition: Transition) -> None:
        where = f"the transition of state {state!r} on symbol {symbol!r}"
        self._check_known("state", state, where)
        self._check_known("symbol", symbol, where)
        if isinstance(transition, Halt):
            if transition.output not in (-1, 0, 1):
                self._fail(f"{where}: halts with {transition.output}; it should be +1, -1 or 0")
            return
        if not isinstance(transition, Step):
            self._fail(f"{where} is {transition!r}; it should be a Step or a Halt")
        self._check_known("symbol", transition.write, f"{where}, the symbol to write")
        self._check_known("state", transition.to, f"{where}, the next state")
        self._check_known("state", transition.if_blocked, f"{where}, the state at a wall")
        if transition.move not in MOVES:
            self._fail(f"{where}: unknown move {transition.move!r}; {closest('', MOVES)}")

    def _check_total(self) -> None:
        known = self.transitions.keys() | self.impossible
        for state in self.states:
            for symbol in self.symbols:
                if (state, symbol) not in known:
                    self._fail(
                        f"state {state!r} has no transition on symbol {symbol!r}; add one, or list "
                        f"the pair as impossible"
                    )

    def _fail(self, message: str) -> NoReturn:
        raise MachineError(f"machine {self.name!r}: {message}")
