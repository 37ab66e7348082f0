"""Optional dependencies: what to install when one is missing."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from construction.errors import ConstructionError

DISTRIBUTION = "rcnn-construction"


class MissingExtraError(ConstructionError, ImportError):
    """A part of the project was used whose optional dependency is not installed."""


def missing_extra(package: str, extra: str) -> MissingExtraError:
    """The error for ``package``, which comes with the extra named ``extra``."""
    return MissingExtraError(
        f"this needs {package}, which is not installed; install it with {_command(extra)}"
    )


def _command(extra: str) -> str:
    """What installs an extra: the project is in no package index, so it cannot be named to pip."""
    root = Path(__file__).parents[1]
    if (root / "setup.cfg").exists():
        return f"pip install -e '.[{extra}]' in {root}"
    try:
        lines = requires(DISTRIBUTION) or []
    except PackageNotFoundError:
        lines = []
    needed = [
        f"'{line.partition(';')[0].strip()}'"
        for line in lines
        if re.search(rf"extra == ['\"]{extra}['\"]", line)
    ]
    return f"pip install {' '.join(needed)}"
