"""``rcnn describe``: the architecture of Definition 5 with a network's numbers."""

from __future__ import annotations

import argparse

from construction.cli.numbers import natural, positive
from construction.errors import ConstructionError
from construction.machines.on_tape import MachineOnTape
from construction.programs.program import Program
from construction.sources.names import HELP, compilable, find, learner


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("name", metavar="NAME", help=HELP)
    parser.add_argument(
        "--examples", metavar="M", type=natural, help="training examples of a program that learns"
    )
    parser.add_argument("--features", metavar="D", type=positive, help="features of each")


def run(arguments: argparse.Namespace) -> int:
    """Print the picture; with sizes, those of the network for such a data set."""
    network, _ = compilable(arguments.name).compiled()
    m, d = arguments.examples, arguments.features
    if (m is None) != (d is None):
        raise ConstructionError("--examples M and --features D go together")
    if m is None:
        network.describe()
        return 0
    found = find(arguments.name)
    if not isinstance(found, Program | MachineOnTape):
        raise ConstructionError(f"{arguments.name} reads no data set; leave out --examples")
    program = learner(arguments.name)
    network.describe(rows=program.memory_rows(m, d), features=d, layers=program.depth(m, d))
    return 0
