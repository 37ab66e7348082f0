"""The network as a looped Transformer: one block, applied ``L`` times, in PyTorch's ordinary parts.

Every pixel is a token with one number, its code. The block is

1. **attention** with one head for each position of the patch that the network reads. A head attends to
   one fixed relative place: its mask leaves one key, so the softmax is 1 there, exactly, whatever the
   queries and keys are. A place outside the grid is a key and value of its own (``bias_kv`` in
   :class:`torch.nn.MultiheadAttention`), whose value is the padding's code;
2. the **feed-forward** part: the convolution's ReLU layers on the heads' outputs, for each token.

No skip connection is needed: the head that looks at the token itself carries what is kept. Memory layer,
head and SGD are those of :class:`~construction.exports.pytorch.TorchRCNN`, and so are all numbers.

>>> from construction import compile_rule, load_program
>>> from construction.exports.pytorch import sgd_steps
>>> program = load_program("systolic-row-reduction")
>>> network = compile_rule(program.rule)
>>> module = TorchTransformer(network, rows=3, features=2, layers=program.depth(2, 2))
>>> for output in sgd_steps(module, [[-1, 1], [-1, -1]], [-1, 1]):
...     print(output)
0.0
0.0
0.0
>>> module(torch.tensor([[1.0, -1.0], [-1.0, 1.0]])).tolist()
[-1.0, -1.0]
"""

from __future__ import annotations

from math import inf

import numpy as np

from construction.exports.pytorch import TorchRCNN
from construction.extras import missing_extra
from construction.network.layers import PIXEL_UNIT, WeightLayer
from construction.network.rcnn import RCNN
from construction.rules.patch import OFFSETS, POSITIONS, Position

try:
    import torch
    from torch import Tensor, nn
    from torch.nn.functional import scaled_dot_product_attention
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise
    raise missing_extra("PyTorch", "torch") from None


class RelativeAttention(nn.Module):
    """One head for each of some relative places, on the tokens of a grid in row-major order.

    ``mask`` ``(heads, tokens, tokens + 1)`` is what is added to the scores of the keys: 0 for the one
    place that a head looks at, the last key being the wall, and ``-gap`` elsewhere. With an infinite
    gap the attention is exact.
    """

    mask: Tensor

    def __init__(
        self,
        places: tuple[Position, ...],
        shape: tuple[int, int],
        padding: int,
        gap: float = inf,
    ) -> None:
        super().__init__()
        rows, columns = shape
        tokens = rows * columns
        mask = torch.full((len(places), tokens, tokens + 1), -gap)
        for head, place in enumerate(places):
            down, right = OFFSETS[place]
            for token in range(tokens):
                row, column = token // columns + down, token % columns + right
                inside = 0 <= row < rows and 0 <= column < columns
                mask[head, token, row * columns + column if inside else tokens] = 0
        self.register_buffer("mask", mask, persistent=False)
        self.padding = padding

    def forward(self, codes: Tensor) -> Tensor:
        """What each head sees, ``(batch, tokens, heads)``, for codes ``(batch, tokens)``."""
        heads, tokens, keys = self.mask.shape
        wall = codes.new_full((len(codes), 1), float(self.padding))
        values = torch.cat([codes, wall], dim=1)[:, None, :, None].expand(-1, heads, -1, -1)
        # The masks alone decide; queries and keys are 0.
        queries = codes.new_zeros(len(codes), heads, tokens, 1)
        scores = codes.new_zeros(len(codes), heads, keys, 1)
        seen = scaled_dot_product_attention(
            queries, scores, values, attn_mask=self.mask.to(codes.dtype)
        )
        return seen[..., 0].transpose(1, 2)


class TorchTransformer(TorchRCNN):
    """The same network for ``d`` features and ``L`` layers; see the module's docstring.

    The mask fixes the size of the grid, and takes ``heads * pixels * (pixels + 1)`` numbers. ``gap`` is the
    difference of scores between the place that a head looks at and all others: with less than
    infinity attention is *soft*.

    Raises what :class:`~construction.exports.pytorch.TorchRCNN` raises.
    """

    def __init__(
        self, network: RCNN, *, rows: int, features: int, layers: int, gap: float = inf
    ) -> None:
        super().__init__(network, rows=rows, features=features, layers=layers)
        self.places = network.positions
        self.shape = network.grid_shape(rows, features)
        self.attention = RelativeAttention(self.places, self.shape, network.padding, gap)
        self.feed_forward = nn.Sequential(*_linear_layers(network, self.places))
        del self.convolution
        self.feed_forward.requires_grad_(False)

    def grid(self, examples: Tensor) -> Tensor:
        """The last grid, codes, ``(batch, rows, columns)``, for examples ``(batch, d)`` of signs."""
        one = examples.new_ones(len(examples), 1)
        codes = PIXEL_UNIT * self.memory(torch.cat([examples, one], dim=1)).flatten(1)
        scale = self.network.convolution[-1].scale
        for _ in range(self.layers):
            codes = self.feed_forward(self.attention(codes))[..., 0] / scale
        return codes.unflatten(1, self.shape)


def _linear_layers(network: RCNN, places: tuple[Position, ...]) -> list[nn.Module]:
    columns = [POSITIONS.index(place) for place in places]
    first, *others = network.convolution
    layers = [
        WeightLayer(first.weights[:, columns], first.biases, first.scale, first.names),
        *others,
    ]
    parts: list[nn.Module] = []
    for layer in layers:
        linear = nn.Linear(layer.inputs, layer.width)
        linear.weight.data = torch.tensor(np.array(layer.weights), dtype=torch.float32)
        linear.bias.data = torch.tensor(np.array(layer.biases), dtype=torch.float32)
        parts += [linear, nn.ReLU()]
    return parts[:-1]
