"""Row reduction online: SGD does not store the data, it is the algorithm.

Memory has ``d + 1`` rows however long the stream of examples is. Row 1 holds the all-ones example, so
it shows the current input ``x``. The rows below it hold a reduced basis of the examples so far. On
an input the network reduces ``x`` by the stored rows. If nothing is left of it, ``x`` lies in their
span, and the network outputs what the stored labels say, with slope 0 everywhere. If something is
left, it outputs 0 and leaves the first free row *live*, with slope +1 or -1 in each column, such that
the SGD step writes exactly the reduced example with its reduced label.

How it runs:

* **West wave**: each stored row is multiplied by its label (the protocol that all programs share).
  What a cell then holds is ``u = x'_b x_b``, the row's bit ``x'_b`` masked by the input.
* **Reduction**: a wave from the top-left cell, one step a layer to the east and to the south. From the
  north a cell gets the input's bit ``x_b`` and its reduced bit ``v_b``; from the west, whether its row
  is still *searching* for its own first 1, or is being *added*, or *skipped*. At a row's first 1 the
  input's reduced bit decides: 1 means add, 0 means skip. The label column takes part like any
  other, with the sum ``p`` of the added labels as its reduced bit.
* **What is left**: one layer behind the wave, each row learns from the west whether any bit is left.
* **Verdict**: the label cell of the last stored row (below it: unwritten memory, or the wall) knows
  whether something is left, and ``p``. If nothing is left, it halts with ``p``. Its verdict travels west
  along the row, and every cell tells the unwritten cell below it what becomes of its slope:
  *known* turns it into a work cell, which is flat; *new* leaves it at slope +1 if
  ``x_b v_b = (-1)^p``, and otherwise makes it the code *minus*, which the head reads with slope -1.

An all-zero pixel never moves in the forward pass but for that last step, so the derivative of the
output by it is the head's slope at its last code: 0, +1 or -1. No gate touches a slope.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from construction.programs.program import Program
from construction.rules.memory_protocol import (
    MINUS,
    PADDING,
    PLUS,
    SIGNS,
    UNWRITTEN,
    WORK,
    Fragment,
    WestWave,
    assemble,
    distinct,
)
from construction.rules.rule import LocalRule, gate
from construction.rules.tables import Table

Mode = Literal["search", "add", "skip"]
MODES: Final[tuple[Mode, ...]] = get_args(Mode)
BITS: Final = (0, 1)


@dataclass(frozen=True)
class OnlineCodes:
    """The numbers of the codes, as displacements that add up.

    Any numbers do that keep the sums apart. The defaults need few thresholds, and so few weights;
    ``python -m benchmarks.layouts`` searches for them.
    """

    west_plus: int = 119
    west_minus: int = 123
    held_plus: int = 16
    held_minus: int = 18
    input: int = 18  #: from the west, or to start the wave: a cell of row 1
    add: int = 1  #: from the west: the row is being added; nothing while it is searching
    skip: int = 8  #: from the west: the row is skipped
    below_00: int = 7  #: from the north: input bit 0, reduced bit 0
    below_01: int = 3
    below_10: int = 21
    below_11: int = 32
    reduced: int = 71  #: the wave has passed
    changed: int = -56  #: the input's bit and its reduced bit differ
    left: int = -6  #: the reduced bit is 1
    west_left: int = -3  #: from the west: something is left there
    rest: int = 75  #: what is left has been told
    rest_changed: int = -2
    new_0: int = 21  #: from the east: something is left, and the labels' sum is 0
    new_1: int = 5
    known: int = 31  #: from the east: nothing is left
    label_new_0: int = 98  #: the label cell
    label_new_1: int = 81
    label_known_0: int = 114
    label_known_1: int = 107
    answer_0: int = 116
    answer_1: int = 117
    spent: int = 76  #: a cell whose verdict has been told
    live_minus: int = 5  #: unwritten memory with slope -1

    @property
    def wave(self) -> WestWave:
        """The west wave with these numbers."""
        return WestWave(
            west={PLUS: self.west_plus, MINUS: self.west_minus},
            held={PLUS: self.held_plus, MINUS: self.held_minus},
        )

    def mode(self, mode: Mode) -> int:
        """What comes from the west: what the row is doing."""
        return {"search": 0, "add": self.add, "skip": self.skip}[mode]

    def below(self, x: int, v: int) -> int:
        """What comes from the north: the input's bit and its reduced bit."""
        return ((self.below_00, self.below_01), (self.below_10, self.below_11))[x][v]

    def showing(self, bit: int) -> int:
        """A cell of row 1 while the wave passes."""
        return self.wave.held[1 - 2 * bit] + self.input

    def reducing(self, u: int, mode: Mode, x: int, v: int) -> int:
        """A cell while the wave passes: what it holds, its row's mode, the bits from the north."""
        return self.wave.held[u] + self.mode(mode) + self.below(x, v)

    def behind(self, changed: int, left: int, west_left: int) -> int:
        """A cell one layer behind the wave."""
        return self.reduced + self.changed * changed + self.left * left + self.west_left * west_left

    def resting(self, changed: int) -> int:
        """A cell after that."""
        return self.rest + self.rest_changed * changed

    def new(self, p: int) -> int:
        """The verdict *new*, from the east."""
        return self.new_1 if p else self.new_0

    def verdict(self, p: int, left: int) -> int:
        """The label cell in the layer of its verdict."""
        known = (self.label_known_0, self.label_known_1)
        return (self.label_new_0, self.label_new_1)[p] if left else known[p]

    def answer(self, p: int) -> int:
        """The label cell that has halted."""
        return self.answer_1 if p else self.answer_0


