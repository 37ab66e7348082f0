"""The network looked up: what its units make of a patch, found once and stored in a table.

The second layer of a compiled network adds up what each position of the patch contributes, for
every hinge of the first layer reads one position. So two codes that contribute the same at a
position can never be told apart there: they form a **class**. The network's own units are evaluated
once for every combination of classes; classes that turn out to give the same next code in every
combination are merged.

A pixel is held as a **word**: one field of bits for its class at each position of the patch, and
above them its code. The nine words of a patch, each masked to the field of its position and put
together, are the index of the patch in the table, and the entry is the next word.

A network whose first layer mixes positions, or whose classes have too many combinations, is not
tabulated: for each patch its **sums** are added up from what each code contributes at each position,
and the remaining layers are evaluated. Nothing but the weights is used in either case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from construction.executors.executor import Codes
from construction.executors.flat import Units, flat_grid, flatten, inside
from construction.network.bounds import integer_type
from construction.network.layers import Integers, WeightLayer
from construction.network.rcnn import RCNN
from construction.rules.patch import POSITIONS

Words = npt.NDArray[np.uint32]

WORD_BITS: Final = 31
#: The word of a patch on which the network leaves its codes; the only one with the highest bit.
FAILED: Final = 2**32 - 1
FAILURE: Final = 2**31  #: that bit
CENTRE: Final = POSITIONS.index("C")
#: The number, among the positions of the patch, of each position's mirror image.
TRANSPOSED: Final = np.arange(9).reshape(3, 3).T.reshape(-1)
MOST_COMBINATIONS: Final = 2**22  #: combinations of classes that are worth evaluating beforehand


class Sums(NamedTuple):
    """The first layers as sums over positions, and the layers that follow.

    ``contributions[p, k - lowest]`` is what code ``k`` at position ``p`` adds to the inputs of the units
    of one layer, and ``base`` what is always there. ``rest`` are the layers after it.
    """

    contributions: Integers
    base: Integers
    rest: Units


@dataclass(frozen=True, eq=False)
class PatchTable:
    """A network as tables. See the module's docstring.

    ``words[k - lowest]`` is the word of code ``k``; ``masks[p]`` selects the field of position ``p``.
    ``table`` is empty when the combinations were too many; words are then ``k - lowest`` themselves
    and a mask says only whether the position is read. ``classes`` counts the classes by position.
    """

    network: RCNN
    words: Words
    masks: Words
    table: Words
    code_shift: int
    classes: tuple[int, ...]
    sums: Sums

    @property
    def tabulated(self) -> bool:
        """Is there a table?"""
        return self.table.size > 0

    def transposed(self) -> PatchTable:
        """The table for grids with rows and columns exchanged; entries and words stay the same."""
        sums = self.sums._replace(contributions=self.sums.contributions[TRANSPOSED].copy())
        return replace(self, masks=self.masks[TRANSPOSED], sums=sums)

    def encode(self, grid: Codes) -> Words:
        """A grid of codes ``(rows, columns)`` as flat words."""
        outside = self.words[self.network.padding - self.network.lowest]
        return flat_grid(self.words[grid - np.int16(self.network.lowest)], int(outside))

    def decode(self, flat: Words, shape: tuple[int, int]) -> Codes:
        """The codes of a grid of this shape, from its flat words."""
        words = inside(flat, shape)
        codes = (words >> np.uint32(self.code_shift)).astype(np.int16)
        codes += np.int16(self.network.lowest)
        return codes


def patch_table(network: RCNN, *, most_combinations: int = MOST_COMBINATIONS) -> PatchTable:
    """The table of a network, or its sums when there are more combinations than the limit."""
    sums, rest = first_layers(network)
    values = sums.contributions
    classes = [_classes(values[p], padding_apart=p == CENTRE) for p in range(len(POSITIONS))]
    counts = [len(first) for first, _ in classes]
    code_bits = (network.highest - network.lowest).bit_length()
    bits = sum(map(_bits, counts))
    if np.prod(counts, dtype=object) > most_combinations or bits + code_bits > WORD_BITS:
        return PatchTable(
            network=network,
            words=np.arange(network.highest - network.lowest + 1, dtype=np.uint32),
            masks=np.array([FAILED if count > 1 else 0 for count in counts], dtype=np.uint32),
            table=np.zeros(0, dtype=np.uint32),
            code_shift=0,
            classes=tuple(counts),
            sums=sums,
        )
    codes = _next_codes(network, sums, rest, [first for first, _ in classes])
    class_of = [of for _, of in classes]
    for axis in range(len(POSITIONS)):
        first, merged = _equal_slices(codes, axis)
        codes = np.take(codes, first, axis=axis)
        class_of[axis] = merged[class_of[axis]]
    return _packed(network, sums, codes, class_of)


def _packed(
    network: RCNN, sums: Sums, codes: Integers, class_of: Sequence[npt.NDArray[np.intp]]
) -> PatchTable:
    """The table with one field of bits for each position; unused entries say failure."""
    counts = codes.shape
    widths = [_bits(count) for count in counts]
    # The first axis has the highest bits of the index.
    shifts = [sum(widths[p + 1 :]) for p in range(len(POSITIONS))]
    shift = sum(widths)
    number = np.arange(network.highest - network.lowest + 1)
    words = reduce(
        np.bitwise_or,
        (of << s for of, s in zip(class_of, shifts, strict=True)),
        number << shift,
    ).astype(np.uint32)
    table = np.full([1 << width for width in widths], FAILED, dtype=np.uint32)
    failed = codes < network.padding
    entries = np.where(failed, FAILED, words[np.where(failed, 0, codes - network.lowest)])
    table[tuple(slice(count) for count in counts)] = entries
    return PatchTable(
        network=network,
        words=words,
        masks=np.array(
            [((1 << w) - 1) << s for w, s in zip(widths, shifts, strict=True)], dtype=np.uint32
        ),
        table=table.reshape(-1),
        code_shift=shift,
        classes=counts,
        sums=sums,
    )


def _bits(count: int) -> int:
    return (count - 1).bit_length()


def first_layers(network: RCNN) -> tuple[Sums, Sequence[WeightLayer]]:
    """The deepest layer whose inputs are sums over positions, and the layers after it."""
    integer_type(network)  # raises when 64-bit integers do not suffice
    first, *rest = network.convolution
    codes = np.arange(network.lowest, network.highest + 1, dtype=np.int64)
    reads = first.weights != 0
    base = first.biases
    values = codes[None, :, None] * first.weights.T[:, None, :]
    if rest and (reads.sum(axis=1) <= 1).all():
        second, *rest = rest
        values = np.zeros((len(POSITIONS), len(codes), second.width), dtype=np.int64)
        for position in range(len(POSITIONS)):
            own = np.flatnonzero(reads[:, position])
            inputs = codes[:, None] * first.weights[own, position] + first.biases[own]
            values[position] = np.maximum(inputs, 0) @ second.weights[:, own].T
        constant = np.flatnonzero(~reads.any(axis=1))
        base = second.biases + second.weights[:, constant] @ np.maximum(first.biases[constant], 0)
    return Sums(np.ascontiguousarray(values), base.copy(), flatten(rest, np.int64)), rest


def _classes(
    values: Integers, *, padding_apart: bool
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Representatives of the codes with equal contributions, and each code's class.

    ``padding_apart``: the padding, the first code, is the first class, whatever it contributes.
    """
    apart = int(padding_apart)
    _, first, class_of = np.unique(values[apart:], axis=0, return_index=True, return_inverse=True)
    alone = np.zeros(apart, dtype=np.intp)
    return (
        np.concatenate([alone, first + apart]),
        np.concatenate([alone, class_of.reshape(-1) + apart]),
    )


