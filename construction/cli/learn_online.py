"""``rcnn learn`` with an online program: one pass over a stream, which may never end."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from construction.cli.numbers import natural
from construction.cli.report import counted, opening, print_paragraphs, progress_bars, share
from construction.compiling.compiler import compile_rule
from construction.errors import DataError
from construction.learning.data_set import Examples, Stream, examples_of, split, stream
from construction.learning.datasets import DATA_SETS, load_table
from construction.learning.online import OnlineReport, OnlineTraining
from construction.learning.table import (
    STANDARD_INPUT,
    BitStream,
    BitTable,
    find_columns,
    read_table,
    read_table_like,
    stream_like,
    stream_of_values,
)
from construction.network.files import load_memory, save_memory
from construction.programs.catalogue import ONLINE_PROGRAMS
from construction.programs.program import Program

ROWS_NAMED: Final = 20  #: test rows that the report names one by one


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments that only online programs take."""
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


def refuse(arguments: argparse.Namespace, program: Program) -> None:
    """Raise when an argument of online programs was given to another program."""
    given = {
        "--save": arguments.save is not None,
        "--resume": arguments.resume is not None,
        "--skip": arguments.skip > 0,
        "--values": arguments.values is not None,
        "standard input": arguments.data == str(STANDARD_INPUT),
    }
    for what, present in given.items():
        if present:
            raise DataError(
                f"{program.name} stores its training set and takes no {what}; "
                f"{' and '.join(ONLINE_PROGRAMS)} do"
            )


def run(arguments: argparse.Namespace, program: Program) -> int:
    """Learn, save, predict, and print the report."""
    source, test = _tables(arguments)
    total = len(source.bits) if isinstance(source, BitTable) else None
    examples = stream(source, arguments.target, intercept=arguments.intercept)
    examples = replace(examples, examples=islice(examples.examples, arguments.skip, None))
    tests = None
    if test is not None:
        tests = examples_of(test, arguments.target, intercept=arguments.intercept)
    resume = None
    if arguments.resume is not None:
        resume = load_memory(arguments.resume, compile_rule(program.rule))
    training = OnlineTraining(program, examples.d, arguments.executor, resume)
    _save(arguments.save, training)  # a file that cannot be written must not cost a whole stream
    with progress_bars() as progress:
        try:
            training.learn(examples, progress, total and max(0, total - arguments.skip))
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
        report = training.report(tests, examples.target.values, progress)
    if arguments.json:
        print(json.dumps(asdict(report)))
    else:
        print_paragraphs(_paragraphs(report, examples, tests, arguments.executor))
    return 0


def _save(path: Path | None, training: OnlineTraining) -> None:
    if path is not None:
        save_memory(path, training.executor.network, training.memory)


def _tables(arguments: argparse.Namespace) -> tuple[BitTable | BitStream, BitTable | None]:
    """The training rows and the test rows, if there are any.

    A file that comes with a test file is read twice: for the values of its columns, and then as it
    goes. The standard input is read once, so its values come from ``--values`` or the test file.
    """
    path = Path(arguments.data)
    rng = np.random.default_rng(arguments.seed)
    if path == STANDARD_INPUT and arguments.train is not None:
        raise DataError(
            "--train splits a table; the standard input is a stream, all of it to train"
        )
    if arguments.values is not None:
        zero, comma, one = arguments.values.partition(",")
        if not (zero and comma and one) or zero == one or "," in one:
            raise DataError(
                f"--values {arguments.values}: there should be two values with a comma between "
                f"them, the one that is bit 0 first"
            )
        if path != STANDARD_INPUT and arguments.test is None:
            raise DataError("--values is for streams; give a test file, or - for DATA")
        rows = stream_of_values(path, zero, one)
        return rows, None if arguments.test is None else read_table_like(arguments.test, rows)
    if path == STANDARD_INPUT:
        if arguments.test is None:
            raise DataError(
                "standard input: nothing says which values its columns have; give a test file, or "
                "--values ZERO,ONE"
            )
        test = read_table(arguments.test)
        return stream_like(path, test.columns, test.source), test
    if arguments.test is None or arguments.data in DATA_SETS:
        table = load_table(arguments.data, rng)
        if arguments.test is not None:
            return table, read_table_like(arguments.test, table)
        return split(table, arguments.train, rng)
    rows = stream_like(path, find_columns(path), str(path))
    return rows, read_table_like(arguments.test, rows)


def _paragraphs(
    report: OnlineReport, data: Stream, test: Examples | None, executor: str
) -> Iterator[tuple[str, str]]:
    yield from opening(report, report.rows, data, data.source, executor)
    yield (
        "training",
        f"{counted(report.sgd_steps, 'SGD step')} for {counted(report.m, 'example')}: "
        f"{report.abstentions:,} answered with 'I do not know' and {report.mistakes:,} with the "
        f"other label; {report.rows_used:,} of {counted(report.rows, 'row')} of memory in use",
    )
    if test is not None:
        yield "test", _test(report)
    yield "time", f"{report.seconds:.1f} s"


def _test(report: OnlineReport) -> str:
    unknown = [str(row) for row, known in enumerate(report.knows, 1) if not known]
    if report.test_accuracy is None:
        return f"none of {counted(report.n_test, 'row')} is known"
    known = report.n_test - len(unknown)
    text = f"accuracy {share(report.test_accuracy)} on {counted(known, 'row')}"
    if not unknown:
        return f"{text}; the network knows all of them"
    named = ", ".join(unknown[:ROWS_NAMED]) + (", ..." if len(unknown) > ROWS_NAMED else "")
    return f"{text} that the network knows, of {report.n_test:,}; it does not know row {named}"
