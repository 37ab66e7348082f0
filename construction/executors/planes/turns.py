"""When the layers of a single grid change between planes and the event executor.

Whichever runs tells what it did, and what the other would have had to do. What that would have saved adds up, and less is
lost by it where the own work was the smaller. What the layers that are left would save is taken from the last ones; planes, which know
what they have to do next, take it from that if it is less. They change when
that is more than changing takes, and the product of both is more than a part of the square of that: the more there is to be saved, the sooner. The part
is :data:`SOON` at first, and four times as much after each change, up to the whole.
What the other would have had to do is known for two layers, before and after all those that were computed;
between them it is taken for the mean. How many pixels planes would look up only they know: so look-ups are taken to add
as much to the rest as they did when planes were last asked.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from construction.executors.costs import COSTS
from construction.executors.planes.sizes import LINES, WORD

if TYPE_CHECKING:
    from construction.executors.event.grid import EventGrid
    from construction.executors.planes.executor import PlanesExecutor
    from construction.executors.planes.grid import PlanesGrid

#: Pixel updates of a run, pixels times layers, that are worth it if machine code has to be made first.
WORTH_MAKING: Final = 2**32
#: Nanoseconds that it takes to change, for any grid, and for each of its pixels.
CHANGING: Final = 1.5e5
CHANGING_A_PIXEL: Final = 4.5
#: They first change when what was lost times what is to be saved is so much of the square of what changing takes.
SOON: Final = 1 / 32
#: Nanoseconds that it takes to load machine code.
LOADING: Final = 5e7
#: The module that is loaded with it.
EXECUTOR: Final = "construction.executors.planes.executor"
#: Gates of a circuit that is not loaded.
GATES: Final = 300


class PlanesTurns:
    """One run of a single grid ``(rows, columns)`` through so many layers in a network with a table.

    ``every`` are the nanoseconds of a layer for which every pixel is computed.
    """

    def __init__(
        self,
        planes: Callable[[], PlanesExecutor],
        shape: tuple[int, int],
        layers: int,
        every: float,
    ) -> None:
        self._planes = planes
        self._shape = shape
        self._pixels = math.prod(shape)
        self._worth_making = self._pixels * layers >= WORTH_MAKING
        self._every = every
        self._changing = CHANGING + CHANGING_A_PIXEL * self._pixels
        self.left = layers  #: layers from where the executor that runs began
        self._lost = 0.0  # nanoseconds that the other would have saved
        self._before: float | None = (
            None  # nanoseconds of a layer of the other, when that was asked last
        )
        self._loaded = EXECUTOR in sys.modules and planes().is_loaded(shape)
        self._gates = planes().gates(shape) if self._loaded else GATES
        self._dear = 1.0  # what planes took the last time for each nanosecond without look-ups
        self.best = False  #: would planes have been the best at what the event executor did last?
        #: Are planes next? What is loaded begins, if it takes less for a layer in which all changes.
        self.next = self._loaded and COSTS.planes(
            self._gates, planes().evaluated(shape)
        ) <= COSTS.event_waves(self._pixels, 0)
        self._soon = SOON

    @property
    def executor(self) -> PlanesExecutor:
        """The executor of planes, which is loaded with its first use."""
        return self._planes()

    def event_suits(self, evaluated: int, stretches: int, layers: int, state: EventGrid) -> bool:
        """Told what the event executor evaluated in so many layers, and where it stands: should it go on?"""
        own = COSTS.event_waves(evaluated, stretches)
        tiles = state.blocks(LINES, WORD)
        other = layers * self._mean(self._dear * COSTS.planes(self._gates, tiles * LINES * WORD))
        changing = self._changing + (0.0 if self._loaded else LOADING)
        saving = (own - other) / layers * (self.left - state.layer)
        self.best = other < min(own, layers * self._every) and saving > changing
        self._lost = max(0.0, self._lost + own - other)
        self.next = self.best and self._is_enough(saving, changing)
        return not self.next

    def planes_suit(self, evaluated: int, in_tiles: int, layers: int, state: PlanesGrid) -> bool:
        """Told what planes evaluated in so many layers, with and without look-ups, and where they stand: should they go on?"""
        self._dear = evaluated / in_tiles
        own = COSTS.planes(self._gates, evaluated)
        pixels, stretches, here = state.seers()
        now = min(COSTS.event_waves(pixels, stretches), self._every)
        other = layers * self._mean(now)
        saving = own - other
        if state.layer == layers:
            # All of the grid was evaluated in the first layer, which says nothing about the others; nor would the other have done less.
            saving = layers * (COSTS.planes(self._gates, here) - now)
            other = max(other, COSTS.event_waves(self._pixels, 0))
        else:
            # The next layer may have less to do than those before it.
            next_layer = self._dear * COSTS.planes(self._gates, here) - now
            saving = min(saving, layers * next_layer)
        self._lost = max(0.0, self._lost + own - other)
        self.next = not self._is_enough(saving / layers * (self.left - state.layer), self._changing)
        return self.next

    def forget(self) -> None:
        """Others compute some layers: what was told before says nothing about those after."""
        self._lost, self._before = 0.0, None

    def _mean(self, now: float) -> float:
        """The mean of what a layer of the other takes now, and of what it took when that was asked last."""
        before, self._before = self._before, now
        return now if before is None else (before + now) / 2

    def _is_enough(self, saving: float, changing: float) -> bool:
        """Was enough lost to change, if these nanoseconds are to be saved, and changing takes so many?

        If so, counting begins anew.
        """
        if saving <= changing or self._lost * saving <= self._soon * changing**2:
            return False
        self.forget()
        # Where what changes comes and goes, less and less trust is put in it.
        self._soon = min(1.0, 4 * self._soon)
        return True

    def ready(self) -> bool:
        """Is there machine code for planes, or can it be made, and is this run worth that?"""
        if self._loaded:
            return True
        planes = self.executor
        worth = self._worth_making or planes.is_kept(self._shape)
        if not (worth and planes.compile(self._shape)):
            return False
        self._loaded, self._gates = True, planes.gates(self._shape)
        return True
