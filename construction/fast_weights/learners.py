"""Learning algorithms that are learned: networks in PyTorch, trained on streams of small parities.

Each takes signs: examples ``(batch, n, features)`` and labels ``(batch, n)``, and gives an answer for each example, of which it
has seen the earlier labels only. Below 0 means bit 1. Their weights are trained; what they learn of a stream is in
their state alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from construction.arrays import signs
from construction.errors import DataError
from construction.extras import missing_extra
from construction.fast_weights.streams import Streams, parities
from construction.progress import Progress, quiet

try:
    import torch
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise
    raise missing_extra("PyTorch", "torch") from None

from torch import nn
from torch.nn import functional

COLUMNS: Final = 12  #: inputs of a network whose input weights are its own for each column
TRAINING_RATE: Final = 3e-3
LONGEST_GRADIENT: Final = 1.0


def _earlier(sequence: Any) -> Any:
    """Each step's predecessor, and 0 at the first: ``(batch, n, ...)``."""
    return torch.cat([torch.zeros_like(sequence[:, :1]), sequence[:, :-1]], dim=1)


class LSTMLearner(nn.Module):
    """One LSTM; its inputs are the example and the label before."""

    shares_over_features = False

    def __init__(self, width: int = 96) -> None:
        super().__init__()
        self.lstm = nn.LSTM(COLUMNS + 1, width, batch_first=True)
        self.out = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 1))

    def forward(self, x: Any, y: Any) -> Any:
        return self.out(self.lstm(torch.cat([x, _earlier(y)[..., None]], dim=-1))[0])[..., 0]


class DeltaNet(nn.Module):
    """Two layers of fast weights with the delta rule, four heads each, in the triangular form.

    Inputs are the example, and the example before with its label. Keys and queries have length 1, rates lie between 0 and 2.
    """

    shares_over_features = False

    def __init__(self, width: int = 64, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.enter = nn.Linear(2 * COLUMNS + 1, width)
        self.layers = nn.ModuleList(
            nn.ModuleDict(
                {
                    "before": nn.LayerNorm(width),
                    "queries, keys, values": nn.Linear(width, 3 * width),
                    "rates": nn.Linear(width, heads),
                    "mix": nn.Linear(width, width),
                    "after": nn.Sequential(
                        nn.LayerNorm(width),
                        nn.Linear(width, 2 * width),
                        nn.ReLU(),
                        nn.Linear(2 * width, width),
                    ),
                }
            )
            for _ in range(2)
        )
        self.out = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 1))

    def forward(self, x: Any, y: Any) -> Any:
        h = self.enter(torch.cat([x, _earlier(x), _earlier(y)[..., None]], dim=-1))
        for layer in self.layers:
            given = layer["before"](h)
            parts = layer["queries, keys, values"](given).unflatten(-1, (3, self.heads, -1))
            q, k, v = parts.permute(2, 0, 3, 1, 4)
            q, k = (functional.normalize(functional.silu(each), dim=-1) for each in (q, k))
            rates = 2 * torch.sigmoid(layer["rates"](given)).transpose(1, 2)[..., None]
            system = (rates * (k @ k.mT)).tril(-1)
            added = torch.linalg.solve_triangular(
                system, rates * v, upper=False, unitriangular=True
            )
            read = (q @ k.mT).tril() @ added
            h = h + layer["mix"](read.transpose(1, 2).flatten(-2))
            h = h + layer["after"](h)
        return self.out(h)[..., 0]