def _reduction(
    codes: OnlineCodes, names: list[tuple[int, str]], own: dict[int, int]
) -> tuple[dict[int, int], dict[int, int]]:
    """The reduction's codes; returns what they tell their eastern and southern neighbours."""
    to_east: dict[int, int] = {}
    to_south: dict[int, int] = {}
    for u in SIGNS:
        bit = int(u == MINUS)
        code = codes.showing(bit)
        names.append((code, f"input bit {bit}"))
        own[code], to_east[code] = codes.behind(0, bit, 0), codes.input
        to_south[code] = codes.below(bit, bit)
        for mode in MODES:
            for x in BITS:
                for v in BITS:
                    row_bit = bit ^ x
                    now: Mode = mode if mode != "search" or not row_bit else "add" if v else "skip"
                    after = v ^ row_bit if now == "add" else v
                    code = codes.reducing(u, mode, x, v)
                    names.append((code, f"reducing {row_bit}, {mode}, input {x}, reduced {v}"))
                    own[code] = codes.behind(x ^ after, after, 0)
                    to_east[code], to_south[code] = codes.mode(now), codes.below(x, after)
    for changed in BITS:
        for left in BITS:
            for west_left in BITS:
                code = codes.behind(changed, left, west_left)
                names.append(
                    (code, f"reduced, changed {changed}, left {left}, left to the west {west_left}")
                )
                own[code] = codes.resting(changed)
                to_east[code] = codes.west_left if left or west_left else 0
        names.append((codes.resting(changed), f"rest, changed {changed}"))
        own[codes.resting(changed)] = codes.resting(changed)
    return to_east, to_south


def _verdict(
    codes: OnlineCodes, names: list[tuple[int, str]], own: dict[int, int]
) -> tuple[dict[int, int], dict[int, int]]:
    """The verdict's codes; returns what they tell their western and southern neighbours."""
    to_west: dict[int, int] = {}
    to_south: dict[int, int] = {}
    names.append((codes.spent, "spent"))
    own[codes.spent] = codes.spent
    for p in BITS:
        for left in BITS:
            code = codes.verdict(p, left)
            names.append((code, f"new, parity {p}" if left else f"known, answer {p}"))
            own[code] = codes.spent if left else codes.answer(p)
            to_west[code] = codes.new(p) if left else codes.known
            to_south[code] = codes.live_minus * p if left else WORK
        names.append((codes.answer(p), f"answer {p}"))
        own[codes.answer(p)] = codes.answer(p)
        for changed in BITS:
            code = codes.resting(changed) + codes.new(p)
            names.append((code, f"told new, parity {p}, changed {changed}"))
            own[code], to_west[code] = codes.spent, codes.new(p)
            to_south[code] = codes.live_minus * (changed ^ p)
    for changed in BITS:
        code = codes.resting(changed) + codes.known
        names.append((code, f"told known, changed {changed}"))
        own[code], to_west[code], to_south[code] = codes.spent, codes.known, WORK
    names.append((codes.live_minus, "unwritten, slope -1"))
    own[codes.live_minus] = codes.live_minus
    return to_west, to_south


