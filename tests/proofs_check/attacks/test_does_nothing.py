"""Networks that store what SGD writes and do nothing else, with the recurrences of programs in their certificates.

The definitions are the checker's own, and the scenes are true; but no cell holds what they say. Likewise learners whose last
layer is right and whose cells are flat on the way, so that SGD stores nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from construction.compiling.compiler import compile_rule
from construction.executors.definition.reference import ReferenceExecutor
from construction.programs import online_associative_memory, online_conjunction
from construction.programs.catalogue import load_program
from construction.programs.program import Program
from construction.rules.codes import SIGNS, Code, Kind
from construction.rules.forms import d, m
from construction.rules.memory_protocol import (
    EDGE,
    STORED,
    STORED_CELLS,
    WORK_COLUMNS,
    storing,
    unwritten_rows,
    while_storing,
)
from construction.rules.scenes import Scene
from construction.rules.symbolic import Cell, Part, SymbolicRule, assemble
from construction.training.sgd import sgd_step
from proofs_check.subject import Subject
from tests.proofs_check.subjects import of, refuted

NAME = "store-only"
LITERALS, MEMORY = "online-conjunction", "online-associative-memory"
LITERAL = Kind("literal", {"shows": (-2, 0, 2)})
WORK = Kind("work", shows=" ", role="blank")()


def stores(*parts: Part, edge: Cell = EDGE, **scenes: Scene) -> Program:
    """The program of these cells alone; its own scenes are about what SGD does."""
    source = assemble(NAME, edge, *parts)
    return Program(NAME, "x", source, m + d + 3, scenes=scenes)


def saying(program: Program, name: str, stages: dict[str, Any]) -> Subject:
    """The network, with the claims and the scenes of a bundled program, in which these are the stages."""
    theirs: Any = deepcopy(load_program(name).certificate)
    scenes = {each: dict(program.certificate["scenes"].get(each, {})) for each in theirs["scenes"]}
    for scene, own in stages.items():
        scenes[scene] = {**theirs["scenes"][scene], "stages": own}
    data = {**program.certificate, "claims": theirs["claims"], "scenes": scenes}
    return of(compile_rule(program.rule), data)


@cache
def storing_only() -> Program:
    """Every cell keeps ``y x z``, and no code has an output."""
    predicting = Scene(stages=(STORED_CELLS, WORK_COLUMNS))
    return stores(storing(), memorising=while_storing(), predicting=predicting)


def stored(scene: str = "predicting", more: str = "") -> list[dict[str, Any]]:
    stages: Any = deepcopy(storing_only().certificate["scenes"][scene]["stages"])
    stages[0]["fields"]["sign"] += more
    return list(stages)


@pytest.mark.parametrize(
    ("name", "in_vain"),
    [("one-literal", ""), ("conjunction", " + 0 * V[a, b]"), ("majority", " + 0 * (E[n] == 1)")],
)
def test_a_recurrence_that_no_cell_holds(name: str, in_vain: str) -> None:
    """Nor does it help to speak of it in vain."""
    subject = saying(storing_only(), name, {"predicting": stored(more=in_vain)})
    found = refuted(subject, "Lemma 1")
    assert {"Lemma 1, recurrence", "Lemma 1, depth", "Lemma 1, A"} == set(found)


def literals() -> Subject:
    cells = [Cell(LITERAL(shows), number=shows, slope=1) for shows in (-2, 0, 2)]
    edge = Cell(Kind("padding", role="blank")(), number=-3)
    program = stores(Part((*cells, Cell(WORK, number=3, slope=1))), edge=edge)
    at = {"stage": "literal", "where": [], "kind": "literal", "slope": 1}
    work = {"stage": "work", "where": [{"b": 1, "d": -1, "1": -2}], "kind": "work", "fields": {}}
    scenes = {
        scene: [{**at, "fields": {"shows": shows}}, {**work, "slope": 1}]
        for scene, shows in (("starting", 0), ("streaming", "s[b]"))
    }
    return saying(program, LITERALS, scenes)


def keys() -> Subject:
    unwritten = unwritten_rows()
    signs = [Cell(STORED(sign), number=sign, slope=1) for sign in SIGNS]
    program = stores(Part((*signs, *unwritten.cells), unwritten.gates))
    stages = stored("memorising")
    stages[0]["slope"] = 1
    return saying(program, MEMORY, {"streaming": stages})


def row_reduction(name: str = "online-row-reduction") -> Subject:
    scenes = {"starting": starting(), "streaming": stored("memorising")}
    return saying(storing_only(), name, scenes)


def starting() -> list[dict[str, Any]]:
    stages: Any = load_program("online-row-reduction").certificate["scenes"]["starting"]["stages"]
    return list(stages)


@pytest.mark.parametrize("subject", [row_reduction, literals, keys])
def test_an_online_recurrence_that_no_cell_holds(subject: Any) -> None:
    found = refuted(subject(), "Online")
    assert set(found) == {"Online, invariant", "Online, depth", "Online, A"}
    assert len(set(found.values())) == 1  # what is wrong is the end


def flat(cells: Iterator[Cell], *kinds: str) -> Iterator[Cell]:
    for each in cells:
        yield replace(each, slope=0) if each.code.kind in kinds else each


def flat_learner(name: str, monkeypatch: pytest.MonkeyPatch) -> Subject:
    """The program, flat where its literals or comparisons stand; its scene says so."""
    module: Any = {LITERALS: online_conjunction, MEMORY: online_associative_memory}[name]
    kind = {LITERALS: "literal", MEMORY: "comparing"}[name]
    cells = module.cells
    monkeypatch.setattr(module, "cells", lambda: flat(cells(), kind))
    program = load_program(name)
    scenes: Any = {
        each: replace(
            scene,
            stages=tuple(
                replace(stage, slope=0) if _kind(stage.code) == kind else stage
                for stage in scene.stages
            ),
        )
        for each, scene in program.scenes.items()
    }
    source: SymbolicRule = module.rule()
    made = replace(program, source=source, scenes=scenes)
    return of(compile_rule(made.rule), made.certificate)


def _kind(code: Any) -> str:
    return code.kind if isinstance(code, Code) else getattr(code, "name", "")


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (LITERALS, [[0, 0]], [[0, 0]]),
        pytest.param(MEMORY, [[1, 1], [0, 0]], [[1, -1], [0, 0]], marks=pytest.mark.long),
    ],
)
def test_a_learner_that_is_flat_on_the_way(
    name: str,
    before: list[list[int]],
    after: list[list[int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The feature should become -1 in both."""
    subject = flat_learner(name, monkeypatch)
    executor = ReferenceExecutor(subject.network)
    step = sgd_step(executor, np.array(before), np.array([1]), -1, 4)
    assert step.memory.tolist() == after
    found = refuted(subject, "Online")
    assert set(found) == {"Online, invariant", "Online, depth", "Online, A"}
    assert all("the slope of a cell by itself is not 1" in text for text in found.values())
