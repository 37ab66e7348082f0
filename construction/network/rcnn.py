"""The recurrent convolutional network of Definition 5.

The network is: a memory layer ``W diag(z)`` with work columns of ones on its right; one 3x3
convolution, a ReLU network of the patch, applied at every pixel and ``L`` times with the same
weights; a pixel-wise head; and the sum over the grid.

A pixel is one real number, ``code / 3``. Everything here is in codes (pixel times 3), so that the
network runs in integers; :data:`PIXEL_UNIT` is that 3, and :meth:`RCNN.real_weights` gives the
weights of the network on real pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from construction.arguments import check_fields
from construction.errors import NetworkError
from construction.network.description import description, html
from construction.network.layers import PIXEL_UNIT, Integers, WeightLayer
from construction.rules.patch import LINE, POSITIONS, Position

HEAD_LAYERS: Final = 2  #: weight layers of the head (Definition 5)
MOST_WORK_COLUMNS: Final = 2**15 - 1
LEARNING_RATE: Final = Fraction(1, 3)  #: eta of Algorithm 1; Lemma 1's 1/3 forces it


@dataclass(frozen=True, eq=False, repr=False)
class RCNN:
    """Weights of the convolution and the head, and the padding value. See the module's docstring.

    ``convolution`` takes the nine codes of a patch to the next code; ``head`` takes a code to its
    share of the output. ``codes`` names the codes. The memory layer's weights are no part of this
    object: they are what SGD trains (:mod:`construction.training`).

    With ``line`` the convolution is one-dimensional: it reads a pixel and its neighbours to the west and the
    east, and the grid is one line, the rows of ``[W diag(z) | 1]`` one after the other.
    """

    name: str
    convolution: tuple[WeightLayer, ...]
    head: tuple[WeightLayer, ...]
    padding: int
    codes: Mapping[int, str]
    work_columns: int = 1
    line: bool = False

    def __post_init__(self) -> None:
        check_fields(self)
        object.__setattr__(self, "codes", MappingProxyType(dict(sorted(self.codes.items()))))
        for what, layers, inputs in (("convolution", self.convolution, 9), ("head", self.head, 1)):
            for before, layer in zip((inputs, *(x.width for x in layers)), layers, strict=False):
                if layer.inputs != before:
                    raise NetworkError(
                        f"network {self.name!r}, {what}: a layer takes {layer.inputs} inputs, but "
                        f"the layer before it gives {before}"
                    )
            if not layers or layers[-1].width != 1:
                raise NetworkError(f"network {self.name!r}: the {what} should end in one number")
        if len(self.head) != HEAD_LAYERS:
            raise NetworkError(
                f"network {self.name!r}: the head has {len(self.head)} weight layers; it should "
                f"have {HEAD_LAYERS}"
            )
        if self.padding not in self.codes:
            raise NetworkError(f"network {self.name!r}: the padding {self.padding} is no code")
        if len(self.codes) < 2 or self.lowest != self.padding:
            raise NetworkError(
                f"network {self.name!r}: the padding {self.padding} should be the smallest of two "
                f"codes or more"
            )
        for code in (self.lowest, self.highest):
            if not np.iinfo(np.int16).min <= code <= np.iinfo(np.int16).max:
                raise NetworkError(
                    f"network {self.name!r}: code {code} does not fit in the 16 bits of a pixel"
                )
        if self.highest - self.lowest > np.iinfo(np.int16).max:
            raise NetworkError(
                f"network {self.name!r}: codes from {self.lowest} to {self.highest}; the largest should "
                f"be at most {np.iinfo(np.int16).max} more than the smallest"
            )
        if not 0 <= self.work_columns <= MOST_WORK_COLUMNS:
            raise NetworkError(
                f"network {self.name!r}: {self.work_columns} work columns; there should be 0 to "
                f"{MOST_WORK_COLUMNS}"
            )
        beside = [position for position in self.positions if position not in LINE]
        if self.line and beside:
            raise NetworkError(
                f"network {self.name!r} is one of a line, but reads {beside[0]}; it should read "
                f"{', '.join(LINE)} alone"
            )

    def __reduce__(self) -> tuple[Any, ...]:
        """How it is copied and sent to other processes: its codes' read-only view cannot be."""
        parts = self.name, self.convolution, self.head, self.padding, dict(self.codes)
        return type(self), (*parts, self.work_columns, self.line)

    @property
    def lowest(self) -> int:
        """The smallest code, padding included."""
        return min(self.codes)

    @property
    def highest(self) -> int:
        """The largest code."""
        return max(self.codes)

    @property
    def hidden_widths(self) -> tuple[int, ...]:
        """Hidden units of the convolution, by layer, at every pixel."""
        return tuple(layer.width for layer in self.convolution[:-1])

    @property
    def positions(self) -> tuple[Position, ...]:
        """The positions of the patch that some unit of the first layer reads, in row-major order."""
        read = np.flatnonzero(self.convolution[0].weights.any(axis=0))
        return tuple(POSITIONS[index] for index in read)

    @property
    def kernel(self) -> tuple[WeightLayer, ...]:
        """The convolution with the inputs that its kernel has: the nine of a patch, or three on a line."""
        first, *others = self.convolution
        if not self.line:
            return self.convolution
        weights = first.weights[:, [POSITIONS.index(position) for position in LINE]]
        return replace(first, weights=weights), *others

    @property
    def hidden_units(self) -> int:
        """Hidden units of the convolution at one pixel of one layer."""
        return sum(self.hidden_widths)

    def nodes(self, pixels: int, layers: int) -> int:
        """Nodes of one forward pass: pixels x layers x (hidden units + the pixel itself)."""
        return pixels * layers * (self.hidden_units + 1)

    def grid_shape(self, rows: int, features: int) -> tuple[int, int]:
        """Rows and columns of the grid for a memory of so many rows, and ``d`` features.

        ``(rows, d + 1 + work columns)``: the memory has a column more than there are features, the labels.
        A program that stores ``m`` examples needs ``m + 1`` rows, the last for the dummy example. On a line
        all of them are in one row.
        """
        columns = features + 1 + self.work_columns
        return (1, rows * columns) if self.line else (rows, columns)

    def output(self, grids: npt.NDArray[np.integer]) -> list[Fraction]:
        """The head and the sum, for each grid of a batch ``(batch, rows, columns)``."""
        size = self.highest - self.lowest + 1
        return [
            self.output_of_counts(np.bincount((grid - self.lowest).reshape(-1), minlength=size))
            for grid in grids
        ]

    def output_of_counts(self, counts: npt.NDArray[np.integer]) -> Fraction:
        """The output of a grid that holds code ``k`` at ``counts[k - lowest]`` pixels."""
        return Fraction(int(counts @ self.head_table()), self.head[-1].scale)

    def head_table(self) -> Integers:
        """The head at every code from the lowest to the highest, over the last layer's scale."""
        hidden = np.arange(self.lowest, self.highest + 1, dtype=np.int64)[:, None]
        for layer in self.head[:-1]:
            hidden = np.maximum(hidden @ layer.weights.T + layer.biases, 0)
        last = self.head[-1]
        return np.asarray((hidden @ last.weights.T + last.biases)[:, 0])

    def describe(
        self,
        *,
        rows: int | None = None,
        features: int | None = None,
        layers: int | None = None,
    ) -> None:
        """Print the architecture of Definition 5 with this network's numbers.

        The memory's ``rows``, ``m + 1`` for ``m`` examples, and ``d`` ``features`` and ``L`` ``layers``
        are filled in where they are given.
        """
        print(description(self, rows=rows, features=features, layers=layers))

    def __repr__(self) -> str:
        widths = " + ".join(map(str, self.hidden_widths))
        weights = self.weight_counts()["nonzero"]
        return (
            f"<RCNN {self.name}: {len(self.codes)} codes, {widths} hidden units, "
            f"{weights:,} non-zero weights>"
        )

    def _repr_html_(self) -> str:
        return html(self)

    def real_weights(self) -> Iterator[tuple[str, Fraction]]:
        """Every non-zero weight and bias of the network on real pixels, with where it stands."""
        for what, layers in (("convolution", self.convolution), ("head", self.head)):
            # A pixel is code / 3: the first layer multiplies by 3, the convolution's last divides.
            scale_in = PIXEL_UNIT
            for depth, layer in enumerate(layers, 1):
                ends = what == "convolution" and depth == len(layers)
                unit = Fraction(1, PIXEL_UNIT) if ends else Fraction(1)
                for row, column in np.argwhere(layer.weights):
                    weight = layer.real_weight(int(layer.weights[row, column]), scale_in)
                    yield f"{what} {depth}, {layer.names[row]}", weight * unit
                for row in np.flatnonzero(layer.biases):
                    bias = layer.real_bias(int(layer.biases[row]))
                    yield f"{what} {depth}, bias of {layer.names[row]}", bias * unit
                scale_in = layer.scale

    def weight_counts(self) -> dict[str, int]:
        """Weights and biases of convolution and head: non-zero, distinct real values, dense."""
        values = [value for _, value in self.real_weights()]
        layers = (*self.kernel, *self.head)
        dense = sum(layer.weights.size + layer.biases.size for layer in layers)
        return {"nonzero": len(values), "distinct": len(set(values)), "dense": int(dense)}
