"""Weight layers with exact rational weights, held as integers and a scale."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from construction.arguments import check_fields
from construction.errors import NetworkError

Integers = npt.NDArray[np.int64]

PIXEL_UNIT: Final = 3  #: codes in a pixel value of 1; the work columns' 1 is code 3


@dataclass(frozen=True, eq=False)
class WeightLayer:
    """One weight layer: ``weights @ inputs + biases``, with a name for each output.

    ``weights`` ``(outputs, inputs)`` and ``biases`` ``(outputs,)`` are integers. Numbers in the
    network are integers over a scale: an output of ``n`` here means the real number ``n / scale``,
    and the layer's inputs are integers over the scale of the layer before it. ReLU commutes with a
    positive scale, so the whole network runs in integers.
    """

    weights: Integers
    biases: Integers
    scale: int
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        check_fields(self)
        given = self.weights, self.biases
        try:
            weights = np.ascontiguousarray(self.weights, dtype=np.int64)
            biases = np.ascontiguousarray(self.biases, dtype=np.int64)
        except (TypeError, ValueError):
            raise NetworkError(
                "a layer's weights and biases should be arrays of integers"
            ) from None
        weights.flags.writeable = biases.flags.writeable = False
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "biases", biases)
        object.__setattr__(self, "names", tuple(self.names))
        if weights.ndim != 2 or biases.shape != weights.shape[:1]:
            raise NetworkError(
                f"a layer's weights have shape {weights.shape} and its biases {biases.shape}; "
                f"they should be (outputs, inputs) and (outputs,)"
            )
        if len(self.names) != self.width:
            raise NetworkError(f"a layer has {self.width} outputs but {len(self.names)} names")
        if not (np.array_equal(weights, given[0]) and np.array_equal(biases, given[1])):
            raise NetworkError("a layer's weights and biases should be integers, over its scale")
        if self.scale < 1:
            raise NetworkError(f"a layer's scale is {self.scale}; it should be at least 1")

    @property
    def width(self) -> int:
        """Number of outputs."""
        return int(self.weights.shape[0])

    @property
    def inputs(self) -> int:
        """Number of inputs."""
        return int(self.weights.shape[1])

    def real_weight(self, integer: int, input_scale: int) -> Fraction:
        """The real weight that an entry of ``weights`` stands for."""
        return Fraction(integer * input_scale, self.scale)

    def real_bias(self, integer: int) -> Fraction:
        """The real bias that an entry of ``biases`` stands for."""
        return Fraction(integer, self.scale)
