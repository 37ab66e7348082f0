"""What the weights do: for each second-layer unit, one table over the codes of each position.

Every first-layer unit must read one position of the patch. Then the input of a second-layer unit is
its bias plus a sum, over positions, of functions of one code, and each of these functions is a
finite table of exact integers: the *contributions*. Weight layers between the second and the last
may only hand on what they get (the identity layers of Definition 5's five-layer form); they are
folded into the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from construction.network.bounds import largest_integer, largest_slope
from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN
from construction.rules.patch import POSITIONS
from proofs_check.verdict import RefutedError

Integers = npt.NDArray[np.int64]
CENTRE = POSITIONS.index("C")
#: Differences of values and derivatives, of hundreds of units, stay well within 64 bits below this.
LARGEST = 2**48
#: Entries of tables, half a gigabyte: codes from the lowest to the highest, times units of the first layer, and nine times those of the
#: second; or times those of the head. Bundled networks have below 40,000.
MOST_ENTRIES = 2**26


@dataclass(frozen=True, eq=False)
class UnitTables:
    """A network's convolution as tables, in integers over the layers' scales.

    ``values[p, k, u]`` is the contribution of code ``lowest + k`` at position ``p`` to unit ``u``'s
    input, and ``slopes[p, k, u]`` its derivative there. ``kinks[p, k]`` is the number of first-layer units
    of position ``p`` that stand at their kink on that code.
    """

    name: str
    units: tuple[str, ...]
    lowest: int
    padding: int
    codes: tuple[int, ...]
    values: Integers
    slopes: Integers
    kinks: Integers
    biases: Integers
    outgoing: Integers
    constant: int
    scale: int

    @cached_property
    def positions(self) -> tuple[int, ...]:
        """The positions whose code matters to some unit, as indices into ``POSITIONS``.

        A first-layer unit that stands at its kink on some code matters, even if no unit uses it.
        """
        own = np.array([code - self.lowest for code in self.codes])
        seen = self.values[:, own]
        changes = (seen != seen[:, :1]).any(axis=(1, 2)) | self.slopes[:, own].any(axis=(1, 2))
        changes |= self.kinks[:, own].any(axis=1)
        return tuple(int(p) for p in np.flatnonzero(changes))

    def at(self, position: int) -> tuple[int, ...]:
        """The codes that can stand at a position: padding cannot stand at the centre."""
        if position == CENTRE:
            return tuple(code for code in self.codes if code != self.padding)
        return self.codes

    def inputs(self, patches: Integers) -> Integers:
        """Every unit's input on patches ``(n, 9)`` of codes."""
        total = np.broadcast_to(self.biases, (len(patches), len(self.biases))).copy()
        for position in range(9):
            total += self.values[position, patches[:, position] - self.lowest]
        return total

    def outputs(self, inputs: Integers) -> Integers:
        """The convolution's output times ``scale``, from the units' inputs."""
        return np.maximum(inputs, 0) @ self.outgoing + self.constant

    def jacobians(self, patches: Integers, inputs: Integers) -> Integers:
        """The output's derivatives times ``scale`` by the nine codes, ``(n, 9)``."""
        weights = (inputs > 0) * self.outgoing
        columns = [
            (self.slopes[position, patches[:, position] - self.lowest] * weights).sum(axis=1)
            for position in range(9)
        ]
        return np.stack(columns, axis=1)

    def at_kink(self, patches: Integers, inputs: Integers) -> npt.NDArray[np.bool_]:
        """Which patches have a unit of the first or second layer at its kink."""
        first = sum(self.kinks[p, patches[:, p] - self.lowest] for p in range(9))
        return np.asarray((first > 0) | (inputs == 0).any(axis=1))


