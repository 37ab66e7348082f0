"""Forward and backward passes, one after the other, as SGD takes them."""

from __future__ import annotations

from fractions import Fraction
from typing import NoReturn

import numpy as np

from construction.executors.definition.backpropagation import gradient_too_large, largest_gradient
from construction.executors.definition.patches import jacobian
from construction.executors.event.gradient import (
    NO_SLOPE,
    TOO_LARGE,
    forget,
    head_of,
    no_shares,
    pull_back,
    read_out,
)
from construction.executors.event.grid import EventGrid
from construction.executors.event.jacobians import no_jacobians
from construction.executors.executor import ForwardBackward
from construction.executors.head import head_gradient
from construction.executors.table.patch_table import TRANSPOSED, PatchTable


class EventPass:
    """Forward and backward passes of grids of one shape, one after the other."""

    def __init__(self, patches: PatchTable, shape: tuple[int, int]) -> None:
        self.shape = shape
        self.network = patches.network
        self.state = EventGrid(patches, shape, keep_log=True)
        self._largest = largest_gradient(self.network)
        self._head = head_of(self.network, patches.code_shift)
        self._shares = no_shares(self.state.words.size)
        order = TRANSPOSED if self.state.turned else np.arange(9)
        self._jacobians = no_jacobians(self.network, patches.code_shift, order, self.state.stride)

    def backward(self, layers: int) -> ForwardBackward:
        """The backward pass after a forward pass through ``layers`` layers."""
        state, words, shares = self.state, self.state.words, self._shares
        total, known = read_out(words, state.stride, state.patches.code_shift, self._head, shares)
        if not known:
            forget(shares)
            head_gradient(self.network, state.codes())
            raise AssertionError("the reference executor finds a slope of the head everywhere")
        ended, place = pull_back(
            words,
            state.stride,
            state.log,
            state.changed,
            layers,
            self._largest,
            shares,
            self._jacobians,
        )
        touched = shares.touched[: shares.counts[0]].copy()
        slopes = shares.gradient[touched]
        forget(shares)
        if ended == NO_SLOPE:
            self._explain(int(place))
        if ended == TOO_LARGE:
            raise gradient_too_large(self.network)
        rows, columns = state.places(touched[slopes != 0])
        output = Fraction(int(total), self.network.head[-1].scale)
        return ForwardBackward(output, self.shape, rows, columns, slopes[slopes != 0])

    def _explain(self, place: int) -> NoReturn:
        """Raise what the reference says about a patch without a Jacobian."""
        stride = self.state.stride
        order = self._jacobians.order
        places = [place + (p // 3 - 1) * stride + p % 3 - 1 for p in order]
        codes = (self.state.words[places] >> np.uint32(self.state.patches.code_shift)).astype(
            np.int64
        )
        jacobian(self.network, codes[None] + self.network.lowest)
        raise AssertionError("the reference executor finds a Jacobian here")
