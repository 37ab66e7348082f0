"""Tests of optional parts: skipped where the part is not installed, but never in the full check."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import pytest


def optional(package: str) -> Any:
    """The package; a skip without it, or an error where RCNN_ALL_EXTRAS is set."""
    if os.environ.get("RCNN_ALL_EXTRAS"):
        return import_module(package)
    return pytest.importorskip(package)
