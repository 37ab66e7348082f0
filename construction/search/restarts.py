"""Corollary 2's numbers: how many restarts, and how many validation examples.

A draw of the weights succeeds with probability ``p``. With ``R`` independent draws at least one succeeds
with probability ``1 - (1-p)^R >= 1 - e^(-p R)``. Each draw's classifier is tested on ``M`` validation
examples. By Hoeffding's inequality a measured error is off by ``eps/2`` or more with probability at most
``2 e^(-M eps^2 / 2)``, and by the union bound any of the ``R`` is with probability at most ``R`` times that.
If none is, the draw with the least measured error is at most ``eps`` worse than the best.
``rcnn verify`` checks these functions (``proofs_check/optimality/restarts.py``).
"""

from __future__ import annotations

from math import ceil, exp, log
from typing import Final

LARGEST_LOG: Final = 700.0  #: its exponential is still a float


def restarts(log_probability: float, delta: float) -> int:
    """Draws after which one has succeeded, except with probability ``delta / 2``.

    ``log_probability`` is the natural logarithm of a draw's probability of success, because the
    probability itself may be too small for a float. Raises :class:`ValueError` when the number is too
    large for one; its logarithm is :func:`log_restarts`.
    """
    if log_probability > 0 or not 0 < delta < 1:
        raise ValueError("log_probability should be at most 0 and delta between 0 and 1")
    if log_probability < -LARGEST_LOG:
        raise ValueError("the number of restarts is too large; log_restarts gives its logarithm")
    return ceil(exp(-log_probability) * log(2 / delta))


def log_restarts(log_probability: float, delta: float) -> float:
    """The natural logarithm of the number of restarts, for any probability."""
    return -log_probability + log(log(2 / delta))


def validation_examples(log_count: float, epsilon: float, delta: float) -> int:
    """Validation examples that choose among ``e^log_count`` classifiers.

    The chosen one's error is at most ``epsilon`` above the best one's, except with probability
    ``delta / 2``.
    """
    if log_count < 0 or not 0 < epsilon < 1 or not 0 < delta < 1:
        raise ValueError("log_count should be at least 0, epsilon and delta between 0 and 1")
    return ceil(2 / epsilon**2 * (log_count + log(4 / delta)))
