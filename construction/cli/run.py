"""``rcnn run``: run a machine or a cellular automaton as a network."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from typing import Final

from rich.text import Text

from construction.cli.console import Console
from construction.cli.numbers import natural, positive, refuse
from construction.cli.report import counted, progress_bars
from construction.errors import ConstructionError
from construction.executors.catalogue import EXECUTORS
from construction.formats.golly import format_cells
from construction.machines.on_tape import MachineOnTape
from construction.programs.program import Program
from construction.rules.cellular_automaton import CellularAutomaton
from construction.running.automaton import evolve, with_margin
from construction.running.machine import MachineReport, run_machine
from construction.sources.files import pattern_for
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
        help=f"stop after so many steps, a layer each (default: {MAX_STEPS})",
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
        help=f"generations of the automaton, a layer each (default: {GENERATIONS})",
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
        refuse(arguments, f"{found.name} is a cellular automaton", "max_steps", "tape")
        return _run_automaton(found, arguments)
    refuse(arguments, f"{arguments.name} is a machine", "generations", "margin")
    most = MAX_STEPS if arguments.max_steps is None else arguments.max_steps
    file = found if arguments.input is None else found.with_input(arguments.input)
    with progress_bars() as show:
        report = run_machine(
            file,
            arguments.executor,
            most,
            arguments.tape,
            show,
        )
    return _show_report(report, file, as_json=arguments.json)


def _run_automaton(automaton: CellularAutomaton, arguments: argparse.Namespace) -> int:
    """Print the last generation; of an elementary automaton, all of them."""
    pattern = arguments.input
    generations = GENERATIONS if arguments.generations is None else arguments.generations
    if pattern is None:
        raise ConstructionError(
            f"{automaton.name} needs a pattern to start from; give --input a file (.cells or RLE), "
            f"or a row of . and O"
        )
    start = pattern_for(automaton, pattern)
    cells = with_margin(automaton, start, generations, arguments.margin)
    # Where the living cells are is counted from the first cell of the pattern.
    above, before = (
        (whole - own) // 2 for whole, own in zip(cells.shape, start.shape, strict=True)
    )
    report, shown = evolve(automaton, cells, generations, arguments.executor)
    report = replace(report, row=report.row - above, column=report.column - before)
    if arguments.json:
        print(json.dumps(asdict(report)))
        return 0
    print(format_cells(shown), end="")
    print(
        f"{report.rule}: generation {generations:,}, {report.populations[-1]:,} alive"
        + (" (it stands still)" if report.still else "")
        + (
            f", from row {report.row}, column {report.column} of the pattern on"
            if len(cells) > 1
            else ""
        )
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
    steps = counted(report.steps, "step")
    how = f"halted after {steps} in state {report.state!r}"
    if report.halted and report.symbol in file.unknown:
        how += f" on {report.symbol!r}, a symbol that its table does not speak of"
    if report.ran_off:
        how = f"ran off its tape of {counted(report.pixels, 'cell')} after {steps}; use a longer --tape"
    elif not report.halted and report.steps < report.layers:
        how = f"does not halt: after {steps} nothing changes any more"
    elif not report.halted:
        how = f"has not halted after {steps}; use a larger --max-steps to go on"
    if report.verdict:
        how += f" with the verdict {report.verdict:+d}"
    console.print(Text(f"{machine.name} {how}"))
    console.print(
        Text(
            f"{counted(report.nonblank, 'cell')} {'is' if report.nonblank == 1 else 'are'} not blank; a network with "
            f"{counted(report.layers, 'layer')} of {counted(report.pixels, 'pixel')}, "
            f"{counted(report.nodes, 'node')}; {report.seconds:.1f} s"
        )
    )
    for line in report.tape:
        fits = len(line) <= console.width
        console.print(Text(line if fits else f"{line[: console.width - 1]}~"))
    return 0
