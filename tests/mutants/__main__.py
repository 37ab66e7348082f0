"""The command: draw mutants of the checker, run the tests on each, and print the score of every room."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import Progress
from scipy.stats import binomtest

from tests.mutants.draw import Mutant, draw
from tests.mutants.rooms import ROOMS, ROOT, equivalents
from tests.mutants.trial import TestsFailError, load, verdicts

GOAL = 0.95
CONFIDENCE = 0.95


@dataclass
class Score:
    """What became of the mutants of a room: of ``places`` where it can be changed, so many were drawn."""

    room: str
    places: int
    killed: int = 0
    equivalent: int = 0
    survivors: list[Mutant] = field(default_factory=list)

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
        return {
            "room": self.room,
            "places": self.places,
            "killed": self.killed,
            "equivalent": self.equivalent,
            "survivors": [str(each) for each in self.survivors],
            "score": self.share,
            "interval": self.interval(),
        }


def main() -> int:
    """Run it; 1 if a room has less than 95 %, 2 if the tests of a room fail without any change."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("rooms", metavar="ROOM", nargs="*", help=f"of {', '.join(ROOMS)}")
    many = parser.add_mutually_exclusive_group()
    many.add_argument("--sample", type=int, default=25, help="places drawn of each room (25)")
    many.add_argument("--all", action="store_true", help="every place, one mutant at each")
    parser.add_argument("--seed", type=int, default=0, help="of the draw (0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    unknown = [name for name in options.rooms if name not in ROOMS]
    if unknown:
        parser.error(f"there is no room {unknown[0]!r}; there are {', '.join(ROOMS)}")
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    console = Console(highlight=False, markup=False, soft_wrap=True, stderr=options.json)
    load()
    scores = []
    for name in options.rooms or ROOMS:
        count = None if options.all else options.sample
        places, mutants = draw(ROOMS[name].files(), count, options.seed)
        score = Score(name, places)
        try:
            _try(score, mutants, ROOMS[name].tests, console)
        except TestsFailError as error:
            console.print(f"{error}\n{name}: its tests fail without any change")
            return 2
        scores.append(score)
        console.print(str(score))
    if options.json:
        print(json.dumps([each.as_json() for each in scores], indent=1))
    return int(any(each.share < GOAL for each in scores))


def _try(score: Score, mutants: list[Mutant], tests: tuple[str, ...], console: Console) -> None:
    """Try every mutant that is not known to be equivalent."""
    known = equivalents()
    others = [each for each in mutants if not any(same.holds(each) for same in known)]
    score.equivalent = len(mutants) - len(others)
    with Progress(console=console, transient=True) as progress:
        found = verdicts(others, tests)
        for mutant, killed in progress.track(found, total=len(others), description=score.room):
            if killed:
                score.killed += 1
            else:
                score.survivors.append(mutant)
                console.print(f"survives: {mutant}")


if __name__ == "__main__":
    sys.exit(main())
