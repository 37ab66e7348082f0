"""The looped Transformer and the convolution: one network, `==` in every grid, gradient and SGD step."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from construction.compiling.compiler import compile_rule
from construction.executors.catalogue import load_executor
from construction.learning.training import Training
from construction.network.layers import PIXEL_UNIT
from construction.programs.catalogue import PROGRAMS, load_program
from construction.training.memory import memory_grid, with_one
from tests.extras import optional

torch = optional("torch")
torch.set_num_threads(1)  # grids of twelve pixels are not worth a second thread

from construction.exports.pytorch import TorchRCNN, sgd_steps  # noqa: E402
from construction.exports.transformer import TorchTransformer  # noqa: E402

M, D = 3, 2


@pytest.mark.parametrize("name", PROGRAMS)
def test_sgd_through_the_transformer_is_algorithm_1(name: str) -> None:
    program = load_program(name)
    rng = np.random.default_rng(5)
    examples, labels = rng.choice([-1, 1], (M, D)), rng.choice([-1, 1], M)
    executor = load_executor("reference", compile_rule(program.rule))
    training = Training(program, executor, M, D)
    layers = min(training.layers, 40)
    training.layers = layers
    module = TorchTransformer(executor.network, rows=training.rows, features=D, layers=layers)
    steps = training.steps(zip(examples, labels.tolist(), strict=True))
    for output, step in zip(
        sgd_steps(module, examples, labels, dummy=program.dummy), steps, strict=True
    ):
        assert output == step.output
        assert np.array_equal(module.memory_thirds, step.memory)
    tests = rng.choice([-1, 1], (4, D))
    start = memory_grid(
        training.memory, with_one(tests), executor.network.work_columns, line=executor.network.line
    )
    for depth in {0, 1, layers // 2, layers}:
        module.layers = depth
        with torch.no_grad():
            grids = module.grid(torch.tensor(tests).float()).numpy()
        assert np.array_equal(grids, executor.run(start, depth).grids)


def test_the_gradient_by_the_memory_is_the_convolutions() -> None:
    network = compile_rule(load_program("online-row-reduction").rule)
    rng = np.random.default_rng(0)
    memory = torch.tensor(rng.choice([-1, 0, 1], (3, 3))) / PIXEL_UNIT
    example = torch.tensor(rng.choice([-1.0, 1.0], (1, 2)), dtype=torch.float32)
    gradients = []
    for kind in (TorchRCNN, TorchTransformer):
        module = kind(network, rows=3, features=2, layers=5)
        module.memory.weight.data = memory.float()
        module(example).sum().backward()
        gradients.append(module.memory.weight.grad)
    assert torch.equal(*gradients)


def test_a_head_for_each_place_that_is_read() -> None:
    places = {name: compile_rule(load_program(name).rule).positions for name in PROGRAMS}
    assert set(places["systolic-row-reduction"]) == {"C", "N", "S", "E", "W"}
    assert set(places["online-conjunction"]) == {"C", "E", "W"}


def test_soft_attention_is_enough_with_a_gap_that_grows_as_the_logarithm_of_the_tokens() -> None:
    """The gap of docs/questions.md; a tenth of it is too little."""
    program = load_program("systolic-row-reduction")
    network = compile_rule(program.rule)
    rng = np.random.default_rng(1)
    layers = program.depth(M, D)
    memory = rng.choice([-1, 1], (M + 1, D + 1))
    memory[-1] = 1
    tests = rng.choice([-1, 1], (4, D))
    start = memory_grid(memory, with_one(tests), network.work_columns, line=network.line)
    last = load_executor("reference", network).run(start, layers).grids
    rows, columns = network.grid_shape(M + 1, D)
    gap = log(8 * (network.highest - network.lowest) * (rows * columns + 1))
    same = []
    for given in (gap, gap / 10):
        module = TorchTransformer(network, rows=M + 1, features=D, layers=layers, gap=given)
        module.memory.weight.data = torch.tensor(memory).float() / PIXEL_UNIT
        with torch.no_grad():
            grids = module.double().grid(torch.tensor(tests).double()).numpy()
        same.append(np.array_equal(np.rint(grids), last))
    assert same == [True, False]
