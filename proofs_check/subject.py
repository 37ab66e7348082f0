"""A network with its certificate: what the checks of one network share, each worked out once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from construction.network.rcnn import RCNN
from proofs_check.certificate import Certificate, Claims, read_certificate
from proofs_check.learners import LEARNERS, ON_LINE, ONLINE, STORES_EXAMPLES, Learner
from proofs_check.lemma1 import line
from proofs_check.lemma1.machine import (
    MachineTable,
    check_steps,
    patches_of_steps,
    read_machine,
    runs_that_are_covered,
    tape,
)
from proofs_check.outcome import Outcome, Seen, unique_rows
from proofs_check.patterns.codes import NO_CODE, stage_cases
from proofs_check.patterns.coverage import solvable
from proofs_check.patterns.expressions import Value
from proofs_check.patterns.induction import Induction
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.regions import ANY, as_tuple
from proofs_check.patterns.relations import different
from proofs_check.patterns.scene import Given, Scene, Stage, read_scene
from proofs_check.patterns.signatures import ShownAt
from proofs_check.verdict import RefutedError
from proofs_check.weights.free_codes import check_decided
from proofs_check.weights.head import HeadTable, head_table
from proofs_check.weights.tables import CENTRE, Integers, UnitTables, unit_tables

SAMPLED = 50_000  #: patches on which floats are run
RANDOM_PATCHES = 20_000
A, B, D, M, N = (variable(name) for name in ("a", "b", "d", "m", "n"))
NEVER = Linear((), -1)
PRODUCT = "m d"  #: the product of the sizes, of which the depth of a line depends


class Subject:
    """One network and its certificate."""

    def __init__(self, network: RCNN, certificate: Mapping[str, Any]) -> None:
        self.network = network
        self.data = certificate
        self._outcomes: dict[str, Outcome | RefutedError] = {}

    @cached_property
    def certificate(self) -> Certificate:
        certificate = read_certificate(self.data)
        book = certificate.book
        codes = {book.padding, *book.numbers.values()}
        if book.padding != self.network.padding or codes != set(self.network.codes):
            raise RefutedError("the certificate's codes are not those of the network")
        if certificate.program != self.network.name:
            raise RefutedError(
                f"the certificate is about {certificate.program!r}; it should be about {self.network.name!r}"
            )
        self._check_claims(certificate)
        return certificate

    def _check_claims(self, certificate: Certificate) -> None:
        """Whatever is claimed, of whichever row, fits together: no entry switches a row off."""
        claims = certificate.claims
        if claims is None:
            if certificate.scenes or certificate.machine is not None:
                raise RefutedError("the certificate has scenes or a machine, but claims nothing")
            return
        learner = LEARNERS.get(claims.computes or "", STORES_EXAMPLES)
        if claims.computes in ON_LINE and not self.network.line:
            raise RefutedError(f"the program computes {claims.computes!r}, but its grid is no line")
        if claims.dummy != learner.dummy:
            raise RefutedError(
                f"the dummy example comes {claims.dummy!r}; for what the certificate says that the "
                f"program computes, {claims.computes!r}, it should be {learner.dummy!r}"
            )
        if claims.rows != learner.rows:
            raise RefutedError(
                f"the certificate claims {claims.rows} rows; it should be {learner.rows}"
            )
        self._checked_depth(claims)
        if claims.steps is not None and certificate.machine is None:
            raise RefutedError("the certificate claims a machine's steps, but has no machine")
        if claims.learns is not None and certificate.machine is None:
            raise RefutedError("the certificate says what a machine learns, but has no machine")
        if claims.work is not None and (
            claims.computes or claims.learns or not certificate.machine
        ):
            # Rows about what is computed run the network, with its own work columns.
            raise RefutedError(
                "the certificate claims work columns; only one of a machine that is not said to compute anything can"
            )
        allowed = self._allowed_scenes
        for name, place in certificate.scenes.items():
            if name not in allowed:
                raise RefutedError(f"there is no scene {name!r}; it should be one of {allowed}")
            read_scene(place, self.given(name), certificate.book.kinds)

    @property
    def claims(self) -> Claims:
        """What the certificate claims. Raises :class:`~proofs_check.verdict.RefutedError` without."""
        if self.certificate.claims is None:
            raise RefutedError("the certificate claims nothing")
        return self.certificate.claims

    @cached_property
    def machine(self) -> MachineTable:
        """The machine. Raises :class:`~proofs_check.verdict.RefutedError` without one."""
        if self.certificate.machine is None:
            raise RefutedError("the certificate has no machine")
        return read_machine(self.certificate.machine, self.certificate.book)

    @property
    def depth(self) -> Linear:
        """The claimed depth; with a machine, the layer from which its steps count. At least 1.

        Raises :class:`~proofs_check.verdict.RefutedError` when it can be less, or is none for what is claimed.
        """
        return self._checked_depth(self.claims)

    def _checked_depth(self, claims: Claims) -> Linear:
        depth = claims.depth
        if min(depth["m"], depth["d"]) < 0 or depth["d"] + depth.constant < 1:
            raise RefutedError(f"the depth {depth} is not at least 1 on all data sets")
        if depth[PRODUCT] and (depth[PRODUCT] < 0 or not self.network.line):
            raise RefutedError(f"the depth {depth} depends on {PRODUCT}, and the grid is no line")
        if depth[PRODUCT] and self.has_scene("predicting"):
            raise RefutedError(f"a scene is linear, so the depth {depth} of a prediction cannot be")
        if self.online and depth["m"] and not self._learner.rows["m"]:
            raise RefutedError("an online learner's depth depends on the number of examples")
        if depth["t"] != int(self.has_machine):
            raise RefutedError(
                "the depth should count each of a machine's steps once, if there is one"
            )
        return depth - variable("t") * depth["t"]

    @property
    def settled(self) -> Linear:
        """The layer from which on the memory shows what SGD's gradient depends on, in every step.

        On a line the rows that wait have to be told so, cell by cell. Raises
        :class:`~proofs_check.verdict.RefutedError` when the network is not that deep.
        """
        settled = D + 2 if self.network.line else Linear((), 1)
        short = settled - self.depth - 1
        if solvable([(1, 0, 0), (0, 1, -1), as_tuple(short, ("m", "d"))]):
            raise RefutedError(
                f"the depth {self.claims.depth} is not {settled} or more for all sizes"
            )
        return settled

    def layers(self, m: int, d: int) -> int:
        """The claimed depth for a size, with a machine's steps.

        Raises :class:`~proofs_check.verdict.RefutedError` when no number of steps is claimed for it.
        """
        layers = self.depth.at({"m": m, "d": d, PRODUCT: m * d})
        return layers + self.steps(m, d) if self.has_machine else layers

    def steps(self, m: int, d: int) -> int:
        """The steps that are claimed for a machine and a size; raises as :meth:`layers` does."""
        steps = self.claims.steps
        if steps is None or (m, d) not in steps:
            raise RefutedError(f"the certificate claims no number of steps for m = {m}, d = {d}")
        return steps[m, d]

    @cached_property
    def tables(self) -> UnitTables:
        return unit_tables(self.network)

    @cached_property
    def head(self) -> HeadTable:
        return head_table(self.network)

    # What the certificate has, for the question which statements there are; no check.

    def entry(self, *path: str) -> Any:
        """An entry of the certificate as it came, or None where there is none."""
        found: Any = self.data
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def has_scene(self, name: str) -> bool:
        scenes = self.entry("scenes")
        return isinstance(scenes, Mapping) and name in scenes

    @property
    def has_machine(self) -> bool:
        return isinstance(self.data, Mapping) and "machine" in self.data

    @property
    def online(self) -> bool:
        return self.computes in ONLINE

    @property
    def _learner(self) -> Learner:
        return LEARNERS.get(self.computes or "", STORES_EXAMPLES)

    @property
    def _allowed_scenes(self) -> tuple[str, ...]:
        return tuple(self._learner.scenes)

    @property
    def computes(self) -> str | None:
        """What the certificate says that the program computes."""
        computes = self.entry("claims", "computes")
        return computes if isinstance(computes, str) else None

    @property
    def complete(self) -> bool:
        """Whether every layer of the program is covered, for all sizes."""
        return bool(self.of_predictions) or self.has_scene("streaming")

    @property
    def of_predictions(self) -> tuple[str, ...]:
        """The scenes of a prediction, one after the other; none unless the certificate has all."""
        if line.predicts(self):
            return line.UNMASKING, line.REDUCING
        return ("predicting",) if self.has_scene("predicting") else ()

    # Scenes.

    @property
    def names_of_scenes(self) -> tuple[str, ...]:
        """The scenes that the certificate has, of those that there can be."""
        return tuple(name for name in self._allowed_scenes if self.has_scene(name))

    def given(self, name: str) -> Given:
        """What a scene of this name is about."""
        return replace(self._learner.scenes[name], line=self.network.line)

    def scene(self, name: str) -> Scene:
        """A scene. Raises :class:`~proofs_check.verdict.RefutedError` without it."""
        if name not in self.certificate.scenes:
            raise RefutedError(f"the certificate has no scene {name!r}")
        kinds = self.certificate.book.kinds
        return read_scene(self.certificate.scenes[name], self.given(name), kinds)

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
