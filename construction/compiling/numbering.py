"""Numbers for a rule that has no layout yet: the smallest that keep its codes apart, one by one."""

from __future__ import annotations

from typing import Final

from construction.errors import RuleError
from construction.rules.symbolic import Layout, SymbolicRule

MOST: Final = 1000  #: numbers tried for one code or signal


def first_layout(source: SymbolicRule) -> Layout:
    """A layout in which every code and signal has the smallest number that is free.

    Raises :class:`~construction.errors.RuleError` when two codes are the same sum, so that no numbers
    keep them apart.
    """
    layout: dict[str, int] = {}
    for term in source.unnumbered():
        for number in range(1, MOST):
            layout[str(term)] = number
            known = source.known_numbers(layout)
            if len(set(known.values())) == len(known):
                break
        else:
            raise RuleError(
                f"rule {source.name!r}: no number up to {MOST} for {str(term)!r} keeps the codes apart; "
                f"are two codes the same sum?"
            )
    return layout
