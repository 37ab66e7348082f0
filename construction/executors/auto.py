"""The automatic executor: leaves a run to the executor that suits it."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, Final

import numpy as np
import numpy.typing as npt

from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.event.executor import EventExecutor
from construction.executors.executor import Executor, ForwardBackward, Run
from construction.network.rcnn import RCNN

#: Evaluations of single units that take about as long as loading the compiled code.
UNITS_WORTH_COMPILING: Final = 2**22


class AutoExecutor(Executor):
    """The first small runs go to the reference executor, which needs no compiled code; the others to event.

    Many small runs are as much work as a large one: once the reference has done as much as is worth
    compiling, all that follows goes to event. The run's ``executor`` says which it was.
    """

    name: ClassVar[str] = "auto"
    bytes_per_pixel: ClassVar[int] = max(
        EventExecutor.bytes_per_pixel, ReferenceExecutor.bytes_per_pixel
    )

    def __init__(self, network: RCNN) -> None:
        super().__init__(network)
        self._reference = ReferenceExecutor(network)
        self._work = 0  # evaluations of single units that were asked for

    @cached_property
    def _event(self) -> EventExecutor:
        return EventExecutor(self.network)

    def choose(self, pixels: int, layers: int) -> Executor:
        """The executor for the next run, with so many pixels in all its grids."""
        self._work += self.network.nodes(pixels, layers)
        executor = self._reference if self._work < UNITS_WORTH_COMPILING else self._event
        executor.progress = self.progress
        return executor

    def run(self, grids: npt.ArrayLike, layers: int, *, record: bool = False) -> Run:
        return self.choose(np.size(grids), layers).run(grids, layers, record=record)

    def forward_backward(self, grid: npt.ArrayLike, layers: int) -> ForwardBackward:
        return self.choose(np.size(grid), layers).forward_backward(grid, layers)
