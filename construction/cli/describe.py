"""``rcnn describe``: the architecture of Definition 5 with a network's numbers."""

from __future__ import annotations

import argparse

from construction.cli.data_options import add_size_options, size_of
from construction.errors import ConstructionError
from construction.machines.on_tape import MachineOnTape
from construction.programs.program import Program
from construction.sources.names import HELP, compilable, find, learner


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("name", metavar="NAME", help=HELP)
    add_size_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the picture; with sizes, those of the network for such a data set."""
    size = size_of(arguments)
    network, _ = compilable(arguments.name).compiled(size)
    if size is None:
        network.describe()
        return 0
    m, d = size
    found = find(arguments.name)
    if not isinstance(found, Program | MachineOnTape):
        raise ConstructionError(f"{arguments.name} reads no data set; leave out --examples")
    program = learner(arguments.name)
    network.describe(rows=program.memory_rows(m, d), features=d, layers=program.depth(m, d))
    return 0
