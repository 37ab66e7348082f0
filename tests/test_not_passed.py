"""A second run leaves out what has passed, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from shutil import copy

HERE = Path(__file__).parent
TESTS = """
import pytest
from extras import optional

def test_passes(): pass
def test_is_skipped(): optional("no_such_package")
def test_fails(): assert False
@pytest.mark.filterwarnings("default")
def test_is_left_out(): pass
@pytest.fixture
def ends_badly():
    yield
    raise ValueError
def test_fails_at_its_end(ends_badly): pass
"""


def run(folder: Path, *options: str, required: str = "") -> str:
    command = [sys.executable, "-m", "pytest", "-rA", "-q", *options]
    environment = {**os.environ, "RCNN_REQUIRED": required, "PYTHONPATH": str(folder)}
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_ADDOPTS"):
        environment.pop(name, None)
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout


def test_what_has_passed_is_left_out(tmp_path: Path) -> None:
    for name in ("conftest.py", "extras.py"):
        copy(HERE / name, tmp_path)
    (tmp_path / "test_it.py").write_text(TESTS, encoding="utf-8")
    first = run(tmp_path, "-k", "not left_out")
    assert "PASSED test_it.py::test_passes" in first
    assert "1 failed, 2 passed, 1 skipped, 1 deselected, 1 error" in first
    # What was skipped, failed or not chosen is run, and where a part is required, it is not skipped.
    again = run(tmp_path, "--not-passed", required="no_such_package")
    assert "PASSED test_it.py::test_passes" not in again
    assert "PASSED test_it.py::test_is_left_out" in again
    assert "FAILED test_it.py::test_is_skipped - ModuleNotFoundError" in again
    assert "2 failed, 2 passed, 1 deselected, 1 error" in again
    # What has changed may not pass any more.
    (tmp_path / "test_it.py").write_text(TESTS.replace("passes(): pass", "passes(): 1 / 0"))
    assert "FAILED test_it.py::test_passes" in run(tmp_path, "--not-passed")
    assert "2 failed, 2 passed, 1 skipped, 1 error" in run(
        tmp_path, "--not-passed", "-p", "no:cacheprovider"
    )
