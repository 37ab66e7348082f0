"""How time and memory grow: ``python -m benchmarks.growth``.

For a range of sizes, the time and the memory of one forward pass are measured, and the exponent of
the power of the size that fits them best; next to it, the same fit to what the theory counts:
pixel updates, changes of pixels, layers, pixels. ``--picture FILE`` draws both.
"""

from __future__ import annotations

import argparse
import json
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks import reporting
from benchmarks.measure import machine, seconds_of
from construction.cli.report import progress_bars
from construction.compiling.compiler import compile_rule
from construction.executors.catalogue import load_executor
from construction.executors.executor import Executor
from construction.network.container import write_atomically
from construction.network.layers import Integers
from construction.programs.catalogue import load_program
from construction.programs.program import Program
from construction.training.memory import expected_memory, memory_grid, with_one
from construction.training.sgd import sgd_step

REPEATS: Final = 5

Counts = Callable[[int, int], float]  #: what the theory counts, for m examples with d features


@dataclass(frozen=True)
class Series:
    """One quantity over a range of sizes, in seconds, bytes or layers, with what the theory counts."""

    quantity: str
    varies: str
    sizes: list[int]
    measured: list[float]
    counted: list[float]
    theory: str

    @property
    def exponents(self) -> tuple[float, float]:
        """The exponents of the size that fit what was measured and what the theory counts."""
        return exponent(self.sizes, self.measured), exponent(self.sizes, self.counted)


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """The slope of the straight line through the logarithms, by least squares."""
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])


def first_grid(program: Program, m: int, d: int) -> Integers:
    """The first grid of a random data set that no parity need explain, and a test example."""
    random = np.random.default_rng(m * 2**16 + d)
    examples, labels = random.choice([-1, 1], (m + 1, d)), random.choice([-1, 1], m + 1)
    examples[-1], labels[-1] = 1, 1
    memory = expected_memory(examples, labels, m + 1)
    return memory_grid(memory, with_one(random.choice([-1, 1], (1, d))), 1)


def pixel_updates(program: Program) -> Counts:
    """Pixels times layers: what looking up every pixel takes."""
    return lambda m, d: (m + 1) * (d + 2) * program.depth(m, d)


