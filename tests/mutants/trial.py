"""Trials of mutants: each in a fork of a process that has everything loaded but the checker."""

from __future__ import annotations

import importlib
import os
import resource
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from tempfile import TemporaryFile
from types import CodeType
from typing import Any, Final

import pytest

from tests.mutants.draw import Mutant

FAILED: Final = 70  #: the exit status of a trial that raised something
MEMORY: Final = 6 * 2**30  #: bytes of addresses that a trial may have
PACKAGE: Final = "proofs_check"
#: What tests of the checker import besides it: loaded once.
LOADED: Final = (
    "hypothesis",
    "construction.programs.catalogue",
    "construction.strategies",
    "construction.cli.main",
    "construction.executors.sweep.dense",
    "construction.training.sgd",
    "construction.network.definition5",
    "sympy",
)


class _Loader(SourceFileLoader):
    """Loads the changed source in place of a file's."""

    def __init__(self, name: str, mutant: Mutant) -> None:
        super().__init__(name, str(mutant.path))
        self.changed = mutant.source

    def get_code(self, fullname: str) -> CodeType:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return compile(self.changed, self.path, "exec")


class _Finder:
    """Finds the module that is changed."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        parts = mutant.path.with_suffix("").parts
        self.name = ".".join(part for part in parts if part != "__init__")

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        loader = _Loader(name, self.mutant)
        return spec_from_file_location(name, self.mutant.path, loader=loader)


def load() -> None:
    """Load what trials share. The checker itself must not be loaded yet, or no change would be seen."""
    for name in LOADED:
        importlib.import_module(name)
    loaded = [name for name in sys.modules if name.split(".")[0] == PACKAGE]
    if loaded:
        raise RuntimeError(f"{loaded[0]} is loaded already; no change of it would be seen")


@dataclass(frozen=True)
class Trial:
    """Whether tests passed, what they printed, and the seconds of processor time that they took."""

    passed: bool
    printed: str
    seconds: float


def trial(mutant: Mutant | None, tests: Sequence[str], seconds: int | None = None) -> Trial:
    """Run tests in a fork of this process, in which the mutant stands for its file.

    Without a mutant, they run on the checker as it is. ``seconds`` of processor time are allowed.
    """
    with TemporaryFile() as output:
        child = os.fork()
        if not child:
            status = FAILED
            try:
                status = _run(mutant, tests, seconds, output.fileno())
            finally:
                os._exit(status)  # whatever was raised, the fork must not go on as this process
        _, status, used = os.wait4(child, 0)
        output.seek(0)
        printed = output.read().decode(errors="replace")
        return Trial(status == 0, printed, used.ru_utime + used.ru_stime)


def _run(mutant: Mutant | None, tests: Sequence[str], seconds: int | None, output: int) -> int:
    os.dup2(output, 1)
    os.dup2(output, 2)
    if mutant is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        if seconds is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        sys.meta_path.insert(0, _Finder(mutant))
    options = [
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "--hypothesis-seed=0",
        "-p",
        "tests.mutants.no_database",
        "-W",
        "ignore::pytest.PytestAssertRewriteWarning",
        "-m",
        "not slow and not long",
    ]
    return int(pytest.main([*options, *tests]))
