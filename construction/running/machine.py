"""A machine on its tape as a network: one layer is one step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import Final

from construction.arguments import checked
from construction.compiling.compiler import compile_rule
from construction.errors import ConstructionError, MachineError, SizeError
from construction.executors.catalogue import load_executor
from construction.machines.interpreter import Configuration
from construction.machines.machine import Halt, Machine, Step
from construction.machines.on_tape import MachineOnTape, Rows
from construction.machines.one_tape import has_unbounded_tape
from construction.network.rcnn import RCNN
from construction.progress import Progress, quiet
from construction.rules.tape_rule import read_grid, tape_grid, tape_rule

#: Cells on both sides of the input of a tape that grows as needed; then twice as many, and so on.
MARGIN: Final = 64
CELL_LIMIT: Final = 2**22  #: of a tape that grows
#: The state of a head that has met the end of such a tape.
OFF: Final = "off the tape"


@dataclass(frozen=True)
class MachineReport:
    """What happened; the fields are those of ``rcnn run FILE --json``.

    ``ran_off`` says that the head left a tape of fixed length; its last step is not counted. ``tape``
    holds the rows of the last tape without the blanks at the ends of all rows, and ``nodes`` those of
    all layers.
    """

    machine: str
    halted: bool
    ran_off: bool
    steps: int
    layers: int
    state: str
    symbol: str
    verdict: int
    nonblank: int
    tape: list[str]
    pixels: int
    nodes: int
    seconds: float


@checked
def run_machine(
    file: MachineOnTape,
    executor: str,
    max_steps: int,
    length: int | None = None,
    progress: Progress = quiet,
) -> MachineReport:
    """Run a machine's network until it halts or has done ``max_steps`` steps.

    A one-tape machine's tape has ``length`` cells, its input in the middle, or grows as needed: when the
    head meets an end, the run begins again on a tape twice as long. Raises
    :class:`~construction.errors.MachineError` when the head meets a pair that was declared impossible,
    and :class:`~construction.errors.SizeError` when the tape grows too long. ``progress`` is told
    now and then of the layers that are done on the tape of the time, a step each.
    """
    began = perf_counter()
    machine = _without_impossible(file.machine)
    one_tape = has_unbounded_tape(file.machine)
    if length is not None and not one_tape:
        raise ConstructionError(
            f"machine {machine.name!r} works on a rectangle with walls, whose size is its input's; "
            f"leave out --tape"
        )
    if one_tape:
        machine = with_ends(machine)
    runner = load_executor(executor, compile_rule(tape_rule(machine)))
    runner.progress = progress
    margin = MARGIN
    while True:
        rows, column = file.rows, file.head
        if one_tape:
            rows, column = _padded(file, margin) if length is None else _centred(file, length)
        run = runner.run(tape_grid(machine, rows, 0, column)[None], max_steps)
        end = read_grid(machine, run.grids[0], run.computed)
        if end.state != OFF or length is not None:
            break
        margin *= 2
        if 2 * margin + len(file.rows[0]) > CELL_LIMIT:
            raise SizeError(
                f"machine {machine.name!r} has not halted after {end.steps - 1:,} steps, and needs a "
                f"tape of more than {CELL_LIMIT:,} cells to go on; use a smaller --max-steps"
            )
    return _report(file.machine, runner.network, max_steps, end, perf_counter() - began)


def with_ends(machine: Machine) -> Machine:
    """A one-tape machine on a tape with ends: it halts in a state of its own when it meets one."""
    transitions = {
        pair: replace(each, blocked=OFF) if isinstance(each, Step) and each.move != "stay" else each
        for pair, each in machine.transitions.items()
    }
    off = {(OFF, symbol): Halt(0) for symbol in machine.symbols}
    return replace(machine, states=(*machine.states, OFF), transitions={**transitions, **off})


def _report(
    machine: Machine, network: RCNN, layers: int, end: Configuration, seconds: float
) -> MachineReport:
    ran_off = end.state == OFF
    here = end.state, end.symbol
    if here in machine.impossible:
        raise MachineError(
            f"machine {machine.name!r}: after {end.steps} steps the head is in state {end.state!r} on "
            f"symbol {end.symbol!r}, a pair that was declared impossible"
        )
    halt = machine.transitions.get(here)
    pixels = len(end.tape) * len(end.tape[0])
    depth = end.steps if isinstance(halt, Halt) or ran_off else layers
    return MachineReport(
        machine=machine.name,
        halted=isinstance(halt, Halt),
        ran_off=ran_off,
        steps=end.steps - 1 if ran_off else end.steps,
        layers=depth,
        state=end.state,
        symbol=end.symbol,
        verdict=halt.output if isinstance(halt, Halt) else 0,
        nonblank=sum(symbol != machine.blank for line in end.tape for symbol in line),
        tape=_lines(machine, end.tape),
        pixels=pixels,
        nodes=network.nodes(pixels, depth),
        seconds=round(seconds, 3),
    )


def _lines(machine: Machine, tape: Rows) -> list[str]:
    """The rows without the columns of blanks at their ends."""
    columns = [
        index for index in range(len(tape[0])) if any(line[index] != machine.blank for line in tape)
    ] or [0]
    between = "" if all(len(symbol) == 1 for symbol in machine.symbols) else " "
    return [between.join(line[columns[0] : columns[-1] + 1]) for line in tape]


def _without_impossible(machine: Machine) -> Machine:
    """The machine with a halt at every pair that was declared impossible."""
    halts = {pair: Halt(0) for pair in machine.impossible}
    return replace(machine, transitions={**machine.transitions, **halts}, impossible=frozenset())


def _padded(file: MachineOnTape, margin: int) -> tuple[Rows, int]:
    blanks = (file.machine.blank,) * margin
    return ((*blanks, *file.rows[0], *blanks),), file.head + margin


def _centred(file: MachineOnTape, length: int) -> tuple[Rows, int]:
    cells = file.rows[0]
    if len(cells) > length:
        raise ConstructionError(f"the input has {len(cells)} cells, more than --tape {length}")
    before = (length - len(cells)) // 2
    after = length - len(cells) - before
    blank = file.machine.blank
    return (((blank,) * before + cells + (blank,) * after),), file.head + before
