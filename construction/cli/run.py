"""``rcnn run``: run a cellular automaton as a network."""

from __future__ import annotations

import argparse
from typing import Final

from construction.cli.automaton import run_automaton
from construction.executors.catalogue import EXECUTORS

GENERATIONS: Final = 100


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "name",
        metavar="NAME",
        help="a cellular automaton in Golly's notation, such as B3/S23 or W110",
    )
    parser.add_argument(
        "--input",
        metavar="PATTERN",
        help="a file with a pattern, plain text or RLE, or a row of . (dead) and O (alive)",
    )
    parser.add_argument(
        "--generations",
        metavar="N",
        type=_count,
        default=GENERATIONS,
        help="generations of the automaton, a layer each (default: %(default)s)",
    )
    parser.add_argument(
        "--margin",
        metavar="N",
        type=_count,
        help="dead cells around the pattern, outside of which nothing ever lives (default: as many "
        "as there are generations, so that nothing reaches the edge)",
    )
    parser.add_argument(
        "--executor",
        choices=EXECUTORS,
        default="auto",
        help="what runs the network (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Run it, and print the last generation."""
    return run_automaton(
        arguments.name,
        arguments.input,
        arguments.generations,
        arguments.margin,
        arguments.executor,
        as_json=arguments.json,
    )


def _count(text: str) -> int:
    """A number from 0 on; argparse reports the ValueError."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} is negative; it should be 0 or more")
    return number
