"""Machines that a search found and nobody wrote, by name."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from construction.formats.yaml_reader import read_yaml
from construction.machines.on_tape import MachineOnTape

#: What each computes; the files beside this one say why.
DISCOVERED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "found-parity": "the parity of all features of the test example, for all sizes",
        "found-learn-x": "0 or x, whichever explains the labels of one feature",
        "found-learn-x-or-not": "x or not x, whichever explains the labels of one feature",
        "found-learn-one-bit": "one of 0, 1, x and not x: one that explains the labels of one feature",
        "found-learn-x1-or-x2": "x1 or x2, whichever explains the labels of two features",
        "found-learn-nonzero-parity": "x1, x2 or x1 ^ x2, whichever explains the labels of two features",
        "found-learn-literal": "x1, not x1, x2 or not x2, whichever explains the labels of two features",
        "found-learn-parity": "0, x1, x2 or x1 ^ x2, whichever explains the labels of two features",
    }
)

#: What their certificates claim that they compute; the checker has a proof for all sizes.
CLAIMED: Final[Mapping[str, str]] = MappingProxyType({"found-parity": "parity of the test example"})


def load_discovered(name: str) -> MachineOnTape:
    """The discovered machine of this name."""
    text = (files(__name__) / f"{name}.yaml").read_text(encoding="utf-8")
    return read_yaml(text, f"{name}.yaml")
