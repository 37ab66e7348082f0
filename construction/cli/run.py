"""``rcnn run``: run a machine or a cellular automaton as a network."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Final

from rich.text import Text

from construction.cli.console import Console
from construction.cli.numbers import natural, positive
from construction.cli.report import progress_bars
from construction.errors import ConstructionError, RuleError
from construction.executors.catalogue import EXECUTORS
from construction.formats.golly import format_cells, parse_automaton
from construction.machines.on_tape import MachineOnTape
from construction.programs.program import Program
from construction.rules.cellular_automaton import CellularAutomaton
from construction.running.automaton import evolve, with_margin
from construction.running.machine import MachineReport, run_machine
from construction.sources.files import read_pattern
from construction.sources.names import find

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
        return _run_automaton(found, arguments)
    file = found if arguments.input is None else found.with_input(arguments.input)
    with progress_bars() as show:
        report = run_machine(
            file,
            arguments.executor,
            arguments.max_steps,
            arguments.tape,
            show,
        )
    return _show_report(report, file, as_json=arguments.json)


def _run_automaton(automaton: CellularAutomaton, arguments: argparse.Namespace) -> int:
    """Print the last generation; of an elementary automaton, all of them."""
    pattern, generations = arguments.input, arguments.generations
    if pattern is None:
        raise ConstructionError(
            f"{automaton.name} needs a pattern to start from; give --input a file (.cells or RLE), "
            f"or a row of . and O"
        )
    start = read_pattern(pattern)
    if start.rule is not None and parse_automaton(start.rule).name != automaton.name:
        raise RuleError(
            f"{pattern}: the pattern is made for {start.rule}, not for {automaton.name}; run "
            f"{start.rule}, or take the rule out of the file"
        )
    cells = with_margin(automaton, start.cells, generations, arguments.margin)
    report, shown = evolve(automaton, cells, generations, arguments.executor)
    if arguments.json:
        print(json.dumps(asdict(report)))
        return 0
    print(format_cells(shown), end="")
    print(
        f"{report.rule}: generation {generations:,}, {report.populations[-1]:,} alive"
        + (" (it stands still)" if report.still else "")
        + f"; {report.pixels:,} pixels, {report.nodes:,} nodes, {report.seconds:.1f} s"
    )
    return 0


def _show_report(report: MachineReport, file: MachineOnTape, *, as_json: bool) -> int:
    """Print it. The tape is cut to the width of the terminal."""
    if as_json:
        print(json.dumps(asdict(report)))
        return 0
    console = Console()
    machine = file.machine
    how = f"halted after {report.steps:,} steps in state {report.state!r}"
    if report.ran_off:
        how = f"ran off its tape of {report.pixels:,} cells after {report.steps:,} steps; use a longer --tape"
    elif not report.halted and report.steps < report.layers:
        how = f"does not halt: after {report.steps:,} steps nothing changes any more"
    elif not report.halted:
        how = f"has not halted after {report.steps:,} steps; use a larger --max-steps to go on"
    if report.verdict:
        how += f" with the verdict {report.verdict:+d}"
    console.print(Text(f"{machine.name} {how}"))
    console.print(
        Text(
            f"{report.nonblank:,} cells are not blank; a network with {report.layers:,} layers of "
            f"{report.pixels:,} pixels, {report.nodes:,} nodes; {report.seconds:.1f} s"
        )
    )
    for line in report.tape:
        fits = len(line) <= console.width
        console.print(Text(line if fits else f"{line[: console.width - 1]}~"))
    return 0
