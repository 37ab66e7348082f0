"""``rcnn learn`` with online programs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.cli.main import main
from construction.compiling.compiler import compile_rule
from construction.executors.catalogue import load_executor
from construction.learning.row_reduction import row_reduction, stored_parity
from construction.learning.training import Training
from construction.programs.catalogue import load_program
from tests.cli.streams import HEADER, PROGRAM, ROWS, Stdin, learn, write_streams
from tests.cli.tables import KEYS, Capture


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_streams(tmp_path)
    monkeypatch.chdir(tmp_path)


def test_the_json_object(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """Standard input is a stream; its values are those of the test file."""
    report = learn(monkeypatch, capsys, "-", "--test", "test.csv", *PROGRAM, stdin=HEADER + ROWS)
    assert list(report) == KEYS
    assert (report["d"], report["m"], report["sgd_steps"]) == (3, 5, 6)
    assert (report["abstentions"], report["mistakes"]) == (2, 0)
    assert (report["rows"], report["rows_used"]) == (4, 3)
    assert report["undecided"] == 2
    assert report["memorised_exactly"] is report["consistent"] is None
    assert report["predictions"] == ["1", None, "0", None]
    assert report["test_accuracy"] == 1


def test_a_file_with_a_test_file_is_a_stream_in_its_own_order(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    report = learn(monkeypatch, capsys, "train.csv", "--test", "test.csv", *PROGRAM)
    assert (report["m"], report["abstentions"], report["rows_used"]) == (6, 3, 4)
    assert report["predictions"] == ["1", "0", "0", "1"]


def test_a_table_is_split(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    report = learn(monkeypatch, capsys, "train.csv", "--train", "4", *PROGRAM)
    assert (report["m"], report["n_test"], len(report["predictions"])) == (4, 2, 2)


def test_values_given_and_no_test(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """A wrong label in the span is a mistake, and changes nothing."""
    stdin = HEADER + ROWS + "1,0,0,0\n"
    report = learn(monkeypatch, capsys, "-", "--values", "0,1", *PROGRAM, stdin=stdin)
    assert (report["m"], report["abstentions"], report["mistakes"]) == (6, 2, 1)
    assert (report["n_test"], report["predictions"], report["test_accuracy"]) == (0, [], None)
    swapped = learn(monkeypatch, capsys, "-", "--values", "1,0", *PROGRAM, stdin=stdin)
    assert swapped["abstentions"] == 3  # with bits swapped, b is always 1


def test_the_parity_is_read_off_the_memory(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    found = learn(monkeypatch, capsys, "train.csv", "--test", "test.csv", *PROGRAM)
    assert (found["parity"], found["complemented"], found["free"]) == (["a", "c"], False, 0)
    swapped = "a,b,c,y\n" + "".join(f"{row[:-1]}{1 - int(row[-1])}\n" for row in ROWS.split())
    options = ["-", "--values", "0,1", "--program", "online-row-reduction"]
    found = learn(monkeypatch, capsys, *options, stdin=swapped)
    assert (found["parity"], found["complemented"], found["free"]) == (["a", "c"], True, 1)
    monkeypatch.setattr(sys, "stdin", Stdin(swapped))
    assert main(["learn", *options]) == 0
    assert (
        "y is the complement of the exclusive or of a, c, by the rows in memory; other parities "
        "explain them as well, for the choice of 1 feature is free"
    ) in " ".join(capsys.readouterr().out.split())


@given(
    st.lists(st.lists(st.booleans(), min_size=4, max_size=4), max_size=6),
    st.lists(st.booleans(), min_size=3, max_size=3),
)
@settings(deadline=None, max_examples=15)
def test_the_memory_holds_the_parity_that_labelled_the_stream(
    rows: list[list[bool]], hidden: list[bool]
) -> None:
    bits = np.array(rows, dtype=np.uint8).reshape(-1, 4)[:, :3]
    labels = (bits @ np.array(hidden, np.uint8) % 2).astype(np.uint8)
    program = load_program("online-row-reduction")
    training = Training(program, load_executor("reference", compile_rule(program.rule)), 0, 3)
    training.learn(
        zip(1 - 2 * bits.astype(np.int64), (1 - 2 * labels.astype(int)).tolist(), strict=True)
    )
    found = stored_parity(training.memory)
    assert found.rank == row_reduction(bits, labels).rank
    assert (found(bits) == labels).all()


def test_batches_know_what_single_steps_know(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    options = ["-", "--test", "test.csv", "--program", "triangular-row-reduction", "--intercept"]
    single = learn(monkeypatch, capsys, *options, stdin=HEADER + ROWS)
    batches = learn(monkeypatch, capsys, *options, "--batch", "3", stdin=HEADER + ROWS)
    assert batches["sgd_steps"] < single["sgd_steps"]
    for key in ("m", "abstentions", "mistakes", "rows_used", "predictions", "undecided"):
        assert batches[key] == single[key]


def test_batches_are_refused_where_only_their_sum_would_be_left(capsys: Capture) -> None:
    assert main(["learn", "test.csv", "--batch", "2"]) == 2
    assert "only their sum would be left" in capsys.readouterr().err


def test_the_report(capsys: Capture) -> None:
    assert main(["learn", "train.csv", "--test", "test.csv", *PROGRAM]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "7 SGD steps for 6 examples: 3 answered with 'I do not know' and 0" in out
    assert "4 of 4 rows of memory in use" in out
    assert "accuracy 1.0 on 4 rows time" in out
    assert main(["learn", "train.csv", "--train", "2", *PROGRAM]) == 0
    assert "it does not know row" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-", *PROGRAM], "standard input: nothing says which values its columns have"),
        (["-", "--train", "2", *PROGRAM], "--train splits a table; the standard input is a stream"),
        (["-", "--values", "0", *PROGRAM], "--values 0: there should be two values with a comma"),
        (["-", "--values", "0,0", *PROGRAM], "--values 0,0: there should be two values"),
        (["-"], "systolic-row-reduction stores its training set and takes no standard input"),
        (
            ["train.csv", "--save", "w"],
            "systolic-row-reduction is no online program, to which --save does",
        ),
        (["train.csv", "--values", "0,1", *PROGRAM], "--values is for streams"),
        (["train.csv", "--resume", "w", *PROGRAM], "w: cannot be read"),
        (
            ["train.csv", "--resume", "other", *PROGRAM],
            "it should be one of 'online-row-reduction'",
        ),
        (
            ["train.csv", "--resume", "small", *PROGRAM, "--intercept"],
            "small: the memory was trained without a constant feature; go on with --no-intercept",
        ),
    ],
)
def test_bad_input(
    arguments: list[str], words: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    values = ["-", "--values", "0,1", "--save"]
    learn(monkeypatch, capsys, *values, "small", *PROGRAM, stdin=HEADER)
    conjunction = ["--program", "online-conjunction"]
    learn(monkeypatch, capsys, *values, "other", *conjunction, stdin=HEADER)
    assert main(["learn", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert captured.err.startswith("rcnn learn: ")


def test_bad_arguments(capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(["learn", "train.csv", "--skip", "-1", *PROGRAM])
    assert "'-1' should be a whole number, 0 or more" in capsys.readouterr().err


def test_rows_that_are_not_known_are_numbered_as_in_the_file(capsys: Capture) -> None:
    rows = ["0,0,0"] * 30 + ["1,1,1"]
    Path("late.csv").write_text("a,b,y\n" + "\n".join(rows) + "\n")
    seed = next(
        str(s) for s in range(99) if 30 not in np.random.default_rng(s).permutation(31)[:4].tolist()
    )
    arguments = ["late.csv", "--train", "4", "--seed", seed, *PROGRAM]
    assert main(["learn", *arguments]) == 0
    assert "it does not know row 31 of late.csv" in " ".join(capsys.readouterr().out.split())


MEMORY = ["--program", "online-associative-memory"]
#: A key that comes three times, with another value each time; and three other keys.
PAIRS = HEADER + "0,0,1,0\n0,1,0,1\n1,1,0,1\n0,0,1,1\n1,0,1,0\n0,0,1,0\n"
ASKED = HEADER + "0,0,1,0\n0,1,0,1\n1,0,1,0\n1,1,1,0\n"


def test_keys_and_values(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """There is a row for each key; with fewer rows, the last key is not stored."""
    Path("pairs.csv").write_text(PAIRS)
    Path("asked.csv").write_text(ASKED)
    options = ["pairs.csv", "--test", "asked.csv", *MEMORY, "--no-intercept"]
    whole = learn(monkeypatch, capsys, *options)
    assert (whole["rows"], whole["rows_used"], whole["layers"]) == (4, 4, 7)
    assert (whole["abstentions"], whole["mistakes"], whole["unstored"]) == (4, 2, 0)
    assert whole["predictions"] == ["0", "1", "0", None]
    full = learn(monkeypatch, capsys, *options, "--rows", "3")
    assert (full["rows"], full["rows_used"], full["unstored"]) == (3, 3, 1)
    assert full["predictions"] == ["0", "1", None, None]


def test_going_on_with_keys_and_values(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """The rows of memory are those that --save wrote."""
    options = ["-", "--values", "0,1", *MEMORY]
    learn(monkeypatch, capsys, *options, "--rows", "6", "--save", "W", stdin=PAIRS)
    again = learn(monkeypatch, capsys, *options, "--resume", "W", stdin=PAIRS)
    assert (again["rows"], again["abstentions"], again["mistakes"]) == (6, 0, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-", "--values", "0,1", *MEMORY], "say with --rows K for how many there should be room"),
        (
            ["train.csv", "--rows", "3"],
            "has as many rows of memory as it needs, to which --rows does not apply",
        ),
        (["train.csv", "--rows", "3", *PROGRAM], "has as many rows of memory as it needs"),
        (["train.csv", *MEMORY, "--resume", "W", "--rows", "3"], "the memory in W has 2 rows"),
        (["third.csv", *MEMORY], "'2' is a third value besides '0' and '1'"),
    ],
)
def test_rows_that_cannot_be(
    arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    Path("third.csv").write_text(PAIRS + "0,2,1,1\n")
    saved = ["train.csv", *MEMORY, "--rows", "2", "--save", "W"]
    learn(monkeypatch, capsys, *saved)
    monkeypatch.setattr(sys, "stdin", Stdin(PAIRS))
    assert main(["learn", *arguments]) == 2
    os.close(sys.stdin.fileno())
    assert message in capsys.readouterr().err
