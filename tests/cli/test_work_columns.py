"""Every command gives a machine in a file the work columns that the file asks for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from construction.cli.main import main
from construction.network.files import load_network
from construction.sources.names import compilable
from proofs_check.certificate import read_certificate
from tests.extras import optional
from tests.programs.test_own_machine import PARITY_OF_THE_ROOM

DATA = "a,b,y\n0,0,1\n0,1,0\n1,1,1\n"
SIZES = ["--examples", "3", "--features", "2"]
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "room.yaml").write_text(PARITY_OF_THE_ROOM)
    for name, columns in (("two", "2"), ("three", "3")):
        text = PARITY_OF_THE_ROOM.replace("columns: 2 * m", f"columns: {columns}")
        (tmp_path / f"{name}.yaml").write_text(text)
    (tmp_path / "data.csv").write_text(DATA)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("columns", ["two", "three"])
def test_a_number_of_columns_is_compiled(columns: str, capsys: Capture) -> None:
    """Nothing more is claimed: the network of the file has them for every size."""
    assert main(["compile", f"{columns}.yaml", "-o", "network"]) == 0
    file = load_network("network")
    assert file.network.work_columns == {"two": 2, "three": 3}[columns]
    claims = read_certificate(file.certificate).claims
    assert claims is not None
    assert claims.work is None
    assert main(["compile", f"{columns}.yaml", "--check", "network"]) == 0
    assert main(["compile", "room.yaml", *SIZES, "--check", "network"]) == 1
    assert "work_columns" in capsys.readouterr().out


def test_columns_that_depend_on_the_data_are_compiled_for_a_size(capsys: Capture) -> None:
    for command in (["compile", "-o", "network"], ["describe"]):
        assert main([*command, "room.yaml"]) == 2
        assert (
            "room: the machine asks for 2 * m work columns, so there is a network for each size of data; "
            "say of which, with --examples M and --features D" in capsys.readouterr().err
        )
    assert main(["compile", "room.yaml", "-o", "network", *SIZES]) == 0
    file = load_network("network")
    assert file.network.work_columns == 6
    claims = read_certificate(file.certificate).claims
    assert claims is not None
    assert claims.work is not None
    assert (claims.work[1, 1], claims.work[3, 1]) == (2, 6)
    assert main(["compile", "room.yaml", *SIZES, "--check", "network"]) == 0
    # The checker has the same certificate, whatever the size.
    assert compilable("room.yaml").compiled((1, 1))[1] == file.certificate


def test_sizes_that_change_nothing_are_refused(capsys: Capture) -> None:
    for name in ("majority", "two.yaml", "W110"):
        assert main(["compile", name, "-o", "network", *SIZES]) == 2
        assert f"{name} is one network for every size of data" in capsys.readouterr().err
        assert not Path("network").exists()
    assert main(["compile", "room.yaml", "-o", "network", *SIZES[:2]]) == 2
    assert "--examples M and --features D go together" in capsys.readouterr().err


def test_the_picture_has_them(capsys: Capture) -> None:
    assert main(["describe", "room.yaml", *SIZES]) == 0
    out = capsys.readouterr().out
    assert "6 columns of ones" in out
    assert "4 x 9 pixels" in out
    assert main(["describe", "three.yaml"]) == 0
    assert "3 columns of ones" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "odd"), [("room", True), ("two", True), ("three", False)])
def test_learn_predicts_with_them(name: str, odd: bool, capsys: Capture) -> None:
    """Two features, the label and the work columns: their number is odd with 6 and 2, even with 3."""
    arguments = ["learn", "data.csv", "--program", f"{name}.yaml", "--no-intercept", "--json"]
    assert main([*arguments, "--test", "data.csv"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["memorised_exactly"]
    assert report["predictions"] == (["1"] if odd else ["0"]) * 3


@pytest.mark.parametrize(("name", "odd"), [("room", True), ("three", False)])
def test_the_classifier_predicts_with_them(name: str, odd: bool) -> None:
    optional("sklearn")
    from construction.learning.estimator import (  # noqa: PLC0415
        InconsistentDataWarning,
        RCNNClassifier,
    )

    model = RCNNClassifier(f"{name}.yaml", fit_intercept=False)
    with pytest.warns(InconsistentDataWarning):
        model.fit([[0, 0], [0, 1], [1, 1]], [1, 0, 1])
    assert model.predict([[0, 0], [1, 0]]).tolist() == [int(odd)] * 2
