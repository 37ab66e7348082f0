"""Recall by fast weights, and by compiled networks: ``python -m benchmarks.recall``.

First, both protocols of the public code of *Linear Transformers Are Secretly Fast Weight Programmers*, for five
seeds, next to the best evaluation loss in its public logs (one seed), both over the first 1,000 steps: after
them the losses of those that go on hardly change. Of one line, what its losses consist of: pairs of keys that are not told
apart, for ten seeds. Then a stream in which keys come again with other
values: which one is recalled, the first or the last?
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from benchmarks import reporting
from benchmarks.reporting import spread
from construction.arrays import Bits
from construction.errors import ConstructionError
from construction.fast_weights.features import one_hot
from construction.fast_weights.online import CompiledLearner
from construction.fast_weights.recall import BATCH, Protocol, Symbols
from construction.fast_weights.rules import Rule, read, updates
from construction.progress import Progress, quiet

SEEDS: Final = (1, 2, 3, 4, 5)
MORE_SEEDS: Final = (6, 7, 8, 9, 10)  #: of the variety and N whose confused keys are counted
CONFUSED: Final = ("without replacement, linear, sum", 60)
MOST_STEPS: Final = 1000
ENOUGH: Final = 1e-3  #: training ends there, so that two losses below it are both *solved*


class Variety(NamedTuple):
    """A protocol, a feature map and a rule; ``public`` has the logs' best loss in 1,000 steps, and its step, by N."""

    replacement: bool
    kind: Literal["linear", "dpfp"]
    rule: Rule
    public: dict[int, tuple[float, int]]

    @property
    def name(self) -> str:
        """As the table says it."""
        drawn = "with" if self.replacement else "without"
        return f"{drawn} replacement, {self.kind}, {self.rule}"


VARIETIES: Final = (
    Variety(False, "linear", "sum", {20: (0.00089, 800), 40: (0.00083, 600), 60: (0.02486, 900)}),
    Variety(False, "dpfp", "sum", {20: (0.00078, 100), 40: (0.00027, 200), 60: (0.00043, 200)}),
    Variety(True, "dpfp", "sum", {20: (0.09727, 200), 40: (0.10393, 200), 60: (0.10672, 700)}),
    Variety(True, "dpfp", "delta", {20: (0.00077, 700), 40: (0.00097, 500), 60: (0.00486, 700)}),
)


def trained(sizes: tuple[int, ...], seeds: tuple[int, ...], most: int, show: Progress) -> list[Any]:
    """A line for each variety and N: the evaluation losses of each seed."""
    from construction.fast_weights.recall_network import (  # noqa: PLC0415
        confused_pairs,
        train_recall,
    )

    lines = []
    for done, (variety, n) in enumerate(cells := [(v, n) for v in VARIETIES for n in sizes]):
        show("trainings", done, len(cells))
        protocol = Protocol(n, variety.replacement)
        counted = (variety.name, n) == CONFUSED
        more = (*seeds, *MORE_SEEDS) if counted else seeds
        with reporting.one_thread():
            found = train_recall(protocol, variety.kind, variety.rule, more, most_steps=most)
            losses = {str(each.seed): each.losses for each in found}
            line: dict[str, Any] = {"variety": variety.name, "n": n, "losses": losses}
            if counted:
                line["confused"] = {
                    str(each.seed): len(
                        confused_pairs(
                            each.network, protocol.evaluation(np.random.default_rng(1000))
                        )
                    )
                    for each in found
                    if each.network is not None
                }
        lines.append(line)
    show("trainings", len(cells), len(cells))
    return lines


