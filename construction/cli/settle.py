"""``rcnn settle``: where a recurrent network comes to rest."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from construction.cli.numbers import natural, positive, refuse
from construction.cli.report import counted, print_paragraphs, progress_bars
from construction.compiling.compiler import compile_rule
from construction.dynamics.files import SUFFIXES, read_threshold_linear
from construction.dynamics.integration import END, Response, respond
from construction.dynamics.settling import Settling, settle
from construction.dynamics.threshold_linear import LARGEST, FixedPoint, ThresholdLinearNetwork
from construction.errors import ConstructionError
from construction.executors.catalogue import EXECUTORS, load_executor
from construction.executors.executor import Executor
from construction.learning.training import Training
from construction.machines.on_tape import MachineOnTape
from construction.machines.one_tape import has_unbounded_tape
from construction.network.layers import Integers
from construction.network.rcnn import RCNN
from construction.programs.program import Program
from construction.rules.cellular_automaton import CellularAutomaton
from construction.rules.tape_rule import tape_grid, tape_rule
from construction.running.automaton import with_margin
from construction.running.machine import with_ends
from construction.sources.files import read_pattern
from construction.sources.names import HELP, find
from construction.training.memory import memory_grid, with_one

LAYERS: Final = 10_000
SHOWN: Final = 20  #: fixed points that are printed
MARGIN: Final = 4  #: dead cells around an automaton's pattern
TAPE: Final = 64  #: cells of a one-tape machine's tape, unless its input is longer
PROGRAM_OPTIONS: Final = (
    ("examples", 4, "random training examples of a program"),
    ("features", 3, "features of each"),
    ("seed", 0, "for the examples"),
)
FLOW_OPTIONS: Final = ("start", "time")
LAYER_OPTIONS: Final = ("layers", "executor")
MACHINE_OPTIONS: Final = ("input", "tape")
AUTOMATON_OPTIONS: Final = ("input", "margin")


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "name",
        metavar="NAME",
        help=f"a threshold-linear network in a {', '.join(SUFFIXES)} file; or {HELP}",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    flow = parser.add_argument_group("threshold-linear networks, tau x' = -x + W relu(x) + i")
    flow.add_argument(
        "--start", metavar="X", type=float, nargs="+", help="where the flow starts (default: 0)"
    )
    flow.add_argument(
        "--time",
        metavar="T",
        type=float,
        help=f"units of tau to follow the flow (default: {END:g})",
    )
    ours = parser.add_argument_group("networks of programs, machines and automata")
    ours.add_argument(
        "--layers", metavar="N", type=positive, help=f"follow so many layers (default: {LAYERS:,})"
    )
    ours.add_argument("--executor", choices=EXECUTORS, help="what runs the network (default: auto)")
    ours.add_argument(
        "--input",
        metavar="TEXT",
        help="a machine's tape, or an automaton's pattern, as for rcnn run",
    )
    ours.add_argument(
        "--tape", metavar="N", type=positive, help="cells of a one-tape machine's tape"
    )
    ours.add_argument(
        "--margin",
        metavar="N",
        type=natural,
        help=f"dead cells around an automaton's pattern (default: {MARGIN})",
    )
    for option, default, what in PROGRAM_OPTIONS:
        kind = positive if option == "features" else natural
        ours.add_argument(
            f"--{option}", type=kind, metavar="N", help=f"{what} (default: {default})"
        )


def run(arguments: argparse.Namespace) -> int:
    """Find where it comes to rest, and print it."""
    path = Path(arguments.name)
    if path.suffix in SUFFIXES:
        _refuse_others(arguments, FLOW_OPTIONS, "a threshold-linear network")
        _show_flow(read_threshold_linear(path), arguments)
        return 0
    executor, grid = _first_grid(arguments)
    layers = LAYERS if arguments.layers is None else arguments.layers
    with progress_bars() as progress:
        found = settle(executor, grid, layers, lambda layer: progress("layers", layer, layers))
    if arguments.json:
        report = {
            "network": executor.network.name,
            "outcome": found.outcome,
            "layer": found.layer,
            "period": found.period or None,
            "output": str(executor.network.output(found.grid[None])[0]),
            "grid": found.grid.tolist(),
        }
        print(json.dumps(report))
        return 0
    print_paragraphs(_layer_paragraphs(executor.network, found))
    return 0


def _refuse_others(arguments: argparse.Namespace, own: tuple[str, ...], what: str) -> None:
    programs = tuple(option for option, *_ in PROGRAM_OPTIONS)
    every = {*FLOW_OPTIONS, *LAYER_OPTIONS, *MACHINE_OPTIONS, *AUTOMATON_OPTIONS, *programs}
    refuse(arguments, f"{arguments.name} is {what}", *sorted(every - set(own)))


def _first_grid(arguments: argparse.Namespace) -> tuple[Executor, Integers]:
    """The network of a program, a machine or an automaton, and the grid that it starts from."""
    found = find(arguments.name)
    name = arguments.executor or "auto"
    if isinstance(found, Program):
        own = tuple(option for option, *_ in PROGRAM_OPTIONS)
        _refuse_others(arguments, (*LAYER_OPTIONS, *own), "a program that learns")
        return _trained(found, name, arguments)
    if isinstance(found, CellularAutomaton):
        _refuse_others(arguments, (*LAYER_OPTIONS, *AUTOMATON_OPTIONS), "a cellular automaton")
        if arguments.input is None:
            raise ConstructionError("a cellular automaton needs a pattern; give one by --input")
        margin = MARGIN if arguments.margin is None else arguments.margin
        cells = with_margin(found, read_pattern(arguments.input).cells, margin, margin)
        return load_executor(name, compile_rule(found.rule())), found.codes(cells)
    _refuse_others(arguments, (*LAYER_OPTIONS, *MACHINE_OPTIONS), "a machine")
    file = found if arguments.input is None else found.with_input(arguments.input)
    return _on_tape(file, name, arguments.tape)


def _on_tape(file: MachineOnTape, executor: str, length: int | None) -> tuple[Executor, Integers]:
    machine, rows, column = file.machine, file.rows, file.head
    if has_unbounded_tape(machine):
        machine = with_ends(machine)
        cells = max(TAPE, 2 * len(rows[0])) if length is None else length
        if cells < len(rows[0]):
            raise ConstructionError(f"the input has {len(rows[0])} cells, more than --tape {cells}")
        before = (cells - len(rows[0])) // 2
        blanks = (machine.blank,) * (cells - len(rows[0]))
        rows, column = ((*blanks[:before], *rows[0], *blanks[before:]),), column + before
    elif length is not None:
        raise ConstructionError(
            f"machine {machine.name!r} works on a rectangle with walls, whose size is its input's; "
            f"leave out --tape"
        )
    runner = load_executor(executor, compile_rule(tape_rule(machine)))
    return runner, tape_grid(machine, rows, 0, column)


def _trained(
    program: Program, executor: str, arguments: argparse.Namespace
) -> tuple[Executor, Integers]:
    """A program's network, trained on random examples of a parity, with a random test example."""
    m, d, seed = (
        default if getattr(arguments, option) is None else getattr(arguments, option)
        for option, default, _ in PROGRAM_OPTIONS
    )
    rng = np.random.default_rng(seed)
    bits = rng.integers(0, 2, (m + 1, d))
    labels = 1 - 2 * (bits @ rng.integers(0, 2, d) % 2)
    examples = 1 - 2 * bits
    network = compile_rule(program.rule, work_columns=program.work_columns(m, d))
    training = Training(program, load_executor(executor, network), m, d)
    training.learn(zip(examples[:m], labels[:m].tolist(), strict=True))
    inputs = with_one(examples[m:])
    grids = memory_grid(training.memory, inputs, network.work_columns, line=network.line)
    return training.executor, grids[0]


