"""Which stages cells can be in, in some layers of a scene: by inequalities, for all sizes."""

from __future__ import annotations

from dataclasses import dataclass

from proofs_check.patterns.coverage import solvable
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.regions import as_tuple
from proofs_check.patterns.scene import Scene
from proofs_check.verdict import RefutedError

A, B, C, D, ROW, M, N = (variable(name) for name in ("a", "b", "c", "d", "i", "m", "n"))
NAMES = ("a", "b", "c", "d", "i", "m", "n", "r")


@dataclass(frozen=True, eq=False)
class Ends:
    """Cells and layers of a scene where some further forms are 0 or more."""

    scene: Scene
    among: tuple[Linear, ...]

    @property
    def _domain(self) -> tuple[Linear, ...]:
        given = self.scene.given
        domain = [A - 1, M - A + 1, B - 1, D - 1, M]
        domain += [N] if given.clock is None else [D - B + 2, C - 1, D - C + 2]
        if given.boundary is not None:
            first, last = given.boundary
            domain += [ROW - first, M - ROW + last]
        if given.rows is not None:
            domain += [M * -1 + given.rows]
        return (*domain, *self.among)

    def possible(self, *forms: Linear) -> bool:
        """Whether forms can all be 0 or more there; False only if they cannot."""
        return solvable([as_tuple(form, NAMES) for form in (*self._domain, *forms)])

    def in_stage(self, stage: int, *forms: Linear) -> bool:
        """Whether a cell can be in a stage there; False only if it cannot."""
        own = (*self.scene.stages[stage].where, *forms)
        return self._undisturbed(stage + 1, own)

    def _undisturbed(self, later: int, forms: tuple[Linear, ...]) -> bool:
        if not self.possible(*forms):
            return False
        if later == len(self.scene.stages):
            return True
        where = self.scene.stages[later].where
        if not self.possible(*forms, *where):
            return self._undisturbed(later + 1, forms)
        return any(self._undisturbed(later + 1, (*forms, form * -1 - 1)) for form in where)

    def stages(self) -> list[int]:
        """The stages that a cell can be in."""
        return [stage for stage in range(len(self.scene.stages)) if self.in_stage(stage)]

    def check_only(self, stage: int, *where: Linear) -> None:
        """A cell is in this stage just where all of ``where`` are 0 or more.

        Raises :class:`~proofs_check.verdict.RefutedError` when it can be elsewhere, or another be there.
        """
        name = self.scene.stages[stage].name
        for form in where:
            if self.in_stage(stage, form * -1 - 1):
                raise RefutedError(f"a cell can be in {name!r} where {form} is negative")
        for other in range(len(self.scene.stages)):
            if other != stage and self.in_stage(other, *where):
                raise RefutedError(
                    f"a cell can be in {self.scene.stages[other].name!r} where it should be in {name!r}"
                )
