"""Networks of other shapes are refuted with a sentence: no row ends with a traceback."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from construction.network.layers import WeightLayer
from construction.sources.names import compilable
from proofs_check.statement import check
from proofs_check.statements import of_network
from proofs_check.subject import Subject


def plain(outputs: int, inputs: int, weight: int = 1) -> WeightLayer:
    names = tuple(f"u{number}" for number in range(outputs))
    weights = np.full((outputs, inputs), weight, dtype=np.int64)
    return WeightLayer(weights, np.ones(outputs, dtype=np.int64), 1, names)


@pytest.mark.parametrize("widths", [(), (1,), (0,), (3, 0), (0, 2), (2,) * 5, (1,) * 7], ids=str)
@pytest.mark.parametrize("program", ["one-literal", "found-parity"])
def test_convolutions_of_any_number_of_layers(program: str, widths: tuple[int, ...]) -> None:
    whole = Subject(*compilable(program).compiled())
    sizes = (9, *widths, 1)
    layers = tuple(plain(out, into) for into, out in pairwise(sizes))
    found = Subject(replace(whole.network, convolution=layers), whole.data)
    done = {each.id: check(each) for each in of_network(found) if each.id != "The checker"}
    for name in ("Lemma 1, network = rule", "Lemma 1, memorisation", "Definition 5"):
        assert done[name].holds is False
        assert done[name].counterexample
    if not widths or len(widths) > 4:
        assert f"{len(layers)} weight layer" in done["Lemma 1, weights"].counterexample
