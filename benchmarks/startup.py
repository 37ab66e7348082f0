"""How long the command takes to say what it can do."""

from __future__ import annotations

import os
import subprocess
import sys
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.measure import ROOT, Row, seconds_of

GOAL = 4.0
FIRST_GOAL = 4.0


def first_row() -> Row:
    """The README's first command with no compiled code in place, as after installing."""
    with TemporaryDirectory() as folder:
        begun = perf_counter()
        subprocess.run(
            [
                sys.executable,
                "-m",
                "construction.cli.main",
                "learn",
                "cache-slice",
                "--train",
                "64",
            ],
            cwd=ROOT,
            env={**os.environ, "NUMBA_CACHE_DIR": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        seconds = perf_counter() - begun
    name = "rcnn learn cache-slice --train 64, nothing compiled yet: seconds"
    return Row(name, seconds, FIRST_GOAL, "at most")


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
