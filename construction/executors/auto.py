"""The automatic executor: leaves a run to the executor that suits it."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import ClassVar, Final

import numpy as np
import numpy.typing as npt

from construction.errors import NetworkError
from construction.executors.costs import COSTS
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.event.executor import EventExecutor
from construction.executors.executor import Codes, Executor, ForwardBackward, Run
from construction.executors.sweep.dense import DenseExecutor
from construction.executors.sweep.tabulated import TabulatedExecutor
from construction.executors.threads import cores
from construction.network.rcnn import RCNN
from construction.progress import Progress

#: Evaluations of single units that take about as long as loading the compiled code.
UNITS_WORTH_COMPILING: Final = 2**22
#: Layers after which it is asked for the first time how much of the grid changes.
PROBE: Final = 64
#: Layers, in probes, that every pixel is computed for before it is asked again.
BETWEEN_PROBES: Final = 16


class AutoExecutor(Executor):
    """The first small runs go to the reference executor, which needs no compiled code.

    Many small runs are as much work as a large one: once the reference has done as much as is worth
    compiling, all that follows goes to compiled code. That is the event executor while little enough
    changes, and otherwise the one that computes every pixel at the least cost; the costs of each are
    measured (:mod:`construction.executors.costs`). The run's ``executor`` names all that took part.
    """

    name: ClassVar[str] = "auto"
    bytes_per_pixel: ClassVar[int] = max(
        EventExecutor.bytes_per_pixel,
        ReferenceExecutor.bytes_per_pixel,
        TabulatedExecutor.bytes_per_pixel,
        DenseExecutor.bytes_per_pixel,
    )

    def __init__(self, network: RCNN) -> None:
        super().__init__(network)
        self._reference = ReferenceExecutor(network)
        self._work = 0  # evaluations of single units that were asked for

    @cached_property
    def _event(self) -> EventExecutor:
        return EventExecutor(self.network)

    @cached_property
    def _sweep(self) -> Executor:
        """The executor that computes every pixel at the least cost."""
        if self._event.patches.tabulated:
            return TabulatedExecutor(self.network)
        return DenseExecutor(self.network)

    def choose(self, pixels: int, layers: int) -> Executor:
        """The executor to begin the next run with, which has so many pixels in all its grids."""
        self._work += self.network.nodes(pixels, layers)
        executor = self._reference if self._work < UNITS_WORTH_COMPILING else self._event
        executor.progress = self.progress
        return executor

    def run(self, grids: npt.ArrayLike, layers: int, *, record: bool = False) -> Run:
        executor = self.choose(np.size(grids), layers)
        start = np.asarray(grids)
        if (
            executor is not self._event
            or layers <= PROBE
            or start.ndim != 3
            or self._event.shares(start, layers)
        ):
            return executor.run(grids, layers, record=record)
        start = self.check_input(grids, layers, record=record)
        try:
            return self._run_in_turns(start, layers, record=record)
        except NetworkError:
            # The same once more, for the number of the layer.
            executor.progress = None
            return self._event.run(grids, layers, record=record)

    def _run_in_turns(self, start: Codes, layers: int, *, record: bool) -> Run:
        """Some layers by one executor, and then, by how much changed, the next by the one that suits."""
        executor: Executor = self._event
        length, done = PROBE, 0
        now = start
        runs: list[Run] = []
        while done < layers:
            executor.progress = self._told_from(done, layers)
            run = executor.run(now, min(length, layers - done), record=record)
            runs.append(run)
            done, now = done + run.computed, run.grids
            if run.computed < run.layers:
                break
            if executor is self._event and not self._suits(run):
                executor, length = self._sweep, BETWEEN_PROBES * PROBE
            elif executor is self._event:
                length *= 2
            else:
                executor, length = self._event, PROBE
        names = "+".join(dict.fromkeys(run.executor for run in runs))
        history = None
        if record:
            parts = [
                runs[0].history,
                *(run.history[1:] for run in runs[1:] if run.history is not None),
            ]
            history = np.concatenate([part for part in parts if part is not None])
        return Run(runs[-1].grids, layers, done, names, history)

    def _suits(self, run: Run) -> bool:
        """Was it cheaper to evaluate what changed than it would have been to compute every pixel?"""
        batch, rows, columns = run.grids.shape
        updates = batch * rows * columns * max(1, run.computed)
        own = COSTS.event(self.network, run.evaluated, tabulated=self._event.patches.tabulated)
        other = COSTS.sweep(self.network, updates, tabulated=self._event.patches.tabulated)
        return bool(own / min(batch, cores()) <= other / cores())

    def _told_from(self, done: int, layers: int) -> Progress | None:
        if self.progress is None:
            return None
        tell = self.progress
        return lambda what, more, _total: tell(what, done + more, layers)

    def outputs(
        self, grid: npt.NDArray[np.integer], signs: npt.NDArray[np.integer], layers: int
    ) -> list[Fraction]:
        executor = self.choose(len(signs) * grid.size, layers)
        if executor is self._event and not self._event.patches.tabulated:
            return super().outputs(grid, signs, layers)
        return executor.outputs(grid, signs, layers)

    def together(self, pixels: int) -> int:
        return self._event.together(pixels)

    def forward_backward(self, grid: npt.ArrayLike, layers: int) -> ForwardBackward:
        return self.choose(np.size(grid), layers).forward_backward(grid, layers)
