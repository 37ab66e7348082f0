"""``rcnn describe``."""

from __future__ import annotations

import pytest

from construction.cli.main import main
from construction.compiling.compiler import compile_rule
from construction.programs.catalogue import load_program


def test_the_picture_is_the_networks(capsys: pytest.CaptureFixture[str]) -> None:
    network = compile_rule(load_program("majority").rule)
    for options, sizes in (
        ([], {}),
        (["--examples", "5", "--features", "3"], {"rows": 6, "features": 3, "layers": 13}),
    ):
        network.describe(**sizes)
        expected = capsys.readouterr().out
        assert main(["describe", "majority", *options]) == 0
        assert capsys.readouterr().out == expected


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["majority", "--examples", "3"], "--examples M and --features D go together"),
        (["W110", "--examples", "3", "--features", "2"], "W110 reads no data set"),
        (["nothing"], "there is no program 'nothing'"),
    ],
)
def test_bad_input(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_machine_and_an_automaton(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "examples/machines/spiral.yaml"]) == 0
    assert main(["describe", "W110"]) == 0
    assert "W110: " in capsys.readouterr().out
