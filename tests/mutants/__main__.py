"""The command: draw mutants of the checker, run the tests on each, and print the score of every room, and of all together.

The score of all rooms together decides about the exit code: a room's sample is too small to say whether the room has 95 %.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from tests.mutants.draw import Mutant, draw
from tests.mutants.rooms import ROOMS, ROOT, equivalents, sources
from tests.mutants.score import Pooled, Results, Score, digest, key
from tests.mutants.trial import TestsFailError, load, verdicts

GOAL = 0.95
EXIT_BAD_INPUT, EXIT_INTERRUPTED = 2, 130


def main() -> int:
    """Run it; 1 if all rooms together have less than 95 %, 2 if tests fail without any change, 130 on Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("rooms", metavar="ROOM", nargs="*", help=f"of {', '.join(ROOMS)}")
    many = parser.add_mutually_exclusive_group()
    many.add_argument("--sample", type=int, default=25, help="places drawn of each room (25)")
    many.add_argument("--all", action="store_true", help="every place, one mutant at each")
    parser.add_argument("--seed", type=int, default=0, help="of the draw (0)")
    parser.add_argument(
        "--resume",
        metavar="FILE",
        type=Path,
        help="keep in a file what is known of mutants, and skip them",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    unknown = [name for name in options.rooms if name not in ROOMS]
    if unknown:
        parser.error(f"there is no room {unknown[0]!r}; there are {', '.join(ROOMS)}")
    try:
        results = Results(options.resume and options.resume.absolute())
    except (OSError, ValueError, KeyError, TypeError) as error:
        parser.error(f"{options.resume} is no file of results: {error}")
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    console = Console(highlight=False, markup=False, soft_wrap=True, stderr=options.json)
    load()
    scores: list[Score] = []
    code = 0
    count = None if options.all else options.sample
    try:
        for name in options.rooms or ROOMS:
            scores.append(_score(name, count, options.seed, results, console))
    except TestsFailError as error:
        console.print(f"{error}\n{name}: its tests fail without any change")
        code = EXIT_BAD_INPUT
    except KeyboardInterrupt:
        console.print(f"interrupted; {name} is not counted")
        code = EXIT_INTERRUPTED
    pooled = Pooled.of(scores) if scores else None
    if pooled is not None and len(scores) > 1:
        console.print(str(pooled))
    if options.json:
        whole = None if pooled is None else vars(pooled)
        print(json.dumps({"rooms": [each.as_json() for each in scores], "pooled": whole}, indent=1))
    return code or int(pooled is not None and pooled.share < GOAL)


def _score(name: str, count: int | None, seed: int, results: Results, console: Console) -> Score:
    """A room's score."""
    places, mutants = draw(ROOMS[name].files(), count, seed)
    score = Score(name, places)
    same = equivalents()
    others = [each for each in mutants if not any(one.holds(each) for one in same)]
    score.equivalent = len(mutants) - len(others)
    with Progress(console=console, transient=True) as progress:
        found = _fates(others, ROOMS[name].tests, results)
        for mutant, killed in progress.track(found, total=len(others), description=name):
            if killed:
                score.killed += 1
            else:
                score.survivors.append(str(mutant))
                console.print(f"survives: {mutant}")
    console.print(str(score))
    return score


def _fates(
    mutants: list[Mutant], tests: tuple[str, ...], results: Results
) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant, with whether it is killed: what is known, and then what is tried."""
    files = digest(sources())
    left = []
    for mutant in mutants:
        known = results.get(key(files, mutant))
        if known is None:
            left.append(mutant)
        else:
            yield mutant, known
    for mutant, killed in verdicts(left, tests) if left else ():
        results.add(key(files, mutant), killed)
        yield mutant, killed


if __name__ == "__main__":
    sys.exit(main())
