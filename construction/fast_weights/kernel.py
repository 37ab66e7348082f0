"""Compiled: the answers of many fast-weight layers to one query each, forwards and backwards.

Pairs' keys are a row of a table for the key's symbol plus a row of one for the value's, through a feature map. All is
done for one pair at a time, in the processor's nearest memory: no array of all mapped keys is ever made.

Tables are ``(seeds, n, d)``, symbols ``(seeds, batch, length)``, queries ``(seeds, batch, p)`` (mapped), rates and the
amounts that come out ``(seeds, batch, length)``; all numbers are 32-bit floats. :mod:`construction.fast_weights.forms` says what
the amounts are.
"""

from __future__ import annotations

import numpy as np

from construction.kernels import float_kernel


@float_kernel
def _mapped(x, dpfp, r, phi):  # type: ignore[no-untyped-def]
    """Write the feature map of ``x`` into ``phi``, and ``[relu(x), relu(-x)]`` into ``r``; return the sum of ``phi``."""
    d, p = len(x), len(phi)
    if dpfp:
        for j in range(d):
            r[j] = max(x[j], np.float32(0))
            r[d + j] = r[j] - x[j]
        phi[0] = r[0] * r[p - 1]
        for j in range(1, p):
            phi[j] = r[j] * r[j - 1]
    else:
        for j in range(d):
            phi[j] = x[j] + 1 if x[j] > 0 else np.exp(x[j])
    total = np.float32(0)
    for j in range(p):
        total += phi[j]
    return total


@float_kernel
def _slope(x, dpfp, r, phi, slope, dx):  # type: ignore[no-untyped-def]
    """Write into ``dx`` the derivative by ``x``, given that by ``phi``. ``phi`` is overwritten."""
    d, p = len(x), len(phi)
    if not dpfp:
        for j in range(d):
            dx[j] = slope[j] * (np.float32(1) if x[j] > 0 else phi[j])
        return
    first, last = slope[0] * r[p - 1] + slope[1] * r[1], slope[p - 1] * r[p - 2] + slope[0] * r[0]
    for j in range(1, p - 1):
        phi[j] = slope[j] * r[j - 1] + slope[j + 1] * r[j + 1]
    phi[0], phi[p - 1] = first, last
    for j in range(d):
        dx[j] = phi[j] if x[j] > 0 else -phi[d + j]


@float_kernel
def amounts(by_key, by_value, keys, values, queries, rates, dpfp, delta):  # type: ignore[no-untyped-def]
    """The number by which each value enters its answer, and what is left of the queries."""
    seeds, batch, length = keys.shape
    found = np.empty((seeds, batch, length), dtype=np.float32)
    left = queries.copy()
    p = queries.shape[2]
    r, phi = np.empty(p, dtype=np.float32), np.empty(p, dtype=np.float32)
    x = np.empty_like(by_key[0, 0])
    for s in range(seeds):
        for t in range(batch):
            query = left[s, t]
            for i in range(length - 1, -1, -1):
                one, other = by_key[s, keys[s, t, i]], by_value[s, values[s, t, i]]
                for j in range(len(x)):
                    x[j] = one[j] + other[j]
                total = _mapped(x, dpfp, r, phi)
                shown = np.float32(0)
                for j in range(len(phi)):
                    shown += phi[j] * query[j]
                if delta:
                    amount = rates[s, t, i] * shown / total
                    scaled = amount / total
                    for j in range(len(phi)):
                        query[j] -= scaled * phi[j]
                    found[s, t, i] = amount
                else:
                    found[s, t, i] = rates[s, t, i] * shown
    return found, left


@float_kernel
def backwards(by_key, by_value, keys, values, left, rates, found, slopes, dpfp, delta):  # type: ignore[no-untyped-def]
    """The derivatives by both tables, the queries and the rates, given those by the amounts (``slopes``).

    ``left`` and ``found`` are from :func:`amounts`; from them the queries are restored, pair by pair.
    """
    seeds, batch, length = keys.shape
    to_key, to_value = np.zeros_like(by_key), np.zeros_like(by_value)
    to_query, to_rate = np.zeros_like(left), np.empty_like(rates)
    p = left.shape[2]
    r, phi = np.empty(p, dtype=np.float32), np.empty(p, dtype=np.float32)
    slope = np.empty(p, dtype=np.float32)
    x, dx = np.empty_like(by_key[0, 0]), np.empty_like(by_key[0, 0])
    for s in range(seeds):
        for t in range(batch):
            query, back = left[s, t].copy(), to_query[s, t]
            for i in range(length):
                one, other = by_key[s, keys[s, t, i]], by_value[s, values[s, t, i]]
                for j in range(len(x)):
                    x[j] = one[j] + other[j]
                total = _mapped(x, dpfp, r, phi)
                rate, amount, gain = rates[s, t, i], found[s, t, i], slopes[s, t, i]
                shown = np.float32(0)
                if delta:
                    scaled = amount / total
                    for j in range(p):
                        query[j] += scaled * phi[j]
                        shown += phi[j] * query[j]
                        gain -= back[j] * phi[j] / total
                    shown /= total
                    along = np.float32(0)
                    for j in range(p):
                        slope[j] = gain * rate * query[j] - amount * back[j]
                        along += slope[j] * phi[j]
                        back[j] += gain * rate * phi[j] / total
                    for j in range(p):
                        slope[j] = (slope[j] - along / total) / total
                else:
                    for j in range(p):
                        shown += phi[j] * query[j]
                        slope[j] = gain * rate * query[j]
                        back[j] += gain * rate * phi[j]
                to_rate[s, t, i] = gain * shown
                _slope(x, dpfp, r, phi, slope, dx)
                one, other = to_key[s, keys[s, t, i]], to_value[s, values[s, t, i]]
                for j in range(len(x)):
                    one[j] += dx[j]
                    other[j] += dx[j]
    return to_key, to_value, to_query, to_rate
