"""The cases of a pattern, and the network on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from construction.rules.patch import POSITIONS
from proofs_check.patterns.scene import SIZES, Scene, Stage
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import CENTRE, Integers, UnitTables

ROWS = 200_000  #: cases that are run at a time


@dataclass(frozen=True, eq=False)
class Cases:
    """A pattern with all its cases.

    ``place`` has the cell, the layer and the sizes where the pattern occurs first, and ``marks`` which of
    the marks are 0 or more there. ``now`` and ``after`` are the stages of the cell in this layer and the
    next.
    """

    scene: Scene
    place: Mapping[str, int]
    marks: tuple[bool, ...]
    now: Stage
    after: Stage
    patches: Integers
    slopes: Integers
    expected: Integers

    def __str__(self) -> str:
        sizes = ", ".join(
            f"{name} = {n}" for name, n in sorted(self.place.items()) if name in SIZES
        )
        row, column, clock = self.place["a"], self.place["b"], self.scene.given.clock
        layer = self.place["n"] if clock is None else clock.layer(self.place)
        return f"{self.scene.given.name}, layer {layer}, {sizes}, row {row}, column {column}"


def check_network(cases: Cases, tables: UnitTables) -> None:
    """The network gives the code that should follow, with the slopes that it should have."""
    for first in range(0, len(cases.patches), ROWS):
        part = slice(first, first + ROWS)
        patches, expected = cases.patches[part], cases.expected[part]
        inputs = tables.inputs(patches)
        wrong = tables.outputs(inputs) != expected * tables.scale
        wrong |= tables.at_kink(patches, inputs)
        slopes = np.zeros_like(patches)
        slopes[:, CENTRE] = cases.slopes[part] * tables.scale
        if cases.scene.given.slopes:
            wrong |= (tables.jacobians(patches, inputs) != slopes).any(axis=1)
        if wrong.any():
            index = int(np.flatnonzero(wrong)[0])
            raise RefutedError(_counterexample(cases, first + index, tables))


def _counterexample(cases: Cases, index: int, tables: UnitTables) -> str:
    """The patch, what the network makes of it, and the units that decide about it."""
    patches = cases.patches[index : index + 1]
    inputs = tables.inputs(patches)
    (patch,), (values,), (got,) = (
        each.tolist() for each in (patches, inputs, tables.outputs(inputs))
    )
    shown = dict(zip(POSITIONS, patch, strict=True))
    on = [name for name, value in zip(tables.units, values, strict=True) if value > 0]
    if tables.at_kink(patches, inputs).any():
        at_kink = [name for name, value in zip(tables.units, values, strict=True) if value == 0]
        which = at_kink[0] if at_kink else "of the first layer"
        return f"{cases}: unit {which!r} stands at its kink on the patch {shown}"
    slopes = ""
    if cases.scene.given.slopes:
        (jacobian,) = tables.jacobians(patches, inputs).tolist()
        slopes = (
            f" with derivatives {jacobian}/{tables.scale}; by itself it should be "
            f"{int(cases.slopes[index])}, by others 0"
        )
    return (
        f"{cases}: from {cases.now.name!r} to {cases.after.name!r}, on the patch {shown} the network "
        f"gives {got}/{tables.scale}{slopes}; it should be {int(cases.expected[index])}; the units that "
        f"are on: {', '.join(on)}"
    )
