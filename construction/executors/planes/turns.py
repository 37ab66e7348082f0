"""When the layers of a single grid are left to planes, on their turn with the event executor."""

from __future__ import annotations

import math
from typing import Final

from construction.executors.costs import COSTS
from construction.executors.executor import Run
from construction.executors.planes.executor import PlanesExecutor

#: The event executor stops, and planes are tried, where it evaluates more than one of so many pixels a layer.
ONE_OF: Final = 32
#: Layers of a trial, and of a turn after one that was won.
TRIAL: Final = 64
TURN: Final = 1024
#: Pixel updates, pixels times layers, that are worth it if machine code has to be made first.
WORTH_MAKING: Final = 2**32
#: The same if it is kept.
WORTH_LOADING: Final = 2**28


class PlanesTurns:
    """One run of a single grid ``(rows, columns)`` in a network with a table.

    The work of both is compared as it was counted: pixels that were evaluated, those of whole tiles in planes.
    """

    def __init__(self, executor: PlanesExecutor, shape: tuple[int, int]) -> None:
        self.executor = executor
        self._shape = shape
        self._pixels = math.prod(shape)
        self._most = self._pixels / ONE_OF  # pixels a layer that the event executor may evaluate
        self._rate = 0.0  # that it did evaluate, when it was last asked
        self._cost = math.inf  # nanoseconds a layer of the last turn that planes won
        self.next = False  #: are planes next?
        self.layers = TRIAL  #: in their next turn

    def event_suits(self, evaluated: int, layers: int) -> bool:
        """Told what the event executor evaluated in so many layers: should it go on?"""
        self._rate = evaluated / max(1, layers)
        won = math.isfinite(self._cost)
        self.next = self._event > self._cost if won else self._rate > self._most
        if won and not self.next:
            self._lose()
        return not self.next

    @property
    def _event(self) -> float:
        """Nanoseconds of the event executor for a layer."""
        return COSTS.event_wave * self._rate

    def ready(self, layers: int) -> bool:
        """Are so many layers enough, and is there machine code for them, or can it be made?

        If not, planes are not asked for again.
        """
        updates = self._pixels * layers
        worth = updates >= WORTH_MAKING or (
            updates >= WORTH_LOADING and self.executor.is_kept(self._shape)
        )
        self.next = worth and self.executor.compile(self._shape)
        if not self.next:
            self._most, self._cost = math.inf, math.inf
        return self.next

    def judge(self, run: Run, every: float) -> None:
        """Did planes win their turn, against the event executor and ``every`` nanoseconds a layer for every pixel?

        A turn that was won without a question in between is followed by one of the event executor, which asks.
        """
        trial, self.next = self.layers == TRIAL, False
        if run.executor != PlanesExecutor.name:
            self._most, self._cost = math.inf, math.inf
            return
        # The first layer is evaluated as a whole.
        evaluated = max(0, run.evaluated - self._pixels)
        gates = self.executor.gates(self._shape)
        self._cost = COSTS.planes(gates, evaluated) / max(1, run.layers - 1)
        if not trial:
            return
        if self._cost < min(self._event, every):
            self.next, self.layers = True, TURN
        else:
            self._lose()

    def _lose(self) -> None:
        """Planes are tried again where twice as much is evaluated."""
        self._most = max(self._most, 2 * self._rate)
        self._cost, self.layers = math.inf, TRIAL
