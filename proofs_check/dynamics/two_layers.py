"""Two layers of ReLU units that say what a trained network says.

With ``s`` the number of the relevant bits that are 1, the parity of ``k`` bits is ``(-1)^s``, and these are two layers:

* ``k`` units: ``1 - 2 relu(s) + 4 relu(s - 1) - 4 relu(s - 2) + ...``;
* ``k - 1`` units for ``k >= 4``: ``-11 + 6 relu(s - 2/3) - 4 relu(s - 2) + 4 relu(3 - s) - 4 relu(s - 4) + ...``.

Both go from ``k`` to ``k + 1`` by one unit more, ``4 (-1)^(k+1) relu(s - k)``. It is 0 up to ``s = k``. If the function is ``(-1)^s`` up to
``k`` and has the slope ``2 (-1)^k`` from there on, then with it the slope from ``k`` on is ``2 (-1)^(k+1)``, so ``s = k + 1`` is right, too.

A network with ``h`` units that reads ``s`` alone is a piecewise linear function of one number with at most ``h + 1`` pieces, each of
which changes its sign once at most; the parity of ``k`` bits changes ``k`` times. So it has ``k - 1`` units or more.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Final

from proofs_check.dynamics.fewest_units import cannot
from proofs_check.dynamics.runs import SIZES, runs
from proofs_check.lemma1.data_sets import Bits, in_words
from proofs_check.lemma1.memorisation import memorisation
from proofs_check.statement import (
    NOT_CLAIMED,
    Applies,
    Found,
    about_networks,
    about_the_construction,
)
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError

#: ``outgoing * relu(turn * (s - kink))``.
Unit = tuple[int, int, Fraction]
FEWER_FROM: Final = 4
LARGEST: Final = 16  #: bits up to which the formulas are evaluated as they stand
#: ``(bits, units)`` that do not do.
TOO_FEW: Final = ((2, 1), (3, 2))


def outgoing(kink: int) -> int:
    """The weight of the unit with which a parity goes on from this number of bits to the next."""
    return 4 if kink % 2 else -4


def units(k: int) -> tuple[int, list[Unit]]:
    """The constant and the units of a parity of ``k`` bits, as many as needed here."""
    ahead = [(outgoing(j), 1, Fraction(j)) for j in range(1, k)]
    if k < FEWER_FROM:
        return 1, [(-2, 1, Fraction(0)), *ahead][:k]
    start = [(6, 1, Fraction(2, 3)), (-4, 1, Fraction(2)), (4, -1, Fraction(3))]
    return -11, [*start, *ahead[3:]]


def value(k: int, s: Fraction | int) -> Fraction:
    """The network at ``s``."""
    constant, own = units(k)
    return Fraction(constant) + sum(
        (out * max(Fraction(0), turn * (s - kink)) for out, turn, kink in own), Fraction(0)
    )


@about_the_construction(
    "Two layers, parity",
    "a parity of k bits has a network of k hidden units, and of k - 1 for k >= 4",
    "symbolic",
)
def check_parity() -> Found:
    """The first sizes as they stand, and the step from ``k`` to ``k + 1`` for all."""
    for k in (0, 1):  # an even and an odd k; the induction from FEWER_FROM on
        slope = 2 * (-1) ** k
        if slope + outgoing(k) != -slope:
            raise RefutedError("one unit more does not turn the slope over")
    for k in range(LARGEST + 1):
        wanted = k - (k >= FEWER_FROM)
        if len(units(k)[1]) != wanted:
            raise RefutedError(f"{len(units(k)[1])} units for {k} bits; it should be {wanted}")
        for s in range(k + 1):
            if value(k, s) != (-1) ** s:
                raise RefutedError(f"the network of {k} bits is {value(k, s)} at s = {s}")
        # From the last kink on it is straight; the parity of 0 bits is constant.
        if k and value(k, k + 1) - value(k, k) != 2 * (-1) ** k:
            raise RefutedError(f"the network of {k} bits goes on with another slope")
    for k in range(FEWER_FROM, LARGEST):
        (before, old), (after, more) = units(k), units(k + 1)
        if before != after or more != [*old, (outgoing(k), 1, Fraction(k))]:
            raise RefutedError(f"from {k} to {k + 1} bits it is not one unit more")
    return Found(
        f"every k; as they stand up to {LARGEST}",
        {"units": "k for k < 4, k - 1 for k >= 4", "units that read s alone": "at least k - 1"},
    )


@about_the_construction(
    "Two layers, fewest units",
    "no network of fewer units is the parity of 2 or 3 bits; so that of 4 bits has 3 units or more",
    "finite, exact",
)
def check_fewest() -> Found:
    """Every choice of half spaces and signs, decided in fractions."""
    found = [cannot(*sizes) for sizes in TOO_FEW]
    return Found(
        f"every choice of {' and '.join(str(each.half_spaces) for each in found)} half spaces: "
        f"{sum(each.systems for each in found)} systems",
        {"open": "fewer than k - 1 units for k >= 5"},
    )


PARITYS_UNITS: Final = f"k units for k bits, k - 1 from k = {FEWER_FROM} on"
#: The answer, +1 or -1, for each test example.
Answers = dict[tuple[int, ...], int]


def _parity(answers: Answers, d: int) -> Callable[[Bits], Fraction | int] | None:
    if answers[(0,) * d] != 1:
        return None
    support = [b for b in range(d) if answers[tuple(int(c == b) for c in range(d))] == -1]
    return lambda x: value(len(support), sum(x[b] for b in support))


def _literals(answers: Answers, d: int) -> Callable[[Bits], int] | None:
    """One unit that is on where all literals hold."""
    true = [x for x in sorted(answers) if answers[x] == -1]
    if not true:
        return lambda _: 1
    start = true[0]
    matter = [b for b in range(d) if answers[_turned(start, b)] == 1]
    if not matter:
        return lambda _: -1
    return lambda x: 1 - 2 * max(0, 1 - sum(x[b] != start[b] for b in matter))


def _literal(answers: Answers, d: int) -> Callable[[Bits], int] | None:
    """The same, with one literal at most."""
    true = [x for x in answers if answers[x] == -1]
    if true and sum(answers[_turned(true[0], b)] == 1 for b in range(d)) > 1:
        return None
    return _literals(answers, d)


def _constant(answers: Answers, d: int) -> Callable[[Bits], int] | None:
    return lambda _: answers[(0,) * d]


def _turned(x: tuple[int, ...], b: int) -> tuple[int, ...]:
    return (*x[:b], 1 - x[b], *x[b + 1 :])


#: By what a program computes: the function, the hidden units of the two layers, and how it is read off.
READ_OFF: Final = {
    "row reduction": ("a parity", PARITYS_UNITS, _parity),
    "row reduction on a line": ("a parity", PARITYS_UNITS, _parity),
    "conjunction": ("a conjunction", "at most 1 unit", _literals),
    "one literal": ("a literal or a constant", "at most 1 unit", _literal),
    "majority": ("a constant", "no unit", _constant),
}


def _applies(subject: Subject) -> Applies:
    """Where nothing is said of what SGD stores, nothing is said of what it leads to."""
    read_off = subject.computes in READ_OFF and not subject.online
    return read_off and (subject.has_scene("memorising") or NOT_CLAIMED)


@about_networks(
    "Two layers",
    lambda subject: (
        "what this network predicts after Lemma 1's training (a step of SGD for each example, then the dummy, eta = 1/3) is "
        "{}: two layers of {}, read off its answers (proofs_check/dynamics/two_layers.py)".format(
            *READ_OFF[str(subject.computes)]
        )
    ),
    "finite, exact",
    _applies,
)
def check_read_off(subject: Subject) -> Found:
    """On every data set of small sizes the two layers agree with the network on every test example.

    The runs begin with the memory of Lemma 1. That SGD leaves it is looked at first.
    """
    memorisation(subject)
    what, _, read_off = READ_OFF[str(subject.computes)]
    count = 0
    for (_, d), run in runs(subject).items():
        memories: dict[tuple[tuple[int, ...], ...], Answers] = {}
        for rows, answer in zip(run.rows, run.answers, strict=True):
            memories.setdefault(rows[:-1], {})[rows[-1][:-1]] = answer
        for memory, answers in memories.items():
            count += 1
            network = read_off(answers, d)
            for x in product((0, 1), repeat=d):
                if network is None or network(x) != answers[x]:
                    raise RefutedError(
                        f"trained on {memory} the network is not {what}: {answers[x]} on {x}"
                    )
    return Found(f"{count} memories with m x d = {in_words(SIZES)}, each on all test examples")
