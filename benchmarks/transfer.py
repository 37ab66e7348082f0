"""Learning algorithms, learned and compiled, from 3 bits to 12: ``python -m benchmarks.transfer``.

An LSTM, fast weights (DeltaNet) and a grid of cells that share one local rule are trained on streams of parities of
3 bits. Then they, and the compiled network of online-row-reduction, meet streams of parities of more
bits. Counted are right answers on examples that are sums of earlier ones and were not seen themselves.
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path
from typing import Any, Final

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
BUDGET: Final = {"LSTM": (600, 256), "DeltaNet": (200, 256), "local rule": (250, 64)}
STREAMS: Final = 300  #: to test a trained learner
COMPILED_STREAMS: Final = 10
COMPILED: Final = "online-row-reduction"


def measure(lines: list[dict[str, Any]], *, quick: bool, show: Progress) -> None:
    """Fill ``lines``, one for each learner, seed by seed: parameters, and for each size the share of right answers."""
    from construction.fast_weights.learners import LEARNERS, meta_train, right  # noqa: PLC0415

    seeds, sizes = (SEEDS[:2], (3, 4)) if quick else (SEEDS, SIZES)
    lines.append(_compiled(seeds, sizes, show))
    trained = [{"learner": name, "right": {str(d): [] for d in sizes}} for name in LEARNERS]
    lines += trained
    for seed, line in product(seeds, trained):
        steps, batch = (3, 16) if quick else BUDGET[line["learner"]]
        with reporting.one_thread():
            learner = meta_train(
                line["learner"], TRAINED_ON, steps=steps, batch=batch, seed=seed, progress=show
            )
            line["parameters"] = sum(each.numel() for each in learner.parameters())
            for d in sizes:
                rng = np.random.default_rng(1000 * d + seed)
                found = right(learner, _streams(rng, 20 if quick else STREAMS, d), rng)
                line["right"][str(d)].append(found)


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
    """A row for each learner, a column for each size."""
    sizes = lines[0]["right"]
    table = Table("right on new sums", "parameters", *(f"d = {d}" for d in sizes), box=None)
    for line in lines:
        shares = (spread(each) if each else "-" for each in line["right"].values())
        table.add_row(line["learner"], f"{line.get('parameters', 0):,}", *shares)
    console.print(table)


def draw(lines: list[dict[str, Any]], path: Path) -> None:
    """A curve for each learner over the number of features, with the range of the seeds."""
    plots = reporting.pyplot()
    figure, axis = plots.subplots(figsize=(6, 4))
    for line in lines:
        sizes = [int(d) for d in line["right"]]
        shares = np.array([*line["right"].values()])
        (curve,) = axis.plot(sizes, np.median(shares, axis=1), "o-", label=line["learner"])
        low, high = shares.min(axis=1), shares.max(axis=1)
        axis.fill_between(sizes, low, high, color=curve.get_color(), alpha=0.2)
    axis.axhline(0.5, color="grey", linestyle=":", label="a coin")
    axis.axvline(TRAINED_ON, color="grey", linewidth=0.7)
    axis.set_xlabel("features d (trained on 3)")
    axis.set_ylabel("right on new sums")
    axis.legend(fontsize=8)
    reporting.save(figure, path)
    plots.close(figure)


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