def online_rule(codes: OnlineCodes = OnlineCodes()) -> LocalRule:
    """The whole rule."""
    names: list[tuple[int, str]] = []
    own: dict[int, int] = {}
    to_east, reduced_to_south = _reduction(codes, names, own)
    to_west, verdict_to_south = _verdict(codes, names, own)
    at_label = {
        codes.behind(p, p, left): codes.verdict(p, left) - codes.resting(p)
        for p in BITS
        for left in BITS
    }
    wave = codes.wave
    held, plus_masked = set(wave.held.values()), {wave.masked(r, PLUS) for r in SIGNS}
    acting = {codes.showing(bit) for bit in BITS} | {
        codes.reducing(u, mode, x, v) for u in SIGNS for mode in MODES for x in BITS for v in BITS
    }
    gates = (
        gate(
            "the wave starts",
            codes.input,
            C=plus_masked,
            N=PADDING,
            W=PADDING,
            unless={
                "C": {UNWRITTEN, *SIGNS, *own.keys() - acting} | {codes.showing(b) for b in BITS}
            },
        ),
        gate(
            "the work column stays as it is",
            Table({code: -arrives for code, arrives in to_east.items()}),
            "W",
            C=WORK,
            unless={"C": held | acting},
        ),
        gate(
            "unwritten memory stays unwritten",
            Table({code: -arrives for code, arrives in reduced_to_south.items()}),
            "N",
            C=UNWRITTEN,
            unless={"C": held},
        ),
        gate(
            "the verdict",
            Table(at_label),
            E=WORK,
            S={UNWRITTEN, PADDING},
            unless={"E": acting, "S": acting},
        ),
    )
    answers = {code: 1 - 2 * p for p in BITS for code in (codes.verdict(p, 0), codes.answer(p))}
    program = Fragment(
        distinct(names),
        {
            "C": Table(own, slopes={codes.live_minus: 1}),
            "W": Table(to_east),
            "E": Table(to_west),
            "N": Table(reduced_to_south | verdict_to_south),
        },
        gates,
        Table(answers, slopes={UNWRITTEN: 1, codes.live_minus: -1}),
    )
    return assemble("online-row-reduction", codes.wave.fragment(), program)


def online_schedule(codes: OnlineCodes = OnlineCodes()) -> dict[str, Any]:
    """What the codes mean, as plain data: tables by bits, +1 before -1 and 0 before 1."""
    return {
        "online row reduction": {
            "codes": {
                "masked": [[codes.wave.masked(r, y) for y in (PLUS, MINUS)] for r in (PLUS, MINUS)],
                "held": [codes.wave.held[u] for u in (PLUS, MINUS)],
                "showing": [codes.showing(x) for x in BITS],
                "reducing": [
                    [
                        [[codes.reducing(u, mode, x, v) for v in BITS] for x in BITS]
                        for mode in MODES
                    ]
                    for u in (PLUS, MINUS)
                ],
                "behind": [
                    [[codes.behind(c, left, w) for w in BITS] for left in BITS] for c in BITS
                ],
                "resting": [codes.resting(c) for c in BITS],
                "told": [
                    [codes.resting(c) + told for told in (codes.new_0, codes.new_1, codes.known)]
                    for c in BITS
                ],
                "verdict": [[codes.verdict(p, left) for left in BITS] for p in BITS],
                "answer": [codes.answer(p) for p in BITS],
                "spent": codes.spent,
                "live minus": codes.live_minus,
            },
            "depth": {"d": 4, "1": 4},
        }
    }


def online_row_reduction() -> Program:
    """Row reduction of a stream."""
    return Program(
        name="online-row-reduction",
        summary="row reduction of a stream: SGD stores a basis, not the data",
        rule=online_rule(),
        depth=lambda m, d: 4 * d + 4,
        depth_formula="4 d + 4",
        schedule=online_schedule(),
        memory_rows=lambda m, d: d + 1,
        dummy="first",
    )