class LocalRule(nn.Module):
    """One rule, with the same weights, at every cell of a grid: ``d`` rows, ``d + 1`` columns, for any ``d``.

    So cells and messages are those of online row reduction. For an example a wave passes from the top-left
    cell; each cell reads its state, its column's feature (the last column: the label before), what its western and
    northern neighbours have just sent, and the mean state of its row; it sends to the east and the south, and
    changes its state. The label column's last message is the answer.
    """

    shares_over_features = True

    def __init__(self, state: int = 6, message: int = 4, width: int = 24) -> None:
        super().__init__()
        self.state, self.message = state, message
        self.row = nn.Linear(state, message)
        self.own = nn.Linear(state + message + 3, 2 * width)
        self.heard = nn.Linear(2 * message, 2 * width, bias=False)
        self.act = nn.Linear(width, 2 * state + 2 * message)
        self.out = nn.Linear(message, 1)
        with torch.no_grad():
            self.act.bias[:state] = -1.0  # at first a cell keeps its state

    def forward(self, x: Any, y: Any) -> Any:
        batch, n, d = x.shape
        cells = torch.zeros(batch, d, d + 1, self.state)
        is_label = (torch.arange(d + 1) == d).float()
        features = torch.cat([x, torch.zeros(batch, n, 1)], dim=-1)
        before, answers = _earlier(y), []
        for i in range(n):
            told = [features[:, i], before[:, i, None] * is_label, is_label.expand(batch, -1)]
            cells, answer = self._wave(cells, torch.stack(told, dim=-1))
            answers.append(answer)
        return torch.stack(answers, dim=1)

    def _wave(self, cells: Any, told: Any) -> tuple[Any, Any]:
        """One example: the new states, and the answer. In step ``k`` row ``a`` is at column ``k - a``."""
        batch, rows, columns, _ = cells.shape
        row = torch.tanh(self.row(cells.mean(2)))[:, :, None].expand(-1, -1, columns, -1)
        own = self.own(torch.cat([cells, row, told[:, None].expand(-1, rows, -1, -1)], dim=-1))
        steps, each = rows + columns - 1, torch.arange(rows)
        column = torch.arange(steps)[:, None] - each
        inside = ((column >= 0) & (column < columns)).float()[..., None]
        waiting = own[:, each, column.clamp(0, columns - 1)].unbind(1)
        east = south = torch.zeros(batch, rows, self.message)
        acts = []
        for k in range(steps):
            north = functional.pad(south[:, :-1], (0, 0, 1, 0))
            gate, value = (waiting[k] + self.heard(torch.cat([east, north], dim=-1))).chunk(2, -1)
            act = self.act(torch.tanh(gate) * value)
            acts.append(act[..., : 2 * self.state])
            sent = torch.tanh(act[..., 2 * self.state :]) * inside[k]
            east, south = sent.chunk(2, -1)
        passed = torch.stack(acts, dim=1)[:, each[:, None] + torch.arange(columns), each[:, None]]
        change, new = passed.chunk(2, -1)
        cells = cells + torch.sigmoid(change) * (torch.tanh(new) - cells)
        return cells, self.out(south[:, -1])[:, 0]


LEARNERS: Final[Mapping[str, Callable[[], Any]]] = MappingProxyType(
    {"LSTM": LSTMLearner, "DeltaNet": DeltaNet, "local rule": LocalRule}
)


def answers(learner: Any, streams: Streams, rng: np.random.Generator) -> Any:
    """The learner's answers ``(count, n)``.

    To a network with weights of its own for each column, the features stand in random columns, drawn
    for each stream, and 0 in the others; so training reaches all of its input weights.
    """
    count, n, d = streams.examples.shape
    x = torch.from_numpy(signs(streams.examples)).float()
    y = torch.from_numpy(signs(streams.labels)).float()
    if not learner.shares_over_features:
        if d > COLUMNS:
            raise DataError(f"{d} features; the network has {COLUMNS} columns for them")
        places = rng.permuted(np.broadcast_to(np.arange(COLUMNS), (count, COLUMNS)), axis=1)[:, :d]
        index = torch.from_numpy(places)[:, None].expand(-1, n, -1)
        x = torch.zeros(count, n, COLUMNS).scatter(2, index, x)
    return learner(x, y)


def meta_train(
    name: str,
    d: int,
    *,
    steps: int,
    batch: int,
    seed: int,
    progress: Progress = quiet,
    after: Callable[[int, Any], object] = lambda step, learner: None,
) -> Any:
    """A learner of :data:`LEARNERS`, trained by Adam on streams of ``3 d`` examples of random parities of ``d`` bits.

    The rate falls to 0 in a straight line. The loss is the answers' cross-entropy where the earlier examples decide the label. A learner that can be
    of any size also sees streams with fewer features. ``after`` is told of each step, counted from 1, and the learner then.
    """
    if name not in LEARNERS:
        raise DataError(f"unknown learner {name!r}; it should be one of {', '.join(LEARNERS)}")
    rng = np.random.default_rng(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        learner = LEARNERS[name]()
    optimiser = torch.optim.Adam(learner.parameters(), TRAINING_RATE)
    rates = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / steps)
    for step in range(steps):
        size = int(rng.integers(1, d + 1)) if learner.shares_over_features else d
        streams = parities(rng, batch, 3 * size, size)
        known = torch.from_numpy(streams.known).float()
        y = torch.from_numpy(signs(streams.labels)).float()
        errors = functional.softplus(-2 * answers(learner, streams, rng) * y) * known
        optimiser.zero_grad()
        (errors.sum() / known.sum().clamp(min=1)).backward()
        nn.utils.clip_grad_norm_(learner.parameters(), LONGEST_GRADIENT)
        optimiser.step()
        rates.step()
        progress(f"{name}, seed {seed}", step + 1, steps)
        after(step + 1, learner)
    return learner


def right(learner: Any, streams: Streams, rng: np.random.Generator) -> float:
    """The share of right answers on sums that have not been seen themselves."""
    with torch.no_grad():
        said = answers(learner, streams, rng).numpy()
    agrees = (said < 0) == (streams.labels == 1)
    return float(agrees[streams.sums].mean())
