"""The checker's verdicts in the page: what is proved harmless changes nothing there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from construction.cli.main import main
from construction.programs.catalogue import load_program
from construction.sources.names import compilable
from construction.viewer.content import learner_content
from construction.viewer.examples import random_data
from construction.viewer.verdicts import verdicts
from proofs_check.weights.damage import DAMAGES
from tests.viewer.browser import opened

NAME = "online-conjunction"


def test_harmless_damage_changes_nothing_on_the_page(browser: Any, tmp_path: Path) -> None:
    content = learner_content(load_program(NAME), random_data(3, 3, 1))
    network, certificate = compilable(NAME).compiled()
    content["verdicts"] = verdicts(network, certificate)
    layers = network.convolution
    assert len(content["verdicts"]) == sum(
        int((layer.weights != 0).sum() + (layer.biases != 0).sum()) for layer in layers
    )
    letters = Counter("".join(content["verdicts"].values()))
    assert letters.keys() == {"r", "h"}
    page = opened(browser, tmp_path, content)
    tab = page.goto()
    for key, found in content["verdicts"].items():
        for change, letter in zip(DAMAGES.values(), found, strict=True):
            layer, unit, entry = map(int, key.split("_"))
            own = layers[layer]
            sound = int(own.biases[unit] if entry < 0 else own.weights[unit, entry])
            if letter == "r" and unit % 9:
                continue  # a rejected damage may well change nothing on one data set
            tab.evaluate(
                "(damage) => document.getElementById('view').rcnn.model.edit({ damage: [damage] })",
                {"layer": layer, "unit": unit, "input": entry, "value": change(sound)},
            )
            strip = tab.inner_text(".rv-what-if")
            assert ("proves this damage harmless" in strip) == (letter == "h")
            if letter == "h":
                assert "changes nothing" in strip
            else:
                assert "rejects this network" in strip
    page.close()


def test_the_option_is_for_pages_of_learners(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = str(tmp_path / "no.html")
    for arguments, message in (
        (("B3/S23", "--verdicts"), "to which --verdicts does not apply"),
        (("--svg", "--verdicts"), "--verdicts is for a page"),
    ):
        assert main(["view", *arguments, "-o", out]) == 2
        assert message in capsys.readouterr().err
