"""A stream for ``rcnn learn``: what tests of online programs read, and how they run the command."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from construction.cli.main import main
from tests.cli.tables import Capture

PROGRAM = ["--program", "online-row-reduction", "--no-intercept"]

#: The target is the exclusive or of a and c; b is 0, so that rows with b = 1 remain unknown.
HEADER = "a,b,c,y\n"
ROWS = "1,0,1,0\n0,0,0,0\n1,0,1,0\n0,0,1,1\n1,0,0,1\n"
TEST = "a,b,c,y\n1,0,0,1\n0,1,0,0\n1,0,1,0\n0,1,1,1\n"


def write_streams(folder: Path) -> None:
    """``train.csv`` and ``test.csv``."""
    (folder / "train.csv").write_text(HEADER + ROWS + "0,1,0,0\n")
    (folder / "test.csv").write_text(TEST)


class Stdin(io.BytesIO):
    """A standard input that has a file descriptor, which is what the command reads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.file = Path("stdin")
        self.file.write_text(text)
        self.descriptor = os.open(self.file, os.O_RDONLY)

    def fileno(self) -> int:
        return self.descriptor


def learn(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, *arguments: str, stdin: str = ""
) -> dict[str, Any]:
    monkeypatch.setattr(sys, "stdin", Stdin(stdin))
    try:
        assert main(["learn", *arguments, "--executor", "reference", "--json"]) == 0
    finally:
        os.close(sys.stdin.fileno())
    captured = capsys.readouterr()
    assert captured.err == ""
    report: dict[str, Any] = json.loads(captured.out)
    return report
