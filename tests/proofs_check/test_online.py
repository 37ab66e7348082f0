"""The proofs of the online learners: they hold, they speak of the real grids, and damage is found."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN
from construction.programs.catalogue import ONLINE_PROGRAMS
from construction.sources.names import compilable
from construction.training.memory import memory_grid, with_one
from proofs_check.lemma1 import Lemma1
from proofs_check.online import online
from proofs_check.online_cells import contents
from proofs_check.online_row_reduction import codes_of, kinds
from proofs_check.verdict import check
from tests.programs import online as learners

PARTS = ["Online, invariant", "Online, depth", "Online, A"]


def failing(
    network: RCNN, certificate: Mapping[str, Any], parts: Sequence[str] = PARTS
) -> dict[str, str]:
    """Those of the statements that do not hold, with their counterexamples."""
    statements = online(Lemma1(network, certificate))
    assert [statement.id for statement in statements] == PARTS
    rows = [check(statement) for statement in statements if statement.id in parts]
    return {row.statement.id: row.counterexample for row in rows if not row.holds}


@pytest.mark.parametrize("name", ONLINE_PROGRAMS)
def test_every_statement_holds(name: str) -> None:
    assert failing(*compilable(name).compiled()) == {}


@pytest.mark.parametrize("d", [1, 2, 3])
def test_the_kinds_are_those_of_the_grids(d: int) -> None:
    """In every layer of every state of a stream, a cell holds a code that its kind can hold."""
    learner = learners.online("online-row-reduction")
    network, certificate = compilable("online-row-reduction").compiled()
    codes = codes_of(certificate["schedule"])
    rng = np.random.default_rng(d)
    memory = learner.start(d)
    for _ in range(3 * d):
        x, y = tuple(rng.integers(0, 2, size=d).tolist()), int(rng.integers(2))
        grid = memory_grid(memory, with_one(learners.signs(x)[None]), 1)
        run = learner.executor.run(grid, 4 * d + 6, record=True)
        last = int(memory.any(axis=1).sum()) - 1
        for layer, row, column in np.ndindex(4 * d + 7, d + 1, d + 2):
            written = row <= last
            above, below = (row, d - last) if written else (last, d - row)
            point = [above, below, column, d - column, layer, abs(row - last)]
            kind = kinds(np.array(point)[:, None], (0, 0), 0, 1, written=written)
            held = contents(int(kind[0]), codes, network.padding)["code"]
            assert run.at(layer)[0, row, column] in held, (layer, row, column)
        memory = learner.step(memory, x, y).memory


def damaged(layer: WeightLayer, place: tuple[int, int], by: int) -> WeightLayer:
    weights = layer.weights.copy()
    weights[place] += by
    return replace(layer, weights=weights)


@pytest.mark.parametrize("name", ONLINE_PROGRAMS)
def test_a_changed_weight_is_found(name: str) -> None:
    network, certificate = compilable(name).compiled()
    first, units, last = network.convolution
    rng = np.random.default_rng(0)
    # A hinge above all codes only makes its table constant there: no grid knows of it.
    somewhere_on = 4 * network.highest + first.biases > 0
    places = np.argwhere(units.weights * somewhere_on)
    for row, column in places[rng.choice(len(places), size=3, replace=False)]:
        broken = damaged(units, (int(row), int(column)), units.scale)
        convolution = (first, broken, last)
        assert failing(replace(network, convolution=convolution), certificate, PARTS[:1])
    hidden, output = network.head
    for broken in (
        replace(output, biases=output.biases + output.scale),
        damaged(output, (0, 0), output.scale),
    ):
        assert failing(replace(network, head=(hidden, broken)), certificate, PARTS[1:2])


@pytest.mark.parametrize("name", ONLINE_PROGRAMS)
def test_a_certificate_that_says_something_else_is_refuted(name: str) -> None:
    network, certificate = compilable(name).compiled()
    (part,) = certificate["schedule"]
    deeper = copy.deepcopy(certificate)
    deeper["schedule"][part]["depth"]["d"] += 1
    assert list(failing(network, deeper, PARTS[1:])) == ["Online, depth"]
    for codes in certificate["schedule"][part]["codes"]:
        without = copy.deepcopy(certificate)
        del without["schedule"][part]["codes"][codes]
        assert set(failing(network, without)) == set(PARTS[:2])


def test_another_code_is_refuted() -> None:
    network, certificate = compilable("online-row-reduction").compiled()
    codes = certificate["schedule"]["online row reduction"]["codes"]
    codes["answer"] = codes["answer"][::-1]
    assert set(failing(network, certificate)) == set(PARTS[:2])
