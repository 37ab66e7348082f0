"""The vectorised executor: nothing has to be compiled, and only what may change is looked up."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final, NoReturn

import numpy as np
import numpy.typing as npt

from construction.executors.definition.reference import next_grids
from construction.executors.executor import Executor, ForwardBackward, Run, check_memory
from construction.executors.table.patch_table import MOST_COMBINATIONS, patch_table
from construction.executors.threads import slices, worker_threads
from construction.executors.vectorised.backwards import Backwards
from construction.executors.vectorised.boxes import BoxGrids
from construction.network.rcnn import RCNN

#: Pixels of the grids that are computed together; their words should stay in the cache.
PIXELS_TOGETHER: Final = 2**16


class VectorisedExecutor(Executor):
    """Looks pixels up with NumPy; a network without a table goes through its units."""

    name: ClassVar[str] = "vectorised"
    bytes_per_pixel: ClassVar[int] = 24

    def __init__(self, network: RCNN, *, most_combinations: int = MOST_COMBINATIONS) -> None:
        super().__init__(network)
        self.patches = patch_table(network, most_combinations=most_combinations)
        self._backwards = Backwards(self.patches)

    def run(self, grids: npt.ArrayLike, layers: int, *, record: bool = False) -> Run:
        start = self.check_input(grids, layers, record=record)
        size = max(1, PIXELS_TOGETHER // start[0].size)
        firsts = range(0, len(start), size)
        parts = [BoxGrids(self.patches, start[first : first + size]) for first in firsts]
        histories = [[part.codes()] if record else [] for part in parts]

        def through(count: int, number: int) -> None:
            """Compute more layers of a part, and keep its codes if they are asked for."""
            part = parts[number]
            stop = part.layer + count
            while part.layer < stop and not part.fixed and part.step() is not None:
                if record:
                    histories[number].append(part.codes())

        with worker_threads(len(parts)) as run_all:
            for count in slices(layers):
                run_all(partial(through, count), range(len(parts)))
                failed = [number for number, part in enumerate(parts) if part.failed]
                if failed:
                    number = min(failed, key=lambda each: parts[each].layer)
                    self._refuse(parts[number], firsts[number])
                self.tell(max(part.layer for part in parts), layers)
                if all(part.fixed for part in parts):
                    break
        computed = max(part.changed for part in parts)
        kept = None
        if record:
            kept = np.stack(
                [
                    np.concatenate([part[min(layer, len(part) - 1)] for part in histories])
                    for layer in range(computed + 1)
                ]
            )
        last = np.concatenate([part.codes() for part in parts])
        evaluated = sum(part.evaluated for part in parts)
        return Run(last, layers, computed, self.name, kept, evaluated)

    def forward_backward(self, grid: npt.ArrayLike, layers: int) -> ForwardBackward:
        start = self.check_input(np.asarray(grid)[None], layers, record=False)
        state = BoxGrids(self.patches, start)
        changes, size = [], start.size * self.bytes_per_pixel
        while state.layer < layers:
            change = state.step()
            if change is None:
                break
            changes.append(change)
            size += change.words.nbytes
            check_memory(size, "the changes of all layers")
        if state.failed:
            self._refuse(state, 0)
        return self._backwards(state, changes, layers)

    def _refuse(self, part: BoxGrids, first: int) -> NoReturn:
        """Raise what the reference says about the layer after those of a part."""
        next_grids(self, part.codes(), part.layer + 1, first=first)
        raise AssertionError(f"layer {part.layer + 1} is no failure in the reference executor")
