"""The sum rule and the delta rule, each as a loop and as one triangular system.

A fast-weight layer reads pairs of a key ``k`` and a value ``v`` and keeps a matrix ``W``, 0 at first:

    sum rule      W <- W + beta v k^T
    delta rule    W <- W + beta (v - W k) k^T

The loop does just that. The other form gives the same answers ``W q`` without ever holding ``W``: with
``u_i`` for what step ``i`` adds along its key, ``W q`` after ``i`` steps is ``sum_(j <= i) (k_j . q) u_j``, where

    sum rule      u_i = beta_i v_i
    delta rule    u_i = beta_i (v_i - sum_(j < i) (k_j . k_i) u_j)

The second is a triangular system, solved by forward substitution.

**Equal, and when.** The two forms are the same polynomial in keys, values and rates. So on integers and
on fractions (arrays of dtype object) they are equal, ``==``. On floats they add the same terms in another
order, and differ by rounding; but where every intermediate number is an integer below ``2^53``, or a
multiple of some power of two as small in proportion, nothing is rounded and they are ``==`` again.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from construction.arrays import shaped
from construction.errors import DataError

Array = npt.NDArray[Any]  #: floats, integers, or fractions as objects
Rule = Literal["sum", "delta"]
RULES: Final[tuple[Rule, ...]] = ("sum", "delta")


def loop(keys: npt.ArrayLike, values: npt.ArrayLike, rates: npt.ArrayLike, rule: Rule) -> Array:
    """The weights ``(n + 1, values, keys)`` before the first pair and after each.

    ``keys`` is ``(n, p)``, ``values`` ``(n, v)``, ``rates`` ``(n,)``.

    Raises :class:`~construction.errors.DataError` when they do not fit together, or are not finite.
    """
    k, v, beta = checked(keys, values, rates, rule)
    weights = [np.zeros((v.shape[1], k.shape[1]), dtype=np.result_type(k, v, beta))]
    for key, value, rate in zip(k, v, beta, strict=True):
        now = weights[-1]
        error = value if rule == "sum" else value - now @ key
        weights.append(now + np.outer(rate * error, key))
    return np.array(weights, dtype=weights[0].dtype)


def updates(keys: npt.ArrayLike, values: npt.ArrayLike, rates: npt.ArrayLike, rule: Rule) -> Array:
    """What each step adds along its key, ``u`` of shape ``(n, v)``, by forward substitution.

    The arguments, and what is raised, are those of :func:`loop`.
    """
    k, v, beta = checked(keys, values, rates, rule)
    # Keys may be fractions where rates and values are integers.
    u = (beta[:, None] * v).astype(np.result_type(k, v, beta))
    if rule == "delta":
        overlaps = k @ k.T
        for i in range(1, len(u)):
            u[i] = u[i] - beta[i] * (overlaps[i, :i] @ u[:i])
    return u


def read(keys: npt.ArrayLike, added: Array, queries: npt.ArrayLike) -> Array:
    """``W q`` for each of ``queries``, ``(m, p)``, after all pairs: ``(m, v)``. ``added`` is from :func:`updates`."""
    result: Array = (np.asarray(queries) @ np.asarray(keys).T) @ added
    return result


def read_online(keys: npt.ArrayLike, added: Array) -> Array:
    """For each pair, what the layer answers to its key before it reads the pair: ``(n, v)``."""
    k = np.asarray(keys)
    answers = np.zeros(added.shape, dtype=np.result_type(k, added))
    overlaps = k @ k.T
    for i in range(1, len(k)):
        answers[i] = overlaps[i, :i] @ added[:i]
    return answers


def checked(
    keys: npt.ArrayLike, values: npt.ArrayLike, rates: npt.ArrayLike, rule: str
) -> tuple[Array, Array, Array]:
    """Keys, values and rates as arrays that fit together, or an error that says what does not."""
    if rule not in RULES:
        raise DataError(f"unknown rule {rule!r}; it should be one of {', '.join(RULES)}")
    k = _array(keys, "keys", "(n, p)")
    v = _array(values, "values", "(n, v)")
    beta = _array(rates, "rates", "(n,)")
    if not len(k) == len(v) == len(beta):
        raise DataError(
            f"{len(k)} keys, {len(v)} values and {len(beta)} rates; it should be one of each a pair"
        )
    return k, v, beta


def _array(given: npt.ArrayLike, what: str, shape: str) -> Array:
    array = shaped(given, what, shape)
    if array.dtype.kind not in "biufO":
        raise DataError(f"{what}: values of type {array.dtype}; it should be numbers")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        place = ", ".join(str(int(index)) for index in np.argwhere(~np.isfinite(array))[0])
        raise DataError(
            f"{what}: entry [{place}] is {array[~np.isfinite(array)][0]}; it should be a finite number"
        )
    return array.astype(np.int64) if array.dtype.kind in "bui" else array
