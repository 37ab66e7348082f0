"""Tests of optional parts: skipped where the part is not installed, but not where RCNN_REQUIRED names it."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import pytest


def optional(package: str) -> Any:
    """The package; a skip without it, or an error where RCNN_REQUIRED lists it."""
    if package in os.environ.get("RCNN_REQUIRED", "").split():
        return import_module(package)
    return pytest.importorskip(package)
