"""Subjects whose scenes are taken for granted: what a network does at the end is another question."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from proofs_check.outcome import Outcome
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.induction import Covered
from proofs_check.subject import Subject
from tests.proofs_check.subjects import bundled


def unplayed(whole: Subject) -> Subject:
    """Of its scenes nothing was seen, and nothing was found wrong."""
    for name in whole.names_of_scenes:
        none = np.zeros((0, 9), dtype=np.int16)
        whole._outcomes[name] = Outcome(whole.scene(name), Covered(), (), none, None)
    return whole


def fresh(name: str, data: Mapping[str, Any] | None = None) -> Subject:
    """A bundled program, or its network with another certificate."""
    whole = bundled(name)
    return unplayed(Subject(whole.network, data or whole.data))


def with_outputs(
    whole: Subject, outputs: dict[int, int], depth: int = 0, slopes: dict[int, int] | None = None
) -> Subject:
    """The same scenes, with other outputs and slopes of some codes, or another depth."""
    data: dict[str, Any] = {**whole.data, "claims": {**whole.data["claims"]}}
    form = dict(data["claims"]["depth"])
    data["claims"]["depth"] = {**form, "1": form.get("1", 0) + depth}
    other = Subject(whole.network, data)
    other._outcomes = whole._outcomes
    values = whole.head.values.copy()
    for code, output in outputs.items():
        values[code - whole.head.lowest] = output * whole.head.scale
    steep = whole.head.slopes.copy()
    for code, slope in (slopes or {}).items():
        steep[code - whole.head.lowest] = slope * whole.head.scale
    other.__dict__["head"] = replace(whole.head, values=values, slopes=steep)
    return other


def with_scene(whole: Subject, change: Any, scene: str = "streaming") -> Subject:
    """The same network; ``change`` is called with the plain data of a scene."""
    data: dict[str, Any] = {**whole.data, "scenes": deepcopy(dict(whole.data["scenes"]))}
    change(data["scenes"][scene])
    return unplayed(Subject(whole.network, data))


def only(name: str, other: str, more: int = 0) -> list[dict[str, int]]:
    """``name = other + more``, as two forms that are 0 or more."""
    form = {name: 1, other: -1} if other else {name: 1}
    return [{**form, "1": -more}, {**{key: -c for key, c in form.items()}, "1": more}]


def cell(row: str, down: int, column: str, east: int) -> Any:
    """The cell in row ``row + down`` and column ``column + east``, as a parameter of a test."""
    where = [*only("a", row, down), *only("b", column, east)]
    return pytest.param(where, id=f"{row or 0}{down:+},{column or 0}{east:+}")


def remember(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which stages cells can be in is worked out once for the same conditions: codes, slopes and the head do not decide it."""
    in_stage = Ends.in_stage

    def remembered(self: Ends, stage: int, *forms: Any) -> bool:
        given = self.scene.given
        where = tuple(each.where for each in self.scene.stages)
        key = where, given.boundary, given.rows, self.among, stage, forms
        if key not in KNOWN:
            KNOWN[key] = in_stage(self, stage, *forms)
        return KNOWN[key]

    monkeypatch.setattr(Ends, "in_stage", remembered)


KNOWN: dict[object, bool] = {}
