"""The grids of a batch, each by itself, on all cores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import numpy as np

from construction.executors.executor import Codes, Executor, Run
from construction.executors.threads import slices, worker_threads


class GridState(Protocol):
    """One grid on its way through the layers."""

    layer: int
    fixed: bool

    @property
    def changed(self) -> int:
        """The last layer that changed something, as far as is known."""

    @property
    def evaluated(self) -> int:
        """How many pixels were evaluated so far."""

    def advance(self, layers: int) -> None:
        """Compute up to so many more layers."""

    def codes(self) -> Codes:
        """The grid after :attr:`layer` layers."""


State = TypeVar("State", bound=GridState)


def run_side_by_side(
    executor: Executor,
    states: Sequence[State],
    start: Codes,
    layers: int,
    check: Callable[[Sequence[State]], object],
    *,
    record: bool,
) -> Run:
    """The run of a batch whose grids are in ``states``, at layer 0; ``check`` may raise on the way."""
    history = [start]
    with worker_threads(len(states)) as run_all:
        for count in slices(layers, shortest=record):
            run_all(lambda state: state.advance(count), states)  # noqa: B023
            check(states)
            executor.tell(max(state.layer for state in states), layers)
            if all(state.fixed for state in states):
                break
            if record:
                history.append(np.stack([state.codes() for state in states]))
    computed = max(state.changed for state in states)
    last = np.stack([state.codes() for state in states])
    evaluated = sum(state.evaluated for state in states)
    kept = np.stack(history) if record else None
    return Run(last, layers, computed, executor.name, kept, evaluated)
