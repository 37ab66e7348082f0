"""What every executor does: run the recurrent convolution, exactly.

Executors differ in how they find the next grid, never in the grid: all of them give, at every
layer, the codes that :class:`~construction.executors.definition.reference.ReferenceExecutor` gives.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from construction.display import grid
from construction.errors import NetworkError, SizeError
from construction.executors.head import head_slopes
from construction.executors.threads import cores
from construction.network.layers import Integers
from construction.network.rcnn import RCNN
from construction.progress import Progress

Codes = npt.NDArray[np.int16]  #: grids of codes
SHOWN_LAYERS = 12  #: of a run's history, in a notebook
#: Bytes for each pixel of a grid whose output is asked for, beside the executor's: its codes and
#: their readout, as 64-bit integers.
OUTPUT_BYTES = 24
#: Bytes for the grids whose outputs are asked for together.
BATCH_BYTES = 4 * 2**20
#: Grids that are asked for together, at most, where what they have in common is computed once: sets of
#: them should stay in the cache.
MOST_TOGETHER = 2**12
MEMORY_LIMIT = 8 * 2**30  #: bytes; larger requests are refused before anything is allocated


@dataclass(frozen=True, eq=False, repr=False)
class Run:
    """The result of a forward pass.

    ``grids`` is the last grid of each example, ``(batch, rows, columns)``. ``layers`` is the depth
    of the network and ``computed`` the number of layers that were computed: fewer when a layer
    changed nothing, for then no later one does. ``executor`` names the executor that ran.
    ``history``, if it was asked for, is ``(computed + 1, batch, rows, columns)``, the input first.
    ``evaluated`` is how many pixels were evaluated, in all layers, by an executor that does not evaluate all of them; 0 if
    nobody counted.
    """

    grids: Codes
    layers: int
    computed: int
    executor: str
    history: Codes | None = None
    evaluated: int = 0

    def at(self, layer: int) -> Codes:
        """The grids after ``layer`` layers, 0 being the input; needs the history."""
        if self.history is None:
            raise ValueError("the run kept no history; ask for it with record=True")
        grids: Codes = self.history[min(layer, self.computed)]
        return grids

    def __repr__(self) -> str:
        batch, rows, columns = self.grids.shape
        return (
            f"<Run of {self.layers:,} layers, {self.computed:,} of them computed: {batch} grid{'' if batch == 1 else 's'} of "
            f"{rows} x {columns} pixels{'' if self.history is None else ', with history'}>"
        )

    def _repr_html_(self) -> str:
        """The first example's grid: the last one, or, with a history, up to twelve on the way."""
        if self.history is None:
            return grid(self.grids[0], f"after {self.layers} layers")
        shown = np.unique(np.linspace(0, self.computed, SHOWN_LAYERS).astype(int))
        return "".join(grid(self.history[layer, 0], f"layer {layer}") for layer in shown)


@dataclass(frozen=True, eq=False)
class ForwardBackward:
    """The output ``f`` and its gradient by the pixels of the first grid, where it is not 0.

    ``slopes[k]`` is the derivative by the pixel at row ``rows[k]`` and column ``columns[k]`` of a grid of
    this ``shape``.
    """

    output: Fraction
    shape: tuple[int, int]
    rows: Integers
    columns: Integers
    slopes: Integers

    @classmethod
    def of_dense(cls, output: Fraction, gradient: Integers) -> ForwardBackward:
        """From the gradient by all pixels, ``(rows, columns)``."""
        rows, columns = np.nonzero(gradient)
        return cls(
            output, (len(gradient), gradient.shape[1]), rows, columns, gradient[rows, columns]
        )

    @property
    def gradient(self) -> Integers:
        """The gradient by all pixels, ``(rows, columns)``."""
        gradient = np.zeros(self.shape, dtype=np.int64)
        gradient[self.rows, self.columns] = self.slopes
        return gradient


