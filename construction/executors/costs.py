"""What computing takes, by executor: a model; ``python -m benchmarks.costs`` fits and prints it.

The constants below are rounded from such fits at rest, times 1.4, for what changing hands and loading take was measured on a machine
that was so much slower. Only ratios matter, for they pick between executors. Those without compiled code are from busy machines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from construction.network.rcnn import RCNN


@dataclass(frozen=True)
class Costs:
    """Nanoseconds on one core.

    ``event_lookup`` and ``sweep_lookup`` for a pixel in a network with a table, where the event executor
    also keeps account of what changes: ``event_stretch`` more for each stretch of pixels that follow each other, which weighs where those are short. In a network without a table a pixel takes ``event_weight`` or
    ``sweep_weight`` for each weight of the convolution that is not 0. In planes a pixel takes ``planes_gate``
    for each gate of the circuit, and ``planes_pixel`` whatever the circuit is. Without compiled code every lookup
    takes up to ``vectorised_lookup``, and every layer ``vectorised_layer`` whatever its size. What is in use for that are the waves
    of programs, which the first runs of a process are; where all of a grid changes it is three times as much.
    """

    event_lookup: float
    event_stretch: float
    sweep_lookup: float
    event_weight: float
    sweep_weight: float
    planes_gate: float
    planes_pixel: float
    vectorised_lookup: float
    vectorised_layer: float

    def event(self, network: RCNN, evaluated: int, stretches: int = 0, *, tabulated: bool) -> float:
        """Nanoseconds for so many pixels, in so many stretches, by the event executor."""
        if tabulated:
            return self.event_waves(evaluated, stretches)
        return evaluated * self.event_weight * weights(network)

    def event_waves(self, evaluated: int, stretches: int) -> float:
        """The same in a network with a table."""
        return evaluated * self.event_lookup + stretches * self.event_stretch

    def sweep(self, network: RCNN, updates: int, *, tabulated: bool) -> float:
        """Nanoseconds for so many pixels by the tabulated or, without a table, the dense executor."""
        return updates * (self.sweep_lookup if tabulated else self.sweep_weight * weights(network))

    def planes(self, gates: int, evaluated: float) -> float:
        """Nanoseconds for so many pixels in planes, by a circuit with so many gates."""
        return evaluated * (gates * self.planes_gate + self.planes_pixel)

    def vectorised(self, pixels: int, layers: int) -> float:
        """Seconds by the vectorised executor, at most, for a network with a table."""
        return 1e-9 * layers * (self.vectorised_layer + pixels * self.vectorised_lookup)


def weights(network: RCNN) -> int:
    """Weights of the convolution that are not 0."""
    return sum(int((layer.weights != 0).sum()) for layer in network.convolution)


COSTS: Final = Costs(
    event_lookup=1.35,
    event_stretch=120.0,
    sweep_lookup=1.5,
    event_weight=9.6,
    sweep_weight=0.12,
    planes_gate=0.00085,
    planes_pixel=0.17,
    vectorised_lookup=4.5,
    vectorised_layer=50_000.0,
)
