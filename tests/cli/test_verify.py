from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from construction.cli.main import main
from construction.network.files import save_network
from construction.sources.names import compilable
from tests.extras import optional

SMALLEST = "online-conjunction"
QUICK = ["--only", "network = rule", "--only", "online, invariant"]


def test_a_network_file_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "network.safetensors"
    assert main(["compile", SMALLEST, "-o", str(path)]) == 0
    capsys.readouterr()
    assert main(["verify", "--network", str(path), "--json", *QUICK]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in shown["statements"]] == [
        "Lemma 1, network = rule",
        "Online, invariant",
    ]
    assert all(row["holds"] and row["program"] == SMALLEST for row in shown["statements"])
    assert (shown["hold"], shown["fail"], shown["not claimed"]) == (2, 0, 0)


def test_a_line_for_each_statement_and_details_on_request(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["verify", SMALLEST, "--only", "definition 5", "--only", "Definition 3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] or line.split()[0] for line in lines[:-1]] == [
        SMALLEST,
        "holds",
        "the construction",
        "holds",
        "holds",
    ]
    assert lines[-1] == "3 statements: 3 hold, 0 fail, 0 not claimed"
    assert main(["verify", SMALLEST, "--only", "definition 5", "--details"]) == 0
    shown = capsys.readouterr().out
    assert "five weight layers of width at most 100 s" in shown
    assert "covered: 5 weight layers of widths" in shown


def test_what_is_not_claimed_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    machine = Path(__file__).parents[2] / "examples" / "machines" / "balanced-brackets.yaml"
    assert main(["verify", str(machine), "--only", "Lemma 1, A"]) == 0
    shown = capsys.readouterr().out
    assert "not claimed" in shown.splitlines()[1]
    assert "1 statement: 0 hold, 0 fail, 1 not claimed" in shown


def test_a_changed_weight_makes_it_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network, proof = compilable(SMALLEST).compiled()
    first, second, third = network.convolution
    weights = second.weights.copy()
    weights[0, weights[0].nonzero()[0][0]] *= -1
    changed = replace(network, convolution=(first, replace(second, weights=weights), third))
    path = tmp_path / "network.safetensors"
    save_network(path, changed, proof)
    assert main(["verify", "--network", str(path), *QUICK]) == 1
    shown = capsys.readouterr().out
    assert "FAILS" in shown
    assert "on the patch" in shown
    assert "the units that are on" in shown


def test_a_file_without_a_certificate_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network, _ = compilable(SMALLEST).compiled()
    path = tmp_path / "network.safetensors"
    save_network(path, network, {})
    assert main(["verify", "--network", str(path), "--only", "Lemma 1"]) == 1
    assert "the certificate lacks 'version'" in capsys.readouterr().out


def test_an_unknown_program_or_statement_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "no-such-program"]) == 2
    assert main(["verify", SMALLEST, "--only", "Lemma 7"]) == 2
    assert "there is no statement 'Lemma 7'; there are 'Lemma 1, network = rule'" in (
        capsys.readouterr().err
    )
    assert main(["verify", SMALLEST, "--only", ""]) == 2
    assert "a statement's name is empty; it should be a part of one" in capsys.readouterr().err


def test_a_file_and_programs_are_too_much(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "network.safetensors"
    save_network(path, *compilable(SMALLEST).compiled())
    assert main(["verify", SMALLEST, "--network", str(path)]) == 2
    assert "give a program or a file, not both" in capsys.readouterr().err


@pytest.mark.parametrize("options", [[], ["--coq"]])
@pytest.mark.parametrize("ending", ["safetensors", "onnx"])
def test_a_file_of_weights_is_no_program(
    ending: str, options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"network.{ending}"
    save_network(path, *compilable(SMALLEST).compiled())
    assert main(["verify", str(path), *options]) == 2
    message = capsys.readouterr().err
    assert f"{path}: a file of weights is no program" in message
    assert f"rcnn verify --network {path} checks a network" in message


def test_an_onnx_file_is_read_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    onnx = optional("onnx")
    path = tmp_path / "network.onnx"
    assert main(["compile", SMALLEST, "-o", str(path)]) == 0
    assert main(["verify", "--network", str(path), *QUICK]) == 0
    assert main(["verify", "one-literal", "--network", str(path), *QUICK]) == 2
    assert "the graph is not that of 'one-literal'" in capsys.readouterr().err
    model = onnx.load(str(path))
    (weights,) = (each for each in model.graph.initializer if each.name == "convolution 2 weights")
    numbers = onnx.numpy_helper.to_array(weights).copy()
    place = tuple(each[0] for each in numbers.nonzero())
    numbers[place] *= -1
    weights.CopyFrom(onnx.numpy_helper.from_array(numbers, weights.name))
    path.write_bytes(model.SerializeToString(deterministic=True))
    assert main(["verify", "--network", str(path), *QUICK]) == 1
    assert "FAILS" in capsys.readouterr().out
    # Another graph with the same weights is not ours.
    model.graph.node[0].name = "another"
    path.write_bytes(model.SerializeToString(deterministic=True))
    assert main(["verify", "--network", str(path), *QUICK]) == 2
    assert "the graph is not the one that `rcnn compile` writes" in capsys.readouterr().err
    path.write_bytes(b"no graph")
    assert main(["verify", "--network", str(path)]) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["majority", "--network", "n.safetensors"], "give a program or a file, not both"),
        (["--network", "n.onnx"], "Coq checks the network of a safetensors file"),
    ],
)
def test_coq_ignores_nothing_that_is_given(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "--coq", *arguments]) == 2
    assert words in capsys.readouterr().err
