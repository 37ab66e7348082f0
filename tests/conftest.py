from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import settings

# Our matrices are small: more threads would only wait for each other, on the cores of the other worker.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# No deadline: the first call of a kernel compiles it.
settings.register_profile("tests", deadline=None, print_blob=True, max_examples=30)
settings.register_profile("thorough", settings.get_profile("tests"), max_examples=2000)
settings.load_profile("tests")


PASSED = "rcnn/passed"  #: the name, in pytest's cache, of the tests that the last run passed, and of what code


def code() -> str:
    """A digest of the tests, of what they test, and of the programs that come with it."""
    tests = Path(__file__).parent
    packages = [tests.parent / name for name in ("construction", "proofs_check", "benchmarks")]
    found = sha256()
    for folder in (tests, *packages):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".yaml", ".v"):
                found.update(path.read_bytes())
    return found.hexdigest()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--not-passed",
        action="store_true",
        help="leave out the tests that the last run passed, if no file has changed since",
    )


#: With two workers, the first one begins with these and compiles the kernels; the other one proves meanwhile.
FIRST = ("executors", "search", "proofs_check")


def turn(item: pytest.Item) -> int:
    """When a test has its turn: by its folder."""
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    return FIRST.index(folder) if folder in FIRST else len(FIRST)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=turn)
    cache = getattr(config, "cache", None)  # not with -p no:cacheprovider
    if config.option.not_passed and cache is not None:
        kept = cache.get(PASSED, {"code": "", "tests": []})
        passed = set(kept["tests"] if kept["code"] == code() else [])
        config.hook.pytest_deselected(items=[each for each in items if each.nodeid in passed])
        items[:] = [each for each in items if each.nodeid not in passed]


class Passed:
    """Keeps which tests pass, so that another run can leave them out."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.passed: set[str] = set()
        self.failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)
        elif report.passed and report.when == "call":
            self.passed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        cache = getattr(self.config, "cache", None)  # not with -p no:cacheprovider
        if cache is not None:
            cache.set(PASSED, {"code": code(), "tests": sorted(self.passed - self.failed)})


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """One seed for the whole run, drawn here so that the header can print it."""
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(secrets.randbits(32))
    # The workers of pytest-xdist only choose; the process that they report to keeps what passed.
    if not hasattr(config, "workerinput") and not config.option.not_passed:
        config.pluginmanager.register(Passed(config))


def pytest_report_header(config: pytest.Config) -> str:
    return f"random seed: repeat this run with --hypothesis-seed={config.option.hypothesis_seed}"


@pytest.fixture
def interrupts() -> Iterator[None]:
    """A process that starts in the background may ignore SIGINT, and then it cannot interrupt itself either."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
