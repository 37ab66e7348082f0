"""A layer of the network is a block of a Transformer: attention by masks, then the ReLU layers.

Every pixel is a token that holds one number. A head for each place of the patch that the network reads looks at one
relative place: its mask leaves one key open, so the softmax is ``exp(s) / exp(s) = 1`` there, whatever the score ``s``
is. Outside the grid stands one more key, whose value is the padding. Let

* every head see what stands at its place of the patch, in every token of every grid, and
* the feed-forward part be the convolution on those places, and the convolution read no other.

The block is made of the network's layers, so that this holds is no surprise; what would be one is looked at first: with the heads'
numbers as inputs the feed-forward part computes the certificate's *rule*, on every patch, values and derivatives.

Then block and layer are one function of real numbers, so their values and derivatives are the same, and so is all
that follows: every grid, output, gradient and SGD step.

A head's place is in the grid or not; that depends on whether the token has a neighbour to the north, south, west and
east. All 16 combinations are there on grids of up to 3 x 3, so those stand for all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import numpy.typing as npt
import sympy as sp

from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN
from construction.rules.patch import OFFSETS, POSITIONS
from proofs_check.lemma1.machine_runs import of_covered_runs
from proofs_check.statement import Found, about_networks
from proofs_check.subject import Subject
from proofs_check.theorem1.precision import check_computation_is_quiet, margin
from proofs_check.verdict import RefutedError
from proofs_check.weights.equality import Equality, compare
from proofs_check.weights.tables import unit_tables

SHAPES = tuple(product(range(1, 4), repeat=2))  #: rows and columns of grids


@dataclass(frozen=True, eq=False)
class Block:
    """Relative places of the heads (down, right), the wall's value, and the feed-forward layers."""

    heads: tuple[tuple[int, int], ...]
    wall: int
    feed_forward: tuple[WeightLayer, ...]

    def mask(self, rows: int, columns: int) -> npt.NDArray[np.bool_]:
        """Open keys, ``(heads, tokens, tokens + 1)``; tokens in row-major order, the wall last."""
        tokens = rows * columns
        opened = np.zeros((len(self.heads), tokens, tokens + 1), dtype=bool)
        for head, (down, right) in enumerate(self.heads):
            for row, column in np.ndindex(rows, columns):
                inside = 0 <= row + down < rows and 0 <= column + right < columns
                key = (row + down) * columns + column + right if inside else tokens
                opened[head, row * columns + column, key] = True
        return opened


def block_of(network: RCNN) -> Block:
    """The block with a head for each place of the patch that a first-layer unit reads."""
    first, *others = network.convolution
    read = [int(p) for p in np.flatnonzero(first.weights.any(axis=0))]
    heads = tuple(OFFSETS[POSITIONS[p]] for p in read)
    narrow = replace(first, weights=first.weights[:, read])
    return Block(heads, network.padding, (narrow, *others))


def unfolded(block: Block) -> tuple[WeightLayer, ...]:
    """The feed-forward layers, the first one on whole patches: each head's numbers come from its place."""
    first, *others = block.feed_forward
    weights = np.zeros((first.width, len(POSITIONS)), dtype=np.int64)
    for head, place in enumerate(block.heads):
        position = next(POSITIONS.index(name) for name, at in OFFSETS.items() if at == place)
        weights[:, position] += first.weights[:, head]
    return replace(first, weights=weights), *others


def check_rule(block: Block, subject: Subject) -> Equality:
    """The block computes the certificate's rule, on every patch of codes: values and derivatives.

    This compares the block with what is said of the program, and the network has no part in it. Raises
    :class:`~proofs_check.verdict.RefutedError` when it computes something else.
    """
    wall = subject.certificate.book.padding
    if block.wall != wall:
        raise RefutedError(f"the wall's value is {block.wall}; the certificate's padding is {wall}")
    as_network = replace(subject.network, convolution=unfolded(block))
    return compare(unit_tables(as_network), subject.certificate)


def check_block(block: Block, network: RCNN) -> int:
    """Block and layer are one function on every grid; returns how many kinds of places a token has.

    Raises :class:`~proofs_check.verdict.RefutedError` when they are not.
    """
    if block.wall != network.padding:
        raise RefutedError(f"the wall's value is {block.wall}; the padding is {network.padding}")
    kinds = set()
    for rows, columns in SHAPES:
        opened = block.mask(rows, columns)
        if (opened.sum(axis=2) != 1).any():
            raise RefutedError(
                f"on a {rows} x {columns} grid a mask does not leave one key, so its softmax is not 1 there"
            )
        numbers = np.arange(rows * columns + 1)  # a number of its own for each key, the wall last
        seen = opened @ numbers
        framed = np.pad(numbers[:-1].reshape(rows, columns), 1, constant_values=rows * columns)
        for head, (down, right) in enumerate(block.heads):
            wanted = framed[1 + down : 1 + down + rows, 1 + right : 1 + right + columns]
            if not np.array_equal(seen[head].reshape(rows, columns), wanted):
                raise RefutedError(
                    f"on a {rows} x {columns} grid head {head} does not see the place {down, right} of the patch"
                )
        kinds |= {
            (row > 0, row < rows - 1, column > 0, column < columns - 1)
            for row, column in np.ndindex(rows, columns)
        }
    for mine, theirs in zip(unfolded(block), network.convolution, strict=True):
        same = np.array_equal(mine.weights, theirs.weights) and mine.scale == theirs.scale
        if not same or not np.array_equal(mine.biases, theirs.biases):
            raise RefutedError("the feed-forward part is not the convolution on what the heads see")
    return len(kinds)


def check_gap(codes_margin: sp.Rational, spread: int) -> None:
    """With scores that are larger by ``ln(4 R n)`` at the right place, a head errs by less than the margin.

    The other ``n`` keys get ``t = exp(-gap)`` each where the right one gets 1, and their values are at most ``R``
    away. So a head errs by at most ``R n t / (1 + n t)``; for ``t = 1 / (4 R n)`` that is less than 1/4. Raises
    :class:`~proofs_check.verdict.RefutedError` when it is not less than the margin.
    """
    n = sp.Symbol("n", positive=True)
    t = 1 / (4 * spread * n)
    error = sp.simplify(spread * n * t / (1 + n * t))
    if error.free_symbols or not error < codes_margin:
        raise RefutedError(
            f"soft attention errs by {error} of a code; the margin is {codes_margin}"
        )


@about_networks(
    "Looped Transformer",
    "a layer is a block: a head for each place that is read, and the ReLU layers; values and derivatives",
    "all sizes, exact",
)
def check_transformer(subject: Subject) -> Found:
    """The block computes the rule, as the layer; and the gap that soft attention needs while the network predicts."""
    network = subject.network
    block = block_of(network)
    rule = check_rule(block, subject)
    kinds = check_block(block, network)
    if kinds != 2**4:
        raise RefutedError(f"{kinds} kinds of places were listed; there are 16")
    widths = " + ".join(str(layer.width) for layer in block.feed_forward[:-1])
    constants = {}
    if subject.of_predictions:
        # An error below the margin is gone after a layer only where no code passes it on.
        check_computation_is_quiet(subject)
        spread = network.highest - network.lowest
        least = margin(network, subject.tables)
        check_gap(sp.Rational(least.numerator, least.denominator), spread)
        gap = "gap with which soft attention predicts, n tokens"
        constants[of_covered_runs(gap, subject)] = f"ln({4 * spread} n)"
    return Found(
        f"{len(block.heads)} heads, {kinds} kinds of places; feed-forward {widths}; the rule's {rule.gates} gates on "
        f"{rule.combinations} combinations",
        constants,
    )
