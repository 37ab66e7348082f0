"""A battery for machines that never move up: its distinct rows, and what its data sets have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from construction.search.battery import BLANK, Bytes, Numbers, tape
from construction.search.tasks import Input

Row = tuple[tuple[int, ...], bool]  #: its symbols, and whether it is the last one


class Rows(NamedTuple):
    """Inputs as :mod:`construction.search.row_kernel` reads them.

    ``cells`` ``(rows, columns)`` are the rows that differ, of ``widths`` cells; below those that are ``lasts`` is a wall. Rows
    from the top on make a tree: each node but the first is a row (``row_of``) below another node (``above``), which comes before it.
    The last nodes are the inputs, each on its last row; these have ``answers``.
    """

    cells: Bytes
    widths: Numbers
    lasts: Numbers
    above: Numbers
    row_of: Numbers
    answers: Bytes


def to_rows(inputs: Sequence[Input]) -> Rows:
    """The inputs as the kernel reads them."""
    number_of: dict[Row, int] = {}
    nodes: dict[tuple[int, ...], int] = {(): 0}
    above, row_of = [0], [0]
    ends, tests = [], []
    for each in inputs:
        *grid, test = tape(each)
        beginning: tuple[int, ...] = ()
        for row in grid:
            node = nodes[beginning]
            number = number_of.setdefault((tuple(row), False), len(number_of))
            beginning = (*beginning, number)
            if beginning not in nodes:
                nodes[beginning] = len(nodes)
                above.append(node)
                row_of.append(number)
        ends.append(nodes[beginning])
        tests.append(number_of.setdefault((tuple(test), True), len(number_of)))
    cells = np.full((len(number_of), max(len(row) for row, _ in number_of)), BLANK, dtype=np.int8)
    for index, (symbols, _) in enumerate(number_of):
        cells[index, : len(symbols)] = symbols
    return Rows(
        cells,
        np.array([len(row) for row, _ in number_of], dtype=np.int64),
        np.array([last for _, last in number_of], dtype=np.int64),
        np.array(above + ends, dtype=np.int64),
        np.array(row_of + tests, dtype=np.int64),
        np.array([each.answer for each in inputs], dtype=np.int8),
    )
