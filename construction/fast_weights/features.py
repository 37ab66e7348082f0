"""Feature maps: what a key looks like to the fast weights. The last axis holds the vector."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from construction.errors import DataError

Array = npt.NDArray[Any]


def one_hot(symbols: npt.ArrayLike, size: int) -> Array:
    """Symbols ``0 .. size - 1`` as orthogonal keys, integers."""
    chosen = np.asarray(symbols)
    if chosen.size and (chosen.min() < 0 or chosen.max() >= size):
        worst = int(chosen.max() if chosen.max() >= size else chosen.min())
        raise DataError(f"symbol {worst}; it should be one of 0 .. {size - 1}")
    keys: Array = np.eye(size, dtype=np.int64)[chosen]
    return keys


def elu_plus_one(x: npt.NDArray[np.floating]) -> Array:
    """``elu(x) + 1``: ``x + 1`` where x is positive, ``exp(x)`` elsewhere. *linear* in the public code."""
    result: Array = np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))
    return result


def dpfp(x: Array, nu: int = 1) -> Array:
    """Deterministic parameter-free projection: ``(..., d)`` to ``(..., 2 d nu)``, none of it negative.

    With ``r = [relu(x), relu(-x)]`` the entries are ``r_i r_(i - j)`` for ``j = 1 .. nu``, indices modulo ``2 d``.
    """
    if nu < 1:
        raise DataError(f"nu is {nu}; it should be at least 1")
    r = np.concatenate([np.maximum(x, 0), np.maximum(-x, 0)], axis=-1)
    return np.concatenate([r * np.roll(r, j, axis=-1) for j in range(1, nu + 1)], axis=-1)


def monomials(signs: Array, degree: int | None = None) -> Array:
    """All products of different entries of ``signs``, ``(..., d)``, up to a degree (all of them by default).

    Of two examples with all ``2^d`` monomials the inner product is ``2^d`` if they are equal and 0 otherwise.
    """
    d = signs.shape[-1]
    most = d if degree is None else degree
    if not 0 <= most <= d:
        raise DataError(f"monomials of degree {most} in {d} features; it should be 0 .. {d}")
    chosen = [each for size in range(most + 1) for each in combinations(range(d), size)]
    return np.stack([signs[..., each].prod(axis=-1) for each in map(list, chosen)], axis=-1)