def measurements(shorter: bool) -> list[Callable[[], list[Series]]]:
    """All that is measured, in the order of the table; each takes some seconds."""
    systolic, walking = (
        load_program("systolic-row-reduction"),
        load_program("row-reduction-machine"),
    )
    updates = pixel_updates(systolic)
    square = [64, 96, 128] if shorter else [64, 96, 128, 192, 256, 384, 512]
    # The event executor is so quick that at such sizes it mostly does other things than pixels.
    large = [96, 128, 192] if shorter else [256, 384, 512, 768, 1024, 1536]
    # A step of SGD only looks at each pixel, and does few things for each row and for itself.
    steps = [96, 128, 192] if shorter else [512, 768, 1024, 1536, 2048, 3072, 4096]
    walk = [8, 12, 16] if shorter else [8, 12, 16, 24, 32, 48, 64]
    tasks: list[Callable[[], list[Series]]] = []
    for name, sizes, counts, theory in (
        ("tabulated", square, updates, "pixels x layers"),
        # Every cell takes part in the waves of all columns to its left, one in a layer.
        ("event", large, lambda m, d: m * d * d / 2, "m d^2 / 2 changes"),
    ):
        fixed = sizes[len(sizes) // 2]
        for varies, pairs in (
            ("m = d", [(size, size) for size in sizes]),
            (f"m, d = {fixed}", [(size, fixed) for size in sizes]),
            (f"d, m = {fixed}", [(fixed, size) for size in sizes]),
        ):
            tasks.append(partial(_times, systolic, name, varies, pairs, counts, theory))
    tasks.append(partial(_memory, systolic, [(size, size) for size in large]))
    tasks.append(partial(_sgd_steps, systolic, [(size, size) for size in steps]))
    tasks.append(partial(_steps, walking, walk))
    return tasks


def _times(
    program: Program,
    name: str,
    varies: str,
    sizes: list[tuple[int, int]],
    counts: Counts,
    theory: str,
) -> list[Series]:
    executor = load_executor(name, compile_rule(program.rule))
    tasks = [_task(executor, program, m, d) for m, d in sizes]
    return [
        Series(
            f"time, {program.name}, {name}",
            varies,
            [d if varies.startswith("d") else m for m, d in sizes],
            seconds_of(tasks, REPEATS),
            [counts(m, d) for m, d in sizes],
            theory,
        )
    ]


def _task(executor: Executor, program: Program, m: int, d: int) -> Callable[[], object]:
    grid = first_grid(program, m, d)
    return lambda: executor.run(grid, program.depth(m, d))


def _sgd_steps(program: Program, sizes: list[tuple[int, int]]) -> list[Series]:
    """One SGD step when half of the memory is written."""
    executor = load_executor("event", compile_rule(program.rule))

    def task(m: int, d: int) -> Callable[[], object]:
        random = np.random.default_rng(m)
        examples, labels = random.choice([-1, 1], (m, d)), random.choice([-1, 1], m)
        memory = expected_memory(examples[: m // 2], labels[: m // 2], m + 1)
        layers = program.depth(m, d)
        return lambda: sgd_step(executor, memory, examples[-1], int(labels[-1]), layers)

    return [
        Series(
            f"time of an SGD step, {program.name}, event",
            "m = d",
            [m for m, _ in sizes],
            seconds_of([task(m, d) for m, d in sizes], REPEATS),
            [float(m * d) for m, d in sizes],
            "m d pixels",
        )
    ]


def _memory(program: Program, sizes: list[tuple[int, int]]) -> list[Series]:
    executor = load_executor("event", compile_rule(program.rule))
    peaks: list[float] = []
    for m, d in sizes:
        task = _task(executor, program, m, d)
        task()  # the first run loads machine code, which is not the grid's memory
        tracemalloc.start()
        task()
        peaks.append(float(tracemalloc.get_traced_memory()[1]))
        tracemalloc.stop()
    return [
        Series(
            f"memory, {program.name}, event",
            "m = d",
            [m for m, _ in sizes],
            peaks,
            [(m + 1.0) * (d + 2) for m, d in sizes],
            "pixels, not layers",
        )
    ]


def _steps(program: Program, sizes: list[int]) -> list[Series]:
    """A machine of one head: its steps by size, and its network's time by steps."""
    executor = load_executor("event", compile_rule(program.rule))
    steps = [
        executor.run(first_grid(program, size, size), program.depth(size, size)).computed
        for size in sizes
    ]
    times = seconds_of([_task(executor, program, size, size) for size in sizes], REPEATS)
    layers = [float(count) for count in steps]
    return [
        Series(
            f"layers that change something, {program.name}",
            "m = d",
            sizes,
            layers,
            [float(size) ** 3 for size in sizes],
            "m d^2 steps",
        ),
        Series(f"time, {program.name}, event", "t", steps, times, layers, "t, one head"),
    ]


def draw(series: Sequence[Series], path: Path) -> None:
    """Measured points and the theory's curve, scaled to the last point, on logarithmic axes."""
    plots = reporting.pyplot()
    panels = {
        "seconds": [each for each in series if each.quantity.startswith("time")],
        "bytes": [each for each in series if each.quantity.startswith("memory")],
    }
    figure, axes = plots.subplots(1, 2, figsize=(11, 4.5), width_ratios=[2, 1])
    for axis, (unit, shown) in zip(axes, panels.items(), strict=True):
        for each in shown:
            found, _ = each.exponents
            label = f"{each.quantity.partition(', ')[2]}: {each.varies}^{found:.2f}"
            (line,) = axis.loglog(each.sizes, each.measured, "o", label=label)
            scale = each.measured[-1] / each.counted[-1]
            theory = [scale * count for count in each.counted]
            axis.loglog(each.sizes, theory, "-", color=line.get_color(), linewidth=1)
        axis.set_xlabel("size")
        axis.set_ylabel(unit)
        axis.legend(fontsize=7)
    figure.suptitle("Points: measured. Lines: what the theory counts, through the last point.")
    reporting.save(figure, path)
    plots.close(figure)


def show(series: Sequence[Series], here: dict[str, Any]) -> None:
    """Print the table."""
    print(f"{here['processor']}, {here['cores']} cores, Python {here['python']}")
    print(f"{'measured':<52} {'grows with':<11} {'power':>6} {'theory':>7}  what the theory counts")
    for each in series:
        found, expected = each.exponents
        print(
            f"{each.quantity:<52} {each.varies:<11} {found:>6.2f} {expected:>7.2f}  {each.theory}"
        )


def main() -> int:
    """Print the table, and draw the picture if there is a file for it; 130 if it was interrupted, 0 otherwise.

    What was measured before an interrupt, or before it was told to end (SIGTERM), is printed all the same, and then no file is written.
    A file that is not yet written is left as it was.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few small sizes")
    parser.add_argument("--picture", metavar="FILE", type=Path, help="draw it (SVG, PNG or PDF)")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write all numbers to FILE")
    arguments = parser.parse_args()
    reporting.refuse_unwritable(parser, arguments.json, arguments.picture)
    reporting.refuse_undrawable(parser, arguments.picture)
    series: list[Series] = []
    here = machine()
    with reporting.ended_by_sigterm_too():
        tasks = measurements(arguments.quick)
        try:
            with progress_bars() as tell:
                for done, task in enumerate(tasks):
                    tell("measurements", done, len(tasks))
                    series += task()
        except KeyboardInterrupt:
            if series:
                show(series, here)
            what = "this is what was finished" if series else "nothing was finished"
            print(f"Interrupted: {what}.")
            return 130
        show(series, here)
        try:
            if arguments.json:
                report = {"machine": here, "series": [asdict(each) for each in series]}
                write_atomically(arguments.json, (json.dumps(report, indent=1) + "\n").encode())
            if arguments.picture:
                draw(series, arguments.picture)
        except KeyboardInterrupt:
            print("Interrupted: not all files are written.")
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
