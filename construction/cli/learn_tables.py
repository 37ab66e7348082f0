"""Which rows ``rcnn learn`` trains on, and which it predicts."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from construction.cli.numbers import refuse
from construction.errors import DataError
from construction.learning.data.bundled import DATA_SETS, load_table
from construction.learning.data.csv_rows import STANDARD_INPUT
from construction.learning.data.data_set import split
from construction.learning.data.table import (
    BitStream,
    BitTable,
    find_columns,
    read_table,
    read_table_like,
    stream_like,
    stream_of_values,
)
from construction.programs.catalogue import ONLINE_PROGRAMS
from construction.programs.program import Program


def tables(
    arguments: argparse.Namespace, program: Program, rng: np.random.Generator
) -> tuple[BitTable | BitStream, BitTable | None]:
    """The training rows and the test rows, if there are any.

    For an online program, a file that comes with a test file is read twice: for the values of its
    columns, and then as it goes; but if nothing else says how many rows of memory there should be, all of it is
    read first, to count the keys. The standard input is read once, so its values come from ``--values``
    or the test file.
    """
    if not program.any_rows:
        refuse(arguments, f"{program.name} has as many rows of memory as it needs", "rows")
    if not program.online:
        skip = ("skip",) if arguments.skip else ()
        refuse(arguments, f"{program.name} is no online program", "save", "resume", "values", *skip)
        if arguments.data == str(STANDARD_INPUT):
            raise DataError(
                f"{program.name} stores its training set and takes no standard input; "
                f"{', '.join(ONLINE_PROGRAMS)} do"
            )
        return _split_or_test(arguments, rng)
    path = Path(arguments.data)
    if path == STANDARD_INPUT and arguments.train is not None:
        raise DataError(
            "--train splits a table; the standard input is a stream, all of it to train"
        )
    if arguments.values is not None:
        return _of_values(arguments, path)
    if path == STANDARD_INPUT:
        if arguments.test is None:
            raise DataError(
                "standard input: nothing says which values its columns have; give a test file, or "
                "--values ZERO,ONE"
            )
        test = read_table(arguments.test)
        return stream_like(path, test.columns, test.source), test
    counts_keys = program.any_rows and arguments.rows is None and arguments.resume is None
    if arguments.test is None or arguments.data in DATA_SETS or counts_keys:
        return _split_or_test(arguments, rng)
    rows = stream_like(path, find_columns(path), str(path))
    return rows, read_table_like(arguments.test, rows)


def _split_or_test(
    arguments: argparse.Namespace, rng: np.random.Generator
) -> tuple[BitTable, BitTable | None]:
    table = load_table(arguments.data, rng)
    if arguments.test is not None:
        return table, read_table_like(arguments.test, table)
    if arguments.predict is not None and arguments.train is None:
        return table, None
    return split(table, arguments.train, rng)


def _of_values(arguments: argparse.Namespace, path: Path) -> tuple[BitStream, BitTable | None]:
    zero, comma, one = arguments.values.partition(",")
    if not (zero and comma and one) or zero == one or "," in one:
        raise DataError(
            f"--values {arguments.values}: there should be two values with a comma between them, "
            f"the one that is bit 0 first"
        )
    if path != STANDARD_INPUT and arguments.test is None:
        raise DataError("--values is for streams; give a test file, or - for DATA")
    rows = stream_of_values(path, zero, one)
    return rows, None if arguments.test is None else read_table_like(arguments.test, rows)
