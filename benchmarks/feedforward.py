"""Two-layer networks in place of recurrent ones: ``python -m benchmarks.feedforward``.

The fixed-point responses of threshold-linear networks to random inputs, and how well a trained
two-layer network says them at once (squared error on new inputs over their variance; the median of
several seeds, and their range). Inputs whose flow did not settle are counted and left out.
Then what is exact: two neurons, and parities, next to networks of the same size that are trained.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from benchmarks import reporting
from benchmarks.reporting import spread
from construction.dynamics.two_layer import parity
from construction.learning.row_reduction import row_reduction
from construction.progress import Progress

Floats = npt.NDArray[np.float64]

SEEDS: Final = 3
INPUTS: Final = 3000  #: of each network, a third of them held out
STEP: Final = 0.05  #: of the flow, in units of tau
STEPS: Final = 6000
WIDTHS: Final = (0, 1, 2, 8)  #: hidden units, in units of the neurons
LARGEST_PARITY: Final = 8  #: bits


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
    from construction.dynamics.training import train_two_layer  # noqa: PLC0415

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
    from construction.dynamics.training import train_two_layer  # noqa: PLC0415

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
    from construction.dynamics.training import train_two_layer  # noqa: PLC0415

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


def measured(*, quick: bool, show: Progress) -> dict[str, Any]:
    """All numbers: the lines of networks, parities, and learners."""
    seeds, inputs, epochs = (1, 300, 5) if quick else (SEEDS, INPUTS, 60)
    lines = []
    for done, task in enumerate(TASKS):
        show("networks", done, len(TASKS))
        lines.append(asdict(line(task, seeds=seeds, inputs=inputs, epochs=epochs)))
    show("networks", len(TASKS), len(TASKS))
    exact = []
    for found in parities(LARGEST_PARITY, seeds=seeds, epochs=20 if quick else 1500):
        exact.append(found)
        show("parities", len(exact), LARGEST_PARITY - 1)
    sizes = ((3, 2),) if quick else ((5, 3), (7, 4), (9, 6))
    learners = []
    for learner in distilled_learners(
        sizes, count=2000 if quick else 20_000, epochs=5 if quick else 40
    ):
        learners.append(learner)
        show("learners", len(learners), len(sizes))
    return {"lines": lines, "parities": exact, "learners": learners}


def show_tables(results: dict[str, Any], console: Console) -> None:
    """Networks, parities, and the learner."""
    table = Table("network", "unsettled", *(f"{w}N hidden" for w in WIDTHS), box=None)
    for found in results["lines"]:
        share = f"{found['unsettled']} of {found['inputs']}"
        table.add_row(found["name"], share, *map(spread, found["errors"].values()))
        if found["readings"]:
            table.add_row(f"  {found['reads']}", "", *map(spread, found["readings"].values()))
    console.print(table)
    second = Table("parity of", "units", "exact", "trained, as many units", box=None)
    for bits, units, right in results["parities"]:
        second.add_row(f"{bits} bits", str(units), "1.000", spread(right))
    console.print(second)
    third = Table("the learner", "hidden units", "accuracy", box=None)
    for m, d, hidden, accuracy in results["learners"]:
        third.add_row(f"m = {m}, d = {d}", str(hidden), f"{accuracy:.3f}")
    console.print(third)


def draw(results: dict[str, Any], path: Path) -> None:
    """Errors by the number of hidden units, and the parities' accuracies; with the range of the seeds."""
    plots = reporting.pyplot()
    figure, (errors, accuracies) = plots.subplots(1, 2, figsize=(11, 4))
    places = range(len(WIDTHS))
    for number, found in enumerate(results["lines"]):
        each = np.array([*found["errors"].values()])
        errors.plot(places, np.median(each, axis=1), "o-", color=f"C{number}", label=found["name"])
        errors.fill_between(
            places, each.min(axis=1), each.max(axis=1), color=f"C{number}", alpha=0.2
        )
    errors.set_yscale("log")
    errors.set_xticks(places, [f"{width}N" for width in WIDTHS])
    errors.set_xlabel("hidden units (N neurons)")
    errors.set_ylabel("squared error over variance, new inputs")
    errors.legend(fontsize=7)
    bits = [found[0] for found in results["parities"]]
    right = np.array([found[2] for found in results["parities"]])
    accuracies.plot(
        bits, np.median(right, axis=1), "o-", label="trained, as many units as the exact one"
    )
    accuracies.fill_between(bits, right.min(axis=1), right.max(axis=1), alpha=0.2)
    accuracies.axhline(1, color="C1", label="the exact network")
    accuracies.axhline(0.5, color="grey", linestyle=":", label="a coin")
    accuracies.set_xlabel("bits of the parity, all inputs")
    accuracies.set_ylabel("accuracy")
    accuracies.legend(fontsize=7)
    reporting.save(figure, path)
    plots.close(figure)


def main() -> int:
    """Train, print."""

    def measure(quick: bool, show: Progress) -> dict[str, Any]:
        return measured(quick=quick, show=show)

    return reporting.report("feedforward", __doc__, measure, show_tables, draw, width=150)


if __name__ == "__main__":
    sys.exit(main())
