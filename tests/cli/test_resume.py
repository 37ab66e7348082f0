"""``rcnn learn --save``, ``--resume`` and ``--skip``: a memory that is kept, and learning that goes on with it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from construction.cli.main import main
from construction.compiling.compiler import compile_rule
from construction.learning.training import Training
from construction.network.files import load_memory
from construction.programs.catalogue import load_program
from tests.cli.streams import HEADER, PROGRAM, ROWS, Stdin, learn, write_streams
from tests.cli.tables import Capture
from tests.cli.terminal import interrupted_while_it_learns


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_streams(tmp_path)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("program", ["online-row-reduction", "online-conjunction"])
def test_going_on_from_a_saved_memory_is_as_if_there_had_been_no_break(
    program: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    options = ["-", "--test", "test.csv", "--program", program, "--intercept"]
    whole = learn(monkeypatch, capsys, *options, "--save", "whole", stdin=HEADER + ROWS)
    lines = ROWS.splitlines(keepends=True)
    for break_at in range(len(lines) + 1):
        first, rest = "".join(lines[:break_at]), "".join(lines[break_at:])
        before = learn(monkeypatch, capsys, *options, "--save", "part", stdin=HEADER + first)
        goes_on = [*options, "--resume", "part", "--save", "part"]
        after = learn(monkeypatch, capsys, *goes_on, stdin=HEADER + rest)
        assert Path("part").read_bytes() == Path("whole").read_bytes()
        assert before["abstentions"] + after["abstentions"] == whole["abstentions"]
        for key in ("undecided", "predictions", "rows_used"):
            assert after[key] == whole[key]


def test_after_ctrl_c_the_work_goes_on_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    rng = np.random.default_rng(3)
    rows = "".join(f"{','.join(map(str, row))}\n" for row in rng.integers(0, 2, size=(30, 7)))
    text = "a,b,c,d,e,f,y\n" + rows
    options = ["-", "--values", "0,1", *PROGRAM]
    learn(monkeypatch, capsys, *options, "--save", "whole", stdin=text)
    command = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from construction.cli.main import main; sys.exit(main())"
    )
    code, out, shown = interrupted_while_it_learns(
        [sys.executable, "-c", command, "learn", *options, "--save", "part"], text
    )
    assert (code, out) == (130, b"")
    words = shown.rpartition("go on with ")[2].split()[:4]
    assert words[:3] == ["--resume", "part", "--skip"]
    learn(monkeypatch, capsys, *options, *words, "--save", "part", stdin=text)
    assert Path("part").read_bytes() == Path("whole").read_bytes()


def test_a_bad_row_loses_nothing_that_came_before_it(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(sys, "stdin", Stdin(HEADER + ROWS + "0,?,0,0\n"))
    arguments = ["learn", "-", "--values", "0,1", *PROGRAM, "--save", "w"]
    assert main(arguments) == 2
    os.close(sys.stdin.fileno())
    captured = capsys.readouterr()
    assert captured.out == ""
    first, second, *none = captured.err.splitlines()
    assert first == "rcnn learn: 5 rows learned; go on with --resume w --skip 5"
    assert second == (
        "rcnn learn: standard input: line 7, column 'b': the value is '?'; it should be '0' or '1'"
    )
    assert none == []
    memory = load_memory("w", compile_rule(load_program("online-row-reduction").rule)).memory
    assert memory.any(axis=1).sum() == 3


def test_a_file_that_cannot_be_written_is_noticed_before_the_first_step(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    begun: list[object] = []
    monkeypatch.setattr(Training, "learn", lambda *arguments: begun.append(arguments))
    monkeypatch.setattr(sys, "stdin", Stdin(HEADER + ROWS))
    assert main(["learn", "-", "--values", "0,1", *PROGRAM, "--save", "none/w"]) == 2
    os.close(sys.stdin.fileno())
    assert begun == []
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("rcnn learn: none/w: cannot be written: ")


def test_a_memory_knows_its_columns(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """The same table with its columns in another order was learned wrongly, and without a word."""
    rng = np.random.default_rng(1)
    bits = rng.integers(0, 2, (60, 5))
    rows = [[*row, row[0] ^ row[3]] for row in bits.tolist()]
    order = [3, 5, 0, 4, 1, 2]
    for name, places in (("good.csv", range(6)), ("turned.csv", order)):
        lines = [",".join(str(row[place]) for place in places) for row in rows]
        Path(name).write_text("\n".join([",".join("abcdey"[place] for place in places), *lines]))
    target = ["--target", "y", "--program", "online-row-reduction"]
    learn(monkeypatch, capsys, "good.csv", *target, "--save", "mem", "--train", "20")
    go_on = [*target, "--resume", "mem", "--skip", "20", "--test", "good.csv"]
    straight = learn(monkeypatch, capsys, "good.csv", *go_on)
    turned = learn(monkeypatch, capsys, "turned.csv", *go_on)
    assert straight["test_accuracy"] == turned["test_accuracy"] == 1
    assert turned["mistakes"] == 0


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("program", ["online-row-reduction", "triangular-row-reduction"])
def test_a_full_memory_goes_on_with_columns_in_another_order(
    program: str, seed: int, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Rows that are reduced in one order of the columns are not reduced in another."""
    rng = np.random.default_rng(seed)
    bits = rng.integers(0, 2, (40, 6))
    rows = [[*row, row[0] ^ row[3] ^ row[4]] for row in bits.tolist()]
    for name, places in (("good.csv", list(range(7))), ("turned.csv", rng.permutation(7).tolist())):
        lines = [",".join(str(row[place]) for place in places) for row in rows]
        Path(name).write_text("\n".join([",".join("abcdefy"[place] for place in places), *lines]))
    target = ["--target", "y", "--program", program]
    learn(monkeypatch, capsys, "good.csv", *target, "--save", "mem", "--train", "25")
    go_on = [*target, "--resume", "mem", "--skip", "25", "--test", "turned.csv"]
    turned = learn(monkeypatch, capsys, "turned.csv", *go_on)
    assert turned["test_accuracy"] == 1
    assert turned["abstentions"] == turned["mistakes"] == turned["unstored"] == 0


