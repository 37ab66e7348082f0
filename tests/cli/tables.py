"""The small table that tests of ``rcnn learn`` learn, and what the command reports of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from construction.cli.main import main

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


def write_tables(folder: Path) -> None:
    """``train.csv`` and ``test.csv``."""
    (folder / "train.csv").write_text(TRAIN)
    (folder / "test.csv").write_text(TEST)


def learn_json(capsys: Capture, *arguments: str) -> dict[str, Any]:
    assert main(["learn", *arguments, "--executor", "reference", "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    report: dict[str, Any] = json.loads(captured.out)
    return report
