"""Backpropagation through the layers of one grid, in plain NumPy, from what each layer changed."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from construction.executors.definition.backpropagation import gradient_too_large, largest_gradient
from construction.executors.definition.patches import jacobian
from construction.executors.executor import ForwardBackward
from construction.executors.head import head_gradient, head_slopes
from construction.executors.table.patch_table import PatchTable, Words
from construction.executors.vectorised.boxes import INSIDE, BoxGrids, Change
from construction.network.layers import Integers

_IDENTITY = np.eye(9, dtype=np.int64)[4]
#: Patches whose Jacobian is kept, at most.
_KEPT = 2**14


class Backwards:
    """The backward passes of one network; the Jacobian of a patch is found once."""

    def __init__(self, patches: PatchTable) -> None:
        network = patches.network
        self._patches = patches
        self._largest = largest_gradient(network)
        self._values = network.head_table()
        self._values[network.padding - network.lowest] = 0
        self._slopes, self._known = head_slopes(network)
        self._jacobians: dict[bytes, Integers] = {}

    def __call__(self, state: BoxGrids, changes: Sequence[Change], layers: int) -> ForwardBackward:
        """Both passes' result, after a forward pass of one grid; its ``state`` goes back to the first layer.

        Raises what :meth:`~construction.executors.executor.Executor.forward_backward` raises.
        """
        network = self._patches.network
        framed = state.framed[:, :, 0]
        codes = framed >> np.uint32(self._patches.code_shift)
        inside = np.zeros(framed.shape, dtype=bool)
        inside[INSIDE] = True
        if not self._known[codes[INSIDE]].all():
            head_gradient(network, state.codes()[0])
            raise AssertionError("the reference executor finds a slope of the head everywhere")
        output = Fraction(int(self._values[codes].sum()), network.head[-1].scale)
        gradient = np.where(inside, self._slopes[codes], 0)
        height = framed.shape[1]
        # By position of the patch, in a grid that is flat by columns.
        offsets = np.array([height * right + down for down in (-1, 0, 1) for right in (-1, 0, 1)])
        flat, within = gradient.reshape(-1), inside.reshape(-1)
        # The last grid is the input of every layer that was not computed.
        for _ in range(layers - len(changes)):
            before = self._layer(framed, flat, within, offsets)
            if np.array_equal(before, flat):
                break
            flat = before
        for change in reversed(changes):
            framed[change.box] = change.words[:, :, 0]
            flat = self._layer(framed, flat, within, offsets)
        gradient = flat.reshape(framed.shape)[INSIDE].T
        return ForwardBackward.of_dense(output, np.ascontiguousarray(gradient))

    def _layer(
        self, framed: Words, gradient: Integers, within: npt.NDArray[np.bool_], offsets: Integers
    ) -> Integers:
        """The gradient by a layer's input, flat, from that by its output."""
        places = np.flatnonzero(gradient)
        if not places.size:
            return gradient
        amounts = gradient[places]
        if np.abs(amounts).max() > self._largest:
            raise gradient_too_large(self._patches.network)
        around = places[:, None] + offsets
        slopes = self._slopes_of(framed.reshape(-1)[around])
        if (slopes == _IDENTITY).all():
            return gradient
        before = np.zeros_like(gradient)
        np.add.at(before, around, slopes * amounts[:, None])
        before[~within] = 0
        return before

    def _slopes_of(self, words: Words) -> Integers:
        """The Jacobian by the codes of each patch ``(n, 9)``."""
        keys = [patch.tobytes() for patch in words]
        kept = self._jacobians
        if len(kept) > _KEPT:
            self._jacobians = kept = {}
        missing = {key: number for number, key in enumerate(keys) if key not in kept}
        if missing:
            network = self._patches.network
            own = words[list(missing.values())] >> np.uint32(self._patches.code_shift)
            slopes = jacobian(network, own.astype(np.int64) + network.lowest)
            kept.update(zip(missing, slopes, strict=True))
        return np.stack([kept[key] for key in keys])
