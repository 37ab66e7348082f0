"""``rcnn view``: the page is written, small, and self-contained; bad input is refused in words."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from construction.cli.main import main
from construction.errors import ConstructionError, NetworkError, SizeError
from construction.programs.catalogue import PROGRAMS, load_program
from construction.strategies import closed_rules
from construction.viewer import bundle
from construction.viewer.content import check_size, learner_content
from construction.viewer.examples import sample_data
from construction.viewer.meanings import PALETTE, meanings
from construction.viewer.page import page

EXAMPLES = Path(__file__).parents[2] / "examples"
MACHINES = EXAMPLES / "machines"


def written(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str) -> str:
    out = folder / "page.html"
    assert main(["view", *arguments, "-o", str(out)]) == 0
    assert str(out) in capsys.readouterr().out
    return out.read_text()


def content_of(text: str) -> Any:
    (found,) = re.findall(r'<script type="application/json" id="content">(.*?)</script>', text)
    return json.loads(found)


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program_in_less_than_400_kb(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    text = written(capsys, tmp_path, name)
    assert len(text.encode()) < 400_000
    content = content_of(text)
    assert content["name"] == name
    # Every code is told in words of its own, and not by its name.
    told = {code: meaning["words"] for code, meaning in content["meanings"].items()}
    assert [code for code, name in content["names"].items() if told[code] == name] == []


@pytest.mark.parametrize(
    "arguments",
    [
        (str(MACHINES / "spiral.yaml"),),
        (str(MACHINES / "binary-increment.yaml"), "--input", "111"),
        (str(MACHINES / "unanimous.yaml"), "--examples", "2"),
        ("1RB1LA_1LA1RZ",),
        ("B3/S23", "--layers", "9"),
        ("W110", "--input", "....O"),
        ("B3/S23", "--input", str(EXAMPLES / "patterns" / "glider.cells")),
        ("majority", "--data", str(EXAMPLES / "data" / "lamp.csv"), "--no-intercept"),
        ("--data", "cache-slice", "--examples", "40", "--seed", "3"),
    ],
)
def test_machines_automata_and_data(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    assert content_of(written(capsys, tmp_path, *arguments))["network"]["codes"]


def test_as_many_examples_of_data_are_shown_as_a_page_can(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Two for each of the 32 features would be one more."""
    content = content_of(written(capsys, tmp_path, "--data", "cache-slice"))
    assert len(content["data"]["examples"]) == 63
    content = content_of(written(capsys, tmp_path, "--data", "smooth-legendre"))
    assert len(content["data"]["examples"]) == 30


@pytest.mark.parametrize(("options", "features"), [([], 5), (["--no-intercept"], 4)])
def test_data_has_a_constant_feature_as_rcnn_learn_gives_it(
    options: list[str], features: int, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lamp = str(EXAMPLES / "data" / "lamp.csv")
    content = content_of(written(capsys, tmp_path, "majority", "--data", lamp, *options))
    assert len(content["columns"]) == features + 1


def test_the_default_name_is_the_programs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["view", "B3/S23"]) == 0
    assert (tmp_path / "B3-S23.html").exists()


