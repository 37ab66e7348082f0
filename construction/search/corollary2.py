"""Corollary 2 end to end: restarts, a validation set, and the chosen machine as a network that SGD trains."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import product
from math import log
from typing import Any, Final

import numpy as np

from construction.errors import ConstructionError
from construction.kernels import kernel
from construction.search.battery import Battery, to_arrays
from construction.search.draws import all_entries, decide_entry
from construction.search.exact import Exact, Problem, search_exact
from construction.search.found import network_agreement
from construction.search.interval import clopper_pearson
from construction.search.limits import check_inputs, check_nodes
from construction.search.random_numbers import start
from construction.search.restarts import restarts, validation_examples
from construction.search.run import (
    ACTION,
    GOES_ON,
    LONGEST,
    LOOPS,
    RIGHT,
    WALL,
    WRONG,
    begin_lap,
    load,
    run,
)
from construction.search.table import completed, to_machine
from construction.search.tasks import Bits, Input, Size, Task
from construction.search.workers import Workers

MOST_RESTARTS: Final = 10**8  #: of one repetition
MOST_EXAMPLES: Final = 10**7  #: for validation, in one repetition
THROUGH_THE_NETWORK: Final = 20  #: repetitions whose machine is compiled, trained and compared


@dataclass(frozen=True)
class Experiment:
    """Learn a task from ``m`` noisy examples with ``d`` features, by restarts and a validation set.

    In each repetition a target of the class is drawn, then ``m`` examples, with ``noise`` the probability that a
    label is wrong, then the validation examples. ``R`` machines are drawn; each one's classifier is what it says
    of every test example (+1 where it never halts, or goes on for ``LONGEST`` steps after the last decision on its
    table); the one with the least validation error is chosen.
    The repetition *fails* if the chosen classifier's error is more than ``epsilon`` above the target's, which is
    the noise, the least that any classifier has.
    """

    task: Task
    size: Size
    s: int
    g: int
    epsilon: float
    delta: float
    noise: float
    draws: int
    examples: int  #: for validation
    probability: float  #: that a draw is right on every input of the size
    seed: int = 0


@dataclass
class Repeated:
    """Repetitions, how many failed, and the outputs of networks that were compared with the machine's."""

    repetitions: int = 0
    failures: int = 0
    equal: int = 0
    compared: int = 0

    def add(self, other: Repeated) -> None:
        """Add other repetitions."""
        self.repetitions += other.repetitions
        self.failures += other.failures
        self.equal += other.equal
        self.compared += other.compared

    @property
    def interval(self) -> tuple[float, float]:
        """The probability of failure, with 95 % confidence."""
        return clopper_pearson(self.failures, self.repetitions)


def _ignore(done: int) -> None:
    """No progress is shown."""


