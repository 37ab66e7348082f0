"""Tests of optional parts: skipped where the part is not installed, but not where RCNN_REQUIRED names it."""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from typing import Any

import pytest


def optional(package: str) -> Any:
    """The package; a skip without it, or an error where RCNN_REQUIRED lists it."""
    if package in os.environ.get("RCNN_REQUIRED", "").split():
        return import_module(package)
    return pytest.importorskip(package)


def chromium() -> str:
    """The path of a Chromium; a skip without one, or a failure where RCNN_REQUIRED lists it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if "chromium" in os.environ.get("RCNN_REQUIRED", "").split():
            pytest.fail("no chromium on the PATH, but RCNN_REQUIRED lists it")
        pytest.skip("no chromium on the PATH: the page is not tested in a browser")
    return path
