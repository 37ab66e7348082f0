"""The architecture of Definition 5 as a picture in text, with a network's numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Protocol

from construction.display import folded, picture, table
from construction.network.layers import PIXEL_UNIT, WeightLayer

WIDTH = 60  #: characters between the walls of the picture


class Architecture(Protocol):
    """What the picture shows of a network; :class:`~construction.network.rcnn.RCNN` is one."""

    @property
    def name(self) -> str: ...
    @property
    def convolution(self) -> tuple[WeightLayer, ...]: ...
    @property
    def head(self) -> tuple[WeightLayer, ...]: ...
    @property
    def padding(self) -> int: ...
    @property
    def codes(self) -> Mapping[int, str]: ...
    @property
    def work_columns(self) -> int: ...
    @property
    def line(self) -> bool: ...
    def weight_counts(self) -> dict[str, int]: ...
    def nodes(self, pixels: int, layers: int) -> int: ...
    def grid_shape(self, rows: int, features: int) -> tuple[int, int]: ...


def description(
    network: Architecture,
    *,
    rows: int | None = None,
    features: int | None = None,
    layers: int | None = None,
) -> str:
    """The picture, for a memory of so many rows, ``d`` features and ``L`` layers, where given."""
    height = "(m+1)" if rows is None else str(rows)
    inputs = "(d+1)" if features is None else str(features + 1)
    width = 1 + network.work_columns
    columns = f"(d+{width})" if features is None else str(features + width)
    depth = "L" if layers is None else f"{layers:,}"
    counts = network.weight_counts()
    pixels, inputs_read = f"{height} x {columns} pixels", 9
    if network.line:
        shape = (
            f"{height} {columns}"
            if rows is None or features is None
            else str(network.grid_shape(rows, features)[1])
        )
        pixels, inputs_read = f"{shape} pixels on one line, row after row", 3
    work = f"{network.work_columns} column{'' if network.work_columns == 1 else 's'}"
    lines = [
        f"{network.name}: {len(network.codes)} codes, padding {_pixel(network.padding)}",
        "",
        f"z = [x; 1]                       {inputs} numbers",
        "  |",
        f"memory layer  [W diag(z) | 1]    W: {height} x {inputs}, trained by SGD; {work} of ones",
        "  |",
        f"grid                             {pixels}, a pixel is a code / {PIXEL_UNIT}",
        "  |",
        *_box(
            "recurrent convolution",
            network.convolution,
            inputs_read,
            f"x {depth} layers, same weights",
        ),
        "  |",
        *_box("head, at every pixel", network.head, 1, "once"),
        "  |",
        "sum over the grid                f(z), one number",
        "",
        f"{counts['nonzero']:,} non-zero weights and biases of {counts['dense']:,}, "
        f"{counts['distinct']:,} distinct values, frozen",
    ]
    if rows is not None and features is not None and layers is not None:
        nodes = network.nodes(math.prod(network.grid_shape(rows, features)), layers)
        lines.append(f"{nodes:,} nodes in one forward pass")
    return "\n".join(lines)


def html(network: Architecture) -> str:
    """The picture, and the names of codes and units to unfold."""
    units = [
        (f"{part} {depth}", number, name)
        for part, layers in (("convolution", network.convolution), ("head", network.head))
        for depth, layer in enumerate(layers, 1)
        for number, name in enumerate(layer.names, 1)
    ]
    codes = [(code, Fraction(code, PIXEL_UNIT), name) for code, name in network.codes.items()]
    return (
        picture(description(network))
        + folded(f"{len(codes)} codes", table(codes, ("code", "pixel", "meaning")))
        + folded(f"{len(units)} units", table(units, ("layer", "unit", "what it is for")))
    )


def _box(title: str, layers: tuple[WeightLayer, ...], inputs: int, times: str) -> list[str]:
    """A part of the network, layer by layer."""
    lines = [f"{title}, {times}"]
    lines.append(f"  {inputs} input{'' if inputs == 1 else 's'}")
    for depth, layer in enumerate(layers, 1):
        kind = "linear" if depth == len(layers) else "ReLU"
        nonzero = int((layer.weights != 0).sum() + (layer.biases != 0).sum())
        units = f"{layer.width:,} unit{'' if layer.width == 1 else 's'}"
        lines.append(
            f"  layer {depth}: {units}, {kind}".ljust(31) + f"{nonzero:,} non-zero weights"
        )
    wall = "+" + "-" * (WIDTH + 2) + "+"
    return [wall, *(f"| {line.ljust(WIDTH)} |" for line in lines), wall]


def _pixel(code: int) -> str:
    return f"{code} (pixel {Fraction(code, PIXEL_UNIT)})"
