"""A second clock for a line, in which the times of trains are linear.

On a line the layer in which a train comes to a cell is a product of sizes. It is linear if layers are counted
from the train's own start. Let ``p = (a - 1)(d + 2) + b - 1`` be a cell's place on the line. For a train that goes west, a cell in
a layer, ``layer + p`` is everywhere the same, and ``layer - p`` for one that goes east. This number, less a constant, is the *count*; it is written as
a train ``r`` and its car ``c``, of which a train has ``d + 2``. The next layer has the next car, and so has the neighbour that the train comes from.
The cars of a train that goes east are counted from 1 up, those of one that goes west from ``d + 2`` down: so
``c`` is in both the column whose bit passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """``count = layer + slant * p - ((m + rows)(d + 2) - 1)``, and that is ``(r - 1)(d + 2)`` and the cars before ``c``.

    The slant is 1 for trains that go west, and -1 for trains that go east.
    """

    west: bool
    rows: int

    @property
    def slant(self) -> int:
        """By how much a place more to the east is later."""
        return 1 if self.west else -1

    def later(self, east: int, later: int) -> int:
        """By how many cars a cell is later that stands so far to the east, so many layers later."""
        return later + self.slant * east

    def moved(self, place: Mapping[str, int], cars: int) -> dict[str, int]:
        """Train and car, so many cars later."""
        columns = place["d"] + 2
        trains, before = divmod(self._count(place) + cars, columns)
        return {"r": trains + 1, "c": columns - before if self.west else before + 1}

    def layer(self, place: Mapping[str, int]) -> int:
        """The layer that is meant."""
        columns = place["d"] + 2
        cell = (place["a"] - 1) * columns + place["b"] - 1
        return self._count(place) - self.slant * cell + (place["m"] + self.rows) * columns - 1

    def _count(self, place: Mapping[str, int]) -> int:
        columns = place["d"] + 2
        before = columns - place["c"] if self.west else place["c"] - 1
        return (place["r"] - 1) * columns + before


#: The count is 0 at the end of the line in layer 0.
WEST = Clock(west=True, rows=1)
#: It is 0 in the first cell at the turn, which is layer ``(m + 2)(d + 2) - 1``.
EAST = Clock(west=False, rows=2)
