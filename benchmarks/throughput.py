"""Pixel updates a second: the executors against PyTorch and ONNX Runtime, with the same weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.measure import Row, seconds_of
from construction.compiling.compiler import compile_rule
from construction.errors import ConstructionError
from construction.executors.catalogue import load_executor
from construction.executors.executor import Codes
from construction.executors.threads import cores
from construction.extras import MissingExtraError
from construction.network.layers import Integers
from construction.network.rcnn import RCNN
from construction.programs.catalogue import load_program
from construction.training.memory import expected_memory, memory_grid, with_one

Step = Callable[[int], Codes]  #: computes so many layers of one grid, and returns the last grid


@dataclass(frozen=True, eq=False)
class Task:
    """A grid that is in the middle of learning: ``m = d`` examples and one test example."""

    network: RCNN
    memory: Integers
    inputs: Integers
    layers: int

    @property
    def grid(self) -> Integers:
        return memory_grid(self.memory, self.inputs, self.network.work_columns)


def row_reduction(size: int) -> Task:
    """Systolic row reduction of ``size`` examples with as many features."""
    program = load_program("systolic-row-reduction")
    network = compile_rule(program.rule)
    random = np.random.default_rng(0)
    examples = random.choice([-1, 1], (size + 1, size))
    examples[-1] = 1
    labels = random.choice([-1, 1], size + 1)
    labels[-1] = 1
    memory = expected_memory(examples, labels, size + 1)
    test = with_one(random.choice([-1, 1], (1, size)))
    return Task(network, memory, test, program.depth(size, size))


def throughput_rows(size: int, repeats: int) -> list[Row]:
    """The rows about pixel updates a second, all measured in turn."""
    task = row_reduction(size)
    runs: dict[str, tuple[Step, int]] = {
        "tabulated": (_executor(task, "tabulated"), task.layers),
        "event": (_executor(task, "event"), task.layers),
        "dense": (_executor(task, "dense"), 40),
    }
    missing: dict[str, str] = {}
    for name, start in (("PyTorch", _pytorch), ("ONNX Runtime", _onnx_runtime)):
        try:
            runs[name] = start(task), 4
        except MissingExtraError as error:
            missing[name] = str(error)
    layers = min(layers for _, layers in runs.values())
    expected = runs["dense"][0](layers)
    for name, (step, _) in runs.items():
        if not np.array_equal(step(layers), expected):
            raise ConstructionError(f"{name} and the dense executor disagree after {layers} layers")
    times = seconds_of([partial(step, layers) for step, layers in runs.values()], repeats)
    rates = {
        name: task.grid.size * layers / seconds
        for (name, (_, layers)), seconds in zip(runs.items(), times, strict=True)
    }
    rows = []
    for own, rival in (
        ("tabulated", "PyTorch"),
        ("dense", "PyTorch"),
        ("event", "PyTorch"),
        ("tabulated", "ONNX Runtime"),
        ("dense", "ONNX Runtime"),
    ):
        rows.append(
            Row(
                f"{own} / {rival}, pixel updates a second, m = d = {size}",
                rates[own] / rates[rival] if rival in rates else None,
                None,
                "at least",
                missing.get(rival, ""),
                {f"{name}, pixels/s": rates[name] for name in (own, rival) if name in rates},
            )
        )
    return rows


def _executor(task: Task, name: str) -> Step:
    executor = load_executor(name, task.network)
    grid = task.grid
    return lambda layers: executor.run(grid, layers).grids[0]


def _pytorch(task: Task) -> Step:
    from construction.exports.pytorch import TorchRCNN  # noqa: PLC0415, I001
    import torch  # noqa: PLC0415

    rows, columns = task.memory.shape
    convolution = TorchRCNN(task.network, rows=rows, features=columns - 1, layers=1).convolution
    scale = task.network.convolution[-1].scale
    start = torch.tensor(task.grid[:, None], dtype=torch.float32)

    def run(layout: torch.memory_format, threads: int, layers: int) -> Codes:
        torch.set_num_threads(threads)
        codes = start.contiguous(memory_format=layout)
        with torch.inference_mode():
            for _ in range(layers):
                codes = convolution(codes) / scale
        return np.asarray(codes[0, 0].numpy().astype(np.int16))

    # Which is fastest depends on the build, and on what else the machine does; PyTorch gets the best.
    choices = [
        partial(run, layout, threads)
        for layout in (torch.contiguous_format, torch.channels_last)
        for threads in {1, cores()}
    ]
    times = seconds_of([partial(choice, 2) for choice in choices], 3)
    return choices[times.index(min(times))]


def _onnx_runtime(task: Task) -> Step:
    from construction.exports.onnx import onnx_model  # noqa: PLC0415
    from construction.extras import missing_extra  # noqa: PLC0415

    try:
        import onnxruntime  # noqa: PLC0415
    except ModuleNotFoundError:
        raise missing_extra("ONNX Runtime", "bench") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = cores()
    model = onnx_model(task.network).SerializeToString()
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    memory = (task.memory / 3).astype(np.float32)
    inputs = task.inputs.astype(np.float32)

    def run(layers: int) -> Codes:
        feed = {"memory": memory, "inputs": inputs, "layers": np.array(layers)}
        return np.asarray(session.run(["grid"], feed)[0][0])

    return run