def test_nothing_is_fetched_and_nothing_is_evaluated(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = written(capsys, tmp_path)
    assert "default-src &#x27;none&#x27;" in text
    assert "unsafe" not in text
    assert not re.search(
        r"\bimport\b[^;]*\bfrom\b|\bimport\(|\beval\(|new Function|innerHTML", text
    )
    # Namespaces of elements are names, and no addresses.
    assert set(re.findall(r"https?://[^\"'` ]+", text)) == {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nothing",), "there is no program 'nothing'"),
        (("--examples", "64"), "65 x 5 pixels; a page shows at most 64 x 64"),
        (("--features", "63"), "5 x 65 pixels"),
        (("--input", "1"), "a program that learns, to which --input does not apply"),
        (("B3/S23", "--examples", "3"), "to which --examples does not apply"),
        (("W110", "--input", "O", "--seed", "0"), "the pattern is given, to which --seed does not"),
        ((str(MACHINES / "spiral.yaml"), "--seed", "3"), "to which --seed does not apply"),
        (("--target", "y"), "there is no --data, to which --target does not apply"),
        (("--no-intercept",), "there is no --data, to which --no-intercept does not apply"),
        (("B3/S23", "--intercept"), "to which --intercept does not apply"),
        (("--data", "none.csv"), "there is no such file"),
        (("--data", "cache-slice", "--features", "3"), "--features is for random examples"),
        (("B3/S23", "--input", "." * 80), "17 x 96 pixels"),
        (("W110", "--input", "B"), "cannot read the pattern"),
        ((str(MACHINES / "spiral.yaml"), "--input", "x"), "the input holds 'x'"),
    ],
)
def test_bad_input(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    out = tmp_path / "page.html"
    assert main(["view", *arguments, "-o", str(out)]) == 2
    assert message in capsys.readouterr().err
    assert not out.exists()


def test_an_output_that_cannot_be_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["view", "-o", str(tmp_path / "none" / "page.html")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_network_beyond_a_browsers_integers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("construction.viewer.content.EXACT", 1000)
    with pytest.raises(NetworkError, match="more than the 1000 up to which a browser's numbers"):
        learner_content(load_program("majority"), sample_data())


def test_sizes() -> None:
    check_size(64, 64, "x")
    with pytest.raises(SizeError, match=r"x makes a grid of 65 x 1 pixels; .* at most 64 x 64"):
        check_size(65, 1, "x")


@given(closed_rules())
def test_codes_without_a_known_name_have_a_meaning(rule: Any) -> None:
    found = meanings(rule.codes)
    assert found.keys() == rule.codes.names.keys()
    assert {each.colour for each in found.values()} <= PALETTE.keys()


def test_the_ink_is_legible_on_every_colour() -> None:
    """At least 4.5 : 1, the contrast that WCAG asks for."""
    for key, colours in PALETTE.items():
        for fill0, fill1, ink in (colours.light, colours.dark):
            for fill in (fill0, fill1):
                assert contrast(fill, ink) >= 4.5, (key, fill, ink)


@pytest.mark.parametrize("name", PROGRAMS)
def test_codes_are_told_apart_without_hue(name: str) -> None:
    """Two codes with the same text and mark mean the same to the reader, or differ in lightness."""
    shown: dict[tuple[str, str], dict[str, str]] = {}
    for each in meanings(load_program(name).rule.codes).values():
        if each.role != "padding":  # never in a cell
            fill = PALETTE[each.colour].light[each.shade]
            shown.setdefault((each.text.strip(), each.mark), {})[each.title] = fill
    for fills in shown.values():
        for (one, fill), (other, second) in combinations(fills.items(), 2):
            assert contrast(fill, second) >= 1.1, (one, other)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    values = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    linear = np.where(values <= 0.03928, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_modules_that_cannot_be_bundled(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = {
        "a": 'import { f } from "./b.js";\nf();\n',
        "b": 'import { g } from "./c.js";\nexport function f() {}\n',
        "c": "export function g() {}\n",
        "twice": 'import { g } from "./c.js";\nconst g = 1;\n',
        "circle": 'import { h } from "./back.js";\n',
        "back": 'import { i } from "./circle.js";\nexport const h = 1;\n',
        "renamed": 'import { g as h } from "./c.js";\nimport * as all from "./c.js";\n',
    }
    monkeypatch.setattr(bundle, "asset", lambda name: modules[name.removesuffix(".js")])
    bundle.script.cache_clear()
    assert bundle.script("a") == "function g() {}\nfunction f() {}\nf();\n"
    for entry, message in (
        ("twice", "'g' is defined in c.js and in twice.js"),
        ("circle", "circle -> back -> circle"),
        ("renamed", "an import or export that cannot be bundled"),
    ):
        with pytest.raises(ConstructionError, match=message):
            bundle.script(entry)
    bundle.script.cache_clear()


def test_text_in_the_data_cannot_leave_it() -> None:
    content = learner_content(load_program("majority"), sample_data())
    content["name"] = "</script><script>alert(1)</script>"
    text = page(content)
    assert "<script>alert" not in text
    assert content_of(text)["name"] == content["name"]
