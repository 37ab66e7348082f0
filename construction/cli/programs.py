"""``rcnn programs``: what is bundled, with its size and its depth."""

from __future__ import annotations

import argparse
import json
from typing import Any, Final

from rich import box
from rich.table import Table

from construction.cli.console import Console
from construction.compiling.compiler import compile_rule
from construction.programs.catalogue import PROGRAMS, load_program
from construction.programs.program import Program
from construction.search.discovered import DISCOVERED
from construction.sources.names import learner

_FIGURES: Final = ("states", "symbols", "codes", "weights")


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Print the table."""
    rows = [describe(load_program(name)) for name in PROGRAMS]
    rows += [
        describe(learner(name)) | {"summary": f"found by a search: {what}", "discovered": True}
        for name, what in DISCOVERED.items()
    ]
    if arguments.json:
        print(json.dumps({"programs": rows}))
        return 0
    console = Console()
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column("program", no_wrap=True)
    for heading in _FIGURES:
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("layers", overflow="fold")
    for row in rows:
        figures = ("-" if row[key] is None else str(row[key]) for key in _FIGURES)
        table.add_row(row["program"], *figures, row["layers"])
    console.print_table(table)
    for row in rows:
        console.print(f"{row['program']}: {row['summary']}", markup=False)
    return 0


def describe(program: Program) -> dict[str, Any]:
    """The figures of a program, by name; states and symbols are None when it is no machine."""
    network = compile_rule(program.rule)
    machine = program.machine
    return {
        "program": program.name,
        "states": None if machine is None else len(machine.states),
        "symbols": None if machine is None else len(machine.symbols),
        "codes": len(network.codes),
        "weights": network.weight_counts()["nonzero"],
        "layers": program.depth_formula,
        "summary": program.summary,
        "discovered": False,
    }
