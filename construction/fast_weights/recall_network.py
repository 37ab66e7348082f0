"""The network of the recall task: a fast-weight layer that learns its keys, queries and rates by Adam."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from construction.extras import missing_extra
from construction.fast_weights.forms import CompiledAmounts, FeatureMap, feature_map
from construction.fast_weights.recall import Protocol, Recall
from construction.fast_weights.rules import Rule
from construction.progress import Progress, quiet

try:
    import torch
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise
    raise missing_extra("PyTorch", "torch") from None

KEY_SIZE: Final = 64  #: before the feature map
TRAINING_RATE: Final = 1e-3
EVALUATE_EVERY: Final = 100  #: steps
ENOUGH: Final = 1e-3  #: an evaluation loss that ends training
PATIENCE: Final = 10  #: evaluations without a new best that do not yet end it
LARGEST_STEPS: Final = 100_000
TINY: Final = 1e-6
INPUTS: Final = ("keys", "values", "queries")


class RecallNetworks(torch.nn.Module):
    """One network a seed, run side by side; the first axis of all parameters and data is the seed's.

    Keys are made of the key's embedding and the value, queries of the embedding; values are one-hot. A linear
    layer on an embedding beside a one-hot value is the sum of two rows that can be looked up.
    """

    def __init__(self, n: int, kind: FeatureMap, rule: Rule, seeds: Sequence[int]) -> None:
        super().__init__()
        self.n, self.kind, self.rule = n, kind, rule
        drawn = [_first_weights(n, rule, seed) for seed in seeds]
        self.weights = torch.nn.ParameterDict(
            {name: torch.stack([each[name] for each in drawn]) for name in drawn[0]}
        )

    def forward(self, keys: Any, values: Any, queries: Any) -> Any:
        """The answers ``(seeds, batch, n)`` to ``queries`` ``(seeds, batch)``, pairs ``(seeds, batch, length)``."""
        q = self.weights["embedding"] @ self.weights["query"].mT + self.weights["query bias"]
        q = feature_map(_looked_up(q, queries), self.kind)
        rates = torch.ones(values.shape)
        if self.rule == "delta":
            q = q / (q.sum(-1, keepdim=True) + TINY)
            by_key, by_value = self._tables("rate")
            rates = torch.sigmoid(_looked_up(by_key, keys) + _looked_up(by_value, values))[..., 0]
        tables = self._tables("key")
        amounts = CompiledAmounts.apply(*tables, q, rates, keys, values, self.kind, self.rule)
        if self.rule == "sum":
            amounts = amounts / (amounts.sum(-1, keepdim=True) + TINY)
        return torch.zeros(*queries.shape, self.n).scatter_add(-1, values, amounts)

    def _tables(self, layer: str) -> tuple[Any, Any]:
        """What each key and each value adds to a layer, ``(seeds, n, width)``."""
        of_values, of_keys = self.weights[layer][..., : self.n], self.weights[layer][..., self.n :]
        by_key = self.weights["embedding"] @ of_keys.mT + self.weights[f"{layer} bias"]
        return by_key, of_values.mT

    def losses(self, tasks: Sequence[Recall]) -> Any:
        """Half the squared error of the answers, in the tasks' means, for each seed. All tasks have one shape."""
        wanted = torch.nn.functional.one_hot(_stacked(task.wanted for task in tasks), self.n)
        answers = self(*(_stacked(getattr(task, name) for task in tasks) for name in INPUTS))
        errors = 0.5 * (wanted - answers).square().sum(-1)
        return (errors * _stacked(task.weights for task in tasks).float()).sum(-1)

    def only(self, seed: int) -> RecallNetworks:
        """The network of the seed at this place."""
        chosen = RecallNetworks(self.n, self.kind, self.rule, [0])
        for name, weight in self.weights.items():
            chosen.weights[name] = torch.nn.Parameter(weight[seed : seed + 1].detach().clone())
        return chosen


