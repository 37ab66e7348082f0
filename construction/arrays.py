"""Arrays of bits and signs, and what is wrong with one that is neither."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from construction.errors import DataError

Bits = npt.NDArray[np.uint8]  #: entries 0 and 1
Signs = npt.NDArray[np.int64]  #: entries -1 (bit 1) and +1 (bit 0)


def signs(bits: Bits) -> Signs:
    """Bit 1 is the sign -1, bit 0 is +1."""
    return 1 - 2 * bits.astype(np.int64)


def as_bits(values: npt.ArrayLike, what: str, shape: str) -> Bits:
    """The values as bits; ``shape`` says the shape that they should have, as ``"(m, d)"``.

    Raises :class:`~construction.errors.DataError` when they are no rectangle of 0 and 1.
    """
    hint = "; of signs, -1 is bit 1 and +1 is bit 0: give (1 - signs) // 2"
    return _checked(values, what, shape, (0, 1), hint).astype(np.uint8, copy=False)


def as_signs(values: npt.ArrayLike, what: str, shape: str) -> Signs:
    """The values as signs. Raises :class:`~construction.errors.DataError` when they are none."""
    hint = "; of bits, 1 is the sign -1 and 0 is +1: give 1 - 2 * bits"
    return _checked(values, what, shape, (-1, 1), hint).astype(np.int64, copy=False)


def shaped(values: npt.ArrayLike, what: str, shape: str) -> npt.NDArray[Any]:
    """The values as an array; ``shape`` says its shape. Raises as :func:`as_bits` does."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise DataError(
            f"{what}: the rows have different lengths; it should be an array {shape}"
        ) from None
    if array.ndim != shape.count(",") + (not shape.endswith(",)")):
        raise DataError(f"{what}: an array of shape {array.shape}; it should be {shape}")
    return array


def _checked(
    values: npt.ArrayLike, what: str, shape: str, known: tuple[int, int], hint: str
) -> npt.NDArray[Any]:
    low, high = known
    array = shaped(values, what, shape)
    if array.dtype.kind not in "biuf":
        raise DataError(f"{what}: values of type {array.dtype}; it should be {low} and {high}")
    strange = np.argwhere((array != low) & (array != high))
    if len(strange):
        place = ", ".join(str(int(index)) for index in strange[0])
        other = (0, 1) if low == -1 else (-1, 1)
        looks_like_the_other = bool(np.isin(array, other).all())
        raise DataError(
            f"{what}: entry [{place}] is {array[tuple(strange[0])]}; it should be {low} or {high}"
            + (hint if looks_like_the_other else "")
        )
    return array


def check_lengths(features: npt.NDArray[Any], labels: npt.NDArray[Any]) -> None:
    """Raise :class:`~construction.errors.DataError` unless there is a label for each example."""
    if len(features) != len(labels):
        raise DataError(f"{len(features)} examples and {len(labels)} labels; one label each")


def check_features(examples: npt.NDArray[Any], d: int) -> None:
    """Raise :class:`~construction.errors.DataError` unless each example has ``d`` features."""
    if examples.shape[-1] != d:
        raise DataError(f"an example has {examples.shape[-1]} features; it should have {d}")
