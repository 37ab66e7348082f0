"""How ``auto`` chooses: ``python -m benchmarks.costs`` fits its costs and compares it with the others.

First the constants of :mod:`construction.executors.costs`, as this machine has them, next to those in
use; then, for several kinds of runs and sizes, the time of each executor and how much longer than the
best of them ``auto`` takes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np

from benchmarks.measure import machine, seconds_of
from construction.compiling.compiler import compile_rule
from construction.executors.auto import AutoExecutor
from construction.executors.costs import COSTS, Costs, weights
from construction.executors.event.executor import EventExecutor
from construction.executors.executor import Executor
from construction.executors.sweep.dense import DenseExecutor
from construction.executors.sweep.executor import SweepExecutor
from construction.executors.sweep.tabulated import TabulatedExecutor
from construction.executors.threads import cores
from construction.executors.vectorised.executor import VectorisedExecutor
from construction.formats.golly import parse_automaton
from construction.network.layers import Integers
from construction.network.rcnn import RCNN
from construction.programs.catalogue import load_program


@dataclass(frozen=True, eq=False)
class Case:
    """A kind of run: a network, its first grids ``(batch, rows, columns)``, and layers."""

    name: str
    network: RCNN
    grids: Integers
    layers: int


def cases(size: int) -> Iterator[Case]:
    """Waves of row reduction, a machine of one head, a soup of Life, and a few gliders' worth of it."""
    random = np.random.default_rng(size)
    for name in ("systolic-row-reduction", "row-reduction-machine"):
        program = load_program(name)
        grid = random.choice([-1, 1], (1, size + 1, size + 2))
        grid[:, -1], grid[:, :, -1] = 1, 3
        layers = min(program.depth(size, size), 20_000)
        yield Case(name, compile_rule(program.rule), grid, layers)
    life = parse_automaton("B3/S23")
    network = compile_rule(life.rule())
    soup = random.integers(0, 2, (1, size, size))
    yield Case("Life, all of the grid", network, life.codes(soup), 1000)
    soup[:, 10:, :] = 0
    soup[:, :, 10:] = 0
    yield Case("Life, a corner", network, life.codes(soup), 1000)


def fitted(size: int, repeats: int) -> Costs:
    """The constants, from runs of which it is counted how many pixels are evaluated."""
    case = list(cases(size))[2]
    pixels, layers = case.grids.size, 40

    def time(executor: Executor) -> float:
        """Nanoseconds of one core for all pixels evaluated."""
        run = executor.run(case.grids, layers)
        (seconds,) = seconds_of([lambda: executor.run(case.grids, layers)], repeats)
        threads = cores() if isinstance(executor, SweepExecutor) else 1
        return seconds * 1e9 * threads / (run.evaluated or pixels * layers)

    network = case.network
    return Costs(
        event_lookup=time(EventExecutor(network)),
        sweep_lookup=time(TabulatedExecutor(network)),
        event_weight=time(EventExecutor(network, most_combinations=0)) / weights(network),
        sweep_weight=time(DenseExecutor(network)) / weights(network),
        vectorised_lookup=time(VectorisedExecutor(network)),
        vectorised_layer=_empty_layer(network),
    )


def _empty_layer(network: RCNN) -> float:
    """Nanoseconds for a layer of the smallest grid by the vectorised executor."""
    executor = VectorisedExecutor(network)
    # Blinkers: they never rest.
    grid = np.zeros((1, 5, 5), dtype=np.int64)
    grid[0, 2, 1:4] = 1
    start, layers = parse_automaton("B3/S23").codes(grid), 300
    (seconds,) = seconds_of([lambda: executor.run(start, layers)], 5)
    return seconds * 1e9 / layers


EXECUTORS: dict[str, Callable[[RCNN], Executor]] = {
    "event": EventExecutor,
    "tabulated": TabulatedExecutor,
    "auto": AutoExecutor,
}


def main() -> None:
    """Print the fit and the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.costs", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes")
    arguments = parser.parse_args()
    here = machine()
    print(f"{here['processor']}, {here['cores']} cores, Python {here['python']}")
    found = fitted(96 if arguments.quick else 512, 3)
    print(f"{'nanoseconds':<16} {'fitted':>8} {'in use':>8}")
    for name, value in asdict(found).items():
        print(f"{name:<16} {value:>8.3f} {asdict(COSTS)[name]:>8.3f}")
    heads = " ".join(f"{name + ', s':>13}" for name in EXECUTORS)
    print(f"\n{'run':<24} {'size':>5} {heads} {'auto / best':>12}")
    for size in (32, 64) if arguments.quick else (64, 192, 384):
        for case in cases(size):
            runs = [make(case.network) for make in EXECUTORS.values()]
            times = seconds_of([partial(e.run, case.grids, case.layers) for e in runs], 3)
            shown = " ".join(f"{time:>13.4f}" for time in times)
            print(f"{case.name:<24} {size:>5} {shown} {times[-1] / min(times[:-1]):>12.2f}")


if __name__ == "__main__":
    main()
