"""What a batch leaves behind when every pivot has a row of its own (:mod:`proofs_check.online.triangular`).

An example is *new* if a row takes it: that of its pivot, the first feature in which it is 1 when it comes to an unwritten
row. Let the new examples of a batch have different pivots. Then one step on the sum of their losses writes just the rows
that single steps write, in any order: when one of two is written, in row ``p``, the other is not changed by it. If it is
taken above row ``p``, it never comes there. Otherwise it has a 0 at ``p`` when it comes there, or it would have been taken
there; so it skips the row, which is unwritten before and written after. A known example changes nothing, and skips
every unwritten row that it comes to, so it stays known, with the same answer.

If two or more new examples of a batch have the same pivot, their rows are added up: they *collide*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import permutations, product
from math import comb, factorial, prod
from typing import Final

from proofs_check.lemma1.on_data_sets import bit_of
from proofs_check.online.triangular import (
    MINUS,
    PLUS,
    SKIP,
    TAKE,
    below,
    comes_below,
    does,
    invariant,
    is_ours,
    label_below,
)
from proofs_check.statement import Found, about_networks
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError

Row = tuple[int, ...]  #: what is stored from the pivot on, times 3; the label last
Memory = tuple[Row | None, ...]  #: a row, or None, for each pivot
Example = tuple[tuple[int, ...], int]  #: bits, and a sign for the label
SIGNS: Final = (1, -1)
LARGEST_D: Final = 3  #: features up to which every memory and every example is listed
#: Features and examples for which every batch on every memory is listed.
SIZES: Final = ((1, 2), (1, 3), (2, 2), (2, 3))
#: The same, for the empty memory and without labels: how many batches do not collide.
FRACTIONS: Final = ((1, 2), (2, 2), (2, 3), (3, 2), (3, 3), (4, 2), (4, 3))


def reduce(memory: Memory, bits: tuple[int, ...]) -> tuple[int | None, tuple[int, ...]]:
    """Which row takes an example, counted from 0, or None; and its bits there, the labels' sum last."""
    state = (*bits, 0)
    for pivot, row in enumerate(memory):
        # What an unwritten row stores is not asked.
        action = does(state[pivot], row is not None, (row or SIGNS)[0])
        if action == TAKE:
            return pivot, state
        if row is not None:
            *features, label = row
            state = (
                *state[:pivot],
                *(below(v, action, s) for v, s in zip(state[pivot:-1], features, strict=True)),
                label_below(state[-1], action, label),
            )
    return None, state


@cache
def written(memory: Memory, example: Example) -> tuple[int, Row] | None:
    """The row that a step on one example adds to, and what it adds: the signs from the pivot on, times the label."""
    bits, label = example
    pivot, state = reduce(memory, bits)
    return None if pivot is None else (pivot, tuple(label * (1 - 2 * v) for v in state[pivot:]))


def added(memory: Memory, batch: tuple[Example, ...]) -> tuple[list[int], Memory]:
    """One step on the sum of the losses: the pivots of the new examples, and the memory after it."""
    rows: list[Row | None] = list(memory)
    pivots = []
    for found in (written(memory, example) for example in batch):
        if found is not None:
            pivot, row = found
            before = rows[pivot]
            pivots.append(pivot)
            rows[pivot] = row if before is None else tuple(map(sum, zip(before, row, strict=True)))
    return pivots, tuple(rows)


def one_by_one(memory: Memory, batch: tuple[Example, ...]) -> Memory:
    """A step for each example."""
    for example in batch:
        _, memory = added(memory, (example,))
    return memory


def memories(features: int) -> Iterator[Memory]:
    """Every memory that training can leave, and those with masks and labels in any other combination."""
    rows = ((None, *product(SIGNS, repeat=features - p + 1)) for p in range(features))
    return product(*rows)


def examples(features: int) -> tuple[Example, ...]:
    """Every example with either label."""
    return tuple(product(product((0, 1), repeat=features), SIGNS))


@dataclass(frozen=True)
class Count:
    """All batches of ``size`` examples, in order, on all memories; which of them do what single steps do.

    ``apart``: no two new examples have the same pivot. ``equal``: the memory is that of single steps, in this
    order, though some collide.
    """

    features: int
    size: int
    batches: int
    apart: int
    equal: int


def count(features: int, size: int) -> Count:
    """List all batches on all memories.

    Raises :class:`~proofs_check.verdict.RefutedError` when one that does not collide differs from single steps
    in some order, or when one is taken for what it is not by the rows that have changed.
    """
    batches = apart = equal = 0
    for memory in memories(features):
        for batch in product(examples(features), repeat=size):
            batches += 1
            pivots, after = added(memory, batch)
            changed = sum(
                new is not None and any(new) and new != old
                for old, new in zip(memory, after, strict=True)
            )
            collide = len(set(pivots)) < len(pivots)
            if collide == (len(pivots) == changed):
                raise RefutedError(f"{batch} on {memory}: {changed} rows are not 0 afterwards")
            if collide:
                even = any(pivots.count(pivot) % 2 == 0 for pivot in pivots)
                same = after == one_by_one(memory, batch)
                equal += same
                if same and even:
                    raise RefutedError(f"{batch} on {memory} collides, and it does not matter")
                continue
            apart += 1
            if any(after != one_by_one(memory, order) for order in permutations(batch)):
                raise RefutedError(f"{batch} on {memory} should do what single steps do")
    return Count(features, size, batches, apart, equal)


