"""Batches in PyTorch: ``torch.optim.SGD`` on the sum of the losses takes the same steps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from construction.network.layers import PIXEL_UNIT
from construction.network.rcnn import LEARNING_RATE
from construction.programs.catalogue import ONLINE_PROGRAMS
from construction.training.batches import batch_step
from tests.extras import optional
from tests.programs.online import online

torch = optional("torch")

from construction.exports.pytorch import TorchRCNN  # noqa: E402


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Grids of a dozen pixels are not worth a second thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("wait", [False, True])
@pytest.mark.parametrize("name", ONLINE_PROGRAMS)
@pytest.mark.parametrize("d", [1, 3])
def test_pytorch_on_real_batches(name: str, d: int, wait: bool) -> None:
    learner = online(name)
    rng = np.random.default_rng(d)
    memory = learner.start(d, 2)
    layers = learner.program.depth(len(memory) - 1, d)
    network = learner.executor.network
    module = TorchRCNN(network, rows=len(memory), features=d, layers=layers)
    weight = module.memory.weight
    optimizer = torch.optim.SGD([weight], lr=float(LEARNING_RATE))
    waiting: list[tuple[np.ndarray, int]] = []
    for _ in range(5):
        new = zip(rng.choice([-1, 1], (4, d)), rng.choice([-1, 1], 4).tolist(), strict=True)
        batch = [*waiting, *new]
        with torch.no_grad():  # a third is no float: begin where the last step should have ended
            weight.copy_(torch.tensor(memory).double() / PIXEL_UNIT)
        step = batch_step(learner.executor, memory, batch, layers, wait=wait)
        optimizer.zero_grad()
        outputs = module(torch.tensor(np.array([x for x, _ in batch])).float())
        targets = torch.tensor([y for _, y in batch])
        # Gradients are multiples of a third: scaled by 3 for the backward pass, none is rounded.
        losses = (targets - outputs) ** 2 / 2
        (PIXEL_UNIT * losses[torch.tensor(step.added)].sum()).backward()
        assert outputs.tolist() == [change.output for change in step.changes]
        assert torch.equal(weight.grad, PIXEL_UNIT * torch.tensor(memory - step.memory).float())
        weight.grad /= PIXEL_UNIT
        optimizer.step()
        assert np.array_equal(module.memory_thirds, step.memory)
        if step.collides and not wait:
            return  # what is added up is no memory of this network any more
        memory = step.memory
        waiting = [pair for pair, added in zip(batch, step.added, strict=True) if not added]
