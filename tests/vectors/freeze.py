"""What the bundled programs' networks are and do, as files: ``python -m tests.vectors.freeze``.

A file holds the weights, and runs of SGD and of prediction on random data sets. Whoever changes a
program without meaning to change its network finds out here; ``info.txt`` says where the files come
from.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from safetensors import safe_open
from safetensors.numpy import save_file

from construction.compiling.compiler import compile_rule
from construction.executors.catalogue import load_executor
from construction.network.rcnn import RCNN
from construction.programs.catalogue import PROGRAMS, load_program
from construction.programs.program import Program
from construction.training.memory import empty_memory, memory_grid, with_one
from construction.training.sgd import sgd_step

FOLDER: Final = Path(__file__).parent / "programs"
SIZES: Final = ((0, 1), (1, 1), (3, 2), (2, 3), (5, 4))  #: examples and features of the runs
TESTS: Final = 3  #: test examples of a run

Tensors = dict[str, npt.NDArray[np.int64]]


def weights(network: RCNN) -> Tensors:
    """The integer weights and biases of convolution and head, and their scales."""
    tensors: Tensors = {}
    for part, layers in (("convolution", network.convolution), ("head", network.head)):
        for number, layer in enumerate(layers, 1):
            tensors[f"{part}.{number}.weights"] = layer.weights
            tensors[f"{part}.{number}.biases"] = layer.biases
            tensors[f"{part}.{number}.scale"] = np.array(layer.scale)
    return tensors


def run(program: Program, network: RCNN, m: int, d: int, draw: np.random.Generator) -> Tensors:
    """SGD on random signs, with the gradient before each step, and predictions after the last."""
    executor, depth = load_executor("dense", network), program.depth(m, d)
    examples, tests = draw.choice([-1, 1], size=(m, d)), draw.choice([-1, 1], size=(TESTS, d))
    labels = draw.choice([-1, 1], size=m)
    memory = empty_memory(program.memory_rows(m, d), d)
    dummy = np.ones(d, dtype=np.int64), 1
    stream = [*zip(examples, labels.tolist(), strict=True)]
    before, after = program.dummy == "first", program.dummy == "last"
    stream = [dummy] * before + stream + [dummy] * after
    memories, outputs, gradients = [], [], []
    for example, label in stream:
        grid = memory_grid(
            memory, with_one(example[None]), network.work_columns, line=network.line
        )[0]
        gradients.append(executor.forward_backward(grid, depth).gradient)
        step = sgd_step(executor, memory, example, label, depth)
        memory = step.memory
        memories.append(memory)
        outputs.append(int(step.output))
    grids = executor.run(
        memory_grid(memory, with_one(tests), network.work_columns, line=network.line), depth
    ).grids
    return {
        "examples": examples,
        "labels": labels,
        "tests": tests,
        "memories": np.array(memories).reshape(-1, *memory.shape),
        "outputs": np.array(outputs, dtype=np.int64),
        "gradients": np.array(gradients).reshape(-1, *grids.shape[1:]),
        "last grids": grids.astype(np.int64),
        "predictions": np.array([int(output) for output in network.output(grids)]),
    }


def vectors(name: str) -> tuple[Tensors, dict[str, Any]]:
    """All numbers of a program's network, and what its certificate says."""
    program = load_program(name)
    network = compile_rule(program.rule)
    tensors = weights(network)
    draw = np.random.default_rng(0)
    for m, d in SIZES:
        for what, values in run(program, network, m, d, draw).items():
            tensors[f"m={m} d={d}: {what}"] = values
    header = {
        "padding": network.padding,
        "codes": [[code, meaning] for code, meaning in network.codes.items()],
        "certificate": program.certificate,
    }
    return {key: np.asarray(each, dtype=np.int64) for key, each in tensors.items()}, header


def frozen(name: str) -> tuple[Tensors, dict[str, Any]]:
    """The same, from the file."""
    with safe_open(FOLDER / f"{name}.safetensors", "numpy") as file:
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        return tensors, json.loads(file.metadata()["header"])


def main(names: list[str]) -> None:
    """Write the files of these programs, or of all."""
    FOLDER.mkdir(exist_ok=True)
    for name in names or PROGRAMS:
        tensors, header = vectors(name)
        save_file(tensors, FOLDER / f"{name}.safetensors", {"header": json.dumps(header)})


if __name__ == "__main__":
    main(sys.argv[1:])
