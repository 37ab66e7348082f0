"""``rcnn run``: run a machine or a cellular automaton as a network."""

from __future__ import annotations

import argparse
from typing import Final

from construction.cli.automaton import run_automaton
from construction.cli.machine_run import run_machine, show_report
from construction.cli.numbers import natural, positive
from construction.cli.report import progress_bars
from construction.cli.sources import find
from construction.errors import ConstructionError
from construction.executors.catalogue import EXECUTORS
from construction.programs.program import Program
from construction.rules.cellular_automaton import CellularAutomaton

GENERATIONS: Final = 100
MAX_STEPS: Final = 100_000_000


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "name",
        metavar="NAME",
        help="a machine in a YAML file or in the busy-beaver text format, such as 1RB1LA_1LA1RZ, or a "
        "cellular automaton in Golly's notation, such as B3/S23 or W110",
    )
    parser.add_argument(
        "--input",
        metavar="TEXT",
        help="the tape of a machine; or the pattern of an automaton: a file, plain text or RLE, or a "
        "row of . (dead) and O (alive)",
    )
    machines = parser.add_argument_group("machines")
    machines.add_argument(
        "--max-steps",
        metavar="N",
        type=natural,
        default=MAX_STEPS,
        help="stop after so many steps, a layer each (default: %(default)s)",
    )
    machines.add_argument(
        "--tape",
        metavar="N",
        type=positive,
        help="the cells of a one-tape machine's tape (default: as many as it needs)",
    )
    automata = parser.add_argument_group("cellular automata")
    automata.add_argument(
        "--generations",
        metavar="N",
        type=natural,
        default=GENERATIONS,
        help="generations of the automaton, a layer each (default: %(default)s)",
    )
    automata.add_argument(
        "--margin",
        metavar="N",
        type=natural,
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
    """Run it, and print how it ended."""
    found = find(arguments.name)
    if isinstance(found, Program):
        raise ConstructionError(
            f"{found.name} is a program that learns; use rcnn learn --program {found.name}, or "
            f"rcnn trace {found.name}"
        )
    if isinstance(found, CellularAutomaton):
        return run_automaton(
            arguments.name,
            arguments.input,
            arguments.generations,
            arguments.margin,
            arguments.executor,
            as_json=arguments.json,
        )
    file = found if arguments.input is None else found.with_input(arguments.input)
    with progress_bars() as show:
        report = run_machine(
            file,
            arguments.executor,
            arguments.max_steps,
            arguments.tape,
            lambda steps: show("steps", steps, arguments.max_steps),
        )
    return show_report(report, file, as_json=arguments.json)
