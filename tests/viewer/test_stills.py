"""Pictures of layers: they show the network's codes, and the one in the README is current."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from construction.cli.main import main
from construction.compiling.compiler import compile_rule
from construction.executors.catalogue import load_executor
from construction.formats.golly import parse_automaton
from construction.learning.training import Training
from construction.programs.catalogue import PROGRAMS, load_program
from construction.training.memory import memory_grid, with_one
from construction.viewer.content import automaton_content, learner_content
from construction.viewer.examples import sample_data
from construction.viewer.runs import grids
from construction.viewer.stills import TILE, animation, still

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "row-reduction.svg"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_grids_are_those_of_the_prediction(name: str) -> None:
    program, data = load_program(name), sample_data()
    network = compile_rule(program.rule)
    executor = load_executor("reference", network)
    training = Training(program, executor, *data.examples.shape)
    pairs = zip(1 - 2 * data.examples, (1 - 2 * data.labels).tolist(), strict=True)
    training.learn(pairs)
    start = memory_grid(
        training.memory,
        with_one(np.array(1 - 2 * data.test, dtype=np.int64)[None]),
        network.work_columns,
        line=network.line,
    )
    run = executor.run(start, training.layers, record=True)
    found = grids(learner_content(program, data))
    assert run.history is not None
    expected = run.history[: run.computed + 1, 0]
    np.testing.assert_array_equal(found, expected.reshape(found.shape))  # a line is shown in rows


def codes_of(group: ElementTree.Element) -> dict[tuple[int, int], int]:
    return {
        (int(use.attrib["y"]) // TILE, int(use.attrib["x"]) // TILE): int(use.attrib["href"][2:])
        for use in group.iter(f"{SVG}use")
    }


def test_a_still_shows_the_layers_that_are_asked_for() -> None:
    content = learner_content(load_program("systolic-row-reduction"), sample_data())
    run = grids(content)
    root = ElementTree.fromstring(still(content, [0, 9, 19]))
    groups = [group for group in root.findall(f"{SVG}g") if list(group.iter(f"{SVG}use"))]
    for group, layer in zip(groups, (0, 9, 19), strict=True):
        assert group.findtext(f"{SVG}text") == f"layer {layer}"
        assert codes_of(group) == dict(np.ndenumerate(run[layer]))
    defined = {each.attrib["id"] for each in root.iter(f"{SVG}g") if "id" in each.attrib}
    used = {use.attrib["href"][1:] for use in root.iter(f"{SVG}use")}
    assert used == defined


def test_an_animation_shows_every_layer() -> None:
    content = learner_content(load_program("majority"), sample_data())
    run = grids(content)
    root = ElementTree.fromstring(animation(content))
    frames = [group for group in root.findall(f"{SVG}g") if group.get("class") in ("f", "l")]
    assert [codes_of(frame) for frame in frames] == [dict(np.ndenumerate(grid)) for grid in run]
    assert "prefers-reduced-motion" in ElementTree.tostring(root, "unicode")


def test_words_are_escaped() -> None:
    content = automaton_content(parse_automaton("B3/S23"), np.eye(3, dtype=np.int64), 2)
    content["summary"] = "<script>&"
    assert ElementTree.fromstring(still(content)).findtext(f"{SVG}desc") == "<script>&"


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "picture.svg"
    assert main(["view", "majority", "--svg", "--show", "0,4", "-o", str(out)]) == 0
    assert re.findall(r"layer \d+", out.read_text()) == ["layer 0", "layer 4"]
    for arguments, message in (
        (("--svg", "--show", "0,99"), "there is no layer 99; the run has the layers 0 to 19"),
        (("--show", "0"), "--show chooses layers of --svg, which is not given"),
        (("--svg", "--lesson", "x.yaml"), "cannot be read"),
        (("B3/S23", "--svg", "--layers", "9999999"), "pixels that a picture is made from"),
    ):
        assert main(["view", *arguments, "-o", str(tmp_path / "no.svg")]) == 2
        assert message in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        main(["view", "--svg", "--show", "x"])
    assert caught.value.code == 2
    assert not (tmp_path / "no.svg").exists()


def test_the_picture_in_the_readme_is_current(tmp_path: Path) -> None:
    out = tmp_path / "row-reduction.svg"
    assert main(["view", "--animated-svg", "-o", str(out)]) == 0
    assert PICTURE.read_text() == out.read_text()
    assert "(docs/row-reduction.svg)" in (ROOT / "README.md").read_text()
