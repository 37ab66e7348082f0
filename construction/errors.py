"""The errors that users see. Each message says what was wrong, where, and what would be right."""

from __future__ import annotations


class ConstructionError(Exception):
    """Base of every error that the project raises on bad input; commands exit with code 2."""


class KindError(ConstructionError, TypeError):
    """A function was given a value of another kind than it takes."""


class MachineError(ConstructionError):
    """A machine's description is not a machine."""


class RuleError(ConstructionError):
    """A local rule contradicts itself, or leaves its codes."""


class NetworkError(ConstructionError):
    """A network's weights do not fit together, or leave exact arithmetic."""


class DataError(ConstructionError):
    """A data set cannot be used as it is."""


class SizeError(ConstructionError):
    """What was asked for does not fit in memory."""
