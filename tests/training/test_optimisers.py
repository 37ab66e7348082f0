"""Other losses and optimisers: for which of them Lemma 1 still holds (docs/questions.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from construction.arrays import Signs
from construction.compiling.compiler import compile_rule
from construction.learning.row_reduction import row_reduction
from construction.network.layers import PIXEL_UNIT
from construction.network.rcnn import RCNN
from construction.programs.catalogue import load_program
from construction.rules.tables import Table
from construction.training.memory import expected_memory
from tests.extras import optional

torch = optional("torch")
torch.set_num_threads(1)  # grids of twelve pixels are not worth a second thread

from construction.exports.pytorch import TorchRCNN  # noqa: E402

M, D = 3, 2
PROGRAM = load_program("systolic-row-reduction")
TESTS = np.array(list(product((1, -1), repeat=D)))

Loss = Callable[[Any, Any], Any]
LOSSES: dict[str, tuple[Loss, float]] = {
    "squared": (lambda f, y: (y - f) ** 2 / 2, 1 / 3),
    "absolute": (lambda f, y: (y - f).abs(), 1 / 3),
    "hinge": (lambda f, y: (1 - y * f).relu(), 1 / 3),
    "exponential": (lambda f, y: (-y * f).exp(), 1 / 3),
    "logistic": (lambda f, y: (1 + (-y * f).exp()).log(), 2 / 3),
}


def data(seed: int) -> tuple[Signs, Signs]:
    rng = np.random.default_rng(seed)
    return rng.choice([-1, 1], (M, D)), rng.choice([-1, 1], M)


def module_of(network: RCNN) -> Any:
    layers = PROGRAM.depth(M, D)
    return TorchRCNN(network, rows=M + 1, features=D, layers=layers).double()


def train(module: Any, optimizer: Any, loss: Loss, examples: Signs, labels: Signs) -> None:
    signs = np.concatenate([examples, np.ones((1, D), dtype=np.int64)])
    for example, label in zip(torch.tensor(signs).double(), (*labels, 1), strict=True):
        optimizer.zero_grad()
        loss(module(example[None])[0], torch.tensor(float(label))).backward()
        optimizer.step()


def stored(module: Any) -> Any:
    """The memory times 3, not rounded."""
    return (PIXEL_UNIT * module.memory.weight.detach()).numpy()


def predicts_row_reduction(module: Any, examples: Signs, labels: Signs) -> bool:
    parity = row_reduction((examples == -1).astype(np.uint8), (labels == -1).astype(np.uint8))
    wanted = 1 - 2 * parity((TESTS == -1).astype(np.uint8)).astype(np.int64)
    with torch.no_grad():
        return bool(np.array_equal(module(torch.tensor(TESTS).double()).numpy(), wanted))


NETWORK = compile_rule(PROGRAM.rule)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("seed", range(2))
def test_losses_with_slope_at_zero_store_exactly(name: str, seed: int) -> None:
    loss, rate = LOSSES[name]
    module, (examples, labels) = module_of(NETWORK), data(seed)
    train(module, torch.optim.SGD([module.memory.weight], lr=rate), loss, examples, labels)
    exact = expected_memory(np.vstack([examples, np.ones(D)]), np.append(labels, 1), M + 1)
    assert np.array_equal(np.rint(stored(module)), exact)
    assert np.abs(stored(module) - exact).max() < 1e-15  # 1/3 is no float
    assert predicts_row_reduction(module, examples, labels)


def test_the_perceptron_loss_stores_nothing() -> None:
    """Its slope at 0, where every output is, is 0 to the one side."""
    module, (examples, labels) = module_of(NETWORK), data(0)
    optimizer = torch.optim.SGD([module.memory.weight], lr=1 / 3)
    train(module, optimizer, lambda f, y: (-y * f).relu(), examples, labels)
    assert not stored(module).any()


@pytest.mark.parametrize("rate", [Fraction(1, 2), Fraction(1, 7), Fraction(3)])
def test_any_learning_rate_with_another_slope_of_the_head(rate: Fraction) -> None:
    rule = PROGRAM.rule
    slopes = {code: slope / (3 * rate) for code, slope in rule.readout.slopes.items()}
    network = compile_rule(replace(rule, readout=Table(rule.readout.values, slopes)))
    module, (examples, labels) = module_of(network), data(1)
    loss, _ = LOSSES["squared"]
    train(module, torch.optim.SGD([module.memory.weight], lr=float(rate)), loss, examples, labels)
    assert predicts_row_reduction(module, examples, labels)
    assert np.abs(np.abs(stored(module)) - 1).max() < 1e-14


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize(("momentum", "holds"), [(0.1, True), (0.19, True), (0.5, False)])
def test_momentum_below_a_fifth_is_noise(momentum: float, holds: bool, nesterov: bool) -> None:
    loss, rate = LOSSES["squared"]
    right = []
    for seed in range(3):
        module, (examples, labels) = module_of(NETWORK), data(seed)
        weights = [module.memory.weight]
        optimizer = torch.optim.SGD(weights, lr=rate, momentum=momentum, nesterov=nesterov)
        train(module, optimizer, loss, examples, labels)
        off = np.abs(np.abs(stored(module)) - 1).max()
        assert (off <= momentum / (1 - momentum) + 1e-12) or not holds
        right.append(predicts_row_reduction(module, examples, labels))
    assert all(right) == holds


@pytest.mark.parametrize(("decay", "holds"), [(0.2, True), (0.9, False)])
def test_weight_decay_holds_while_what_is_left_rounds_to_the_sign(
    decay: float, holds: bool
) -> None:
    assert ((1 - decay / 3) ** M > 3 / 4) == holds
    loss, rate = LOSSES["squared"]
    right = []
    for seed in range(3):
        module, (examples, labels) = module_of(NETWORK), data(seed)
        optimizer = torch.optim.SGD([module.memory.weight], lr=rate, weight_decay=decay)
        train(module, optimizer, loss, examples, labels)
        right.append(predicts_row_reduction(module, examples, labels))
    assert all(right) == holds


@pytest.mark.parametrize("name", ["Adagrad", "RMSprop"])
def test_optimisers_that_divide_by_a_gradients_own_size(name: str) -> None:
    loss, rate = LOSSES["squared"]
    if name == "RMSprop":
        rate *= (1 - 0.99) ** 0.5
    for seed in range(3):
        module, (examples, labels) = module_of(NETWORK), data(seed)
        optimizer = getattr(torch.optim, name)([module.memory.weight], lr=rate, eps=1e-12)
        train(module, optimizer, loss, examples, labels)
        assert np.abs(np.abs(stored(module)) - 1).max() < 1e-10
        assert predicts_row_reduction(module, examples, labels)


def test_adam_stores_no_row_but_the_last_as_it_should() -> None:
    module, (examples, labels) = module_of(NETWORK), data(0)
    optimizer = torch.optim.Adam([module.memory.weight], lr=1 / 3, eps=1e-12)
    loss, _ = LOSSES["squared"]
    train(module, optimizer, loss, examples, labels)
    sizes = np.abs(stored(module))
    assert np.abs(sizes[0] - 1).min() > 0.25
    assert not predicts_row_reduction(module, examples, labels)
