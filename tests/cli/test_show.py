"""``rcnn programs`` and ``rcnn show``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from construction.cli.main import main
from construction.formats.yaml_reader import read_yaml
from construction.machines.formula import SizeFormula
from construction.programs.catalogue import PROGRAMS, load_program
from construction.programs.row_reduction_machine import (
    STEP_BOUND,
    row_reduction_machine,
    worst_case_steps,
)
from construction.search.discovered import DISCOVERED
from construction.sources.names import learner

EXAMPLES = Path(__file__).parents[2] / "examples" / "machines"


def output(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


def test_programs_lists_every_program(capsys: pytest.CaptureFixture[str]) -> None:
    text = output(capsys, "programs")
    rows = json.loads(output(capsys, "programs", "--json"))["programs"]
    assert [row["program"] for row in rows] == [*PROGRAMS, *DISCOVERED]
    for row in rows:
        program = learner(row["program"])
        assert row["discovered"] == (program.name in DISCOVERED)
        assert row["codes"] == len(program.rule.codes.names)
        line = next(each for each in text.splitlines() if each.startswith(f" {program.name} "))
        assert line.split()[3:5] == [str(row["codes"]), str(row["weights"])]
        if program.machine is not None:
            assert line.split()[1:3] == [
                str(len(program.machine.states)),
                str(len(program.machine.symbols)),
            ]


@pytest.mark.parametrize("name", PROGRAMS)
def test_show_has_every_name(capsys: pytest.CaptureFixture[str], name: str) -> None:
    program = load_program(name)
    words = output(capsys, "show", name).split()
    assert words[0] == f"{name}:"
    if program.machine is not None:
        assert set(program.machine.states) <= set(words)
        assert set(program.machine.symbols) <= set(words)
    else:
        assert {str(code) for code in program.rule.codes.names} <= set(words)
        assert all(gate.name.split()[0] in words for gate in program.rule.gates)


def test_show_says_what_each_state_does(capsys: pytest.CaptureFixture[str]) -> None:
    lines = output(capsys, "show", "row-reduction-machine").splitlines()
    assert any(line.split() == ["down1", "0", "1", "_", "S", "down1", "rise"] for line in lines)
    assert any(line.split() == ["answer", "0", "halt,", "+1"] for line in lines)


def test_show_as_yaml_gives_the_machine_back(capsys: pytest.CaptureFixture[str]) -> None:
    text = output(capsys, "show", "row-reduction-machine", "--yaml")
    assert read_yaml(text).machine == row_reduction_machine()


def test_show_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    path = EXAMPLES / "binary-increment.yaml"
    assert "carry" in output(capsys, "show", str(path))
    text = output(capsys, "show", str(path), "--yaml")
    assert read_yaml(text).input == "1011"


def test_show_a_cellular_automaton(capsys: pytest.CaptureFixture[str]) -> None:
    text = output(capsys, "show", "b3s23")
    assert text.startswith("B3/S23: one layer is one generation")
    assert "keeps   to all around" in text
    lines = [line.split() for line in text.splitlines()]
    assert ["5", "sum", "5,", "alive", "1", "2"] in lines
    assert ["8", "sum", "8,", "dead"] in lines
    assert "keeps   to E   to W" in output(capsys, "show", "W110")
    assert main(["show", "B9/S23"]) == 2
    assert "a cell has 8 neighbours, so 9 is too many" in capsys.readouterr().err
    assert main(["show", "B3/S23", "--yaml"]) == 2
    assert "is no machine, so there is no YAML" in capsys.readouterr().err


def test_show_what_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "nothing"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("rcnn show: there is no program 'nothing' and no such file")
    assert main(["show", "nothing.yaml"]) == 2
    assert "nothing.yaml: no such file" in capsys.readouterr().err
    assert main(["show", "systolic-row-reduction", "--yaml"]) == 2
    assert "is no machine, so there is no YAML" in capsys.readouterr().err


def test_the_bundled_machine_as_yaml_learns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", "row-reduction-machine", "--yaml"]) == 0
    path = tmp_path / "machine.yaml"
    path.write_text(capsys.readouterr().out)
    data = tmp_path / "data.csv"
    data.write_text("a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    arguments = ["learn", str(data), "--train", "3", "--executor", "reference", "--json"]
    assert main([*arguments, "--program", str(path)]) == 0
    assert json.loads(capsys.readouterr().out)["agreement_with_row_reduction"] == 1


def test_the_bound_on_its_steps_is_one() -> None:
    bound = SizeFormula(STEP_BOUND)
    for m in range(12):
        for d in range(1, 12):
            assert bound(m, d) >= worst_case_steps(m, d)
