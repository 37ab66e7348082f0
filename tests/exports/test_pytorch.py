"""PyTorch's engine, autograd and SGD against the reference: equal, step for step."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest

from construction.arrays import Signs
from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError
from construction.executors.sweep.dense import DenseExecutor
from construction.learning.training import Training
from construction.network.layers import PIXEL_UNIT
from construction.network.rcnn import RCNN
from construction.programs.catalogue import BATCH_PROGRAMS, load_program
from construction.training.memory import Memory, memory_grid, with_one
from tests.extras import optional

torch = optional("torch")

from construction.exports.pytorch import TorchRCNN, sgd_steps  # noqa: E402

EXAMPLES, FEATURES = 3, 2


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Grids of twelve pixels are not worth a second thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module", params=BATCH_PROGRAMS)
def case(request: pytest.FixtureRequest) -> Case:
    return Case(request.param)


class Case:
    """A program, a data set, and what the reference makes of it, step by step."""

    def __init__(self, name: str) -> None:
        self.program = load_program(name)
        rng = np.random.default_rng(7)
        self.network: RCNN = compile_rule(self.program.rule)
        self.layers = self.program.depth(EXAMPLES, FEATURES)
        self.rows = self.program.memory_rows(EXAMPLES, FEATURES)
        self.examples: Signs = rng.choice([-1, 1], size=(EXAMPLES, FEATURES))
        self.labels: Signs = rng.choice([-1, 1], size=EXAMPLES)
        self.tests: Signs = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])
        self.executor = DenseExecutor(self.network)
        self.steps = list(
            Training(self.program, self.executor, *self.examples.shape).steps(
                zip(self.examples, self.labels.tolist(), strict=True)
            )
        )

    def module(self, layers: int | None = None) -> TorchRCNN:
        depth = self.layers if layers is None else layers
        return TorchRCNN(self.network, rows=self.rows, features=FEATURES, layers=depth)

    def torch_steps(self, module: TorchRCNN) -> Iterator[float]:
        return sgd_steps(module, self.examples, self.labels, dummy=self.program.dummy)

    def grids(self, memory: Memory, layers: int) -> np.ndarray:
        start = memory_grid(
            memory, with_one(self.tests), self.network.work_columns, line=self.network.line
        )
        return self.executor.run(start, layers).grids


@pytest.mark.parametrize("kind", ["float32", "float64", "float16"])
def test_sgd_is_algorithm_1_step_for_step(case: Case, kind: str) -> None:
    dtype = getattr(torch, kind)
    module = case.module().to(dtype)
    for output, step in zip(case.torch_steps(module), case.steps, strict=True):
        assert output == step.output
        thirds = torch.tensor(step.memory).double() / PIXEL_UNIT
        assert torch.equal(module.memory.weight.detach(), thirds.to(dtype))
        assert np.array_equal(module.memory_thirds, step.memory)


def test_a_plain_training_loop_does_the_same(case: Case) -> None:
    """Without loss scaling: gradients are rounded thirds, outputs and memory the same."""
    module = case.module()
    optimizer = torch.optim.SGD(module.parameters(), lr=1 / 3)
    signs, labels = case.examples, case.labels
    if case.program.dummy != "never":
        place = 0 if case.program.dummy == "first" else EXAMPLES
        signs, labels = np.insert(signs, place, 1, axis=0), np.insert(labels, place, 1)
    examples = torch.tensor(signs).float()
    for example, label, step in zip(examples, labels, case.steps, strict=True):
        optimizer.zero_grad()
        output = module(example[None])[0]
        ((label - output) ** 2 / 2).backward()
        optimizer.step()
        assert output.item() == step.output
        assert np.array_equal(module.memory_thirds, step.memory)


@pytest.mark.parametrize("kind", ["float32", "float64", "float16"])
def test_grids_and_outputs_are_the_references(case: Case, kind: str) -> None:
    """float16 should do as well: every code and every unit's value is one of its numbers."""
    dtype = getattr(torch, kind)
    memory = case.steps[-1].memory
    for layers in (0, 1, 5, case.layers, case.layers + 20):
        module = case.module(layers)
        module.memory.weight.data = torch.tensor(memory).double() / PIXEL_UNIT
        module.to(dtype)
        with torch.no_grad():
            tests = torch.tensor(case.tests).to(dtype)
            grids, outputs = module.grid(tests), module(tests)
        expected = case.grids(memory, layers)
        assert np.array_equal(grids.numpy(), expected)
        assert outputs.tolist() == case.network.output(expected)


def test_only_the_memory_is_trained_and_weights_are_shared(case: Case) -> None:
    module = case.module()
    names = {name for name, weight in module.named_parameters() if weight.requires_grad}
    assert names == {"memory.weight"}
    shallow = sum(weight.numel() for weight in case.module(1).parameters())
    assert sum(weight.numel() for weight in module.parameters()) == shallow
    dense = case.network.weight_counts()["dense"]
    assert shallow == dense + case.rows * (FEATURES + 1)
    kinds = {type(layer) for layer in (*module.convolution, *module.head)}
    assert kinds == {torch.nn.ConstantPad2d, torch.nn.Conv2d, torch.nn.ReLU}


def test_a_state_dict_restores_the_trained_network(case: Case) -> None:
    module = case.module()
    for _ in case.torch_steps(module):
        pass
    again = case.module()
    again.load_state_dict(module.state_dict())
    assert torch.equal(
        again(torch.tensor(case.tests).float()), module(torch.tensor(case.tests).float())
    )


def test_a_network_that_float32_cannot_hold_is_refused(case: Case) -> None:
    first, second, third = case.network.convolution
    large = replace(second, weights=second.weights * 2**20)
    network = replace(case.network, convolution=(first, large, third))
    with pytest.raises(NetworkError, match="up to which float32 holds every integer"):
        TorchRCNN(network, rows=2, features=1, layers=1)


@pytest.mark.parametrize(("rows", "features", "layers"), [(0, 1, 1), (1, -1, 1), (1, 1, -1)])
def test_a_grid_that_cannot_be_is_refused(
    case: Case, rows: int, features: int, layers: int
) -> None:
    with pytest.raises(NetworkError, match="at least 1 row"):
        TorchRCNN(case.network, rows=rows, features=features, layers=layers)


def test_a_copy_is_a_network_of_its_own(case: Case) -> None:
    module = case.module()
    again = deepcopy(module)
    for _ in case.torch_steps(module):
        pass
    assert not again.memory.weight.any()
    for output, step in zip(case.torch_steps(again), case.steps, strict=True):
        assert output == step.output
