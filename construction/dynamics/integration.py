"""The flow of a threshold-linear network, integrated in time by SciPy.

The end is one of three: *fixed* when the flow has come close to a fixed point that is then found
exactly, *diverges* when the state leaves every reasonable bound, and *undecided* otherwise. A network
is not said to oscillate: no finite run shows that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from construction.dynamics.threshold_linear import FixedPoint, ThresholdLinearNetwork
from construction.errors import ConstructionError
from construction.extras import missing_extra

END: Final = 1000.0  #: units of tau
BOUND: Final = 1e6  #: times the largest input: beyond that the flow counts as divergent
CLOSE: Final = 1e-6  #: how near the flow must come to an exact fixed point, relative to its size


@dataclass(frozen=True)
class Response:
    """How the flow ended: the outcome, the time in units of ``tau``, and the last state.

    ``point`` is the exact fixed point that the flow came close to, if it is *fixed*.
    """

    outcome: Literal["fixed", "diverges", "undecided"]
    time: float
    state: npt.NDArray[np.float64]
    point: FixedPoint | None = None


def respond(
    network: ThresholdLinearNetwork,
    start: Sequence[float] | None = None,
    *,
    end: float = END,
) -> Response:
    """Follow the flow from ``start`` (default: 0) for at most ``end`` units of ``tau``.

    Raises :class:`~construction.errors.ConstructionError` for a start or a time that is no finite number, or
    a time that is not more than 0, and :class:`~construction.extras.MissingExtraError` without SciPy.
    """
    if start is not None and not np.isfinite(start).all():
        raise ConstructionError("the flow should start from finite numbers")
    if not 0 < end < np.inf:
        raise ConstructionError(f"the time is {end:g}; it should be finite, and more than 0")
    try:
        from scipy.integrate import solve_ivp  # noqa: PLC0415
    except ModuleNotFoundError:
        raise missing_extra("SciPy", "dynamics") from None
    weights = np.array(network.weights, dtype=float)
    drive = np.array(network.input, dtype=float)
    first = np.zeros(network.size) if start is None else np.asarray(start, dtype=float)
    bound = BOUND * max(1.0, np.abs(drive).max(), np.abs(first).max())
    speed = 1e-9 * max(1.0, np.abs(drive).max())

    def flow(_: float, state: npt.NDArray[np.float64]) -> Any:
        return weights @ np.maximum(state, 0) + drive - state

    def diverges(_: float, state: npt.NDArray[np.float64]) -> float:
        return float(bound - np.abs(state).max())

    def rests(time: float, state: npt.NDArray[np.float64]) -> float:
        return float(np.abs(flow(time, state)).max() - speed)

    diverges.terminal = rests.terminal = True  # type: ignore[attr-defined]
    run = solve_ivp(
        flow, (0, end), first, method="LSODA", rtol=1e-9, atol=1e-12, events=(diverges, rests)
    )
    time, state = float(run.t[-1]), np.asarray(run.y[:, -1])
    if run.t_events[0].size:
        return Response("diverges", time, state)
    # Which neurons are on says which equation the fixed point solves; the flow need only be near.
    point = network.on_support(np.flatnonzero(state > 0).tolist())[1]
    if point is not None:
        distance = np.abs(np.array(point.state, dtype=float) - state).max()
        if distance <= CLOSE * max(1.0, np.abs(state).max()):
            return Response("fixed", time, state, point)
    return Response("undecided", time, state)
