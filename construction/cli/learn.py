"""``rcnn learn``: learn from a file of examples, or from a stream, and predict."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from time import perf_counter

import numpy as np

from construction.arrays import signs
from construction.cli.data_options import (
    add_column_options,
    add_seed_option,
    keep_apart,
    keep_inputs,
    output_file,
    random_numbers,
)
from construction.cli.learn_report import opening, outcome, written
from construction.cli.learn_tables import tables
from construction.cli.numbers import natural, positive
from construction.cli.report import counted, print_paragraphs, progress_bars
from construction.compiling.compiler import compile_rule
from construction.errors import DataError
from construction.executors.catalogue import EXECUTORS, load_executor
from construction.learning.data.bundled import DATA_SETS
from construction.learning.data.data_set import Columns, columns_of, examples_of, stream
from construction.learning.data.table import BitStream, BitTable
from construction.learning.data.unlabelled import read_unlabelled
from construction.learning.report import report
from construction.learning.training import Training
from construction.network.container import check_writable
from construction.network.files import load_memory, save_memory
from construction.network.rcnn import RCNN
from construction.programs.catalogue import (
    ANY_ROWS,
    DEFAULT_PROGRAM,
    ONLINE_PROGRAMS,
    PROGRAMS,
)
from construction.programs.program import Program
from construction.progress import Progress
from construction.search.discovered import DISCOVERED
from construction.sources.names import learner
from construction.training.memory import Memory


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.epilog = (
        "Every column must have two values. Of -1 and +1, -1 counts as bit 1, so that a product of "
        "signs is a parity of bits; of any other two values, the later in alphabetical order."
    )
    parser.add_argument(
        "data",
        metavar="DATA",
        help=f"a CSV file with a header, or a bundled data set: {', '.join(DATA_SETS)}",
    )
    add_column_options(parser)
    add_seed_option(parser, "for the rows that train, and for random data")
    testing = parser.add_mutually_exclusive_group()
    testing.add_argument(
        "--train",
        metavar="N",
        type=int,
        help="train on N rows of DATA, shuffled by the seed, and test on the rest (default: two "
        "rows for each feature, but at most half)",
    )
    testing.add_argument(
        "--test",
        metavar="FILE",
        type=Path,
        help="train on all rows of DATA, and test on those of this CSV file",
    )
    parser.add_argument(
        "--predict",
        metavar="FILE",
        type=Path,
        help="predict the rows of this CSV file, which need no labels; with -o",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        type=output_file,
        help="the CSV file for the rows of --predict, each with its prediction",
    )
    parser.add_argument(
        "--program",
        metavar="NAME",
        default=DEFAULT_PROGRAM,
        help=f"the learner: {', '.join((*PROGRAMS, *DISCOVERED))}, or a machine in a YAML file (default: "
        f"%(default)s)",
    )
    parser.add_argument(
        "--executor",
        choices=EXECUTORS,
        default="auto",
        help="what runs the network (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    group = parser.add_argument_group(
        "online programs",
        f"{', '.join(ONLINE_PROGRAMS)} see each example once and keep no training set. DATA may "
        f"then be -, the standard input; with --test it is read as it goes.",
    )
    group.add_argument(
        "--save",
        metavar="FILE",
        type=output_file,
        help="write the memory W to FILE, after Ctrl-C too",
    )
    group.add_argument(
        "--resume", metavar="FILE", type=Path, help="go on from a memory that --save wrote"
    )
    group.add_argument(
        "--skip", metavar="N", type=natural, default=0, help="leave out the first N training rows"
    )
    group.add_argument(
        "--rows",
        metavar="K",
        type=positive,
        help=f"rows of memory, as many keys as there is room for, of {' and '.join(ANY_ROWS)} (default: one "
        f"for each key that there is among the training rows, or those of --resume)",
    )
    group.add_argument(
        "--batch",
        metavar="B",
        type=positive,
        default=1,
        help="one SGD step for up to B rows; a row that meets another in its row of memory waits for the "
        "next step (default: %(default)s)",
    )
    group.add_argument(
        "--values",
        metavar="ZERO,ONE",
        help="the two values of every column, for a stream that nothing else tells them of",
    )


def run(arguments: argparse.Namespace) -> int:
    """Learn, save, predict, and print the report."""
    began = perf_counter()
    program = learner(arguments.program)
    if (arguments.predict is None) != (arguments.output is None):
        raise DataError(
            "--predict FILE and -o OUT go together: what to predict, and where to write"
        )
    keep_inputs(
        (arguments.output, arguments.save),
        (Path(arguments.data), arguments.test, arguments.predict),
    )
    # A memory may be saved where it was resumed from: it goes on.
    keep_inputs((arguments.output,), (arguments.resume,))
    keep_apart(arguments.output, arguments.save)
    if arguments.output is not None:
        check_writable(arguments.output)
    with random_numbers(arguments) as rng:
        rows, test_rows = tables(arguments, program, rng)
    columns = columns_of(rows, arguments.target, intercept=arguments.intercept is not False)
    network = compile_rule(program.rule)
    memory = None
    if arguments.resume is not None:
        memory, columns = _resumed(arguments.resume, network, columns)
    unlabelled = None if arguments.predict is None else read_unlabelled(arguments.predict, columns)
    test = None if test_rows is None else examples_of(test_rows, columns)
    count = len(rows.bits) - arguments.skip if isinstance(rows, BitTable) else None
    if count is not None and (count < 0 or (count == 0 and arguments.resume is None)):
        raise _nothing_left(arguments, rows)
    m = _grid_for(arguments, program, rows, columns, memory)
    network = replace(network, work_columns=program.work_columns(m, columns.d))
    executor = load_executor(arguments.executor, network)
    training = Training(program, executor, m, columns.d, memory, batch=arguments.batch)
    # A file that cannot be written must not cost a whole stream.
    _save(arguments.save, training, columns)
    with progress_bars() as progress:
        _learn(arguments, training, rows, columns, count, progress)
        train = None
        if isinstance(rows, BitTable) and not program.online:
            train = examples_of(rows, columns)
        result = report(training, columns, test, began, train=train, progress=progress)
        if unlabelled is not None:
            found = training.predict(signs(unlabelled.features), progress)
            unlabelled.write(arguments.output, columns.target, found)
    if arguments.json:
        print(json.dumps(asdict(result)))
        return 0
    paragraphs = [*opening(result, columns, rows.source, arguments.executor)]
    paragraphs += outcome(result, program, columns, train, test_rows)
    if unlabelled is not None:
        paragraphs.append(("output", f"{arguments.output}: {written(unlabelled)}"))
    print_paragraphs([*paragraphs, ("time", f"{result.seconds:.1f} s")])
    return 0


def _grid_for(
    arguments: argparse.Namespace,
    program: Program,
    rows: BitTable | BitStream,
    columns: Columns,
    memory: Memory | None,
) -> int:
    """The number ``m`` of examples that the grid is made for; of keys less one, for any rows."""
    if not program.any_rows:
        return len(rows.bits) - arguments.skip if isinstance(rows, BitTable) else 0
    if memory is not None and arguments.rows not in (None, len(memory)):
        raise DataError(
            f"--rows {arguments.rows}: the memory in {arguments.resume} has {counted(len(memory), 'row')}; "
            f"leave --rows out to go on with it"
        )
    if memory is not None or arguments.rows is not None:
        return (arguments.rows or 1) - 1
    if not isinstance(rows, BitTable):
        raise DataError(
            f"{rows.source}: a stream does not say how many different keys will come; say with --rows K "
            f"for how many there should be room"
        )
    return len(np.unique(examples_of(rows, columns).features, axis=0)) - 1


def _learn(
    arguments: argparse.Namespace,
    training: Training,
    rows: BitTable | BitStream,
    columns: Columns,
    count: int | None,
    progress: Progress,
) -> None:
    """All SGD steps; what was learned is saved however they end."""
    examples = stream(rows, columns)
    if sum(1 for _ in islice(examples, arguments.skip)) < arguments.skip:
        raise _nothing_left(arguments, rows)
    try:
        training.learn(examples, progress, count)
    except BaseException as error:
        _save(arguments.save, training, columns)
        if arguments.save is not None and isinstance(error, KeyboardInterrupt | DataError):
            print(
                f"rcnn learn: {counted(training.examples, 'row')} learned; go on with --resume "
                f"{arguments.save} --skip {arguments.skip + training.in_order}",
                file=sys.stderr,
            )
        raise
    _save(arguments.save, training, columns)


def _nothing_left(arguments: argparse.Namespace, rows: BitTable | BitStream) -> DataError:
    return DataError(
        f"--skip {arguments.skip} leaves nothing of {rows.source} to train on; it has fewer training "
        f"rows than that"
    )


def _save(path: Path | None, training: Training, columns: Columns) -> None:
    if path is not None:
        save_memory(path, training.executor.network, training.memory, columns.as_json())


def _resumed(path: Path, network: RCNN, columns: Columns) -> tuple[Memory, Columns]:
    """The memory in the file, and the columns in its order."""
    file = load_memory(path, network)
    try:
        return file.memory, columns.in_order_of(file.columns)
    except DataError as error:
        raise DataError(f"{path}: {error}") from None
