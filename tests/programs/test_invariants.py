"""The scenes of every program, evaluated as Python on random data, are what its network shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.executors.catalogue import load_executor
from construction.programs.catalogue import PROGRAMS, load_program
from construction.programs.program import Program
from construction.rules.codes import Code
from construction.strategies.arrays import Integers
from tests.programs.first_label import FIRST_LABEL

ALL = [*map(load_program, PROGRAMS), FIRST_LABEL]
SCENES = [
    pytest.param(each, name, id=f"{each.name}-{name}") for each in ALL for name in each.scenes
]


class Family:
    """The instances of a variable, by index, each computed once."""

    def __init__(self, compute: Callable[..., Any]) -> None:
        self._compute = cache(compute)

    def __getitem__(self, index: Any) -> Any:
        return self._compute(*(index if isinstance(index, tuple) else (index,)))


def at_least_0(forms: list[dict[str, int]], names: Mapping[str, int]) -> bool:
    return all(sum(c * {**names, "1": 1}[name] for name, c in form.items()) >= 0 for form in forms)


class Evaluated:
    """A scene of a certificate with data: says which code a cell holds in a layer."""

    def __init__(self, data: dict[str, Any], sizes: dict[str, int], given: dict[str, Any]) -> None:
        self.data = data
        self.sizes = sizes
        self.families = dict(given)
        for name, each in data["variables"].items():
            self.families[name] = Family(self._instance(name, each["index"]))

    def _instance(self, name: str, index: list[str]) -> Callable[..., Any]:
        def compute(*values: int) -> Any:
            names = {**self.sizes, **dict(zip(index, values, strict=True))}
            for each in self.data["definitions"]:
                if each["of"] == name and at_least_0(each["where"], names):
                    value = self.value(each["is"], names)
                    assert value in self.data["variables"][name]["values"]
                    return value
            raise AssertionError(f"nothing says what {name}{values} is")

        return compute

    def value(self, expression: str | int, names: Mapping[str, int]) -> Any:
        value = eval(str(expression), {"__builtins__": {}}, {**self.families, **names})
        return int(value) if isinstance(value, bool) else value

    def code(self, place: Mapping[str, int]) -> Code:
        names = {**self.sizes, **place}
        stage = [each for each in self.data["stages"] if at_least_0(each["where"], names)][-1]
        kind = stage["kind"]
        if not isinstance(kind, str):
            kind = self.value(kind["is"], names)
        fields = {name: self.value(each, names) for name, each in stage["fields"].items()}
        own = next(code for code in self.kinds if code.kind == kind)
        return Code(kind, **{name: fields[name] for name in own.fields})

    kinds: tuple[Code, ...] = ()


def by_train(scene: str, m: int, d: int, a: int, b: int, n: int) -> dict[str, int]:
    """The train and the car that a line's scene speaks of, in place of the layer (docs/proof.md, step 3)."""
    columns = d + 2
    p = (a - 1) * columns + b - 1
    if scene == "unmasking":
        r, car = divmod(n + p - (m + 1) * columns + 1, columns)
        return {"a": a, "b": b, "r": r + 1, "c": columns - car}
    r, car = divmod(n - p - (m + 2) * columns + 1, columns)
    return {"a": a, "b": b, "r": r + 1, "c": car + 1}


def from_1(signs: Integers) -> Family:
    """An array by indices that are counted from 1."""
    return Family(lambda *index: int(signs[tuple(each - 1 for each in index)]))


def first_layer(
    scene: str, program: Program, m: int, d: int, i: int, draw: np.random.Generator
) -> tuple[Integers, dict[str, Any]]:
    """Random data of a scene, and the memory's part of layer 0, ``(m + 1, d + 1)``."""
    if program.name == "online-conjunction":
        literals = draw.choice([-2, 0, 2], d + 1)
        literals[-1] = 2
        grid = literals[None] if scene == "streaming" else np.zeros((1, d + 1), dtype=np.int64)
        return grid, {"s": from_1(literals)}
    if program.name == "triangular-row-reduction":
        z, u = draw.choice([-1, 1], d + 1), draw.choice([0, 1], m + 1)
        x = draw.choice([-1, 1], (m + 1, d + 1))
        z[-1] = u[0] = x[0] = 1
        grid = np.triu(u[:, None] * x * z, -1) if scene == "streaming" else 0 * x
        return grid, {"u": from_1(u), "x": from_1(x), "z": from_1(z)}
    y, x = draw.choice([-1, 1], m + 1), draw.choice([-1, 1], (m + 1, d + 1))
    z = draw.choice([-1, 1], d + 1)
    x[:, -1] = z[-1] = 1
    predicting = dict.fromkeys(("predicting", "unmasking", "reducing"), -1)
    dummy = {**predicting, "streaming": 0}.get(scene)
    if dummy is not None and not program.any_rows:
        y[dummy], x[dummy] = 1, 1
    grid = y[:, None] * x * z
    grid[i - 1 :] = 0
    return grid, {"y": from_1(y), "x": from_1(x), "z": from_1(z)}


@pytest.mark.parametrize(("program", "scene"), SCENES)
@settings(max_examples=15)
@given(st.integers(0, 4), st.integers(1, 4), st.integers(0, 2**32 - 1), st.data())
def test_every_cell_in_every_layer(
    program: Program, scene: str, m: int, d: int, seed: int, data: st.DataObject
) -> None:
    network = compile_rule(program.rule)
    if program.name == "online-conjunction":
        m = 0
    if program.name == "triangular-row-reduction":
        m = min(m, d)
    # The row that is written, in the scenes in which not all are; and none, or all of them.
    first = 1 if program.any_rows else 2
    rows = {"memorising": (1, m + 1), "streaming": (first, m + 2), "starting": (1, 1)}
    i = data.draw(st.integers(*rows[scene])) if scene in rows else m + 2
    work = 1 if network.line else data.draw(st.integers(1, 4))
    grid, given = first_layer(scene, program, m, d, i, np.random.default_rng(seed))
    grid = np.concatenate([grid, np.full((m + 1, work), 3)], axis=1)
    evaluated = Evaluated(program.scenes[scene].data, {"m": m, "d": d, "i": i}, given)
    numbers = program.rule.codes.numbers
    evaluated.kinds = tuple(numbers)
    depth = m + d + 2 if program.machine is not None else program.depth(m, d)
    start = grid.reshape(1, -1) if network.line else grid
    run = load_executor("dense", network).run(start[None], depth + 2, record=True)
    turn = (m + 2) * (d + 2) - 1  # of a line; one scene ends in this layer, and one begins
    last = turn if scene == "unmasking" else depth if program.machine is not None else depth + 2
    for layer in range(turn if scene == "reducing" else 0, last + 1):
        shown = run.at(layer)[0].reshape(grid.shape)
        for a, b in np.ndindex(shown.shape):
            place = {"a": a + 1, "b": b + 1, "n": layer}
            if scene in ("unmasking", "reducing"):
                place = by_train(scene, m, d, a + 1, b + 1, layer)
            code = evaluated.code(place)
            assert numbers[code] == shown[a, b], (layer, a + 1, b + 1, str(code))
