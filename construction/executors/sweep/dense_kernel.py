"""Compiled: layers of a part of a grid, every unit on every patch."""

from __future__ import annotations

import numpy as np

from construction.kernels import kernel

CHANGED, FAILED = 1, 2


@kernel
def advance(grids, layers, stride, first, stop, halo, units, tile, limits):  # type: ignore[no-untyped-def]
    """Compute layers of a part; see :meth:`SweepExecutor.advance`."""
    changed = 0
    size = tile.shape[2]
    for layer in range(1, layers + 1):
        before, after = grids[(layer + 1) % 2], grids[layer % 2]
        low = stride * (1 + halo[0] * (layer - 1)) + 1
        high = grids.shape[1] - 1 - stride * (1 + halo[1] * (layer - 1))
        around = own = 0
        for start in range(low, first, size):
            end = min(first, start + size)
            around |= next_codes(before, after, start, end, stride, units, tile, limits)
        for start in range(first, stop, size):
            end = min(stop, start + size)
            own |= next_codes(before, after, start, end, stride, units, tile, limits)
        for start in range(stop, high, size):
            end = min(high, start + size)
            around |= next_codes(before, after, start, end, stride, units, tile, limits)
        if own & FAILED:
            return changed, layer
        if own:
            changed = layer
        elif not around:
            break
    return changed, 0


@kernel
def next_codes(before, after, start, stop, stride, units, tile, limits):  # type: ignore[no-untyped-def]
    """Write the next codes of ``start..stop - 1``; tells whether one changed, and whether one failed."""
    widths, starts, sources, weights, biases = units
    count = stop - start
    unit = 0
    for layer in range(widths.size):
        for own in range(widths[layer]):
            out = tile[layer % 2, own][:count]
            first, last = starts[unit], starts[unit + 1]
            if layer == 0 and last == first + 1 and widths.size > 1:
                at = start + (sources[first] // 3 - 1) * stride + sources[first] % 3 - 1
                hinge(out, weights[first], before[at : at + count], biases[unit])
                unit += 1
                continue
            out[:] = biases[unit]
            if layer == 0:
                for entry in range(first, last):
                    at = start + (sources[entry] // 3 - 1) * stride + sources[entry] % 3 - 1
                    add_one(out, weights[entry], before[at : at + count])
            else:
                add_all(out, tile[1 - layer % 2], weights[first:last], sources[first:last])
            if layer < widths.size - 1:
                rectify(out)
            unit += 1
    return write_codes(
        tile[(widths.size - 1) % 2, 0][:count], before[start:stop], after[start:stop], limits
    )


# ``np.add`` and ``np.multiply`` keep to the type of their operands, where ``+`` and ``*`` would widen.


@kernel
def hinge(out, weight, values, bias):  # type: ignore[no-untyped-def]
    """``out = relu(weight * values + bias)``."""
    zero = np.subtract(bias, bias)
    for i in range(out.size):
        out[i] = np.maximum(np.add(bias, np.multiply(weight, values[i])), zero)


@kernel
def add_one(out, weight, values):  # type: ignore[no-untyped-def]
    """``out += weight * values``."""
    for i in range(out.size):
        out[i] = np.add(out[i], np.multiply(weight, values[i]))


@kernel
def add_all(out, values, weights, sources):  # type: ignore[no-untyped-def]
    """``out += weights @ values[sources]``, four at a time."""
    size = out.size
    entry = 0
    while entry + 4 <= weights.size:
        w0, w1, w2, w3 = weights[entry], weights[entry + 1], weights[entry + 2], weights[entry + 3]
        v0, v1 = values[sources[entry]][:size], values[sources[entry + 1]][:size]
        v2, v3 = values[sources[entry + 2]][:size], values[sources[entry + 3]][:size]
        for i in range(size):
            two = np.add(np.multiply(w0, v0[i]), np.multiply(w1, v1[i]))
            four = np.add(two, np.add(np.multiply(w2, v2[i]), np.multiply(w3, v3[i])))
            out[i] = np.add(out[i], four)
        entry += 4
    while entry < weights.size:
        add_one(out, weights[entry], values[sources[entry]][:size])
        entry += 1


@kernel
def rectify(out):  # type: ignore[no-untyped-def]
    """``out = relu(out)``."""
    for i in range(out.size):
        out[i] = max(out[i], 0)


@kernel
def write_codes(totals, before, after, limits):  # type: ignore[no-untyped-def]
    """Divide by the scale; the padding stays what it is."""
    scale, padding, highest, shift = limits[0], limits[1], limits[2], limits[3]
    changed = failed = False
    for i in range(totals.size):
        # If the scale is a power of 2, a right shift rounds down as the division does.
        power = shift >= 0
        code = np.right_shift(totals[i], shift) if power else np.floor_divide(totals[i], scale)
        cell = before[i] != padding
        failed |= cell & (
            (np.multiply(code, scale) != totals[i]) | (code <= padding) | (code > highest)
        )
        code = code if cell else padding
        changed |= before[i] != code
        after[i] = code
    return CHANGED * changed + FAILED * failed
