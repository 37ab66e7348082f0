"""Learning algorithms, learned and compiled, from 3 bits to 12: ``python -m benchmarks.transfer``.

An LSTM, fast weights (DeltaNet) and a grid of cells that share one local rule are trained on streams of parities of
3 bits. Then they, and the compiled network of online-row-reduction, meet streams of parities of more
bits. Counted are right answers on examples that are sums of earlier ones and were not seen themselves. Two processes train,
each on one thread.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from signal import SIG_IGN, SIGINT, signal
from typing import Any, Final, NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import reporting
from benchmarks.reporting import spread
from construction.cli.report import progress_bars
from construction.errors import ConstructionError
from construction.fast_weights.online import CompiledLearner
from construction.fast_weights.streams import Streams, parities
from construction.progress import Progress

SEEDS: Final = (1, 2, 3)
TRAINED_ON: Final = 3
SIZES: Final = (3, 4, 5, 8, 12)
#: Training steps and the streams of each; about as much of the processor's time for all three.
BUDGET: Final = {"LSTM": (1700, 256), "DeltaNet": (560, 256), "local rule": (700, 64)}
PARTS: Final = (
    8,
    4,
    2,
    1,
)  #: of the budget, after which a learner is tested on the size that it is trained on
PROCESSES: Final = 2
STREAMS: Final = 300  #: to test a trained learner
COMPILED_STREAMS: Final = 10
COMPILED: Final = "online-row-reduction"


class Training(NamedTuple):
    """A learner and a seed, the training steps and their streams, and streams and sizes to test it on."""

    learner: str
    seed: int
    steps: int
    batch: int
    streams: int
    sizes: tuple[int, ...]


def trained(task: Training) -> dict[str, Any]:
    """Train and test: parameters, right answers after each of :data:`PARTS` of the steps, and of each size; seconds."""
    from construction.fast_weights.learners import meta_train, right  # noqa: PLC0415

    curve: list[float] = []
    seconds = 0.0
    marks = [task.steps // part for part in PARTS]

    def test(learner: Any, d: int, seed: int) -> float:
        rng = np.random.default_rng(1000 * d + seed)
        return right(learner, _streams(rng, task.streams, d), rng)

    def after(step: int, learner: Any) -> None:
        nonlocal seconds
        if step in marks:
            seconds -= (start := time.process_time())
            curve.append(test(learner, TRAINED_ON, task.seed + len(SEEDS)))
            seconds += 2 * start - time.process_time()

    with reporting.one_thread():
        seconds -= time.process_time()
        learner = meta_train(
            task.learner,
            TRAINED_ON,
            steps=task.steps,
            batch=task.batch,
            seed=task.seed,
            after=after,
        )
        seconds += time.process_time()
        return {
            "learner": task.learner,
            "parameters": sum(each.numel() for each in learner.parameters()),
            "curve": curve,
            "seconds": seconds,
            "right": {str(d): test(learner, d, task.seed) for d in task.sizes},
        }


@contextmanager
def _workers(processes: int) -> Iterator[Any]:
    """A lazy ``map`` in the order of its tasks; in one process without others."""
    if processes == 1:
        yield map
        return
    # The parent alone hears of Ctrl-C, and ends the others.
    with get_context("spawn").Pool(processes, signal, (SIGINT, SIG_IGN)) as pool:
        yield pool.imap


def measure(lines: list[dict[str, Any]], *, quick: bool, show: Progress) -> None:
    """Fill ``lines``, one for each learner, seed by seed: parameters, and for each size the share of right answers."""
    seeds, sizes = (SEEDS[:2], (3, 4)) if quick else (SEEDS, SIZES)
    lines.append(_compiled(seeds, sizes, show))
    of_learner: dict[str, dict[str, Any]] = {}
    for name, (steps, _) in BUDGET.items():
        of_learner[name] = {
            "learner": name,
            "steps": 8 if quick else steps,
            "curve": [],
            "seconds": [],
            "right": {str(d): [] for d in sizes},
        }
    lines += of_learner.values()
    tasks = [
        Training(name, seed, *((8, 16, 20) if quick else (steps, batch, STREAMS)), sizes)
        for seed in seeds
        for name, (steps, batch) in BUDGET.items()
    ]
    show("trainings", 0, len(tasks))
    with _workers(1 if quick else PROCESSES) as each_of:
        for done, found in enumerate(each_of(trained, tasks), 1):
            line = of_learner[found["learner"]]
            line["parameters"] = found["parameters"]
            for name in ("curve", "seconds"):
                line[name].append(found[name])
            for d, share in found["right"].items():
                line["right"][d].append(share)
            show("trainings", done, len(tasks))


def _compiled(seeds: tuple[int, ...], sizes: tuple[int, ...], show: Progress) -> dict[str, Any]:
    learner = CompiledLearner(COMPILED)
    line: dict[str, Any] = {"learner": COMPILED, "parameters": learner.weights, "right": {}}
    for d in sizes:
        shares = []
        for seed in seeds:
            streams = _streams(np.random.default_rng(1000 * d + seed), COMPILED_STREAMS, d)
            said = []
            for bits, labels in zip(streams.examples, streams.labels, strict=True):
                said.append(learner.answers(bits, labels)[0])
                show(f"{COMPILED}, d = {d}", len(said), None)
            agrees = np.array(said) * (1 - 2 * streams.labels.astype(np.int64)) == 1
            shares.append(float(agrees[streams.sums].mean()))
        line["right"][str(d)] = shares
    return line


def _streams(rng: np.random.Generator, count: int, d: int) -> Streams:
    return parities(rng, count, 3 * d, d)


def show_table(lines: list[dict[str, Any]], console: Console) -> None:
    """Right answers by size, and on the size of the training by the part of the budget."""
    sizes = lines[0]["right"]
    table = Table("right on new sums", "parameters", *(f"d = {d}" for d in sizes), box=None)
    for line in lines:
        shares = (spread(each) if each else "-" for each in line["right"].values())
        table.add_row(line["learner"], f"{line.get('parameters', 0):,}", *shares)
    console.print(table)
    parts = (f"1/{part} of the steps" if part > 1 else "all steps" for part in PARTS)
    second = Table("while training, d = 3", "steps", "seconds", *parts, box=None)
    for line in lines:
        if line.get("curve"):
            curves = (spread(each) for each in zip(*line["curve"], strict=True))
            seconds = spread(line["seconds"], 0)
            second.add_row(line["learner"], f"{line['steps']:,}", seconds, *curves)
    console.print(second)


def draw(lines: list[dict[str, Any]], path: Path) -> None:
    """A curve for each learner over its training, and one over the number of features; with the range of the seeds."""
    plots = reporting.pyplot()
    figure, (learning, transfer) = plots.subplots(1, 2, figsize=(11, 4), sharey=True)
    for number, line in enumerate(lines):
        colour, name = f"C{number}", line["learner"]
        sizes = [int(d) for d in line["right"]]
        _band(transfer, sizes, np.array([*line["right"].values()]), colour, name)
        if line.get("curve"):
            parts = [1 / part for part in PARTS]
            _band(learning, parts, np.array(line["curve"]).T, colour, name)
        else:
            learning.axhline(1, color=colour)
    for axis in (learning, transfer):
        axis.axhline(0.5, color="grey", linestyle=":", label="a coin")
    transfer.axvline(TRAINED_ON, color="grey", linewidth=0.7)
    learning.set_xlabel("part of the training; compiled: none")
    learning.set_ylabel("right on new sums, d = 3")
    transfer.set_xlabel("features d (trained on 3)")
    transfer.legend(fontsize=8)
    reporting.save(figure, path)
    plots.close(figure)


def _band(axis: Any, places: list[Any], shares: Any, colour: str, name: str) -> None:
    axis.plot(places, np.median(shares, axis=1), "o-", color=colour, label=name)
    axis.fill_between(places, shares.min(axis=1), shares.max(axis=1), color=colour, alpha=0.2)


def main() -> int:
    """Train, transfer, print."""
    given = reporting.options("python -m benchmarks.transfer", __doc__)
    lines: list[dict[str, Any]] = reporting.read(given.show) if given.show else []
    stopped = False
    if not given.show:
        try:
            with progress_bars() as show:
                measure(lines, quick=given.quick, show=show)
        except ConstructionError as error:
            print(error, file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            print("interrupted; this is what was finished", file=sys.stderr)
            stopped = True
    # What was stopped must not take a complete file's place.
    if given.json and not stopped:
        reporting.write(given.json, lines)
    if lines:
        show_table(lines, Console(highlight=False, width=170))
    if given.picture and not stopped:
        draw(lines, given.picture)
    return 130 if stopped else 0


if __name__ == "__main__":
    sys.exit(main())
