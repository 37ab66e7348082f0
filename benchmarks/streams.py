"""Streams that are labelled by a parity or a conjunction: ``python -m benchmarks.streams``.

Fast weights that are not trained (the delta rule on the bits themselves, on pairs of bits, on all monomials), and the
compiled online learners, answer each example before they are told its label. All answers are exact.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from benchmarks import reporting
from benchmarks.reporting import spread
from construction.arrays import Bits, signs
from construction.fast_weights.features import monomials
from construction.fast_weights.online import CompiledLearner, fast_weight_answers
from construction.fast_weights.streams import Streams, conjunctions, parities
from construction.progress import Progress, quiet

SEEDS: Final = (1, 2, 3, 4, 5)
FEATURES: Final = 8
RELEVANT: Final = 4
LENGTH: Final = 24
STREAMS: Final = 10  #: of each seed

Answers = Callable[[Bits, Bits], npt.NDArray[Any]]  #: examples (n, d) and labels (n,) to (n,)


def delta(degree: int | None) -> Answers:
    """The delta rule on all monomials up to a degree."""
    return lambda bits, labels: fast_weight_answers(monomials(signs(bits), degree), labels)


def compiled(name: str) -> Answers:
    """A compiled learner."""
    learner = CompiledLearner(name)
    return lambda bits, labels: learner.answers(bits, labels)[0]


def measured(
    seeds: tuple[int, ...], count: int, length: int, progress: Progress = quiet
) -> list[dict[str, Any]]:
    """A line for each learner and kind of stream: right, wrong and open answers of each seed."""
    learners: dict[str, Answers] = {
        "delta rule, bits": delta(1),
        "delta rule, pairs of bits": delta(2),
        "delta rule, all monomials": delta(None),
        "online-row-reduction, compiled": compiled("online-row-reduction"),
        "online-conjunction, compiled": compiled("online-conjunction"),
    }
    lines = []
    cells = [*product(learners.items(), ("parity", "conjunction"))]
    for done, ((name, answers), target) in enumerate(cells):
        progress("learners", done, len(cells))
        line: dict[str, Any] = {"learner": name, "target": target, "right": [], "wrong": []}
        for seed in seeds:
            streams = drawn(target, np.random.default_rng(seed), count, length)
            pairs = zip(streams.examples, streams.labels, strict=True)
            said = np.array([answers(*pair) for pair in pairs])
            counted = streams.sums if target == "parity" else np.ones_like(streams.sums)
            agrees = np.sign(said[counted].astype(float)) * signs(streams.labels)[counted]
            line["right"].append(float((agrees == 1).mean()))
            line["wrong"].append(float((agrees == -1).mean()))
        lines.append(line)
    progress("learners", len(cells), len(cells))
    return lines


def drawn(target: str, rng: np.random.Generator, count: int, length: int) -> Streams:
    """Streams of one kind."""
    if target == "parity":
        return parities(rng, count, length, FEATURES, RELEVANT)
    return conjunctions(rng, count, length, FEATURES, RELEVANT)


def show_table(lines: list[dict[str, Any]], console: Console) -> None:
    """Both kinds of streams side by side."""
    table = Table("right answers", "parity: new sums", "of it wrong", box=None)
    table.add_column("conjunction: all")
    table.add_column("of it wrong")
    for name in dict.fromkeys(line["learner"] for line in lines):
        both = [line for line in lines if line["learner"] == name]
        table.add_row(name, *(spread(line[key]) for line in both for key in ("right", "wrong")))
    console.print(table)


def draw(lines: list[dict[str, Any]], path: Path) -> None:
    """Right, wrong and open answers as bars."""
    plots = reporting.pyplot()
    figure, axes = plots.subplots(1, 2, figsize=(10, 3), sharey=True)
    for axis, target in zip(axes, ("parity", "conjunction"), strict=True):
        chosen = [line for line in lines if line["target"] == target][::-1]
        right, wrong = (
            np.array([np.mean(line[key]) for line in chosen]) for key in ("right", "wrong")
        )
        names = [line["learner"] for line in chosen]
        low, high = ([extreme(line["right"]) for line in chosen] for extreme in (min, max))
        axis.barh(names, right, color="tab:green", label="right", xerr=[right - low, high - right])
        axis.barh(names, wrong, left=right, color="tab:red", label="wrong")
        axis.barh(
            names, 1 - right - wrong, left=right + wrong, color="lightgrey", label="I do not know"
        )
        axis.set_title(f"{target} of {RELEVANT} of {FEATURES} bits")
        axis.set_xlim(0, 1)
    axes[1].legend(fontsize=7, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.1))
    reporting.save(figure, path)
    plots.close(figure)


def main() -> int:
    """Stream, print."""

    def measure(quick: bool, show: Progress) -> list[dict[str, Any]]:
        seeds, count, length = ((1, 2), 2, 12) if quick else (SEEDS, STREAMS, LENGTH)
        return measured(seeds, count, length, show)

    return reporting.report("streams", __doc__, measure, show_table, draw)


if __name__ == "__main__":
    sys.exit(main())
