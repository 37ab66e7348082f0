"""``rcnn run`` with cellular automata."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from construction.cli.main import main
from construction.running import automaton

PATTERNS = Path(__file__).parents[2] / "examples" / "patterns"
GLIDER = [".O.", "..O", "OOO"]

Capture = pytest.CaptureFixture[str]


def lines(capsys: Capture, *arguments: str) -> list[str]:
    assert main(["run", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def report(capsys: Capture, *arguments: str) -> dict[str, Any]:
    (line,) = lines(capsys, *arguments, "--json")
    result: dict[str, Any] = json.loads(line)
    return result


def test_glider(capsys: Capture) -> None:
    *cells, summary = lines(
        capsys, "B3/S23", "--input", str(PATTERNS / "glider.cells"), "--generations", "40"
    )
    assert cells == GLIDER
    assert summary.startswith(
        "B3/S23: generation 40, 5 alive, from row 11, column 11 of the pattern on; 6,889 pixels, "
    )


def test_the_gun_fires_a_glider_every_30_generations(capsys: Capture) -> None:
    path = str(PATTERNS / "gosper-glider-gun.rle")
    result = report(capsys, "B3/S23", "--input", path, "--generations", "120", "--margin", "40")
    assert result["populations"][:121:30] == [36, 41, 46, 51, 56]
    assert not result["still"]


@pytest.mark.parametrize("kept", [1, 40, 2**26])
def test_rule_110_draws_a_line_a_generation(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    """However many generations are kept at a time."""
    monkeypatch.setattr(automaton, "PIXELS_KEPT", kept)
    shown = lines(capsys, "W110", "--input", "O", "--generations", "5", "--margin", "5")
    assert shown[:-1] == [
        ".....O.....",
        "....OO.....",
        "...OOO.....",
        "..OO.O.....",
        ".OOOOO.....",
        "OO...O.....",
    ]


def test_a_pattern_that_stands_still(capsys: Capture, tmp_path: Path) -> None:
    block = tmp_path / "block.cells"
    block.write_text("OO\nOO\n")
    result = report(capsys, "B3/S23", "--input", str(block), "--generations", "3")
    assert (result["cells"], result["populations"], result["still"]) == (
        ["OO", "OO"],
        [4] * 4,
        True,
    )
    result = report(capsys, "B3/S23", "--input", "OOO", "--generations", "3")
    assert (result["cells"], result["still"]) == (["O", "O", "O"], False)
    result = report(capsys, "B3/S23", "--input", "OO", "--generations", "9")
    assert (result["cells"], result["populations"], result["still"]) == (
        ["."], [2] + [0] * 9, True,
    )  # fmt: skip


def test_no_generation_at_all(capsys: Capture) -> None:
    result = report(capsys, "B3/S23", "--input", "O.O", "--generations", "0")
    assert (result["cells"], result["populations"], result["still"]) == (["O.O"], [2], False)


def test_outside_is_dead_even_where_a_rule_wakes_the_dead(capsys: Capture) -> None:
    result = report(capsys, "B0/SV", "--input", "O", "--generations", "2", "--margin", "1")
    assert result["populations"] == [1, 4, 1]


def test_the_edge_is_dead(capsys: Capture) -> None:
    path = str(PATTERNS / "glider.cells")
    result = report(capsys, "B3/S23", "--input", path, "--generations", "50", "--margin", "1")
    assert result["cells"] == ["OO", "OO"]  # a glider that hits a corner leaves a block
    assert result["pixels"] == 25


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["B3/S23"], "B3/S23 needs a pattern to start from; give --input"),
        (["B3/S23", "--input", "absent"], "cannot read the pattern 'absent': No such file"),
        (["B3/S23", "--input", ""], "pattern '': it is no text; it should be a file, or a row of"),
        (["W110", "--input", "bad.cells"], "bad.cells, line 1, column 2: 'x' is no cell"),
        (
            ["W110", "--input", "bytes.cells"],
            "cannot read the pattern 'bytes.cells': it is no text",
        ),
        (["B36/S23", "--input", "life.rle"], "the pattern is made for B3/S23, not for B36/S23"),
        (["B3/S23", "--input", "O", "--margin", "9999999"], "use a smaller --margin"),
        (["B3S2X", "--input", "O"], "'B3S2X' is no cellular automaton that this project reads"),
    ],
)
def test_bad_input(
    arguments: list[str],
    message: str,
    capsys: Capture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.cells").write_text("Ox\n")
    Path("bytes.cells").write_bytes(b"\xff\xfe")
    Path("life.rle").write_text("x = 1, y = 1, rule = B3/S23\no!\n")
    assert main(["run", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err


@pytest.mark.parametrize("rule", ["B2/S34Q", "B3/S23:T10,10", "b3s23:P5"])
def test_a_rule_of_another_kind_is_no_missing_file(rule: str, capsys: Capture) -> None:
    assert main(["run", rule, "--input", "O"]) == 2
    err = capsys.readouterr().err
    assert f"{rule!r} is no cellular automaton that this project reads" in err
    assert "other letters, and grids with bounds such as :T10,10, are not read" in err


@pytest.mark.parametrize("option", [["--max-steps", "3"], ["--tape", "4"]])
def test_options_of_machines_are_refused(option: list[str], capsys: Capture) -> None:
    assert main(["run", "B3/S23", "--input", "O", *option]) == 2
    assert f"to which {option[0]} does not apply" in capsys.readouterr().err


def test_a_glider_moves(capsys: Capture) -> None:
    """Cropped to its cells it looked as if it stood still; a trace shows every generation in place."""
    glider = str(PATTERNS / "glider.cells")
    for generations, place in (("0", 1), ("4", 2), ("40", 11)):
        found = report(capsys, "B3/S23", "--input", glider, "--generations", generations)
        assert (found["row"], found["column"]) == (place, place)
    assert main(["trace", "B3/S23", "--input", glider, "--to", "4"]) == 0
    shown = capsys.readouterr().out.replace(" ", "").split("generation")[1:6]
    assert [frame.splitlines()[0][0] for frame in shown] == ["0", "1", "2", "3", "4"]
    assert shown[0].splitlines()[1:] == [".O..", "..O.", "OOO.", "...."]
    assert shown[4].splitlines()[1:5] == ["....", "..O.", "...O", ".OOO"]
