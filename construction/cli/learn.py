"""``rcnn learn``: learn from a file of examples, or from a stream, and predict."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Final

from construction.cli.learn_tables import tables
from construction.cli.numbers import natural
from construction.cli.report import counted, opening, print_paragraphs, progress_bars, share
from construction.compiling.compiler import compile_rule
from construction.errors import DataError
from construction.executors.catalogue import EXECUTORS, load_executor
from construction.learning.data.bundled import DATA_SETS
from construction.learning.data.data_set import Columns, columns_of, examples_of, stream
from construction.learning.data.table import BitTable
from construction.learning.report import Report, report
from construction.learning.training import Training
from construction.network.files import load_memory, save_memory
from construction.programs.catalogue import DEFAULT_PROGRAM, ONLINE_PROGRAMS, PROGRAMS
from construction.programs.program import Program
from construction.programs.row_reduction import row_reduction_meaning
from construction.sources.names import learner

ROWS_NAMED: Final = 20  #: test rows that the report names one by one


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
    parser.add_argument(
        "--target", metavar="COLUMN", help="the column to learn (default: the last)"
    )
    parser.add_argument(
        "--intercept", action="store_true", help="add a constant feature, always bit 1"
    )
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
        "--program",
        metavar="NAME",
        default=DEFAULT_PROGRAM,
        help=f"the learner: {', '.join(PROGRAMS)}, or a machine in a YAML file (default: "
        f"%(default)s)",
    )
    parser.add_argument(
        "--executor",
        choices=EXECUTORS,
        default="auto",
        help="what runs the network (default: %(default)s)",
    )
    parser.add_argument(
        "--seed",
        metavar="S",
        type=natural,
        default=0,
        help="for the rows that train, and for random data (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    group = parser.add_argument_group(
        "online programs",
        f"{' and '.join(ONLINE_PROGRAMS)} see each example once and keep no training set. DATA may "
        f"then be -, the standard input; with --test it is read as it goes.",
    )
    group.add_argument(
        "--save", metavar="FILE", type=Path, help="write the memory W to FILE, after Ctrl-C too"
    )
    group.add_argument(
        "--resume", metavar="FILE", type=Path, help="go on from a memory that --save wrote"
    )
    group.add_argument(
        "--skip", metavar="N", type=natural, default=0, help="leave out the first N training rows"
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
    rows, test_rows = tables(arguments, program)
    columns = columns_of(rows, arguments.target, intercept=arguments.intercept)
    test = None if test_rows is None else examples_of(test_rows, columns)
    count = max(0, len(rows.bits) - arguments.skip) if isinstance(rows, BitTable) else None
    executor = load_executor(arguments.executor, compile_rule(program.rule))
    memory = None
    if arguments.resume is not None:
        memory = load_memory(arguments.resume, executor.network)
    training = Training(program, executor, count or 0, columns.d, memory)
    _save(arguments.save, training)  # a file that cannot be written must not cost a whole stream
    with progress_bars() as progress:
        examples = islice(stream(rows, columns), arguments.skip, None)
        try:
            training.learn(examples, progress, count)
        except BaseException as error:
            _save(arguments.save, training)
            if arguments.save is not None and isinstance(error, KeyboardInterrupt | DataError):
                print(
                    f"rcnn learn: {training.examples} rows were learned; go on with --resume "
                    f"{arguments.save} --skip {arguments.skip + training.examples}",
                    file=sys.stderr,
                )
            raise
        _save(arguments.save, training)
        train = None
        if isinstance(rows, BitTable) and not program.online:
            train = examples_of(rows, columns)
        result = report(training, columns, test, began, train=train, progress=progress)
    if arguments.json:
        print(json.dumps(asdict(result)))
    else:
        print_paragraphs(_paragraphs(result, program, columns, rows.source, arguments.executor))
    return 0


def _save(path: Path | None, training: Training) -> None:
    if path is not None:
        save_memory(path, training.executor.network, training.memory)


def _paragraphs(
    report: Report, program: Program, columns: Columns, source: str, executor: str
) -> Iterator[tuple[str, str]]:
    yield from opening(report, columns, source, executor)
    yield "training", _training(report)
    by_row_reduction = program.meaning is row_reduction_meaning and not program.online
    if by_row_reduction and not report.consistent:
        yield "", "the training data is inconsistent: no parity explains all of it"
    if report.n_test:
        judge, agreement = "the program in plain Python", report.agreement_with_meaning
        if by_row_reduction:
            judge, agreement = "row reduction", report.agreement_with_row_reduction
        test = _test(report)
        if agreement is not None:
            answered = report.n_test - report.undecided
            same = round(agreement * answered)
            count = "all" if same == answered else f"{same:,}"
            test += f"; {judge} gives the same answer on {count} of them"
        yield "test", test
    yield "time", f"{report.seconds:.1f} s"


def _training(report: Report) -> str:
    steps = f"{counted(report.sgd_steps, 'SGD step')} for {counted(report.m, 'example')}"
    if report.memorised_exactly is not None:
        always = "exactly" if report.memorised_exactly else "NOT always"
        return f"{steps}; after each, the memory was {always} what Lemma 1 says"
    return (
        f"{steps}: {report.abstentions:,} answered with 'I do not know' and {report.mistakes:,} with "
        f"the other label; {report.rows_used:,} of {counted(report.rows, 'row')} of memory in use"
    )


def _test(report: Report) -> str:
    unknown = [str(row) for row, each in enumerate(report.predictions, 1) if each is None]
    if report.test_accuracy is None:
        return f"none of {counted(report.n_test, 'row')} is known"
    known = report.n_test - len(unknown)
    text = f"accuracy {share(report.test_accuracy)} on {counted(known, 'row')}"
    if not unknown:
        return text
    named = ", ".join(unknown[:ROWS_NAMED]) + (", ..." if len(unknown) > ROWS_NAMED else "")
    return f"{text} that the network knows, of {report.n_test:,}; it does not know row {named}"