def _layer_paragraphs(network: RCNN, found: Settling) -> Iterator[tuple[str, str]]:
    rows, columns = found.grid.shape
    yield "network", f"{network.name}, {rows} x {columns} pixels"
    text = {
        "fixed": f"a fixed point: from layer {found.layer:,} on nothing changes",
        "cycle": f"a cycle: from layer {found.layer:,} on the grids come again every "
        f"{counted(found.period, 'layer')}",
        "undecided": f"undecided: no grid came again within {counted(found.layer, 'layer')}; "
        f"--layers goes on",
    }
    yield "settles", text[found.outcome]
    yield "output", f"{network.output(found.grid[None])[0]} in that layer"


def _show_flow(network: ThresholdLinearNetwork, arguments: argparse.Namespace) -> None:
    if arguments.start is not None and len(arguments.start) != network.size:
        raise ConstructionError(
            f"--start has {counted(len(arguments.start), 'number')}; it should have one for each of "
            f"the {counted(network.size, 'neuron')}"
        )
    small = network.size <= LARGEST
    end = END if arguments.time is None else arguments.time
    response = respond(network, arguments.start, end=end)
    if arguments.json:
        report = {
            "neurons": network.size,
            "fixed_points": [_plain(p) for p in network.fixed_points] if small else None,
            "singular_supports": network.singular_supports if small else None,
            "one_for_every_input": network.always_one if small else None,
            "outcome": response.outcome,
            "time": response.time,
            "state": response.state.tolist(),
            "fixed_point": None if response.point is None else _plain(response.point),
        }
        print(json.dumps(report))
        return
    print_paragraphs(_flow_paragraphs(network, response, all_points=small))


def _flow_paragraphs(
    network: ThresholdLinearNetwork, response: Response, *, all_points: bool
) -> Iterator[tuple[str, str]]:
    yield "network", f"{counted(network.size, 'threshold-linear neuron')}"
    if all_points:
        points = network.fixed_points
        yield "fixed", f"{counted(len(points), 'fixed point')} for this input"
        for point in points[:SHOWN]:
            yield "", _shown(point)
        if len(points) > SHOWN:
            yield "", f"and {len(points) - SHOWN} more; --json lists all"
        if network.singular_supports:
            yield (
                "",
                f"{counted(network.singular_supports, 'support')} with a singular equation: there may "
                f"be infinitely many more",
            )
        one, kind = ("exactly", "a") if network.always_one else ("not exactly", "no")
        yield "inputs", f"{one} one fixed point for every input: I - W is {kind} P-matrix"
    else:
        yield "fixed", f"not listed: that is done for at most {LARGEST} neurons"
    after = f"after {response.time:.4g} tau"
    if response.point is not None:
        yield "flow", f"{after} next to the fixed point {_shown(response.point)}"
    elif response.outcome == "diverges":
        yield "flow", f"diverges: {after} a neuron is beyond every bound"
    else:
        yield "flow", f"undecided {after}: it came to no fixed point; --time goes on"


def _shown(point: FixedPoint) -> str:
    state = ", ".join(str(x) if x.denominator < 10**6 else f"{float(x):.6g}" for x in point.state)
    leading = "" if point.leading is None else f", leading eigenvalue {point.leading:+.4g} / tau"
    return f"({state}): {point.stability}{leading}"


def _plain(point: FixedPoint) -> dict[str, object]:
    return {
        "state": [str(x) for x in point.state],
        "support": [k + 1 for k in point.support],
        "stability": point.stability,
        "leading_eigenvalue": point.leading,
    }
