"""The walk on a GPU, by Numba's simulator of one: the same leaves as a processor's core finds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from construction.cli.main import main

ROOT = Path(__file__).parents[2]

LEAVES = """
from construction.search import cuda
from construction.search.battery import battery
from construction.search.exact import Exact, Problem
from construction.search.jobs import Job
from construction.search.run import NO_LIMIT
from construction.search.tasks import load_task
from tests.search.test_exact import in_turn

def compare(name, s, entries, threads, rounds=64, kept_on=32):
    cuda.ROUNDS, cuda.LAUNCHES_OF_FEW = rounds, kept_on
    problem = Problem(battery(load_task(name)), s, 3, entries)
    whole = in_turn(problem)
    walked = cuda.Device(problem, threads).walk(Job(budget=NO_LIMIT))
    left_over = sum(len(job.parts) for job in walked.rest)
    if walked.rest:
        walked.add(in_turn(problem, walked.rest[0]).walked)
    assert walked.leaves == whole.walked.leaves, (name, s, entries, threads)
    assert walked.nodes == whole.walked.nodes
    assert walked.best == whole.walked.best
    return left_over

assert compare("x1", 1, 0, 3) == 0
# A launch ends while threads are on their ways to their parts.
assert compare("x1", 1, 0, 10, rounds=2) == 0
assert compare("constant-0", 1, 1, 2) == 0
assert compare("or-labels", 2, 2, 30, rounds=3) == 0
assert compare("x1", 2, 2, 7, rounds=4, kept_on=3) > 5
assert compare("x1", 2, 2, 30, rounds=2, kept_on=0) == 1

problem = Problem(battery(load_task("learn-x")), 1, 3)
cuda.NODES_PER_JOB, cuda.PARTS = 50, 10
found = Exact(problem)
cuda.search_on_gpu(found, 100)
assert found.walked.leaves == in_turn(problem).walked.leaves
assert sum(found.masses.values()) == 1
"""

COMMAND = """
from construction.cli.main import main
raise SystemExit(main(["search", "x1", "--states", "1", "--gpu"]))
"""


def simulated(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={**os.environ, "NUMBA_ENABLE_CUDASIM": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_leaves_are_a_cores() -> None:
    simulated(LEAVES)


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "x1", "--states", "1"]) == 0
    assert simulated(COMMAND) == capsys.readouterr().out


def test_two_places_to_work(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "x1", "--gpu", "--scheduler", "127.0.0.1:1"]) == 2
    assert "--gpu and --scheduler" in capsys.readouterr().err
    assert main(["search", "x1", "--gpu", "--method", "anneal"]) == 2
    assert "--gpu says nothing to the method anneal" in capsys.readouterr().err
