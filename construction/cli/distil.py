"""``rcnn distil``: two layers that say what a trained network says."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from construction.cli.data_options import (
    add_column_options,
    add_seed_option,
    keep_inputs,
    output_file,
    random_numbers,
)
from construction.cli.report import counted, print_paragraphs, progress_bars
from construction.compiling.compiler import compile_rule
from construction.dynamics.distil import EXHAUSTIVE, HYPOTHESES, Distilled, distil
from construction.dynamics.two_layer import save_two_layer
from construction.errors import ConstructionError
from construction.executors.catalogue import EXECUTORS, load_executor
from construction.learning.data.bundled import DATA_SETS, load_table
from construction.learning.data.data_set import Columns, columns_of, examples_of
from construction.learning.training import Training
from construction.network.container import check_writable, write_atomically
from construction.programs.catalogue import DEFAULT_PROGRAM, load_program

FORMATS: Final = (".safetensors", ".onnx", ".txt")
SHOWN: Final = 4  #: hidden units whose formula is printed


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "data",
        metavar="DATA",
        help=f"train on all rows of a CSV file, or of a bundled data set: {', '.join(DATA_SETS)}",
    )
    add_column_options(parser)
    add_seed_option(parser, "for random data, and for the inputs that are compared, if not all are")
    parser.add_argument(
        "--program",
        choices=HYPOTHESES,
        default=DEFAULT_PROGRAM,
        help="the learner (default: %(default)s)",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=output_file,
        metavar="FILE",
        help=f"the file to write: {', '.join(FORMATS)}",
    )
    parser.add_argument("--executor", choices=EXECUTORS, default="auto", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Train, distil, write, and print the network."""
    output: Path | None = arguments.output
    if output is not None and output.suffix not in FORMATS:
        raise ConstructionError(
            f"{output}: the ending says what to write; it should be {', '.join(FORMATS)}"
        )
    keep_inputs((output,), (Path(arguments.data),))
    if output is not None:
        check_writable(output)
    program = load_program(arguments.program)
    with random_numbers(arguments) as rng:
        table = load_table(arguments.data, rng)
        columns = columns_of(table, arguments.target, intercept=arguments.intercept is not False)
        # Of few features all inputs are compared.
        seed = int(rng.integers(2**32)) if columns.d > EXHAUSTIVE else 0
    examples = examples_of(table, columns)
    executor = load_executor(arguments.executor, compile_rule(program.rule))
    count, d = examples.features.shape
    training = Training(program, executor, count, d)
    with progress_bars() as progress:
        training.learn(examples.pairs(), progress, count)
        found = distil(
            executor,
            training.memory,
            training.layers,
            HYPOTHESES[program.name],
            true_examples=1 - 2 * examples.features[examples.labels == 1].astype(np.int64),
            seed=seed,
        )
    names = [*(column.name for column in columns.features), *["the constant"] * columns.intercept]
    if output is not None:
        _write(output, found, names)
    if arguments.json:
        network = found.network
        report = {
            "program": program.name,
            "d": d,
            "m": count,
            "hidden_units": network.hidden.width,
            "compared": found.compared,
            "all_inputs": found.all_inputs,
            "formula": network.text(names),
            "layers_before": training.layers,
        }
        print(json.dumps(report))
    else:
        print_paragraphs(_paragraphs(found, columns, names, training))
    return 0


def _write(path: Path, found: Distilled, names: list[str]) -> None:
    if path.suffix == ".onnx":
        # ONNX is an extra, so it is imported only when it is asked for.
        from construction.exports.two_layer_onnx import save_two_layer_onnx  # noqa: PLC0415

        save_two_layer_onnx(path, found.network)
    elif path.suffix == ".txt":
        write_atomically(path, f"{found.network.text(names)}\n".encode())
    else:
        save_two_layer(path, found.network)


def _paragraphs(
    found: Distilled, columns: Columns, names: list[str], training: Training
) -> Iterator[tuple[str, str]]:
    zero, one = columns.target.values
    yield (
        "trained",
        f"{training.program.name}, {counted(training.examples, 'example')} with "
        f"{counted(training.d, 'feature')}; {training.layers:,} layers",
    )
    every = "every input" if found.all_inputs else f"{found.compared:,} random inputs"
    yield (
        "distilled",
        f"2 layers with {counted(found.network.hidden.width, 'hidden unit')}; the same answer on "
        f"{every}",
    )
    yield "signs", f"+1 is bit 0 and -1 is bit 1; f = -1 says {one!r}, f = +1 says {zero!r}"
    first, *units = found.network.text(names).splitlines()
    yield "formula", first
    for line in units[:SHOWN]:
        yield "", line
    if len(units) > SHOWN:
        yield "", f"and {len(units) - SHOWN} more; -o FILE.txt writes all"
