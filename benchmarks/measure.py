"""Timing: everything that is compared runs in turn, again and again, and medians are compared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Literal

from construction.executors.threads import cores

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Row:
    """One line of the table. ``value`` is None when it could not be measured; ``note`` says why.

    ``details`` are the numbers that the value comes from, with their units in their names.
    """

    name: str
    value: float | None
    goal: float | None
    direction: Literal["at least", "at most"]
    note: str = ""
    details: Mapping[str, float] = field(default_factory=dict)

    @property
    def holds(self) -> bool | None:
        """Is the goal reached? None without a goal or a value."""
        if self.value is None or self.goal is None:
            return None
        return self.value >= self.goal if self.direction == "at least" else self.value <= self.goal


def seconds_of(
    tasks: Sequence[Callable[[], object]],
    repeats: int,
    clock: Callable[[], float] = perf_counter,
) -> list[float]:
    """Each task's median time. Every task is run once before, and then all of them in turn.

    What else the machine does, and how warm it is, then concerns all of them alike. With
    ``time.process_time`` as the clock it is the processor's time, on all cores together.
    """
    for task in tasks:
        task()
    times: list[list[float]] = [[] for _ in tasks]
    for _ in range(repeats):
        for task, own in zip(tasks, times, strict=True):
            begun = clock()
            task()
            own.append(clock() - begun)
    return [median(own) for own in times]


def in_a_process_of_its_own(module: str, *arguments: str) -> dict[str, Any]:
    """Run ``python -m module``, which prints a JSON object, with this process' settings."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def machine() -> dict[str, Any]:
    """What the numbers were measured on."""
    model = "unknown processor"
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    versions = {}
    for name in ("galois", "torch", "onnxruntime", "scikit-learn", "numba"):
        with suppress(PackageNotFoundError):
            versions[name] = version(name)
    return {
        "processor": model,
        "cores": cores(),
        "python": sys.version.split()[0],
        "versions": versions,
    }
