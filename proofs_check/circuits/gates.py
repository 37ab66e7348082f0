"""Boolean circuits that are evaluated while they are built, on many inputs at a time.

A wire is a constant, or an integer whose bit ``k`` is the wire's value on input ``k``. AND, OR, XOR and NOT of wires are gates,
and are counted; what is known of constants needs none. A :class:`Number` is a whole number in two's complement between
two bounds, which say how many wires it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from proofs_check.weights.tables import Integers

Wire = int  #: ``True`` and ``False`` are the constants; every other integer is a wire


@dataclass(frozen=True)
class Number:
    """A whole number from ``low`` to ``high``; the least bit first, the sign last."""

    wires: tuple[Wire, ...]
    low: int
    high: int


def width(low: int, high: int) -> int:
    """The bits in two's complement of every number from ``low`` to ``high``."""
    return max(high, -low - 1).bit_length() + 1


class Circuit:
    """The gates so far, for ``inputs`` inputs at a time."""

    def __init__(self, inputs: int) -> None:
        self.gates = 0
        self.inputs = inputs
        ones = np.packbits(np.ones(inputs, dtype=bool), bitorder="little").tobytes()
        self._all, self._bytes = int.from_bytes(ones, "little"), len(ones)

    def both(self, a: Wire, b: Wire) -> Wire:
        """AND."""
        if a is False or b is False:
            return False
        if a is True or b is True:
            return b if a is True else a
        self.gates += 1
        return a & b

    def either(self, a: Wire, b: Wire) -> Wire:
        """OR."""
        if a is True or b is True:
            return True
        if a is False or b is False:
            return b if a is False else a
        self.gates += 1
        return a | b

    def differ(self, a: Wire, b: Wire) -> Wire:
        """XOR."""
        if isinstance(a, bool) and isinstance(b, bool):
            return a != b
        if isinstance(a, bool) or isinstance(b, bool):
            constant, wire = (a, b) if isinstance(a, bool) else (b, a)
            return self.negation(wire) if constant else wire
        self.gates += 1
        return a ^ b

    def negation(self, a: Wire) -> Wire:
        """NOT."""
        if isinstance(a, bool):
            return not a
        self.gates += 1
        return a ^ self._all

    def wire(self, bits: Integers) -> Wire:
        """An input: a bit of each input."""
        packed = np.packbits(bits.astype(bool), bitorder="little")
        return int.from_bytes(packed.tobytes(), "little")

    def wires(self, numbers: Integers, low: int, high: int) -> Number:
        """An input: a number of each input, all between two bounds."""
        found = [self.wire(numbers >> bit & 1) for bit in range(width(low, high))]
        return Number(tuple(found), low, high)

    def bits(self, wire: Wire) -> Integers:
        """What a wire is on each input."""
        whole = self._all * int(wire) if isinstance(wire, bool) else wire
        packed = np.frombuffer(whole.to_bytes(self._bytes, "little"), dtype=np.uint8)
        return np.unpackbits(packed, count=self.inputs, bitorder="little").astype(np.int64)

    def values(self, number: Number) -> Integers:
        """What a number is on each input."""
        *bits, sign = (self.bits(wire) << bit for bit, wire in enumerate(number.wires))
        return np.asarray(sum(bits, -sign))

    def add(self, a: Number, b: Number, *, minus: bool = False) -> Number:
        """``a + b`` or ``a - b``, bit by bit with a carry."""
        low, high = (a.low - b.high, a.high - b.low) if minus else (a.low + b.low, a.high + b.high)
        found, carry = [], minus
        wire_of_carry: Wire = carry
        for bit in range(width(low, high)):
            one = a.wires[min(bit, len(a.wires) - 1)]
            other = b.wires[min(bit, len(b.wires) - 1)]
            if minus:
                other = self.negation(other)
            half = self.differ(one, other)
            found.append(self.differ(half, wire_of_carry))
            wire_of_carry = self.either(self.both(one, other), self.both(half, wire_of_carry))
        return Number(tuple(found), low, high)

    def times(self, a: Number, factor: int) -> Number:
        """``a`` times a constant: shifted copies of it, added up."""
        total = constant(0)
        for bit in range(abs(factor).bit_length()):
            if abs(factor) >> bit & 1:
                shifted = Number((False,) * bit + a.wires, a.low << bit, a.high << bit)
                total = self.add(total, shifted)
        return self.add(constant(0), total, minus=True) if factor < 0 else total

    def weighted(self, numbers: Sequence[Number], weights: Sequence[int], bias: int) -> Number:
        """A unit's input."""
        total = constant(bias)
        for number, weight in zip(numbers, weights, strict=True):
            if weight:
                total = self.add(total, self.times(number, abs(weight)), minus=weight < 0)
        return total

    def rectified(self, a: Number) -> Number:
        """The larger of ``a`` and 0."""
        if a.low >= 0:
            return a
        on = self.negation(a.wires[-1])
        high = max(a.high, 0)
        kept = tuple(self.both(on, wire) for wire in a.wires[: width(high, high)])
        return Number(kept, 0, high)

    def divided(self, a: Number, divisor: int) -> Number:
        """``a / divisor``, for multiples of it: twos are wires left out, what is odd has an inverse."""
        twos = (divisor & -divisor).bit_length() - 1
        odd = divisor >> twos
        shorter = a.wires[twos:] or constant(0).wires
        low, high = -(-a.low // divisor), a.high // divisor
        bits = width(low, high)
        halved = Number(shorter, a.low >> twos, a.high >> twos)
        product = self.times(halved, pow(odd, -1, 1 << bits))
        return Number(product.wires[:bits], low, high)


def constant(value: int) -> Number:
    """A number that is known: no gates."""
    bits = tuple(bool(value >> bit & 1) for bit in range(width(value, value)))
    return Number(bits, value, value)
