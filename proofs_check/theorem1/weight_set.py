"""The set ``U_s`` of weights, from the number of states alone, and what follows from it.

``U_s`` consists of the multiples of 1/24 up to a bound that is linear in ``s``. It depends on ``s`` alone:
the number of symbols is at most the constant ``SYMBOLS``. (With more symbols the constants grow.)

Where the bound comes from, for a machine with ``s`` states and ``g`` symbols:

* Codes. Each state is given the first displacement at which its at most ``g`` heads fall on no code
  that is taken. A displacement is spoilt by a pair of a head and a taken code, so at most
  ``g (g + s g)`` displacements are, and the highest code of a head is at most ``g^2 (s + 1) + g + 3``.
  The memory protocol adds at most ``PROTOCOL``.
* Weights. With highest code ``H``: a hinge has weight 12 on a pixel and a bias up to ``4 H + 1``; a table
  changes by at most ``2 H + 8`` over half a code, so a coefficient is at most that; a unit's bias is at
  most the sum of five tables. All of it is at most ``5 H + 25``, in multiples of 1/8, or of 1/24 in the
  last layer, which divides by 3, and in the head.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, log2

import sympy as sp

from construction.errors import NetworkError
from construction.network.definition5 import (
    HEAD_WIDTH,
    WEIGHT_LAYERS,
    WIDTH_PER_STATE,
    five_layer_form,
    smallest_s,
)
from construction.network.rcnn import RCNN
from proofs_check.statement import Found, about_networks, about_the_construction
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from proofs_check.weights.equality import compare
from proofs_check.weights.tables import unit_tables

SYMBOLS = 12  #: the largest alphabet for which ``U_s`` is made
DENOMINATOR = 24
PROTOCOL = 60  #: codes that the memory protocol adds above the machine's, at most
UNITS = 16  #: second-layer units of a machine's rule, at most


def highest_code(s: int, g: int = SYMBOLS) -> int:
    """No code of a machine with ``s`` states and ``g`` symbols is higher."""
    return g * g * (s + 1) + g + 3 + PROTOCOL


@dataclass(frozen=True)
class WeightSet:
    """``U_s``: the multiples of ``1/24`` from ``-bound`` to ``bound``."""

    s: int
    bound: int

    def __contains__(self, weight: Fraction) -> bool:
        return abs(weight) <= self.bound and (weight * DENOMINATOR).denominator == 1

    @property
    def size(self) -> int:
        """How many there are; for a symbol ``s`` a formula."""
        return 2 * DENOMINATOR * self.bound + 1

    def __len__(self) -> int:
        return self.size

    @property
    def bits(self) -> int:
        """Bits that number every element."""
        return ceil(log2(len(self)))


def weight_set(s: int, g: int = SYMBOLS) -> WeightSet:
    """``U_s``, from ``s`` alone unless another size of the alphabet is given."""
    return WeightSet(s, 5 * highest_code(s, g) + 25)


def most_hinges(s: int, g: int) -> int:
    """First-layer units of a machine's network, at most.

    The centre's tables change at most twice for each of the ``s g + g`` codes and the protocol's; a
    head moves in one direction, so its arrival is a rise and a fall in one of four tables.
    """
    return 2 * (s * g + g) + 4 * s * g + 120


def most_weights(s: int, g: int) -> int:
    """Non-zero weights and biases of a machine's network and head, at most.

    A hinge has a weight and a bias, and feeds the unit of the tables; a wall's unit reads the heads
    that move towards it; the other gates read a constant number of hinges each.
    """
    heads_at_walls = 4 * s * g
    head = 8 * 4  # a halting or a live code is a rise and a fall, read out by one output
    return 3 * most_hinges(s, g) + heads_at_walls + 12 * UNITS + 2 * UNITS + head


def five_layers(network: RCNN) -> RCNN:
    """The network in Definition 5's form. Raises RefutedError when it has none."""
    try:
        return five_layer_form(network)
    except NetworkError as error:
        raise RefutedError(str(error)) from None


def weights_in(network: RCNN, allowed: WeightSet) -> int:
    """How many weights and biases of a network are not 0. Raises RefutedError when one is not ``allowed``."""
    weights = list(network.real_weights())
    for place, weight in weights:
        if weight not in allowed:
            raise RefutedError(f"the weight {weight} ({place}) is not in U_{allowed.s}")
    return len(weights)


