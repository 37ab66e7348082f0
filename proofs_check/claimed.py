"""What a certificate claims about a network: whether it fits together, and the numbers that rows ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from construction.network.rcnn import RCNN
from proofs_check.certificate import Certificate, Claims, read_certificate
from proofs_check.learners import LEARNERS, ON_LINE, ONLINE, STORES_EXAMPLES, Learner
from proofs_check.lemma1 import line
from proofs_check.lemma1.data_sets import CELLS_IN_A_LAYER, CELLS_IN_ALL_LAYERS
from proofs_check.lemma1.machine import MachineTable, read_machine
from proofs_check.patterns.coverage import solvable
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.regions import as_tuple
from proofs_check.patterns.scene import Given, Scene, read_scene
from proofs_check.verdict import RefutedError

D = variable("d")
PRODUCT = "m d"  #: the product of the sizes, of which the depth of a line depends


class Claimed:
    """A network and its certificate, of which nothing is worked out."""

    def __init__(self, network: RCNN, certificate: Mapping[str, Any]) -> None:
        self.network = network
        self.data = certificate

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
        if certificate.machine is not None and (
            self.network.line or "predicting" not in learner.scenes
        ):
            # Its head is born where the scene "predicting" ends, with walls around each row of the grid.
            raise RefutedError(
                "the certificate has a machine, but nothing starts it; only in a program that stores its examples, "
                "on a grid that is no line, can a head be born"
            )
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
        """The claimed depth for a size, with a machine's steps: the layers that are run.

        Raises :class:`~proofs_check.verdict.RefutedError` when no number of steps is claimed for it, or a run has
        more than :data:`~proofs_check.lemma1.data_sets.CELLS_IN_A_LAYER` or ``CELLS_IN_ALL_LAYERS``.
        """
        layers = self.depth.at({"m": m, "d": d, PRODUCT: m * d})
        if self.has_machine:
            layers += self.steps(m, d)
        cells = (m + 1) * (d + 1 + self.network.work_columns)
        if cells > CELLS_IN_A_LAYER or cells * layers > CELLS_IN_ALL_LAYERS:
            raise RefutedError(
                f"with m x d = {m}x{d} there are {layers} layers of {cells} cells; the checker runs at most "
                f"{CELLS_IN_A_LAYER} cells in a layer, and {CELLS_IN_ALL_LAYERS} in all layers"
            )
        return layers

    def steps(self, m: int, d: int) -> int:
        """The steps that are claimed for a machine and a size; raises as :meth:`layers` does."""
        steps = self.claims.steps
        if steps is None or (m, d) not in steps:
            raise RefutedError(f"the certificate claims no number of steps for m = {m}, d = {d}")
        return steps[m, d]

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
