"""What an induction over the layers of a scene saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from proofs_check.patterns.induction import Covered
from proofs_check.patterns.regions import ANY
from proofs_check.patterns.scene import Scene
from proofs_check.weights.tables import Integers

#: The marks of a pattern, in this order: rows on a line know in the next layer whether they wait; the row lies
#: above the one that SGD writes; below it; the column is one of memory; this is layer 0.
SETTLED, ABOVE, BELOW, MEMORY, LAYER0 = range(5)


@dataclass(frozen=True, eq=False)
class Seen:
    """A pattern of a scene: where it occurs first, the stage that follows, and what happens to the cell.

    ``steps`` are the different combinations of the cell's code, its slope, and its next code.
    """

    place: Mapping[str, int]
    marks: tuple[bool, ...]
    now: str
    after: str
    steps: Integers


@dataclass(frozen=True, eq=False)
class Outcome:
    """A scene that the network was shown to play: all of its patterns and patches.

    ``work`` is the number of work columns, or :data:`~proofs_check.patterns.regions.ANY`.
    """

    scene: Scene
    covered: Covered
    seen: tuple[Seen, ...]
    patches: npt.NDArray[np.int16]
    work: int | None

    @property
    def work_columns(self) -> str:
        """For which numbers of work columns."""
        if self.scene.given.line:
            return str(self.work)
        return "any number" if self.work is ANY else f"{self.work} (refuted for other numbers)"


def unique_rows(parts: Sequence[npt.NDArray[np.int16]]) -> npt.NDArray[np.int16]:
    """The different patches of all parts."""
    whole = np.concatenate(list(parts))
    _, index = np.unique(
        np.ascontiguousarray(whole).view(f"V{whole.itemsize * 9}"), return_index=True
    )
    return whole[np.sort(index)]
