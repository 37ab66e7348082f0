"""The memory protocol: the part of a rule that every program shares.

While SGD writes the memory, it keeps the row that is being written at value 0 with slope 1 and
everything else flat, so that one SGD step stores one example (Lemma 1, memorisation). Once the
memory is full it takes the masks off: pixel ``(a, b)`` starts as ``y_a x_ab x_b`` and ends as the
code of the bit ``x_ab`` (Lemma 1, computation).

**Unmasking takes two waves, and both are additions.** A *west wave* leaves the label column, which
has the work column's code to its east, and tells each cell of the row the row's label ``y``. When
it passes a cell of the last row, that cell's bit ``x`` starts a *north wave* up its column. A cell
of sign ``r`` becomes ``r + west[y]``, then ``r + west[y] + north[x]``, and then the code of the bit
whose sign is ``r y x``. Nothing needs a product: the code carries the three signs until the table
of the next layer looks up what they multiply to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from construction.rules.patch import Position
from construction.rules.rule import Codes, Gate, LocalRule, gate
from construction.rules.tables import Table

PADDING: Final = -2  #: outside the grid; smaller than every code of a cell
MINUS: Final = -1  #: a stored sign -1, that is bit 1
UNWRITTEN: Final = 0  #: memory that SGD has not written yet
PLUS: Final = 1  #: a stored sign +1, that is bit 0
WORK: Final = 3  #: the work column's 1, three thirds; the blank symbol of a tape
SIGNS: Final = (MINUS, PLUS)


@dataclass(frozen=True)
class Fragment:
    """A part of a rule: some codes, what they contribute, and gates."""

    names: Mapping[int, str]
    tables: Mapping[Position, Table]
    gates: tuple[Gate, ...] = ()
    readout: Table = field(default_factory=lambda: Table({}))


@dataclass(frozen=True)
class MemoryProtocol:
    """Where the protocol's own codes lie, and the codes of the two unmasked bits.

    ``west[y]`` and ``north[x]`` are the displacements of the two waves; ``bits[b]`` is the code of
    the bit ``b``.
    """

    west: Mapping[int, int]
    north: Mapping[int, int]
    bits: tuple[int, int]

    def masked(self, r: int, y: int) -> int:
        """The code of a cell of sign ``r`` after the west wave of label ``y``."""
        return r + self.west[y]

    def passed(self, r: int, y: int, x: int) -> int:
        """The code of the same cell in the layer in which the north wave of ``x`` passes."""
        return self.masked(r, y) + self.north[x]

    @property
    def ready(self) -> frozenset[int]:
        """Codes of a cell whose bit the next layer shows."""
        return frozenset(self.passed(r, y, x) for r in SIGNS for y in SIGNS for x in SIGNS)

    def fragment(self) -> Fragment:
        """The protocol as a part of a rule."""
        bit_of = {PLUS: self.bits[0], MINUS: self.bits[1]}
        sign = {PLUS: "+", MINUS: "-"}
        names = {
            PADDING: "padding",
            MINUS: "stored -",
            UNWRITTEN: "unwritten",
            PLUS: "stored +",
            WORK: "work",
        }
        own: dict[int, int] = {MINUS: MINUS, PLUS: PLUS, WORK: WORK}
        from_east: dict[int, int] = {}
        from_south: dict[int, int] = {}
        for y in SIGNS:
            for r in SIGNS:
                names[self.masked(r, y)] = f"masked {sign[r]}, label {sign[y]}"
                # A masked cell falls back to its sign, and its eastern neighbour, which carries
                # the same label, lifts it again.
                own[self.masked(r, y)] = r
                from_east[self.masked(r, y)] = self.west[y]
                for x in SIGNS:
                    names[self.passed(r, y, x)] = (
                        f"unmasking {sign[r]}, label {sign[y]}, example {sign[x]}"
                    )
                    own[self.passed(r, y, x)] = bit_of[r * y * x]
                    from_east[self.passed(r, y, x)] = self.west[y]
                    from_south[self.passed(r, y, x)] = self.north[x]
        tables: dict[Position, Table] = {
            # Slope 1 at 0: the row that SGD is writing. The rows below it become work codes in the
            # first layer, and those are flat.
            "C": Table(own, slopes={UNWRITTEN: 1}),
            "E": Table(from_east),
            "S": Table(from_south),
        }
        return Fragment(names, tables, (self._future(), self._label(), self._turn()))

    def _future(self) -> Gate:
        """Rows below the one being written: 0 under 0 becomes a work code, flat for ever."""
        return gate("a later row of memory", WORK, C=UNWRITTEN, N=UNWRITTEN)

    def _label(self) -> Gate:
        """The label column: its sign is its own label, so what is masked counts as sign +1."""
        lift = {y: self.masked(PLUS, y) - y for y in SIGNS}
        hold = {self.masked(PLUS, y): self.west[y] for y in SIGNS}
        return gate("the label column starts the west wave", Table(lift | hold), E=WORK)

    def _turn(self) -> Gate:
        """The last row: what the west wave reaches is a bit of the test example.

        Its row's label is +1, so the cell ends as ``x``: product +1 under the label, times ``x``.
        """
        start = {x: self.passed(PLUS, PLUS, x) - self.masked(x, PLUS) for x in SIGNS}
        return gate(
            "the last row turns the wave north",
            Table(start),
            S=PADDING,
            E=self.ready | {WORK},
        )


def assemble(name: str, fragments: Iterable[Fragment], *, padding: int = PADDING) -> LocalRule:
    """One rule from fragments that speak of different codes."""
    parts = list(fragments)
    names: dict[int, str] = {}
    for part in parts:
        names |= part.names
    positions = {position for part in parts for position in part.tables}
    return LocalRule(
        name=name,
        codes=Codes(names, padding),
        tables={
            position: Table.union(*(p.tables[position] for p in parts if position in p.tables))
            for position in sorted(positions)
        },
        gates=tuple(each for part in parts for each in part.gates),
        readout=Table.union(*(part.readout for part in parts)),
    )
