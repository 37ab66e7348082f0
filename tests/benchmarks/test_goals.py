"""The rows of the benchmarks' table still hold, at small sizes and with generous margins.

Only ratios of times that are measured in turn are compared, so a slow or a busy machine is none the
worse; a regression by an order of magnitude is noticed.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import process_time

import pytest

from benchmarks import __main__
from benchmarks.autograd import autograd_row
from benchmarks.fit import fit_rows
from benchmarks.large import large_rows, nodes, trillion_size
from benchmarks.measure import Row, seconds_of
from benchmarks.one_head import one_head_row
from benchmarks.startup import startup_row
from benchmarks.throughput import row_reduction, throughput_rows
from construction.executors.catalogue import load_executor


def ratio(row: Row) -> float:
    if row.value is None:
        pytest.skip(row.note)
    return row.value


def test_tabulated_dense_and_reference() -> None:
    task = row_reduction(64)
    runs = [load_executor(name, task.network) for name in ("tabulated", "dense", "reference")]
    layers = [1000, 100, 1]
    times = seconds_of(
        [partial(e.run, task.grid, n) for e, n in zip(runs, layers, strict=True)], 5, process_time
    )
    tabulated, dense, reference = (time / n for time, n in zip(times, layers, strict=True))
    assert dense / tabulated > 3
    assert reference / dense > 10


def test_event_against_tabulated() -> None:
    task = row_reduction(128)
    runs = [load_executor(name, task.network) for name in ("event", "tabulated")]
    event, tabulated = seconds_of(
        [partial(e.run, task.grid, task.layers) for e in runs], 5, process_time
    )
    assert event / tabulated < 3


def test_throughput() -> None:
    margins = {"tabulated / PyTorch": 20, "dense / PyTorch": 2}
    for row in throughput_rows(48, 3):
        margin = next((m for start, m in margins.items() if row.name.startswith(start)), 0)
        if row.value is not None:
            assert row.value > margin, row.name


def test_one_head() -> None:
    assert ratio(one_head_row(300_000, 5)) < 16


def test_large_networks() -> None:
    margins = {"galois": 60, "further": 0.3, "predictions / one": 300, "steps": 60, "GiB": 1}
    for row in large_rows(96, 128, 3):
        for part, margin in margins.items():
            if part in row.name:
                assert ratio(row) < margin, row.name


def test_steps_by_autograd() -> None:
    assert ratio(autograd_row(4, 1)) > 2


def test_fit() -> None:
    (row,) = fit_rows(((60, 6, 1.0),))
    assert ratio(row) < 30


def test_the_command_starts_quickly() -> None:
    assert ratio(startup_row(5)) < 8


def test_a_trillion_nodes() -> None:
    assert nodes(trillion_size()) >= 10**12 > nodes(trillion_size() - 128)


@pytest.mark.parametrize(
    ("value", "direction", "holds", "shown"),
    [
        (900.0, "at least", True, "at least 800: reached"),
        (700.0, "at least", False, "at least 800: missed"),
        (700.0, "at most", True, "at most 800: reached"),
        (None, "at least", None, "not measured"),
    ],
)
def test_a_goal_that_is_missed_is_said_to_be(
    value: float | None, direction: str, holds: bool | None, shown: str
) -> None:
    row = Row("row", value, 800, direction, "the rival is missing")  # type: ignore[arg-type]
    assert row.holds is holds
    assert __main__.cells(row)[2] == shown


def test_what_is_missing_is_named_with_its_extra(capsys: pytest.CaptureFixture[str]) -> None:
    """Words in brackets are no styles."""
    row = Row("row", None, 2, "at most", "install it with pip install -e '.[torch]'")
    __main__.show(
        {"processor": "one", "cores": 2, "python": "3", "versions": {}}, [row], quick=True
    )
    assert "row: install it with pip install -e '.[torch]'" in capsys.readouterr().out


def test_the_table_and_its_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [Row("fast", 3.0, 2, "at least", details={"s": 1.5}), Row("slow", 3.0, 2, "at most")]
    monkeypatch.setattr(__main__, "rows", lambda *, quick: iter(rows))
    file = tmp_path / "rows.json"
    monkeypatch.setattr("sys.argv", ["benchmarks", "--json", str(file)])
    assert __main__.main() == 1
    printed = capsys.readouterr().out
    assert "at least 2: reached" in printed
    assert "at most 2: missed" in printed
    report = json.loads(file.read_text())
    assert [row["holds"] for row in report["rows"]] == [True, False]
    assert report["rows"][0]["details"] == {"s": 1.5}
    monkeypatch.setattr("sys.argv", ["benchmarks", "--show", str(file)])
    assert __main__.main() == 0
    assert capsys.readouterr().out == printed


@pytest.mark.parametrize(
    "interrupt",
    [
        partial(signal.default_int_handler, signal.SIGINT, None),
        partial(signal.raise_signal, signal.SIGTERM),
    ],
)
def test_an_interrupted_run_keeps_the_rows_that_are_finished(
    interrupt: Callable[[], object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def rows(*, quick: bool) -> Iterator[Row]:
        yield Row("fast", 3.0, 2, "at least")
        interrupt()
        pytest.fail("it goes on")

    monkeypatch.setattr(__main__, "rows", rows)
    file = tmp_path / "rows.json"
    monkeypatch.setattr("sys.argv", ["benchmarks", "--json", str(file)])
    handler = signal.getsignal(signal.SIGTERM)
    assert __main__.main() == 130
    assert signal.getsignal(signal.SIGTERM) == handler
    told = capsys.readouterr()
    assert told.err == ""
    printed = told.out
    assert "at least 2: reached" in printed
    assert "Interrupted" in printed
    assert [row["name"] for row in json.loads(file.read_text())["rows"]] == ["fast"]
    monkeypatch.setattr("sys.argv", ["benchmarks", "--show", str(file)])
    assert __main__.main() == 0
    assert capsys.readouterr().out == printed
