"""What is too large to begin with: trees, sizes of a task, grids."""

from __future__ import annotations

from typing import Final

from construction.errors import DataError, SizeError
from construction.search.tasks import Size

MOST_NODES: Final = 10**11  #: of a tree that is walked without a directory to keep the results
MOST_YEARS: Final = 10**6  #: that are written out
NODES_PER_SECOND: Final = 4_000_000  #: of one core, for the estimate of a refusal
MOST_INPUTS: Final = 2_000_000  #: data sets of a size that are gone through
MOST_CELLS: Final = 2**15  #: of a grid, so that the number of a cell has 16 bits


def check_nodes(
    machines: tuple[int, int], estimate: tuple[float, float], cores: int, remedy: str
) -> None:
    """Refuse a tree of too many nodes; ``machines`` is (s, g), and the estimate one with its standard error.

    Raises :class:`~construction.errors.SizeError`, with the time that it would take and the remedy.
    """
    (s, g), (nodes, error) = machines, estimate
    if nodes > MOST_NODES:
        raise SizeError(
            f"{s} states and {g} symbols make a tree of about {nodes:.1g} nodes (+- {error:.1g}), which takes about "
            f"{duration(nodes / (NODES_PER_SECOND * cores))} here; {remedy}"
        )


def check_inputs(size: Size, where: str) -> None:
    """Refuse a size all of whose inputs are too many. Raises :class:`~construction.errors.DataError`."""
    m, d = size
    # The exponent first: the power of a large one has too many digits.
    if m * d + m + d >= MOST_INPUTS.bit_length():
        raise DataError(
            f"{where}the size [{m}, {d}] has more than {MOST_INPUTS:,} inputs; take smaller ones"
        )


def check_cells(size: Size, where: str) -> None:
    """Refuse a size whose grid has too many cells. Raises :class:`~construction.errors.DataError`."""
    m, d = size
    if (m + 1) * (d + 2) > MOST_CELLS:
        raise DataError(
            f"{where}{m:,} examples with {d:,} features make a grid of {(m + 1) * (d + 2):,} cells; it should have "
            f"at most {MOST_CELLS:,}"
        )


def duration(seconds: float) -> str:
    """In words, in the largest unit of which there are two."""
    years = seconds / 31_557_600
    if years >= MOST_YEARS:
        return f"{years:.1g} years"
    for unit, size in (("years", 31_557_600), ("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{seconds:.0f} seconds"
