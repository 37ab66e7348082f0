"""``rcnn learn``."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from construction.cli import learn as command
from construction.cli.main import main
from construction.errors import ConstructionError
from construction.learning.data import bundled
from construction.search.discovered import DISCOVERED

# SIGINT is set up by hand: a process that starts in the background may ignore it.
RCNN = [
    sys.executable,
    "-c",
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from construction.cli.main import main; sys.exit(main())",
]

KEYS = [
    "program", "d", "m", "n_test", "layers", "pixels", "line", "hidden_units", "nodes", "weights",
    "sgd_steps", "abstentions", "mistakes", "unstored", "rows", "rows_used", "memorised_exactly", "consistent",
    "parity", "complemented", "free", "explained", "predictions", "undecided", "test_accuracy", "agreement_with_row_reduction",
    "agreement_with_meaning", "seconds",
]  # fmt: skip

#: The target is the exclusive or of a and c.
TRAIN = "a,b,c,y\n0,no,1,odd\n1,no,0,odd\n0,yes,0,even\n1,yes,1,even\n1,no,1,even\n"
TEST = "a,b,c,y\n1,yes,0,odd\n0,no,0,even\n0,yes,1,odd\n"

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "train.csv").write_text(TRAIN)
    (tmp_path / "test.csv").write_text(TEST)
    monkeypatch.chdir(tmp_path)


def learn_json(capsys: Capture, *arguments: str) -> dict[str, Any]:
    assert main(["learn", *arguments, "--executor", "reference", "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    report: dict[str, Any] = json.loads(captured.out)
    return report


@pytest.mark.parametrize("program", ["systolic-row-reduction", "row-reduction-machine"])
def test_the_json_object(program: str, capsys: Capture) -> None:
    report = learn_json(capsys, "train.csv", "--test", "test.csv", "--program", program)
    assert list(report) == KEYS
    assert list(report["weights"]) == ["nonzero", "distinct", "dense"]
    assert report["program"] == program
    assert (report["d"], report["m"], report["n_test"], report["sgd_steps"]) == (4, 5, 3, 6)
    assert (report["parity"], report["free"], report["explained"]) == (["a", "c"], 0, 5)
    assert report["predictions"] == ["odd", "even", "odd"]
    assert report["test_accuracy"] == report["agreement_with_row_reduction"] == 1
    assert report["memorised_exactly"]
    assert report["consistent"]
    assert report["undecided"] == 0


def test_the_report_says_what_counts_as_bit_1(capsys: Capture) -> None:
    assert main(["learn", "train.csv", "--test", "test.csv"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "'1' is bit 1 and '0' is bit 0 in 'a', 'c'" in out
    assert "'yes' is bit 1 and 'no' is bit 0 in 'b'" in out
    assert "'odd' is bit 1 and 'even' is bit 0 in 'y'" in out
    assert "accuracy 1.0 on 3 rows" in out
    assert "exactly what Lemma 1 says" in out
    assert "inconsistent" not in out


def test_one_of_a_kind_is_counted_in_the_singular(capsys: Capture) -> None:
    Path("one.csv").write_text("a,y\n0,0\n1,1\n")
    assert main(["learn", "one.csv", "--train", "1", "--no-intercept"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "one.csv: 1 feature; the target" in out
    assert "2 SGD steps for 1 example;" in out
    assert "on 1 row;" in out


def test_the_help_names_every_learner(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as left:
        main(["learn", "--help"])
    assert left.value.code == 0
    printed = "".join(capsys.readouterr().out.split())
    assert all(name in printed for name in DISCOVERED)


def test_inconsistent_data_is_no_error(capsys: Capture) -> None:
    Path("train.csv").write_text(TRAIN + "1,no,1,odd\n")
    assert main(["learn", "train.csv", "--test", "test.csv"]) == 0
    assert "the training data is inconsistent" in capsys.readouterr().out
    report = learn_json(capsys, "train.csv", "--test", "test.csv")
    assert not report["consistent"]
    assert report["agreement_with_row_reduction"] == 1


def test_a_column_whose_name_is_a_number_is_no_constant(capsys: Capture) -> None:
    """The constant feature has no name, so no column can have it."""
    Path("train.csv").write_text(TRAIN.replace("a,b", "1,b"))
    Path("test.csv").write_text(TEST.replace("a,b", "1,b"))
    report = learn_json(capsys, "train.csv", "--test", "test.csv")
    assert (report["parity"], report["complemented"]) == (["1", "c"], False)
    assert main(["learn", "train.csv", "--test", "test.csv"]) == 0
    assert "y is the exclusive or of '1', c; no other" in " ".join(capsys.readouterr().out.split())


def test_a_complement_is_said(capsys: Capture) -> None:
    Path("not.csv").write_text("a,b,y\n0,0,1\n1,0,0\n0,1,1\n1,1,0\n")
    report = learn_json(capsys, "not.csv", "--train", "3")
    assert (report["parity"], report["complemented"], report["free"]) == (["a"], True, 0)


def test_names_that_steer_the_terminal_are_shown_with_escapes(capsys: Capture) -> None:
    name = "a\x1b[31m, x"
    Path("train.csv").write_text(TRAIN.replace("a,b", f'"{name}",b'))
    Path("test.csv").write_text(TEST.replace("a,b", f'"{name}",b'))
    assert main(["learn", "train.csv", "--test", "test.csv"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "exclusive or of 'a\\x1b[31m, x', c;" in " ".join(out.split())
    assert main(["learn", "\x1b[31m.csv"]) == 2
    assert capsys.readouterr().err.startswith("rcnn learn: \\x1b[31m.csv: there is no such file")


def test_an_intercept_explains_a_negated_parity(capsys: Capture) -> None:
    """Of the values even and odd, swapped, only a constant feature makes a parity again."""
    swapped = {"odd": "even", "even": "odd"}
    for name, text in (("train.csv", TRAIN), ("test.csv", TEST)):
        lines = [line.rpartition(",") for line in text.split()]
        Path(name).write_text("\n".join(f"{x},{swapped.get(y, y)}" for x, _, y in lines))
    arguments = ["train.csv", "--test", "test.csv"]
    assert not learn_json(capsys, *arguments, "--no-intercept")["consistent"]
    assert main(["learn", *arguments, "--no-intercept"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "of 5 examples; with --intercept, one explains them all" in out
    report = learn_json(capsys, *arguments)
    assert report["consistent"]
    assert report["d"] == 4
    assert report["predictions"] == ["even", "odd", "even"]


def test_another_target(capsys: Capture) -> None:
    report = learn_json(capsys, "train.csv", "--test", "test.csv", "--target", "b")
    assert set(report["predictions"]) <= {"no", "yes"}


@pytest.mark.parametrize("data", ["cache-slice", "all.csv"])
def test_the_seed_determines_everything(
    data: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(bundled, "ADDRESSES", 16)
    rows = [f"{i >> 2 & 1},{i >> 1 & 1},{i & 1},{i.bit_count() & 1}" for i in range(8)]
    Path("all.csv").write_text("\n".join(["a,b,c,y", *rows, *rows]))
    reports = [
        learn_json(capsys, data, "--train", "3", "--seed", seed) | {"seconds": 0} for seed in "112"
    ]
    assert reports[0] == reports[1] != reports[2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["absent.csv"], "absent.csv: there is no such file, and no bundled data set"),
        (["train.csv", "--train", "5"], "it should be 1 to 4, so that at least one is left"),
        (["train.csv", "--train", "99"], "99 training rows were asked for, but there are 5 rows"),
        (["train.csv", "--target", "z"], "there is no column 'z' to be the target; it should be"),
        (["train.csv", "--test", "absent.csv"], "absent.csv: cannot be read"),
        (["train.csv", "--test", "third.csv"], "third.csv: line 2, column 'b': the value is 'x'"),
        (["third.csv"], "third.csv: line 4, column 'b': 'z' is a third value besides 'x' and 'y'"),
    ],
)
def test_bad_input(arguments: list[str], words: str, capsys: Capture) -> None:
    Path("third.csv").write_text("a,b,c,y\n0,x,1,odd\n1,y,1,even\n0,z,0,odd\n")
    assert main(["learn", *arguments, "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("rcnn learn: ")
    assert words in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "required: DATA"),
        (["train.csv", "--seed", "-1"], "'-1' should be a whole number, 0 or more"),
        (["train.csv", "--train", "many"], "--train: invalid int value: 'many'"),
        (["train.csv", "--train", "3", "--test", "test.csv"], "not allowed with argument --train"),
        (["train.csv", "--executor", "gpu"], "--executor: invalid choice: 'gpu'"),
    ],
)
def test_bad_arguments(arguments: list[str], words: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["learn", *arguments])
    assert exit_.value.code == 2
    assert words in capsys.readouterr().err


def test_an_error_during_the_work_leaves_stdout_empty(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ConstructionError("no more")

    monkeypatch.setattr(command, "report", fail)
    assert main(["learn", "train.csv", "--test", "test.csv", "--json"]) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "rcnn learn: no more\n")


def test_output_in_a_pipe_is_plain() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"}
    process = subprocess.run(
        [*RCNN, "learn", "train.csv", "--test", "test.csv"],
        capture_output=True,
        check=True,
        env=environment | {"COLUMNS": "80"},
    )
    assert process.stderr == b""
    assert all(byte == 10 or 32 <= byte < 127 for byte in process.stdout)
    assert all(line == line.rstrip() and len(line) <= 80 for line in process.stdout.split(b"\n"))


def test_an_interrupt_leaves_nothing(tmp_path: Path) -> None:
    """Progress shows on a terminal; Ctrl-C then ends the work with exit code 130."""
    before = sorted(tmp_path.iterdir())
    terminal, stderr = pty.openpty()
    process = subprocess.Popen(
        [*RCNN, "learn", "smooth-legendre", "--train", "1000"],
        stdout=subprocess.PIPE,
        stderr=stderr,
        env=os.environ | {"TERM": "xterm"},
    )
    os.close(stderr)
    shown = b""
    while b"SGD steps" not in shown:
        shown += os.read(terminal, 4096)
    process.send_signal(signal.SIGINT)
    while b"interrupted" not in shown:
        shown += os.read(terminal, 4096)
    out, _ = process.communicate(timeout=60)
    os.close(terminal)
    assert process.returncode == 130
    assert out == b""
    assert b"Traceback" not in shown
    assert sorted(tmp_path.iterdir()) == before


MACHINES = Path(__file__).parents[2] / "examples" / "machines"


def test_a_machine_in_a_file_learns(capsys: Capture) -> None:
    """Not every training label is bit 1, so the machine answers bit 0."""
    file = str(MACHINES / "unanimous.yaml")
    report = learn_json(capsys, "train.csv", "--test", "test.csv", "--program", file)
    assert report["program"] == "unanimous in a snake"
    assert report["memorised_exactly"]
    assert report["undecided"] == 0
    assert len(set(report["predictions"])) == 1
    assert report["layers"] == 2 * ((5 + 1) * (4 + 2) + 1) + 5 + 4 + 2


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("sort", "there is no program 'sort' and no such file"),
        ("B3/S23", "B3/S23 is a cellular automaton; it reads no data set"),
        (str(MACHINES / "spiral.yaml"), "a machine needs the field 'bits', like bits: [0, 1]"),
    ],
)
def test_programs_that_do_not_learn(program: str, words: str, capsys: Capture) -> None:
    assert main(["learn", "train.csv", "--program", program]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_output_that_cannot_be_written() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*RCNN, "programs"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "rcnn programs: the output cannot be written: No space left on device\n"


def test_the_parity_that_was_learned_is_printed(capsys: Capture) -> None:
    assert main(["learn", "train.csv", "--test", "test.csv"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "parity y is the exclusive or of a, c; no other parity explains the examples" in out
    Path("two.csv").write_text("a,b,y\n0,0,0\n1,1,1\n")
    assert main(["learn", "two.csv", "--train", "1"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "the choice of 2 features is free" in out


def test_a_constant_column_of_bits_is_no_mistake(capsys: Capture) -> None:
    Path("constant.csv").write_text("a,b,y\n0,1,0\n1,1,1\n0,1,0\n")
    Path("other.csv").write_text("a,b,y\n1,0,1\n")
    report = learn_json(capsys, "constant.csv", "--test", "other.csv")
    assert (report["consistent"], report["predictions"]) == (True, ["1"])
    Path("one.csv").write_text("a,y\n0,1\n")
    assert main(["learn", "one.csv"]) == 2
    assert "one.csv: there is one row; there should be two or more" in capsys.readouterr().err


def test_our_own_example_is_explained(capsys: Capture) -> None:
    lamp = str(Path(__file__).parents[2] / "examples" / "data" / "lamp.csv")
    report = learn_json(capsys, lamp)
    assert (report["consistent"], report["test_accuracy"]) == (True, 1)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("train.csv", "train.csv is read as well, and would be lost"),
        ("test.csv", "test.csv is read as well, and would be lost"),
        ("none/out.csv", "none/out.csv: cannot be written"),
    ],
)
def test_a_bad_output_is_refused_before_the_work(
    output: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(command, "compile_rule", None)  # nothing is compiled, nothing learned
    assert main(["learn", "train.csv", "--predict", "test.csv", "-o", output]) == 2
    assert words in capsys.readouterr().err
    assert Path("train.csv").read_text() == TRAIN
    assert Path("test.csv").read_text() == TEST


@pytest.mark.parametrize("saved", ["m", "./m"])
def test_predictions_do_not_take_a_memory_s_place(saved: str, capsys: Capture) -> None:
    options = ["learn", "train.csv", "--program", "online-row-reduction"]
    predict = [*options, "--predict", "test.csv", "-o", "m"]
    assert main([*predict, "--save", saved]) == 2
    assert "m is written twice, and one would be lost" in capsys.readouterr().err
    assert not Path("m").exists()
    assert main([*options, "--save", "m"]) == 0
    before = Path("m").read_bytes()
    assert main([*predict, "--resume", saved]) == 2
    assert "m is read as well, and would be lost" in capsys.readouterr().err
    assert Path("m").read_bytes() == before


@pytest.mark.parametrize("option", ["-o", "--save"])
def test_a_dash_is_no_output(option: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(["learn", "train.csv", option, "-"])
    assert "'-' is no file" in capsys.readouterr().err


def test_rows_without_labels_are_predicted_into_a_file(capsys: Capture) -> None:
    Path("new.csv").write_text("c,b,a\n1,yes,0\n1,no,1\n")
    assert main(["learn", "train.csv", "--predict", "new.csv", "-o", "out.csv"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "output out.csv: 2 rows" in out
    assert "6 SGD steps for 5 examples" in out
    assert Path("out.csv").read_text() == "c,b,a,y\n1,yes,0,odd\n1,no,1,even\n"
    assert main(["learn", "train.csv", "--predict", "test.csv", "-o", "out.csv"]) == 0
    assert Path("out.csv").read_text() == "a,b,c,y\n1,yes,0,odd\n0,no,0,even\n0,yes,1,odd\n"


@pytest.mark.parametrize(
    ("others", "words"),
    [
        (["id"], "2 rows; 'id' is no feature, and kept as in the file"),
        (["id", "day"], "2 rows; 'id', 'day' are no features, and kept as in the file"),
    ],
)
def test_columns_that_are_no_features_are_kept(
    others: list[str], words: str, capsys: Capture
) -> None:
    """The parity is that of a and c; the other columns may hold anything."""
    header, cells = ",".join(others), ",".join(f"{name} 7" for name in others)
    Path("new.csv").write_text(f"{header},c,b,a\n{cells},1,yes,0\n{cells},1,no,1\n")
    assert main(["learn", "train.csv", "--predict", "new.csv", "-o", "out.csv"]) == 0
    assert words in " ".join(capsys.readouterr().out.split())
    assert Path("out.csv").read_text() == (
        f"{header},c,b,a,y\n{cells},1,yes,0,odd\n{cells},1,no,1,even\n"
    )


def test_what_does_not_matter_for_a_prediction_may_be_empty_or_without_a_name(
    capsys: Capture,
) -> None:
    """An index as pandas writes it, cells of another column, and the label that is to be found."""
    Path("new.csv").write_text(",c,note,b,a,y\n0,1,,yes,0,\n1,1,seen,no,1,\n")
    assert main(["learn", "train.csv", "--predict", "new.csv", "-o", "out.csv"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "a column without a name, 'note' are no features, and kept as in the file" in out
    assert Path("out.csv").read_text() == (",c,note,b,a,y\n0,1,,yes,0,odd\n1,1,seen,no,1,even\n")
    Path("one.csv").write_text("x,y\n0,no\n1,yes\n")
    Path("new.csv").write_text("x\n1\n0\n")
    assert main(["learn", "one.csv", "--predict", "new.csv", "-o", "out.csv"]) == 0
    assert Path("out.csv").read_text() == "x,y\n1,yes\n0,no\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["train.csv", "--test", "test.csv"],
        ["train.csv", "--predict", "test.csv", "-o", "out.csv"],
        ["smooth-legendre", "--predict", "test.csv", "-o", "out.csv"],
        ["train.csv", "--test", "test.csv", "--program", "online-row-reduction"],
        ["-", "--test", "test.csv", "--program", "online-row-reduction"],
        ["-", "--values", "0,1", "--program", "online-row-reduction"],
    ],
)
def test_a_seed_without_anything_random_is_refused(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    with Path("train.csv").open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        assert main(["learn", *arguments, "--seed", "3"]) == 2
    assert "to which --seed 3 does not apply; leave it out" in capsys.readouterr().err
    assert not Path("out.csv").exists()


def test_random_data_is_drawn_by_the_seed_with_a_test_file_too(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(bundled, "ADDRESSES", 16)
    bits = [*(f"bit{bit}" for bit in bundled.ADDRESS_BITS), "slice0"]
    Path("slice.csv").write_text(f"{','.join(bits)}\n{','.join('0' * 33)}\n{','.join('1' * 33)}\n")
    reports = [
        learn_json(capsys, "cache-slice", "--test", "slice.csv", "--seed", seed) | {"seconds": 0}
        for seed in "112"
    ]
    assert reports[0] == reports[1] != reports[2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n0,no\n", "new.csv: line 1: the feature 'c' is missing"),
        ("a,b,d\n0,no,1\n", "new.csv: line 1: the feature 'c' is missing; there is 'd' instead"),
        ("a,b,c\n0,maybe,1\n", "line 2, column 'b': the value is 'maybe'; it should be 'no' or"),
        ("a,b,c\n", "new.csv: there are no rows below the header"),
        ("a,b,c\n0,,1\n", "line 2, column 'b': the cell is empty; it should be 'no' or 'yes'"),
        ("a,b,c,a\n0,no,1,0\n", "line 1: 2 columns are called 'a'; one should be"),
        ("a;b;c\n0;no;1\n", "the feature 'a' is missing; there is 'a;b;c' instead"),
        ("", "the file is empty"),
    ],
)
def test_rows_that_cannot_be_predicted(text: str, words: str, capsys: Capture) -> None:
    Path("new.csv").write_text(text)
    assert main(["learn", "train.csv", "--predict", "new.csv", "-o", "out.csv"]) == 2
    assert words in capsys.readouterr().err
    assert not Path("out.csv").exists()
    assert main(["learn", "train.csv", "--predict", "new.csv"]) == 2
    assert "--predict FILE and -o OUT go together" in capsys.readouterr().err