def unit_tables(network: RCNN) -> UnitTables:
    """The tables of a network.

    Raises :class:`~proofs_check.verdict.RefutedError`, naming the unit, when the network is not of the
    form that the module's docstring describes.
    """
    if len(network.convolution) < 3:
        raise RefutedError(
            f"the convolution has {len(network.convolution)} weight layers; the checker reads hinges, "
            f"units and an output, so there should be at least 3"
        )
    check_sums(network)
    hinges, units, *middle, last = network.convolution
    check_entries(network, hinges.width + 9 * units.width)
    if not units.width:
        raise RefutedError("the second layer has no unit; it should have one or more")
    for layer in reversed(middle):
        last = _fold(layer, last)
    _check_middle(middle)
    reads = np.count_nonzero(hinges.weights, axis=1)
    if (reads > 1).any():
        unit = int(np.flatnonzero(reads > 1)[0])
        raise RefutedError(
            f"first-layer unit {hinges.names[unit]!r} reads {reads[unit]} positions; it should read one"
        )
    every = np.arange(network.lowest, network.highest + 1)
    position_of = np.argmax(hinges.weights != 0, axis=1)
    weight_of = hinges.weights[np.arange(hinges.width), position_of]
    inputs = every[:, None] * weight_of + hinges.biases
    at_position = (position_of == np.arange(9)[:, None]) & (reads > 0)
    named = np.isin(every, list(network.codes))
    # A unit that reads nothing is a constant; count it at the centre.
    at_position[CENTRE] |= reads == 0
    outputs, rates = np.maximum(inputs, 0), (inputs > 0) * weight_of
    values = np.stack([outputs[:, here] @ units.weights[:, here].T for here in at_position])
    slopes = np.stack([rates[:, here] @ units.weights[:, here].T for here in at_position])
    kinks = np.stack([((inputs == 0) & here).sum(axis=1) * named for here in at_position])
    return UnitTables(
        name=network.name,
        units=units.names,
        lowest=network.lowest,
        padding=network.padding,
        codes=tuple(network.codes),
        values=values,
        slopes=slopes,
        kinks=kinks,
        biases=units.biases,
        outgoing=last.weights[0],
        constant=int(last.biases[0]),
        scale=last.scale,
    )


def check_entries(network: RCNN, units: int) -> None:
    """Raises :class:`~proofs_check.verdict.RefutedError` when tables with as many columns would be too large to be held."""
    entries = (network.highest - network.lowest + 1) * units
    if entries > MOST_ENTRIES:
        raise RefutedError(
            f"the network's units, on codes from {network.lowest} to {network.highest}, make tables of {entries} entries; "
            f"the checker holds at most {MOST_ENTRIES}"
        )


def check_sums(network: RCNN) -> None:
    """No sum of the network's wraps around, nor a code times a scale.

    Raises :class:`~proofs_check.verdict.RefutedError` when one could.
    """
    largest = max(abs(network.lowest), abs(network.highest))
    for layer in (*network.convolution, *network.head):
        if layer.scale * largest > LARGEST:
            raise RefutedError(
                f"a code of {largest} over a scale of {layer.scale} is more than {LARGEST}; the checker computes in "
                f"64-bit integers"
            )
    slopes_reach = max(largest_slope(network.convolution), largest_slope(network.head))
    if max(largest_integer(network), slopes_reach) > LARGEST:
        raise RefutedError(
            f"sums can reach {largest_integer(network)} and derivatives {slopes_reach:.0f}; the checker "
            f"computes in 64-bit integers, so neither should exceed {LARGEST}"
        )


def _check_middle(middle: Sequence[WeightLayer]) -> None:
    """No unit of a middle layer can stand at its kink: what it reads is never negative."""
    least: Integers | None = None
    for layer in middle:
        before = np.zeros(layer.inputs, dtype=np.int64) if least is None else least
        least = layer.weights @ before + layer.biases
        if (least <= 0).any():
            unit = int(np.flatnonzero(least <= 0)[0])
            raise RefutedError(
                f"unit {layer.names[unit]!r} of a middle layer stands at its kink where the units "
                f"before it are off; with a positive bias it would not"
            )


def _fold(layer: WeightLayer, last: WeightLayer) -> WeightLayer:
    """The last layer and a layer before it as one, if the latter hands on what it gets."""
    reads = np.count_nonzero(layer.weights, axis=1)
    hands_on = (reads == 1) & (layer.weights.sum(axis=1) > 0) & (layer.biases >= 0)
    if not hands_on.all():
        unit = int(np.flatnonzero(~hands_on)[0])
        raise RefutedError(
            f"unit {layer.names[unit]!r} of a middle layer does not hand on what it gets; with one "
            f"positive weight and a bias of 0 or more it would"
        )
    return replace(
        last,
        weights=last.weights @ layer.weights,
        biases=last.biases + last.weights @ layer.biases,
    )
