"""Online learners in PyTorch: autograd and ``torch.optim.SGD`` take the same steps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from construction.network.layers import PIXEL_UNIT
from construction.network.rcnn import LEARNING_RATE
from construction.programs.catalogue import ONLINE_PROGRAMS
from construction.training.memory import empty_memory
from tests.extras import optional
from tests.programs.online import Stream, online, signs

torch = optional("torch")

from construction.exports.pytorch import TorchRCNN  # noqa: E402


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Grids of a dozen pixels are not worth a second thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("name", ONLINE_PROGRAMS)
@pytest.mark.parametrize("d", [1, 2, 3])
def test_pytorch_finds_the_same_output_and_the_same_weights(name: str, d: int) -> None:
    learner = online(name)
    rng = np.random.default_rng(d)
    length = 4 * d + 2
    examples = rng.integers(0, 2, size=(length, d)).tolist()
    labels = rng.integers(0, 2, size=length).tolist()
    stream: Stream = [(tuple(x), y) for x, y in zip(examples, labels, strict=True)]
    if learner.program.dummy == "first":
        stream.insert(0, ((0,) * d, 0))
    memory = empty_memory(learner.program.memory_rows(0, d), d)
    layers = learner.program.depth(0, d)
    network = learner.executor.network
    module = TorchRCNN(network, rows=len(memory), features=d, layers=layers)
    weight = module.memory.weight
    optimizer = torch.optim.SGD([weight], lr=float(LEARNING_RATE))
    for x, y in stream:
        step = learner.step(memory, x, y)
        memory = step.memory
        optimizer.zero_grad()
        output = module(torch.tensor(signs(x)[None]).float())[0]
        # Gradients are multiples of a third: scaled by 3 for the backward pass, none is rounded.
        loss = ((1 - 2 * y) - output) ** 2 / 2
        (PIXEL_UNIT * loss).backward()
        weight.grad /= PIXEL_UNIT
        optimizer.step()
        assert output.item() == step.output
        assert torch.equal(weight.detach(), (torch.tensor(memory).double() / PIXEL_UNIT).float())
