"""The browser for every test of the page; a skip where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from construction.viewer.lessons import with_lessons
from tests.extras import chromium, optional
from tests.viewer.browser import Opened, content, opened

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


#: Of this package alone: its event loop must be over when tests of notebooks run one.
@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    optional("playwright")
    path = chromium()
    with import_module("playwright.sync_api").sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="package")
def sample(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The page of the first screen, with its lessons."""
    found = opened(browser, tmp_path_factory.mktemp("page"), with_lessons(content(), []))
    yield found
    found.close()
