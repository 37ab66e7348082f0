"""The large network: row reduction with ``m = d``, trained and predicted, against galois.

``python -m benchmarks.large predict`` does one prediction with the memory that SGD leaves, in the
smallest network that has at least 10^12 nodes for it (among the multiples of 128 for ``m``), and
compares it with row reduction; ``many`` does a thousand, and ``train`` trains the network by SGD first.

While it trains, galois' row reduction of the same examples has its turn, again and again: how fast a machine is changes
within seconds, and the ratio of what is done side by side does not.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.measure import Row, in_a_process_of_its_own
from construction.compiling.compiler import compile_rule
from construction.errors import ConstructionError
from construction.executors.catalogue import load_executor
from construction.executors.executor import Executor
from construction.executors.planes.executor import PlanesExecutor
from construction.extras import missing_extra
from construction.learning.prediction import predict
from construction.learning.row_reduction import row_reduction
from construction.network.layers import Integers
from construction.programs.catalogue import load_program
from construction.training.memory import expected_memory, with_one
from construction.training.sgd import train

PREDICTIONS = 1000
HUGE = 4096
HUGE_MEMORY_GOAL = 4.0
HUGE_GOAL = 60.0
TRAINING_GOAL = 12.0
#: Those seconds are for a machine at rest on which galois took 0.265.
TRAINING_BY_GALOIS_GOAL = 45.0
GALOIS_GOAL = 1.0
FURTHER_GOAL = 0.02
MANY_GOAL = 25.0
TRILLION = 10**12
#: How often galois has its turn while the network is trained.
TURNS = 16


def problem(size: int) -> dict[str, Integers]:
    """A random parity: examples and labels, all signs, and test examples."""
    random = np.random.default_rng(size)
    examples, tests = (
        random.choice([-1, 1], (size, size)),
        random.choice([-1, 1], (PREDICTIONS, size)),
    )
    hidden = random.integers(0, 2, size)
    labels = 1 - 2 * ((examples == -1) @ hidden % 2)
    return {"examples": examples, "labels": labels, "tests": tests}


def nodes(size: int) -> int:
    """Nodes of one prediction with ``m = d = size``."""
    program = load_program("systolic-row-reduction")
    network = compile_rule(program.rule)
    rows, columns = network.grid_shape(size + 1, size)
    return network.nodes(rows * columns, program.depth(size, size))


def trillion_size() -> int:
    """The smallest ``m = d``, a multiple of 128, for which one prediction has 10^12 nodes."""
    return next(size for size in range(128, 2**14, 128) if nodes(size) >= TRILLION)


def large_rows(size: int, huge: int, repeats: int) -> Iterator[Row]:
    """Training, one prediction and many against galois, and one prediction in a far larger network."""
    try:
        expected, galois = _by_galois(size, repeats)
    except ModuleNotFoundError:
        note = str(missing_extra("galois", "bench"))
        yield Row(f"one prediction, m = d = {size} / galois, time", None, None, "at most", note)
        return
    one = _in_its_own_process("predict", size, repeats)
    _check(one["signs"], expected[:1], "prediction")
    yield Row(
        f"one prediction, m = d = {size} / galois, time",
        one["seconds"] / galois["seconds"],
        GALOIS_GOAL,
        "at most",
        details={"prediction, s": one["seconds"], "galois, s": galois["seconds"]},
    )
    many = _in_its_own_process("many", size)
    _check(many["signs"], expected, "predictions")
    details = {
        f"{PREDICTIONS} predictions, s": many["seconds"],
        "the first, s": many["first"],
        "galois once and a matrix product, s": galois["seconds"] + galois["product"],
    }
    yield Row(
        f"a further prediction / the first, m = d = {size}, time",
        (many["seconds"] - many["first"]) / (PREDICTIONS - 1) / many["first"],
        FURTHER_GOAL,
        "at most",
        details=details,
    )
    yield Row(
        f"{PREDICTIONS} predictions / one, m = d = {size}, time",
        many["seconds"] / many["first"],
        MANY_GOAL,
        "at most",
        details=details,
    )
    whole = _in_its_own_process("train", size)
    name = f"{size + 1} SGD steps, m = d = {size}"
    details = {
        "steps, s": whole["seconds"],
        "galois once, s": sum(whole["galois"]) / len(whole["galois"]),
        "as many products W diag(z) by NumPy, s": whole["memory layer"],
        "peak memory, GiB": whole["peak"],
    }
    yield Row(
        f"{name} / galois once, time",
        by_galois(whole),
        TRAINING_BY_GALOIS_GOAL,
        "at most",
        details=details,
    )
    yield Row(f"{name}: seconds", whole["seconds"], TRAINING_GOAL, "at most")
    one = _in_its_own_process("predict", huge)
    _check(one["signs"], _by_row_reduction(huge)[:1], "prediction")
    name = f"one prediction, m = d = {huge}, {nodes(huge):,} nodes"
    yield Row(f"{name}: seconds", one["seconds"], HUGE_GOAL, "at most")
    yield Row(f"{name}: GiB", one["peak"], HUGE_MEMORY_GOAL, "at most")


def _in_its_own_process(what: str, size: int, repeats: int = 1) -> dict[str, Any]:
    options = ["--size", str(size), "--repeats", str(repeats), "--json"]
    return in_a_process_of_its_own("benchmarks.large", what, *options)


def _check(found: list[int], expected: Integers, what: str) -> None:
    if found != expected.tolist():
        raise ConstructionError(f"{what}: the network says {found}, galois {expected.tolist()}")


def _by_galois(size: int, repeats: int) -> tuple[Integers, dict[str, float]]:
    """The labels of the test examples by galois' row reduction, and the time that it takes."""
    data = problem(size)
    system = _system(data)
    times = []
    for _ in range(repeats):
        begun = perf_counter()
        reduced = system.row_reduce()
        times.append(perf_counter() - begun)
    rows = np.asarray(reduced)
    pivots = [int(np.argmax(row)) for row in rows if row[:-1].any()]
    solution = np.zeros(size, dtype=np.int64)
    solution[pivots] = rows[: len(pivots), -1]
    begun = perf_counter()
    answers = 1 - 2 * ((data["tests"] == -1) @ solution % 2)
    product = perf_counter() - begun
    return answers, {"seconds": median(times), "product": product}


