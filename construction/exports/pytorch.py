"""The network as a PyTorch module, made of ordinary layers.

>>> from construction import compile_rule, load_program
>>> program = load_program("systolic-row-reduction")
>>> network = compile_rule(program.rule)
>>> module = TorchRCNN(network, rows=3, features=2, layers=program.depth(2, 2))
>>> for output in sgd_steps(module, [[-1, 1], [-1, -1]], [-1, 1]):
...     print(output)
0.0
0.0
0.0
>>> module(torch.tensor([[1.0, -1.0], [-1.0, 1.0]])).tolist()
[-1.0, -1.0]
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from construction.arguments import checked
from construction.errors import NetworkError
from construction.extras import missing_extra
from construction.network.bounds import check_float
from construction.network.layers import PIXEL_UNIT, WeightLayer
from construction.network.rcnn import LEARNING_RATE, RCNN
from construction.training.memory import Memory

try:
    import torch
    from torch import Tensor, nn
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise
    raise missing_extra("PyTorch", "torch") from None

#: Bits of the significand of the types in which the network is proved exact by its weights.
SIGNIFICANDS = {torch.float32: 24, torch.float64: 53}


class MemoryLayer(nn.Module):
    """``f_mem(z) = [W diag(z) | 1]``, the only layer that is trained.

    ``weight`` is ``W``, of shape ``(rows, d + 1)``, and real: a stored sign is a third.
    """

    def __init__(self, rows: int, features: int, work_columns: int, *, line: bool = False) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(rows, features + 1))
        self.work_columns = work_columns
        self.line = line

    def forward(self, inputs: Tensor) -> Tensor:
        """Pixels ``(batch, 1, rows, d + 1 + work columns)`` for inputs ``z``, ``(batch, d + 1)``.

        On a line, ``(batch, 1, 1, rows * (d + 1 + work columns))``.
        """
        masked = self.weight * inputs[:, None, None, :]
        work = masked.new_ones(*masked.shape[:-1], self.work_columns)
        grids = torch.cat([masked, work], dim=-1)
        return grids.flatten(2)[:, :, None] if self.line else grids


class TorchRCNN(nn.Module):
    """The network of Definition 5 for ``d`` features and ``L`` layers.

    ``rows`` is the number of rows of memory: ``m + 1`` for ``m`` examples, or what a program's
    ``memory_rows(m, d)`` says.

    ``memory`` holds the trainable weights, all zeros at first; ``convolution`` is applied ``layers``
    times, with the same weights (on a line its kernel is 1x3); ``head`` is pixel-wise, and its outputs are summed. Everything but
    ``memory.weight`` is frozen. ``network`` is kept: it has the names of codes and units.

    Convolution and head work on codes, three times the pixels: integers, which float32 adds and
    multiplies without rounding. Gradients are multiples of a third, for the output's slope is 1 by a
    pixel of unwritten memory, and so a third by its code; :func:`sgd_steps` keeps them free of
    rounding too. A loop that does not gets them up to rounding, which the next layer erases.

    Raises :class:`~construction.errors.NetworkError` when the sums can leave the integers that
    float32 holds, or when there is no grid of that size.
    """

    @checked
    def __init__(self, network: RCNN, *, rows: int, features: int, layers: int) -> None:
        super().__init__()
        if rows < 1 or features < 0 or layers < 0:
            raise NetworkError(
                f"{rows} rows, {features} features and {layers} layers were asked for; there should be "
                f"at least 1 row, and 0 features and layers or more"
            )
        check_float(network, SIGNIFICANDS[torch.float32], "float32")
        self.network = network
        self.layers = layers
        self.memory = MemoryLayer(rows, features, network.work_columns, line=network.line)
        kernel = (1, 3) if network.line else (3, 3)
        pads = (1, 1, 0, 0) if network.line else (1, 1, 1, 1)
        self.convolution = nn.Sequential(
            nn.ConstantPad2d(pads, float(network.padding)), *_layers(network.kernel, kernel)
        )
        self.head = nn.Sequential(*_layers(network.head, (1, 1)))
        for frozen in (self.convolution, self.head):
            frozen.requires_grad_(False)

    def grid(self, examples: Tensor) -> Tensor:
        """The last grid, codes, ``(batch, rows, columns)``, for examples ``(batch, d)`` of signs."""
        one = examples.new_ones(len(examples), 1)
        codes = PIXEL_UNIT * self.memory(torch.cat([examples, one], dim=1))
        scale = self.network.convolution[-1].scale
        for _ in range(self.layers):
            codes = self.convolution(codes) / scale
        return codes[:, 0]

    def forward(self, examples: Tensor) -> Tensor:
        """The output ``f([x; 1])``, ``(batch,)``, for examples ``(batch, d)`` of signs."""
        shares = self.head(self.grid(examples)[:, None])
        return shares.sum(dim=(1, 2, 3)) / self.network.head[-1].scale

    @property
    def memory_thirds(self) -> Memory:
        """The trained memory as the integer matrix ``3 W``, as the executors take it."""
        thirds = (PIXEL_UNIT * self.memory.weight.detach()).round()
        return np.asarray(thirds.to(torch.int64).cpu().numpy())


def sgd_steps(
    module: TorchRCNN,
    examples: npt.ArrayLike,
    labels: Sequence[int] | npt.NDArray[np.integer],
    *,
    dummy: Literal["last", "first", "never"] = "last",
) -> Iterator[float]:
    """Algorithm 1 by PyTorch: autograd and ``torch.optim.SGD``, one example a step.

    ``examples`` ``(m, d)`` and ``labels`` ``(m,)`` are signs. ``dummy`` says when the dummy example comes,
    as a program's ``dummy`` does. Yields the output that each step found. The loss is scaled by 3 for the backward pass, and the gradient scaled
    back, as is usual in low precision: gradients are multiples of a third, so no rounding is left.
    """
    weight = module.memory.weight
    signs, own = np.asarray(examples), np.asarray(labels)
    if dummy != "never":
        place = 0 if dummy == "first" else len(signs)
        signs, own = np.insert(signs, place, 1, axis=0), np.insert(own, place, 1)
    inputs, targets = torch.tensor(signs).to(weight), torch.tensor(own).to(weight)
    optimizer = torch.optim.SGD([weight], lr=float(LEARNING_RATE))
    for example, target in zip(inputs, targets, strict=True):
        optimizer.zero_grad()
        output = module(example[None])[0]
        loss = (target - output) ** 2 / 2
        (PIXEL_UNIT * loss).backward()
        weight.grad /= PIXEL_UNIT
        optimizer.step()
        yield output.item()


def _layers(layers: tuple[WeightLayer, ...], kernel: tuple[int, int]) -> Iterator[nn.Module]:
    """Convolutions with integer weights, the first with this kernel, and ReLU in between.

    The integers of a layer are over its scale; only the last layer's result is divided by it.
    """
    for depth, layer in enumerate(layers):
        if depth:
            yield nn.ReLU()
        size = (1, 1) if depth else kernel
        convolution = nn.Conv2d(layer.inputs // math.prod(size), layer.width, size)
        shape = convolution.weight.shape
        convolution.weight.data = torch.tensor(layer.weights, dtype=torch.float32).reshape(shape)
        convolution.bias.data = torch.tensor(layer.biases, dtype=torch.float32)
        yield convolution
