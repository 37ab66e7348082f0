"""What the proof checker says of every damage of one weight, for the page's *what if*."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from construction.network.rcnn import RCNN
from construction.progress import Progress, quiet
from proofs_check.certificate import read_certificate
from proofs_check.weights.damage import DAMAGES, accepted


def verdicts(
    network: RCNN, certificate: Mapping[str, Any], progress: Progress = quiet
) -> dict[str, str]:
    """A letter for each damage of ``rcnn verify``: set to zero, negated, moved by one step.

    ``r`` is rejected, ``h`` proved harmless: the same function, with the same slopes, on every patch of
    codes. The keys are ``layer_unit_input`` of each weight of the convolution that is not 0, from 0, and
    -1 for the bias.
    """
    proof = read_certificate(certificate)
    found: dict[str, str] = {}
    places = [
        (depth, what, tuple(map(int, place)))
        for depth, layer in enumerate(network.convolution)
        for what in ("weights", "biases")
        for place in np.argwhere(getattr(layer, what))
    ]
    for number, (depth, what, place) in enumerate(places):
        progress("damages", number, len(places))
        layer = network.convolution[depth]
        letters = ""
        for change in DAMAGES.values():
            numbers = getattr(layer, what).copy()
            numbers[place] = change(int(numbers[place]))
            layers = [*network.convolution]
            layers[depth] = replace(layer, **{what: numbers})
            damaged = replace(network, convolution=tuple(layers))
            letters += "h" if accepted(damaged, "convolution", proof) else "r"
        unit, entry = place if what == "weights" else (place[0], -1)
        found[f"{depth}_{unit}_{entry}"] = letters
    progress("damages", len(places), len(places))
    return found
