"""What a page is about, as plain data: a network, its codes with their meanings, and what it runs on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import numpy as np

from construction.compiling.compiler import compile_rule
from construction.compiling.gadgets import hinges
from construction.errors import NetworkError, SizeError
from construction.machines.machine import Halt, Machine
from construction.machines.on_tape import MachineOnTape
from construction.machines.one_tape import OneTapeRun, has_unbounded_tape
from construction.network.bounds import largest_integer
from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN
from construction.programs.program import Program
from construction.rules.cellular_automaton import CellularAutomaton
from construction.rules.rule import LocalRule
from construction.rules.tape_rule import tape_grid, tape_rule
from construction.viewer.examples import LARGEST_SIDE, Bits, ExampleData
from construction.viewer.meanings import PALETTE, meanings
from construction.viewer.stories import story

Content = dict[str, Any]

OWN_SIZE: Final = 40  #: examples and features of data that are pasted into a page
EXACT: Final = 2**53  #: up to here a browser's numbers hold every integer


def learner_content(program: Program, data: ExampleData) -> Content:
    """A program that learns, on a data set.

    Raises :class:`~construction.errors.SizeError` when the grid is larger than a page shows.
    """
    count, features = data.examples.shape
    network = compile_rule(program.rule, work_columns=program.work_columns(count, features))
    rows = program.memory_rows(count, features)
    check_size(
        rows, features + 1 + network.work_columns, f"{count} examples of {features} features"
    )
    most, widest = max(OWN_SIZE, count), max(OWN_SIZE, features)
    learner = {
        "online": program.online,
        "dummy": program.dummy,
        "depths": [
            [program.depth(m, max(1, d)) for d in range(widest + 1)] for m in range(most + 1)
        ],
        "memoryRows": [program.memory_rows(0, d) for d in range(widest + 1)]
        if program.online and not program.any_rows
        else None,
        # Of a machine that asks for room; otherwise the network's.
        "workColumns": None
        if program.work is None
        else [
            [program.work_columns(m, max(1, d)) for d in range(widest + 1)] for m in range(most + 1)
        ],
        "depthFormula": program.depth_formula,
        "ownSize": OWN_SIZE,
    }
    return {
        **_common("learner", program.name, program.summary, program.rule, network, program.machine),
        "learner": learner,
        "data": {
            "examples": np.asarray(data.examples).astype(int).tolist(),
            "labels": np.asarray(data.labels).astype(int).tolist(),
            "test": np.asarray(data.test).astype(int).tolist(),
        },
        "columns": [list(column) for column in data.columns],
    }


def columns_of(content: Content, count: int, features: int) -> int:
    """The grid's columns for so many examples and features on a learner's page."""
    table = content["learner"]["workColumns"]
    work = content["network"]["workColumns"] if table is None else table[count][features]
    return features + 1 + int(work)


def machine_content(file: MachineOnTape, layers: int) -> Content:
    """A machine on its tape, for at most ``layers`` steps. Raises as :func:`learner_content` does."""
    machine, rows, column = file.machine, file.rows, file.head
    if has_unbounded_tape(machine):
        run = OneTapeRun(machine, rows[0], column)
        run.run(layers)
        first, last = run.span
        before, after = -first, last + 1 - len(rows[0])
        rows = ((machine.blank,) * before + rows[0] + (machine.blank,) * after,)
        column += before
    size = 4 * LARGEST_SIDE if len(rows) == 1 else LARGEST_SIDE
    check_size(len(rows), len(rows[0]), "the tape", size)
    rule = tape_rule(machine)
    summary = "a machine on a tape; one layer of its network is one step"
    return {
        **_common("machine", machine.name, summary, rule, compile_rule(rule), machine),
        "start": tape_grid(machine, rows, 0, column).tolist(),
        "layers": layers,
    }


def automaton_content(automaton: CellularAutomaton, cells: Bits, generations: int) -> Content:
    """A cellular automaton on a pattern ``(rows, columns)``. Raises as :func:`learner_content` does."""
    rows, columns = cells.shape
    check_size(rows, columns, "the pattern")
    rule = automaton.rule()
    summary = "a cellular automaton; one layer of its network is one generation"
    return {
        **_common("automaton", automaton.name, summary, rule, compile_rule(rule), None),
        "start": automaton.codes(cells).tolist(),
        "layers": generations,
    }


def check_size(rows: int, columns: int, what: str, limit: int = LARGEST_SIDE) -> None:
    """Raise :class:`~construction.errors.SizeError` when a page cannot show that many pixels."""
    if rows > limit or columns > limit:
        raise SizeError(
            f"{what} makes a grid of {rows:,} x {columns:,} pixels; a page shows at most "
            f"{limit} x {limit}"
        )


def _common(
    kind: str,
    name: str,
    summary: str,
    rule: LocalRule,
    network: RCNN,
    machine: Machine | None,
) -> Content:
    bound = largest_integer(network)
    if bound > EXACT:
        raise NetworkError(
            f"network {network.name!r}: sums can reach {bound}, more than the {EXACT} up to which a "
            f"browser's numbers hold every integer"
        )
    return {
        "kind": kind,
        "name": name,
        "summary": summary,
        "story": story(name, machine=machine is not None, automaton=kind == "automaton"),
        "network": {
            "convolution": [_layer(layer) for layer in network.convolution],
            "head": [_layer(layer) for layer in network.head],
            "codes": list(network.codes),
            "padding": network.padding,
            "workColumns": network.work_columns,
            "line": network.line,
        },
        "names": {str(code): text for code, text in network.codes.items()},
        "meanings": {
            str(code): asdict(each) for code, each in meanings(rule.codes, machine).items()
        },
        "palette": {key: asdict(colours) for key, colours in PALETTE.items()},
        "bases": {
            position: float(hinges(table, rule.codes.at(position))[1])
            for position, table in rule.tables.items()
        },
        "machine": None if machine is None else _machine(machine),
        "lessons": [],
    }


def _layer(layer: WeightLayer) -> Mapping[str, Any]:
    return {
        "weights": layer.weights.tolist(),
        "biases": layer.biases.tolist(),
        "scale": layer.scale,
        "names": list(layer.names),
    }


def _machine(machine: Machine) -> Mapping[str, Any]:
    lines = []
    for (state, symbol), each in machine.transitions.items():
        if isinstance(each, Halt):
            lines.append(
                [state, symbol, "", "halt", f"{each.output:+d}" if each.output else "", ""]
            )
        else:
            blocked = each.blocked or ""
            lines.append([state, symbol, each.write, each.move, each.to, blocked])
    return {"start": machine.start, "lines": lines}