class Executor(ABC):
    """Runs one network, forward and backward. ``Executor(network).run(grids, layers)``."""

    name: ClassVar[str]
    bytes_per_pixel: ClassVar[int]  #: memory that a run takes for each pixel of its batch

    #: Told during a long run, now and then, how many layers are done.
    progress: Progress | None = None

    def __init__(self, network: RCNN) -> None:
        self.network = network

    def __getstate__(self) -> dict[str, Any]:
        """For pickling and copying: without :attr:`progress`, which may lead to a terminal or to any function."""
        return {name: value for name, value in vars(self).items() if name != "progress"}

    @abstractmethod
    def run(self, grids: npt.ArrayLike, layers: int, *, record: bool = False) -> Run:
        """Apply the convolution ``layers`` times to each grid of a batch.

        ``grids`` is ``(batch, rows, columns)``, codes. Raises
        :class:`~construction.errors.NetworkError` when the weights lead out of the network's codes,
        and :class:`~construction.errors.SizeError` when the grids would not fit in memory.
        """

    @abstractmethod
    def forward_backward(self, grid: npt.ArrayLike, layers: int) -> ForwardBackward:
        """Forward and backward pass of one grid through ``layers`` layers, head and sum.

        Raises what :meth:`run` raises, and :class:`~construction.errors.NetworkError` when a unit that
        the gradient passes stands at its kink, a derivative is not an integer, or the gradient
        could leave 64-bit integers.
        """

    def forward_backward_signs(
        self, grid: npt.NDArray[np.integer], signs: npt.NDArray[np.integer], layers: int
    ) -> ForwardBackward:
        """The same for the grid ``grid * signs``: so an input enters the memory layer.

        ``grid`` is ``(rows, columns)``, codes, and ``signs`` ``(columns,)``, -1 and 1. The gradient is that by the
        pixels of ``grid * signs``.
        """
        return self.forward_backward(grid * signs, layers)

    def outputs(
        self, grid: npt.NDArray[np.integer], signs: npt.NDArray[np.integer], layers: int
    ) -> list[Fraction]:
        """The network's output for each of the grids ``grid * signs[k]``.

        ``grid`` is ``(rows, columns)``, codes, and ``signs`` ``(batch, columns)``, -1 and 1: so an input
        enters the memory layer. Raises what :meth:`run` raises.
        """
        (sums,) = self.totals(grid, signs, layers, [self.network.head_table()])
        return [self._output(total) for total in sums.tolist()]

    def outputs_without_gradient(
        self, grid: npt.NDArray[np.integer], signs: npt.NDArray[np.integer], layers: int
    ) -> list[Fraction | None]:
        """The same, but None where the head has a slope at some pixel of the last grid.

        Everywhere else the gradient of the output is 0, in all layers.
        """
        slopes, known = head_slopes(self.network)
        tables = [self.network.head_table(), ((slopes != 0) | ~known).astype(np.int64)]
        sums, steep = self.totals(grid, signs, layers, tables)
        return [
            None if slope else self._output(total)
            for total, slope in zip(sums.tolist(), steep.tolist(), strict=True)
        ]

    def _output(self, total: int) -> Fraction:
        return Fraction(total, self.network.head[-1].scale)

    def totals(
        self,
        grid: npt.NDArray[np.integer],
        signs: npt.NDArray[np.integer],
        layers: int,
        tables: Sequence[Integers],
    ) -> list[Integers]:
        """For each table, what it has for the pixels of a last grid, added up: ``(batch,)``.

        The grids are those of :meth:`outputs`; a table has a number for each code from the lowest on.
        """
        size = self.network.highest - self.network.lowest + 1
        last = self.run(grid * signs[:, None, :], layers).grids
        counts = np.stack(
            [np.bincount((each - self.network.lowest).ravel(), minlength=size) for each in last]
        )
        return [counts @ table for table in tables]

    def totals_of_few(
        self,
        grid: npt.NDArray[np.integer],
        signs: npt.NDArray[np.integer],
        layers: int,
        tables: Sequence[Integers],
    ) -> list[Integers]:
        """As :meth:`totals` of this class, with as many grids at a time as there are cores, for less memory."""
        size, start = cores(), 0
        parts = []
        try:
            # A batch without grids is refused, too.
            for start in range(0, max(1, len(signs)), size):
                few = signs[start : start + size]
                parts.append(Executor.totals(self, grid, few, layers, tables))
        except NetworkError as error:
            # Raised once more for the whole batch, to name the grid by its number there.
            try:
                return Executor.totals(self, grid, signs, layers, tables)
            except SizeError:
                raise NetworkError(f"counted from grid {start + 1} of the batch: {error}") from None
        return [np.concatenate(part) for part in zip(*parts, strict=True)]

    def together(self, pixels: int) -> int:
        """How many grids of so many pixels :meth:`outputs` should be asked for at a time."""
        return max(cores(), BATCH_BYTES // (self.bytes_per_output * pixels))

    @property
    def bytes_per_output(self) -> int:
        """Memory that an output takes for each pixel of its grid."""
        return OUTPUT_BYTES + self.bytes_per_pixel

    def tell(self, done: int, layers: int) -> None:
        """Report progress."""
        if self.progress is not None:
            self.progress("layers", done, layers)

    def check_input(self, grids: npt.ArrayLike, layers: int, *, record: bool) -> Codes:
        """The batch as codes, or an error that says what is wrong with it."""
        batch = np.asarray(grids)
        if batch.ndim != 3 or 0 in batch.shape:
            raise NetworkError(
                f"grids have shape {batch.shape}; it should be (batch, rows, columns), none of "
                f"them 0"
            )
        if not np.issubdtype(batch.dtype, np.integer):
            raise NetworkError(f"grids hold numbers of type {batch.dtype}; codes are integers")
        if layers < 0:
            raise NetworkError(f"{layers} layers were asked for; it should be 0 or more")
        history = np.dtype(np.int16).itemsize * (layers + 1) if record else 0
        check_memory(batch.size * (self.bytes_per_pixel + history), "the grids")
        self.check_codes(batch, 0)
        return batch.astype(np.int16)

    def check_codes(self, grids: npt.NDArray[np.integer], layer: int, *, first: int = 0) -> None:
        """Raise unless every pixel holds a number between the cells' codes, padding excluded.

        ``first`` is the number of the first of these grids in their batch, from 0.
        """
        if grids.min() <= self.network.padding or grids.max() > self.network.highest:
            outside = (grids <= self.network.padding) | (grids > self.network.highest)
            batch, row, column = (int(i) for i in np.argwhere(outside)[0])
            raise NetworkError(
                f"network {self.network.name!r}: after layer {layer}, grid {first + batch + 1}, the pixel "
                f"at row {row + 1}, column {column + 1} is {int(grids[batch, row, column])}; codes "
                f"lie between {self.network.padding + 1} and {self.network.highest}"
            )


def check_memory(needed: int, what: str) -> None:
    """Raise :class:`~construction.errors.SizeError` when ``needed`` bytes are too many."""
    if needed > MEMORY_LIMIT:
        raise SizeError(
            f"{what} would take {needed / 2**30:.1f} GiB, more than the limit of "
            f"{MEMORY_LIMIT / 2**30:.0f} GiB; use fewer examples, features or layers"
        )
