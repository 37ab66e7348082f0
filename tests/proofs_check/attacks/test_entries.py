"""Every entry of a certificate is read, and one that is missing or of another kind is refuted."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from construction.network.definition5 import five_layer_form
from construction.sources.names import compilable
from tests.proofs_check.attacks.verdicts import refuted


def changed(name: str, place: str, entry: Any) -> dict[str, Any]:
    """A program's certificate with another entry at a place; without it, if the entry is ...."""
    proof = deepcopy(compilable(name).compiled()[1])
    *path, last = place.split("/")
    holder: Any = proof
    for step in path:
        holder = holder[step]
    if entry is Ellipsis:
        del holder[last]
    else:
        holder[last] = entry
    return proof


@pytest.mark.parametrize(
    ("name", "place", "entry"),
    [
        ("systolic-row-reduction", "schedule/unmasking", []),
        ("systolic-row-reduction", "schedule/row reduction", None),
        ("systolic-row-reduction", "schedule/depth", ...),
        ("systolic-row-reduction", "schedule/depth", None),
        ("systolic-row-reduction", "schedule/start", ...),
        ("row-reduction-machine", "schedule/machine", None),
        ("row-reduction-machine", "claims/depths", ...),
        ("majority", "claims/depths", ...),
        ("majority", "claims/depths", [[1, 1, "deep"]]),
        ("majority", "schedule/storing", None),
        ("systolic-row-reduction", "claims/depths", ...),
        ("online-row-reduction", "schedule/online row reduction", None),
        ("online-row-reduction", "schedule/online row reduction/depth", ...),
        ("online-conjunction", "schedule/online conjunction/depth", ...),
        ("online-conjunction", "schedule/online conjunction", None),
    ],
)
def test_what_is_missing_is_refuted_and_not_an_error(name: str, place: str, entry: Any) -> None:
    network, _ = compilable(name).compiled()
    assert refuted(network, changed(name, place, entry)), place


@pytest.mark.parametrize(
    "name",
    [
        "systolic-row-reduction",
        "row-reduction-machine",
        "majority",
        "online-row-reduction",
        "online-conjunction",
    ],
)
def test_a_depth_that_is_too_small_is_refuted(name: str) -> None:
    network, proof = compilable(name).compiled()
    lowered = [[m, d, layers - 1] for m, d, layers in proof["claims"]["depths"]]
    assert refuted(network, changed(name, "claims/depths", lowered))


def test_a_unit_of_a_middle_layer_at_its_kink_is_refuted() -> None:
    """The five-layer form adds 1 to every value, so that no identity unit stands at its kink."""
    network, proof = compilable("one-literal").compiled()
    five = five_layer_form(network)
    first, second, lifted, again, last = five.convolution
    flat = replace(lifted, biases=np.zeros_like(lifted.biases))
    back = replace(last, biases=last.biases + last.weights @ lifted.biases)
    broken = replace(five, convolution=(first, second, flat, again, back))
    assert "Lemma 1, network = rule" not in refuted(five, proof)
    assert "kink" in refuted(broken, proof)["Lemma 1, network = rule"]
