"""Trials of mutants within one run of pytest: a mutant is tried by the tests that run its line, the quickest first.

Each test first runs once on the checker as it is, in a fork of its own, while its lines are noted. A mutant then is a fork
in which a function has the changed code, so nothing is imported or collected again.
"""

from __future__ import annotations

import ast
import gc
import inspect
import json
import os
import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Final

import coverage
import pytest
from _pytest.runner import runtestprotocol

from tests.mutants.draw import Mutant

PACKAGE: Final = Path("proofs_check")
MEMORY: Final = 6 * 2**30  #: bytes of addresses that a trial may have
LEAST_SECONDS: Final = 5  #: of processor time that a test may take, and three times what it takes
Lines = dict[str, list[int]]  #: which of them were run, of each file of the checker
PASSED: Final = 0


@dataclass(frozen=True)
class Watched:
    """A test: its name, its seconds of processor time while it is watched, and the lines that it runs."""

    name: str
    seconds: float
    lines: Lines


class Watcher:
    """Notes which lines of the checker are run."""

    def __init__(self) -> None:
        self._coverage = coverage.Coverage(
            data_file=None, include=[f"{PACKAGE}/*"], config_file=False, messages=False
        )
        self._coverage.set_option("run:disable_warnings", ["no-data-collected"])

    def start(self) -> None:
        self._coverage.start()

    def stop(self) -> Lines:
        """By paths from the project's root."""
        self._coverage.stop()
        data = self._coverage.get_data()
        root = Path.cwd()
        return {
            str(Path(name).relative_to(root)): sorted(data.lines(name) or ())
            for name in data.measured_files()
        }


def in_fork(work: Callable[[], object]) -> tuple[int, float, str]:
    """Run ``work`` in a fork: its exit status, its seconds of processor time, and what it returned, as text."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        status = 70
        try:
            os.close(reading)
            with os.fdopen(writing, "w") as pipe:
                json.dump(work(), pipe)
            status = PASSED
        finally:
            os._exit(status)  # whatever was raised, the fork must not go on as this process
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    _, status, used = os.wait4(child, 0)
    return status, used.ru_utime + used.ru_stime, text


def statement(source: str, line: int) -> tuple[range, bool]:
    """The lines of the innermost statement around a line, of a compound one those of its head.

    And whether it is part of a function's body, which runs only when it is called.
    """
    found, inside = range(line, line + 1), False

    def visit(node: ast.AST, body: bool) -> None:
        nonlocal found, inside
        for each in ast.iter_child_nodes(node):
            if isinstance(each, ast.stmt):
                first = min([each.lineno, *(d.lineno for d in getattr(each, "decorator_list", ()))])
                if not first <= line <= (each.end_lineno or first):
                    continue
                inner = getattr(each, "body", None)
                last = inner[0].lineno - 1 if inner else each.end_lineno or first
                found, inside = range(first, max(first, last) + 1), body
                visit(each, body or (isinstance(each, ast.FunctionDef) and line > last))
            else:
                visit(each, body)

    visit(ast.parse(source), False)
    return found, inside


def deciding(
    mutant: Mutant, tests: Sequence[Watched], imported: Lines
) -> tuple[list[Watched], bool]:
    """The tests that run a mutant's line, the quickest first; and whether nothing ran it before the tests."""
    path = str(mutant.path)
    lines, inside = statement(mutant.path.read_text(encoding="utf-8"), mutant.line)
    quickest = sorted(tests, key=lambda each: each.seconds)
    if inside and not set(lines) & set(imported.get(path, ())):
        return [each for each in quickest if set(lines) & set(each.lines.get(path, ()))], True
    return sorted(quickest, key=lambda each: path not in each.lines), False


def put(mutant: Mutant) -> None:
    """Give the function around the changed line its changed code."""
    path = str(mutant.path.resolve())
    old = mutant.path.read_text(encoding="utf-8")
    line = mutant.line
    before, after = (
        [code for code in _codes(compile(text, path, "exec")) if code.co_firstlineno <= line]
        for text in (old, mutant.source)
    )
    name, first = before[-1].co_qualname, before[-1].co_firstlineno
    (changed,) = (
        code for code in after if (code.co_qualname, code.co_firstlineno) == (name, first)
    )
    functions = [
        each
        for each in gc.get_objects()
        # isinstance would ask every object that there is for its class; some of them warn.
        if type(each) is FunctionType
        and each.__code__.co_filename == path
        and (each.__code__.co_qualname, each.__code__.co_firstlineno) == (name, first)
    ]
    if not functions:
        raise LookupError(f"{name} of {path} is not there")
    for function in functions:
        function.__code__ = changed


def _codes(module: CodeType) -> list[CodeType]:
    """The functions of a module and of its classes, in order; not those inside of functions."""
    found = []
    for each in module.co_consts:
        if isinstance(each, CodeType) and not each.co_name.startswith("<"):
            found += [each] if each.co_flags & inspect.CO_OPTIMIZED else _codes(each)
    return sorted(found, key=lambda code: code.co_firstlineno)


class Session:
    """A plugin of pytest that tries mutants with the tests that were collected.

    ``report`` gets each mutant's index with ``True`` if it is killed, and ``None`` with the tests to run if a new import
    has to decide; before that, under the index -1, the names of the tests that fail as they are.
    """

    def __init__(self, mutants: Sequence[Mutant], report: Callable[[int, Any], None]) -> None:
        self.mutants = mutants
        self.report = report
        self.watcher = Watcher()
        self.imported: Lines = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        self.watcher.start()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.imported = self.watcher.stop()
        items = {each.nodeid: each for each in session.items}
        tests, failed = [], []
        for name, item in items.items():
            status, seconds, text = in_fork(partial(self._watch, item))
            outcome, lines = json.loads(text) if text else ("failed", {})
            if status or outcome == "failed":
                failed.append(name)
            elif outcome == "passed":
                tests.append(Watched(name, seconds, lines))
        self.report(-1, failed)
        for index, mutant in enumerate(self.mutants if not failed else ()):
            chosen, called = deciding(mutant, tests, self.imported)
            if not called:
                self.report(index, [each.name for each in chosen])
                continue
            mine = [(items[each.name], each.seconds) for each in chosen]
            status = in_fork(partial(self._try, mutant, mine))[0] if mine else PASSED
            self.report(index, status != PASSED)
        return True

    def _watch(self, item: pytest.Item) -> tuple[str, Lines]:
        watcher = Watcher()
        watcher.start()
        outcome = run(item)
        return outcome, watcher.stop()

    def _try(self, mutant: Mutant, tests: Sequence[tuple[pytest.Item, float]]) -> None:
        put(mutant)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        for item, seconds in tests:
            used = resource.getrusage(resource.RUSAGE_SELF)
            limit = int(used.ru_utime + used.ru_stime + LEAST_SECONDS + 3 * seconds)
            resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
            if run(item) == "failed":
                raise AssertionError


def run(item: pytest.Item) -> str:
    """Run a test: whether it passed, failed or was skipped."""
    outcomes = {each.outcome for each in runtestprotocol(item, nextitem=None, log=False)}
    return "failed" if "failed" in outcomes else "skipped" if "skipped" in outcomes else "passed"
