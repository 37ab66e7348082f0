"""Section 5, measured: a machine that solves several problems is used on new ones.

A **problem** is a target, drawn from a task's class, and a data set that it labels; it is solved by a machine that
answers every test example right. Random machines are drawn until one solves ``k`` problems; then it is tried on
new ones. From one problem the search finds a classifier that fits it; from several, a learner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from construction.search.battery import Battery, tape
from construction.search.draws import Lottery, draw_some
from construction.search.run import LONGEST
from construction.search.table import completed, plain_output, to_machine
from construction.search.tasks import Input, Size, Task

DRAWS_TOGETHER: Final = 20_000


@dataclass(frozen=True)
class Reuse:
    """The mean share of new problems that are solved, and the mean number of draws that the search took."""

    problems: int
    solved: float
    draws: float


def problem(task: Task, size: Size, rng: np.random.Generator) -> tuple[Input, ...]:
    """A random problem: one data set, with every test example."""
    m, d = size
    assert task.targets is not None
    targets = task.targets(d)
    target = targets[int(rng.integers(len(targets)))]
    points = list(product((0, 1), repeat=d))
    examples = tuple(points[int(i)] for i in rng.integers(len(points), size=m))
    labels = tuple(target(x) for x in examples)
    return tuple(Input(examples, labels, x, target(x)) for x in points)


def measure_reuse(
    task: Task,
    size: Size,
    machines: tuple[int, int],
    problems: int,
    repetitions: int,
    new: int,
    seed: int = 0,
) -> Reuse:
    """So many searches on ``problems`` problems each; each found machine is tried on ``new`` new problems.

    An input on which it takes more than ``LONGEST`` steps is not right.
    """
    s, g = machines
    solved = draws = 0
    for repetition in range(repetitions):
        rng = np.random.default_rng((seed, problems, repetition))
        searched = [each for _ in range(problems) for each in problem(task, size, rng)]
        lottery = Lottery(Battery(task.name, tuple(dict.fromkeys(searched))), s, g, repetition)
        first = 0
        while not (found := draw_some(lottery, (first, DRAWS_TOGETHER))).tables:
            first += DRAWS_TOGETHER
        number, table = min(found.tables)
        draws += number + 1
        whole = completed(np.array(table, dtype=np.int8).reshape(4, -1), s, g, rng)
        machine = to_machine(whole, s, g, "found")
        for _ in range(new):
            answers = [
                plain_output(machine, tape(each), LONGEST)[0] == 1 - 2 * each.answer
                for each in problem(task, size, rng)
            ]
            solved += all(answers)
    return Reuse(problems, solved / (repetitions * new), draws / repetitions)


def break_even(single: Reuse, several: Reuse) -> float:
    """New problems after which a search on several is cheaper than a search for each."""
    return several.draws / single.draws


def sweep(
    task: Task, size: Size, machines: tuple[int, int], counts: Sequence[int], repetitions: int
) -> list[Reuse]:
    """The measurement for several numbers of problems."""
    return [measure_reuse(task, size, machines, k, repetitions, new=20) for k in counts]