def pairs_of(loss: float, n: int) -> list[int]:
    """How many confused pairs of keys such a loss can come from, if it comes from nothing else.

    Each key of a pair has 1/4. The mean is taken over groups of 32 queries and the rest, so what a pair costs depends on
    the groups of its keys.
    """
    sizes = [min(BATCH, n - first) for first in range(0, n, BATCH)]
    least, most = (1 / (2 * len(sizes) * size) for size in (max(sizes), min(sizes)))
    return [k for k in range(n // 2 + 1) if k * least <= loss <= k * most]


Recalled = Callable[
    [Symbols, Symbols, int], Symbols
]  #: pairs and N, to a value for each key 0 .. N - 1


def fast_weights(rule: Rule) -> Recalled:
    """Orthogonal keys, one-hot values, rate 1, in integers; the value with the largest entry."""

    def recalled(keys: Symbols, values: Symbols, n: int) -> Symbols:
        k = one_hot(keys, n)
        added = updates(k, one_hot(values, n), np.ones(len(k), dtype=np.int64), rule)
        found: Symbols = read(k, added, np.eye(n, dtype=np.int64)).argmax(axis=1)
        return found

    return recalled


def compiled(name: str, coded: Callable[[Symbols, int], Bits]) -> Recalled:
    """A network of a compiled learner for each bit of the value; ``coded`` are the bits of the keys."""
    learner = CompiledLearner(name)

    def recalled(keys: Symbols, values: Symbols, n: int) -> Symbols:
        found = np.zeros(n, dtype=np.int64)
        examples = coded(np.concatenate([keys, np.arange(n)]), n)
        for bit in range((n - 1).bit_length()):
            labels = np.concatenate([values >> bit & 1, np.zeros(n, dtype=np.int64)])
            outputs, _ = learner.answers(examples, labels.astype(np.uint8), rows=n)
            found |= (outputs[len(keys) :] < 0).astype(np.int64) << bit
        return found

    return recalled


def orthogonal(symbols: Symbols, n: int) -> Bits:
    """A bit for each symbol."""
    return one_hot(symbols, n).astype(np.uint8)


def binary(symbols: Symbols, n: int) -> Bits:
    """The symbol as a binary number."""
    return (symbols[:, None] >> np.arange((n - 1).bit_length()) & 1).astype(np.uint8)


def overwritten(
    sizes: tuple[int, ...], seeds: tuple[int, ...], show: Progress = quiet
) -> list[dict[str, Any]]:
    """Of keys that came more than once with different values: how many recall the first, and the last."""
    learners = {
        "sum rule, orthogonal keys": fast_weights("sum"),
        "delta rule, orthogonal keys": fast_weights("delta"),
        "online-associative-memory, compiled": compiled("online-associative-memory", binary),
        "online-row-reduction, compiled": compiled("online-row-reduction", orthogonal),
    }
    lines = []
    for done, (name, recall) in enumerate(learners.items()):
        for n in sizes:
            show("streams", done, len(learners))
            shares = []
            for seed in seeds:
                keys, values = np.random.default_rng(seed).integers(n, size=(2, 2 * n))
                shares.append(_shares(keys, values, recall(keys, values, n)))
            lines.append({"learner": name, "n": n, "shares": shares})
    show("streams", len(learners), len(learners))
    return lines


def _shares(keys: Symbols, values: Symbols, found: npt.NDArray[np.int64]) -> tuple[float, float]:
    first = dict(reversed([*zip(keys.tolist(), values.tolist(), strict=True)]))
    last = dict(zip(keys.tolist(), values.tolist(), strict=True))
    asked = [key for key in last if first[key] != last[key]]
    if not asked:
        raise ConstructionError("no key of the stream came twice with different values")
    right = [(found[key] == first[key], found[key] == last[key]) for key in asked]
    return tuple(float(share) for share in np.mean(right, axis=0))  # type: ignore[return-value]


def reproduced(public: float, best: list[float]) -> str:
    """Whether the logs' loss is one that our seeds would give."""
    if public <= ENOUGH and max(best) <= ENOUGH:
        return "yes: all solved"
    inside = min(best) <= public <= max(best)
    return "yes: within" if inside else f"no: {'above' if public > max(best) else 'below'}"


def show_tables(results: dict[str, Any], console: Console) -> None:
    """Both tables."""
    table = Table(
        "recall", "N", "public logs", "steps", "five seeds", "steps", "as the logs", box=None
    )
    for line in results["trained"]:
        variety = next(each for each in VARIETIES if each.name == line["variety"])
        of_seeds = [*line["losses"].values()][: len(SEEDS)]
        best = [min(losses) for losses in of_seeds]
        steps = [100 * (1 + int(np.argmin(losses))) for losses in of_seeds]
        logs, verdict = ("-", "-"), "-"
        if line["n"] in variety.public:
            public, at = variety.public[line["n"]]
            logs, verdict = (f"{public:.5f}", str(at)), reproduced(public, best)
        ours = spread(best, 5), spread(steps, 0)
        table.add_row(line["variety"], str(line["n"]), *logs, *ours, verdict)
    console.print(table)
    _show_confused(results, console)
    second = Table("overwritten keys", "N", "first value right", "last value right", box=None)
    for line in results["overwritten"]:
        first, last = zip(*line["shares"], strict=True)
        second.add_row(line["learner"], str(line["n"]), spread(first), spread(last))
    console.print(second)


def _show_confused(results: dict[str, Any], console: Console) -> None:
    """Confused pairs of keys and losses, seed by seed."""
    for line in results["trained"]:
        if "confused" not in line:
            continue
        n, public = line["n"], next(v.public for v in VARIETIES if v.name == line["variety"])
        table = Table(f"{line['variety']}, N = {n}", "logs", box=None)
        for seed in line["confused"]:
            table.add_column(seed)
        best = [f"{min(each):.4f}" for each in line["losses"].values()]
        table.add_row("loss", f"{public[n][0]:.4f}", *best)
        logs = " or ".join(map(str, pairs_of(public[n][0], n)))
        table.add_row("pairs of keys not told apart", logs, *map(str, line["confused"].values()))
        console.print(table)


def draw(results: dict[str, Any], path: Path) -> None:
    """Evaluation losses while training, a panel for each N; dashed: the public logs' best."""
    plots = reporting.pyplot()
    sizes = sorted({line["n"] for line in results["trained"]})
    figure, axes = plots.subplots(
        1, len(sizes), figsize=(4 * len(sizes), 4), sharey=True, squeeze=False
    )
    for axis, n in zip(axes[0], sizes, strict=True):
        for number, variety in enumerate(VARIETIES):
            colour = f"C{number}"
            losses = next(
                line["losses"]
                for line in results["trained"]
                if line["n"] == n and line["variety"] == variety.name
            )
            for place, each in enumerate([*losses.values()][: len(SEEDS)]):
                steps = 100 * np.arange(1, len(each) + 1)
                label = variety.name if place == 0 else None
                axis.loglog(steps, each, "-", color=colour, linewidth=1, label=label)
            if n in variety.public:
                axis.axhline(variety.public[n][0], color=colour, linestyle="--", linewidth=0.7)
        axis.set_title(f"N = {n}")
        axis.set_xlabel("training steps")
    axes[0][0].set_ylabel("evaluation loss")
    axes[0][0].legend(fontsize=6)
    figure.suptitle("Five seeds each. Dashed: the best of the public logs.")
    reporting.save(figure, path)
    plots.close(figure)


def main() -> int:
    """Train, stream, print."""

    def measure(quick: bool, show: Progress) -> dict[str, Any]:
        sizes, seeds, most = ((6,), SEEDS[:2], 100) if quick else ((20, 40, 60), SEEDS, MOST_STEPS)
        return {
            "overwritten": overwritten((6,) if quick else (20, 40), seeds, show),
            "trained": trained(sizes, seeds, most, show),
        }

    return reporting.report("recall", __doc__, measure, show_tables, draw)


if __name__ == "__main__":
    sys.exit(main())
