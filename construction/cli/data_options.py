"""The options of commands that learn from DATA, and the files that commands write."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from construction.cli.numbers import natural, positive
from construction.errors import DataError


def add_column_options(parser: argparse._ActionsContainer) -> None:
    """``--target`` and ``--intercept``, which is on unless it is False."""
    parser.add_argument(
        "--target", metavar="COLUMN", help="the column of DATA to learn (default: the last)"
    )
    parser.add_argument(
        "--intercept",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="add a constant feature to DATA, always bit 1, so that a parity and its complement are "
        "learned alike, whichever value counts as bit 1 (default: add it)",
    )


def add_size_options(parser: argparse._ActionsContainer) -> None:
    """``--examples`` and ``--features``, of data that are not there yet."""
    parser.add_argument(
        "--examples", metavar="M", type=natural, help="training examples of a program that learns"
    )
    parser.add_argument("--features", metavar="D", type=positive, help="features of each")


def size_of(arguments: argparse.Namespace) -> tuple[int, int] | None:
    """``(m, d)``, or None. Raises :class:`~construction.errors.DataError` when one is given without the other."""
    m, d = arguments.examples, arguments.features
    if (m is None) != (d is None):
        raise DataError("--examples M and --features D go together")
    return None if m is None else (m, d)


def add_seed_option(parser: argparse._ActionsContainer, what: str) -> None:
    """``--seed``; ``what`` says what that is for."""
    parser.add_argument("--seed", metavar="S", type=natural, help=f"{what} (default: 0)")


@contextmanager
def random_numbers(arguments: argparse.Namespace) -> Iterator[np.random.Generator]:
    """Those of ``--seed``. Raises :class:`~construction.errors.DataError` if it is given, but none was drawn."""
    rng = np.random.default_rng(arguments.seed or 0)
    before = rng.bit_generator.state
    yield rng
    if arguments.seed is not None and rng.bit_generator.state == before:
        raise DataError(
            f"nothing here is random, the rows are taken in their order, to which --seed {arguments.seed} "
            f"does not apply; leave it out"
        )


def output_file(text: str) -> Path:
    """A file to write, as an argument: it has a name."""
    if text == "-":
        raise argparse.ArgumentTypeError("'-' is no file; it should be a file that has a name")
    return Path(text)


def keep_inputs(outputs: tuple[Path | None, ...], inputs: tuple[Path | None, ...]) -> None:
    """Raise :class:`~construction.errors.DataError` when an output would take an input's place."""
    for output in outputs:
        for each in inputs:
            if output is not None and each is not None and _same(output, each):
                raise DataError(
                    f"{output} is read as well, and would be lost; write to another file"
                )


def keep_apart(one: Path | None, other: Path | None) -> None:
    """Raise :class:`~construction.errors.DataError` when one output would take the other's place."""
    # Neither need be there yet.
    if (
        one is not None
        and other is not None
        and (_same(one, other) or one.resolve() == other.resolve())
    ):
        raise DataError(f"{one} is written twice, and one would be lost; write to two files")


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)
