"""SGD on batches: one step on the sum of several examples' losses, all seen by the same weights.

The step is a sum, so two examples that would change the same row of memory are added up there, and neither is stored.
With gradient accumulation that is seen before it is too late: each example's gradient says which row it would change. An
example that meets another in its row *waits*: its loss is left out of the sum, and it is seen again in the next batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from construction.errors import DataError
from construction.executors.executor import Executor
from construction.training.memory import Memory
from construction.training.sgd import SGDStep, sgd_step

Pair = tuple[npt.ArrayLike, int]  #: an example ``(d,)`` and its label, signs


@dataclass(frozen=True, eq=False)
class BatchStep:
    """One step: what single steps from the memory before it would be, and the memory ``3 W`` after it.

    ``added[k]`` says whether the k-th example's loss is in the sum; those of the others would have changed a row that an
    earlier one changes.
    """

    changes: tuple[SGDStep, ...]
    added: npt.NDArray[np.bool_]
    memory: Memory

    @property
    def collides(self) -> bool:
        """Do two examples of the batch ask for changes of the same row?"""
        return bool(_meetings(self.changes).any())


def batch_step(
    executor: Executor, memory: Memory, batch: Sequence[Pair], layers: int, *, wait: bool = False
) -> BatchStep:
    """One SGD step on the sum of the losses of a batch: ``W`` gets the sum of all single changes.

    With ``wait``, the losses of examples that would change a row that an earlier one changes are left out.

    Raises :class:`~construction.errors.DataError` as :func:`~construction.training.sgd.sgd` does.
    """
    changes = tuple(sgd_step(executor, memory, given, label, layers) for given, label in batch)
    meets = _meetings(changes)
    added = ~meets if wait else np.ones(len(changes), dtype=bool)
    total = memory.copy()
    for change, takes_part in zip(changes, added, strict=True):
        if takes_part:
            total[change.rows, change.columns] += change.amounts
    return BatchStep(changes, added, total if (total != memory).any() else memory)


def sgd_batches(
    executor: Executor, memory: Memory, stream: Iterable[Pair], layers: int, size: int
) -> Iterator[BatchStep]:
    """SGD on a stream in batches of at most ``size`` examples, those that wait first.

    The first of a batch never waits, so every example has its turn. It ends when none is left. The memory is that of
    single steps on the examples in the order in which their losses were added, for all bundled online learners.

    Raises :class:`~construction.errors.DataError` when the size is not 1 or more, and as
    :func:`~construction.training.sgd.sgd` does.
    """
    if size < 1:
        raise DataError(f"batches of {size} examples; it should be 1 or more")
    examples = iter(stream)
    waiting: list[Pair] = []
    while batch := [*waiting, *islice(examples, size - len(waiting))]:
        step = batch_step(executor, memory, batch, layers, wait=True)
        memory = step.memory
        waiting = [pair for pair, added in zip(batch, step.added, strict=True) if not added]
        yield step


def _meetings(changes: Sequence[SGDStep]) -> npt.NDArray[np.bool_]:
    """Which examples' gradients are not 0 on a row that an earlier one of those that do not meet one changes."""
    taken: set[int] = set()
    meets = np.zeros(len(changes), dtype=bool)
    for number, change in enumerate(changes):
        # Also one that changes nothing now: after the earlier one's change it might.
        meets[number] = bool(taken.intersection(change.rows.tolist()))
        if not meets[number]:
            taken.update(change.rows[change.amounts != 0].tolist())
    return meets