@pytest.mark.parametrize(
    ("header", "rows", "options", "words"),
    [
        ("a,x,c,y", "0,0,0,0\n1,1,1,1", [], "the memory was trained without the column 'x'"),
        (
            "a,c,y",
            "0,0,0\n1,1,1",
            [],
            "the memory was trained with the column 'b', which is missing",
        ),
        (
            "a,b,c,y",
            "no,0,0,0\nyes,1,1,1",
            [],
            "column 'a' has the values no and yes; the memory was",
        ),
        ("a,b,c,y", "0,0,0,0\n1,1,1,1", ["--target", "b"], "trained with the target 'y', not 'b'"),
        (
            "a,b,c,y",
            "0,0,0,no\n1,1,1,yes",
            [],
            "the values of the target ['0', '1'], not ['no', 'yes']",
        ),
    ],
)
def test_a_memory_of_other_columns_is_refused(
    header: str,
    rows: str,
    options: list[str],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    learn(monkeypatch, capsys, "-", "--values", "0,1", "--save", "w", *PROGRAM, stdin=HEADER + ROWS)
    Path("other.csv").write_text(f"{header}\n{rows}\n")
    assert main(["learn", "other.csv", *PROGRAM, *options, "--resume", "w"]) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.out == ""


@pytest.mark.parametrize("data", ["train.csv", "-"])
def test_to_skip_more_rows_than_there_are_is_refused(
    data: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(sys, "stdin", Stdin(HEADER + ROWS))
    arguments = ["learn", data, "--test", "test.csv", "--skip", "50", *PROGRAM]
    assert main(arguments) == 2
    os.close(sys.stdin.fileno())
    assert "--skip 50 leaves nothing of" in capsys.readouterr().err