def plan(
    task: Task,
    size: Size,
    machines: tuple[int, int],
    tolerance: tuple[float, float],
    noise: float,
    workers: Workers,
    seed: int = 0,
    progress: Callable[[float], AbstractContextManager[Callable[[int], object]]] = lambda nodes: (
        nullcontext(_ignore)
    ),
) -> Experiment:
    """The experiment with R and M from the statement; ``machines`` is (s, g), ``tolerance`` (epsilon, delta).

    ``progress`` is called with an estimate of the nodes that the exact probability takes, and gives, for as long as
    they are walked, what is called with their number.

    Raises :class:`~construction.errors.ConstructionError` when a number makes no sense, when there are too many
    inputs or nodes, when no machine of this size is right, or when there would be too many restarts.
    """
    (s, g), (epsilon, delta) = machines, tolerance
    if task.targets is None:
        raise ConstructionError(
            f"{task.name} is a function of the labels, which noise changes; take a task with targets"
        )
    for name, value, good, should in (
        ("epsilon", epsilon, 0 < epsilon < 1, "more than 0 and less than 1"),
        ("delta", delta, 0 < delta < 1, "more than 0 and less than 1"),
        ("noise", noise, 0 <= noise < 0.5, "at least 0 and less than 0.5"),
    ):
        if not good:
            raise ConstructionError(f"{name} is {value}; it should be {should}")
    _check_examples(0.0, epsilon, delta)
    check_inputs(size, f"{task.name}: ")
    if size[1] < task.features:
        raise ConstructionError(
            f"{task.name}: a target needs x{task.features}, and the size {list(size)} has {size[1]} features; give "
            f"another one, like --size {size[0]} {task.features}"
        )
    exact = Exact(Problem(Battery(task.name, tuple(task.inputs(size))), s, g))
    nodes, error = exact.problem.estimate()
    check_nodes((s, g), (nodes, error), workers.count, "take fewer")
    with progress(nodes) as show:
        search_exact(exact, workers, None, show)
    p = exact.probability
    if p == 0:
        raise ConstructionError(
            f"no machine with {s} states and {g} symbols is right on {task.name} with m = {size[0]}, d = {size[1]}: "
            f"the probability is exactly 0; take more states or symbols"
        )
    log_p = log(p.numerator) - log(p.denominator)
    count = restarts(log_p, delta)
    if count > MOST_RESTARTS:
        raise ConstructionError(
            f"a draw succeeds with probability {float(p):.2g}, so the statement asks for {count:,} restarts in each "
            f"repetition, more than {MOST_RESTARTS:,}; take another task or smaller machines"
        )
    _check_examples(log(count), epsilon, delta)
    enough = validation_examples(log(count), epsilon, delta)
    return Experiment(task, size, s, g, epsilon, delta, noise, count, enough, float(p), seed)


def _check_examples(log_count: float, epsilon: float, delta: float) -> None:
    """Refuse too many validation examples, which are drawn all at once; the square of epsilon may be 0."""
    if MOST_EXAMPLES * epsilon**2 < 2 * (log_count + log(4 / delta)):
        raise ConstructionError(
            f"epsilon is {epsilon}, so the statement asks for more than {MOST_EXAMPLES:,} validation examples in each "
            f"repetition; take a larger one"
        )


@kernel
def best_draw(arrays, wrong, sizes, seed, repetition, best):  # type: ignore[no-untyped-def]
    """The draw whose classifier has the least validation error; its predictions go to ``best``.

    ``wrong[i, b]`` is the error of predicting bit ``b`` on test example ``i``. ``sizes`` is (s, g, draws).
    Returns the draw's number and its error. A draw that cannot be better any more is left unfinished.
    """
    s, g, draws = sizes[0], sizes[1], sizes[2]
    tests = wrong.shape[0]
    table = np.zeros((4, s * g), dtype=np.int8)
    tape = np.zeros(arrays[0].shape[1], dtype=np.int8)
    kept = np.zeros(arrays[0].shape[1], dtype=np.int8)
    random = np.zeros(1, dtype=np.uint64)
    entries = all_entries(s, g)
    said = np.zeros(tests, dtype=np.int8)
    laps = np.zeros(4, dtype=np.int64)
    chosen, least = -1, np.inf
    for number in range(draws):
        start(random, seed + 1000003 * repetition, number)
        for entry in range(s * g):
            table[ACTION, entry] = -1
        load(arrays, 0, tape, 0)
        place, state, now, seen = 0, 0, 0, np.int64(0)
        error = 0.0
        at = 0
        while at < tests and error < least:
            # Every answer of the arrays is 0: "right" is bit 0, and "wrong" is bit 1.
            begin_lap(laps)
            event, entry, place, state, now, seen = run(
                arrays, g, table, tape, 0, kept, laps, LONGEST, place, state, now, seen
            )
            while at < now:
                said[at] = 0
                error += wrong[at, 0]
                at += 1
            if event <= WALL:
                decide_entry(random, entries, table, entry)
            elif event in (WRONG, LOOPS, GOES_ON):
                said[at] = 1 if event == WRONG else 0
                error += wrong[at, said[at]]
                at += 1
                if at < tests:
                    load(arrays, at, tape, 0)
                    place, state, now, seen = 0, 0, at, np.int64(0)
            elif event == RIGHT:
                break
        if at == tests and error < least:
            chosen, least = number, error
            best[:] = said
    return chosen, least


