"""The automatic executor: leaves a run to the executor that suits it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
import numpy.typing as npt

from construction.errors import NetworkError
from construction.executors.catalogue import load_executor
from construction.executors.costs import COSTS
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.executor import MOST_TOGETHER, Codes, Executor, ForwardBackward, Run
from construction.executors.planes.turns import PlanesTurns
from construction.executors.sweep.executor import DENSE_TOGETHER, TABULATED_TOGETHER, pieces_of
from construction.executors.threads import cores
from construction.executors.vectorised.executor import VectorisedExecutor
from construction.kernels import is_compiled, is_loaded
from construction.network.layers import Integers
from construction.network.rcnn import RCNN
from construction.progress import Progress

if TYPE_CHECKING:
    from construction.executors.event.executor import EventExecutor
    from construction.executors.event.grid import EventGrid
    from construction.executors.planes.executor import PlanesExecutor

#: Evaluations of single units that are not worth a table, if compiled code is loaded.
UNITS_WORTH_A_TABLE: Final = 2**18
#: The same if it is not.
UNITS_WORTH_LOADING: Final = 2**22
#: Seconds of work without compiled code after which it is worth compiling, which takes longer, but once.
WORTH_COMPILING: Final = 4.0
#: Seconds of work after which it is worth loading what is compiled.
WORTH_LOADING: Final = 0.5
#: Bytes for the history of a pass without compiled code, at most.
MOST_HISTORY: Final = 2**28
#: The module of the event executor's kernel.
KERNELS: Final = "construction.executors.event.kernel"
#: Nanoseconds of work by the event executor that are worth asking how much changes.
WORTH_ASKING: Final = 3e6
PATCH: Final = 9  #: pixels that may see a change
#: Layers after which it is asked for the first time how much of the grid changes.
PROBE: Final = 64
#: Layers that every pixel is computed for before it is asked again, at first, and at most; but always as
#: many as are :data:`WORTH_ASKING`.
BETWEEN_PROBES: Final = (16, 1024)


class AutoExecutor(Executor):
    """The first small runs go to the reference executor, and the next ones to the vectorised one.

    Neither needs compiled code, which takes long to compile once, and some time to load. Many small runs
    are as much work as a large one: when as much time has passed as compiling or loading is worth, all
    that follows goes to compiled code. That is the event executor while little enough changes, and
    otherwise planes, or the one that computes every pixel at the least cost; the costs of each are measured
    (:mod:`construction.executors.costs`). The run's ``executor`` names all that took part.
    """

    name: ClassVar[str] = "auto"
    bytes_per_pixel: ClassVar[int] = 24  #: the most that one of the others takes

    def __init__(self, network: RCNN) -> None:
        super().__init__(network)
        self._reference = ReferenceExecutor(network)
        self._work = 0  # evaluations of single units that were asked for
        self._spent = 0.0  # seconds of the vectorised executor
        # By shape, pixel updates of the largest run that planes were not ready for.
        self._without_planes: dict[tuple[int, ...], int] = {}

    @cached_property
    def _vectorised(self) -> VectorisedExecutor:
        return VectorisedExecutor(self.network)

    @cached_property
    def _event(self) -> EventExecutor:
        from construction.executors.event.executor import EventExecutor  # noqa: PLC0415

        return EventExecutor(self.network)

    @cached_property
    def _sweep(self) -> Executor:
        """The executor that computes every pixel at the least cost."""
        return load_executor("tabulated" if self._tabulated else "dense", self.network)

    @cached_property
    def _planes(self) -> PlanesExecutor:
        from construction.executors.planes.executor import PlanesExecutor  # noqa: PLC0415

        return PlanesExecutor(self.network)

    def _every(self, start: Codes) -> float:
        """Nanoseconds for a layer of these grids for which every pixel is computed."""
        every = COSTS.sweep(self.network, start.size, tabulated=self._tabulated)
        return every / self._threads(start.shape)

    def _turns(self, start: Codes, layers: int, *, record: bool) -> PlanesTurns | None:
        """The turns of planes; None for a batch, a run whose history is kept, and where they were not ready for as much work."""
        if record or len(start) > 1 or not self._tabulated:
            return None
        shape = start.shape[1:]
        if start.size * layers <= self._without_planes.get(shape, 0):
            return None
        return PlanesTurns(lambda: self._planes, shape, layers, self._every(start))

    @property
    def _loaded(self) -> bool:
        """Is compiled code in use?"""
        return "_event" in vars(self)

    @property
    def _tabulated(self) -> bool:
        return self._vectorised.patches.tabulated

    def choose(self, pixels: int, layers: int, *, backward: bool = False) -> Executor:
        """The executor to begin the next run with, which has so many pixels in all its grids.

        ``backward``: it is a forward and backward pass.
        """
        self._work += self.network.nodes(pixels, layers)
        executor: Executor
        ready = is_loaded(KERNELS, "advance")
        if self._work < (UNITS_WORTH_A_TABLE if ready else UNITS_WORTH_LOADING):
            executor = self._reference
        elif not ready and self._is_small(pixels, layers, backward=backward):
            executor = self._vectorised
        else:
            executor = self._event
        executor.progress = self.progress
        return executor

    def _is_little(self, updates: int) -> bool:
        """Is it too little work to ask how much of it changes, even if all does?"""
        cost = COSTS.event(self.network, updates, tabulated=self._tabulated)
        return cost < WORTH_ASKING

    def _is_small(self, pixels: int, layers: int, *, backward: bool) -> bool:
        """Is this run, after those before it, less work than to compile or to load the kernels?"""
        if self._loaded or not self._tabulated:
            return False
        if backward and pixels * layers * self._vectorised.bytes_per_pixel > MOST_HISTORY:
            return False
        seconds = self._spent + COSTS.vectorised(pixels, layers)
        if seconds < WORTH_LOADING:
            return True
        kernel = "gradient.pull_back" if backward else "kernel.advance"
        return seconds < WORTH_COMPILING and not is_compiled(kernel)

    @contextmanager
    def _timed(self, executor: Executor) -> Iterator[Executor]:
        """Count the seconds that the vectorised executor takes."""
        begun = perf_counter()
        yield executor
        if executor.name == VectorisedExecutor.name:
            self._spent += perf_counter() - begun

    def run(self, grids: npt.ArrayLike, layers: int, *, record: bool = False) -> Run:
        executor = self.choose(np.size(grids), layers)
        start = np.asarray(grids)
        if (
            not self._loaded
            or executor is not self._event
            or self._is_little(start.size * layers)
            or start.ndim != 3
            or self._event.shares(start, layers)
        ):
            with self._timed(executor):
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
        # Without a table the event executor's first layer may take as long as a hundred of the others'.
        executor: Executor = self._event if self._tabulated else self._sweep
        length, done = PROBE if self._tabulated else 1, 0
        between, most_between = BETWEEN_PROBES
        between = max(between, int(WORTH_ASKING / self._every(start)))
        # A batch does not stop in the middle.
        most_together = max(PROBE, layers // 8)
        planes = self._turns(start, layers, record=record)
        if planes is not None and planes.next:
            executor = planes.executor
        elif not self._tabulated and self._every(start) * layers < WORTH_ASKING:
            length = layers
        now = start
        runs: list[Run] = []
        while done < layers:
            executor.progress = self._told_from(done, layers)
            if planes is not None:
                planes.left = layers - done
            if planes is not None and executor.name == "planes":
                run = planes.executor.run_while(now, layers - done, planes.planes_suit)
            elif executor is self._event and len(start) == 1:
                suits = partial(self._suits, start.shape, planes)
                run = self._event.run_while(now, layers - done, suits, record=record)
            else:
                run = executor.run(now, min(length, layers - done), record=record)
            runs.append(run)
            before, now = now, run.grids
            done += run.computed
            if run.computed < run.layers:
                break
            if planes is not None and executor.name == "planes":
                # Where they stopped though they suited they cannot go on.
                planes = None if planes.next else planes
                executor = self._event
            elif planes is not None and executor is self._event and planes.next:
                if planes.ready():
                    executor = planes.executor
                else:
                    planes, self._without_planes[start.shape[1:]] = None, start.size * layers
            elif executor is self._event:
                if len(start) > 1 and self._suits(
                    start.shape, None, run.evaluated, 0, run.computed
                ):
                    length = min(4 * length, most_together)
                else:
                    executor, length = self._sweep, between
                    if planes is not None:
                        planes.forget()
            elif length > 1:
                # How much changes in one layer?
                length = 1
            elif self._event_would_suit(before, now, layers - done):
                executor, length = self._event, PROBE
            else:
                length = between
                between = max(between, min(4 * between, most_between))
        names = "+".join(
            dict.fromkeys(run.executor for run in runs if run.computed or (run.layers and not done))
        )
        history = None
        if record:
            parts = [
                runs[0].history,
                *(run.history[1:] for run in runs[1:] if run.history is not None),
            ]
            history = np.concatenate([part for part in parts if part is not None])
        return Run(runs[-1].grids, layers, done, names, history)

    def _suits(
        self,
        shape: tuple[int, ...],
        planes: PlanesTurns | None,
        evaluated: int,
        stretches: int,
        layers: int,
        state: EventGrid | None = None,
    ) -> bool:
        """Was it cheaper to evaluate so many pixels, in so many stretches, than it would have been to compute every one in these layers?

        And is it not yet worth changing to ``planes``, which know from where the event executor stands?
        """
        if planes is not None and state is not None:
            if not planes.event_suits(evaluated, stretches, layers, state):
                return False
            if planes.best:
                return True
        own = COSTS.event(self.network, evaluated, stretches, tabulated=self._tabulated)
        updates = math.prod(shape) * max(1, layers)
        other = COSTS.sweep(self.network, updates, tabulated=self._tabulated)
        return own / min(shape[0], cores()) <= other / self._threads(shape)

    def _threads(self, shape: tuple[int, ...]) -> float:
        """How many times as fast as one the threads are that compute every pixel of a batch ``(batch, rows, columns)``."""
        together = TABULATED_TOGETHER if self._tabulated else DENSE_TOGETHER
        pieces = pieces_of(shape, together)
        # Up to so many rows beside a part are computed by two: one less in each layer.
        twice = (pieces - 1) * together
        return min(cores(), shape[0] * pieces) / (1 + twice / shape[1])

    def _event_would_suit(self, before: Codes, after: Codes, layers: int) -> bool:
        """Would it be cheaper, if the next layers change as many pixels as this one and all neighbours were evaluated?

        The first layer is evaluated as a whole.
        """
        layers = min(layers, PROBE)
        changed = int(np.count_nonzero(before != after))
        evaluated = after.size + min(after.size, PATCH * changed) * layers
        own = COSTS.event(self.network, evaluated, tabulated=self._tabulated)
        other = COSTS.sweep(self.network, after.size * layers, tabulated=self._tabulated)
        return own / min(len(after), cores()) < other / self._threads(after.shape)

    def _told_from(self, done: int, layers: int) -> Progress | None:
        if self.progress is None:
            return None
        tell = self.progress
        return lambda what, more, _total: tell(what, done + more, layers)

    def totals(
        self,
        grid: npt.NDArray[np.integer],
        signs: npt.NDArray[np.integer],
        layers: int,
        tables: Sequence[Integers],
    ) -> list[Integers]:
        executor = self.choose(len(signs) * grid.size, layers)
        alone = len(signs) == 1  # its run may be one by planes
        if self._loaded and executor is self._event and (alone or not self._tabulated):
            return super().totals(grid, signs, layers, tables)
        with self._timed(executor):
            return executor.totals(grid, signs, layers, tables)

    def together(self, pixels: int) -> int:
        return MOST_TOGETHER if self._tabulated else super().together(pixels)

    def forward_backward(self, grid: npt.ArrayLike, layers: int) -> ForwardBackward:
        executor = self.choose(np.size(grid), layers, backward=True)
        with self._timed(executor):
            return executor.forward_backward(grid, layers)

    def forward_backward_signs(
        self, grid: npt.NDArray[np.integer], signs: npt.NDArray[np.integer], layers: int
    ) -> ForwardBackward:
        executor = self.choose(grid.size, layers, backward=True)
        with self._timed(executor):
            return executor.forward_backward_signs(grid, signs, layers)
