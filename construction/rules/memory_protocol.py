"""The memory protocol: the part of a rule that every program shares.

While SGD writes the memory, it keeps the row that is being written at value 0 with slope 1 and
everything else flat, so that one SGD step stores one example (Lemma 1, memorisation). Once the
memory is full it takes the masks off: pixel ``(a, b)`` starts as ``y_a x_ab x_b`` and ends as the
code of the bit ``x_ab`` (Lemma 1, computation).

**Unmasking takes two waves, and both are additions.** A *west wave* leaves the label column, which
has the work column's code to its east, and tells each cell of the row the row's label ``y``: a cell
of sign ``r`` becomes ``r + west[y]``, and the table of the next layer turns that into the code that
holds the sign ``u = r y``. When the wave passes a cell of the last row, that cell's bit ``x`` starts
a *north wave* up its column, and ``held[u]`` becomes ``held[u] + north[x]``, then the code of the bit
whose sign is ``u x``. Nothing needs a product: a code carries two signs until the next table looks
up what they multiply to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from construction.errors import RuleError
from construction.rules.patch import Position
from construction.rules.rule import Codes, Gate, LocalRule, gate
from construction.rules.tables import Table

PADDING: Final = -2  #: outside the grid; smaller than every code of a cell
MINUS: Final = -1  #: a stored sign -1, that is bit 1
UNWRITTEN: Final = 0  #: memory that SGD has not written yet
PLUS: Final = 1  #: a stored sign +1, that is bit 0
WORK: Final = 3  #: the work column's 1, three thirds; the blank symbol of a tape
SIGNS: Final = (MINUS, PLUS)
SHOWN: Final = {MINUS: "-", PLUS: "+"}  #: signs in the names of codes


@dataclass(frozen=True)
class Fragment:
    """A part of a rule: some codes, what they contribute, and gates.

    ``aliases`` are further names of codes that belong to another fragment.
    """

    names: Mapping[int, str]
    tables: Mapping[Position, Table]
    gates: tuple[Gate, ...] = ()
    readout: Table = field(default_factory=lambda: Table({}))
    aliases: Mapping[int, str] = field(default_factory=dict)


def storing_rows() -> Fragment:
    """The part that stores one example for each SGD step, and otherwise leaves the memory alone."""
    names = {
        PADDING: "padding",
        MINUS: "stored -",
        UNWRITTEN: "unwritten",
        PLUS: "stored +",
        WORK: "work",
    }
    # Slope 1 at 0: the row that SGD is writing. The rows below it become work codes in the first
    # layer, and those are flat.
    own = Table({MINUS: MINUS, PLUS: PLUS, WORK: WORK}, slopes={UNWRITTEN: 1})
    later = gate("a later row of memory", WORK, unless={"C": WORK}, C=UNWRITTEN, N=UNWRITTEN)
    return Fragment(names, {"C": own}, (later,))


@dataclass(frozen=True)
class WestWave:
    """Storing rows, and multiplying each stored row by its label.

    ``west[y]`` is the displacement of the wave of label ``y``, ``held[u]`` the code of a cell whose
    sign, after that, is ``u``.
    """

    west: Mapping[int, int]
    held: Mapping[int, int]

    def masked(self, r: int, y: int) -> int:
        """The code of a cell of sign ``r`` in the layer in which the wave of label ``y`` passes."""
        return r + self.west[y]

    @property
    def passing(self) -> frozenset[int]:
        """The codes of cells that the wave passes."""
        return frozenset(self.masked(r, y) for r in SIGNS for y in SIGNS)

    def fragment(self, *, unless_south: frozenset[int] = frozenset()) -> Fragment:
        """The wave as a part of a rule.

        The wave does not start in a row that has one of ``unless_south`` to its south.
        """
        names: list[tuple[int, str]] = []
        own: dict[int, int] = {}
        to_west: dict[int, int] = {}
        for u in SIGNS:
            names.append((self.held[u], f"held {SHOWN[u]}"))
            own[self.held[u]] = self.held[u]
            for y in SIGNS:
                code = self.masked(u * y, y)
                names.append((code, f"masked {SHOWN[u * y]}, label {SHOWN[y]}"))
                own[code], to_west[code] = self.held[u], self.west[y]
        # The label column's sign is its own label, so what the label masks there is the sign +1.
        start = {y: self.masked(PLUS, y) - y for y in SIGNS}
        elsewhere: dict[Position, frozenset[int]] = {"E": self.passing | {MINUS, PLUS}}
        label = gate(
            "the label column starts the west wave",
            Table(start),
            unless={**elsewhere, "S": unless_south} if unless_south else elsewhere,
            E=WORK,
        )
        tables: dict[Position, Table] = {"C": Table(own), "E": Table(to_west)}
        return join(storing_rows(), Fragment(distinct(names), tables, (label,)))


@dataclass(frozen=True)
class MemoryProtocol:
    """The whole protocol of a program that reads a data set and a test example.

    ``north[x]`` is the displacement of the north wave, ``bits[b]`` the code of the unmasked bit
    ``b``.
    """

    wave: WestWave
    north: Mapping[int, int]
    bits: tuple[int, int]

    def passed(self, u: int, x: int) -> int:
        """The code of a cell that held ``u``, in the layer in which the wave of ``x`` passes."""
        return self.wave.held[u] + self.north[x]

    @property
    def ready(self) -> frozenset[int]:
        """Codes of a cell whose bit the next layer shows."""
        return frozenset(self.passed(u, x) for u in SIGNS for x in SIGNS)

    def fragment(self) -> Fragment:
        """The protocol as a part of a rule."""
        bit_of = {PLUS: self.bits[0], MINUS: self.bits[1]}
        names: list[tuple[int, str]] = []
        own: dict[int, int] = {}
        to_north: dict[int, int] = {}
        for u in SIGNS:
            for x in SIGNS:
                code = self.passed(u, x)
                names.append((code, f"unmasking {SHOWN[u]}, example {SHOWN[x]}"))
                own[code], to_north[code] = bit_of[u * x], self.north[x]
        # The last row is the test example under the label +1: what the west wave reaches there is
        # a bit x, which ends as the sign +1 times x.
        turn = gate(
            "the last row turns the wave north",
            Table({x: self.passed(PLUS, x) - x for x in SIGNS}),
            unless={"E": SIGNS},
            S=PADDING,
            E=self.ready | {WORK},
        )
        return join(
            self.wave.fragment(unless_south=frozenset([PADDING])),
            Fragment(distinct(names), {"C": Table(own), "S": Table(to_north)}, (turn,)),
        )


def join(*parts: Fragment) -> Fragment:
    """One fragment from several that speak of different codes.

    Raises :class:`~construction.errors.RuleError` when two of them claim the same number.
    """
    names = distinct(each for part in parts for each in part.names.items())
    aliases = distinct(each for part in parts for each in part.aliases.items())
    positions = {position for part in parts for position in part.tables}
    return Fragment(
        names,
        {
            position: Table.union(*(p.tables[position] for p in parts if position in p.tables))
            for position in sorted(positions)
        },
        tuple(each for part in parts for each in part.gates),
        Table.union(*(part.readout for part in parts)),
        aliases,
    )


def assemble(name: str, *parts: Fragment) -> LocalRule:
    """The rule that consists of these fragments.

    Where a gate says both which codes a position must show and which it must not, the others never
    stand there when the rest of the gate holds; they are decided so as to need few weights.

    Raises :class:`~construction.errors.RuleError` when two of them claim the same number, or one
    has an alias for a number that none of them claims.
    """
    whole = join(*parts)
    names = dict(whole.names)
    for code, alias in whole.aliases.items():
        if code not in names:
            raise RuleError(f"rule {name!r}: {alias!r} is an alias of {code}, which is no code")
        names[code] += f", {alias}"
    codes = Codes(names, PADDING)
    gates = tuple(each.with_free_codes(codes) for each in whole.gates)
    return LocalRule(name, codes, whole.tables, gates, whole.readout)


def distinct(names: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Names by number. Raises :class:`~construction.errors.RuleError` when a number has two."""
    result: dict[int, str] = {}
    for code, name in names:
        if code in result:
            raise RuleError(
                f"the number {code} would be both {result[code]!r} and {name!r}; every code needs "
                f"a number of its own"
            )
        result[code] = name
    return result
