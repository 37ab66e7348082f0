"""Where the layers of one of our networks lead: to a grid that stays, to a cycle of grids, or not yet.

One layer is one step of a deterministic map on grids of codes. So a grid that comes again proves a
cycle, and a layer that changes nothing proves a fixed point. Neither is guessed: grids are compared
whole. Brent's algorithm finds the cycle with the memory of a few grids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from construction.executors.definition.patches import jacobian, patches_of
from construction.executors.executor import Codes, Executor
from construction.network.rcnn import RCNN
from construction.rules.patch import POSITIONS

CHUNK_BYTES: Final = 2**22  #: of grids that are recorded at once
LONGEST_CHUNK: Final = 256  #: layers


@dataclass(frozen=True, eq=False)
class Settling:
    """What became of a grid.

    *fixed*: from layer ``layer`` on nothing changes. *cycle*: from layer ``layer`` on the grids come
    again every ``period`` layers. *undecided*: neither within ``layer`` layers. ``grid`` is the grid
    of that layer, ``(rows, columns)``.
    """

    outcome: Literal["fixed", "cycle", "undecided"]
    layer: int
    period: int
    grid: Codes


def settle(
    executor: Executor,
    grid: npt.ArrayLike,
    layers: int,
    done: Callable[[int], object] = lambda _layer: None,
) -> Settling:
    """Follow the layers from ``grid`` ``(rows, columns)``, at most ``layers`` of them.

    A cycle is found if it begins and has come round within that many layers, give or take the factor
    2 of Brent's algorithm. Raises what :meth:`~construction.executors.executor.Executor.run` raises.
    """
    first = np.asarray(grid)
    kept, power, since = first, 1, 0
    layer, now = 0, first
    for layer, now, same in _walk(executor, first, layers):
        if same:
            return Settling("fixed", layer - 1, 1, now)
        since += 1
        if np.array_equal(now, kept):
            return _beginning(executor, first, since)
        if since == power:
            kept, power, since = now, 2 * power, 0
        done(layer)
    return Settling("undecided", layer, 0, now)


def _beginning(executor: Executor, first: npt.NDArray[np.integer], period: int) -> Settling:
    """The first layer of a cycle whose period is known: two walks, one a period ahead."""
    endless = 2**62
    ahead = _walk(executor, first, endless)
    far = first
    for _ in range(period):
        _, far, _ = next(ahead)
    near, layer = first, 0
    for layer, after, _ in _walk(executor, first, endless):
        if np.array_equal(near, far):
            return Settling("cycle", layer - 1, period, np.asarray(near))
        near = after
        _, far, _ = next(ahead)
    raise AssertionError("a walk without end ended")


def _walk(
    executor: Executor, grid: npt.NDArray[np.integer], layers: int
) -> Iterator[tuple[int, Codes, bool]]:
    """The number of each layer, the grid after it, and whether that is the grid before it."""
    done, now = 0, grid
    while done < layers:
        chunk = min(LONGEST_CHUNK, layers - done, max(1, CHUNK_BYTES // (2 * now.size)))
        run = executor.run(now[None], chunk, record=True)
        for step in range(1, run.computed + 1):
            yield done + step, run.at(step)[0], False
        done, now = done + run.computed, run.grids[0]
        if run.computed < chunk:
            yield done + 1, now, True
            return


def spectrum(network: RCNN, grid: npt.ArrayLike) -> Counter[int]:
    """The eigenvalues of one layer's Jacobian at a grid ``(rows, columns)``, with multiplicities.

    They are read off the diagonal, so the Jacobian must be the one of cells that depend on
    themselves alone. Raises :class:`ValueError` when it is not: a derivative by a neighbour is not 0.
    """
    codes = np.asarray(grid)[None].astype(np.int16)
    slopes = jacobian(network, patches_of(codes, network.padding))
    own = POSITIONS.index("C")
    if np.delete(slopes, own, axis=1).any():
        raise ValueError(
            "a cell's derivative by a neighbour is not 0, so this is no diagonal matrix"
        )
    return Counter(slopes[:, own].tolist())
