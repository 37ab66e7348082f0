"""The kinds of learners: when their dummy example comes, how many rows they have, and which scenes there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from proofs_check.patterns.given import (
    KEYS,
    LITERALS,
    MEMORISING,
    ONE_ROW,
    PIVOTS,
    PREDICTING,
    REDUCING,
    STARTING,
    STREAMING,
    UNMASKING,
)
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.scene import Given

D, M = variable("d"), variable("m")
PIVOTS_LEARNER: Final = "triangular row reduction"


@dataclass(frozen=True)
class Learner:
    """When the dummy example comes, how many rows of memory there are, and which scenes."""

    dummy: str
    rows: Linear
    scenes: Mapping[str, Given]


STORES_EXAMPLES = Learner("last", M + 1, {"memorising": MEMORISING, "predicting": PREDICTING})
#: What learns from a stream, by what it computes; everything else stores its examples.
ONLINE = {
    "online row reduction": Learner("first", D + 1, {"starting": STARTING, "streaming": STREAMING}),
    "online conjunction": Learner(
        "never", Linear((), 1), {"starting": ONE_ROW, "streaming": LITERALS}
    ),
    "online associative memory": Learner("never", M + 1, {"streaming": KEYS}),
    PIVOTS_LEARNER: Learner("first", D + 1, {"starting": STARTING, "streaming": PIVOTS}),
}
#: What predicts in two scenes, on a line.
ON_LINE = {
    "row reduction on a line": Learner(
        "last",
        M + 1,
        {"memorising": MEMORISING, "unmasking": UNMASKING, "reducing": REDUCING},
    ),
}
LEARNERS: Mapping[str, Learner] = {**ONLINE, **ON_LINE}
