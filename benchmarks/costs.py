"""How ``auto`` chooses: ``python -m benchmarks.costs`` fits its costs and compares it with the others.

First the constants of :mod:`construction.executors.costs`, as this machine has them, next to those in
use, and how large a circuit is; then, for several kinds of runs and sizes, the time of each executor and how much longer than the
best of them ``auto`` takes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
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
from construction.executors.planes.circuit import circuit_for, named_patches
from construction.executors.planes.executor import PlanesExecutor
from construction.executors.planes.sample import met_patches
from construction.executors.sweep.dense import DenseExecutor
from construction.executors.sweep.tabulated import TabulatedExecutor
from construction.executors.table.patch_table import patch_table
from construction.executors.vectorised.executor import VectorisedExecutor
from construction.formats.golly import parse_automaton
from construction.network.layers import Integers, WeightLayer
from construction.network.rcnn import RCNN
from construction.programs.catalogue import load_program

GOAL: Final = 1.5
#: Layers of runs that cost the same in each.
LAYERS: Final = 40
SMALL: Final = 12
#: What takes so many times as long as the best is not run again.
FAR: Final = 5.0


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
    """Waves of row reduction, also in memories that are partly empty, a step of SGD, a machine of one head, and Life on all of the grid and in a corner.

    The last ones are of a network without a table.
    """
    random = np.random.default_rng(size)
    for program_name in ("systolic-row-reduction", "row-reduction-machine"):
        program = load_program(program_name)
        network = compile_rule(program.rule)
        grid = random.choice([-1, 1], (1, size + 1, size + 2))
        grid[:, -1], grid[:, :, -1] = 1, 3
        layers = min(program.depth(size, size), 20_000)
        yield Case(program_name, network, grid, layers)
        if program_name == "systolic-row-reduction":
            for name, stored in (
                ("one row stored", 1),
                ("a quarter of the rows stored", size // 4),
                ("three quarters stored", 3 * size // 4),
                ("half of the memory empty", size // 2),
            ):
                yield Case(name, network, _stored(grid, stored), layers)
            half = _stored(grid, size // 2)
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
        layers = LAYERS if blinking else 2 * size
        yield Case(name, without_table(blinking=blinking), first, layers)


def _stored(grid: Integers, rows: int) -> Integers:
    """The same memory with so many of its rows, and nothing in the others."""
    part = grid.copy()
    part[:, rows:, :-1] = 0
    return part


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
    """The constants, from runs of which it is counted what is done: all of them in turn, by the processor's time.

    Two of the event executor's and two of planes differ in what they consist of, and so tell both constants of each.
    """
    random = np.random.default_rng(size)
    automaton = parse_automaton("B3/S23")
    life, waves = (
        compile_rule(automaton.rule()),
        compile_rule(load_program("systolic-row-reduction").rule),
    )
    other = without_table(blinking=True)
    cells = automaton.codes(random.integers(0, 2, (1, size, size)))
    wave = random.choice([-1, 1], (1, size, size))
    wave[:, -1], wave[:, :, -1] = 1, 3
    # A pixel without a table takes as long in a smaller grid.
    small = random.integers(0, 2, (1, size // 4, size // 4))
    runs: list[tuple[Executor, Integers, int]] = [
        (EventExecutor(life), cells, 5 * LAYERS),
        (EventExecutor(waves), wave, 2 * size),
        (PlanesExecutor(life), cells, 10 * LAYERS),
        (PlanesExecutor(waves), wave, 5 * size),
        (TabulatedExecutor(life), cells, 5 * LAYERS),
        (EventExecutor(other), small, LAYERS),
        (DenseExecutor(other), small, LAYERS),
        (VectorisedExecutor(life), cells, LAYERS // 4),
    ]
    gates = []
    for executor, _, _ in runs:
        if isinstance(executor, PlanesExecutor):
            executor.compile((size, size))
            gates.append(executor.gates((size, size)))
    tasks = [partial(executor.run, grids, layers) for executor, grids, layers in runs]
    seconds = seconds_of(tasks, repeats, process_time)
    event, event_waves, planes, planes_waves, every, *others = (1e9 * each for each in seconds)
    lookup, stretch = _two(
        [_event_work(*runs[0]), _event_work(*runs[1])],
        [event, event_waves],
    )
    gate, pixel = _two(
        [
            (count * each, each)
            for count, each in zip(gates, (_planes_work(*run) for run in runs[2:4]), strict=True)
        ],
        [planes, planes_waves],
    )
    layer = _empty_layer(life)
    unit = small.size * LAYERS * weights(other)
    return Costs(
        event_lookup=lookup,
        event_stretch=stretch,
        sweep_lookup=every / (cells.size * 5 * LAYERS),
        event_weight=others[0] / unit,
        sweep_weight=others[1] / unit,
        planes_gate=gate,
        planes_pixel=pixel,
        vectorised_lookup=(others[2] / (LAYERS // 4) - layer) / cells.size,
        vectorised_layer=layer,
    )


def gates_by_patches(network: RCNN) -> str:
    """How many gates a network's circuit has, and how many if it were right on all patches of named codes that lead to such."""
    patches = patch_table(network)
    named = named_patches(patches)
    met = met_patches(patches) & named
    found, whole = circuit_for(patches, met), circuit_for(patches, named)
    if found is None or whole is None:
        raise ValueError(f"{network.name} has no circuit")
    return (
        f"{len(found.gates):,} gates for {np.count_nonzero(met):,} of {np.count_nonzero(named):,} patches, "
        f"{len(whole.gates):,} for all of them"
    )


