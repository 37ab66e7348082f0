"""``rcnn settle`` and ``rcnn distil``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from construction.cli.main import main
from construction.dynamics.two_layer import load_two_layer
from construction.programs.catalogue import load_program
from tests.extras import optional

TABLE = "a,b,c\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"


@pytest.fixture
def inhibition(tmp_path: Path) -> Path:
    path = tmp_path / "inhibition.json"
    path.write_text('{"weights": [[0, "-3/2"], ["-3/2", 0]], "input": [1, 1]}')
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "xor.csv"
    path.write_text(TABLE)
    return path


def test_a_threshold_linear_network(inhibition: Path, capsys: pytest.CaptureFixture[str]) -> None:
    optional("scipy")
    assert main(["settle", str(inhibition), "--start", "1", "0"]) == 0
    shown = capsys.readouterr().out
    assert "3 fixed points" in shown
    assert "next to the fixed point (1, -1/2): stable" in " ".join(shown.split())
    assert main(["settle", str(inhibition), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["fixed_points"][0]["state"] == ["1", "-1/2"]
    assert report["one_for_every_input"] is False
    assert report["outcome"] == "fixed"


@pytest.mark.parametrize("m", [1, 3])
@pytest.mark.parametrize("d", [1, 4])
def test_the_systolic_array_settles_in_its_last_layer(
    m: int, d: int, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = ["--examples", str(m), "--features", str(d), "--seed", "7"]
    assert main(["settle", "systolic-row-reduction", *sizes, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    layers = load_program("systolic-row-reduction").depth(m, d)
    assert (report["outcome"], report["layer"]) == ("fixed", layers)


def test_automata_and_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settle", "B3/S23", "--input", "OOO"]) == 0
    assert "come again every 2 layers" in capsys.readouterr().out
    assert main(["settle", "1RB1LA_1LA1RZ", "--tape", "9"]) == 0
    assert "a fixed point" in capsys.readouterr().out
    assert main(["settle", "W30", "--input", "O", "--margin", "7", "--layers", "2"]) == 0
    assert "undecided: no grid came again within 2 layers" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["INHIBITION", "--layers", "3"],
            "is a threshold-linear network, to which --layers does not apply",
        ),
        (
            ["INHIBITION", "--start", "1"],
            "--start has 1 number; it should have one for each of the 2",
        ),
        (["INHIBITION", "--start", "nan", "1"], "should start from finite numbers"),
        (["INHIBITION", "--time", "nan"], "the time is nan; it should be finite, and more than 0"),
        (["INHIBITION", "--time", "-4"], "the time is -4; it should be finite, and more than 0"),
        (["majority", "--time", "3"], "is a program that learns, to which --time does not apply"),
        (
            ["W30", "--input", "O", "--tape", "3"],
            "is a cellular automaton, to which --tape does not apply",
        ),
        (["W30"], "needs a pattern; give one by --input"),
        (["1RB1LA_1LA1RZ", "--seed", "1"], "is a machine, to which --seed does not apply"),
        (["1RB1LA_1LA1RZ", "--input", "0000", "--tape", "2"], "4 cells, more than --tape 2"),
        (["examples/machines/spiral.yaml", "--tape", "9"], "leave out --tape"),
        (["absent.npz"], "absent.npz: no such file"),
    ],
)
def test_what_is_wrong(
    arguments: list[str], message: str, inhibition: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(inhibition) if word == "INHIBITION" else word for word in arguments]
    assert main(["settle", *given]) == 2
    assert message in capsys.readouterr().err


def test_distil(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "two.safetensors"
    assert main(["distil", str(table), "-o", str(path), "--no-intercept"]) == 0
    assert "2 hidden units; the same answer on every input" in capsys.readouterr().out
    network = load_two_layer(path)
    assert network(np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])).tolist() == [1, -1, -1, 1]
    text = tmp_path / "two.txt"
    assert main(["distil", str(table), "-o", str(text), "--json", "--no-intercept"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["formula"] + "\n" == text.read_text()
    assert report["hidden_units"] == 2
    assert "relu(-a - b + 2)" in report["formula"]


def test_distil_explains_a_complement_as_rcnn_learn_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "not.csv"
    path.write_text("a,b,y\n0,0,1\n1,0,0\n0,1,1\n1,1,0\n")
    assert main(["distil", str(path), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["d"], report["all_inputs"]) == (3, True)
    assert "a" in report["formula"]
    assert "the constant" in report["formula"]


def test_a_seed_without_anything_random_is_refused(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of few features all inputs are compared; of many, random ones."""
    output = tmp_path / "two.txt"
    assert main(["distil", str(table), "--seed", "3", "-o", str(output)]) == 2
    assert "nothing here is random" in capsys.readouterr().err
    assert not output.exists()
    wide = tmp_path / "wide.csv"
    names = ",".join(f"x{number}" for number in range(11))
    wide.write_text(f"{names},y\n{','.join('0' * 11)},0\n{','.join('1' * 11)},1\n")
    for seed in ("0", "3"):
        assert main(["distil", str(wide), "--seed", seed]) == 0
        assert "the same answer on 256 random inputs" in capsys.readouterr().out


def test_what_cannot_be_distilled(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["distil", str(table), "-o", "two.png"]) == 2
    assert "it should be .safetensors, .onnx, .txt" in capsys.readouterr().err
    rows = tmp_path / "rows.txt"
    rows.write_text(TABLE)
    assert main(["distil", str(rows), "-o", str(rows)]) == 2
    assert "rows.txt is read as well, and would be lost" in capsys.readouterr().err
    assert rows.read_text() == TABLE
    short = tmp_path / "short.csv"
    short.write_text("a,b,c\n0,0,1\n1,1,0\n")
    assert main(["distil", str(short), "--program", "online-row-reduction"]) == 2
    assert "train it on more examples" in capsys.readouterr().err
