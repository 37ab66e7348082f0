"""What became of the mutants of a room, and of several rooms together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from math import hypot
from pathlib import Path

from scipy.stats import binomtest

from tests.mutants.draw import Mutant

CONFIDENCE = 0.95


@dataclass
class Score:
    """Of ``places`` where a room can be changed, so many were drawn; ``survivors`` are lines to be shown."""

    room: str
    places: int
    killed: int = 0
    equivalent: int = 0
    survivors: list[str] = field(default_factory=list)

    @property
    def counted(self) -> int:
        """Mutants that are not equivalent."""
        return self.killed + len(self.survivors)

    @property
    def share(self) -> float:
        """The share of these that tests notice."""
        return self.killed / self.counted if self.counted else 1.0

    def interval(self) -> tuple[float, float]:
        """In which the share of all mutants lies, with confidence 95 % (Clopper and Pearson)."""
        if not self.counted or self.killed + self.equivalent + len(self.survivors) == self.places:
            return self.share, self.share
        found = binomtest(self.killed, self.counted).proportion_ci(CONFIDENCE, method="exact")
        return float(found.low), float(found.high)

    def __str__(self) -> str:
        low, high = self.interval()
        drawn = self.counted + self.equivalent
        return (
            f"{self.room:<12} {drawn} drawn of {self.places} places: {self.killed} killed, "
            f"{len(self.survivors)} survive, {self.equivalent} equivalent: {self.share:.1%} "
            f"({low:.1%} to {high:.1%})"
        )

    def as_json(self) -> dict[str, object]:
        """The score as plain data."""
        return {**asdict(self), "score": self.share, "interval": self.interval()}


@dataclass(frozen=True)
class Pooled:
    """The share of all rooms: each room's share weighs as many places as the room has.

    The interval combines the rooms' own intervals (the method of variance estimates recovery of Zou and Donner): the
    distances from the shares to their ends, weighted, as if they were at right angles.
    """

    rooms: int
    places: int
    drawn: int
    share: float
    low: float
    high: float

    @classmethod
    def of(cls, scores: Sequence[Score]) -> Pooled:
        """Of one room or more."""
        places = sum(each.places for each in scores)
        weights = [each.places / places for each in scores]
        share = sum(w * each.share for w, each in zip(weights, scores, strict=True))
        ends = [each.interval() for each in scores]
        below, above = (
            hypot(
                *(
                    w * (each.share - end[k])
                    for w, each, end in zip(weights, scores, ends, strict=True)
                )
            )
            for k in (0, 1)
        )
        drawn = sum(each.counted + each.equivalent for each in scores)
        return cls(len(scores), places, drawn, share, share - below, share + above)

    def __str__(self) -> str:
        return (
            f"{self.rooms} rooms, {self.drawn} drawn of {self.places} places, each room weighted by its places: "
            f"{self.share:.1%} ({self.low:.1%} to {self.high:.1%})"
        )


class Results:
    """Whether mutants were killed, in a file, a line of JSON for each; without a file nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        text = path.read_text(encoding="utf-8") if path is not None and path.exists() else ""
        self._known: dict[str, bool] = {}
        for line in text.splitlines():
            entry = json.loads(line)
            self._known[entry["key"]] = bool(entry["killed"])

    def get(self, key: str) -> bool | None:
        """What is known of a mutant under its key."""
        return self._known.get(key)

    def add(self, key: str, killed: bool) -> None:
        """Keep what became of a mutant."""
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"key": key, "killed": killed}) + "\n")


def digest(files: Sequence[Path]) -> str:
    """Of the text of files: what became of a mutant depends on the checker, its tests and how they are run."""
    found = hashlib.sha256()
    for path in sorted(files):
        found.update(path.read_bytes())
    return found.hexdigest()


def key(files: str, mutant: Mutant) -> str:
    """A mutant's, with the digest of the files."""
    return f"{mutant} {hashlib.sha256((files + mutant.source).encode()).hexdigest()}"
