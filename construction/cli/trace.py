"""``rcnn trace``: watch a machine or a network run, step by step, in the terminal."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
from rich.table import Table
from rich.text import Text

from construction.cli.console import Console
from construction.cli.data_options import add_column_options, add_seed_option, random_numbers
from construction.cli.numbers import natural, positive, refuse
from construction.cli.report import counted
from construction.cli.show import shown
from construction.errors import ConstructionError
from construction.formats.text import printable
from construction.learning.data.bundled import load_table
from construction.learning.data.data_set import columns_of, examples_of
from construction.machines.on_tape import MachineOnTape
from construction.programs.program import Program
from construction.rules.cellular_automaton import CellularAutomaton
from construction.running.automaton import with_margin
from construction.running.frames import (
    Frame,
    FrameCell,
    automaton_frames,
    machine_frames,
    network_frames,
    program_frames,
)
from construction.sources.files import pattern_for
from construction.sources.names import HELP, find, learner

ENOUGH: Final = 1000  #: steps of a machine that are shown when no ``--to`` says otherwise
GENERATIONS: Final = 30  #: and generations of an automaton
EXAMPLES: Final = 4
FEATURES: Final = 3

_COLOURS: Final = ("cyan", "yellow", "green", "magenta", "red", "blue", "bright_cyan", "bright_red")
_LONGEST_ROW: Final = 2**20  #: characters
_FAINT: Final = ("memory", "blank", "dead")  #: roles and kinds


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("name", metavar="NAME", help=HELP)
    parser.add_argument(
        "--input", metavar="TEXT", help="the tape of a machine in a file, or an automaton's pattern"
    )
    parser.add_argument(
        "--network",
        action="store_true",
        default=None,
        help="run the network of a machine in a file",
    )
    parser.add_argument(
        "--margin",
        metavar="N",
        type=natural,
        help="dead cells around an automaton's pattern (default: one for each generation)",
    )
    learners = parser.add_argument_group("programs, and machines in a file that learn")
    learners.add_argument(
        "--data",
        metavar="DATA",
        help="a CSV file or a bundled data set, whose first rows train and whose next row is predicted "
        "(default: random rows, labelled by a random parity)",
    )
    add_column_options(learners)
    learners.add_argument(
        "--examples", metavar="M", type=natural, help=f"training examples (default: {EXAMPLES})"
    )
    learners.add_argument(
        "--features",
        metavar="D",
        type=positive,
        help=f"features of each, if they are random (default: {FEATURES})",
    )
    add_seed_option(learners, "for what is random")
    parser.add_argument(
        "--from", dest="first", metavar="A", type=natural, default=0, help="begin with step A"
    )
    parser.add_argument(
        "--to",
        dest="last",
        metavar="B",
        type=natural,
        help=f"end with step B (of a machine in a file: {ENOUGH}; of an automaton: {GENERATIONS})",
    )
    parser.add_argument(
        "--every", metavar="N", type=positive, default=1, help="show every N-th step, and the last"
    )
    parser.add_argument(
        "--only-head",
        action="store_true",
        default=None,
        help="one line a step: the head, without the tape",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the frames."""
    found = find(arguments.name)
    console = Console()
    learns = (
        isinstance(found, MachineOnTape)
        and found.machine.bits
        and found.steps
        and arguments.input is None
    )
    last = arguments.last
    if last is None and not (isinstance(found, Program) or learns):
        last = GENERATIONS if isinstance(found, CellularAutomaton) else ENOUGH
    if last is not None and last < arguments.first:
        raise ConstructionError(f"--from {arguments.first} is after the last step, {last}")
    if isinstance(found, CellularAutomaton):
        frames = _of_automaton(found, arguments, last)
    elif isinstance(found, Program) or learns:
        frames = _of_program(learner(arguments.name), arguments, console)
    else:
        frames = _of_machine(found, arguments, last)
    printer = _Printer(console, only_head=bool(arguments.only_head))
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


_DATA: Final = ("data", "target", "intercept", "examples", "features", "seed")


