"""A network with its certificate: what the checks of one network share, each worked out once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from construction.network.rcnn import RCNN
from proofs_check.claimed import Claimed
from proofs_check.lemma1 import line
from proofs_check.lemma1.machine import (
    check_steps,
    patches_of_steps,
    runs_that_are_covered,
    tape,
)
from proofs_check.outcome import Outcome, Seen, unique_rows
from proofs_check.patterns.codes import NO_CODE, stage_cases
from proofs_check.patterns.expressions import Value
from proofs_check.patterns.induction import Induction
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.regions import ANY
from proofs_check.patterns.relations import different
from proofs_check.patterns.scene import Scene, Stage
from proofs_check.patterns.signatures import ShownAt
from proofs_check.verdict import RefutedError
from proofs_check.weights.free_codes import check_decided
from proofs_check.weights.head import HeadTable, head_table
from proofs_check.weights.tables import CENTRE, Integers, UnitTables, unit_tables

SAMPLED = 50_000  #: patches on which floats are run
RANDOM_PATCHES = 20_000
A, B, D, N = (variable(name) for name in ("a", "b", "d", "n"))
NEVER = Linear((), -1)


class Subject(Claimed):
    """One network and its certificate."""

    def __init__(self, network: RCNN, certificate: Mapping[str, Any]) -> None:
        super().__init__(network, certificate)
        self._outcomes: dict[str, Outcome | RefutedError] = {}

    @cached_property
    def tables(self) -> UnitTables:
        return unit_tables(self.network)

    @cached_property
    def head(self) -> HeadTable:
        return head_table(self.network)

    def outcome(self, name: str) -> Outcome:
        """The induction over the layers of a scene, done once.

        Raises :class:`~proofs_check.verdict.RefutedError` when the network does not play it.
        """
        if name not in self._outcomes:
            try:
                self._outcomes[name] = self._induction(name)
            except RefutedError as refutation:
                self._outcomes[name] = refutation
        outcome = self._outcomes[name]
        if isinstance(outcome, RefutedError):
            raise outcome
        return outcome

    @cached_property
    def _machine_steps(self) -> int | RefutedError:
        gates = self.certificate.gates
        try:
            return check_steps(self.machine, self.tables, self.head, gates)
        except RefutedError as refutation:
            return refutation

    @property
    def machine_steps(self) -> int:
        """The patches on all of which a layer is a step, counted once; raises as :func:`check_steps`."""
        if isinstance(self._machine_steps, RefutedError):
            raise self._machine_steps
        return self._machine_steps

    @cached_property
    def machine_patches(self) -> list[npt.NDArray[np.int16]]:
        """The patches of a machine's steps, listed once, when it is known that a layer is a step on each; raises as :func:`check_steps`."""
        _ = self.machine_steps
        return [each.astype(np.int16) for each, _ in patches_of_steps(self.machine, self.tables)]

    @cached_property
    def lost_runs(self) -> str:
        """How many of the machine's runs do not halt; raises as :func:`runs_that_are_covered`."""
        claims, work = self.claims, self.network.work_columns
        if claims.work is None:
            return runs_that_are_covered(self.machine, work, claims.steps)
        played = self.outcome("predicting").work
        if played is not ANY:
            raise RefutedError(
                f"the certificate claims work columns for each size, but the scene is one of {played}"
            )
        lost = runs_that_are_covered(self.machine, work, claims.steps, claims.work)
        return f", and it has the work columns that are claimed{lost}"

    def check_prediction(self) -> None:
        """In every layer of a prediction the network does what scenes, and then a machine, say.

        Raises :class:`~proofs_check.verdict.RefutedError` when it does not, or no scene says what.
        """
        _ = self.certificate  # whatever it says fits together
        if not self.of_predictions:
            raise RefutedError("no scene says what the network does in a prediction")
        for name in self.of_predictions:
            self.outcome(name)
        if self.has_machine:
            _ = self.machine_steps

    def codes_of(self, scene: Scene, stage: Stage) -> list[tuple[tuple[Value, ...], int]]:
        """The codes of a stage that there are, with the values of the instances that they stand for."""
        found = []
        for values, code, _ in stage_cases(scene, stage, self.certificate.book):
            if code != NO_CODE:
                found.append((values, code))
        return found

    def _induction(self, name: str) -> Outcome:
        """For every number of work columns, or if that fails, for as many as the network has."""
        if not self.network.work_columns:
            raise RefutedError("the network has no work column; it should have one or more")
        if self.network.line:
            return self._play(name, self.network.work_columns)
        try:
            return self._play(name, ANY)
        except RefutedError:
            return self._play(name, self.network.work_columns)

    def _play(self, name: str, work: int | None) -> Outcome:
        scene = self.scene(name)
        until, shown = self.ends(name)
        book, marks = self.certificate.book, self.marks(name)
        induction = Induction(scene, book, self.tables, marks, shown=shown, work=work, until=until)
        seen, patches = [], [np.zeros((0, 9), dtype=np.int16)]
        for cases in induction.check():
            steps = np.stack([cases.patches[:, CENTRE], cases.slopes, cases.expected], axis=1)
            now, after = cases.now.name, cases.after.name
            seen.append(Seen(cases.place, cases.marks, now, after, different(steps)))
            patches.append(cases.patches.astype(np.int16))
        listed = unique_rows(patches)
        check_decided(self.certificate.gates, listed)
        return Outcome(scene, induction.covered, tuple(seen), listed, work)

    def marks(self, name: str) -> tuple[Linear, ...]:
        """What the checks ask of a cell and a layer: see ``SETTLED`` and the names after it.

        Of a scene with a clock they ask nothing.
        """
        if self.given(name).clock is not None:
            return ()
        row = self.given(name).row
        rows = (NEVER, NEVER) if row is None else (row - A - 1, A - row - 1)
        on_line = name == "memorising" and self.network.line
        settled = N + 1 - self.settled if on_line else NEVER
        return (settled, *rows, D - B + 1, N * -1)

    def ends(self, name: str) -> tuple[Linear | None, Sequence[ShownAt]]:
        """Where a scene ends, and what cells must show besides layer 0.

        A machine's scene ends when its head is born; then the grid is its tape. On a line there is a turn.
        """
        if self.given(name).clock is not None:
            return None, line.shown_at_the_turn(name, self.certificate.book)
        if name != "predicting" or self.certificate.machine is None:
            return None, ()
        shown = tape(self.machine, self.certificate.book)
        return self.depth - N - 1, (ShownAt((N - self.depth,), shown, after=True, what="the tape"),)

    @cached_property
    def patches(self) -> Integers:
        """Every patch of every scene, and of a machine's steps.

        If they do not cover the program, random ones as well.
        """
        found = [self.outcome(name).patches for name in self.names_of_scenes]
        found.append(np.zeros((0, 9), dtype=np.int16))
        if self.has_machine:
            found += self.machine_patches
        if not self.complete:
            rng = np.random.default_rng(0)
            random = [rng.choice(self.tables.at(p), RANDOM_PATCHES) for p in range(9)]
            found.append(np.stack(random, axis=1).astype(np.int16))
        return unique_rows(found).astype(np.int64)

    def sample(self) -> Integers:
        """At most ``SAMPLED`` of the patches, evenly spaced, for runs in floats."""
        return self.patches[:: -(-len(self.patches) // SAMPLED)]

    @property
    def states(self) -> int | None:
        """The states of the machine that the network runs, if its certificate has one; raises as :meth:`check_prediction`."""
        if not self.has_machine:
            return None
        self.check_prediction()
        return len(self.machine.states)