def _system(data: dict[str, Integers]) -> Any:
    """Examples and labels over the field of two elements, as galois has them; its kernels are loaded."""
    import galois  # noqa: PLC0415

    bits = np.column_stack([data["examples"], data["labels"]]) == -1
    system = galois.GF2(bits.astype(np.uint8))
    system[:3, :3].row_reduce()
    return system


def _by_row_reduction(size: int) -> Integers:
    """The labels of the test examples by our own row reduction."""
    bits = {part: (signs == -1).astype(np.uint8) for part, signs in problem(size).items()}
    answers = row_reduction(bits["examples"], bits["labels"])(bits["tests"])
    return 1 - 2 * answers.astype(np.int64)


def run(size: int, what: str, repeats: int = 1) -> dict[str, Any]:
    """What the processes of their own do."""
    program = load_program("systolic-row-reduction")
    network = compile_rule(program.rule)
    executor = load_executor("auto", network)
    layers = program.depth(size, size)
    data = problem(size)
    small = problem(64)
    # Compiled code is made and loaded before the clock starts; for so little work `auto` may do without.
    for each in (load_executor("event", network), executor):
        *_, step = train(each, small["examples"], small["labels"], program.depth(64, 64))
    predict(executor, step.memory, small["tests"], program.depth(64, 64))
    shape = network.grid_shape(size + 1, size)
    if what != "train":
        PlanesExecutor(network).compile(shape)
    stored = expected_memory(
        np.vstack([data["examples"], np.ones(size, dtype=np.int64)]),
        np.append(data["labels"], 1),
        size + 1,
    )
    tests = data["tests"] if what == "many" else data["tests"][:1]
    if what == "train":
        found = _trained(executor, data, layers, stored)
        signs = predict(executor, stored, tests, layers).signs
    else:
        first, times = [], []
        for _ in range(repeats):
            begun = perf_counter()
            signs = predict(executor, stored, tests[:1], layers).signs
            first.append(perf_counter() - begun)
            if what == "many":
                begun = perf_counter()
                signs = predict(executor, stored, tests, layers).signs
                times.append(perf_counter() - begun)
        found = {"first": median(first), "seconds": median(times or first)}
    return {**found, "signs": signs.tolist(), "peak": peak_memory() / 2**30}


