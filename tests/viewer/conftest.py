"""The browser for every test of the page; a skip where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from tests.extras import chromium, optional

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
