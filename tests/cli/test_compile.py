"""``rcnn compile``."""

from __future__ import annotations

from pathlib import Path

import pytest

from construction.cli.main import main
from construction.compiling.compiler import compile_rule
from construction.network.comparison import difference
from construction.network.files import load_network
from construction.programs.catalogue import PROGRAMS, load_program
from construction.sources.files import read_machine_file
from tests.extras import optional

EXAMPLES = Path(__file__).parents[2] / "examples" / "machines"


@pytest.mark.parametrize("program", PROGRAMS)
def test_compile_writes_the_programs_network(
    program: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "network.safetensors"
    assert main(["compile", program, "-o", str(path)]) == 0
    network = compile_rule(load_program(program).rule)
    assert difference(load_network(path).network, network) is None
    assert f"{network.weight_counts()['nonzero']} non-zero weights" in capsys.readouterr().out
    assert main(["compile", program, "--check", str(path)]) == 0


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_compile_takes_machines_in_files(path: Path, tmp_path: Path) -> None:
    network = tmp_path / "network.safetensors"
    assert main(["compile", str(path), "-o", str(network)]) == 0
    assert main(["compile", str(path), "--check", str(network)]) == 0
    codes = load_network(network).network.codes.values()
    machine = read_machine_file(path).machine
    if machine.bits is None:
        assert not any(name.startswith("masked") for name in codes)
    else:
        assert any(name.startswith("masked") for name in codes)
        assert any(name.startswith(f"head {machine.start} (east)") for name in codes)


def test_compile_takes_cellular_automata(tmp_path: Path) -> None:
    network = tmp_path / "life.safetensors"
    assert main(["compile", "B3/S23", "-o", str(network)]) == 0
    assert main(["compile", "23/3", "--check", str(network)]) == 0
    assert main(["compile", "B36/S23", "--check", str(network)]) == 1


def test_compile_tells_another_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second, *_ = PROGRAMS
    path = tmp_path / "network.safetensors"
    main(["compile", first, "-o", str(path)])
    assert main(["compile", second, "--check", str(path)]) == 1
    assert f"name: {first}; it should be {second}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no-such-program", "-o", "x"], "there is no program 'no-such-program'"),
        (["systolic-row-reduction", "-o", "absent/x"], "cannot be written"),
        (["systolic-row-reduction", "--check", "absent"], "cannot be read"),
    ],
)
def test_compile_says_what_is_wrong(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["compile", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_file_needs_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["compile", "majority", "-o", "-"])
    assert "'-' is no file" in capsys.readouterr().err


def test_an_onnx_file_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    optional("onnx")
    path = tmp_path / "network.ONNX"
    assert main(["compile", "majority", "-o", str(path)]) == 0
    assert main(["compile", "majority", "--check", str(path)]) == 0
    assert main(["compile", "conjunction", "--check", str(path)]) == 1
    assert "is not the network of conjunction" in capsys.readouterr().out
    assert main(["compile", "majority", "--check", str(tmp_path / "none.onnx")]) == 2
