"""The patches that small runs of a network meet."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from construction.executors.table.patch_table import PatchTable, Words
from construction.network.layers import PIXEL_UNIT
from construction.network.rcnn import RCNN

#: Rows and columns of the grids that are run.
SHAPES: Final = ((1, 1), (3, 2), (5, 9), (16, 8), (12, 20))
GRIDS: Final = 12  #: of each shape
MEMORY: Final = (-1, 0, 1, PIXEL_UNIT)  #: codes that predictions begin with
PARTLY_EMPTY: Final = 3  #: one of so many memories has rows that nothing is stored in
MOST_LAYERS: Final = 512  #: of a run
QUIET: Final = 100  #: a run ends after so many layers without a patch that was not met before


def met_patches(patches: PatchTable) -> npt.NDArray[np.bool_]:
    """For each entry of the table, is it looked up in some small run? All runs are the same ones every time.

    They begin with memories of random signs, some of them with rows of zeros at their end, and the work columns, as predictions do. If such codes have no names, or
    the network does not tell them apart, as in an automaton whose codes are sums, they begin with random cells: of each class as many.
    """
    random = np.random.default_rng(0)
    network = patches.network
    cells = np.array([code for code in network.codes if code != network.padding])
    seen = patches.words[cells - network.lowest] & np.bitwise_or.reduce(patches.masks)
    of_memory = np.isin(cells, MEMORY)
    if np.unique(seen[of_memory]).size == len(MEMORY):
        return _met(patches, [_memories(network, shape, random) for shape in SHAPES])
    # Most codes of an automaton may be of one class: of random codes few would be of others.
    kinds = cells[np.unique(seen, return_index=True)[1]]
    return _met(patches, [random.choice(kinds, (GRIDS, *shape)) for shape in SHAPES])


def _met(patches: PatchTable, beginnings: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.bool_]:
    """The entries that are looked up in runs that begin so, ``(grids, rows, columns)`` each."""
    met = np.zeros(patches.table.size, dtype=bool)
    for grids in beginnings:
        _, rows, columns = grids.shape
        words = np.full((GRIDS, rows + 2, columns + 2), patches.words[0], dtype=np.uint32)
        words[:, 1:-1, 1:-1] = patches.words[grids - patches.network.lowest]
        quiet = 0
        for _ in range(MOST_LAYERS):
            index = _indices(words, patches.masks)
            quiet = quiet + 1 if met[index].all() else 0
            met[index] = True
            after = patches.table[index]
            if quiet == QUIET or (after == words[:, 1:-1, 1:-1]).all():
                break
            # Where a run leaves the codes it stays as it is.
            words[:, 1:-1, 1:-1] = np.where(after >> np.uint32(31), words[:, 1:-1, 1:-1], after)
    return met


def _memories(
    network: RCNN, shape: tuple[int, int], random: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Grids ``(grids, rows, columns)`` as predictions begin with."""
    rows, columns = shape
    signs = random.choice([-1, 1], (GRIDS, rows, columns))
    for each in signs[::PARTLY_EMPTY]:
        each[random.integers(rows + 1) :] = 0
    work = np.full((GRIDS, rows, network.work_columns), PIXEL_UNIT)
    grids = np.concatenate([signs, work], axis=2)
    return grids.reshape(GRIDS, 1, -1) if network.line else grids


def _indices(words: Words, masks: Words) -> Words:
    """The indices of the patches around all words but the outermost."""
    _, rows, columns = words.shape
    index = np.zeros((len(words), rows - 2, columns - 2), dtype=np.uint32)
    for position, mask in enumerate(masks):
        if mask:
            row, column = divmod(position, 3)
            index |= words[:, row : row + rows - 2, column : column + columns - 2] & mask
    return index
