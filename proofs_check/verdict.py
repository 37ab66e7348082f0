"""A refutation: what was expected, and a counterexample."""


class RefutedError(Exception):
    """A statement does not hold: what was expected, and the smallest counterexample found."""
