"""Optional dependencies: what to install when one is missing."""

from __future__ import annotations

from construction.errors import ConstructionError

DISTRIBUTION = "rcnn-construction"


class MissingExtraError(ConstructionError, ImportError):
    """A part of the project was used whose optional dependency is not installed."""


def missing_extra(package: str, extra: str) -> MissingExtraError:
    """The error for ``package``, which comes with the extra named ``extra``."""
    return MissingExtraError(
        f"this needs {package}, which is not installed; install it with "
        f"pip install '{DISTRIBUTION}[{extra}]'"
    )
