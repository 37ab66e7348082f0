"""What the rows above do with a head that comes up to them, whatever their number: finitely many kinds.

A head that leaves a row to the south can come up again, in some column and state. It comes down some time later, or the
machine halts up there, and the rows above have changed. So they are an automaton, which reads how the head comes and answers how
it goes (a Mealy machine; with heads that only read Shepherdson, 1959, did this). Rows that are explained by the same targets
and answer all visits alike, one after the other, are of one *kind*: no row below can tell them apart.

What a row and those above it answer follows from its symbols and the kind of those above. So if whatever can come to stand below known
kinds is of a known kind itself, there are no others, by induction on the number of rows. Moore's partition
refinement tells kinds apart.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from proofs_check.lemma1.machine import MachineTable
from proofs_check.verdict import RefutedError

EASTWARD: Final = {"E": 1, "W": -1}
STEPS_PER_CELL: Final = 100  #: of a row; a passage that takes more is refuted
#: Cells and replies that are looked at; where that is not enough, nothing is shown.
MOST_WORK: Final = 10**6
NOTHING: Final = 0  #: the kind of what stands above the first row

Way = tuple[int, str]  #: how a head comes: its column, counted from 0, and its state
Left = tuple[int, ...]  #: which targets explain the rows so far, by their places in the class
Visit = tuple[int, Way]  #: a kind of rows above, and how the head comes to them

Found = TypeVar("Found")


@dataclass(frozen=True)
class Row:
    """A row of these symbols below rows of a kind; together they leave some targets."""

    above: int
    symbols: tuple[str, ...]
    left: Left


@dataclass(frozen=True)
class Passage:
    """What happens from where a head comes to a row until it leaves it to the south.

    That takes ``steps`` in the row itself, and ``visits`` to the rows above. At its ``end`` the head goes below on its
    way, and leaves behind a row that may have changed; or the machine has halted with an output; or something is wrong.
    """

    steps: int
    visits: tuple[Visit, ...]
    end: tuple[Way, Row] | int | str


@dataclass(frozen=True)
class Kind:
    """Rows that leave the same targets and answer visits alike.

    A reply is the way on which the head goes below and the kind of what it leaves behind, or how it ends above.
    """

    left: Left
    replies: Mapping[Way, tuple[Way, int] | int | str]


class UnknownWayError(Exception):
    """A head comes up on a way of which nothing is known."""

    def __init__(self, way: Way) -> None:
        self.way = way
        super().__init__(f"a head comes up in column {way[0] + 1} in {way[1]!r}")


@dataclass(frozen=True)
class RowsAbove:
    """All that can stand above a row.

    Heads come up on these ``ways``. ``entered`` says below which kinds a head can come to a row for the first time, and how;
    ``first`` are the passages through examples' rows that begin so. A row of ``kind_of`` is of that kind, and ``passages`` are
    what happens in it on visits.
    """

    machine: MachineTable
    ways: Sequence[Way]
    kinds: Sequence[Kind]
    entered: Sequence[Visit]
    first: Sequence[Passage]
    kind_of: Mapping[Row, int]
    passages: Mapping[Row, Mapping[Way, Passage]]

    def passage(self, row: Row, way: Way, *, last: bool = False) -> Passage:
        """What happens when a head comes to this row; in the ``last`` row a move south is blocked.

        Raises :class:`UnknownWayError` if it goes up on another way than these.
        """
        above, cells = row.above, list(row.symbols)
        column, state = way
        visits: list[Visit] = []
        most = STEPS_PER_CELL * len(cells)
        for steps in range(most + 1):
            transition = self.machine.transitions.get((state, cells[column]))
            if transition is None:
                wrong = f"the machine meets {(state, cells[column])}, which it has not"
                return Passage(steps, tuple(visits), wrong)
            if transition.output is not None:
                return Passage(steps, tuple(visits), transition.output)
            cells[column] = transition.write
            if transition.move == "S" and not last:
                behind = Row(above, tuple(cells), row.left)
                return Passage(steps + 1, tuple(visits), ((column, transition.to), behind))
            if transition.move == "N" and above != NOTHING:
                visit = column, transition.to
                if visit not in self.ways:
                    raise UnknownWayError(visit)
                visits.append((above, visit))
                reply = self.kinds[above].replies[visit]
                if not isinstance(reply, tuple):
                    return Passage(steps + 1, tuple(visits), reply)
                (column, state), above = reply
                continue
            to = column + EASTWARD.get(transition.move, 0)
            if transition.move in ("N", "S") or to not in range(len(cells)):
                state = transition.blocked
            else:
                column, state = to, transition.to
        return Passage(most, tuple(visits), f"the machine takes more than {most} steps in this row")


def rows_above(
    machine: MachineTable,
    begin: Left,
    follow: Callable[[Left], Iterable[tuple[Sequence[str], Left]]],
    below: Callable[[RowsAbove], Found],
) -> tuple[RowsAbove, Found]:
    """All that can stand above a row, and what ``below`` says of it.

    ``follow`` says which rows of examples there are next, and what each leaves. ``below`` is asked about the row below one example,
    below two at most, and so on until there is nothing new. Raises :class:`~proofs_check.verdict.RefutedError` when a head that
    comes to an example's row for the first time does not leave it to the south, when there are too many rows, and what
    ``below`` raises.
    """
    work = _Work()
    ways: tuple[Way, ...] = ()
    while True:
        known = RowsAbove(
            machine, ways, [Kind(begin, {})], [(NOTHING, (0, machine.start))], (), {}, {}
        )
        try:
            while True:
                before, known = known, _one_row_more(known, follow, work)
                found = below(known)
                if (len(known.kinds), len(known.entered)) == (
                    len(before.kinds),
                    len(before.entered),
                ):
                    return known, found
        except UnknownWayError as unknown:
            # Only ways on which heads come count: what would happen on others may have no end of kinds.
            ways = (*ways, unknown.way)


def _one_row_more(
    known: RowsAbove,
    follow: Callable[[Left], Iterable[tuple[Sequence[str], Left]]],
    work: _Work,
) -> RowsAbove:
    """What can stand above a row when what is known can stand above the row before, or above this one."""
    first: list[Passage] = []
    met: list[tuple[Way, Row]] = []
    for kind, way in known.entered:
        for symbols, left in follow(known.kinds[kind].left):
            passage = known.passage(Row(kind, tuple(symbols), left), way)
            if not isinstance(passage.end, tuple):
                wrong = "the machine halts" if isinstance(passage.end, int) else passage.end
                raise RefutedError(f"{where(symbols, way, last=False)} {wrong}")
            first.append(passage)
            met.append(passage.end)
    passages = _passages(known, [row for _, row in met], work)
    kinds, kind_of = _kinds(known.kinds, passages, work)
    now = [(kind_of[row], way) for way, row in met]
    entered = list(dict.fromkeys([*known.entered, *now]))
    return replace(
        known, kinds=kinds, entered=entered, first=first, kind_of=kind_of, passages=passages
    )


def where(symbols: Sequence[str], way: Way, *, last: bool) -> str:
    """The beginning of a sentence about a row that a head enters."""
    row = "the last row" if last else "an example's row"
    return f"in {row}, {' '.join(symbols)}, entered in column {way[0] + 1} in {way[1]!r}:"


class _Work:
    """What was looked at so far; it is refused to look at more than :data:`MOST_WORK`."""

    def __init__(self) -> None:
        self.done = 0

    def add(self, more: int) -> None:
        self.done += more
        if self.done > MOST_WORK:
            raise RefutedError("too many different rows can stand above another: nothing is shown")


def _passages(known: RowsAbove, rows: Sequence[Row], work: _Work) -> dict[Row, dict[Way, Passage]]:
    """What happens on visits in these rows, and in all rows that visits leave behind."""
    passages: dict[Row, dict[Way, Passage]] = {}
    new = list(rows)
    while new:
        row = new.pop()
        if row in passages:
            continue
        work.add(len(row.symbols) * (1 + len(known.ways)))
        passages[row] = {way: known.passage(row, way) for way in known.ways}
        new += [each.end[1] for each in passages[row].values() if isinstance(each.end, tuple)]
    return passages


def _kinds(
    known: Sequence[Kind], passages: Mapping[Row, Mapping[Way, Passage]], work: _Work
) -> tuple[list[Kind], dict[Row, int]]:
    """The kinds that are known and those that come with these rows; and of each row its kind."""
    # What is left and how visits end, on each way: with a kind or a row that answers the next one, or not.
    nodes: dict[int | Row, tuple[Left, list[tuple[Way, int | Row] | int | str]]] = {
        number: (kind.left, list(kind.replies.values())) for number, kind in enumerate(known)
    }
    del nodes[NOTHING]
    for row, visits in passages.items():
        nodes[row] = row.left, [each.end for each in visits.values()]
    looked_at = sum(1 + len(ends) for _, ends in nodes.values())
    blocks: dict[int | Row, int] = dict.fromkeys(nodes, NOTHING)
    while True:
        # Known kinds differ from each other and come first; so at the end they have their numbers.
        numbers: dict[Hashable, int] = {}
        finer: dict[int | Row, int] = {}
        work.add(looked_at)
        for node, (left, ends) in nodes.items():
            seen = [(end[0], blocks[end[1]]) if isinstance(end, tuple) else end for end in ends]
            # From 1 on, the first number after NOTHING.
            finer[node] = numbers.setdefault((blocks[node], left, *seen), 1 + len(numbers))
        if finer == blocks:
            break
        blocks = finer
    kind_of = {row: blocks[row] for row in passages}
    kinds = dict(enumerate(known))
    for row, number in kind_of.items():
        if number not in kinds:
            replies: dict[Way, tuple[Way, int] | int | str] = {}
            for way, each in passages[row].items():
                end = each.end
                replies[way] = (end[0], kind_of[end[1]]) if isinstance(end, tuple) else end
            kinds[number] = Kind(row.left, replies)
    return [kinds[number] for number in range(len(kinds))], kind_of
