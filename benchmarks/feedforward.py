"""Two-layer networks in place of recurrent ones: ``python -m benchmarks.feedforward``.

The fixed-point responses of threshold-linear networks to random inputs, and how well a trained
two-layer network says them at once (squared error on new inputs over their variance; the median of
several seeds, and their range). Inputs whose flow did not settle are counted and left out.
Then what is exact: two neurons, and parities, next to networks of the same size that are trained.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import product
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from construction.dynamics.training import train_two_layer
from construction.dynamics.two_layer import parity
from construction.learning.row_reduction import row_reduction

Floats = npt.NDArray[np.float64]

SEEDS: Final = 3
INPUTS: Final = 3000  #: of each network, a third of them held out
STEP: Final = 0.05  #: of the flow, in units of tau
STEPS: Final = 6000
WIDTHS: Final = (0, 1, 2, 8)  #: hidden units, in units of the neurons


@dataclass(frozen=True)
class Task:
    """A network ``(n, n)``, its inputs ``(count, n)``, and what else is read off a response."""

    name: str
    draw: Callable[[np.random.Generator, int], tuple[Floats, Floats]]
    read: Callable[[Floats, Floats], float] | None = None
    reads: str = ""


@dataclass(frozen=True)
class Line:
    """One line of the table, for each width the errors of all seeds, and what was read off."""

    name: str
    inputs: int
    unsettled: int
    errors: dict[str, list[float]] = field(default_factory=dict)
    readings: dict[str, list[float]] = field(default_factory=dict)
    reads: str = ""


def responses(weights: Floats, inputs: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """The states ``(count, n)`` that the flow from 0 settles in, and for which inputs it did.

    The flow is followed by Euler's method. A state counts as settled when, with the neurons that are
    on there, the fixed point's equation has a solution with the same neurons on, next to the state.
    """
    state = np.zeros_like(inputs)
    for _ in range(STEPS):
        state += STEP * (np.maximum(state, 0) @ weights.T + inputs - state)
        np.clip(state, -1e6, 1e6, out=state)
    on = (state > 0).astype(float)
    system = np.eye(weights.shape[0]) - weights[None] * on[:, None, :]
    exact = np.linalg.solve(system, inputs[:, :, None])[:, :, 0]
    size = np.maximum(1, np.abs(exact).max(axis=1))
    settled = ((exact > 0) == (on > 0)).all(axis=1)
    settled &= np.abs(exact - state).max(axis=1) <= 1e-6 * size
    return exact, settled


def random_network(gain: float) -> Callable[[np.random.Generator, int], tuple[Floats, Floats]]:
    """``W = g randn / sqrt(N)`` with 8 neurons, inputs ``randn``."""

    def draw(rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
        return gain * rng.normal(size=(8, 8)) / np.sqrt(8), rng.normal(size=(count, 8))

    return draw


def competition(inhibition: float) -> Callable[[np.random.Generator, int], tuple[Floats, Floats]]:
    """8 neurons that excite themselves by 0.5 and inhibit each other; positive inputs."""

    def draw(rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
        weights = np.full((8, 8), -inhibition) + np.diag([inhibition + 0.5] * 8)
        return weights, rng.uniform(0, 1, (count, 8))

    return draw


def ring(rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
    """24 neurons on a ring; the input is a bump at a random angle in noise."""
    angles = 2 * np.pi * np.arange(24) / 24
    weights = (1.8 * np.cos(angles[:, None] - angles) - 1.0) / 24
    centres = rng.uniform(0, 2 * np.pi, (count, 1))
    return weights, 1 + np.cos(angles - centres) + 0.5 * rng.normal(size=(count, 24))


def winner_right(wanted: Floats, got: Floats) -> float:
    """The share of inputs with the same neuron on top."""
    return float((wanted.argmax(axis=1) == got.argmax(axis=1)).mean())


def angle_error(wanted: Floats, got: Floats) -> float:
    """The mean difference, in degrees, of the angles that the responses point to."""
    turn = np.exp(2j * np.pi * np.arange(24) / 24)
    first, second = (np.maximum(each, 0) @ turn for each in (wanted, got))
    return float(np.degrees(np.abs(np.angle(first * second.conj()))).mean())


TASKS: Final = (
    Task("random, N = 8, g = 0.5", random_network(0.5)),
    Task("random, N = 8, g = 0.9", random_network(0.9)),
    Task("soft winner-take-all, N = 8", competition(0.4), winner_right, "winner right"),
    Task("hard winner-take-all, N = 8", competition(1.2), winner_right, "winner right"),
    Task("noisy ring, N = 24", ring, angle_error, "angle error, degrees"),
)


def line(task: Task, *, seeds: int, inputs: int, epochs: int) -> Line:
    """Draw the network and train on its responses, for each seed and width."""
    unsettled = count = 0
    found = Line(task.name, 0, 0, reads=task.reads)
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        weights, given = task.draw(rng, inputs)
        states, settled = responses(weights, given)
        count += len(given)
        unsettled += int((~settled).sum())
        known, wanted = given[settled], np.maximum(states[settled], 0)
        held = len(known) // 3
        for width in WIDTHS:
            hidden = width * len(weights)
            trained = train_two_layer(known[held:], wanted[held:], hidden, epochs=epochs, seed=seed)
            got = np.maximum(trained.predict(known[:held]), 0)
            error = ((got - wanted[:held]) ** 2).sum()
            variance = ((wanted[:held] - wanted[:held].mean(axis=0)) ** 2).sum()
            key = f"H = {hidden}"
            found.errors.setdefault(key, []).append(float(error / variance))
            if task.read is not None:
                found.readings.setdefault(key, []).append(task.read(wanted[:held], got))
    return Line(task.name, count, unsettled, found.errors, found.readings, task.reads)


def parities(largest: int, *, seeds: int, epochs: int) -> Iterator[tuple[int, int, list[float]]]:
    """Bits, units of the exact network, and the accuracies of trained ones with as many units.

    They are trained and tested on all inputs, so an accuracy of 1 is possible; the exact network has it.
    """
    for bits in range(2, largest + 1):
        exact = parity(bits, range(bits))
        inputs = np.array(list(product((1, -1), repeat=bits)))
        wanted = inputs.prod(axis=1)
        if not np.array_equal(exact(inputs), wanted):
            raise AssertionError("the exact network is not exact")
        right = []
        for seed in range(seeds):
            trained = train_two_layer(
                inputs.astype(float),
                wanted[:, None].astype(float),
                exact.hidden.width,
                epochs=epochs,
                seed=seed,
            )
            signs = np.where(trained.predict(inputs.astype(float))[:, 0] < 0, -1, 1)
            right.append(float((signs == wanted).mean()))
        yield bits, exact.hidden.width, right


def distilled_learners(
    sizes: tuple[tuple[int, int], ...], *, count: int, epochs: int
) -> Iterator[tuple[int, int, int, float]]:
    """Examples, features, hidden units, and accuracy of two layers in place of the *learner*.

    They see the data set and the test example, as row reduction does, and are trained on random data
    sets whose labels a parity explains. Of the test examples that the data decide.
    """
    for m, d in sizes:
        rng = np.random.default_rng(m)
        bits = rng.integers(0, 2, (count, m + 1, d))
        labels = (bits * rng.integers(0, 2, (count, 1, d))).sum(axis=2) % 2
        seen = np.concatenate([bits.reshape(count, -1), labels[:, :-1]], axis=1)
        signs = 1.0 - 2 * labels[:, -1]
        decided = np.array([_decided(each) for each in bits[: count // 10]])
        hidden, held = 8 * seen.shape[1], len(decided)
        trained = train_two_layer(
            1.0 - 2 * seen[held:], signs[held:, None], hidden, epochs=epochs, seed=0
        )
        got = np.where(trained.predict(1.0 - 2 * seen[:held])[:, 0] < 0, -1, 1)
        yield m, d, hidden, float((got == signs[:held])[decided].mean())


def _decided(bits: npt.NDArray[np.int64]) -> bool:
    """Whether the last row is a sum of the others."""
    rows = bits.astype(np.uint8)
    none = np.zeros(len(rows), dtype=np.uint8)
    return row_reduction(rows[:-1], none[:-1]).rank == row_reduction(rows, none).rank


def spread(values: list[float]) -> str:
    """The median of some numbers, and their range."""
    return f"{median(values):.3f} ({min(values):.3f} to {max(values):.3f})"


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feedforward", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer inputs and epochs, one seed")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the numbers to FILE too")
    arguments = parser.parse_args()
    seeds, inputs, epochs = (1, 300, 5) if arguments.quick else (SEEDS, INPUTS, 60)
    console = Console(highlight=False, width=150)
    lines = []
    table = Table("network", "unsettled", *(f"{w}N hidden" for w in WIDTHS), box=None)
    for task in TASKS:
        found = line(task, seeds=seeds, inputs=inputs, epochs=epochs)
        lines.append(found)
        share = f"{found.unsettled} of {found.inputs}"
        table.add_row(task.name, share, *map(spread, found.errors.values()))
        if found.readings:
            table.add_row(f"  {task.reads}", "", *map(spread, found.readings.values()))
    console.print(table)
    exact = list(parities(8, seeds=seeds, epochs=20 if arguments.quick else 1500))
    second = Table("parity of", "units", "exact", "trained, as many units", box=None)
    for bits, units, right in exact:
        second.add_row(f"{bits} bits", str(units), "1.000", spread(right))
    console.print(second)
    sizes = ((3, 2),) if arguments.quick else ((5, 3), (7, 4), (9, 6))
    learners = list(
        distilled_learners(
            sizes, count=2000 if arguments.quick else 20_000, epochs=5 if arguments.quick else 40
        )
    )
    third = Table("the learner", "hidden units", "accuracy", box=None)
    for m, d, hidden, accuracy in learners:
        third.add_row(f"m = {m}, d = {d}", str(hidden), f"{accuracy:.3f}")
    console.print(third)
    if arguments.json:
        numbers = {
            "lines": [asdict(each) for each in lines],
            "parities": exact,
            "learners": learners,
        }
        arguments.json.write_text(json.dumps(numbers, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
