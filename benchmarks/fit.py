"""What a user of scikit-learn waits for: ``fit`` of the classifier, all SGD steps and its own check."""

from __future__ import annotations

from time import perf_counter
from typing import Final

import numpy as np

from benchmarks.measure import Row
from construction.errors import ConstructionError
from construction.extras import MissingExtraError

#: Examples, features, and seconds.
GOALS: Final = ((2000, 20, 1.5), (10_000, 50, 30.0))


def fit_rows(sizes: tuple[tuple[int, int, float], ...] = GOALS) -> list[Row]:
    """Parities of half of the features, that ``fit`` must find: its check of all examples is a part of it."""
    try:
        from construction.learning.estimator import RCNNClassifier  # noqa: PLC0415
    except MissingExtraError as error:
        return [Row("RCNNClassifier().fit: seconds", None, None, "at most", str(error))]
    rows = []
    # All but the first find compiled code in place.
    for m, d, goal in ((1000, 8, 0.0), *sizes):
        features = np.random.default_rng(m).integers(0, 2, (m, d))
        labels = features[:, : d // 2].sum(axis=1) % 2
        begun = perf_counter()
        model = RCNNClassifier().fit(features, labels)
        seconds = perf_counter() - begun
        if not model.consistent_:
            raise ConstructionError("the trained network contradicts a parity")
        if goal:
            name = f"RCNNClassifier().fit, {m} x {d}: seconds"
            rows.append(Row(name, seconds, goal, "at most"))
    return rows
