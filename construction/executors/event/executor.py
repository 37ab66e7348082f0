"""The event executor: only pixels whose patch changed in the layer before are evaluated.

The weights recur over depth, so a pixel whose patch did not change in the layer before does not
change in this one, whatever the network is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from time import perf_counter
from typing import ClassVar, Final, NoReturn

import numpy as np
import numpy.typing as npt

from construction.executors.definition.backpropagation import (
    gradient_too_large,
    head_gradient,
    largest_gradient,
)
from construction.executors.definition.patches import jacobian
from construction.executors.definition.reference import next_grids
from construction.executors.event.gradient import (
    NO_SLOPE,
    TOO_LARGE,
    count_codes,
    pull_back,
    spread,
)
from construction.executors.event.kernel import (
    LEFT_CODES,
    LOG_FULL,
    TILE_BITS,
    advance,
    enlist,
)
from construction.executors.executor import Codes, Executor, ForwardBackward, Run, check_memory
from construction.executors.flat import flatten, inside
from construction.executors.table.lookup import lookup_arguments, scratch_space
from construction.executors.table.patch_table import (
    MOST_COMBINATIONS,
    PatchTable,
    Words,
    patch_table,
)
from construction.executors.threads import worker_threads
from construction.network.layers import Integers
from construction.network.rcnn import RCNN

FIRST_LOG_LAYERS: Final = 2**10  #: layers that a log has room for at first


class EventGrid:
    """One grid on its way through the layers.

    ``layer`` is the number of layers computed so far, ``fixed`` says that the last of them changed
    nothing, so that none will, ``failed`` that the next one leaves the network's codes. With
    ``keep_log``, ``log`` and ``log_starts`` hold every change (see the kernel).
    """

    def __init__(self, patches: PatchTable, grid: Codes, *, keep_log: bool = False) -> None:
        rows, columns = grid.shape
        self.patches = patches
        self.shape = (rows, columns)
        self.layer = 0
        self.fixed = self.failed = False
        words = patches.encode(grid)
        self._grids = np.stack([words, words])
        tiles = (words.size >> TILE_BITS) + 1
        self._lists = np.empty((2, tiles), dtype=np.int64)
        self._work = np.full((2, tiles, 3), -1, dtype=np.int64)
        self._counts = np.zeros(2, dtype=np.int64)
        # Before the first layer everything is new.
        first, last = columns + 2, (rows + 1) * (columns + 1)
        self._counts[0] = enlist(self._lists[0], self._work[0], first, last, -2, 0)
        self._lookup = lookup_arguments(patches)
        self._scratch = scratch_space(patches)
        # A layer changes at most every word.
        self.log: Words = np.empty((2, 2 * words.size if keep_log else 0), dtype=np.uint32)
        self.log_starts = np.zeros(FIRST_LOG_LAYERS if keep_log else 1, dtype=np.int64)

    def advance(self, layers: int) -> None:
        """Compute up to ``layers`` more layers."""
        stop = self.layer + layers
        reason = LOG_FULL
        while reason == LOG_FULL:
            layer, reason = advance(
                self._grids,
                self.layer,
                stop,
                self.shape[1] + 1,
                self._lookup,
                self._scratch,
                self._lists,
                self._work,
                self._counts,
                self.log,
                self.log_starts,
            )
            self.layer = int(layer)
            if reason == LOG_FULL:
                self._grow_log()
        self.fixed = bool(self._counts[self.layer % 2] == 0)
        self.failed = bool(reason == LEFT_CODES)

    @property
    def changed(self) -> int:
        """The last layer that changed something, as far as is known."""
        return self.layer - int(self.fixed)

    @property
    def words(self) -> Words:
        """The words after :attr:`layer` layers, flat."""
        words: Words = self._grids[self.layer % 2]
        return words

    def codes(self) -> Codes:
        """The grid after :attr:`layer` layers."""
        return self.patches.decode(self.words, self.shape)

    def _grow_log(self) -> None:
        check_memory(2 * (self.log.nbytes + self.log_starts.nbytes), "the log of all changes")
        if self.layer + 1 >= self.log_starts.size:
            self.log_starts = np.concatenate([self.log_starts, np.zeros_like(self.log_starts)])
        else:
            self.log = np.concatenate([self.log, np.empty_like(self.log)], axis=1)


class EventExecutor(Executor):
    """Evaluates a pixel when its patch has changed. The table is made with the executor."""

    name: ClassVar[str] = "event"
    bytes_per_pixel: ClassVar[int] = 16

    def __init__(self, network: RCNN, *, most_combinations: int = MOST_COMBINATIONS) -> None:
        super().__init__(network)
        self.patches = patch_table(network, most_combinations=most_combinations)
        self._units = flatten(network.convolution, np.int64)

    def run(self, grids: npt.ArrayLike, layers: int, *, record: bool = False) -> Run:
        start = self.check_input(grids, layers, record=record)
        states = [EventGrid(self.patches, grid) for grid in start]
        history = [start]
        with worker_threads(len(states)) as run_all:
            for count in slices(layers, shortest=record):
                run_all(partial(EventGrid.advance, layers=count), states)
                self._check(states)
                self.tell(max(state.layer for state in states), layers)
                if all(state.fixed for state in states):
                    break
                if record:
                    history.append(np.stack([state.codes() for state in states]))
        computed = max(state.changed for state in states)
        last = np.stack([state.codes() for state in states])
        return Run(last, layers, computed, self.name, np.stack(history) if record else None)

    def forward_backward(self, grid: npt.ArrayLike, layers: int) -> ForwardBackward:
        start = self.check_input(np.asarray(grid)[None], layers, record=False)
        state = EventGrid(self.patches, start[0], keep_log=True)
        for count in slices(layers):
            state.advance(count)
            self._check([state])
            if state.fixed:
                break
        words, shift = state.words, self.patches.code_shift
        counts = np.zeros(self.network.highest - self.network.lowest + 1, dtype=np.int64)
        count_codes(words, shift, counts)
        counts[self.network.padding - self.network.lowest] = 0
        gradient = np.empty(words.size, dtype=np.int64)
        spread(words, shift, self._head_slopes(counts), gradient)
        ended, place = pull_back(
            words,
            shift,
            self.network.lowest,
            state.shape[1] + 1,
            state.log,
            state.log_starts,
            state.changed,
            layers,
            gradient,
            largest_gradient(self.network),
            self._units,
            self.network.convolution[-1].scale,
        )
        if ended == NO_SLOPE:
            self._explain(words, int(place), state.shape[1] + 1)
        if ended == TOO_LARGE:
            raise gradient_too_large(self.network)
        output = self.network.output_of_counts(counts)
        return ForwardBackward(output, inside(gradient, state.shape).copy())

    def _head_slopes(self, counts: Integers) -> Integers:
        """The head's slope at each code that occurs, found once; 0 at the others."""
        slopes = np.zeros_like(counts)
        occurring = np.flatnonzero(counts)
        codes = (occurring + self.network.lowest).astype(np.int16)
        slopes[occurring] = head_gradient(self.network, codes[None])[0]
        return slopes

    def _explain(self, words: Words, place: int, stride: int) -> NoReturn:
        """Raise what the reference says about a patch without a Jacobian."""
        places = [place + row * stride + column for row in (-1, 0, 1) for column in (-1, 0, 1)]
        codes = (words[places] >> np.uint32(self.patches.code_shift)).astype(np.int64)
        jacobian(self.network, codes[None] + self.network.lowest)
        raise AssertionError("the reference executor finds a Jacobian here")

    def _check(self, states: list[EventGrid]) -> None:
        failed = [number for number, state in enumerate(states) if state.failed]
        if failed:
            number = min(failed, key=lambda n: (states[n].layer, n))
            state = states[number]
            next_grids(self, state.codes()[None], state.layer + 1, first=number)
            raise AssertionError(f"layer {state.layer + 1} is no failure in the reference executor")


def slices(layers: int, *, shortest: bool = False) -> Iterator[int]:
    """Numbers of layers that add up to ``layers``, each of which takes a fraction of a second.

    Between them the interpreter has its turn, so that an interrupt is noticed.
    """
    count = 1 if shortest else 256
    while layers > 0:
        begun = perf_counter()
        yield min(count, layers)
        layers -= count
        if not shortest:
            elapsed = perf_counter() - begun
            count = 4 * count if elapsed < 0.05 else max(1, count // 2) if elapsed > 0.5 else count
