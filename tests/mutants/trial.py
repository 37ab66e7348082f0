"""Trials of mutants in forks of a process that has everything loaded but the checker."""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import warnings
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from tempfile import TemporaryFile
from types import CodeType
from typing import Any, Final

import pytest

from tests.mutants.draw import Mutant
from tests.mutants.session import MEMORY, PACKAGE, Session

FAILED: Final = 70  #: the exit status of a trial that raised something
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
OPTIONS: Final = (
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
    loaded = [name for name in sys.modules if name.split(".")[0] == str(PACKAGE)]
    if loaded:
        raise RuntimeError(f"{loaded[0]} is loaded already; no change of it would be seen")


class TestsFailError(Exception):
    """Tests of a room fail without any change."""


def verdicts(mutants: Sequence[Mutant], tests: Sequence[str]) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant, with whether one of the tests fails on it.

    Raises :class:`TestsFailError` if one fails without any change.
    """
    reading, writing = os.pipe()
    with TemporaryFile() as output:
        child = _fork(lambda: _session(mutants, tests, writing), output.fileno())
        os.close(writing)
        later = []
        with os.fdopen(reading) as reports:
            for line in reports:
                index, found = json.loads(line)
                if index < 0:
                    if found:
                        raise TestsFailError(", ".join(found))
                elif isinstance(found, list):
                    later.append((mutants[index], found))
                else:
                    yield mutants[index], found
        if os.waitpid(child, 0)[1]:
            output.seek(0)
            raise TestsFailError(output.read().decode(errors="replace"))
    for mutant, chosen in later:
        with TemporaryFile() as output:
            child = _fork(lambda: _import(mutant, chosen), output.fileno())  # noqa: B023
            yield mutant, os.waitpid(child, 0)[1] != 0


def _fork(work: Any, output: int) -> int:
    child = os.fork()
    if not child:
        status = FAILED
        try:
            os.dup2(output, 1)
            os.dup2(output, 2)
            status = work()
        finally:
            os._exit(status)  # whatever was raised, the fork must not go on as this process
    return child


def _session(mutants: Sequence[Mutant], tests: Sequence[str], reports: int) -> int:
    def report(index: int, found: Any) -> None:
        os.write(reports, f"{json.dumps((index, found))}\n".encode())

    return int(pytest.main([*OPTIONS, *tests], plugins=[Session(mutants, report)]))


def _import(mutant: Mutant, tests: Sequence[str]) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (IMPORTED_SECONDS, IMPORTED_SECONDS + 1))
    sys.meta_path.insert(0, _Finder(mutant))
    return int(pytest.main([*OPTIONS, *tests]))


IMPORTED_SECONDS: Final = 120  #: of processor time that all tests of a room may take
