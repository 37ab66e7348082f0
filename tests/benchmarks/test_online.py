"""The measurements of online learners."""

from __future__ import annotations

import sys

import pytest

from benchmarks import learners, online
from construction.programs.catalogue import load_program


def test_the_stream_next_to_the_batch_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--features", "3", "--examples", "20", "--batch", "4", "--executor", "reference"]
    monkeypatch.setattr(sys, "argv", ["online", *options])
    online.main()
    title, heading, _, batch, stream = capsys.readouterr().out.splitlines()
    assert title == "d = 3"
    assert "not known" in heading
    assert batch.startswith("| systolic-row-reduction | 4 | 25 | 19 | - | - |")
    assert stream.startswith("| online-row-reduction | 20 | 20 | 16 | 3 | 0 |")


def test_the_learners_side_by_side() -> None:
    _, _, *rows = learners.lines()
    for name, row in zip(learners.LEARNERS, rows, strict=True):
        program = load_program(name)
        assert row.startswith(f"| {name} | ")
        assert ("(d + 1)(d + 1)" in row) == program.online == row.endswith("row reduction |")
