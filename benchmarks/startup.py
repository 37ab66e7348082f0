"""How long the command takes to say what it can do."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.measure import ROOT, Row, seconds_of

GOAL = 4.0


def startup_row(repeats: int) -> Row:
    """``rcnn --help`` against a Python that does nothing."""

    def python(*arguments: str) -> None:
        command = [sys.executable, *arguments]
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)

    shown, bare = seconds_of(
        [
            lambda: python("-m", "construction.cli.main", "--help"),
            lambda: python("-c", "pass"),
        ],
        repeats,
    )
    return Row(
        "rcnn --help / python -c pass, time",
        shown / bare,
        GOAL,
        "at most",
        details={"rcnn --help, s": shown, "python -c pass, s": bare},
    )
