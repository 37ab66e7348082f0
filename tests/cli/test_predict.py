"""``rcnn learn --predict``, which writes the predicted labels into a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from construction.cli import learn as command
from construction.cli.main import main
from tests.cli.tables import TEST, TRAIN, Capture, write_tables


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tables(tmp_path)
    monkeypatch.chdir(tmp_path)


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
    ("text", "words"),
    [
        ("a,b\n0,no\n", "new.csv: line 1: the feature 'c' is missing"),
        ("a,b,d\n0,no,1\n", "new.csv: line 1: the feature 'c' is missing; there is 'd' instead"),
        ("a,b,c\n0,maybe,1\n", "line 2, column 'b': the value is 'maybe'; it should be 'no' or"),
        ("a,b,c\n", "new.csv: there are no rows below the header"),
        ("a,b,c\n0,,1\n", "line 2, column 'b': the cell is empty; it should be 'no' or 'yes'"),
        ("a,b,c,a\n0,no,1,0\n", "line 1: 2 columns are called 'a'; one should be"),
        (
            "a;b;c\n0;no;1\n",
            "the feature 'a' is missing; there is 'a;b;c' instead; there should be commas between "
            "columns, not semicolons",
        ),
        (",b,c\n0,no,1\n", "new.csv: line 1: the feature 'a' is missing\n"),
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
