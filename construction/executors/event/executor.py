"""The event executor: only pixels whose patch changed in the layer before are evaluated.

The weights recur over depth, so a pixel whose patch did not change in the layer before does not
change in this one, whatever the network is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from time import perf_counter
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from construction.executors.definition.reference import next_grids
from construction.executors.event.grid import EventGrid
from construction.executors.event.passes import EventPass
from construction.executors.executor import Executor, ForwardBackward, Run
from construction.executors.table.patch_table import MOST_COMBINATIONS, patch_table
from construction.executors.threads import worker_threads
from construction.network.rcnn import RCNN


class EventExecutor(Executor):
    """Evaluates a pixel when its patch has changed. The table is made with the executor."""

    name: ClassVar[str] = "event"
    bytes_per_pixel: ClassVar[int] = 16

    def __init__(self, network: RCNN, *, most_combinations: int = MOST_COMBINATIONS) -> None:
        super().__init__(network)
        self.patches = patch_table(network, most_combinations=most_combinations)
        self._passes: list[EventPass] = []

    def run(self, grids: npt.ArrayLike, layers: int, *, record: bool = False) -> Run:
        start = self.check_input(grids, layers, record=record)
        rows, columns = start.shape[1:]
        states = [EventGrid(self.patches, (rows, columns)) for _ in start]
        for state, grid in zip(states, start, strict=True):
            state.start(grid)
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
        start = self.check_input(np.asarray(grid)[None], layers, record=False)[0]
        # What a pass needs room for is kept for the next one; another thread makes its own.
        one = self._passes.pop() if self._passes else None
        if one is None or one.shape != start.shape:
            one = EventPass(self.patches, start.shape)
        state = one.state
        state.start(start)
        for count in slices(layers):
            state.advance(count)
            self._check([state])
            if state.fixed:
                break
        result = one.backward(layers)
        self._passes.append(one)
        return result

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