def _two(work: Sequence[tuple[float, float]], nanoseconds: Sequence[float]) -> tuple[float, float]:
    """What a piece of either kind of work takes, from two runs."""
    first, second = np.linalg.solve(np.array(work), np.array(nanoseconds)).tolist()
    return first, second


def _event_work(executor: Executor, grids: Integers, layers: int) -> tuple[float, float]:
    """Pixels that are evaluated in a run, and the stretches that they stand in."""
    assert isinstance(executor, EventExecutor)
    state = EventGrid(executor.patches, grids.shape[1:])
    state.start(grids[0].astype(np.int16))
    state.advance(layers)
    return state.evaluated, state.stretches


def _planes_work(executor: Executor, grids: Integers, layers: int) -> int:
    """Pixels that are evaluated in a run in planes."""
    assert isinstance(executor, PlanesExecutor)
    run = executor.run_while(grids.astype(np.int16), layers, lambda *_: True)
    return run.evaluated


def _empty_layer(network: RCNN) -> float:
    """Nanoseconds for a layer of the smallest grid by the vectorised executor."""
    executor = VectorisedExecutor(network)
    # Blinkers: they never rest.
    grid = np.zeros((1, 5, 5), dtype=np.int64)
    grid[0, 2, 1:4] = 1
    start, layers = parse_automaton("B3/S23").codes(grid), 300
    (seconds,) = seconds_of([lambda: executor.run(start, layers)], 5, process_time)
    return seconds * 1e9 / layers


def compared(case: Case, repeats: int) -> list[float | None]:
    """The seconds of the event executor, of one that computes every pixel, of planes, and of ``auto``.

    It is the processor's time, on all cores, while ``auto`` picks what ends first: where threads compute a grid in parts it may take more of
    the processor's time than what is best here, and less by the clock. Those of planes are None where they leave the run to the event executor. What takes
    far longer than the best is run once.
    """
    event, auto = EventExecutor(case.network), AutoExecutor(case.network)
    every = TabulatedExecutor if event.patches.tabulated else DenseExecutor
    planes = PlanesExecutor(case.network)
    runs = not case.backward and planes.compile(case.grids.shape[1:])
    executors = {0: event, 1: every(case.network), **({2: planes} if runs else {}), 3: auto}
    tasks = {place: partial(case.run, each) for place, each in executors.items()}
    found: list[float | None] = [None] * 4
    for place, task in tasks.items():
        begun = process_time()
        task()
        found[place] = process_time() - begun
    best = min(each for each in found if each is not None)
    near = [place for place in tasks if (found[place] or 0.0) < FAR * best or place == 3]
    times = seconds_of([tasks[place] for place in near], repeats, process_time)
    for place, seconds in zip(near, times, strict=True):
        found[place] = seconds
    return found


def main() -> None:
    """Print the fit and the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.costs", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes")
    arguments = parser.parse_args()
    here = machine()
    print(f"{here['processor']}, {here['cores']} cores, Python {here['python']}")
    for case in cases(SMALL):
        # What is compiled or loaded at its first use is so now.
        compared(case, 1)
    found = fitted(192 if arguments.quick else 384, 3)
    print(f"{'nanoseconds':<18} {'fitted':>12} {'in use':>12}")
    for name, value in asdict(found).items():
        print(f"{name:<18} {value:>12,.4f} {asdict(COSTS)[name]:>12,.4f}")
    reduction = compile_rule(load_program("systolic-row-reduction").rule)
    print(f"row reduction's circuit: {gates_by_patches(reduction)}")
    heads = "".join(
        f"{name:>16}" for name in ("event, ms", "every pixel, ms", "planes, ms", "auto, ms")
    )
    print(f"\n{'run':<35} {'size':>5}{heads}{'auto / best':>13}")
    worst = 0.0
    for size in (32, 64) if arguments.quick else (64, 192, 384):
        for case in cases(size):
            seconds = compared(case, 5)
            *others, own = (each for each in seconds if each is not None)
            worst = max(worst, own / min(others))
            shown = "".join(
                f"{'-' if each is None else f'{1e3 * each:.2f}':>16}" for each in seconds
            )
            print(f"{case.name:<35} {size:>5}{shown}{own / min(others):>13.2f}", flush=True)
    print(f"auto takes at most {worst:.2f} times as long as the best; the goal is {GOAL:g}")


if __name__ == "__main__":
    main()