@about_networks(
    "Lemma 1, weights",
    "all weights lie in U_s, a set of size O(s) that depends on s alone",
    "finite, exact",
)
def check_weights(subject: Subject) -> Found:
    """Every weight of a network lies in ``U_s``, and of its form with five layers.

    For a program without a machine, ``s`` is the least for which Definition 5 has the width.
    """
    network, five = subject.network, five_layers(subject.network)
    s = subject.states or smallest_s(five)
    weights_in(five, allowed := weight_set(s))
    count = weights_in(network, allowed)
    distinct = network.weight_counts()["distinct"]
    return Found(
        f"{count} weights and biases, {distinct} different ones",
        {"s": str(s), "|U_s|": str(len(allowed)), "bits": str(allowed.bits)},
    )


@about_the_construction(
    "Lemma 1, U_s",
    "|U_s| = O(s), and ceil(log2 s) + c3 bits number it",
    "symbolic",
)
def check_size() -> Found:
    """``|U_s|`` is linear in ``s``; a weight takes ``ceil(log2 s) + c3`` bits."""
    s = sp.Symbol("s")
    size = sp.expand(weight_set(s).size)
    if sp.degree(size, s) != 1:
        raise RefutedError(f"|U_s| = {size} is not linear in s")
    # |U_s| <= |U_1| s for s >= 1, so log2 |U_s| <= log2 s + log2 |U_1|.
    slack = sp.expand((len(weight_set(1)) * s - size).subs(s, 1 + sp.Symbol("j", nonnegative=True)))
    if not slack.is_nonnegative:
        raise RefutedError("|U_s| is not at most |U_1| s")
    c3 = ceil(log2(len(weight_set(1))))
    return Found(
        f"|U_s| = {size} for every s", {"c3": str(c3), "alphabet": f"up to {SYMBOLS} symbols"}
    )


@about_the_construction(
    "Definition 5, all s",
    "a machine's network has O(s) weights and, but for small s, width at most 100 s",
    "symbolic",
)
def check_definition5_widths() -> Found:
    """A machine's network has ``O(s)`` weights for every ``s``, and width at most ``100 s`` from some ``s`` on.

    With 12 symbols a few states do not suffice: there are machines with one or two states, and a test has
    some, whose networks are wider than ``100 s``.
    """
    s = sp.Symbol("s")
    weights = sp.expand(most_weights(s, SYMBOLS))
    if sp.degree(weights, s) != 1:
        raise RefutedError(f"{weights} weights are not O(s)")
    enough = next(n for n in range(1, 1000) if most_hinges(n, SYMBOLS) <= WIDTH_PER_STATE * n)
    room = sp.expand(
        (WIDTH_PER_STATE * s - most_hinges(s, SYMBOLS)).subs(
            s, enough + sp.Symbol("j", nonnegative=True)
        )
    )
    if not room.is_nonnegative:
        raise RefutedError("the width grows faster than 100 s")
    return Found(
        f"width at most {sp.expand(most_hinges(s, sp.Symbol('g')))}, weights at most {weights} "
        f"for g = {SYMBOLS}",
        {"width at most 100 s for s at least": str(enough)},
    )


def _text_of_definition5(subject: Subject) -> str:
    text = "five weight layers of width at most 100 s, a pixel-wise head of width at most 100"
    return (
        text if subject.has_machine else f"{text}; s is the least with which that width is enough"
    )


@about_networks(
    "Definition 5",
    _text_of_definition5,
    "finite, exact",
)
def check_definition5(subject: Subject) -> Found:
    """The five-layer form has Definition 5's shapes."""
    network, (five, s) = subject.network, definition5_form(subject)
    widths = ", ".join(str(layer.width) for layer in five.convolution)
    counts = network.weight_counts()
    return Found(
        f"5 weight layers of widths {widths}; head of width {five.head[0].width}",
        {"s": str(s), "non-zero weights": str(counts["nonzero"])},
    )


def definition5_form(subject: Subject) -> tuple[RCNN, int]:
    """The network in Definition 5's form, and its ``s``: a machine's states, or the least that is wide enough.

    Raises :class:`~proofs_check.verdict.RefutedError` when it has no such form, the form is not the rule, or it does
    not have Definition 5's shapes; and when the network does not run its certificate's machine.
    """
    five = five_layers(subject.network)
    compare(unit_tables(five), subject.certificate)
    layers = [layer.weights.shape for layer in five.convolution]
    s = subject.states or smallest_s(five)
    if len(layers) != WEIGHT_LAYERS or layers[0][1] != 9 or layers[-1][0] != 1:
        raise RefutedError(f"the convolution has weight layers of shapes {layers}")
    width = max(five.hidden_widths)
    if width > WIDTH_PER_STATE * s:
        raise RefutedError(f"the width {width} is more than 100 s = {WIDTH_PER_STATE * s}")
    heads = [layer.weights.shape for layer in five.head]
    if len(heads) != 2 or heads[0][1] != 1 or heads[0][0] > HEAD_WIDTH or heads[1][0] != 1:
        raise RefutedError(f"the head has weight layers of shapes {heads}")
    return five, s