def _equal_slices(
    array: npt.NDArray[Any], axis: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The first of each kind of equal slices along an axis, and each slice's kind."""
    kinds: dict[bytes, int] = {}
    slices = np.moveaxis(array, axis, 0)
    kind_of = np.array([kinds.setdefault(each.tobytes(), len(kinds)) for each in slices])
    return np.unique(kind_of, return_index=True)[1], kind_of


def _next_codes(
    network: RCNN,
    sums: Sums,
    rest: Sequence[WeightLayer],
    representatives: Sequence[npt.NDArray[np.intp]],
) -> npt.NDArray[Any]:
    """The next code for every combination of classes, through the network's own units.

    One axis a position. A number below the padding stands where the network leaves its codes.
    """
    shape = tuple(len(each) for each in representatives)
    result = np.empty(shape, dtype=np.int16)
    by_axis = [sums.contributions[p, each] for p, each in enumerate(representatives)]
    result[(slice(None),) * CENTRE + (0,)] = network.padding
    for centre in range(1, shape[CENTRE]):
        by_axis[CENTRE] = sums.contributions[CENTRE, representatives[CENTRE][centre : centre + 1]]
        values = sums.base
        for axis, own in enumerate(by_axis):
            sizes = [1] * len(shape)
            sizes[axis] = len(own)
            values = values + own.reshape(*sizes, -1)
        for layer in rest:
            values = np.maximum(values, 0) @ layer.weights.T + layer.biases
        codes, remainder = np.divmod(values[..., 0], network.convolution[-1].scale)
        good = (remainder == 0) & (codes > network.padding) & (codes <= network.highest)
        at = tuple(
            slice(None) if axis != CENTRE else slice(centre, centre + 1) for axis in range(9)
        )
        result[at] = np.where(good, codes, network.padding - 1)
    return result