def chance_apart(free: int, size: int) -> Fraction:
    """How likely ``size`` random examples do not collide when ``free`` rows are unwritten, in closed form.

    The j-th unwritten row takes a random example with probability ``2^-j``. So it is the sum over ``k`` new
    ones of ``size! / (size - k)!`` times the elementary symmetric polynomial of degree ``k`` in ``1/2, 1/4, ..., 2^-free``,
    ``2^(-k (k + 1) / 2)`` times a Gaussian binomial coefficient, times ``2^(-free (size - k))``.
    """
    q = Fraction(1, 2)
    total = Fraction(0)
    for k in range(min(free, size) + 1):
        binomial = prod(
            ((1 - q ** (free - i)) / (1 - q ** (i + 1)) for i in range(k)), start=Fraction(1)
        )
        ways = comb(size, k) * factorial(k)
        total += ways * q ** (k * (k + 1) // 2) * binomial * q ** (free * (size - k))
    return total


def rows_written(free: int, size: int) -> Fraction:
    """The rows that are taken by some of ``size`` random examples, on average."""
    return sum((1 - (1 - Fraction(1, 2**j)) ** size for j in range(1, free + 1)), Fraction(0))


def listed_chance(features: int, size: int) -> tuple[Fraction, Fraction]:
    """Both numbers, by listing every batch on an empty memory."""
    memory: Memory = (None,) * features
    apart = rows = total = 0
    for batch in product(product((0, 1), repeat=features), repeat=size):
        pivots = [p for p, _ in (reduce(memory, bits) for bits in batch) if p is not None]
        total += 1
        apart += len(set(pivots)) == len(pivots)
        rows += len(set(pivots))
    return Fraction(apart, total), Fraction(rows, total)


@about_networks(
    "Online, A",
    "x is known just when it is a sum of stored examples, and then its label is theirs",
    "finite, exact",
    is_ours,
    key="triangular row reduction, A",
)
def meaning(subject: Subject) -> Found:
    """On every memory with few features: an input is known just when it is in the span, its label is then the sum's.

    After a step on a new example that example is known, with its label, and so is what was known before. That the
    network does this recurrence is looked at first.
    """
    invariant(subject)
    states = inputs = 0
    for d in range(1, LARGEST_D + 1):
        for memory in memories(d):
            states += 1
            span = spanned(memory)
            for bits in product((0, 1), repeat=d):
                inputs += 1
                pivot, state = reduce(memory, bits)
                if (pivot is None) != (bits in span) or span.get(bits, state[-1]) != state[-1]:
                    raise RefutedError(f"reducing {bits} by {memory} gives {state}")
                for label in SIGNS if pivot is not None else ():
                    after = spanned(one_by_one(memory, ((bits, label),)))
                    if after.get(bits) != bit_of(label) or not span.items() <= after.items():
                        raise RefutedError(
                            f"{bits} with the label {label} is not stored in {memory}"
                        )
    return Found(f"{states} memories and {inputs} inputs with d up to {LARGEST_D}")


def spanned(memory: Memory) -> dict[tuple[int, ...], int]:
    """Every sum of stored examples, with the sum of their labels."""
    width = len(memory)
    sums = {(0,) * width: 0}
    for pivot, row in enumerate(memory):
        if row is None:
            continue
        # The first stored bit is 1, the sign -1: what is stored is its mask's opposite.
        bits = (*(0,) * pivot, *(int(s == row[0]) for s in row[:-1]))
        label = bit_of(row[-1])
        sums |= {
            tuple(a ^ b for a, b in zip(old, bits, strict=True)): parity ^ label
            for old, parity in sums.items()
        }
    return sums


@about_networks(
    "Mini-batches",
    "one step on a batch whose new examples have different pivots is what single steps do, in any order",
    "all sizes, exact",
    is_ours,
)
def batches(subject: Subject) -> Found:
    """The argument of this module on the recurrence's formulas, for all values; and every batch of small sizes.

    That this recurrence is what the network's steps do is looked at first: with another network the row fails.
    """
    invariant(subject)
    values = 0
    for u, pivot, v, stored, comes in product((0, 1), SIGNS, (0, 1), SIGNS, (0, 1)):
        action = does(0, u, pivot)
        values += 1
        if action != SKIP or below(v, action, stored) != v or label_below(v, action, stored) != v:
            raise RefutedError("a row changes an input that has a 0 at its pivot")
        if comes_below(comes, action) != comes or does(1, 0, pivot) != TAKE:
            raise RefutedError("a row keeps an input that has a 0 at its pivot, or lets one pass")
    if {does(1, 1, pivot) for pivot in SIGNS} != {PLUS, MINUS}:
        raise RefutedError("a written row is not added to an input that has a 1 at its pivot")
    found = [count(*size) for size in SIZES]
    for size in FRACTIONS:
        if listed_chance(*size) != (chance_apart(*size), rows_written(*size)):
            raise RefutedError(f"the closed forms are wrong for d, B = {size}")
    total, apart, equal = (
        sum(getattr(each, name) for each in found) for name in ("batches", "apart", "equal")
    )
    return Found(
        f"{values} values of the recurrence; every batch of {len(SIZES)} sizes on every memory: {total}, of "
        f"which {apart} do not collide, and {equal} collide without a difference"
    )
