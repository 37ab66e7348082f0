"""``rcnn search``: how likely random weights are a learner, and which learners they are."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Final

from construction.cli.numbers import natural, positive
from construction.cli.search_methods import (
    DRAWS,
    METHODS,
    REPETITIONS,
    RUNS,
    repeated_restarts,
)
from construction.cli.search_report import show, show_repeated
from construction.errors import ConstructionError
from construction.search.anneal import CHANGES
from construction.search.corollary2 import summary
from construction.search.own_task import load_battery
from construction.search.tasks import TASKS

MOST_NUMBER: Final = 2**62  #: so that a seed, and what is added to it, has 64 bits

COROLLARY_2: Final = "restarts with --epsilon and --delta"
#: The options that only some methods have.
OWN_OPTIONS: Final = {
    "exact": ("entries", "order", "gpu"),
    "restarts": ("draws", "seed"),
    "anneal": ("runs", "changes", "three-way", "rising-weights", "seed"),
    COROLLARY_2: ("epsilon", "delta", "noise", "repetitions", "size", "seed"),
}


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "task",
        metavar="TASK",
        help=f"what to learn: {', '.join(TASKS)}; a YAML file with targets and sizes; or a CSV file, the last "
        f"column being the label",
    )
    parser.add_argument("--states", metavar="S", type=positive, default=2, help="default: 2")
    parser.add_argument(
        "--symbols",
        metavar="G",
        type=positive,
        default=3,
        help="bits and blank included; default: 3",
    )
    parser.add_argument(
        "--method",
        choices=tuple(METHODS),
        default="exact",
        help="the exact probability; uniform draws; or annealing from random tables (default: %(default)s)",
    )
    parser.add_argument(
        "--train",
        metavar="M",
        type=positive,
        help="the first M rows of a CSV file train (default: half)",
    )
    exact = parser.add_argument_group("exact")
    exact.add_argument(
        "--entries",
        metavar="N",
        type=positive,
        help="decide at most N entries of a table, for lower bounds (default: all)",
    )
    exact.add_argument(
        "--order", metavar="SEED", type=natural, help="take the battery in another order"
    )
    exact.add_argument(
        "--gpu",
        action="store_const",
        const=True,
        help="walk the tree on an NVIDIA GPU (extra: cuda)",
    )
    others = parser.add_argument_group("restarts and anneal")
    others.add_argument(
        "--draws", metavar="N", type=positive, help=f"restarts (default: {DRAWS:,})"
    )
    others.add_argument("--runs", metavar="N", type=positive, help=f"anneal (default: {RUNS})")
    others.add_argument(
        "--changes", metavar="N", type=positive, help=f"of a run (default: {CHANGES:,})"
    )
    others.add_argument(
        "--three-way",
        action="store_const",
        const=True,
        help="anneal: only machines that never move up, so they read the examples one after the other",
    )
    others.add_argument(
        "--rising-weights",
        action="store_const",
        const=True,
        help="anneal: what is answered wrong weighs more after every change that is taken; a gain for some tasks",
    )
    others.add_argument("--seed", metavar="S", type=natural, help="default: 0")
    corollary = parser.add_argument_group(
        "restarts as in Corollary 2, with noisy examples and validation"
    )
    corollary.add_argument("--epsilon", type=float, help="how much worse than the best target")
    corollary.add_argument("--delta", type=float, help="how often it may fail")
    corollary.add_argument("--noise", type=float, help="how often a label is wrong (default: 0)")
    corollary.add_argument(
        "--size",
        metavar=("M", "D"),
        nargs=2,
        type=positive,
        help="examples and features (default: 1 1)",
    )
    corollary.add_argument(
        "--repetitions", metavar="N", type=positive, help=f"default: {REPETITIONS}"
    )
    parser.add_argument(
        "--resume",
        metavar="DIR",
        type=Path,
        help="keep results in this directory, and go on from those that are there",
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="work on the cluster of this Dask scheduler"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Search, and print what was found; what there is so far, if interrupted."""
    method = arguments.method
    if method == "restarts" and arguments.epsilon is not None:
        method = COROLLARY_2
    _check_options(arguments, method)
    if method == COROLLARY_2:
        code, experiment, repeated = repeated_restarts(arguments)
        if arguments.json:
            figures = summary(experiment, repeated)
            print(json.dumps({"task": experiment.task.name, "method": "restarts", **figures}))
        else:
            show_repeated(experiment, repeated)
        return code
    code, outcome = METHODS[method](arguments, load_battery(arguments.task, arguments.train))
    if arguments.json:
        print(json.dumps(outcome.to_json()))
    else:
        show(outcome)
    return code


def _check_options(arguments: argparse.Namespace, method: str) -> None:
    """Refuse an option that the method would ignore."""
    for option in sorted({each for options in OWN_OPTIONS.values() for each in options}):
        given = getattr(arguments, option.replace("-", "_"))
        if given is not None and option not in OWN_OPTIONS[method]:
            with_it = [name for name, options in OWN_OPTIONS.items() if option in options]
            raise ConstructionError(
                f"--{option} says nothing to the method {method}; it belongs to {' and to '.join(with_it)}"
            )
    for option in ("changes", "draws", "repetitions", "runs", "seed"):
        if (getattr(arguments, option) or 0) > MOST_NUMBER:
            raise ConstructionError(
                f"--{option} is {getattr(arguments, option)}; it should be at most {MOST_NUMBER}"
            )
    if arguments.gpu and arguments.scheduler:
        raise ConstructionError("--gpu and --scheduler say two places to work; give one of them")
    if method == COROLLARY_2 and (arguments.resume or arguments.train):
        raise ConstructionError("--resume and --train say nothing to restarts with --epsilon")
