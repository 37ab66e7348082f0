"""``rcnn trace``: watch a machine or a network run, step by step, in the terminal."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Final

import numpy as np
from rich.text import Text

from construction.cli.console import Console
from construction.cli.numbers import natural, positive
from construction.cli.show import shown
from construction.errors import ConstructionError
from construction.machines.on_tape import MachineOnTape
from construction.programs.program import Program
from construction.rules.cellular_automaton import CellularAutomaton
from construction.running.frames import (
    Frame,
    FrameCell,
    machine_frames,
    network_frames,
    program_frames,
)
from construction.sources.names import HELP, find

#: Frames of a machine that are shown when no ``--to`` says otherwise.
ENOUGH: Final = 1000

_COLOURS: Final = ("cyan", "yellow", "green", "magenta", "red", "blue", "bright_cyan", "bright_red")
_FAINT: Final = ("memory", "blank")  #: roles


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("name", metavar="NAME", help=HELP)
    parser.add_argument("--input", metavar="TEXT", help="the tape of a machine in a file")
    parser.add_argument(
        "--network", action="store_true", help="run the network of a machine in a file"
    )
    parser.add_argument(
        "--examples",
        metavar="M",
        type=natural,
        default=4,
        help="random training examples of a program (default: %(default)s)",
    )
    parser.add_argument(
        "--features",
        metavar="D",
        type=positive,
        default=3,
        help="features of each (default: %(default)s)",
    )
    parser.add_argument(
        "--seed",
        metavar="S",
        type=natural,
        default=0,
        help="for the examples (default: %(default)s)",
    )
    parser.add_argument(
        "--from", dest="first", metavar="A", type=natural, default=0, help="begin with step A"
    )
    parser.add_argument(
        "--to",
        dest="last",
        metavar="B",
        type=natural,
        help=f"end with step B (of a machine in a file: {ENOUGH})",
    )
    parser.add_argument(
        "--every", metavar="N", type=positive, default=1, help="show every N-th step, and the last"
    )
    parser.add_argument(
        "--only-head", action="store_true", help="one line a step: the head, without the tape"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the frames."""
    found = find(arguments.name)
    if isinstance(found, CellularAutomaton):
        raise ConstructionError(
            f"{found.name} is a cellular automaton; rcnn run {found.name} shows its generations"
        )
    if isinstance(found, Program):
        for option in ("input", "network"):
            if getattr(arguments, option):
                raise ConstructionError(
                    f"--{option} is for a machine in a file; {arguments.name} is a bundled program, "
                    f"whose network runs on a data set"
                )
        if arguments.only_head and found.machine is None:
            raise ConstructionError(
                f"{arguments.name} is a cellular program and has no head; leave out --only-head"
            )
        frames = _of_program(found, arguments)
        last = arguments.last
    else:
        last = ENOUGH if arguments.last is None else arguments.last
        frames = _of_file(found, arguments, last)
    if last is not None and last < arguments.first:
        raise ConstructionError(f"--from {arguments.first} is after the last step, {last}")
    printer = _Printer(Console(), only_head=arguments.only_head)
    for frame in select(frames, arguments.first, last, arguments.every):
        printer.frame(frame)
    printer.end(arguments.first)
    return 0


def select(frames: Iterator[Frame], first: int, last: int | None, every: int) -> Iterator[Frame]:
    """The frames from ``first`` to ``last``, every n-th of them, and the final one in any case.

    The memory after each SGD step comes before layer 0, and is there when that is.
    """
    skipped = None
    for frame in frames:
        if frame.unit == "SGD step":
            if first == 0:
                yield frame
            continue
        if last is not None and frame.number > last:
            break
        if frame.number >= first and (frame.number - first) % every == 0:
            skipped = None
            yield frame
        elif frame.number >= first:
            skipped = frame
    if skipped is not None:
        yield skipped


def _of_file(file: MachineOnTape, arguments: argparse.Namespace, last: int) -> Iterator[Frame]:
    if arguments.input is not None:
        file = file.with_input(arguments.input)
    return network_frames(file, last) if arguments.network else machine_frames(file)


def _of_program(program: Program, arguments: argparse.Namespace) -> Iterator[Frame]:
    """The program's network on random examples whose labels are a parity of some features."""
    rng = np.random.default_rng(arguments.seed)
    bits = rng.integers(0, 2, (arguments.examples + 1, arguments.features))
    labels = bits @ rng.integers(0, 2, arguments.features) % 2
    signs = 1 - 2 * bits
    return program_frames(program, signs[:-1], 1 - 2 * labels[:-1], signs[-1])


class _Printer:
    """Prints frames so that they fit the width of the terminal."""

    def __init__(self, console: Console, *, only_head: bool) -> None:
        self.console = console
        self.only_head = only_head
        self.colours: dict[str, str] = {}
        self.marks: dict[str, str] = {}
        self.width = 1
        self.latest: Frame | None = None

    def frame(self, frame: Frame) -> None:
        """One frame: a line that says what it is, and the grid."""
        self.latest = frame
        line = Text(f"{frame.unit} {frame.number}", "bold").append(f"  {frame.phase}", "not bold")
        if frame.head is not None:
            head = frame.head
            line.append(f"  {head.state} on {shown(head.symbol)}, {head.place}", "not bold")
        self.console.print(line)
        if not self.only_head:
            self._grid(frame)

    def end(self, first: int) -> None:
        """What the marks mean, and whether the run was over."""
        if self.latest is None:
            self.console.print(f"the run is over before step {first}")
            return
        if self.latest.phase != "halted":
            self.console.print(f"not halted after {self.latest.unit} {self.latest.number}")
        if self.marks:
            meanings = ", ".join(f"{mark} {kind}" for kind, mark in self.marks.items())
            self.console.print(Text(f"marks: {meanings}"))

    def _grid(self, frame: Frame) -> None:
        widest = max(len(cell.text + cell.mark) for line in frame.cells for cell in line)
        width = self.width = max(self.width, widest)
        columns = len(frame.cells[0])
        # A cell and one character between it and the next; a sign at either end where cells are left out.
        room = max(1, (self.console.width - 4) // (width + 1))
        start = 0
        if columns > room and frame.head is not None:
            start = min(max(0, frame.head.column - room // 2), columns - room)
        stop = min(columns, start + room)
        for number, line in enumerate(frame.cells):
            here = frame.head.column if frame.head and frame.head.row == number else None
            text = Text("~" if start else " ", no_wrap=True)
            for column in range(start, stop):
                text.append("[" if column == here else "]" if column - 1 == here else " ")
                text.append_text(self._cell(line[column], width, bold=column == here))
            text.append("]" if stop - 1 == here else " ")
            text.append("~" if stop < columns else "")
            self.console.print(text)

    def _cell(self, cell: FrameCell, width: int, *, bold: bool) -> Text:
        if cell.mark:
            self.marks[cell.kind] = cell.mark
        if cell.text not in self.colours:
            self.colours[cell.text] = _COLOURS[len(self.colours) % len(_COLOURS)]
        style = "dim" if cell.role in _FAINT else self.colours[cell.text]
        if bold:
            style = f"bold reverse {style}"
        return (
            Text(cell.text, style)
            .append(cell.mark, "dim")
            .append(" " * (width - len(cell.text + cell.mark)))
        )
