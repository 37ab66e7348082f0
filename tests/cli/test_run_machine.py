"""``rcnn run`` with machines in files."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.cli.main import main
from construction.errors import ConstructionError, MachineError, SizeError
from construction.formats.busy_beaver import read_busy_beaver
from construction.formats.yaml_reader import read_yaml
from construction.machines.interpreter import MachineRun
from construction.machines.machine import Machine
from construction.machines.on_tape import MachineOnTape
from construction.machines.one_tape import OneTapeRun, has_unbounded_tape
from construction.running.machine import run_machine
from construction.sources.files import read_machine_file
from construction.strategies import machines, one_tape_machines, tapes

EXAMPLES = Path(__file__).parents[2] / "examples" / "machines"
RUNAWAY = "blank: _\nstart state: run\ntable: {run: {_: {write: 1, R}}}\n"

Capture = pytest.CaptureFixture[str]


def run_json(capsys: Capture, *arguments: str) -> dict[str, Any]:
    assert main(["run", *arguments, "--json"]) == 0
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


def test_the_json_object(capsys: Capture) -> None:
    file = str(EXAMPLES / "binary-increment.yaml")
    report = run_json(capsys, file, "--input", "111")
    assert report["machine"] == "binary-increment"
    assert report["tape"] == ["1000"]
    assert (report["halted"], report["ran_off"]) == (True, False)
    assert (report["steps"], report["layers"], report["state"]) == (8, 8, "done")
    assert (report["nonblank"], report["verdict"]) == (4, 0)
    assert report["nodes"] % (report["pixels"] * report["layers"]) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["binary-increment.yaml"], "binary-increment halted after 8 steps in state 'done'"),
        (["binary-increment.yaml", "--tape", "4"], "ran off its tape of 4 cells after 3 steps"),
        (["universal.yaml", "--max-steps", "9"], "has not halted after 9 steps; use a larger"),
        (["spiral.yaml"], "oooooo\noooooo\noooooo\noooooo\n"),
    ],
)
def test_what_is_printed(arguments: list[str], words: str, capsys: Capture) -> None:
    name, *options = arguments
    assert main(["run", str(EXAMPLES / name), *options]) == 0
    assert words in capsys.readouterr().out


def test_a_machine_that_only_stays_never_halts(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "stay.yaml"
    path.write_text("blank: _\nstart state: run\ntable: {run: {_: N}}\n")
    assert main(["run", str(path)]) == 0
    assert "does not halt: after 0 steps nothing changes any more" in capsys.readouterr().out
    report = run_json(capsys, str(path), "--max-steps", "50")
    assert (report["halted"], report["steps"], report["layers"]) == (False, 0, 50)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["majority"], "majority is a program that learns; use rcnn learn --program majority"),
        (["binary-increment.yaml", "--tape", "3"], "the input has 4 cells, more than --tape 3"),
        (["spiral.yaml", "--tape", "3"], "works on a rectangle with walls"),
        (
            ["binary-increment.yaml", "--input", "1\n0"],
            "the input has 2 rows; the machine moves only",
        ),
        (["spiral.yaml", "--input", "x"], "the input holds 'x'"),
        (["none.yaml"], "none.yaml: no such file"),
    ],
)
def test_bad_input(arguments: list[str], words: str, capsys: Capture) -> None:
    name, *options = arguments
    source = str(EXAMPLES / name) if name.endswith(".yaml") else name
    assert main(["run", source, *options]) == 2
    assert words in capsys.readouterr().err


def test_a_tape_that_grows_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("construction.running.machine.CELL_LIMIT", 1000)
    with pytest.raises(
        SizeError, match="not halted after 256 steps, and needs a tape of more than"
    ):
        run_machine(read_yaml(RUNAWAY), "event", 10**6)
    report = run_machine(read_yaml(RUNAWAY), "event", 200)
    assert (report.halted, report.ran_off, report.steps) == (False, False, 200)
    assert report.tape == ["1" * 200]


def test_an_impossible_pair_is_an_error() -> None:
    file = read_yaml("blank: _\nstart state: a\ntable: {a: {_: {R: b}}, b: {_: impossible}}\n")
    with pytest.raises(MachineError, match="after 1 steps the head is in state 'b' on symbol '_'"):
        run_machine(file, "reference", 10)


@settings(max_examples=40)
@given(st.one_of(machines(partial=False), one_tape_machines()), st.data())
def test_random_machines_end_as_they_should(machine: Machine, data: st.DataObject) -> None:
    rows = data.draw(tapes(machine))[: 1 if has_unbounded_tape(machine) else None]
    file = MachineOnTape(machine, "\n".join(" ".join(line) for line in rows))
    steps = 20
    report = run_machine(file, "reference", steps)
    plain: OneTapeRun | MachineRun
    if has_unbounded_tape(machine):
        plain = OneTapeRun(machine, file.rows[0])
        halt = plain.run(steps)
        tape = [plain.configuration().cells]
    else:
        plain = MachineRun(machine, file.rows)
        halt = plain.run(steps)
        tape = [tuple(line) for line in plain.tape]
    assert report.halted == (halt is not None)
    if halt is not None:
        assert (report.steps, report.state) == (plain.steps, plain.state)
        assert report.verdict == halt.output
    nonblank = sum(symbol != machine.blank for line in tape for symbol in line)
    assert report.nonblank == nonblank
    symbols = [[each for each in line.split() if each != machine.blank] for line in report.tape]
    assert symbols == [[each for each in line if each != machine.blank] for line in tape]


def test_an_input_too_long_for_the_tape_is_not_cut() -> None:
    file = read_machine_file(EXAMPLES / "binary-increment.yaml")
    with pytest.raises(ConstructionError, match="more than --tape 2"):
        run_machine(file, "reference", 10, 2)


def test_the_champion_of_five_states(capsys: Capture) -> None:
    report = run_json(capsys, "1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA")
    assert (report["halted"], report["steps"], report["nonblank"]) == (True, 47_176_870, 4098)
    assert report["layers"] == report["steps"]


def test_a_machine_that_is_not_done_says_so(capsys: Capture) -> None:
    report = run_json(capsys, "1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA", "--max-steps", "1000")
    assert (report["halted"], report["steps"], report["layers"]) == (False, 1000, 1000)


def test_progress_is_told(capsys: Capture) -> None:
    told: list[int] = []
    file = read_busy_beaver("1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA")
    report = run_machine(
        file, "event", 5_000_000, length=2**14, progress=lambda _, done, total: told.append(done)
    )
    assert report.steps == told[-1] == 5_000_000
    assert told == sorted(told)
    assert len(told) > 2


def test_a_long_run_can_be_interrupted() -> None:
    """A machine that would walk for hours; Ctrl-C comes while compiled code runs."""
    command = [sys.executable, "-u", "-c", INTERRUPTED]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.readline()
        run.send_signal(signal.SIGINT)
        assert run.wait(60) == 130
        assert "rcnn run: interrupted" in run.stderr.read()


# SIGINT is set up by hand: a process that starts in the background may ignore it.
INTERRUPTED = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from construction.cli import main
from construction.executors.event.executor import EventExecutor
advance = EventExecutor.tell
def tell(self, done, layers):
    print(done)
    advance(self, done, layers)
EventExecutor.tell = tell
sys.exit(main.main(["run", "1RB1LA_1LA1RB", "--max-steps", str(10**12), "--executor", "event"]))
"""


def test_a_symbol_that_the_table_does_not_speak_of_is_the_reason(capsys: Capture) -> None:
    increment = str(EXAMPLES / "binary-increment.yaml")
    assert main(["run", increment, "--input", "1#1"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "halted after 1 step in state 'right' on '#', a symbol that its table does not" in out
    assert main(["run", increment, "--input", "1"]) == 0
    assert "does not speak" not in capsys.readouterr().out


@pytest.mark.parametrize("option", [["--generations", "3"], ["--margin", "4"]])
def test_options_of_automata_are_refused(option: list[str], capsys: Capture) -> None:
    assert main(["run", "1RB1LA_1LA1RZ", *option]) == 2
    assert f"to which {option[0]} does not apply" in capsys.readouterr().err
