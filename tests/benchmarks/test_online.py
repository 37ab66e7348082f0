"""The measurements of online learners."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import learners
from benchmarks.online import online_rows
from construction.errors import ConstructionError
from construction.learning.row_reduction import row_reduction
from construction.programs.catalogue import load_program


def test_the_stream_next_to_the_batch_program() -> None:
    stream, batch = online_rows(3, 20)
    assert stream.name.startswith("online-row-reduction, 20 examples, d = 3")
    assert batch.name.startswith("systolic-row-reduction, 3 examples, d = 3")
    assert stream.details["not known"] == 3
    for row in (stream, batch):
        assert row.value is not None
        assert row.value * row.details["one SGD step, s"] == pytest.approx(1)


def test_the_learners_side_by_side() -> None:
    _, _, *rows = learners.lines()
    for name, row in zip(learners.LEARNERS, rows, strict=True):
        program = load_program(name)
        assert row.startswith(f"| {name} | ")
        assert ("(d + 1)(d + 1)" in row) == program.online == row.endswith("row reduction |")


def test_not_to_know_what_the_stream_has_told_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    two = row_reduction(np.eye(2, dtype=np.uint8), np.ones(2, dtype=np.uint8))
    monkeypatch.setattr("benchmarks.online.row_reduction", lambda *_: two)
    with pytest.raises(ConstructionError, match=r"did not know 3 examples; .* independent, 2"):
        online_rows(3, 20)
