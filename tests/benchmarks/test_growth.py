"""How time and memory grow is measured, printed and drawn; an interrupt leaves files as they were."""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from benchmarks import growth
from tests.extras import optional


def test_the_exponent_of_a_power() -> None:
    sizes = [2, 4, 8, 16]
    assert growth.exponent(sizes, [5 * size**3 for size in sizes]) == pytest.approx(3)


def test_growth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "growth.json"
    monkeypatch.setattr("sys.argv", ["growth", "--quick", "--json", str(file)])
    assert growth.main() == 0
    assert "what the theory counts" in capsys.readouterr().out
    series = json.loads(file.read_text())["series"]
    memory = next(each for each in series if each["quantity"].startswith("memory"))
    # Memory grows with pixels: less than with pixels and layers, by far.
    assert growth.exponent(memory["sizes"], memory["measured"]) < 2.5
    steps = next(each for each in series if each["quantity"].startswith("layers"))
    assert np.all(np.diff(steps["measured"]) > 0)


ONE = growth.Series("time, of one", "m = d", [1, 2, 4], [1.0, 2.0, 4.0], [1.0, 4.0, 16.0], "m d")


def told_to_end(*_: object, **__: object) -> list[growth.Series]:
    signal.raise_signal(signal.SIGTERM)
    pytest.fail("it goes on")


def test_growth_that_is_interrupted_prints_what_it_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And leaves a complete file as it is."""
    monkeypatch.setattr(growth, "measurements", lambda _: [lambda: [ONE], told_to_end])
    file = tmp_path / "growth.json"
    file.write_text("complete")
    monkeypatch.setattr("sys.argv", ["growth", "--json", str(file)])
    handler = signal.getsignal(signal.SIGTERM)
    assert growth.main() == 130
    assert signal.getsignal(signal.SIGTERM) == handler
    told = capsys.readouterr()
    assert told.err == ""
    line = next(each for each in told.out.splitlines() if each.startswith("time, of one"))
    assert line.split()[-4:] == ["1.00", "2.00", "m", "d"]
    assert "Interrupted: this is what was finished" in told.out
    assert file.read_text() == "complete"


def test_growth_that_is_interrupted_before_its_first_row_prints_no_head(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(growth, "measurements", lambda _: [told_to_end])
    monkeypatch.setattr("sys.argv", ["growth"])
    assert growth.main() == 130
    assert capsys.readouterr().out == "Interrupted: nothing was finished.\n"


def test_growth_that_is_interrupted_while_it_draws_leaves_the_picture_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    optional("matplotlib")
    from matplotlib.figure import Figure  # noqa: PLC0415

    picture = tmp_path / "growth.svg"
    monkeypatch.setattr(
        growth, "measurements", lambda _: [lambda: [ONE, replace(ONE, quantity="memory, of one")]]
    )
    monkeypatch.setattr("sys.argv", ["growth", "--picture", str(picture)])
    assert growth.main() == 0
    complete = picture.read_bytes()
    assert complete.rstrip().endswith(b"</svg>")

    def half(_: Figure, to: BinaryIO | Path, **__: object) -> None:
        if isinstance(to, Path):
            to.write_text("half")
        else:
            to.write(b"half")
        told_to_end()

    monkeypatch.setattr(Figure, "savefig", half)
    assert growth.main() == 130
    assert capsys.readouterr().out.endswith("Interrupted: not all files are written.\n")
    assert picture.read_bytes() == complete
    assert [*tmp_path.iterdir()] == [picture]


@pytest.mark.parametrize(
    ("name", "message"),
    [("growth.bmp", "should end in one of .svg, .png, .pdf"), ("growth.svg", "needs matplotlib")],
)
def test_growth_refuses_a_picture_that_cannot_be_drawn_before_it_measures(
    name: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr(growth, "measurements", lambda _: pytest.fail("it measures"))
    monkeypatch.setattr("sys.argv", ["growth", "--picture", str(tmp_path / name)])
    with pytest.raises(SystemExit) as stopped:
        growth.main()
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err
