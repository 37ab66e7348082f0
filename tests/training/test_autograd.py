"""PyTorch's autograd and optimiser on the same network, built here from nothing but its layers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from construction.compiling.compiler import compile_rule
from construction.executors.sweep.dense import DenseExecutor
from construction.network.definition5 import five_layer_form
from construction.network.layers import PIXEL_UNIT, WeightLayer
from construction.network.rcnn import LEARNING_RATE, RCNN
from construction.programs.catalogue import load_program
from construction.strategies import Sample
from construction.strategies.arrays import Integers
from construction.training.memory import memory_grid, with_one
from construction.training.sgd import train
from tests.extras import optional
from tests.row_reduction import ROW_REDUCERS

torch = optional("torch")

DATA = [
    Sample(np.empty((0, 1), np.int64), np.empty(0, np.int64), np.array([[1]])),
    Sample(np.array([[1, -1]]), np.array([-1]), np.array([[-1, 1]])),
    Sample(  # inconsistent, and of rank 2
        np.array([[1, -1, -1], [-1, -1, 1], [1, -1, -1]]),
        np.array([-1, 1, 1]),
        np.array([[-1, -1, -1]]),
    ),
]


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Grids of a dozen pixels are not worth a second thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def affine(layer: WeightLayer, values: Any) -> Any:
    """Integers over the layer's scale, which float64 holds exactly."""
    weights = torch.tensor(layer.weights, dtype=torch.float64)
    biases = torch.tensor(layer.biases, dtype=torch.float64)
    return values @ weights.T + biases


def output(network: RCNN, memory: Any, inputs: Any, layers: int) -> Any:
    """``f`` times the scale of the head's last layer, from ``W`` and ``[x; 1]``.

    Pixels are taken times 3, so that nothing is ever rounded.
    """
    work = torch.ones((len(memory), network.work_columns), dtype=torch.float64)
    codes = PIXEL_UNIT * torch.cat([memory * inputs, work], dim=1)
    rows, columns = codes.shape
    for _ in range(layers):
        frame = torch.nn.functional.pad(codes, (1, 1, 1, 1), value=float(network.padding))
        values = torch.nn.functional.unfold(frame[None, None], 3)[0].T
        for layer in network.convolution[:-1]:
            values = torch.relu(affine(layer, values))
        last = network.convolution[-1]
        codes = (affine(last, values) / last.scale).reshape(rows, columns)
    hidden, last = network.head
    return affine(last, torch.relu(affine(hidden, codes.reshape(-1, 1)))).sum()


@pytest.mark.parametrize("name", ROW_REDUCERS)
@pytest.mark.parametrize("data", DATA, ids=["m0", "m1", "m3"])
@pytest.mark.parametrize("five", [False, True], ids=["three-layers", "five-layers"])
def test_autograd_and_its_optimiser_at_every_step(name: str, data: Sample, five: bool) -> None:
    program = load_program(name)
    network = compile_rule(program.rule)
    executor = DenseExecutor(network)
    built = five_layer_form(network) if five else network
    layers = program.depth(data.m, data.d)
    scale = built.head[-1].scale
    examples = with_one(np.concatenate([data.examples, np.ones((1, data.d), np.int64)]))
    labels = np.append(data.labels, 1)
    before: Integers = np.zeros((data.m + 1, data.d + 1), dtype=np.int64)
    weights = torch.zeros(before.shape, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([weights], lr=float(LEARNING_RATE))
    for example, label, step in zip(
        examples, labels, train(executor, data.examples, data.labels, layers), strict=True
    ):
        inputs = torch.tensor(example, dtype=torch.float64)
        # The gradient of f by W: exact, for everything in it is an integer over the scale.
        scaled = output(built, weights, inputs, layers)
        assert Fraction(scaled.item()) / scale == step.output
        (by_weight,) = torch.autograd.grad(scaled, weights)
        exact = executor.forward_backward(
            memory_grid(before, example[None], network.work_columns, line=network.line)[0], layers
        )
        expected = exact.gradient[:, : data.d + 1] * example
        assert (by_weight.numpy() == scale * expected).all()
        assert expected.any()
        # The step as a user of PyTorch takes it; a third is the nearest float64.
        optimiser.zero_grad()
        loss = (label - output(built, weights, inputs, layers) / scale) ** 2 / 2
        loss.backward()
        optimiser.step()
        assert (weights.detach().numpy() == step.memory / PIXEL_UNIT).all()
        before = step.memory
