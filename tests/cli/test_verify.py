from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from construction.cli.main import main
from construction.network.files import save_network
from construction.sources.names import compilable


def test_a_network_file_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "network.safetensors"
    assert main(["compile", "row-reduction-machine", "-o", str(path)]) == 0
    capsys.readouterr()
    assert main(["verify", "--network", str(path), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["statements"]
    assert all(row["holds"] for row in rows)
    assert {row["program"] for row in rows} >= {"row-reduction-machine"}


def test_a_changed_weight_makes_it_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network, proof = compilable("systolic-row-reduction").compiled()
    first, second, third = network.convolution
    weights = second.weights.copy()
    weights[1, weights[1].nonzero()[0][0]] *= -1
    changed = replace(network, convolution=(first, replace(second, weights=weights), third))
    path = tmp_path / "network.safetensors"
    save_network(path, changed, proof)
    assert main(["verify", "--network", str(path)]) == 1
    shown = capsys.readouterr().out
    assert "on the patch" in shown
    assert "the units that are on" in shown


def test_a_file_without_a_certificate_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network, _ = compilable("systolic-row-reduction").compiled()
    path = tmp_path / "network.safetensors"
    save_network(path, network, {})
    assert main(["verify", "--network", str(path)]) == 1
    assert "the certificate is malformed" in capsys.readouterr().out


def test_an_unknown_program_is_bad_input() -> None:
    assert main(["verify", "no-such-program"]) == 2
