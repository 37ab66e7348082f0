"""Forward and backward passes, one after the other, as SGD takes them."""

from __future__ import annotations

from fractions import Fraction
from typing import Final, NoReturn

import numpy as np

from construction.executors.definition.backpropagation import gradient_too_large, largest_gradient
from construction.executors.definition.patches import jacobian
from construction.executors.event.gradient import (
    DONE,
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
from construction.executors.event.repeated import KEPT_ROWS, stay_equal
from construction.executors.executor import ForwardBackward, check_memory
from construction.executors.head import head_gradient
from construction.executors.table.patch_table import TRANSPOSED, PatchTable

#: Memory that a pass takes for each pixel: two grids, the shares of the gradient, and a log that has not grown.
BYTES_OF_A_PASS: Final = 66


class EventPass:
    """Forward and backward passes of grids of one shape, one after the other."""

    def __init__(self, patches: PatchTable, shape: tuple[int, int]) -> None:
        check_memory(shape[0] * shape[1] * BYTES_OF_A_PASS, "the gradient and the log of changes")
        self.shape = shape
        self.network = patches.network
        self.state = EventGrid(patches, shape, keep_log=True)
        self._largest = largest_gradient(self.network)
        self._head = head_of(self.network, patches.code_shift)
        self._shares = no_shares(self.state.words.size)
        order = TRANSPOSED if self.state.turned else np.arange(9)
        self._jacobians = no_jacobians(self.network, patches.code_shift, order, self.state.stride)

    def backward(self, layers: int, rows: int) -> ForwardBackward | None:
        """The backward pass after a forward pass through ``layers`` layers.

        ``rows`` are those of the grid, of which the pass has the first ones; the others are equal to its last
        one. None if the pass does not tell about them.
        """
        state, words, shares = self.state, self.state.words, self._shares
        left_out = rows - self.shape[0]
        middle = self.shape[0] - KEPT_ROWS // 2
        if left_out and not stay_equal(words, state.stride, state.log, state.changed, middle):
            return None
        total, known = read_out(words, state.stride, state.patches.code_shift, self._head, shares)
        if left_out:
            total += left_out * self._values(middle)
        ended, place = NO_SLOPE, 0
        if known:
            ended, place = pull_back(
                words,
                state.stride,
                state.patches.words,
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
        at, by = state.places(touched)
        if left_out and (ended != DONE or (abs(at - middle) <= 1).any()):
            return None
        if not known:
            head_gradient(self.network, state.codes())
            raise AssertionError("the reference executor finds a slope of the head everywhere")
        if ended == NO_SLOPE:
            self._explain(int(place))
        if ended == TOO_LARGE:
            raise gradient_too_large(self.network)
        some = slopes != 0
        at = at + left_out * (at > middle)
        output = Fraction(int(total), self.network.head[-1].scale)
        return ForwardBackward(output, (rows, self.shape[1]), at[some], by[some], slopes[some])

    def _values(self, row: int) -> int:
        """The head's values of a row of the last grid, added up."""
        state = self.state
        words = state.words[(np.arange(self.shape[1]) + 1) * state.stride + 1 + row]
        return int(self._head.values[words >> np.uint32(state.patches.code_shift)].sum())

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
