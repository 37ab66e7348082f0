"""``rcnn`` as a process: closed streams, readers that go, Ctrl-C at any moment."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import construction
from construction.cli.main import main

ROOT = Path(__file__).parents[2]
# A process that starts in the background may ignore SIGINT, so it is set up by hand.
ENTRY = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "import sys; from construction.cli.entry import main; "
    "print('ready', flush=True); sys.exit(main())"
)
# Ctrl-C when a module is about to be imported.
INTERRUPT = """
import os, signal, sys
module = sys.argv.pop(1)
class Interrupt:
    def find_spec(self, name, *_):
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
"""
RCNN = [sys.executable, "-m", "construction.cli.main"]


def shell(line: str) -> subprocess.CompletedProcess[str]:
    command = line.replace("rcnn", " ".join(RCNN))
    return subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", ["programs", "show majority", "programs --json"])
def test_a_closed_standard_output_is_said(command: str) -> None:
    done = shell(f"rcnn {command} >&-")
    assert done.returncode == 2
    name = command.split(maxsplit=1)[0]
    assert done.stderr == f"rcnn {name}: the output cannot be written: it is closed\n"


def test_a_closed_standard_output_without_a_command_is_said() -> None:
    done = shell("rcnn --version >&-")
    assert (done.returncode, done.stderr) == (
        2,
        "rcnn: the output cannot be written: it is closed\n",
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("setting", ["", "PYTHONUNBUFFERED=1 "])
@pytest.mark.parametrize("options", [" learn --help", " --version"])
def test_help_that_cannot_be_written_is_said(options: str, setting: str) -> None:
    done = shell(f"{setting}rcnn{options} > /dev/full")
    assert done.returncode == 2
    assert "the output cannot be written: No space left on device\n" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_bad_input_is_bad_input_where_no_message_can_be_written() -> None:
    assert shell("rcnn learn --bogus 2> /dev/full").returncode == 2


def test_a_closed_standard_error_changes_nothing() -> None:
    command = "rcnn learn examples/data/lamp.csv --executor reference --json"
    done = shell(f"{command} 2>&-")
    assert done.returncode == 0
    assert done.stdout.startswith("{")


@pytest.mark.parametrize(
    "command",
    [
        "rcnn show conjunction | head -1",
        "rcnn programs | head -1",
        "rcnn show B3/S23 | head -1",
        "rcnn search constant-0 --states 1 | true",
        "rcnn verify one-literal --only Remark | true",
    ],
)
def test_a_reader_that_goes_is_no_failure(command: str) -> None:
    done = shell(f"{command}; echo ${{PIPESTATUS[0]}}")
    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""


def test_a_name_that_the_encoding_lacks_is_shown_with_escapes(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("λ,b,λy\n0,0,1\n1,0,0\n0,1,1\n1,1,0\n", encoding="utf-8")
    done = shell(f"PYTHONIOENCODING=ascii rcnn learn {path} --executor reference")
    assert (done.returncode, done.stderr) == (0, "")
    assert "target is '\\u03bby'" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["lern", "x.csv"], "rcnn lern: there is no such command; did you mean 'learn'?"),
        (["show", "conjunctoin"], "and no such file; did you mean 'conjunction'?"),
        (["show", ""], "there is no program '' and no such file; it should be a bundled program"),
        (["show", "x" * 300], f"{'x' * 300}: File name too long"),
    ],
)
def test_a_name_that_there_is_not(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def test_a_reader_of_the_checker_that_goes_is_no_failure(tmp_path: Path) -> None:
    file = tmp_path / "one-literal.safetensors"
    assert main(["compile", "one-literal", "-o", str(file)]) == 0
    command = f"{sys.executable} -m proofs_check {file} --only Remark"
    done = shell(f"{command} | true; echo ${{PIPESTATUS[0]}}")
    assert (done.stdout, done.stderr) == ("0\n", "")


@pytest.mark.parametrize(
    ("module", "command"),
    [
        ("construction.cli.main", "programs"),
        ("construction.cli.learn", "learn examples/data/lamp.csv"),
        ("numpy", "learn examples/data/lamp.csv"),
        ("construction.executors.event.executor", "learn examples/data/lamp.csv --executor event"),
    ],
)
def test_an_interrupt_while_it_imports(module: str, command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPT + ENTRY, module, *command.split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (130, "ready\n")
    assert done.stderr in ("rcnn: interrupted\n", "rcnn learn: interrupted\n")


@pytest.mark.parametrize(
    ("milliseconds", "number"),
    [(time, signal.SIGINT) for time in (20, 60, 150, 300, 600)] + [(60, signal.SIGTERM)],
)
def test_an_interrupt_while_it_starts(milliseconds: int, number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ENTRY, "trace", "examples/machines/spiral.yaml", "--input", "."],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            process.wait(milliseconds / 1000)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    # When Python has nearly ended it has no handler any more: the signal ends it, which a shell calls 130 as well.
    assert process.returncode in (0, 130, -number)
    assert process.returncode != 130 or "interrupted" in err


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["--version"])
    assert exit_.value.code == 0
    assert capsys.readouterr().out == f"rcnn {construction.__version__}\n"


def test_a_table_keeps_its_shape_on_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert main(["programs"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("row-reduction-machine" in each and "t + m + d + 2 for t" in each for each in lines)


@pytest.mark.slow
def test_compiling_is_shown(tmp_path: Path) -> None:
    terminal, stderr = pty.openpty()
    with subprocess.Popen(
        [*RCNN, "learn", "examples/data/lamp.csv", "--executor", "event"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=stderr,
        env=os.environ | {"TERM": "xterm", "NUMBA_CACHE_DIR": str(tmp_path), "COLUMNS": "100"},
    ) as process:
        os.close(stderr)
        shown = b""
        while b"compiling the kernels" not in shown:
            shown += os.read(terminal, 4096)
        process.kill()
    os.close(terminal)
