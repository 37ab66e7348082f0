"""What ``rcnn learn`` says of its work, in labelled paragraphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from construction.cli.report import counted, quoted, share
from construction.learning.data.data_set import Columns, Examples
from construction.learning.data.table import BitTable
from construction.learning.data.unlabelled import Unlabelled
from construction.learning.data.values import Column
from construction.learning.report import Report
from construction.learning.row_reduction import row_reduction
from construction.programs.online_row_reduction import NAME as ONLINE_ROW_REDUCTION
from construction.programs.program import Program
from construction.programs.row_reduction import row_reduction_meaning

ROWS_NAMED: Final = 20  #: test rows that the report names one by one


def opening(
    report: Report, columns: Columns, source: str, executor: str
) -> Iterator[tuple[str, str]]:
    """The first paragraphs of a report: the data, the program, and its network."""
    constant = ", one of them constant" if columns.intercept else ""
    target = columns.target.name
    yield "data", f"{source}: {counted(report.d, 'feature')}{constant}; the target is {target!r}"
    for text in _bit_values(columns.features, columns.target):
        yield "bits", text
    yield "program", f"{report.program}, on the {executor} executor"
    shape = f"{report.rows:,} x {report.pixels // report.rows:,} pixels"
    if report.line:
        shape = f"{report.pixels:,} pixels on one line"
    yield (
        "network",
        f"{shape}, {report.layers:,} layers; "
        f"{report.hidden_units:,} hidden units per pixel and layer, {report.nodes:,} nodes; "
        f"{report.weights['nonzero']:,} non-zero weights, {report.weights['distinct']:,} distinct",
    )


def _bit_values(features: Sequence[Column], target: Column) -> Iterator[str]:
    """Which value counts as bit 1: the columns with the same two values together."""
    groups: dict[tuple[str, str], list[str]] = {}
    names_of_features = [column.name for column in features]
    for column in (*features, target):
        groups.setdefault(column.values, []).append(column.name)
    for (zero, one), names in groups.items():
        where = "every column" if len(groups) == 1 else _columns(names, names_of_features)
        yield f"{one!r} is bit 1 and {zero!r} is bit 0 in {where}"


def _columns(names: list[str], features: list[str]) -> str:
    if names == features:
        return "every feature"
    return ", ".join(map(repr, names))


def outcome(
    report: Report,
    program: Program,
    columns: Columns,
    train: Examples | None,
    test: BitTable | None,
) -> Iterator[tuple[str, str]]:
    """What was learned, and how the test rows, numbered as in their file, were predicted."""
    yield "training", _training(report)
    by_row_reduction = program.meaning is row_reduction_meaning and not program.online
    if (by_row_reduction and train is not None) or program.name == ONLINE_ROW_REDUCTION:
        yield "parity", _parity(report, columns, train)
    if test is not None:
        text = _test(report, test)
        judge, agreement = "the program in plain Python", report.agreement_with_meaning
        if by_row_reduction:
            judge, agreement = "row reduction", report.agreement_with_row_reduction
        if agreement is not None:
            answered = report.n_test - report.undecided
            same = round(agreement * answered)
            count = "all" if same == answered else f"{same:,}"
            text += f"; {judge} gives the same answer on {count} of them"
        yield "test", text


def _training(report: Report) -> str:
    steps = f"{counted(report.sgd_steps, 'SGD step')} for {counted(report.m, 'example')}"
    if report.memorised_exactly is not None:
        always = "exactly" if report.memorised_exactly else "NOT always"
        return f"{steps}; after each, the memory was {always} what Lemma 1 says"
    text = (
        f"{steps}: {report.abstentions:,} answered with 'I do not know' and {report.mistakes:,} with "
        f"the other label; {report.rows_used:,} of {counted(report.rows, 'row')} of memory in use"
    )
    if report.unstored:
        text += f"; {report.unstored:,} not stored, because no row was left"
    return text


def _parity(report: Report, columns: Columns, train: Examples | None) -> str:
    """Which columns the label is the exclusive or of; or how far the parity that was found gets."""
    names = [quoted(name) for name in report.parity or []]
    said = f"the exclusive or of {', '.join(names)}" if len(names) > 1 else "".join(names)
    if report.complemented:
        said = f"the complement of {said}" if names else "always bit 1"
    said = f"{quoted(columns.target.name)} is {said or 'always bit 0'}"
    what = "the examples"
    if train is None:
        said, what = f"{said}, by the rows in memory", "them"
    explained = report.consistent or train is None
    if explained and not report.free:
        return f"{said}; no other parity explains {what}"
    if explained:
        return (
            f"{said}; other parities explain {what} as well, for the choice of "
            f"{counted(report.free or 0, 'feature')} is free"
        )
    text = (
        f"the training data is inconsistent: no parity explains all of it; the one that was found "
        f"({said}) explains {report.explained:,} of {counted(report.m, 'example')}"
    )
    assert train is not None
    with_constant = np.column_stack([train.features, np.ones(len(train.labels), np.uint8)])
    if not columns.intercept and row_reduction(with_constant, train.labels).consistent:
        return f"{text}; with --intercept, one explains them all"
    return f"{text}; wrong labels are beyond row reduction, and so is what is no parity"


def written(unlabelled: Unlabelled) -> str:
    """What was predicted, and which columns of the file played no part in it."""
    text = counted(len(unlabelled.rows), "row")
    if not unlabelled.others:
        return text
    names = ", ".join(
        repr(name) if name else "a column without a name" for name in unlabelled.others
    )
    several = len(unlabelled.others) > 1
    return f"{text}; {names} {'are no features' if several else 'is no feature'}, and kept as in the file"


def _test(report: Report, test: BitTable) -> str:
    unknown = [
        str(row) for row, each in zip(test.numbers, report.predictions, strict=True) if each is None
    ]
    if report.test_accuracy is None:
        return f"none of {counted(report.n_test, 'row')} is known"
    known = report.n_test - len(unknown)
    text = f"accuracy {share(report.test_accuracy)} on {counted(known, 'row')}"
    if not unknown:
        return text
    named = ", ".join(unknown[:ROWS_NAMED]) + (", ..." if len(unknown) > ROWS_NAMED else "")
    return (
        f"{text} that the network knows, of {report.n_test:,}; it does not know row {named} of "
        f"{test.source}"
    )
