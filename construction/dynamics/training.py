"""Two-layer ReLU networks trained by Adam, for responses of which no exact one is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from construction.extras import missing_extra

try:
    import torch
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise
    raise missing_extra("PyTorch", "torch") from None

Floats = npt.NDArray[np.float64]

RATE: Final = 3e-3
BATCH: Final = 256


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained network: ``predict`` takes ``(n, inputs)`` to ``(n, outputs)``."""

    predict: Callable[[Floats], Floats]
    loss: float


def train_two_layer(
    inputs: Floats, targets: Floats, hidden: int, *, epochs: int, seed: int
) -> Trained:
    """Train ``relu(V relu(U x + a) + b)``-shaped networks, without the last ReLU, on the mean squared error.

    ``inputs`` is ``(n, inputs)`` and ``targets`` ``(n, outputs)``. With no hidden unit it is an affine map. The
    rate falls to 0 over the epochs. Each of the two is shifted and scaled by its training data.
    """
    generator = torch.Generator().manual_seed(seed)
    x, y = (torch.tensor(each, dtype=torch.float32) for each in (inputs, targets))
    x_mean, x_scale = x.mean(0), x.std(0) + 1e-6
    y_mean, y_scale = y.mean(0), y.std() + 1e-6
    widths = [x.shape[1], hidden, y.shape[1]] if hidden else [x.shape[1], y.shape[1]]
    parts: list[Any] = []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for before, after in pairwise(widths):
            parts += [torch.nn.Linear(before, after), torch.nn.ReLU()]
    model = torch.nn.Sequential(*parts[:-1])
    optimiser = torch.optim.Adam(model.parameters(), RATE)
    steps = epochs * -(-len(x) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    known, wanted = (x - x_mean) / x_scale, (y - y_mean) / y_scale
    loss = torch.zeros(())
    for _ in range(epochs):
        for chosen in torch.randperm(len(x), generator=generator).split(BATCH):
            optimiser.zero_grad()
            loss = ((model(known[chosen]) - wanted[chosen]) ** 2).mean()
            loss.backward()
            optimiser.step()
            schedule.step()

    def predict(new: Floats) -> Floats:
        with torch.no_grad():
            scaled = (torch.tensor(new, dtype=torch.float32) - x_mean) / x_scale
            return np.asarray((model(scaled) * y_scale + y_mean).numpy(), dtype=float)

    return Trained(predict, float(loss.detach()))
