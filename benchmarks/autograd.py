"""SGD steps against PyTorch: autograd and its optimizer on the very same layers, at a size that it can do."""

from __future__ import annotations

import numpy as np

from benchmarks.large import problem
from benchmarks.measure import Row, seconds_of
from construction.compiling.compiler import compile_rule
from construction.errors import ConstructionError
from construction.executors.catalogue import load_executor
from construction.extras import MissingExtraError
from construction.network.layers import Integers
from construction.programs.catalogue import load_program
from construction.training.sgd import train


def autograd_row(size: int, repeats: int) -> Row:
    """All steps of SGD on ``size`` examples with as many features, by either; both leave the same memory."""
    name = f"PyTorch / auto, {size + 1} SGD steps, m = d = {size}, time"
    try:
        from construction.exports.pytorch import TorchRCNN, sgd_steps  # noqa: PLC0415
    except MissingExtraError as error:
        return Row(name, None, None, "at least", str(error))
    program = load_program("systolic-row-reduction")
    network, layers = compile_rule(program.rule), program.depth(size, size)
    executor = load_executor("auto", network)
    data = problem(size)

    def own() -> Integers:
        *_, step = train(executor, data["examples"], data["labels"], layers)
        return step.memory

    def autograd() -> Integers:
        module = TorchRCNN(network, rows=size + 1, features=size, layers=layers)
        for _ in sgd_steps(module, data["examples"], data["labels"]):
            pass
        return module.memory_thirds

    if not np.array_equal(own(), autograd()):
        raise ConstructionError("PyTorch and the executor leave different memories")
    times = seconds_of([own, autograd], repeats)
    return Row(
        name,
        times[1] / times[0],
        None,
        "at least",
        details={"auto, s": times[0], "PyTorch, s": times[1]},
    )
