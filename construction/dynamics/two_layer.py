"""Two-layer ReLU networks of signs: one pass, no recurrence, in exact integers.

``f(x) = outgoing @ relu(hidden @ x + biases) + constant`` for ``x`` in ``{-1, +1}^d``; bit 1 is -1. The exact
ones that are known here:

* a **constant** needs no hidden unit;
* a **literal** and a **conjunction** need one: it is on where all literals hold;
* a **parity** of ``k`` bits needs no more than ``k``. With ``s`` the number of those bits that are 1,
  ``f = 1 - 2 relu(s) + 4 sum_{j=1}^{k-1} (-1)^(j+1) relu(s - j)``: the slope turns over at each whole number.
  From ``k = 4`` on one unit less will do, for the first two units can be put together with a unit that
  looks the other way: ``f = -11 + 6 relu(s - 2/3) - 4 relu(s - 2) + 4 relu(3 - s) - 4 relu(s - 4) + ...``.

For ``k = 2, 3, 4`` no network with fewer units does it, and for no ``k`` one that reads ``s`` alone
(docs/settling.md; :mod:`proofs_check.dynamics.fewest_units`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np

from construction.arrays import Signs
from construction.errors import NetworkError
from construction.network.container import PathLike, read_container, write_container
from construction.network.layers import WeightLayer

KIND: Final = "two-layer network"
FEWER_FROM: Final = 4  #: bits of a parity from which on one unit less than bits will do


@dataclass(frozen=True, eq=False)
class TwoLayerNetwork:
    """A hidden layer ``(units, d)`` and an output layer ``(1, units)`` over integers with scales."""

    name: str
    hidden: WeightLayer
    output: WeightLayer

    def __post_init__(self) -> None:
        if self.output.width != 1 or self.output.inputs != self.hidden.width:
            raise NetworkError(
                f"two-layer network {self.name!r}: the output layer is "
                f"{self.output.weights.shape}; it should be (1, {self.hidden.width})"
            )

    def __call__(self, examples: Signs) -> Signs:
        """The output for each row of ``examples`` ``(n, d)``, signs."""
        hidden = np.maximum(examples @ self.hidden.weights.T + self.hidden.biases, 0)
        total = (hidden @ self.output.weights.T + self.output.biases)[:, 0]
        result, remainder = np.divmod(total, self.output.scale)
        if remainder.any():
            raise NetworkError(f"two-layer network {self.name!r}: an output is no whole number")
        return np.asarray(result)

    @property
    def features(self) -> int:
        """The number ``d`` of inputs."""
        return self.hidden.inputs

    def text(self, names: Sequence[str] | None = None) -> str:
        """The network as a formula, a line for each hidden unit; ``x1, x2, ...`` or ``names``."""
        inputs = list(names) if names is not None else [f"x{b + 1}" for b in range(self.features)]
        lines = [
            f"f = {self._sum(self.output, 0, [f'h{j + 1}' for j in range(self.hidden.width)])}"
        ]
        for j in range(self.hidden.width):
            lines.append(f"h{j + 1} = relu({self._sum(self.hidden, j, inputs)})")
        return "\n".join(lines)

    def _sum(self, layer: WeightLayer, row: int, inputs: Sequence[str]) -> str:
        before = self.hidden.scale if layer is self.output else 1
        terms = [
            (layer.real_weight(int(weight), before), f" {name}")
            for weight, name in zip(layer.weights[row], inputs, strict=True)
            if weight
        ]
        bias = layer.real_bias(int(layer.biases[row]))
        if bias or not terms:
            terms.append((bias, ""))
        shown = ""
        for index, (number, name) in enumerate(terms):
            sign = ("-" if number < 0 else "") if index == 0 else (" - " if number < 0 else " + ")
            size = "" if abs(number) == 1 and name else str(abs(number))
            shown += f"{sign}{size}{name if size else name.strip()}"
        return shown


def parity(features: int, support: Sequence[int], name: str = "parity") -> TwoLayerNetwork:
    """The sign of the exclusive or of the bits in ``support``, from 0; the empty one is +1."""
    # In twice s, which is the number of bits minus the sum of their signs: a whole number.
    count = len(support)
    units = [(1, -2 * j, 2 * (-1) ** (j + 1)) for j in range(count)]
    start = 1
    if count:
        units[0] = (1, 0, -1)
    if count >= FEWER_FROM:
        units[:4] = [(3, -4, 1), (1, -4, -2), (-1, 6, 2)]
        start = -11
    hidden = np.zeros((len(units), features), dtype=np.int64)
    hidden[:, list(support)] = [[-turn] * count for turn, _, _ in units] if count else 0
    biases = [turn * count + bias for turn, bias, _ in units]
    names = tuple(
        f"{Fraction(-bias, 2 * turn)} or {'more' if turn > 0 else 'fewer'} of the bits are 1"
        for turn, bias, _ in units
    )
    outgoing = np.array([[out for _, _, out in units]], dtype=np.int64)
    return TwoLayerNetwork(
        name,
        WeightLayer(hidden, np.array(biases, dtype=np.int64), 1, names),
        WeightLayer(outgoing.reshape(1, len(units)), np.array([start]), 1, ("f",)),
    )


def conjunction(
    features: int, literals: Mapping[int, int], name: str = "conjunction"
) -> TwoLayerNetwork:
    """-1 (true) where feature ``b`` has the sign ``literals[b]`` for every ``b``, else +1."""
    hidden = np.zeros((1, features), dtype=np.int64)
    for feature, sign in literals.items():
        hidden[0, feature] = sign
    return TwoLayerNetwork(
        name,
        WeightLayer(hidden, np.array([1 - len(literals)]), 1, ("every literal holds",)),
        WeightLayer(np.array([[-2]]), np.array([1]), 1, ("f",)),
    )


def constant(features: int, sign: int, name: str = "constant") -> TwoLayerNetwork:
    """The same sign for every input, without a hidden unit."""
    none = np.zeros((0, features), dtype=np.int64)
    return TwoLayerNetwork(
        name,
        WeightLayer(none, np.zeros(0, dtype=np.int64), 1, ()),
        WeightLayer(np.zeros((1, 0), dtype=np.int64), np.array([sign]), 1, ("f",)),
    )


def save_two_layer(path: PathLike, network: TwoLayerNetwork) -> None:
    """Write it as safetensors, atomically. Raises :class:`~construction.errors.NetworkError`."""
    tensors = {}
    for part, layer in (("hidden", network.hidden), ("output", network.output)):
        tensors[f"{part}.weights"] = layer.weights
        tensors[f"{part}.biases"] = layer.biases
        tensors[f"{part}.scale"] = np.array(layer.scale)
    header: dict[str, Any] = {"name": network.name, "units": list(network.hidden.names)}
    write_container(path, KIND, tensors, header)


def load_two_layer(path: PathLike) -> TwoLayerNetwork:
    """Read it. Raises :class:`~construction.errors.NetworkError` when the file holds none."""
    tensors, header = read_container(path, KIND)
    try:
        hidden, output = (
            WeightLayer(
                tensors[f"{part}.weights"],
                tensors[f"{part}.biases"],
                int(tensors[f"{part}.scale"].item()),
                names,
            )
            for part, names in (("hidden", tuple(map(str, header["units"]))), ("output", ("f",)))
        )
        return TwoLayerNetwork(str(header["name"]), hidden, output)
    except (KeyError, TypeError, ValueError, NetworkError) as error:
        raise NetworkError(f"{path}: no two-layer network: {error}") from None
