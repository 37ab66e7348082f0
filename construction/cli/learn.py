"""``rcnn learn``: learn from a file of examples, and predict."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from construction.cli import learn_online
from construction.cli.numbers import natural
from construction.cli.report import counted, opening, print_paragraphs, progress_bars, share
from construction.executors.catalogue import EXECUTORS
from construction.learning.data_set import DataSet, data_set, split
from construction.learning.datasets import DATA_SETS, load_table
from construction.learning.learn import Report, learn
from construction.learning.table import read_table_like
from construction.programs.catalogue import DEFAULT_PROGRAM, PROGRAMS
from construction.programs.program import Program
from construction.programs.row_reduction import row_reduction_meaning
from construction.sources.names import learner


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.epilog = (
        "Every column must have two values. Of -1 and +1, -1 counts as bit 1, so that a product of "
        "signs is a parity of bits; of any other two values, the later in alphabetical order. A "
        "test row on which the network does not halt counts as bit 0."
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
    learn_online.configure(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do it, and print the report."""
    program = learner(arguments.program)
    if program.online:
        return learn_online.run(arguments, program)
    learn_online.refuse(arguments, program)
    rng = np.random.default_rng(arguments.seed)
    table = load_table(arguments.data, rng)
    if arguments.test is None:
        train, test = split(table, arguments.train, rng)
    else:
        train, test = table, read_table_like(arguments.test, table)
    data = data_set(train, test, arguments.target, intercept=arguments.intercept)
    with progress_bars() as progress:
        report = learn(data, program, arguments.executor, progress)
    if arguments.json:
        print(json.dumps(_json_object(report)))
    else:
        print_paragraphs(_paragraphs(report, program, data, table.source, arguments.executor))
    return 0


def _json_object(report: Report) -> dict[str, Any]:
    """The report's fields, but for the comparison that only the text makes."""
    fields = asdict(report)
    del fields["agreement_with_meaning"]
    return fields


def _paragraphs(
    report: Report, program: Program, data: DataSet, source: str, executor: str
) -> Iterator[tuple[str, str]]:
    yield from opening(report, report.m + 1, data, source, executor)
    lemma = (
        "after each, the memory was exactly what Lemma 1 says"
        if report.memorised_exactly
        else "the memory was NOT always what Lemma 1 says"
    )
    yield (
        "training",
        f"{counted(report.sgd_steps, 'SGD step')} for {counted(report.m, 'example')}; {lemma}",
    )
    judge, agreement = "the program in plain Python", report.agreement_with_meaning
    if program.meaning is row_reduction_meaning:
        judge, agreement = "row reduction", report.agreement_with_row_reduction
        if not report.consistent:
            yield "", "the training data is inconsistent: no parity explains all of it"
    test = f"accuracy {share(report.test_accuracy)} on {counted(report.n_test, 'row')}"
    if agreement is not None:
        same = round(agreement * report.n_test)
        count = "all" if same == report.n_test else f"{same:,}"
        test += f"; {judge} gives the same answer on {count} of them"
    yield "test", test
    if report.undecided:
        zero = data.target.values[0]
        yield (
            "",
            f"{counted(report.undecided, 'row')} undecided, for which the prediction is {zero!r}",
        )
    yield "time", f"{report.seconds:.1f} s"