def _of_automaton(
    automaton: CellularAutomaton, arguments: argparse.Namespace, last: int
) -> Iterator[Frame]:
    """The generations, cut to the rectangle in which something lives in one of them."""
    reason = f"{automaton.name} is a cellular automaton"
    refuse(arguments, reason, "network", "only_head", *_DATA)
    if arguments.input is None:
        raise ConstructionError(
            f"{automaton.name} needs a pattern to start from; give --input a file (.cells or RLE), "
            f"or a row of . and O"
        )
    cells = with_margin(automaton, pattern_for(automaton, arguments.input), last, arguments.margin)
    frames = list(automaton_frames(automaton, cells, last))
    alive = np.zeros(cells.shape, dtype=bool)
    for frame in frames:
        alive |= np.array([[cell.kind == "alive" for cell in line] for line in frame.cells])
    rows, columns = np.flatnonzero(alive.any(axis=1)), np.flatnonzero(alive.any(axis=0))
    if not rows.size:
        rows, columns = np.array([0]), np.array([0])
    for frame in frames:
        lines = frame.cells[rows[0] : rows[-1] + 1]
        yield replace(frame, cells=tuple(line[columns[0] : columns[-1] + 1] for line in lines))


def _of_machine(file: MachineOnTape, arguments: argparse.Namespace, last: int) -> Iterator[Frame]:
    reason = f"{arguments.name} is a machine on a tape"
    if file.machine.bits and file.steps:
        reason = f"with --input, {arguments.name} runs on a tape"
    refuse(arguments, reason, "margin", *_DATA)
    if arguments.input is not None:
        file = file.with_input(arguments.input)
    return network_frames(file, last) if arguments.network else machine_frames(file)


def _of_program(
    program: Program, arguments: argparse.Namespace, console: Console
) -> Iterator[Frame]:
    """The program's network on examples that it is shown first."""
    reason = f"{arguments.name} is a program, whose network runs on a data set"
    refuse(arguments, reason, "input", "network", "margin")
    if arguments.only_head and program.machine is None:
        raise ConstructionError(
            f"{arguments.name} is a cellular program and has no head; leave out --only-head"
        )
    count = EXAMPLES if arguments.examples is None else arguments.examples
    if arguments.data is None:
        refuse(arguments, "there is no --data", "target", "intercept")
        rng = np.random.default_rng(arguments.seed or 0)
        features = FEATURES if arguments.features is None else arguments.features
        bits = rng.integers(0, 2, (count + 1, features))
        parity = rng.integers(0, 2, features)
        labels = bits @ parity % 2
        names, target = [f"x{index}" for index in range(1, features + 1)], "y"
        added = [name for name, used in zip(names, parity, strict=True) if used]
        source = f"random; {target} is the exclusive or of {', '.join(added) or 'nothing'}"
    else:
        refuse(arguments, "with --data", "features")
        with random_numbers(arguments) as rng:
            table = load_table(arguments.data, rng)
        columns = columns_of(table, arguments.target, intercept=arguments.intercept is not False)
        examples = examples_of(table, columns)
        if count >= len(examples.labels):
            raise ConstructionError(
                f"{table.source} has {counted(len(examples.labels), 'row')}; --examples should be fewer, so that "
                f"the next row can be predicted"
            )
        bits = examples.features[: count + 1].astype(np.int64)
        labels = examples.labels[: count + 1].astype(np.int64)
        names = [column.name for column in columns.features]
        names += ["constant"] * columns.intercept
        target, source = columns.target.name, table.source
    _show_data(console, source, [*names, target], np.column_stack([bits, labels]))
    signs, label_signs = 1 - 2 * bits, 1 - 2 * labels
    return program_frames(program, signs[:-1], label_signs[:-1], signs[-1])


def _show_data(
    console: Console, source: str, names: list[str], bits: npt.NDArray[np.integer]
) -> None:
    """The training rows and the row to predict, as bits."""
    console.print(Text(f"data  {printable(source)}", "bold"))
    table = Table(box=None, pad_edge=False)
    for name in ("", *names):
        table.add_column(Text(printable(name)), justify="right", no_wrap=True)
    for number, row in enumerate(bits.tolist(), 1):
        last = number == len(bits)
        shown = [str(bit) for bit in row[:-1]] + ["?" if last else str(row[-1])]
        table.add_row("to predict" if last else f"example {number}", *shown)
    console.print_table(table, _LONGEST_ROW)
    console.print(Text("in the memory + is bit 0, - is bit 1 and . is not written", "dim"))


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
