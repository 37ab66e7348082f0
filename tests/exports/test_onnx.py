"""The ONNX file, run by ONNX Runtime, against the reference."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from construction.cli.main import main
from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError
from construction.executors.sweep.dense import DenseExecutor
from construction.learning.training import Training
from construction.network.layers import PIXEL_UNIT
from construction.network.rcnn import RCNN
from construction.programs.catalogue import PROGRAMS, load_program
from construction.training.memory import memory_grid, with_one
from tests.extras import optional

onnx = optional("onnx")
runtime = optional("onnxruntime")

from construction.exports.onnx import OPSET, onnx_model, save_onnx  # noqa: E402


@pytest.fixture(scope="module", params=PROGRAMS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def network(name: str) -> RCNN:
    return compile_rule(load_program(name).rule)


@pytest.fixture(scope="module")
def path(network: RCNN, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("onnx") / "network.onnx"
    save_onnx(path, network)
    return path


@pytest.fixture(scope="module")
def session(path: Path) -> Any:
    return runtime.InferenceSession(path, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize(("examples", "features", "batch"), [(1, 1, 1), (4, 3, 8), (2, 5, 3)])
def test_onnx_runtime_gives_the_references_grid_and_output(
    name: str, network: RCNN, session: Any, examples: int, features: int, batch: int
) -> None:
    rng = np.random.default_rng(examples)
    program = load_program(name)
    executor = DenseExecutor(network)
    enough = program.depth(examples, features)
    data, labels = (
        rng.choice([-1, 1], size=(examples, features)),
        rng.choice([-1, 1], size=examples),
    )
    *_, last = Training(program, executor, *data.shape).steps(
        zip(data, labels.tolist(), strict=True)
    )
    memory = last.memory
    inputs = with_one(rng.choice([-1, 1], size=(batch, features)))
    start = memory_grid(memory, inputs, network.work_columns, line=network.line)
    for layers in (0, 1, 2, 9, enough, enough + 100):
        grid, output = session.run(
            None,
            {
                "memory": (memory / PIXEL_UNIT).astype(np.float32),
                "inputs": inputs.astype(np.float32),
                "layers": np.array(layers),
            },
        )
        expected = executor.run(start, layers).grids
        assert grid.dtype == expected.dtype
        assert np.array_equal(grid, expected)
        assert output.tolist() == network.output(expected)


def test_memory_that_is_being_written_is_the_references(
    name: str, network: RCNN, session: Any
) -> None:
    rng = np.random.default_rng(0)
    data, labels = rng.choice([-1, 1], size=(4, 3)), rng.choice([-1, 1], size=4)
    inputs = with_one(np.array([[-1, 1, -1]]))
    executor = DenseExecutor(network)
    training = Training(load_program(name), executor, *data.shape)
    for step in training.steps(zip(data, labels.tolist(), strict=True)):
        start = memory_grid(step.memory, inputs, network.work_columns, line=network.line)
        for layers in (1, 4, 25):
            grid, output = session.run(
                ["grid", "output"],
                {
                    "memory": (step.memory / PIXEL_UNIT).astype(np.float32),
                    "inputs": inputs.astype(np.float32),
                    "layers": np.array(layers),
                },
            )
            expected = executor.run(start, layers).grids
            assert np.array_equal(grid, expected)
            assert output.tolist() == network.output(expected)


def test_the_file_says_what_everything_is_for(network: RCNN, path: Path) -> None:
    model = onnx.load(path)
    assert [entry.version for entry in model.opset_import] == [OPSET]
    properties = {entry.key: entry.value for entry in model.metadata_props}
    assert properties["program"] == network.name
    assert dict(json.loads(properties["codes"])) == dict(network.codes)
    units = json.loads(properties["units"])
    assert units["convolution"] == [list(layer.names) for layer in network.convolution]
    assert units["head"] == [list(layer.names) for layer in network.head]
    (loop,) = (node for node in model.graph.node if node.op_type == "Loop")
    convolutions = [node for node in loop.attribute[0].g.node if node.op_type == "Conv"]
    for node, layer in zip(convolutions, network.convolution, strict=True):
        named = [line.split(": ", 1)[1] for line in node.doc_string.splitlines()]
        assert named == list(layer.names)


def test_the_file_is_the_same_every_time(name: str, path: Path, tmp_path: Path) -> None:
    assert main(["compile", name, "-o", str(tmp_path / "again.onnx")]) == 0
    assert (tmp_path / "again.onnx").read_bytes() == path.read_bytes()


def test_a_network_that_float32_cannot_hold_is_refused(network: RCNN) -> None:
    first, second, third = network.convolution
    large = replace(second, weights=second.weights * 2**20)
    with pytest.raises(NetworkError, match="up to which float32 holds every integer"):
        onnx_model(replace(network, convolution=(first, large, third)))


def test_a_path_that_cannot_be_written_is_an_error(network: RCNN, tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="cannot be written"):
        save_onnx(tmp_path / "absent" / "network.onnx", network)
