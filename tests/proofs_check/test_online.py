"""The proofs of the online learners: damage of network and certificate is found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from construction.network.layers import WeightLayer
from proofs_check.subject import Subject
from tests.proofs_check.subjects import (
    bundled,
    changed,
    refuted,
)

INVARIANT, DEPTH = "Online, invariant", "Online, depth"


def damaged(layer: WeightLayer, place: tuple[int, int], by: int) -> WeightLayer:
    weights = layer.weights.copy()
    weights[place] += by
    return replace(layer, weights=weights)


@pytest.mark.parametrize("name", ["online-row-reduction", "online-conjunction"])
def test_a_changed_weight_is_found(name: str) -> None:
    whole = bundled(name)
    first, units, last = whole.network.convolution
    rng = np.random.default_rng(0)
    # A hinge above all codes only makes its table constant there: no grid knows of it.
    somewhere_on = 4 * whole.network.highest + first.biases > 0
    places = np.argwhere(units.weights * somewhere_on)
    for row, column in places[rng.choice(len(places), size=3, replace=False)]:
        broken = damaged(units, (int(row), int(column)), units.scale)
        network = replace(whole.network, convolution=(first, broken, last))
        assert refuted(Subject(network, whole.data), INVARIANT)


@pytest.mark.parametrize("name", ["online-conjunction"])
def test_a_changed_head_is_found(name: str) -> None:
    whole = bundled(name)
    hidden, output = whole.network.head
    for broken in (
        replace(output, biases=output.biases + output.scale),
        damaged(output, (0, 0), output.scale),
    ):
        network = replace(whole.network, head=(hidden, broken))
        assert refuted(Subject(network, whole.data), DEPTH)


@pytest.mark.parametrize(
    ("place", "entry", "reason"),
    [
        ("claims/dummy", "first", "it should be 'never'"),
        ("claims/rows", {"d": 1}, "rows"),
        ("claims/depth", {"d": 1}, "another output|know of all|slope"),
        (
            "claims/computes",
            "online row reduction",
            "",
        ),
    ],
)
def test_another_claim_is_refuted(place: str, entry: Any, reason: str) -> None:
    found = refuted(changed("online-conjunction", place, entry), "Online")
    assert found
    assert any(word in text for text in found.values() for word in reason.split("|"))