def _trained(
    executor: Executor, data: dict[str, Integers], layers: int, stored: Integers
) -> dict[str, Any]:
    """The seconds of all SGD steps, of each piece of them, and of what has its turn after each piece.

    That is galois' row reduction of the examples, unless it is missing; and, as often as there were steps, the product of
    the memory and an input, that a step has to make if it looks at all of the memory.
    """
    system = _system(data) if find_spec("galois") else None
    memory, signs = stored.astype(np.int16), with_one(data["examples"][:1])[0].astype(np.int16)
    first_layer = np.empty_like(memory)
    pieces, galois, product = [], [], 0.0
    begun = perf_counter()
    steps = train(executor, data["examples"], data["labels"], layers)
    before = perf_counter() - begun  # it counts with the first piece
    left = len(stored)
    while left:
        count = min(left, -(-len(stored) // TURNS))
        begun = perf_counter()
        # A step's array of the memory is made when it is asked for: here, in the end.
        *_, step = islice(steps, count)
        pieces.append(before + perf_counter() - begun)
        before = 0.0
        if system is not None:
            begun = perf_counter()
            system.row_reduce()
            galois.append(perf_counter() - begun)
        begun = perf_counter()
        for _ in range(count):
            np.multiply(memory, signs, out=first_layer)
        product += perf_counter() - begun
        left -= count
    if not np.array_equal(step.memory, stored):
        raise ConstructionError("SGD did not store the examples")
    return {"seconds": sum(pieces), "pieces": pieces, "galois": galois, "memory layer": product}


def by_galois(trained: dict[str, Any]) -> float:
    """How many times as long as galois all steps took: each piece of them by what stood beside it."""
    pairs = zip(trained["pieces"], trained["galois"], strict=True)
    return float(sum(own / other for own, other in pairs))


def peak_memory() -> int:
    """The most memory that this process has held, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # What getrusage says may be that of the process that started this one.
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM:"))
        return int(line.split()[1]) * 2**10
    unit = 1 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main() -> None:
    """Print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large", description=__doc__)
    parser.add_argument("what", choices=["predict", "many", "train"])
    parser.add_argument("--size", type=int, help="m and d (default: the trillion nodes)")
    parser.add_argument("--repeats", type=int, default=1, help="predictions that are timed")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    size = arguments.size or trillion_size()
    found = run(size, arguments.what, arguments.repeats)
    if arguments.json:
        print(json.dumps(found))
        return
    same = found["signs"] == _by_row_reduction(size)[: len(found["signs"])].tolist()
    done = {
        "predict": "1 prediction",
        "many": f"{PREDICTIONS} predictions",
        "train": f"{size + 1} SGD steps",
    }[arguments.what]
    print(f"m = d = {size}: {nodes(size):,} nodes for a prediction")
    print(f"{done}: {found['seconds']:.1f} s, {found['peak']:.2f} GiB of memory at most")
    if found.get("galois"):
        once = sum(found["galois"]) / len(found["galois"])
        print(
            f"galois' row reduction of the examples, in between: {once:.3f} s; {by_galois(found):.1f} times as long"
        )
    print(f"row reduction says {'the same' if same else 'SOMETHING ELSE'}")


if __name__ == "__main__":
    main()