def confused_pairs(network: RecallNetworks, task: Recall) -> list[tuple[int, int]]:
    """Keys that a network of one seed does not tell apart: each is answered with the other's value, too.

    Of a key that is one of two the answer is half its own value and half the other's: half the squared error is 1/4. Listed are
    pairs of keys with half of that error at least, in the mean over ``task``, each of which has the other as the next best.
    """
    with torch.no_grad():
        answers = network(*(_stacked([getattr(task, name)]) for name in INPUTS))[0].numpy()
    errors = 0.5 * np.square(np.eye(network.n)[task.wanted] - answers).sum(axis=1)
    others = answers.copy()
    others[np.arange(len(others)), task.wanted] = -np.inf
    places = (task.values == others.argmax(axis=1)[:, None]).argmax(axis=1)
    next_best = task.keys[np.arange(len(task.keys)), places]
    rival = {}
    for key in range(network.n):
        asked = task.queries == key
        if asked.any() and errors[asked].mean() >= 1 / 8:
            rival[key] = int(np.bincount(next_best[asked]).argmax())
    return [(key, other) for key, other in rival.items() if key < other and rival.get(other) == key]


def _first_weights(n: int, rule: Rule, seed: int) -> dict[str, Any]:
    """As in the public code: normal embeddings, keys and queries uniform, the rest PyTorch's default."""
    width = int(2 * n * 1.1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        weights = {"embedding": torch.randn(n, width)}
        sizes = {"key": (n + width, KEY_SIZE), "query": (width, KEY_SIZE)}
        if rule == "delta":
            sizes["rate"] = (n + width, 1)
        for name, (inputs, outputs) in sizes.items():
            layer = torch.nn.Linear(inputs, outputs)
            if name != "rate":
                torch.nn.init.uniform_(layer.weight, -(KEY_SIZE**-0.5), KEY_SIZE**-0.5)
            weights |= {name: layer.weight.detach(), f"{name} bias": layer.bias.detach()[None]}
    return weights


def _looked_up(table: Any, places: Any) -> Any:
    """Rows of ``(seeds, n, width)`` at ``places``, ``(seeds, ...)``."""
    seeds, n, width = table.shape
    shift = torch.arange(seeds).view(-1, *[1] * (places.ndim - 1)) * n
    return table.reshape(seeds * n, width)[places + shift]


def _stacked(arrays: Iterable[npt.NDArray[Any]]) -> Any:
    return torch.from_numpy(np.stack(list(arrays)))


@dataclass(eq=False)
class TrainedRecall:
    """A seed's evaluation losses, one for each :data:`EVALUATE_EVERY` steps, and its network at the last of them."""

    seed: int
    losses: list[float]
    network: RecallNetworks | None = None

    @property
    def best(self) -> float:
        """The smallest loss."""
        return min(self.losses)

    @property
    def steps(self) -> int:
        """The training steps."""
        return len(self.losses) * EVALUATE_EVERY

    @property
    def ended(self) -> bool:
        """Whether the public code would end training here: good enough, or too long without a new best."""
        since_best = len(self.losses) - 1 - int(np.argmin(self.losses)) if self.losses else 0
        return bool(self.losses) and (self.losses[-1] <= ENOUGH or since_best > PATIENCE)


def train_recall(
    protocol: Protocol,
    kind: FeatureMap,
    rule: Rule,
    seeds: Sequence[int],
    *,
    most_steps: int = LARGEST_STEPS,
    progress: Progress = quiet,
) -> list[TrainedRecall]:
    """Train a network for each seed by Adam, each until its training has ended; no seed depends on the others."""
    draws = {seed: np.random.default_rng(seed) for seed in seeds}
    networks = RecallNetworks(protocol.n, kind, rule, seeds)
    optimiser = torch.optim.Adam(networks.parameters(), TRAINING_RATE)
    trained = [TrainedRecall(seed, []) for seed in seeds]
    going = trained
    for step in range(1, most_steps + 1):
        optimiser.zero_grad()
        tasks = [protocol.training_batch(draws[each.seed]) for each in going]
        networks.losses(tasks).sum().backward()
        optimiser.step()
        if step % EVALUATE_EVERY:
            continue
        for place, each in enumerate(going):
            each.network = networks.only(place)
            with torch.no_grad():
                loss = each.network.losses([protocol.evaluation(draws[each.seed])])
            each.losses.append(float(loss))
        progress("steps", step, None)
        left = [place for place, each in enumerate(going) if not each.ended]
        if not left:
            break
        if len(left) < len(going):
            _keep(optimiser, left)
            going = [going[place] for place in left]
    return trained


def _keep(optimiser: Any, places: list[int]) -> None:
    """Go on with these seeds only."""
    for group in optimiser.param_groups:
        for parameter in group["params"]:
            parameter.data, parameter.grad = parameter.data[places], None
            moments = optimiser.state[parameter]
            for name in ("exp_avg", "exp_avg_sq"):
                moments[name] = moments[name][places]
