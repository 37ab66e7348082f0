"""How ``auto`` chooses: ``python -m benchmarks.costs`` fits its costs and compares it with the others.

First the constants of :mod:`construction.executors.costs`, as this machine has them, next to those in
use; then, for several kinds of runs and sizes, the time of each executor and how much longer than the
best of them ``auto`` takes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from time import process_time
from typing import Final

import numpy as np

from benchmarks.measure import machine, seconds_of
from construction.compiling.compiler import compile_rule
from construction.executors.auto import AutoExecutor
from construction.executors.costs import COSTS, Costs, weights
from construction.executors.event.executor import EventExecutor
from construction.executors.event.grid import EventGrid
from construction.executors.executor import Executor
from construction.executors.planes.executor import PlanesExecutor
from construction.executors.sweep.dense import DenseExecutor
from construction.executors.sweep.tabulated import TabulatedExecutor
from construction.executors.vectorised.executor import VectorisedExecutor
from construction.formats.golly import parse_automaton
from construction.network.layers import Integers, WeightLayer
from construction.network.rcnn import RCNN
from construction.programs.catalogue import load_program

GOAL: Final = 1.5


@dataclass(frozen=True, eq=False)
class Case:
    """A kind of run: a network, its first grids ``(batch, rows, columns)``, and layers.

    ``backward``: it is a forward and a backward pass of the first of these grids.
    """

    name: str
    network: RCNN
    grids: Integers
    layers: int
    backward: bool = False

    def run(self, executor: Executor) -> object:
        """What is timed."""
        if self.backward:
            return executor.forward_backward(self.grids[0], self.layers)
        return executor.run(self.grids, self.layers)


def cases(size: int) -> Iterator[Case]:
    """Waves of row reduction, a step of SGD, a machine of one head, and Life on all of the grid and in a corner.

    The last ones are of a network without a table.
    """
    random = np.random.default_rng(size)
    for name in ("systolic-row-reduction", "row-reduction-machine"):
        program = load_program(name)
        network = compile_rule(program.rule)
        grid = random.choice([-1, 1], (1, size + 1, size + 2))
        grid[:, -1], grid[:, :, -1] = 1, 3
        layers = min(program.depth(size, size), 20_000)
        yield Case(name, network, grid, layers)
        if name == "systolic-row-reduction":
            half = grid.copy()
            half[:, size // 2 :, :-1] = 0
            yield Case("a step of SGD", network, half, layers, backward=True)
    life = parse_automaton("B3/S23")
    network = compile_rule(life.rule())
    soup = random.integers(0, 2, (1, size, size))
    corner = soup.copy()
    corner[:, 10:, :] = 0
    corner[:, :, 10:] = 0
    yield Case("Life, all of the grid", network, life.codes(soup), 1000)
    yield Case("Life, a corner", network, life.codes(corner), 1000)
    for name, blinking in (("no table, all of the grid", True), ("no table, a wave", False)):
        first = np.zeros((1, size, size), dtype=np.int64)
        first[0, 0, 0] = 1
        yield Case(name, without_table(blinking=blinking), first, 2 * size)


def without_table(*, blinking: bool) -> RCNN:
    """Sixteen codes, of which every unit reads nine: too many combinations for a table.

    The next code is the sum of the nine, at most 15; or 15 minus that, which never rests.
    """
    sums = WeightLayer(np.ones((2, 9), np.int64), np.array([0, -15]), 1, ("sum", "beyond 15"))
    sign = -1 if blinking else 1
    last = WeightLayer(np.array([[sign, -sign]]), np.array([15 * blinking]), 1, ("next code",))
    # A head without a slope: runs go forward only.
    one = WeightLayer(np.zeros((1, 1), np.int64), np.ones(1, np.int64), 1, ("output",))
    names = {-1: "padding", **{code: str(code) for code in range(16)}}
    return RCNN("sums", (sums, last), (one, one), -1, names)


def fitted(size: int, repeats: int) -> Costs:
    """The constants, from runs of which it is counted how many pixels are evaluated."""
    random = np.random.default_rng(size)
    life = parse_automaton("B3/S23")
    network, layers = compile_rule(life.rule()), 40
    codes = life.codes(random.integers(0, 2, (1, size, size)))
    other = without_table(blinking=True)
    # A pixel without a table takes as long in a smaller grid.
    first = random.integers(0, 2, (1, size // 4, size // 4))
    waves = compile_rule(load_program("systolic-row-reduction").rule)
    wave = random.choice([-1, 1], (1, size, size))
    wave[:, -1], wave[:, :, -1] = 1, 3
    planes = PlanesExecutor(network)
    planes.compile((size, size))

    def time(executor: Executor, grids: Integers) -> float:
        """Nanoseconds of one core for all pixels evaluated."""
        run = executor.run(grids, layers)
        task = partial(executor.run, grids, layers)
        (seconds,) = seconds_of([task], repeats, process_time)
        return seconds * 1e9 / (run.evaluated or grids.size * layers)

    lookup = time(EventExecutor(network), codes)
    return Costs(
        event_lookup=lookup,
        event_stretch=_stretch(EventExecutor(waves), wave, 2 * size, lookup, repeats),
        sweep_lookup=time(TabulatedExecutor(network), codes),
        event_weight=time(EventExecutor(other), first) / weights(other),
        sweep_weight=time(DenseExecutor(other), first) / weights(other),
        planes_gate=time(planes, codes) / planes.gates((size, size)),
        vectorised_lookup=time(VectorisedExecutor(network), codes),
        vectorised_layer=_empty_layer(network),
    )


def _stretch(
    executor: EventExecutor, grid: Integers, layers: int, lookup: float, repeats: int
) -> float:
    """Nanoseconds for a stretch of work, beside those of its pixels."""
    state = EventGrid(executor.patches, grid.shape[1:])
    state.start(grid[0].astype(np.int16))
    stretches = 0
    for _ in range(layers):
        stretches += state.work_within(*state.lines)[0]
        state.advance(1)
    (seconds,) = seconds_of([partial(executor.run, grid, layers)], repeats, process_time)
    return (seconds * 1e9 - lookup * state.evaluated) / stretches


def _empty_layer(network: RCNN) -> float:
    """Nanoseconds for a layer of the smallest grid by the vectorised executor."""
    executor = VectorisedExecutor(network)
    # Blinkers: they never rest.
    grid = np.zeros((1, 5, 5), dtype=np.int64)
    grid[0, 2, 1:4] = 1
    start, layers = parse_automaton("B3/S23").codes(grid), 300
    (seconds,) = seconds_of([lambda: executor.run(start, layers)], 5)
    return seconds * 1e9 / layers


def compared(case: Case, repeats: int) -> list[float | None]:
    """The seconds of the event executor, of one that computes every pixel, of planes, and of ``auto``.

    Those of planes are None where they leave the run to the event executor.
    """
    event, auto = EventExecutor(case.network), AutoExecutor(case.network)
    every = TabulatedExecutor if event.patches.tabulated else DenseExecutor
    planes = PlanesExecutor(case.network)
    runs = not case.backward and planes.compile(case.grids.shape[1:])
    executors = [event, every(case.network), *([planes] if runs else []), auto]
    seconds: list[float | None] = [
        *seconds_of([partial(case.run, each) for each in executors], repeats)
    ]
    return seconds if runs else [*seconds[:2], None, seconds[-1]]


def main() -> None:
    """Print the fit and the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.costs", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes")
    arguments = parser.parse_args()
    here = machine()
    print(f"{here['processor']}, {here['cores']} cores, Python {here['python']}")
    found = fitted(96 if arguments.quick else 512, 3)
    print(f"{'nanoseconds':<18} {'fitted':>10} {'in use':>10}")
    for name, value in asdict(found).items():
        print(f"{name:<18} {value:>10,.3f} {asdict(COSTS)[name]:>10,.3f}")
    heads = "".join(
        f"{name:>15}" for name in ("event, s", "every pixel, s", "planes, s", "auto, s")
    )
    print(f"\n{'run':<35} {'size':>5}{heads}{'auto / best':>13}")
    worst = 0.0
    for size in (32, 64) if arguments.quick else (64, 192, 384):
        for case in cases(size):
            seconds = compared(case, 3)
            *others, own = (each for each in seconds if each is not None)
            worst = max(worst, own / min(others))
            shown = "".join(f"{'-' if each is None else f'{each:.4f}':>15}" for each in seconds)
            print(f"{case.name:<35} {size:>5}{shown}{own / min(others):>13.2f}", flush=True)
    print(f"auto takes at most {worst:.2f} times as long as the best; the goal is {GOAL:g}")


if __name__ == "__main__":
    main()