@kernel
def table_of_draw(arrays, sizes, seed, repetition, number, table):  # type: ignore[no-untyped-def]
    """The table of a draw, as far as the test examples need it."""
    s, g = sizes[0], sizes[1]
    tape = np.zeros(arrays[0].shape[1], dtype=np.int8)
    kept = np.zeros(arrays[0].shape[1], dtype=np.int8)
    random = np.zeros(1, dtype=np.uint64)
    entries = all_entries(s, g)
    start(random, seed + 1000003 * repetition, number)
    table[:] = -1
    load(arrays, 0, tape, 0)
    laps = np.zeros(4, dtype=np.int64)
    place, state, at, seen = 0, 0, 0, np.int64(0)
    while at < arrays[2].size:
        begin_lap(laps)
        event, entry, place, state, at, seen = run(
            arrays, g, table, tape, 0, kept, laps, LONGEST, place, state, at, seen
        )
        if event <= WALL:
            decide_entry(random, entries, table, entry)
        elif event == RIGHT:
            break
        else:
            at += 1
            if at < arrays[2].size:
                load(arrays, at, tape, 0)
                place, state, seen = 0, 0, np.int64(0)


def repeat(experiment: Experiment, repetition: int) -> Repeated:
    """One repetition."""
    m, d = experiment.size
    rng = np.random.default_rng((experiment.seed, repetition))
    points: list[Bits] = list(product((0, 1), repeat=d))
    assert experiment.task.targets is not None
    targets = experiment.task.targets(d)
    target = targets[int(rng.integers(len(targets)))]
    truth = np.array([target(x) for x in points])
    chosen_points = rng.integers(len(points), size=m)
    noisy = truth[chosen_points] ^ (rng.random(m) < experiment.noise)
    examples = tuple(points[i] for i in chosen_points)
    labels = tuple(int(y) for y in noisy)

    drawn = rng.integers(len(points), size=experiment.examples)
    observed = truth[drawn] ^ (rng.random(experiment.examples) < experiment.noise)
    wrong = np.zeros((len(points), 2))
    np.add.at(wrong, (drawn, 1 - observed), 1)
    wrong /= experiment.examples

    inputs = [Input(examples, labels, test, 0) for test in points]
    arrays = to_arrays(inputs)
    sizes = np.array([experiment.s, experiment.g, experiment.draws])
    best = np.zeros(len(points), dtype=np.int8)
    number, _ = best_draw(arrays, wrong, sizes, experiment.seed, repetition, best)
    excess = (1 - 2 * experiment.noise) * float(np.mean(best != truth))
    found = Repeated(1, int(excess > experiment.epsilon))
    if repetition < THROUGH_THE_NETWORK:
        table = np.zeros((4, experiment.s * experiment.g), dtype=np.int8)
        table_of_draw(arrays, sizes, experiment.seed, repetition, number, table)
        whole = completed(table, experiment.s, experiment.g, rng)
        machine = to_machine(whole, experiment.s, experiment.g, "chosen")
        found.equal, found.compared = network_agreement(machine, [(examples, labels)])
    return found


def repeat_many(
    result: Repeated,
    experiment: Experiment,
    repetitions: int,
    workers: Workers,
    progress: Callable[[int], object] = lambda done: None,
) -> None:
    """So many repetitions, added to ``result``."""
    for _, found in workers.run(partial(repeat, experiment), range(repetitions)):
        result.add(found)
        progress(result.repetitions)


def summary(experiment: Experiment, result: Repeated) -> dict[str, Any]:
    """The figures, by name."""
    return {
        "m": experiment.size[0],
        "d": experiment.size[1],
        "epsilon": experiment.epsilon,
        "delta": experiment.delta,
        "noise": experiment.noise,
        "p": experiment.probability,
        "restarts": experiment.draws,
        "validation_examples": experiment.examples,
        "repetitions": result.repetitions,
        "failures": result.failures,
        "failure_interval": list(result.interval) if result.repetitions else None,
        "network_equal": result.equal,
        "network_outputs": result.compared,
    }
