"""``rcnn trace``: every frame is a configuration, and it fits the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.cli.main import main
from construction.cli.trace import select
from construction.machines.interpreter import MachineRun
from construction.machines.machine import Machine
from construction.machines.on_tape import MachineOnTape
from construction.machines.one_tape import has_unbounded_tape
from construction.programs.catalogue import ONLINE_PROGRAMS, PROGRAMS, load_program
from construction.running.frames import Frame, machine_frames, network_frames, program_frames
from construction.sources.files import read_machine_file
from construction.strategies import machines, one_tape_machines, tapes

EXAMPLES = Path(__file__).parents[2] / "examples" / "machines"
INCREMENT = str(EXAMPLES / "binary-increment.yaml")
SPIRAL = str(EXAMPLES / "spiral.yaml")
UNANIMOUS = str(EXAMPLES / "unanimous.yaml")
LAMP = str(EXAMPLES.parent / "data" / "lamp.csv")


@pytest.fixture(autouse=True)
def _eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def output(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["trace", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_a_machine_step_by_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert output(capsys, INCREMENT, "--input", "1") == [
        "step 0  computing  right on 1, cell 1",
        " [1]",
        "step 1  computing  right on ' ', cell 2",
        "  1[ ]",
        "step 2  computing  carry on 1, cell 1",
        " [1]  ",
        "step 3  computing  carry on ' ', cell 0",
        " [ ]0   ",
        "step 4  halted  done on ' ', cell -1",
        " [ ]1 0   ",
    ]


def test_a_network_shows_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    steps = output(capsys, INCREMENT, "--only-head")
    layers = output(capsys, INCREMENT, "--only-head", "--network")
    assert [line.replace("layer", "step") for line in layers] == steps


@settings(max_examples=30)
@given(st.one_of(machines(partial=False), one_tape_machines()), st.data())
def test_machine_and_network_give_the_same_frames(machine: Machine, data: st.DataObject) -> None:
    rows = data.draw(tapes(machine))[: 1 if has_unbounded_tape(machine) else None]
    file = MachineOnTape(machine, "\n".join(" ".join(line) for line in rows))
    steps = 12
    expected = list(select(machine_frames(file), 0, steps, 1))
    frames = list(network_frames(file, steps))
    for frame, other in zip(expected, frames, strict=False):
        assert (frame.number, frame.phase) == (other.number, other.phase)
        assert frame.head is not None
        assert other.head is not None
        assert (frame.head.state, frame.head.place) == (other.head.state, other.head.place)
        if has_unbounded_tape(machine):
            # The network's tape is as long as the whole run needs.
            middle = "".join(cell.text for cell in frame.cells[0])
            assert middle in "".join(cell.text for cell in other.cells[0])
        else:
            assert frame.cells == other.cells
    # A head that stays and writes nothing new changes nothing: the network has come to rest.
    assert len(frames) <= len(expected)
    for frame in expected[len(frames) :]:
        assert frame.cells == expected[len(frames) - 1].cells


def numbers(lines: list[str]) -> list[int]:
    return [int(line.split()[1]) for line in lines if re.match(r"(step|layer) ", line)]


def test_from_to_every(capsys: pytest.CaptureFixture[str]) -> None:
    assert numbers(output(capsys, SPIRAL, "--every", "10")) == [0, 10, 20, 30, 35]
    assert numbers(output(capsys, SPIRAL, "--from", "3", "--to", "9", "--every", "4")) == [3, 7, 9]
    assert output(capsys, SPIRAL, "--to", "2", "--only-head") == [
        "step 0  computing  east on ., row 1, column 1",
        "step 1  computing  east on ., row 1, column 2",
        "step 2  computing  east on ., row 1, column 3",
        "not halted after step 2",
    ]
    assert output(capsys, SPIRAL, "--from", "99") == ["the run is over before step 99"]


@given(st.integers(0, 20), st.integers(0, 12), st.integers(0, 20), st.integers(1, 9))
def test_select(count: int, first: int, more: int, every: int) -> None:
    def frames() -> Iterator[Frame]:
        for number in range(3):
            yield Frame("SGD step", number, "memory", (), None)
        for number in range(count):
            yield Frame("layer", number, "computing", (), None)

    last = first + more
    chosen = list(select(frames(), first, last, every))
    assert [f.number for f in chosen if f.unit == "SGD step"] == ([0, 1, 2] if first == 0 else [])
    inside = range(first, min(last + 1, count))
    expected = sorted({*inside[::every], *inside[-1:]})
    assert [f.number for f in chosen if f.unit == "layer"] == expected


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_goes_through_the_phases(capsys: pytest.CaptureFixture[str], name: str) -> None:
    lines = output(capsys, name, "--examples", "3", "--features", "2")
    heads = [line.split() for line in lines if re.match(r"(SGD step|layer) ", line)]
    phases = [words[3 if words[0] == "SGD" else 2] for words in heads]
    assert phases == sorted(phases, key=["memory", "waves", "computing", "halted"].index)
    assert {"memory", "halted"} <= set(phases)
    assert "waves" in phases or name in ONLINE_PROGRAMS
    assert [words[2] for words in heads if words[0] == "SGD"][:3] == ["1", "2", "3"]


def test_the_frames_of_a_machine_program_are_its_configurations() -> None:
    """Unmasked, the grid is the data set; from then on a layer is a step of the machine."""
    program = load_program("row-reduction-machine")
    assert program.machine is not None
    bits = np.array([[1, 0, 1], [1, 1, 0], [0, 1, 0]])
    labels = np.array([1, 0])
    frames = program_frames(program, 1 - 2 * bits[:2], 1 - 2 * labels, 1 - 2 * bits[2])
    computing = [frame for frame in frames if frame.phase in ("computing", "halted")]
    tape = [[*map(str, [*row, label]), "_"] for row, label in zip(bits, [1, 0, 0], strict=True)]
    run = MachineRun(program.machine, tape)
    for frame in computing:
        assert frame.head is not None
        assert (frame.head.row, frame.head.column) == (run.row, run.column)
        assert (frame.head.state, frame.head.symbol) == (run.state, run.tape[run.row][run.column])
        assert [[cell.text for cell in line] for line in frame.cells] == run.tape
        run.step()
    assert run.halted is not None
    assert computing[-1].phase == "halted"


def test_the_frames_of_a_program_are_its_bits() -> None:
    """Without examples the memory is the dummy, and what is unmasked is the test example."""
    program = load_program("row-reduction-machine")
    empty = np.zeros((0, 3), dtype=np.int64)
    frames = list(program_frames(program, empty, empty[:, 0], np.array([1, -1, -1])))
    first = next(frame for frame in frames if frame.phase == "computing")
    assert [cell.text for cell in first.cells[0]] == ["0", "1", "1", "0", "_"]
    assert first.head is not None
    assert (first.head.row, first.head.column, first.head.state) == (0, 0, "find")


@pytest.mark.parametrize("width", [20, 33, 60])
@pytest.mark.parametrize(
    "arguments", [("systolic-row-reduction",), (str(EXAMPLES / "universal.yaml"), "--to", "30")]
)
def test_nothing_but_the_data_is_wider_than_the_terminal(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    width: int,
    arguments: tuple[str, ...],
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = output(capsys, *arguments)
    begin = next(number for number, line in enumerate(lines) if line.startswith(("SGD", "step")))
    assert max(map(len, lines[begin:])) <= width
    if len(arguments) > 1:
        assert all(line.count("[") == 1 for line in lines if line[0] in "~ ")


def test_bad_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, message in (
        (("systolic-row-reduction", "--only-head"), "has no head; leave out --only-head"),
        (("majority", "--input", "1"), "to which --input does not apply"),
        (("majority", "--network"), "to which --network does not apply"),
        ((INCREMENT, "--from", "9", "--to", "3"), "--from 9 is after the last step, 3"),
        (("majority", "--from", "9", "--to", "3"), "--from 9 is after the last step, 3"),
        ((SPIRAL, "--input", "x"), "the input holds 'x'"),
        (("B3/S23",), "B3/S23 needs a pattern to start from"),
        (("B3/S23", "--input", "O", "--examples", "2"), "to which --examples does not apply"),
        ((SPIRAL, "--examples", "2"), "to which --examples does not apply"),
        ((UNANIMOUS, "--input", "1", "--seed", "2"), "to which --seed does not apply"),
        (("majority", "--data", LAMP, "--features", "2"), "to which --features does not apply"),
        (("majority", "--data", LAMP, "--seed", "2"), "to which --seed 2 does not apply"),
        (("majority", "--no-intercept"), "there is no --data, to which --no-intercept does not"),
        (("majority", "--data", LAMP, "--examples", "16"), "lamp.csv has 16 rows; --examples"),
        (("nothing",), "there is no program 'nothing'"),
    ):
        assert main(["trace", *arguments]) == 2
        captured = capsys.readouterr()
        assert message in captured.err
        assert captured.out == ""
    for option, value in (("--every", "0"), ("--from", "-1"), ("--features", "x")):
        with pytest.raises(SystemExit) as caught:
            main(["trace", INCREMENT, option, value])
        assert caught.value.code == 2


def test_a_machine_that_never_halts_is_stopped(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "runaway.yaml"
    path.write_text("blank: _\nstart state: run\ntable: {run: {_: {write: 1, R}}}\n")
    lines = output(capsys, str(path), "--every", "400", "--only-head")
    assert numbers(lines) == [0, 400, 800, 1000]
    assert lines[-1] == "not halted after step 1000"


def test_an_example_file_is_not_changed_by_input() -> None:
    file = read_machine_file(Path(INCREMENT))
    assert file.with_input("11").machine == file.machine


def test_a_trace_begins_with_the_data(capsys: pytest.CaptureFixture[str]) -> None:
    lines = output(capsys, "majority", "--data", LAMP, "--examples", "2", "--to", "0")
    assert lines[0] == f"data  {LAMP}"[:80].rstrip() or lines[0].startswith("data  ")
    words = [line.split() for line in lines]
    assert ["switch_1", "switch_2", "switch_3", "switch_4", "constant", "lamp"] in words
    rows = Path(LAMP).read_text().split()[1:4]
    bits = [[str(int(value in ("up", "on"))) for value in row.split(",")] for row in rows]
    assert ["example", "1", *bits[0][:-1], "1", bits[0][-1]] in words
    assert ["example", "2", *bits[1][:-1], "1", bits[1][-1]] in words
    assert ["to", "predict", *bits[2][:-1], "1", "?"] in words
    lines = output(capsys, "majority", "--data", LAMP, "--no-intercept", "--examples", "2")
    assert ["to", "predict", *bits[2][:-1], "?"] in [line.split() for line in lines]
    assert "in the memory + is bit 0, - is bit 1 and . is not written" in lines


def test_data_with_many_columns_is_shown_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    lines = output(capsys, "majority", "--data", "cache-slice", "--examples", "1", "--to", "0")
    words = [line.split() for line in lines]
    names = [f"bit{bit}" for bit in range(6, 38)]
    assert [*names, "constant", "slice0"] in words
    assert any(each[:2] == ["example", "1"] and len(each) == 36 for each in words)
    assert any(each[:2] == ["to", "predict"] and len(each) == 36 for each in words)


def test_random_data_is_shown_with_its_parity(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(output(capsys, "majority", "--seed", "3", "--to", "0"))
    assert "data  random; y is the exclusive or of x" in text


def test_a_learner_in_a_file_is_traced_on_data(capsys: pytest.CaptureFixture[str]) -> None:
    lines = output(capsys, UNANIMOUS, "--examples", "2", "--features", "2", "--only-head")
    assert lines[0].startswith("data  random")
    assert sum(line.startswith("SGD step") for line in lines) == 3
    on_a_tape = output(capsys, UNANIMOUS, "--input", "01", "--only-head", "--to", "3")
    assert on_a_tape[0].startswith("step 0")
