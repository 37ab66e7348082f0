"""``rcnn learn``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from construction.cli import learn as command
from construction.cli.main import main
from construction.errors import ConstructionError
from construction.learning.data import bundled
from construction.search.discovered import DISCOVERED
from tests.cli.tables import KEYS, TEST, TRAIN, Capture, learn_json, write_tables
from tests.cli.terminal import interrupted_while_it_learns

# SIGINT is set up by hand: a process that starts in the background may ignore it.
RCNN = [
    sys.executable,
    "-c",
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from construction.cli.main import main; sys.exit(main())",
]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tables(tmp_path)
    monkeypatch.chdir(tmp_path)


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
    code, out, shown = interrupted_while_it_learns(
        [*RCNN, "learn", "smooth-legendre", "--train", "1000"]
    )
    assert code == 130
    assert out == b""
    assert "Traceback" not in shown
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
    monkeypatch.setattr(bundled, "ADDRESSES", 8)
    bits = [*(f"bit{bit}" for bit in bundled.ADDRESS_BITS), "slice0"]
    Path("slice.csv").write_text(f"{','.join(bits)}\n{','.join('0' * 33)}\n{','.join('1' * 33)}\n")
    reports = [
        learn_json(capsys, "cache-slice", "--test", "slice.csv", "--seed", seed) | {"seconds": 0}
        for seed in "112"
    ]
    assert reports[0] == reports[1] != reports[2]
